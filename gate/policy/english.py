"""A rule explained in English, generated from its parameters, for people who audit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from textwrap import fill

from gate.model import Mode, Stage
from gate.policy.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.rule import AHEAD, Rule, When
from gate.policy.sentences import counted, date_of, enumerated, length_of, sentence

_WIDTH = 100
_MARGIN = 13

MODE_WORDS = {
    Mode.ENFORCE: "`enforce`, a failure blocks",
    Mode.WARN: "`warn`, a failure is told and does not block",
    Mode.DRY_RUN: "`dry-run`, a failure is only recorded",
    Mode.OFF: "`off`, nothing is judged",
}

_ENTRIES = {"ip-prefix": "prefix", "dns-name": "name", "word": "word"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsed:
    """A list that a rule looks at: how many entries it has, who keeps it and of which day it is."""

    name: str
    of: str
    entries: int
    owner: str
    source: str
    date: datetime
    greatest_age: timedelta | None

    def __str__(self) -> str:
        size = counted(self.entries, _ENTRIES[self.of])
        age = f", good for {length_of(self.greatest_age)}" if self.greatest_age else ""
        return (
            f"list {quoted(self.name)}: {size} of {date_of(self.date)}{age}, kept by {self.owner}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A rule in words: what must be true, for which requests, from when on and how strictly."""

    rule_id: str
    title: str
    kind: str
    requires: str
    applies_to: str
    in_force: tuple[str, ...]
    exceptable: bool
    exceptions: tuple[str, ...]
    schedules: tuple[str, ...]
    lists: tuple[ListUsed, ...]
    references: tuple[str, ...]
    requester_help: str

    @property
    def exceptions_in_words(self) -> str:
        """Whether exceptions may cover the rule, and which are written."""
        if not self.exceptable:
            return "none can ever cover this rule"
        written = enumerated(map(quoted, self.exceptions)) if self.exceptions else "none"
        return f"may cover this rule; written now: {written}"


def explained(rule: Rule, policy: Policy) -> Explanation:
    """Everything there is to say about a rule of this policy."""
    return Explanation(
        rule_id=rule.rule_id,
        title=rule.title,
        kind=rule.kind,
        requires=rule.requirement.in_words(),
        applies_to=applies_to(rule.when),
        in_force=tuple(_in_force(rule)),
        exceptable=rule.exceptable,
        exceptions=tuple(
            each.exception_id for each in policy.exceptions if each.rule_id == rule.rule_id
        ),
        schedules=tuple(each.name for each in rule.requirement.schedules if each.name),
        lists=tuple(lists_of(rule)),
        references=rule.references,
        requester_help=rule.requester_help,
    )


def explain(rule: Rule, policy: Policy) -> str:
    """The rule in lines of text: its id and title, then what there is to say under headings."""
    found = explained(rule, policy)
    uses = [f"schedule {quoted(name)}" for name in found.schedules]
    sections = (
        *(("requires", each) for each in dated_sentences(found.requires)),
        ("applies to", sentence(found.applies_to)),
        *(("in force", sentence(each)) for each in found.in_force),
        ("exceptions", sentence(found.exceptions_in_words)),
        *(("uses", sentence(each)) for each in (*uses, *map(str, found.lists))),
        ("rests on", ", ".join(found.references)),
        ("if it fails", found.requester_help),
    )
    lines = [f"{found.rule_id} ({found.kind})", f"  {found.title}"]
    before = ""
    for heading, text in sections:
        if text:
            lines.append(_paragraph("" if heading == before else heading, text))
        before = heading
    return "\n".join(lines)


def applies_to(when: When) -> str:
    """To which requests a rule applies: `every request`, or all that its `when` names."""
    stages = when.stages and {_STAGES[stage] for stage in when.stages if stage in _STAGES}
    parts = [
        f"{word} {enumerated(sorted(quoted(str(value)) for value in values), 'or')}"
        for word, values in (
            ("for profile", when.profiles),
            ("from issuer", when.issuers),
            ("of account", when.accounts),
            ("for purpose", when.purposes),
            ("at a gate in", when.environments),
        )
        if values is not None
    ]
    if stages:
        parts.append(f"for a {enumerated(sorted(stages), 'or')}")
    return f"requests {' '.join(parts)}" if parts else "every request"


def dated_sentences(text: str) -> tuple[str, ...]:
    """A text in parts, each beginning with a sentence that has a date of its own."""
    return tuple(re.split(r"(?<=\.) (?=From \d{4}-)", text))


def lists_of(rule: Rule) -> Iterator[ListUsed]:
    """The lists that a rule looks at."""
    for each in rule.lists:
        yield ListUsed(
            name=each.name,
            of=each.of.value,
            entries=len(each.entries),
            owner=each.owner,
            source=each.source,
            date=each.date,
            greatest_age=each.greatest_age,
        )


_STAGES = {Stage.PRECERTIFICATE: "precertificate", Stage.CERTIFICATE: "final certificate"}


def _in_force(rule: Rule) -> Iterator[str]:
    turns = rule.turns
    if len(turns) == 1:
        yield f"always: {MODE_WORDS[turns[0].value]}"
        return
    yield f"until {date_of(turns[1].start)}: {MODE_WORDS[turns[0].value]}"
    for before, turn in pairwise(turns):
        tried = f", and is tried out as a dry run in the {AHEAD.days} days before"
        ahead = tried if before.value is Mode.OFF else ""
        yield f"from {date_of(turn.start)}: {MODE_WORDS[turn.value]}{ahead}"


def _paragraph(heading: str, text: str) -> str:
    return fill(
        text,
        width=_WIDTH,
        initial_indent=f"  {heading:{_MARGIN}}",
        subsequent_indent=" " * (_MARGIN + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
