"""General names: the forms a subjectAltName holds (RFC 5280 §4.2.1.6)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from gate.errors import Malformed
from gate.x509.der import IA5_STRING, SEQUENCE, Reader, explicit, implicit
from gate.x509.name import read_name

MAX_GENERAL_NAMES = 10_000
"""Names in one subjectAltName: a hundred times what any CA sells, and read in under 50 ms."""


class GeneralNameKind(StrEnum):
    """The nine alternatives, by their names in the standard."""

    DNS_NAME = "dNSName"
    IP_ADDRESS = "iPAddress"
    RFC822_NAME = "rfc822Name"
    URI = "uniformResourceIdentifier"
    DIRECTORY_NAME = "directoryName"
    REGISTERED_ID = "registeredID"
    OTHER_NAME = "otherName"
    X400_ADDRESS = "x400Address"
    EDI_PARTY_NAME = "ediPartyName"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralName:
    """One general name.

    `text` depends on `kind`. dNSName, rfc822Name, URI: the characters as they are, controls
    and NUL included. iPAddress: its shortest text form, IPv4-mapped IPv6 staying IPv6.
    directoryName: RFC 4514. registeredID: dotted. otherName: the type's OID, a space, `#`
    and the hexadecimal DER of the value. The other two: `#` and the hexadecimal of `der`.
    """

    kind: GeneralNameKind
    text: str
    der: bytes


def read_general_names(
    reader: Reader, what: str, *, tag: int = SEQUENCE
) -> tuple[GeneralName, ...]:
    """The GeneralNames at which the reader stands, under their own tag or an implicit one.

    Raises Malformed where there is none, more than MAX_GENERAL_NAMES, an iPAddress that is not
    4 or 16 octets, or anything that is not canonical.
    """
    start = reader.at
    sequence = reader.enter(tag, what)
    names: list[GeneralName] = []
    while sequence.remaining:
        if len(names) == MAX_GENERAL_NAMES:
            fault = f"more than {MAX_GENERAL_NAMES} names, the most that are read"
            raise Malformed(f"{what}: {fault}", offset=sequence.at)
        names.append(read_general_name(sequence, what))
    if not names:
        raise Malformed(f"{what}: no name in it", offset=start)
    return tuple(names)


def read_general_name(reader: Reader, what: str) -> GeneralName:
    """The one GeneralName at which the reader stands; raises Malformed as for several."""
    start = reader.at
    form = _FORMS.get(reader.next_tag)
    if form is None:
        raise Malformed(f"{what}: not one of the nine forms of a GeneralName", offset=start)
    kind, read_text = form
    text = read_text(reader, what)
    return GeneralName(kind=kind, text=text, der=reader.since(start))


def _ia5(number: int) -> Callable[[Reader, str], str]:
    return lambda reader, what: reader.text(IA5_STRING, what, implicit(number))


def _address(reader: Reader, what: str) -> str:
    start = reader.at
    octets = reader.octet_string(what, implicit(7))
    if len(octets) not in {4, 16}:
        fault = f"iPAddress of {len(octets)} octets, which is neither IPv4 nor IPv6"
        raise Malformed(f"{what}: {fault}", offset=start)
    return address_text(ip_address(octets))


def _directory_name(reader: Reader, what: str) -> str:
    # Name is a CHOICE, so its tag stays EXPLICIT in a module of IMPLICIT tags (X.680 §31.2.7).
    inner = reader.enter(explicit(4), what)
    name = read_name(inner, what)
    inner.finish(what)
    return str(name)


def _other_name(reader: Reader, what: str) -> str:
    inner = reader.enter(explicit(0), what)
    type_id = inner.oid(what)
    wrapper = inner.enter(explicit(0), what)
    value = wrapper.element(what)
    wrapper.finish(what)
    inner.finish(what)
    return f"{type_id} #{value.hex()}"


def _registered_id(reader: Reader, what: str) -> str:
    return reader.oid(what, implicit(8))


def _opaque(reader: Reader, what: str) -> str:
    return f"#{reader.element(what).hex()}"


_FORMS: dict[int, tuple[GeneralNameKind, Callable[[Reader, str], str]]] = {
    explicit(0): (GeneralNameKind.OTHER_NAME, _other_name),
    implicit(1): (GeneralNameKind.RFC822_NAME, _ia5(1)),
    implicit(2): (GeneralNameKind.DNS_NAME, _ia5(2)),
    explicit(3): (GeneralNameKind.X400_ADDRESS, _opaque),
    explicit(4): (GeneralNameKind.DIRECTORY_NAME, _directory_name),
    explicit(5): (GeneralNameKind.EDI_PARTY_NAME, _opaque),
    implicit(6): (GeneralNameKind.URI, _ia5(6)),
    implicit(7): (GeneralNameKind.IP_ADDRESS, _address),
    implicit(8): (GeneralNameKind.REGISTERED_ID, _registered_id),
}


def address_text(address: IPv4Address | IPv6Address) -> str:
    """The one text by which an address is known here, the same under every Python.

    From 3.13 on, Python writes IPv4-mapped addresses (RFC 4291 §2.5.5.2) with dots; evidence
    that was recorded before must still match.
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is None:
        return str(address)
    high, low = divmod(int(mapped), 1 << 16)
    return f"::ffff:{high:x}:{low:x}"
