"""Where in a file the characters of a scalar stand, however it was written.

YAML joins lines, takes away indents and reads escapes, but it never changes the order of what
is not blank. So the third character that is not blank in a value is the third in its source.
"""

from collections.abc import Iterator

_ESCAPES = dict(zip("0abtnvfre NLP_", "\0\a\b\t\n\v\f\r\x1b \x85\u2028\u2029\xa0", strict=True))
_CODES = {"x": 2, "u": 4, "U": 8}


def place_within(
    source: str, start: tuple[int, int], style: str, value: str, place: tuple[int, int]
) -> tuple[int, int]:
    """The line and column in the file for a line and column in the value of a scalar.

    All count from 1. `start` is where the scalar begins, `style` how it is written: `'`, `"`,
    `|`, `>`, or plainly where it is empty. `start` is given back where nothing fits.
    """
    at = _offset(value, place)
    # What is blank, or beyond the end, is placed behind what stands before it.
    behind = not value[at : at + 1].strip()
    before = sum(not char.isspace() for char in value[:at])
    number = before - 1 if behind else before
    for begins, ends, char in _characters(source, _offset(source, start), style):
        if char.isspace():
            continue
        if number <= 0:
            return _place(source, ends if behind else begins)
        number -= 1
    return start


def _characters(source: str, at: int, style: str) -> Iterator[tuple[int, int, str]]:
    """Each character of a scalar with where it begins and ends in the source."""
    if style in {"|", ">"}:
        at = source.find("\n", at) + 1 or len(source)
    elif style:
        at += 1
    while at < len(source):
        char, ends = source[at], at + 1
        if style == "'" and char == "'":
            if source[ends : ends + 1] != "'":
                return
            ends += 1
        elif style == '"' and char == '"':
            return
        elif style == '"' and char == "\\":
            char, ends = _escape(source, ends)
        yield at, ends, char
        at = ends


def _escape(source: str, at: int) -> tuple[str, int]:
    """What a backslash and the letter at this offset stand for, and where they end."""
    letter = source[at : at + 1]
    if digits := _CODES.get(letter):
        ends = at + 1 + digits
        return chr(int(source[at + 1 : ends], 16)), ends
    # A backslash at the end of a line stands for nothing, which is as good as a blank here.
    return _ESCAPES.get(letter, letter), at + 1


def _offset(text: str, place: tuple[int, int]) -> int:
    line, column = place
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1 or len(text)
    return min(at + column - 1, len(text))


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
