"""docs/facts.md, made of the comments in facts.proto.

`python -m tests.conditions.facts_page` writes it anew.
"""

import re
from pathlib import Path

from gate.conditions.type_words import type_in_words
from gate.conditions.vocabulary import FactType, paths

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "facts.md"
PROTO = ROOT / "protos" / "gate" / "conditions" / "v1" / "facts.proto"

OPENING = """\
# Facts

Rules of [kind `cel`](policy.md) state a condition in CEL, the
[Common Expression Language](https://cel.dev), over the facts on this page. The facts are joined
before any rule is judged: each identifier comes with the validation that the decision rests on.

- A **fact** is asked for by its path: `cert.validity_seconds <= 10 * 86400`.
- A **list** may be empty: `cert.san.ip.size() == 0`. Its entries are asked for in a loop,
  `identifiers.all(i, i.validated)` or `.exists(…)`, or one by one with `for_each` and `as`.
- A fact that **may be absent** gives an error where it is used and is not there; an error is never
  a pass. Before `==`, `!=` and `in` it must be asked for, in the same chain of `&&`:
  `has(order.account) && order.account == request.account`.
- Numbers are whole, times are in UTC: `timestamp('2027-03-15T00:00:00Z')`, `duration('36h')`.
- `matches` looks anywhere in the text; write `^` and `$` for all of it, and the pattern in
  `r'…'`, in which a backslash stays one.
- A message shows facts in braces: `{cert.san.ip}`.

A condition has at most 2,000 characters and two loops inside one another. Texts are not joined
by `+`, and only these functions are there: `size`, `startsWith`, `endsWith`, `contains`,
`matches`, `timestamp`, `duration`, `getFullYear`, `getMonth`, `getDayOfMonth`, `getDayOfWeek`,
`getHours`, `getMinutes`, `getSeconds`, and the loops `all`, `exists`, `exists_one`, `filter`
and `map`."""

FIELD = re.compile(r"((?:^ *//.*\n)+)^ *(?:repeated )?[\w.]+ (\w+) = \d+;", re.MULTILINE)
MESSAGE = re.compile(r"((?:^//.*\n)+)^message (\w+) \{\n((?:^ .*\n)*)", re.MULTILINE)


def comments() -> dict[str, str]:
    """The comment of each message and of each `Message.field`, in one line."""
    found = {}
    for about, message, body in MESSAGE.findall(PROTO.read_text()):
        found[message] = plain(about)
        found |= {f"{message}.{field}": plain(text) for text, field in FIELD.findall(body)}
    return found


def plain(comment: str) -> str:
    return " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())


def page() -> str:
    told = comments()
    parts = [OPENING]
    scalars = [(path, type_) for path, type_ in paths() if "." not in path and type_.scalar]
    parts.append("## The moment\n\n" + table([row(each, told["Facts.at"]) for each in scalars]))
    for path, group in paths():
        if group.group is not None:
            name = group.group.name
            rows = [
                row((f"{prefix(path, group)}{field}", type_), told[f"{name}.{field}"])
                for field, type_ in group.one.fields.items()
                if type_.scalar
            ]
            parts.append(f"## {heading(path, group)}\n\n{told[name]}\n\n{table(rows)}")
    return "\n\n".join(parts) + "\n"


def heading(path: str, group: FactType) -> str:
    return f"Each entry of `{path}`" if group.many else f"`{path}`"


def prefix(path: str, group: FactType) -> str:
    return "" if group.many else f"{path}."


def table(rows: list[tuple[str, ...]]) -> str:
    lines = [("fact", "is", "type", "from", "such as"), ("---",) * 5, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def row(fact: tuple[str, FactType], told: str) -> tuple[str, ...]:
    path, type_ = fact
    about, _, rest = told.partition(" From: ")
    source, _, example = rest.partition(". Example: ")
    assert about, path
    assert source, path
    assert example, path
    words = type_in_words(type_.cel).removeprefix("a ")
    return (f"`{path}`", about, words + ", may be absent" * type_.optional, source, f"`{example}`")


if __name__ == "__main__":
    PAGE.write_text(page())
