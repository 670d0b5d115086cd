"""Name constraints: for which names a CA's certificates may be (RFC 5280 §4.2.1.10)."""

from dataclasses import dataclass

from gate.errors import Malformed
from gate.x509.der import IA5_STRING, SEQUENCE, Reader, explicit, implicit
from gate.x509.general_name import GeneralNameKind, read_general_name
from gate.x509.name import Name, read_name

_WHAT = "name_constraints"
_ADDRESS_AND_MASK = {8, 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree:
    """The names at and below a base.

    `domain` is the base of a dNSName, `network` an address and a mask of as many octets, `name`
    a directoryName; of other kinds, only the kind is known.
    """

    kind: GeneralNameKind
    domain: str = ""
    network: tuple[bytes, bytes] = (b"", b"")
    name: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameConstraints:
    """What every name of a kind must lie in, where one of that kind is there, and what none may."""

    permitted: tuple[Subtree, ...] = ()
    excluded: tuple[Subtree, ...] = ()


def read_name_constraints(value: bytes) -> NameConstraints:
    """The value of a nameConstraints extension.

    Raises Malformed where the bytes are not its one encoding, and where a base has a minimum
    or a maximum, which RFC 5280 does not allow.
    """
    whole = Reader(value)
    fields = whole.enter(SEQUENCE, _WHAT)
    whole.finish(_WHAT)
    lists = [_subtrees(fields, number) for number in (0, 1)]
    fields.finish(_WHAT)
    if not any(lists):
        raise Malformed(f"{_WHAT}: it constrains nothing")
    return NameConstraints(permitted=lists[0], excluded=lists[1])


def _subtrees(fields: Reader, number: int) -> tuple[Subtree, ...]:
    if fields.next_tag != explicit(number):
        return ()
    subtrees, found = fields.enter(explicit(number), _WHAT), []
    while subtrees.remaining:
        inner = subtrees.enter(SEQUENCE, _WHAT)
        found.append(_subtree(inner))
        inner.finish(_WHAT)
    if not found:
        raise Malformed(f"{_WHAT}: an empty list", offset=fields.at)
    return tuple(found)


def _subtree(fields: Reader) -> Subtree:
    if fields.next_tag == implicit(2):
        domain = fields.text(IA5_STRING, _WHAT, implicit(2))
        return Subtree(kind=GeneralNameKind.DNS_NAME, domain=domain)
    if fields.next_tag == implicit(7):
        start, octets = fields.at, fields.octet_string(_WHAT, implicit(7))
        if len(octets) not in _ADDRESS_AND_MASK:
            fault = f"iPAddress of {len(octets)} octets, which is no address and mask"
            raise Malformed(f"{_WHAT}: {fault}", offset=start)
        half = len(octets) // 2
        network = octets[:half], octets[half:]
        return Subtree(kind=GeneralNameKind.IP_ADDRESS, network=network)
    if fields.next_tag == explicit(4):
        inner = fields.enter(explicit(4), _WHAT)
        name = read_name(inner, _WHAT)
        inner.finish(_WHAT)
        return Subtree(kind=GeneralNameKind.DIRECTORY_NAME, name=name)
    return Subtree(kind=read_general_name(fields, _WHAT).kind)
