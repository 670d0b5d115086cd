"""A subject held against a profile: which attributes, how often, in which order and type."""

from collections import Counter
from collections.abc import Iterator, Mapping

from gate.policy.certificate_profile.profile import AttributePin, CertificateProfile
from gate.policy.certificate_profile.words import attribute_name, string_name
from gate.policy.quoting import quoted
from gate.policy.sentences import enumerated
from gate.x509 import Attribute, Name
from gate.x509.der.tags import spell


def subject_faults(profile: CertificateProfile, subject: Name) -> Iterator[tuple[str, str]]:
    """Everything in a subject that is not as the profile says: where, and what."""
    if any(len(rdn) > 1 for rdn in subject.rdns):
        yield "subject", "one attribute in each relative name is expected, several found in one"
    counts = Counter(attribute.oid for attribute in subject.attributes)
    yield from _set_faults(profile, counts)
    pins = {pin.oid: pin for pin in profile.subject}
    for attribute in subject.attributes:
        if attribute.oid in pins:
            yield from _value_faults(pins[attribute.oid], attribute)
    if profile.subject_in_order:
        yield from _order_faults(profile, subject)


def _set_faults(
    profile: CertificateProfile, counts: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """The attributes that should not be there, or not so often, and those that are missing."""
    pins = {pin.oid: pin for pin in profile.subject}
    for oid, times in counts.items():
        where = f"subject.{attribute_name(oid)}"
        if oid not in pins:
            yield where, f"the attribute is found, and expected is {_expected(profile)}"
        elif times > 1 and not pins[oid].repeats:
            yield where, f"the attribute is expected once, found {times} times"
    for pin in profile.subject:
        if not pin.optional and pin.oid not in counts:
            yield f"subject.{pin.name}", "the attribute is expected and not there"


def _expected(profile: CertificateProfile) -> str:
    if not profile.subject:
        return "an empty subject"
    return f"no other than {enumerated(pin.name for pin in profile.subject)}"


def _value_faults(pin: AttributePin, attribute: Attribute) -> Iterator[tuple[str, str]]:
    where = f"subject.{pin.name}"
    string = string_name(attribute.tag)
    if string not in pin.strings:
        expected = enumerated(sorted(pin.strings), "or")
        found = string or spell(attribute.tag)
        yield where, f"a text of type {expected} is expected, {found} found"
    if pin.values is not None and attribute.value not in pin.values:
        expected = enumerated(map(quoted, sorted(pin.values)), "or")
        yield where, f"{expected} is expected, {quoted(attribute.value)} found"


def _order_faults(profile: CertificateProfile, subject: Name) -> Iterator[tuple[str, str]]:
    places = {pin.oid: at for at, pin in enumerate(profile.subject)}
    known = [each.oid for each in subject.attributes if each.oid in places]
    expected = sorted(known, key=places.__getitem__)
    if known != expected:
        told = " ".join(map(attribute_name, expected)), " ".join(map(attribute_name, known))
        yield "subject", f"the order expected is `{told[0]}`, found is `{told[1]}`"
