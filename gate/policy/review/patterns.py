"""Patterns of `text_absent` that match every text, or can match none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase, digits, punctuation

from gate.policy.folding import folded
from gate.policy.kinds.text_absent import PatternShape, TextAbsentShape
from gate.policy.patterns import compiled
from gate.policy.quoting import quoted
from gate.policy.review.notices import NoticeCode, Notices
from gate.policy.review.written import POLICY, Written

_TOKEN = re.compile(
    r"""
      \\u(?P<u>[0-9a-fA-F]{4}) | \\U(?P<U>[0-9a-fA-F]{8}) | \\x(?P<x>[0-9a-fA-F]{2})
    | \\(?P<escaped>.)
    | (?P<other>\[\^?\]?(?:\\.|[^\]\\])*\] | [().^$])
    | (?P<count>\{[0-9]*,?[0-9]*\} | [*+?])
    | (?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_OPTIONAL = re.compile(r"[*?]|\{0*,?.*\}")

PROBES = (
    *(sign * times for sign in ascii_lowercase + digits + punctuation for times in (1, 3)),
    "acme widgets gmbh",
    "société générale d'électricité, s.a.",
    "株式会社東京",
    "мир и труд",
    "12 high street (rear), 2nd floor",
)
"""Texts as unlike each other as can be: a pattern that matches them all matches any."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One place of a pattern: the character that must stand there, or None for a choice."""

    literal: str | None
    needed: bool = True


def review_patterns(written: Written, notices: Notices) -> None:
    """Say which patterns say nothing about a text."""
    for at, rule in enumerate(written.shape.rules):
        for number, pattern in enumerate(
            rule.patterns if isinstance(rule, TextAbsentShape) else ()
        ):
            key = "whole" if pattern.whole is not None else "anywhere"
            path = ("rules", at, "patterns", number, key)
            if why := _never(pattern):
                notices.add(NoticeCode.PATTERN_NEVER_MATCHES, POLICY, path, why)
            elif _always(pattern):
                text = "the pattern matches every text, so that none can be released: narrow it"
                notices.add(NoticeCode.PATTERN_ALWAYS_MATCHES, POLICY, path, text)


def _always(pattern: PatternShape) -> bool:
    if pattern.whole is not None:
        whole = compiled(pattern.whole, anywhere=False)
        return all(whole.fullmatch(text) for text in PROBES)
    found = compiled(pattern.anywhere or "", anywhere=True)
    return all(found.search(text) for text in PROBES)


def _never(pattern: PatternShape) -> str | None:
    """Why the pattern, or one of its alternatives, can match no text; None where it can."""
    for alternative, signs in _alternatives(pattern.whole or pattern.anywhere or ""):
        if why := _why_never(signs):
            return (
                f"{quoted(alternative)} can match no text: {why}; texts are compared in small "
                "Latin letters, with plain dashes and single blanks"
            )
    return None


def _why_never(signs: list[_Sign]) -> str | None:
    needed = [sign.literal for sign in signs if sign.needed and sign.literal is not None]
    for literal in needed:
        if literal != " " and not re.fullmatch(re.escape(literal), folded(literal), re.IGNORECASE):
            return f"none ever holds {quoted(literal)}"
    blank = _Sign(" ")
    if any(pair == (blank, blank) for pair in pairwise(signs)):
        return "none ever holds two blanks in a row"
    return None


def _alternatives(pattern: str) -> Iterator[tuple[str, list[_Sign]]]:
    """Each alternative outside of groups with its signs; what stands in a group is a choice."""
    depth, begun = 0, 0
    signs: list[_Sign] = []
    for token in _TOKEN.finditer(pattern):
        if token["count"]:
            if signs and _OPTIONAL.match(token["count"]):
                signs[-1] = _Sign(signs[-1].literal, needed=False)
            elif signs:
                # What may stand more than once is not followed by one blank alone.
                signs.append(_Sign(None, needed=False))
        elif token["other"] in {"(", ")"}:
            depth += 1 if token["other"] == "(" else -1
            signs.append(_Sign(None))
        elif token["literal"] == "|" and depth == 0:
            yield pattern[begun : token.start()], signs
            begun, signs = token.end(), []
        else:
            signs.append(_Sign(_literal(token) if depth == 0 else None))
    yield pattern[begun:], signs


def _literal(token: re.Match[str]) -> str | None:
    """The one character that a token stands for, or None where it may be several."""
    for base in ("u", "U", "x"):
        if token[base]:
            return chr(int(token[base], 16))
    if escaped := token["escaped"]:
        return _CONTROLS.get(escaped, None if escaped.isalnum() else escaped)
    return token["literal"]
