"""What a scalar of a policy has to be, field by field, and what to say where it is not.

Every scalar comes as the text that was written. A bare date is 00:00:00 UTC (BR 1.6.4).
"""

import re
from collections.abc import Callable, Mapping, Sized
from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from gate.model import (
    CertificateType,
    Environment,
    IdentifierType,
    Mode,
    Purpose,
    Severity,
    Stage,
    Trust,
)
from gate.policy.document import Plain
from gate.policy.problems import did_you_mean, listed
from gate.policy.quoting import quoted

_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_IDENT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?", re.ASCII)

E_ = TypeVar("E_", bound=Enum)
T_ = TypeVar("T_")
C_ = TypeVar("C_", bound=Sized)


def mistake(text: str) -> PydanticCustomError:
    """A mistake in our own words, as pydantic carries it to the surface."""
    return PydanticCustomError("mistake", "{text}", {"text": text})


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise mistake("must be a text")
    if not given.strip():
        raise mistake("must not be empty")
    return given.strip()


def _ident(given: object) -> str:
    text = _text(given)
    if not _IDENT.fullmatch(text):
        raise mistake(
            f"{quoted(text)} is not a name: use up to 64 small letters, digits and hyphens"
        )
    return text


def _whole(given: object) -> int:
    if not isinstance(given, Plain) or not _WHOLE.fullmatch(given):
        raise mistake("must be a whole number without quotes, such as 41")
    return int(given)


def _flag(given: object) -> bool:
    if not isinstance(given, Plain) or given not in {"true", "false"}:
        raise mistake("must be true or false")
    return given == "true"


def moment(given: object) -> datetime:
    """A date or a time in UTC; raises a mistake (a ValueError) for anything else."""
    text = _text(given)
    try:
        return datetime.fromisoformat(text if _DATE.fullmatch(text) else "").replace(tzinfo=UTC)
    except ValueError:
        example = "write 2027-03-15 or 2027-03-15T12:00:00Z"
        raise mistake(f"{quoted(text)} is not a date; {example}") from None


def one_of(words: Mapping[str, T_]) -> Callable[[object], T_]:
    """A reader of one of these words; the mistake names them all and the nearest."""

    def read(given: object) -> T_:
        text = _text(given)
        if text not in words:
            if len(words) == 1:
                raise mistake(f"must be {listed(words)}")
            hint = did_you_mean(text, words)
            raise mistake(f"{quoted(text)} is not one of {listed(words)}{hint}")
        return words[text]

    return read


def words_of(kind: type[E_]) -> dict[str, E_]:
    """The words by which policies name the members of a closed set."""
    members = (member for member in kind if member.name != "UNSPECIFIED")
    if issubclass(kind, IntEnum):
        return {member.name.lower(): member for member in members}
    return {str(member.value): member for member in members}


def _some(given: C_) -> C_:
    # Pydantic's own least length would also complain where entries were left out as mistaken.
    if not given:
        raise mistake("must not be empty")
    return given


def _unique(given: tuple[T_, ...]) -> tuple[T_, ...]:
    seen = set[T_]()
    for each in given:
        if each in seen:
            shown = each.value if isinstance(each, Enum) else each
            raise mistake(f"{quoted(str(shown))} stands twice")
        seen.add(each)
    return given


Text = Annotated[str, BeforeValidator(_text)]
Ident = Annotated[str, BeforeValidator(_ident)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Moment = Annotated[datetime, BeforeValidator(moment)]

ModeWord = Annotated[Mode, BeforeValidator(one_of(words_of(Mode)))]
EnvironmentWord = Annotated[Environment, BeforeValidator(one_of(words_of(Environment)))]
TrustWord = Annotated[Trust, BeforeValidator(one_of(words_of(Trust)))]
PurposeWord = Annotated[Purpose, BeforeValidator(one_of(words_of(Purpose)))]
StageWord = Annotated[Stage, BeforeValidator(one_of(words_of(Stage)))]
SeverityWord = Annotated[Severity, BeforeValidator(one_of(words_of(Severity)))]
CertificateTypeWord = Annotated[CertificateType, BeforeValidator(one_of(words_of(CertificateType)))]
IdentifierTypeWord = Annotated[IdentifierType, BeforeValidator(one_of(words_of(IdentifierType)))]

NotEmpty = AfterValidator(_some)
SomeOf = Annotated[tuple[T_, ...], NotEmpty, AfterValidator(_unique)]
"""A list that is neither empty nor names anything twice."""
