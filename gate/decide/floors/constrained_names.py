"""Names held against the name constraints of an issuer (RFC 5280 §4.2.1.10).

Where the standard leaves room, a permitted subtree is taken as small and an excluded one as
large as it can be meant.
"""

import unicodedata
from collections.abc import Iterator
from ipaddress import ip_address

from gate.policy.prefixes import forms
from gate.policy.quoting import quoted
from gate.x509 import (
    Attribute,
    GeneralName,
    GeneralNameKind,
    Name,
    NameConstraints,
    Subtree,
    TBSCertificate,
    oids,
)
from gate.x509.der import Reader, explicit
from gate.x509.name import read_name

Labels = tuple[str, ...]

_JUDGED = frozenset(
    {GeneralNameKind.DNS_NAME, GeneralNameKind.IP_ADDRESS, GeneralNameKind.DIRECTORY_NAME}
)


def names_outside(
    constraints: NameConstraints, certificate: TBSCertificate
) -> Iterator[tuple[str, str]]:
    """Each name that lies outside all permitted subtrees of its kind, or within an excluded one.

    Yields where it stands and what is wrong. A name of a kind that is constrained and cannot be
    judged here is wrong, as the standard demands.
    """
    if not constraints.permitted and not constraints.excluded:
        return
    for at, name in enumerate(certificate.subject_alt_name):
        told = f"{name.kind} {quoted(name.text)}"
        for fault in _faults(name, constraints):
            yield f"subject_alt_name[{at}]", f"{told} {fault}"
    if certificate.subject.rdns:
        for fault in _subject_faults(certificate.subject, constraints):
            yield "subject", f"the subject {fault}"


def _faults(name: GeneralName, constraints: NameConstraints) -> Iterator[str]:
    permitted = [each for each in constraints.permitted if each.kind is name.kind]
    excluded = [each for each in constraints.excluded if each.kind is name.kind]
    if name.kind not in _JUDGED and (permitted or excluded):
        yield "is of a kind whose constraints cannot be judged: those"
        return
    if permitted and not any(_lies_within(name, each) for each in permitted):
        yield "lies outside the permitted names"
    if any(_touches(name, each) for each in excluded):
        yield "lies within the excluded names"


def _subject_faults(subject: Name, constraints: NameConstraints) -> Iterator[str]:
    permitted = [each.name for each in constraints.permitted if each.name is not None]
    excluded = [each.name for each in constraints.excluded if each.name is not None]
    if permitted and not any(_below(subject, each) for each in permitted):
        yield "lies outside the permitted names"
    if any(_below(subject, each) for each in excluded):
        yield "lies within the excluded names"
    kinds = {each.kind for each in (*constraints.permitted, *constraints.excluded)}
    if GeneralNameKind.RFC822_NAME in kinds and subject.values(oids.EMAIL_ADDRESS):
        yield "has an e-mail address, whose constraints cannot be judged: those"


def _lies_within(name: GeneralName, subtree: Subtree) -> bool:
    """Whether everything that the name stands for lies in the subtree, whoever reads it."""
    match name.kind:
        case GeneralNameKind.DNS_NAME:
            labels, base = _labels(name.text), _labels(subtree.domain)
            # A leading dot means that a label must stand before it, to those who know it.
            least = len(base) + subtree.domain.startswith(".")
            return len(labels) >= least and _ends(labels, base)
        case GeneralNameKind.IP_ADDRESS:
            return _in_network(ip_address(name.text).packed, subtree.network)
        case _:
            return _directory_below(name, subtree)


def _touches(name: GeneralName, subtree: Subtree) -> bool:
    """Whether anything that the name stands for lies in the subtree, to anybody who reads it."""
    match name.kind:
        case GeneralNameKind.DNS_NAME:
            labels, base = _labels(name.text), _labels(subtree.domain)
            if labels[:1] == ("*",) and len(base) == len(labels):
                # The wildcard stands for the base itself.
                return base[1:] == labels[1:]
            return _ends(labels, base)
        case GeneralNameKind.IP_ADDRESS:
            return any(_in_network(form.packed, subtree.network) for form in forms(name.text))
        case _:
            return _directory_below(name, subtree)


def _labels(domain: str) -> Labels:
    """The labels of a domain in small letters, without the dot of the root or a leading one."""
    text = domain.lower().removeprefix(".").removesuffix(".")
    return tuple(text.split(".")) if text else ()


def _ends(labels: Labels, base: Labels) -> bool:
    return not base or labels[-len(base) :] == base


def _in_network(address: bytes, network: tuple[bytes, bytes]) -> bool:
    base, mask = network
    return len(address) == len(base) and all(
        octet & bits == wanted & bits
        for octet, wanted, bits in zip(address, base, mask, strict=True)
    )


def _directory_below(name: GeneralName, subtree: Subtree) -> bool:
    whole = Reader(name.der).enter(explicit(4), "subject_alt_name")
    return subtree.name is not None and _below(read_name(whole, "subject_alt_name"), subtree.name)


def _below(name: Name, base: Name) -> bool:
    """Whether a name begins with all relative names of the base, compared as RFC 5280 §7.1 says."""
    if len(name.rdns) < len(base.rdns):
        return False
    return all(
        _folded(one) == _folded(other) for one, other in zip(name.rdns, base.rdns, strict=False)
    )


def _folded(rdn: tuple[Attribute, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (each.oid, " ".join(unicodedata.normalize("NFKC", each.value).casefold().split()))
        for each in rdn
    )
