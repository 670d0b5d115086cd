"""The kind `text_absent`: no field holds words that were never meant to be certified."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, model_validator

from gate.errors import Malformed
from gate.model import Case, Finding
from gate.policy.definitions import Definitions, Place
from gate.policy.folding import folded, whole_word
from gate.policy.lists import EntryType
from gate.policy.patterns import LONGEST_TEXT, compiled
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Ident, SomeOf, Text, mistake, one_of
from gate.policy.shape import Shape
from gate.x509 import TBSCertificate, oids

FIELDS: Mapping[str, str] = {
    "subject.cn": oids.COMMON_NAME,
    "subject.o": oids.ORGANIZATION_NAME,
    "subject.ou": oids.ORGANIZATIONAL_UNIT_NAME,
    "subject.l": oids.LOCALITY_NAME,
    "subject.st": oids.STATE_OR_PROVINCE_NAME,
    "subject.street": oids.STREET_ADDRESS,
    "subject.postal_code": oids.POSTAL_CODE,
    "subject.given_name": oids.GIVEN_NAME,
    "subject.surname": oids.SURNAME,
    "subject.serial_number": oids.SERIAL_NUMBER,
    "subject.business_category": oids.BUSINESS_CATEGORY,
    "subject.organization_identifier": oids.ORGANIZATION_IDENTIFIER,
    "subject.jurisdiction_l": oids.JURISDICTION_LOCALITY,
    "subject.jurisdiction_st": oids.JURISDICTION_STATE_OR_PROVINCE,
}
"""The attributes of the subject that can be searched; `san` is every subjectAltName entry."""

_SAN = "san"


@dataclass(frozen=True, slots=True)
class TextAbsent(Requirement):
    """No field holds one of the words, or matches one of the patterns.

    Texts are folded first (gate.policy.folding). A word counts where it stands as a whole
    word: what is beside it is neither a letter nor a digit. A pattern for the `whole` text
    must match all of it, one for `anywhere` any part. Texts too long to search do not pass.
    """

    kind: ClassVar[str] = "text_absent"
    fields: tuple[str, ...]
    words: Pattern[str] | None
    whole: tuple[Pattern[str], ...]
    anywhere: tuple[Pattern[str], ...]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Search every value of every field."""
        certificate = certificate_of(case)
        return tuple(
            finding
            for field in self.fields
            for value in _values(certificate, field)
            for finding in self._searched(field, value)
        )

    def _searched(self, field: str, value: str) -> Iterator[Finding]:
        text = folded(value)
        shown = f"{field} {quoted(value)}"
        if len(text) > LONGEST_TEXT:
            message = f"{shown} is longer than {LONGEST_TEXT} characters"
            yield self.finding(message, location=field, more="too_long")
            return
        if self.words and (match := self.words.search(text)):
            message = f"{shown} holds the word {quoted(match[0])}"
            yield self.finding(message, location=field, more="word")
        hits = [pattern for pattern in self.whole if pattern.fullmatch(text)]
        hits += [pattern for pattern in self.anywhere if pattern.search(text)]
        for pattern in hits:
            message = f"{shown} matches the pattern {quoted(pattern.pattern)}"
            yield self.finding(message, location=field, more="pattern")


def _values(certificate: TBSCertificate, field: str) -> tuple[str, ...]:
    if field == _SAN:
        return tuple(name.text for name in certificate.subject_alt_name)
    return certificate.subject.values(FIELDS[field])


class PatternShape(Shape):
    """A regular expression that must match the `whole` text, or may match `anywhere` in it."""

    whole: Text | None = None
    anywhere: Text | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.whole is None) == (self.anywhere is None):
            raise mistake("give exactly one of `whole` and `anywhere`")
        return self


class TextAbsentShape(RuleShape):
    """`words`, `lists` of words and `patterns` that must not be found in `fields`."""

    kind: Literal["text_absent"]
    fields: SomeOf[
        Annotated[str, BeforeValidator(one_of({name: name for name in (*FIELDS, _SAN)}))]
    ]
    words: SomeOf[Text] = ()
    lists: SomeOf[Ident] = ()
    patterns: SomeOf[PatternShape] = ()

    @model_validator(mode="after")
    def _something_to_find(self) -> Self:
        if not (self.words or self.lists or self.patterns):
            raise mistake("give at least one of `words`, `lists` and `patterns`")
        return self

    def resolve(self, definitions: Definitions, place: Place) -> TextAbsent:
        """Look up the lists, and refuse words and patterns that could not work."""
        words = set[str]()
        for at, each in enumerate(self.words):
            try:
                words.add(whole_word(each))
            except Malformed as error:
                place.below("words", at).note(str(error))
        for found in definitions.entries(self.lists, EntryType.WORD, place.below("lists")):
            words.update(found.entries)
        patterns = self._patterns(place.below("patterns"))
        return TextAbsent(
            self.fields,
            _any_of(words),
            tuple(pattern for key, pattern in patterns if key == "whole"),
            tuple(pattern for key, pattern in patterns if key == "anywhere"),
        )

    def _patterns(self, place: Place) -> list[tuple[str, Pattern[str]]]:
        found = []
        for at, shape in enumerate(self.patterns):
            key = "anywhere" if shape.whole is None else "whole"
            try:
                pattern = compiled(shape.whole or shape.anywhere or "", anywhere=key == "anywhere")
                found.append((key, pattern))
            except Malformed as error:
                place.below(at, key).note(str(error))
        return found


def _any_of(words: set[str]) -> Pattern[str] | None:
    """One expression for all words, the longest first, so that the finding names that one."""
    if not words:
        return None
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])")
