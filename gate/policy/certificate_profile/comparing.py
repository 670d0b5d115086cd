"""Two versions of a profile compared: which way each pin goes.

Every pin is a demand of its own, so a profile is stricter where each of them is stricter or the
same. Where what must be there is another thing, nothing can be said: that is unclear.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from gate.policy.certificate_profile.profile import AttributePin, CertificateProfile, ExtensionPin
from gate.policy.change import Change
from gate.policy.differences import Difference, between_sets, opposite
from gate.policy.quoting import quoted

P_ = TypeVar("P_", AttributePin, ExtensionPin)


def profile_differences(new: CertificateProfile, old: CertificateProfile) -> tuple[Difference, ...]:
    """Each pin that is not what it was, in words."""
    return (
        *_title(new, old),
        *_signature(new, old),
        *_pins(new.subject, old.subject, "subject attribute"),
        *_order(new.subject_in_order, old.subject_in_order, "subject attributes"),
        *_sequence(new.subject, old.subject, "subject attributes", pinned=new.subject_in_order),
        *_pins(new.extensions, old.extensions, "extension"),
        *_order(new.extensions_in_order, old.extensions_in_order, "extensions"),
        *_sequence(new.extensions, old.extensions, "extensions", pinned=new.extensions_in_order),
    )


def _title(new: CertificateProfile, old: CertificateProfile) -> Iterator[Difference]:
    if new.title != old.title:
        text = f"text: it is for {quoted(new.title)}, it was for {quoted(old.title)}"
        yield Difference(Change.SAME, text)


def _signature(new: CertificateProfile, old: CertificateProfile) -> Iterator[Difference]:
    if new.signature is None or old.signature is None:
        if new.signature is not old.signature:
            change = Change.LOOSER if new.signature is None else Change.STRICTER
            told = "no longer" if new.signature is None else "now"
            yield Difference(change, f"the signature algorithm is {told} judged")
        return
    sets = [
        frozenset(f"{name} by {key}" for key, names in given.items() for name in names)
        for given in (new.signature, old.signature)
    ]
    yield from between_sets(sets[0], sets[1], "signature algorithms", added=Change.LOOSER)


def _order(new: bool, old: bool, what: str) -> Iterator[Difference]:  # noqa: FBT001 - new and old
    if new is not old:
        change = Change.STRICTER if new else Change.LOOSER
        yield Difference(change, f"the order of {what} is {'now' if new else 'no longer'} judged")


def _sequence(
    new: Sequence[P_], old: Sequence[P_], what: str, *, pinned: bool
) -> Iterator[Difference]:
    after, before = [pin.oid for pin in new], [pin.oid for pin in old]
    common = [[oid for oid in each if oid in after and oid in before] for each in (after, before)]
    if pinned and common[0] != common[1]:
        yield Difference(Change.UNCLEAR, f"the order expected of {what} is another")


def _pins(new: Sequence[P_], old: Sequence[P_], what: str) -> Iterator[Difference]:
    after, before = {pin.oid: pin for pin in new}, {pin.oid: pin for pin in old}
    for pin in new:
        if pin.oid not in before:
            change = Change.LOOSER if pin.optional else Change.UNCLEAR
            yield Difference(change, f"{what} added: {quoted(pin.name)}")
        else:
            for each in _pin(pin, before[pin.oid]):
                yield Difference(each.change, f"{what} {quoted(pin.name)}: {each.text}")
    for pin in old:
        if pin.oid not in after:
            change = Change.STRICTER if pin.optional else Change.UNCLEAR
            yield Difference(change, f"{what} removed: {quoted(pin.name)}")


def _pin(new: P_, old: P_) -> Iterator[Difference]:
    if new.optional is not old.optional:
        change = Change.LOOSER if new.optional else Change.STRICTER
        yield Difference(change, f"it is {'optional' if new.optional else 'required'} now")
    match new, old:
        case AttributePin(), AttributePin():
            yield from _attribute(new, old)
        case ExtensionPin(), ExtensionPin():
            yield from _extension(new, old)
        case _:
            pass


def _attribute(new: AttributePin, old: AttributePin) -> Iterator[Difference]:
    if new.repeats is not old.repeats:
        change = Change.LOOSER if new.repeats else Change.STRICTER
        yield Difference(change, f"it may {'' if new.repeats else 'not '}stand more than once")
    yield from between_sets(new.strings, old.strings, "string types", added=Change.LOOSER)
    if new.values is not None and old.values is not None:
        yield from between_sets(new.values, old.values, "values", added=Change.LOOSER)
    else:
        yield from _pinned(new.values, old.values, "values")


def _extension(new: ExtensionPin, old: ExtensionPin) -> Iterator[Difference]:
    if new.critical is not old.critical:
        text = f"critical is `{new.critical}`, it was `{old.critical}`"
        yield Difference(Change.UNCLEAR, text)
    yield from _stages(new, old)
    for key in sorted({*new.lists, *old.lists}):
        after, before = new.lists.get(key), old.lists.get(key)
        if after is None or before is None:
            change = Change.STRICTER if after is None else Change.LOOSER
            yield Difference(change, f"{key} {'removed' if after is None else 'added'}")
        elif (change := after.change_from(before)) is not Change.SAME or after != before:
            text = f"{key} is {after.in_words()}, it was {before.in_words()}"
            yield Difference(change, text)
    if new.qualifiers is not old.qualifiers:
        change = Change.LOOSER if new.qualifiers else Change.STRICTER
        yield Difference(change, f"qualifiers are {'allowed' if new.qualifiers else 'refused'} now")
    types = frozenset(map(str, new.types)), frozenset(map(str, old.types))
    yield from between_sets(*types, "types of names", added=Change.LOOSER)
    yield from _pinned(new.key_id, old.key_id, "method")
    yield from _pinned(new.value, old.value, "value")


def _stages(new: ExtensionPin, old: ExtensionPin) -> Iterator[Difference]:
    """A stage more allows an extension that may be left out, and demands one that may not."""
    if new.stages == old.stages:
        return
    change = Change.UNCLEAR
    if new.optional and old.optional and new.stages > old.stages:
        change = Change.LOOSER
    elif new.optional and old.optional and new.stages < old.stages:
        change = opposite(Change.LOOSER)
    yield Difference(change, f"stages are {' and '.join(sorted(new.stages))}")


def _pinned(new: object, old: object, what: str) -> Iterator[Difference]:
    """What is pinned to one thing, or to nothing where it is None."""
    if new == old:
        return
    if old is None:
        yield Difference(Change.STRICTER, f"{what} pinned")
    elif new is None:
        yield Difference(Change.LOOSER, f"{what} no longer pinned")
    else:
        yield Difference(Change.UNCLEAR, f"{what} is another")
