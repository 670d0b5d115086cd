"""A profile in English sentences."""

from collections.abc import Iterator

from gate.policy.certificate_profile.profile import (
    BOTH_STAGES,
    AttributePin,
    CertificateProfile,
    Critical,
    ExtensionPin,
)
from gate.policy.certificate_profile.words import IN_STAGE, NAME_TYPES, usual_strings
from gate.policy.quoting import quoted
from gate.policy.sentences import enumerated, sentence
from gate.x509 import oids

_CRITICAL = {
    Critical.TRUE: "critical",
    Critical.IF_SUBJECT_EMPTY: "critical if the subject is empty",
}


def profile_in_words(profile: CertificateProfile) -> str:
    """Sentences for signature, subject and extensions, with everything that is pinned."""
    return " ".join(map(sentence, _clauses(profile)))


def _clauses(profile: CertificateProfile) -> Iterator[str]:
    if profile.signature is not None:
        algorithms = (
            f"with {enumerated(sorted(names), 'or')} by a key {key}"
            for key, names in profile.signature.items()
        )
        yield f"it is to be signed {enumerated(algorithms, 'or')}"
    if profile.subject:
        order = ", in this order" if profile.subject_in_order else ""
        attributes = enumerated(map(_attribute, profile.subject))
        yield f"its subject has these attributes and no other{order}: {attributes}"
    else:
        yield "its subject is empty"
    order = ", in this order" if profile.extensions_in_order else ""
    extensions = "; ".join(map(_extension, profile.extensions))
    yield f"it has these extensions and no other{order}: {extensions}"


def _attribute(pin: AttributePin) -> str:
    notes = ["optional"] if pin.optional else []
    notes += ["more than once perhaps"] if pin.repeats else []
    if pin.strings != usual_strings(pin.oid):
        notes.append(f"as {enumerated(sorted(pin.strings), 'or')}")
    if pin.values is not None:
        notes.append(enumerated(map(quoted, sorted(pin.values)), "or"))
    return f"{pin.name}{_noted(notes)}"


def _extension(pin: ExtensionPin) -> str:
    notes = ["optional"] if pin.optional else []
    notes += [_CRITICAL[pin.critical]] if pin.critical in _CRITICAL else []
    if pin.stages != BOTH_STAGES:
        notes.append(f"in {enumerated(IN_STAGE[stage] for stage in sorted(pin.stages))} only")
    notes += [f"{key}: {listing.in_words()}" for key, listing in sorted(pin.lists.items())]
    notes += list(_content(pin))
    return f"{pin.name}{_noted(notes)}"


def _content(pin: ExtensionPin) -> Iterator[str]:
    if pin.oid == oids.AUTHORITY_KEY_IDENTIFIER:
        yield "the key identifier of the issuer"
    if pin.oid == oids.BASIC_CONSTRAINTS:
        yield "no CA"
    if pin.oid == oids.CERTIFICATE_POLICIES:
        yield f"{'perhaps with' if pin.qualifiers else 'without'} qualifiers"
    if pin.oid == oids.SUBJECT_ALT_NAME:
        types = (name for name, kind in NAME_TYPES.items() if kind in pin.types)
        yield f"names of type {enumerated(types)}"
    if pin.key_id is not None:
        yield f"the key's `{pin.key_id}`"
    if pin.value is not None:
        yield quoted(pin.value.hex())


def _noted(notes: list[str]) -> str:
    return f" ({', '.join(notes)})" if notes else ""
