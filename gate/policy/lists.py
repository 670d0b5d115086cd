"""Lists of names, addresses and words, kept in text files beside the policy.

One entry a line; `#` at the start of a line or after a blank begins a comment. The comments
`# owner: …`, `# source: …` and `# date: 2026-11-01` say who keeps the list, where its
entries come from and of which day they are; all three must be there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from gate.baseline import EARLIEST
from gate.errors import Malformed, Refused
from gate.policy.characters import decode
from gate.policy.folding import whole_word
from gate.policy.problems import Problems
from gate.policy.quoting import quoted
from gate.policy.scalars import moment
from gate.policy.sentences import length_of

_HEADER = re.compile(r"#\s*(owner|source|date)\s*:\s*(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"(^|\s)#.*")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class EntryType(StrEnum):
    """What the entries of a list are."""

    IP_PREFIX = "ip-prefix"
    DNS_NAME = "dns-name"
    WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """A list as rules use it: entries in one spelling, each once.

    Prefixes are in CIDR form, names in lower case, words folded as `text_absent` folds
    what it searches. Older than `greatest_age`, it shows nothing any more.
    """

    name: str
    of: EntryType
    entries: tuple[str, ...]
    owner: str
    source: str
    date: datetime
    greatest_age: timedelta | None

    @property
    def good_until(self) -> datetime | None:
        """The last moment at which it is not too old; None where it never is."""
        try:
            return None if self.greatest_age is None else self.date + self.greatest_age
        except OverflowError:
            return None

    def refuse_stale(self, at: datetime) -> None:
        """Raise Refused where the list is older than its greatest age at this moment."""
        if self.greatest_age is not None and at - self.date > self.greatest_age:
            raise Refused(
                f"the list {quoted(self.name)} is of {self.date:%Y-%m-%d} and must not be older "
                f"than {length_of(self.greatest_age)}: its owner, {quoted(self.owner)}, "
                "has to renew it"
            )


@dataclass(slots=True)
class ListText:
    """A list's file, cut into entries that are not understood yet, each with its line."""

    file: str
    header: dict[str, tuple[str, int]] = field(default_factory=dict)
    lines: list[tuple[int, str]] = field(default_factory=list)


def read_list(file: str, data: bytes, problems: Problems) -> ListText:
    """Cut a list's file into header and lines; none, with reasons noted, where it is not text."""
    read = ListText(file)
    text = decode(file, data, problems) or ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.fullmatch(line.strip()):
            read.header.setdefault(header[1].lower(), (header[2].strip(), number))
        if entry := _COMMENT.sub("", line).strip():
            read.lines.append((number, entry))
    return read


def name_list(
    name: str,
    read: ListText,
    *,
    of: EntryType,
    greatest_age: timedelta | None,
    problems: Problems,
) -> NameList:
    """The list that a file holds; notes what is malformed, stands twice or is missing in it."""
    if read.header or read.lines:
        for key in ("owner", "source", "date"):
            if not read.header.get(key, ("", 0))[0]:
                problems.add(read.file, 1, 1, f"the comment `# {key}: …` is missing")
    return NameList(
        name=name,
        of=of,
        entries=_entries(read, of, problems),
        owner=read.header.get("owner", ("", 0))[0],
        source=read.header.get("source", ("", 0))[0],
        date=_date(read, problems),
        greatest_age=greatest_age,
    )


def _entries(read: ListText, of: EntryType, problems: Problems) -> tuple[str, ...]:
    first: dict[str, int] = {}
    for number, text in read.lines:
        try:
            entry = _READERS[of](text)
        except Malformed as error:
            problems.add(read.file, number, 1, str(error))
            continue
        if entry in first:
            again = f"{quoted(text)} stands twice: first in line {first[entry]}"
            problems.add(read.file, number, 1, again)
        first.setdefault(entry, number)
    return tuple(first)


def _date(read: ListText, problems: Problems) -> datetime:
    text, number = read.header.get("date", ("", 0))
    try:
        return moment(text) if text else EARLIEST
    except ValueError as error:
        problems.add(read.file, number, 1, f"date: {error}")
        return EARLIEST


def _prefix(text: str) -> str:
    try:
        # A zone (`%eth0`) would be read and dropped; no certificate can name one.
        network = ip_network(text.replace("%", " "), strict=False)
    except ValueError:
        example = "such as 192.0.2.0/24 or 2001:db8::/32"
        raise Malformed(f"{quoted(text)} is not an address or a prefix {example}") from None
    if ip_address(text.partition("/")[0]) != network.network_address:
        raise Malformed(f"{quoted(text)} has bits beyond its length; did you mean `{network}`?")
    return str(network)


def _name(text: str) -> str:
    name = text.lower()
    if not text.isascii():
        raise Malformed(f"{quoted(text)} has characters outside ASCII: write the A-label (`xn--…`)")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):  # noqa: PLR2004 - RFC 1035 §2.3.4
        raise Malformed(f"{quoted(text)} is not a DNS name: write labels and dots only")
    return name


_READERS: dict[EntryType, Callable[[str], str]] = {
    EntryType.IP_PREFIX: _prefix,
    EntryType.DNS_NAME: _name,
    EntryType.WORD: whole_word,
}
