"""A list that a profile pins: what stands in it, and in which order where that is pinned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gate.policy.change import Change
from gate.policy.quoting import quoted
from gate.policy.sentences import enumerated


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Just the entries of `exactly`, in that order; or, where it is None, a choice.

    Of a choice, all of `must` are there, and besides them only entries of `may` and such as
    begin with one of `may_begin`; each once, `least` to `most` of them together, in any order.
    """

    exactly: tuple[str, ...] | None = None
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    may_begin: frozenset[str] = frozenset()
    least: int = 0
    most: int | None = None

    def faults(self, found: tuple[str, ...]) -> Iterator[str]:
        """Each entry too many or too few, in words; then the number or the order."""
        wanted = frozenset(self.exactly or ()) | self.must
        for entry in sorted(wanted - set(found)):
            yield f"{quoted(entry)} is expected and not there"
        yield from self._unexpected(found)
        if self.exactly is not None:
            if found != self.exactly and sorted(found) == sorted(self.exactly):
                yield f"the order expected is {_shown(self.exactly)}, found is {_shown(found)}"
        elif len(found) < self.least:
            yield f"{self.least} or more are expected, {len(found)} found: {self.in_words()}"
        elif self.most is not None and len(found) > self.most:
            yield f"{self.most} at most are expected, {len(found)} found: {_shown(found)}"

    def _unexpected(self, found: tuple[str, ...]) -> Iterator[str]:
        expected = self.in_words()
        for entry, times in Counter(found).items():
            if not self._allows(entry):
                yield f"{quoted(entry)} is found, and expected is {expected}"
            elif times > 1:
                yield f"{quoted(entry)} is found {times} times"

    def _allows(self, entry: str) -> bool:
        if self.exactly is not None:
            return entry in self.exactly
        return entry in self.must or entry in self.may or self._begins(entry)

    def _begins(self, entry: str) -> bool:
        return any(entry.startswith(begin) for begin in self.may_begin)

    def in_words(self) -> str:
        """What may stand there: `a and b` for just these, and all that a choice leaves."""
        if self.exactly is not None:
            return _shown(self.exactly)
        parts = [_shown(sorted(self.must))] if self.must else []
        others = [quoted(entry) for entry in sorted(self.may)]
        others += [f"what begins with {quoted(begin)}" for begin in sorted(self.may_begin)]
        if others:
            parts.append(f"perhaps {enumerated(others, 'or')}")
        number = [f"{self.least} or more"] if self.least > len(self.must) else []
        number += [f"{self.most} at most"] if self.most is not None else []
        ending = f" ({', '.join(number)})" if number else ""
        return f"{', '.join(parts) or 'nothing'}{ending}"

    def change_from(self, older: "Listing") -> Change:
        """Whether this allows more lists than an older one; the claim of fewer is a proof."""
        if self == older:
            return Change.SAME
        if older.covers(self):
            return Change.SAME if self.covers(older) else Change.STRICTER
        return Change.LOOSER if self.covers(older) else Change.UNCLEAR

    def covers(self, other: "Listing") -> bool:
        """Whether every list that the other allows is allowed here, as far as can be shown."""
        if other.exactly is not None:
            return not any(self.faults(other.exactly))
        if self.exactly is not None:
            return False
        most = other.greatest
        fewer = self.most is None or (most is not None and most <= self.most)
        return (
            self.must <= other.must
            and all(self._allows(entry) for entry in (*other.must, *other.may))
            and all(self._begins(begin) for begin in other.may_begin)
            and max(other.least, len(other.must)) >= self.least
            and fewer
        )

    @property
    def greatest(self) -> int | None:
        """How many entries there can be; None without limit."""
        if self.most is not None or self.may_begin:
            return self.most
        return len(self.must | self.may)


def _shown(entries: tuple[str, ...] | list[str]) -> str:
    return enumerated(map(quoted, entries))
