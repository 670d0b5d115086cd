"""Pieces of Markdown that hold whatever text they are given."""

import re
from collections.abc import Iterable, Sequence

_BAR = r"\|"

_SIGNS = re.compile(r"([\\<>*_\[\]])")
_CODE = re.compile(r"(`[^`]*`)")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already, and their line breaks and bars are written safely."""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def prose(text: str) -> str:
    """Text as Markdown shows it literally; what stands in backticks stays code."""
    parts = _CODE.split(text)
    return "".join(part if at % 2 else _SIGNS.sub(r"\\\1", part) for at, part in enumerate(parts))


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def joined(parts: Iterable[str]) -> str:
    """Paragraphs, tables and headings with a blank line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', _BAR).replace(chr(10), ' ') for cell in cells)} |"
