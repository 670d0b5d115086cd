"""A profile out of its file: words looked up, what cannot be noted where it stands."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from gate.policy.certificate_profile.listing import Listing
from gate.policy.certificate_profile.profile import (
    BOTH_STAGES,
    AttributePin,
    CertificateProfile,
    ExtensionPin,
)
from gate.policy.certificate_profile.shape import (
    AttributeShape,
    CertificateProfileFile,
    ChoiceShape,
    ExtensionShape,
    SignatureShape,
    key_id,
)
from gate.policy.certificate_profile.words import (
    ANY,
    ATTRIBUTES,
    EXTENSIONS,
    FIXED,
    LISTS,
    NAME_TYPES,
    PURPOSES,
    attribute_name,
    extension_name,
    is_oid,
    usual_strings,
)
from gate.policy.definitions import Place
from gate.policy.document import read
from gate.policy.problems import Problems, did_you_mean, listed
from gate.policy.quoting import quoted
from gate.policy.shape import shaped
from gate.policy.signature_algorithms import FITTING
from gate.x509 import KEY_USAGES, oids

_OWN_KEYS = ("qualifiers", "types", "method", "value")
_LIST_KEYS = ("ocsp", "ca_issuers", "policies", "urls", "purposes", "rsa", "ec")
_URL = "http://"
"""The only scheme that BR 7.1.2.7.7 and 7.1.2.11.2 allow."""

P_ = TypeVar("P_", AttributePin, ExtensionPin)


def read_profile(file: str, data: bytes) -> CertificateProfile:
    """The profile in a file; raises PolicyError with every mistake in it."""
    problems = Problems()
    document = read(file, data, problems)
    problems.raise_any()
    shape = shaped(document, CertificateProfileFile)
    found = None if shape is None else profile_of(shape, Place(document))
    problems.raise_any()
    if found is None:
        raise problems.error()
    return found


def profile_of(shape: CertificateProfileFile, place: Place) -> CertificateProfile:
    """The profile that a file says; notes words that stand for nothing, and contradictions."""
    subject = [
        _attribute(each, place.below("subject", at)) for at, each in enumerate(shape.subject)
    ]
    extensions = [
        _extension(each, place.below("extensions", at)) for at, each in enumerate(shape.extensions)
    ]
    return CertificateProfile(
        title=shape.title,
        signature=_signature(shape.signature, place.below("signature")),
        subject=tuple(_once(subject, place.below("subject"))),
        subject_in_order=shape.subject_order,
        extensions=tuple(_once(extensions, place.below("extensions"))),
        extensions_in_order=shape.extension_order,
    )


def _once(pins: list[P_], place: Place) -> Iterator[P_]:
    """The pins, each once; notes those that stand twice."""
    seen = set[str]()
    for at, pin in enumerate(pins):
        if pin.oid in seen:
            place.below(at, "name").note(f"{quoted(pin.name)} stands twice: write one entry")
        else:
            yield pin
        seen.add(pin.oid)


def _signature(shape: SignatureShape | None, place: Place) -> dict[str, frozenset[str]] | None:
    if shape is None:
        return None
    found = {}
    for key, fitting in FITTING.items():
        algorithms: tuple[str, ...] = getattr(shape, key)
        for at, algorithm in enumerate(algorithms):
            if algorithm not in fitting:
                text = f"{quoted(algorithm)} is no algorithm for such a key"
                place.below(key, at).note(f"{text}: BR 7.1.3.2 allow {listed(sorted(fitting))}")
        found[key] = frozenset(algorithms)
    if not any(found.values()):
        place.note("give the algorithms of one kind of key or more, or leave the key out")
    return {key: algorithms for key, algorithms in found.items() if algorithms}


def _attribute(shape: AttributeShape, place: Place) -> AttributePin:
    oid = _looked_up(shape.name, ATTRIBUTES, "attribute", place.below("name"))
    return AttributePin(
        oid=oid,
        name=attribute_name(oid),
        optional=shape.optional,
        repeats=shape.repeats,
        strings=frozenset(shape.strings) or usual_strings(oid),
        values=None if shape.values is None else frozenset(shape.values),
    )


def _extension(shape: ExtensionShape, place: Place) -> ExtensionPin:
    oid = _looked_up(shape.name, EXTENSIONS, "extension", place.below("name"))
    if is_oid(oid):
        _refuse_keys(shape, oid, place)
    return ExtensionPin(
        oid=oid,
        name=extension_name(oid),
        critical=shape.critical,
        optional=shape.optional,
        stages=BOTH_STAGES if shape.stages is None else frozenset(shape.stages),
        lists=dict(_lists(shape, oid, place)),
        qualifiers=bool(shape.qualifiers),
        types=frozenset(NAME_TYPES[word] for word in shape.types or NAME_TYPES),
        key_id=key_id(shape.method),
        value=_value(shape.value, place.below("value")),
    )


def _refuse_keys(shape: ExtensionShape, oid: str, place: Place) -> None:
    """Note keys for the content of another extension, and such as are missing."""
    allowed, needed = _keys_of(oid)
    for key in (*_LIST_KEYS, *_OWN_KEYS):
        if key not in allowed and getattr(shape, key) is not None:
            place.below(key).note(f"`{key}` is no key of {quoted(shape.name)}", at_key=True)
    if needed and not any(getattr(shape, key) is not None for key in needed):
        place.note(f"the key {listed(sorted(needed))} is missing")


def _keys_of(oid: str) -> tuple[frozenset[str], frozenset[str]]:
    """The keys that an extension may have, and those of which it needs one."""
    if oid == oids.SUBJECT_ALT_NAME:
        return frozenset({"types"}), frozenset()
    if oid == oids.SUBJECT_KEY_IDENTIFIER:
        return frozenset({"method"}), frozenset({"method"})
    if oid in FIXED:
        return frozenset(), frozenset()
    if oid == oids.CERTIFICATE_POLICIES:
        return LISTS[oid] | {"qualifiers"}, LISTS[oid]
    needed = LISTS.get(oid, frozenset({"value"}))
    return needed, needed


def _lists(shape: ExtensionShape, oid: str, place: Place) -> Iterator[tuple[str, Listing]]:
    for key in sorted(LISTS.get(oid, ())):
        given: ChoiceShape | tuple[str, ...] | None = getattr(shape, key)
        if given is not None:
            yield key, _listing(given, _ENTRIES[key], place.below(key))
        elif oid == oids.AUTHORITY_INFO_ACCESS:
            yield key, Listing(exactly=())


def _listing(
    given: ChoiceShape | tuple[str, ...], read_entry: Callable[[str, Place], str], place: Place
) -> Listing:
    if isinstance(given, tuple):
        entries = (read_entry(entry, place.below(at)) for at, entry in enumerate(given))
        order = KEY_USAGES if read_entry is _usage else None
        found = tuple(entries)
        return Listing(exactly=tuple(sorted(found, key=order.index)) if order else found)
    for at, begin in enumerate(given.may_begin):
        if read_entry is not _url:
            place.below("may_begin").note("only URLs are allowed by how they begin", at_key=True)
        elif not begin.startswith(_URL):
            place.below("may_begin", at).note(f"must begin with `{_URL}`")
    most = given.most
    if most is not None and most < max(given.least, len(given.must)):
        place.below("most").note("no list is left: more than these are asked for")
    return Listing(
        must=_set(given.must, read_entry, place.below("must")),
        may=_set(given.may, read_entry, place.below("may")),
        may_begin=frozenset(given.may_begin),
        least=given.least,
        most=most,
    )


def _set(
    entries: tuple[str, ...], read_entry: Callable[[str, Place], str], place: Place
) -> frozenset[str]:
    return frozenset(read_entry(entry, place.below(at)) for at, entry in enumerate(entries))


def _url(text: str, place: Place) -> str:
    if not text.startswith(_URL):
        place.note(f"{quoted(text)} is no URL that begins with `{_URL}`")
    return text


def _policy(text: str, place: Place) -> str:
    if not is_oid(text):
        place.note(f"{quoted(text)} is no OID, such as 2.23.140.1.2.1")
    return text


def _purpose(text: str, place: Place) -> str:
    if text not in PURPOSES and not is_oid(text):
        place.note(f"no purpose is called {quoted(text)}{did_you_mean(text, PURPOSES)}")
    return next((name for name, oid in PURPOSES.items() if oid == text), text)


def _usage(text: str, place: Place) -> str:
    if text not in KEY_USAGES:
        place.note(f"no use of a key is called {quoted(text)}{did_you_mean(text, KEY_USAGES)}")
        return KEY_USAGES[0]
    return text


_ENTRIES: dict[str, Callable[[str, Place], str]] = {
    "ocsp": _url,
    "ca_issuers": _url,
    "urls": _url,
    "policies": _policy,
    "purposes": _purpose,
    "rsa": _usage,
    "ec": _usage,
}


def _value(text: str | None, place: Place) -> bytes | None:
    if text is None or text == ANY:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        place.note(f"{quoted(text)} is neither DER in hex nor `{ANY}`")
        return None


def _looked_up(name: str, words: Mapping[str, str], what: str, place: Place) -> str:
    """The OID that a name stands for; an OID that has a name counts as that name."""
    if name not in words and not is_oid(name):
        hint = did_you_mean(name, words)
        place.note(f"no {what} is called {quoted(name)}: write its OID{hint}")
    return words.get(name, name)
