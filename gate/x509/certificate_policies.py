"""Certificate policies: under which rules a certificate is issued (RFC 5280 §4.2.1.4)."""

from dataclasses import dataclass

from gate.errors import Malformed
from gate.x509.der import END, SEQUENCE, Reader

_WHAT = "certificate_policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInformation:
    """One policy; `qualified` says that qualifiers stand beside it, which stay unread."""

    oid: str
    qualified: bool


def read_certificate_policies(value: bytes) -> tuple[PolicyInformation, ...]:
    """The policies of a certificatePolicies extension, in order.

    Raises Malformed where the bytes are not its one encoding, and where a policy stands twice.
    """
    whole = Reader(value)
    sequence = whole.enter(SEQUENCE, _WHAT)
    whole.finish(_WHAT)
    found = [_read(sequence)]
    while sequence.remaining:
        start = sequence.at
        found.append(_read(sequence))
        if any(each.oid == found[-1].oid for each in found[:-1]):
            raise Malformed(f"{_WHAT}: {found[-1].oid} stands twice", offset=start)
    return tuple(found)


def _read(sequence: Reader) -> PolicyInformation:
    fields = sequence.enter(SEQUENCE, _WHAT)
    oid = fields.oid(_WHAT)
    qualified = fields.next_tag != END
    if qualified:
        fields.element(_WHAT)
    fields.finish(_WHAT)
    return PolicyInformation(oid=oid, qualified=qualified)
