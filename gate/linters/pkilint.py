"""pkilint: the certificate profiles of the TLS Baseline Requirements and RFC 5280."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import publicsuffixlist
from pkilint.cabf.serverauth import (  # type: ignore[import-untyped]  # pkilint has no types
    create_decoding_validators,
    create_serverauth_finding_filters,
    create_validators,
)
from pkilint.cabf.serverauth.serverauth_constants import (  # type: ignore[import-untyped]
    CertificateType as ServerauthType,
)
from pkilint.finding_filter import (  # type: ignore[import-untyped]
    FindingDescriptionFilter,
    filter_results,
)
from pkilint.loader import load_der_certificate  # type: ignore[import-untyped]
from pkilint.pkix.certificate import (  # type: ignore[import-untyped]
    create_issuer_validator_container,
    create_pkix_certificate_validator_container,
)
from pkilint.validation import (  # type: ignore[import-untyped]
    ValidationFindingDescription,
    ValidationFindingSeverity,
    ValidatorContainer,
)

from gate.linters.library import LibraryLinter
from gate.model import CertificateType, Finding, Severity, Stage

_SEVERITIES = {
    ValidationFindingSeverity.FATAL: Severity.FATAL,
    ValidationFindingSeverity.ERROR: Severity.ERROR,
    ValidationFindingSeverity.WARNING: Severity.WARNING,
    ValidationFindingSeverity.NOTICE: Severity.NOTICE,
    ValidationFindingSeverity.INFO: Severity.INFO,
    ValidationFindingSeverity.DEBUG: Severity.INFO,
}

_TYPES = {
    (CertificateType.DV, Stage.PRECERTIFICATE): ServerauthType.DV_PRE_CERTIFICATE,
    (CertificateType.DV, Stage.CERTIFICATE): ServerauthType.DV_FINAL_CERTIFICATE,
    (CertificateType.OV, Stage.PRECERTIFICATE): ServerauthType.OV_PRE_CERTIFICATE,
    (CertificateType.OV, Stage.CERTIFICATE): ServerauthType.OV_FINAL_CERTIFICATE,
    (CertificateType.IV, Stage.PRECERTIFICATE): ServerauthType.IV_PRE_CERTIFICATE,
    (CertificateType.IV, Stage.CERTIFICATE): ServerauthType.IV_FINAL_CERTIFICATE,
    (CertificateType.EV, Stage.PRECERTIFICATE): ServerauthType.EV_PRE_CERTIFICATE,
    (CertificateType.EV, Stage.CERTIFICATE): ServerauthType.EV_FINAL_CERTIFICATE,
}

_UNREADABLE = "pkilint.unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    validators: ValidatorContainer
    filters: tuple[FindingDescriptionFilter, ...]


class PkilintLinter(LibraryLinter):
    """Lints as the type and stage that are ordered, whatever the certificate looks like.

    Each of the eight profiles is pkilint's serverauth profile, with the filters that
    belong to it, and the validators of the issuer's name from the pkix profile: those
    are all that serverauth lacks of pkix, so that one reading gives what two would.

    Rules with a date of entry go by the certificate's notBefore, as pkilint has it. A
    certificate that pkilint cannot decode has one FATAL finding, `pkilint.unreadable`: the
    linter has answered, but none of its rules was applied.
    """

    name = "pkilint"
    version = version("pkilint")

    def __init__(self) -> None:
        with _one_suffix_list():
            self._profiles = {asked: _profile(type_) for asked, type_ in _TYPES.items()}

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        """Run the profile's validators over the certificate."""
        profile = self._profiles[certificate_type, stage]
        try:
            document = load_der_certificate(certificate)
        except ValueError as error:
            return (_unreadable(error),)
        results, _ = filter_results(profile.filters, profile.validators.validate(document.root))
        found = (
            _finding(description, result.node.path)
            for result in results
            for description in result.finding_descriptions
        )
        # Two validators may come upon the same thing; in other words it is another finding.
        return tuple(dict.fromkeys(found))


def lints() -> frozenset[str]:
    """The code of every finding that one of the eight profiles may have."""
    with _one_suffix_list():
        profiles = [_profile(type_) for type_ in _TYPES.values()]
    declared = {each.code for profile in profiles for each in profile.validators.validations}
    return frozenset({*declared, _UNREADABLE})


def _profile(type_: ServerauthType) -> _Profile:
    validators = [*create_validators(type_), create_issuer_validator_container()]
    return _Profile(
        validators=create_pkix_certificate_validator_container(
            create_decoding_validators(), validators
        ),
        filters=tuple(create_serverauth_finding_filters(type_)),
    )


def _finding(description: ValidationFindingDescription, location: str) -> Finding:
    code = description.finding.code
    words = code.rpartition(".")[2].replace("_", " ")
    return Finding(
        code=code,
        severity=_SEVERITIES[description.finding.severity],
        message=f"{words}: {description.message}" if description.message else words,
        location=location,
    )


def _unreadable(error: ValueError) -> Finding:
    return Finding(
        code=_UNREADABLE,
        severity=Severity.FATAL,
        message=f"pkilint cannot decode the certificate and applied no rule: {error}",
        location="certificate",
    )


@contextmanager
def _one_suffix_list() -> Iterator[None]:
    """Have the validators made here share one public suffix list, which never changes.

    Each of forty validators parses its own otherwise, which is most of the time that a
    worker takes to start.
    """
    original = publicsuffixlist.PublicSuffixList
    publicsuffixlist.PublicSuffixList = cache(original)  # type: ignore[assignment, misc]  # same calls
    try:
        yield
    finally:
        publicsuffixlist.PublicSuffixList = original  # type: ignore[misc]
