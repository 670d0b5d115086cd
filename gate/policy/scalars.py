"""What a scalar of a policy has to be, field by field, and what to say where it is not.

Every scalar comes as the text that was written. A bare date is 00:00:00 UTC (BR 1.6.4).
"""

import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, BaseModel, BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from gate.errors import Malformed
from gate.model import (
    CertificateType,
    Environment,
    Identifier,
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

_NOTHING = frozenset({"null", "Null", "NULL", "~"})
_IN_QUOTES = "put the word in quotes, or leave the key out"
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
    if isinstance(given, Plain) and given in _NOTHING:
        raise mistake(f"{quoted(given)} is nothing at all to other readers of YAML: {_IN_QUOTES}")
    return given.strip()


def _verbatim(given: object) -> str:
    _text(given)
    return str(given)


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


def _identifier(type_: IdentifierType) -> Callable[[object], Identifier]:
    def read(given: object) -> Identifier:
        try:
            return Identifier.parse(type_, _text(given))
        except Malformed as error:
            raise mistake(str(error)) from None

    return read


def _versions(given: object) -> SpecifierSet:
    text = _text(given)
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        example = "write `>=0.13` or `>=0.13, <0.15`"
        raise mistake(f"{quoted(text)} does not say which versions; {example}") from None


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Generic[T_]):
    """A reader of one of these words; the mistake names them all and the nearest."""

    words: Mapping[str, T_]

    def __call__(self, given: object) -> T_:
        """What the word that was written stands for."""
        text = _text(given)
        if text not in self.words:
            if len(self.words) == 1:
                raise mistake(f"must be {listed(self.words)}")
            hint = did_you_mean(text, self.words)
            raise mistake(f"{quoted(text)} is not one of {listed(self.words)}{hint}")
        return self.words[text]


def one_of(words: Mapping[str, T_]) -> OneOf[T_]:
    """A reader of one of these words."""
    return OneOf(words)


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
    for at, each in enumerate(given, start=1):
        if each in seen and isinstance(each, BaseModel):
            raise mistake(f"entry #{at} says the same as one before it")
        if each in seen:
            shown = each.value if isinstance(each, Enum) else each
            raise mistake(f"{quoted(str(shown))} stands twice")
        seen.add(each)
    return given


Text = Annotated[str, BeforeValidator(_text)]
Verbatim = Annotated[str, BeforeValidator(_verbatim)]
Ident = Annotated[str, BeforeValidator(_ident)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Moment = Annotated[datetime, BeforeValidator(moment)]
Versions = Annotated[SpecifierSet, PlainValidator(_versions, json_schema_input_type=str)]
DNSName = Annotated[Identifier, BeforeValidator(_identifier(IdentifierType.DNS))]
Address = Annotated[Identifier, BeforeValidator(_identifier(IdentifierType.IP))]

ModeWord = Annotated[Mode, BeforeValidator(one_of(words_of(Mode)))]
EnvironmentWord = Annotated[Environment, BeforeValidator(one_of(words_of(Environment)))]
TrustWord = Annotated[Trust, BeforeValidator(one_of(words_of(Trust)))]
PurposeWord = Annotated[Purpose, BeforeValidator(one_of(words_of(Purpose)))]
StageWord = Annotated[Stage, BeforeValidator(one_of(words_of(Stage)))]
SeverityWord = Annotated[Severity, BeforeValidator(one_of(words_of(Severity)))]
CertificateTypeWord = Annotated[CertificateType, BeforeValidator(one_of(words_of(CertificateType)))]
IdentifierTypeWord = Annotated[IdentifierType, BeforeValidator(one_of(words_of(IdentifierType)))]

NotEmpty = AfterValidator(_some)
Unique = AfterValidator(_unique)
SomeOf = Annotated[tuple[T_, ...], NotEmpty, Unique]
"""A list that is neither empty nor names anything twice."""

ANY_TEXT: Mapping[str, Any] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}

WRITTEN: Mapping[object, Mapping[str, Any]] = {
    _text: ANY_TEXT,
    _ident: {
        "type": ["string", "number", "boolean"],
        "pattern": r"^[a-z0-9][a-z0-9-]{0,63}$",
        "patternErrorMessage": "use up to 64 small letters, digits and hyphens",
    },
    _whole: {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    _flag: {"type": "boolean"},
    moment: {
        "type": "string",
        "pattern": (
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z)?$"
        ),
        "patternErrorMessage": "write 2027-03-15 or 2027-03-15T12:00:00Z",
    },
}
"""JSON Schema of what a scalar's reader takes, as it looks to editors.

These read YAML 1.2: a text without quotes may be a number, or true or false, to them.
"""
