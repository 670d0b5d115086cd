"""Names: what a certificate calls its issuer and its subject (RFC 5280 §4.1.2.4)."""

import re
from dataclasses import dataclass

from gate.errors import Malformed
from gate.x509 import oids
from gate.x509.der import SEQUENCE, SET, TEXT_TAGS, Reader

MAX_ATTRIBUTE = 65_536
"""Octets of one attribute's value; X.520 bounds its longest at 32,768 characters."""

MAX_ATTRIBUTES = 1_000
"""Attributes in one name; people's names have a dozen."""

_SHORT = {
    oids.COMMON_NAME: "CN",
    oids.LOCALITY_NAME: "L",
    oids.STATE_OR_PROVINCE_NAME: "ST",
    oids.ORGANIZATION_NAME: "O",
    oids.ORGANIZATIONAL_UNIT_NAME: "OU",
    oids.COUNTRY_NAME: "C",
    oids.STREET_ADDRESS: "STREET",
    oids.DOMAIN_COMPONENT: "DC",
    oids.USER_ID: "UID",
}
_SPECIAL = re.compile(r"""^[ #]|[ ]$|[",+;<>\\=]""")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of a name.

    `tag` is the type its value was written in (gate.x509.der.UTF8_STRING, …; the leading
    identifier octet). `value` is the text of a string type, TeletexString read as Latin-1;
    of any other type it is `#` and the hexadecimal DER of the value (RFC 4514 §2.4).
    """

    oid: str
    value: str
    tag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A distinguished name: relative names from the root down, each of one attribute or more.

    `str()` writes it for people and messages (RFC 4514), the last relative name first.
    """

    der: bytes
    rdns: tuple[tuple[Attribute, ...], ...]

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """All attributes in the order in which they are encoded."""
        return tuple(attribute for rdn in self.rdns for attribute in rdn)

    def values(self, oid: str) -> tuple[str, ...]:
        """The values of every attribute of this type, in order."""
        return tuple(each.value for rdn in self.rdns for each in rdn if each.oid == oid)

    def __str__(self) -> str:
        return ",".join("+".join(map(_spell, rdn)) for rdn in reversed(self.rdns))


def read_name(reader: Reader, what: str) -> Name:
    """The Name at which the reader stands.

    Raises Malformed for what is not canonical, for a relative name without attributes
    (RFC 5280 §4.1.2.4), and beyond the limits above.
    """
    start = reader.at
    rdns: list[tuple[Attribute, ...]] = []
    attributes = 0
    sequence = reader.enter(SEQUENCE, what)
    while sequence.remaining:
        rdns.append(_read_rdn(sequence, what))
        attributes += len(rdns[-1])
        if attributes > MAX_ATTRIBUTES:
            raise Malformed(f"{what}: more than {MAX_ATTRIBUTES} attributes", offset=start)
    return Name(der=reader.since(start), rdns=tuple(rdns))


def _read_rdn(sequence: Reader, what: str) -> tuple[Attribute, ...]:
    start = sequence.at
    members = sequence.enter(SET, what)
    attributes, previous = [], b""
    while members.remaining:
        at = members.at
        attributes.append(_read_attribute(members, what))
        if members.since(at) < previous:
            raise Malformed(f"{what}: SET OF out of order", offset=at)
        previous = members.since(at)
    if not attributes:
        raise Malformed(f"{what}: relative distinguished name without attributes", offset=start)
    return tuple(attributes)


def _read_attribute(members: Reader, what: str) -> Attribute:
    pair = members.enter(SEQUENCE, what)
    oid = pair.oid(what)
    tag = pair.next_tag
    start = pair.at
    if pair.remaining > MAX_ATTRIBUTE:
        raise Malformed(f"{what}: attribute of more than {MAX_ATTRIBUTE} octets", offset=start)
    value = pair.text(tag, what) if tag in TEXT_TAGS else "#" + pair.element(what).hex()
    pair.finish(what)
    return Attribute(oid=oid, value=value, tag=tag)


def _spell(attribute: Attribute) -> str:
    value = attribute.value
    if attribute.tag in TEXT_TAGS:
        value = _CONTROL.sub(
            lambda match: f"\\{ord(match[0]):02x}",
            _SPECIAL.sub(lambda match: f"\\{match[0]}", value),
        )
    return f"{_SHORT.get(attribute.oid, attribute.oid)}={value}"
