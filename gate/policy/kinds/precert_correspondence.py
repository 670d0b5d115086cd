"""The kind `precert_correspondence`: a certificate is its logged precertificate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gate.errors import Malformed
from gate.model import Case, Finding, Stage
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Whole
from gate.policy.sentences import counted, sentence
from gate.x509 import (
    TBSCertificate,
    correspondence_faults,
    oids,
    read_certificate,
    read_tbs_certificate,
    read_timestamps,
)

_SCTS = f"extensions.{oids.CT_PRECERTIFICATE_SCTS}"


@dataclass(frozen=True, slots=True)
class PrecertCorrespondence(Requirement):
    """At stage CERTIFICATE, the bytes are the precertificate's but for poison and timestamps.

    The timestamps are of at least `min_scts` different logs. Their signatures are not verified,
    nor is that of the precertificate. At stage PRECERTIFICATE there is nothing to judge.
    """

    kind: ClassVar[str] = "precert_correspondence"
    faults: ClassVar[Mapping[str, str]] = {
        "": "something differs from the precertificate",
        "missing": "the request brings no precertificate",
        "unreadable": "the precertificate cannot be read",
        "scts": "there are too few timestamps, or they cannot be read",
    }
    sections: ClassVar[tuple[str, ...]] = ("RFC 6962 3.2", "BR 4.3.1.2")
    min_scts: int

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare both, and count the logs."""
        if case.request.context.stage is Stage.PRECERTIFICATE:
            return ()
        certificate = certificate_of(case)
        return (*self._correspondence(certificate, case), *self._timestamps(certificate))

    def _correspondence(self, certificate: TBSCertificate, case: Case) -> Iterator[Finding]:
        where, signed = "context.precertificate", case.request.context.precertificate
        if not signed:
            text = "the request brings no precertificate to compare with"
            yield self.finding(text, location=where, more="missing")
            return
        try:
            precertificate = read_certificate(signed).tbs
        except Malformed as error:
            text = f"the precertificate cannot be read: {error}"
            yield self.finding(text, location=where, more="unreadable")
            return
        faults = correspondence_faults(certificate, precertificate)
        if faults:
            # A case that is judged as of another day has other dates than its bytes, and it is
            # the bytes that correspond.
            faults = correspondence_faults(read_tbs_certificate(certificate.der), precertificate)
        for location, fault in faults:
            yield self.finding(fault, location=location)

    def _timestamps(self, certificate: TBSCertificate) -> Iterator[Finding]:
        try:
            logs = {each.log_id for each in read_timestamps(certificate)}
        except Malformed as error:
            yield self.finding(str(error), location=_SCTS, more="scts")
            return
        if len(logs) < self.min_scts:
            text = (
                f"the certificate has timestamps of {counted(len(logs), 'log')}, at least "
                f"{self.min_scts} are required"
            )
            yield self.finding(text, location=_SCTS, more="scts")

    def in_words(self) -> str:
        """One sentence with the number of timestamps."""
        return sentence(
            "a certificate is its precertificate byte for byte, but for the poison and the "
            f"timestamps (SCTs), which are of {counted(self.min_scts, 'log')} or more"
        )

    def differences(self, older: "PrecertCorrespondence") -> tuple[Difference, ...]:
        """The number of timestamps."""
        if self.min_scts == older.min_scts:
            return ()
        change = Change.STRICTER if self.min_scts > older.min_scts else Change.LOOSER
        return (Difference(change, f"least SCTs {self.min_scts}, it was {older.min_scts}"),)


class PrecertCorrespondenceShape(RuleShape):
    """`min_scts` says from how many logs a certificate needs a timestamp."""

    kind: Literal["precert_correspondence"] = Field(
        description="A certificate corresponds to its precertificate (RFC 6962 §3.2) and carries "
        "enough SCTs; precertificates are not judged."
    )
    min_scts: Annotated[Whole, Field(gt=0)] = Field(
        description="From how many different logs the certificate has a timestamp (SCT) at least.",
        examples=[2],
    )

    def resolve(self, definitions: Definitions, place: Place) -> PrecertCorrespondence:
        """Nothing to look up."""
        del definitions, place
        return PrecertCorrespondence(self.min_scts)
