"""The kind `issuer_environment`: requests stay within the environment they belong to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from gate.model import Case, Finding, Issuer
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape


@dataclass(frozen=True, slots=True)
class IssuerEnvironment(Requirement):
    """The issuer is known, of the gate's and the request's environment, and named in the bytes."""

    kind: ClassVar[str] = "issuer_environment"
    faults: ClassVar[Mapping[str, str]] = {
        "": "the environments of request, issuer and gate are not one",
        "unknown": "the gate knows no issuer of this name",
        "name": "the issuer field is not the subject of the issuer",
        "key": "the authority key identifier is not that of the issuer",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 7.1.2.7", "RFC 5280 4.1.2.4")

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare what was asked for with the issuer, and the issuer with the certificate."""
        if case.issuer is None:
            name = quoted(case.request.context.issuer)
            return (self.finding(f"the gate knows no issuer called {name}", more="unknown"),)
        return (*self._walls(case, case.issuer), *self._names(case, case.issuer))

    def _walls(self, case: Case, issuer: Issuer) -> Iterator[Finding]:
        asked = case.request.context.environment
        if asked != issuer.environment.value:
            yield self.finding(
                f"the request is for {quoted(asked)}, and issuer {quoted(issuer.name)} belongs to "
                f"`{issuer.environment}`"
            )
        if issuer.environment is not case.environment:
            yield self.finding(
                f"issuer {quoted(issuer.name)} belongs to `{issuer.environment}`, and this gate "
                f"runs in `{case.environment}`"
            )

    def _names(self, case: Case, issuer: Issuer) -> Iterator[Finding]:
        certificate = certificate_of(case)
        if certificate.issuer.der != issuer.subject:
            yield self.finding(
                f"the issuer field is not the subject of {quoted(issuer.name)}, byte for byte",
                location="issuer",
                more="name",
            )
        given, known = certificate.authority_key_identifier, issuer.subject_key_identifier
        if given and known and given != known:
            yield self.finding(
                f"the authority key identifier is {quoted(given.hex())}, and "
                f"{quoted(issuer.name)} has the subject key identifier {quoted(known.hex())}",
                location="authority_key_identifier",
                more="key",
            )

    def in_words(self) -> str:
        """Always the same: there are no parameters."""
        return (
            "The gate knows the issuer; the issuer belongs to the environment that the request "
            "names and the gate runs in; the certificate has this issuer's name and key identifier."
        )

    def differences(self, older: "IssuerEnvironment") -> tuple[Difference, ...]:
        """None: there are no parameters."""
        del older
        return ()


class IssuerEnvironmentShape(RuleShape):
    """No parameters: the issuers stand in the gate's configuration."""

    kind: Literal["issuer_environment"] = Field(
        description="The issuer belongs to the environment of the request and of the gate, and the "
        "certificate names this issuer."
    )

    def resolve(self, definitions: Definitions, place: Place) -> IssuerEnvironment:
        """Nothing to look up."""
        del definitions, place
        return IssuerEnvironment()
