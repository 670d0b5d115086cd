"""Where a certificate points to: its issuer, OCSP responders and CRLs (RFC 5280 §4.2)."""

from dataclasses import dataclass

from gate.x509.der import END, SEQUENCE, Reader, explicit, implicit
from gate.x509.general_name import GeneralName, read_general_name, read_general_names


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDescription:
    """One way to something: what for (gate.x509.oids.OCSP, CA_ISSUERS), and where."""

    method: str
    location: GeneralName


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionPoint:
    """Where one CRL is; `plain` is False where there is more, or less, than its full names."""

    names: tuple[GeneralName, ...]
    plain: bool


def read_access_descriptions(value: bytes) -> tuple[AccessDescription, ...]:
    """The entries of an authorityInfoAccess, in order (RFC 5280 §4.2.2.1).

    Raises Malformed where the bytes are not its one encoding.
    """
    what = "authority_info_access"
    return tuple(_access_description(entry, what) for entry in _entries(value, what))


def _access_description(fields: Reader, what: str) -> AccessDescription:
    method = fields.oid(what)
    location = read_general_name(fields, what)
    fields.finish(what)
    return AccessDescription(method=method, location=location)


def read_distribution_points(value: bytes) -> tuple[DistributionPoint, ...]:
    """The entries of a cRLDistributionPoints, in order (RFC 5280 §4.2.1.13).

    Raises Malformed where the bytes are not its one encoding.
    """
    what = "crl_distribution_points"
    return tuple(_distribution_point(entry, what) for entry in _entries(value, what))


def _distribution_point(fields: Reader, what: str) -> DistributionPoint:
    names: tuple[GeneralName, ...] = ()
    if fields.next_tag == explicit(0):
        choice = fields.enter(explicit(0), what)
        if choice.next_tag == explicit(0):
            names = read_general_names(choice, what, tag=explicit(0))
        else:
            choice.element(what)
        choice.finish(what)
    plain = bool(names) and fields.next_tag == END
    if fields.next_tag == implicit(1):
        fields.bit_string(what, implicit(1))
    if fields.next_tag == explicit(2):
        read_general_names(fields, what, tag=explicit(2))
    fields.finish(what)
    return DistributionPoint(names=names, plain=plain)


def _entries(value: bytes, what: str) -> list[Reader]:
    """The entries of a SEQUENCE OF SEQUENCE that is never empty."""
    whole = Reader(value)
    sequence = whole.enter(SEQUENCE, what)
    whole.finish(what)
    found = [sequence.enter(SEQUENCE, what)]
    while sequence.remaining:
        found.append(sequence.enter(SEQUENCE, what))
    return found
