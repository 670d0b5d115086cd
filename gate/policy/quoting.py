"""Text from outside, made safe to stand in a message."""

_LONGEST = 200


def quoted(text: str) -> str:
    """The text in backticks, with everything that does not print written as an escape.

    Names in a certificate are chosen by whoever wants one: a line break, a terminal
    sequence or a right-to-left override must not reach a log or a screen. Long texts
    are cut.
    """
    shown = text[:_LONGEST]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else _escaped(char) for char in shown)
    return f"`{shown}…`" if len(text) > _LONGEST else f"`{shown}`"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
