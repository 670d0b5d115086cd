"""One spelling for texts that look alike, so that a search finds what a reader sees."""

import re
import unicodedata

from gate.errors import Malformed
from gate.policy.quoting import quoted

_WORD = re.compile(r"[^\W_](.*[^\W_])?", re.DOTALL)
_LOOK_ALIKES = {
    # Cyrillic
    **str.maketrans("\u0430\u0432\u0441\u0501\u0435\u04bb\u0456\u0458\u043a", "abcdehijk"),
    **str.maketrans("\u043c\u043d\u043e\u0440\u0455\u0442\u0475\u0445\u0443", "mhopstvxy"),
    # Greek
    **str.maketrans("\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7", "aeikvoptux"),
    # Latin outside ASCII
    **str.maketrans("\u0131\u0251\u0261", "iag"),
    # dashes and apostrophes
    **str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u2019\u2018", "------''"),
}


def folded(text: str) -> str:
    """The text in one spelling: NFKC, no case, look-alike letters as Latin, single blanks.

    Characters that do not show (zero-width, soft hyphen, direction marks) are dropped.
    Accents stay, and digits are not taken for letters: more folding finds more than was
    meant.
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    shown = "".join(char for char in wide if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", shown).translate(_LOOK_ALIKES).split())


def whole_word(text: str) -> str:
    """A word or phrase to search for, folded.

    Raises Malformed where it does not begin and end with a letter or digit: it could then
    not be told where the word ends.
    """
    word = folded(text)
    if not _WORD.fullmatch(word):
        raise Malformed(f"{quoted(text)} must begin and end with a letter or digit")
    return word
