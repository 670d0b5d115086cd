"""Which characters a file of a policy may hold, so that what is read is what is seen."""

import re
import unicodedata

from gate.policy.problems import Problems

_SUSPECT = re.compile(r"[^\n\x20-\x7e]")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"})
_NAMES = {
    "\t": "a tab",
    "\r": "a carriage return",
    "\x08": "a backspace",
    "\x7f": "a delete",
    "\x85": "a next-line character (NEL)",
    "\xa0": "a no-break space",
    "\u00ad": "a soft hyphen",
    "\ufeff": "a byte order mark",
}


def decode(file: str, data: bytes, problems: Problems) -> str | None:
    """The text of a file, or None where it is not clean UTF-8; says why in `problems`.

    Line ends may be LF or CRLF, and one byte order mark may lead. Control characters,
    bidirectional overrides, zero-width characters and blanks other than the plain space
    are refused: they make a file read otherwise than it looks.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        problems.add(
            file, *_position(before, len(before)), "the file is not UTF-8: save it in that encoding"
        )
        return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    refused = list(refused_characters(text))
    for at in refused:
        problems.add(file, *_position(text, at), f"{describe(text[at])} is not allowed: remove it")
    return None if refused else text


def refused_characters(text: str) -> list[int]:
    """Where characters stand that do not show as what they are."""
    suspects = (match.start() for match in _SUSPECT.finditer(text))
    return [at for at in suspects if unicodedata.category(text[at]) in _REFUSED_CATEGORIES]


def describe(char: str) -> str:
    """A refused character in words, with its code point."""
    name = _NAMES.get(char) or f"the character {unicodedata.name(char, 'of no name')}"
    return f"{name} (U+{ord(char):04X})"


def _position(text: str, at: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - line_start + 1
