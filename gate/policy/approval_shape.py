"""Approvals as they stand in a file, and what can be wrong with them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from gate.errors import Malformed
from gate.policy.approvals import NEEDED, Approvable, Approval, same_person, stated_time
from gate.policy.definitions import Place
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.scalars import Moment, Text, mistake
from gate.policy.shape import Shape
from gate.policy.site import Person, Site
from gate.tlog.base64 import decode_base64

SIGNATURE_SIZE = 64
"""RFC 8032 §5.1.6."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def _id(given: object) -> str:
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise mistake("must be an id of up to 64 letters, digits, `.`, `_` and `-`")
    return str(given)


def _signature(given: object) -> bytes:
    try:
        signature = decode_base64(given) if isinstance(given, str) else b""
    except Malformed:
        signature = b""
    if len(signature) != SIGNATURE_SIZE:
        raise mistake(f"must be the base64 of {SIGNATURE_SIZE} bytes, as the command writes it")
    return signature


Id = Annotated[str, BeforeValidator(_id)]
"""What an exception or a holder is called: `EXC-2027-004`."""


class ApprovalShape(Shape):
    """One person's signature, dated by themselves."""

    by: Text = Field(description="Who approves, as the gate's operators name them.")
    at: Moment = Field(description="When they signed.")
    signature: Annotated[bytes, BeforeValidator(_signature)] = Field(
        description="Their signature over every other key of the entry, in base64."
    )

    @property
    def approval(self) -> Approval:
        """The same as a value."""
        return Approval(by=self.by, at=self.at, signature=self.signature)


def note_approvals(
    approvals: tuple[Approval, ...],
    thing: Approvable,
    *,
    requested_by: str,
    ends: datetime,
    site: Site,
    place: Place,
) -> None:
    """Note everything by which these are not the approvals of two people who may give them.

    `place` is that of the thing. Where the site knows nobody, signatures are not checked.
    """
    where = place.below("approvals")
    for at, approval in enumerate(approvals):
        one = where.below(at)
        name = quoted(approval.by)
        if same_person(approval.by, requested_by):
            one.below("by").note(f"{name} asked for it, and cannot approve it too")
        if any(same_person(approval.by, other.by) for other in approvals[:at]):
            one.below("by").note(f"{name} approved it already: another person must")
        if approval.at >= ends:
            one.below("at").note(f"that is not before {stated_time(ends)}, when it ends")
    if site.people is not None:
        _note_signatures(approvals, thing, site.people, where)
    if len(approvals) < NEEDED and not site.unapproved:
        given = ", ".join(quoted(approval.by) for approval in approvals) or "nobody"
        command = f"`gate {thing.type} approve {thing.fields['id']} --by NAME --key FILE DIR`"
        place.note(f"approved by {given}, and {NEEDED} people must: each runs {command}")


def _note_signatures(
    approvals: tuple[Approval, ...], thing: Approvable, people: tuple[Person, ...], place: Place
) -> None:
    keys = set[bytes]()
    for at, approval in enumerate(approvals):
        text = thing.text(by=approval.by, at=approval.at)
        for key, problem in signature_problems(approval, text, people):
            place.below(at, key).note(problem)
        for person in people:
            if person.name == approval.by and person.public_key in keys:
                place.below(at, "signature").note("made with the key of another approval")
            elif person.name == approval.by:
                keys.add(person.public_key)


def signature_problems(
    approval: Approval, text: bytes, people: tuple[Person, ...]
) -> Iterator[tuple[str, str]]:
    """Each fault of one signature, with the key of the approval that it is told at."""
    person = next((each for each in people if each.name == approval.by), None)
    if person is None:
        hint = did_you_mean(approval.by, (each.name for each in people))
        known = "the people of gate.yaml (policy_control > people)"
        yield "by", f"{quoted(approval.by)} is not one of {known}{hint}"
        return
    if person.until is not None and approval.at > person.until:
        until = stated_time(person.until)
        yield "at", f"signatures of {quoted(person.name)} count until {until} only"
    if not approval.holds(person, text):
        name = quoted(person.name)
        yield (
            "signature",
            (
                f"{name} did not sign this: it is forged, of something else, or something was "
                "changed after it was given; take it out and approve anew"
            ),
        )
