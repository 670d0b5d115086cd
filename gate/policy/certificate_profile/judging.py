"""A certificate held against a profile: every difference, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.errors import Malformed
from gate.model import Stage
from gate.policy.certificate_profile.contents import contents_of
from gate.policy.certificate_profile.fixed import FIXED
from gate.policy.certificate_profile.profile import (
    CertificateProfile,
    Critical,
    ExtensionPin,
    Signer,
)
from gate.policy.certificate_profile.subject import subject_faults
from gate.policy.certificate_profile.words import IN_STAGE, extension_name
from gate.policy.quoting import quoted
from gate.policy.sentences import enumerated
from gate.policy.signature_algorithms import algorithm_name, key_name
from gate.x509 import Extension, TBSCertificate

_V3 = 3


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference from a profile: of which `part` of a certificate, where, and in words."""

    part: str
    location: str
    text: str


def mismatches(
    profile: CertificateProfile,
    certificate: TBSCertificate,
    *,
    signer: Signer | None,
) -> tuple[Mismatch, ...]:
    """Every difference; none where the certificate is as the profile says.

    The stage is that of the bytes: a precertificate has the poison. Without a signer, only the
    form of what depends on its key is judged.
    """
    stage = Stage.PRECERTIFICATE if certificate.poisoned else Stage.CERTIFICATE
    told = {
        "field": _field_faults(certificate),
        "signature": _signature_faults(profile, certificate, signer),
        "subject": subject_faults(profile, certificate.subject),
        "extension": _extension_faults(profile, certificate, stage),
        "content": _content_faults(profile, certificate, signer),
    }
    return tuple(
        Mismatch(part, location, text) for part, faults in told.items() for location, text in faults
    )


_Faults = Iterator[tuple[str, str]]


def _field_faults(certificate: TBSCertificate) -> _Faults:
    if certificate.version != _V3:
        yield "version", f"version 3 is expected, {certificate.version} found"
    for field in ("issuer_unique_id", "subject_unique_id"):
        if getattr(certificate, field):
            yield field, "the field is found and not expected"


def _signature_faults(
    profile: CertificateProfile, certificate: TBSCertificate, signer: Signer | None
) -> _Faults:
    if profile.signature is None:
        return
    found = algorithm_name(certificate.signature.der) or certificate.signature.oid
    if signer is None:
        allowed, told = frozenset[str]().union(*profile.signature.values()), ""
    else:
        key = key_name(signer.spki)
        allowed, told = profile.signature.get(key, frozenset()), f" for an issuer's key {key}"
    if found not in allowed:
        expected = enumerated(map(quoted, sorted(allowed)), "or")
        yield "signature", f"{expected} is expected{told}, {quoted(found)} found"


def _extension_faults(
    profile: CertificateProfile, certificate: TBSCertificate, stage: Stage
) -> _Faults:
    pins = {pin.oid: pin for pin in profile.extensions}
    found = {extension.oid: extension for extension in certificate.extensions}
    for oid, extension in found.items():
        if oid not in pins:
            yield _location(oid), "the extension is found and not expected"
        elif stage not in pins[oid].stages:
            yield _location(oid), f"the extension is found and not expected in {IN_STAGE[stage]}"
        else:
            yield from _critical_faults(pins[oid], extension, certificate)
    for pin in profile.extensions:
        if stage in pin.stages and not pin.optional and pin.oid not in found:
            yield _location(pin.oid), "the extension is expected and not there"
    if profile.extensions_in_order:
        known = [oid for oid in found if oid in pins]
        expected = [oid for oid in pins if oid in found]
        if known != expected:
            told = " ".join(map(extension_name, expected)), " ".join(map(extension_name, known))
            yield "extensions", f"the order expected is `{told[0]}`, found is `{told[1]}`"


def _critical_faults(
    pin: ExtensionPin, extension: Extension, certificate: TBSCertificate
) -> _Faults:
    empty, because = not certificate.subject.rdns, ""
    expected = pin.critical is Critical.TRUE
    if pin.critical is Critical.IF_SUBJECT_EMPTY:
        expected, because = empty, f" with {'an empty' if empty else 'this'} subject"
    if extension.critical is not expected:
        words = ("not critical", "critical")
        yield (
            _location(pin.oid),
            f"{words[expected]} is expected{because}, {words[not expected]} found",
        )


def _content_faults(
    profile: CertificateProfile, certificate: TBSCertificate, signer: Signer | None
) -> _Faults:
    pins = {pin.oid: pin for pin in profile.extensions}
    for extension in certificate.extensions:
        if pin := pins.get(extension.oid):
            try:
                for fault in _faults_in(pin, extension, certificate, signer):
                    yield _location(pin.oid), fault
            except Malformed as error:
                yield _location(pin.oid), f"the extension cannot be read: {error}"


def _faults_in(
    pin: ExtensionPin, extension: Extension, certificate: TBSCertificate, signer: Signer | None
) -> Iterator[str]:
    contents = contents_of(extension, certificate)
    if contents is not None:
        yield from contents.odd
        for key, entries in contents.lists.items():
            if key in pin.lists:
                yield from (f"{key}: {fault}" for fault in pin.lists[key].faults(entries))
            else:
                yield f"the profile has no {key}, found is {enumerated(map(quoted, entries))}"
        if not pin.qualifiers:
            for policy in contents.qualified:
                yield f"no qualifiers are expected, found with {quoted(policy)}"
    elif judge := FIXED.get(pin.oid):
        yield from judge(pin, extension, certificate, signer)
    elif pin.value is not None and extension.value != pin.value:
        yield f"`{pin.value.hex()}` is expected, {quoted(extension.value.hex())} found"


def _location(oid: str) -> str:
    name = extension_name(oid)
    return name if name != oid else f"extensions.{oid}"
