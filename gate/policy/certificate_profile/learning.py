"""A draft of a profile out of sample certificates: what all have is pinned, what varies is left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gate.errors import Malformed, Refused
from gate.model import Stage
from gate.policy.certificate_profile.contents import Contents, contents_of
from gate.policy.certificate_profile.fixed import key_id_of
from gate.policy.certificate_profile.judging import mismatches
from gate.policy.certificate_profile.listing import Listing
from gate.policy.certificate_profile.ordering import merged
from gate.policy.certificate_profile.profile import (
    BOTH_STAGES,
    AttributePin,
    CertificateProfile,
    Critical,
    ExtensionPin,
    KeyID,
)
from gate.policy.certificate_profile.words import (
    NAME_TYPES,
    attribute_name,
    extension_name,
    string_name,
    usual_strings,
)
from gate.policy.signature_algorithms import algorithm_name, key_of
from gate.x509 import Extension, GeneralNameKind, TBSCertificate, oids

_MOST_URLS = 5
"""More different URLs than these are taken for parts of something that goes on."""

_STAGES = {
    oids.CT_POISON: frozenset({Stage.PRECERTIFICATE}),
    oids.CT_PRECERTIFICATE_SCTS: frozenset({Stage.CERTIFICATE}),
}


class Sample(NamedTuple):
    """A certificate to learn from, and what people call it."""

    name: str
    tbs: TBSCertificate


def learn(samples: Sequence[Sample], title: str) -> CertificateProfile:
    """The narrowest profile that this language has for all of these certificates.

    Raises Refused, with every difference, where no profile can accept them all, and where there
    are none.
    """
    if not samples:
        raise Refused("there is no certificate to learn from")
    certificates = [sample.tbs for sample in samples]
    subject, subject_in_order = merged(
        [each.oid for each in certificate.subject.attributes] for certificate in certificates
    )
    extensions, extensions_in_order = _listed_extensions(certificates)
    profile = CertificateProfile(
        title=title,
        signature=_signature(certificates),
        subject=tuple(_attribute(oid, certificates) for oid in subject),
        subject_in_order=subject_in_order,
        extensions=tuple(_extension(oid, samples) for oid in extensions),
        extensions_in_order=extensions_in_order,
    )
    faults = [
        f"{sample.name}: {each.location}: {each.text}"
        for sample in samples
        for each in mismatches(profile, sample.tbs, signer=None)
    ]
    if faults:
        told = "\n  ".join(faults)
        raise Refused(f"no profile file can say that all of these are right\n  {told}")
    return profile


def _signature(certificates: Iterable[TBSCertificate]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for certificate in certificates:
        if (name := algorithm_name(certificate.signature.der)) is not None:
            found.setdefault(key_of(name), set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _attribute(oid: str, certificates: Sequence[TBSCertificate]) -> AttributePin:
    counts = [len(certificate.subject.values(oid)) for certificate in certificates]
    tags = {
        each.tag
        for certificate in certificates
        for each in certificate.subject.attributes
        if each.oid == oid
    }
    strings = frozenset(name for name in map(string_name, tags) if name is not None)
    return AttributePin(
        oid=oid,
        name=attribute_name(oid),
        optional=0 in counts,
        repeats=max(counts) > 1,
        strings=strings or usual_strings(oid),
    )


def _listed_extensions(certificates: Sequence[TBSCertificate]) -> tuple[list[str], bool]:
    """All extensions in an order they share; poison and timestamps come together (RFC 6962)."""
    found, in_order = merged(
        [each.oid for each in certificate.extensions] for certificate in certificates
    )
    poison, timestamps = _STAGES
    for present, other in ((poison, timestamps), (timestamps, poison)):
        if present in found and other not in found:
            found.insert(found.index(present) + 1, other)
    return found, in_order


def _extension(oid: str, samples: Sequence[Sample]) -> ExtensionPin:
    stages = _STAGES.get(oid, BOTH_STAGES)
    meant = [sample for sample in samples if _stage(sample.tbs) in stages]
    found = [
        (sample, each) for sample in meant for each in sample.tbs.extensions if each.oid == oid
    ]
    lists, qualifiers = _contents(found)
    values = {each.value for _, each in found}
    return ExtensionPin(
        oid=oid,
        name=extension_name(oid),
        critical=_critical(oid, found),
        optional=len(found) < len(meant),
        stages=stages,
        lists=lists,
        qualifiers=qualifiers,
        types=_types(oid, meant),
        key_id=_key_id([sample.tbs for sample, _ in found])
        if oid == oids.SUBJECT_KEY_IDENTIFIER
        else None,
        value=values.pop() if len(values) == 1 and _pins_value(oid) else None,
    )


def _types(oid: str, samples: Sequence[Sample]) -> frozenset[GeneralNameKind]:
    known = frozenset(NAME_TYPES.values())
    found = {name.kind for sample in samples for name in sample.tbs.subject_alt_name}
    return known & found if oid == oids.SUBJECT_ALT_NAME else known


def _critical(oid: str, found: Sequence[tuple[Sample, Extension]]) -> Critical:
    """What all have; where they differ otherwise than by their subject, what most have."""
    if oid == oids.CT_POISON:
        return Critical.TRUE
    by_subject = all(each.critical is not bool(sample.tbs.subject.rdns) for sample, each in found)
    counts = Counter(each.critical for _, each in found)
    if by_subject and (len(counts) > 1 or oid == oids.SUBJECT_ALT_NAME):
        return Critical.IF_SUBJECT_EMPTY
    return Critical.TRUE if counts[True] > counts[False] else Critical.FALSE


def _contents(found: Sequence[tuple[Sample, Extension]]) -> tuple[dict[str, Listing], bool]:
    """The lists in an extension, and whether qualifiers stand in it."""
    read = [contents for sample, each in found if (contents := _read(sample, each)) is not None]
    entries: dict[str, list[tuple[str, ...]]] = {}
    for contents in read:
        for key, listed in contents.lists.items():
            entries.setdefault(key, []).append(listed)
    lists = {key: _listing(given) for key, given in sorted(entries.items())}
    return lists, any(contents.qualified for contents in read)


def _read(sample: Sample, extension: Extension) -> Contents | None:
    try:
        return contents_of(extension, sample.tbs)
    except Malformed as error:
        raise Refused(f"{sample.name}: {extension_name(extension.oid)}: {error}") from None


def _listing(given: Sequence[tuple[str, ...]]) -> Listing:
    """Just the entries that all have, or what is always there, what may be, and how many."""
    if len(set(given)) == 1:
        return Listing(exactly=given[0])
    must = frozenset(given[0]).intersection(*given)
    may = frozenset(entry for each in given for entry in each) - must
    begin = frozenset[str]()
    if len(may) > _MOST_URLS and (shared := _beginning(may)):
        may, begin = frozenset(), frozenset({shared})
    least, most = min(map(len, given)), max(map(len, given))
    return Listing(
        must=must,
        may=may,
        may_begin=begin,
        least=least if least > len(must) else 0,
        most=most if begin or most < len(must | may) else None,
    )


def _beginning(urls: frozenset[str]) -> str | None:
    """The longest folder that all of these URLs lie in, at least that of a host."""
    first, last = min(urls), max(urls)
    same = next((at for at, char in enumerate(first) if last[at : at + 1] != char), len(first))
    folder = first[:same].rpartition("/")[0]
    host = folder.removeprefix("http://")
    return f"{folder}/" if folder.startswith("http://") and host else None


def _key_id(certificates: Sequence[TBSCertificate]) -> KeyID | None:
    """The method by which all subjectKeyIdentifiers are made of their keys; None for any."""
    for method in KeyID:
        if all(
            each.subject_key_identifier == key_id_of(each.subject_public_key_info, method)
            for each in certificates
        ):
            return method
    return None


def _pins_value(oid: str) -> bool:
    return extension_name(oid) == oid or oid == oids.TLS_FEATURE


def _stage(certificate: TBSCertificate) -> Stage:
    return Stage.PRECERTIFICATE if certificate.poisoned else Stage.CERTIFICATE


def seen(samples: Sequence[Sample]) -> Mapping[str, str]:
    """In how many of the samples each attribute and extension stands, by its OID.

    Poison and timestamps are counted among the samples of their stage.
    """
    stages = Counter(_stage(sample.tbs) for sample in samples)
    counts = Counter(
        oid
        for sample in samples
        for oid in {
            *(each.oid for each in sample.tbs.subject.attributes),
            *(each.oid for each in sample.tbs.extensions),
        }
    )
    told = {oid: _share(n, len(samples)) for oid, n in counts.items()}
    for oid, (stage,) in _STAGES.items():
        told[oid] = f"{_share(counts[oid], stages[stage])} at stage {stage}"
    return told


def _share(number: int, total: int) -> str:
    if not total:
        return "no sample"
    return f"all {total}" if number == total else f"{number} of {total}"
