"""The kind `text_absent`: no field holds words that were never meant to be certified."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from gate.errors import Malformed
from gate.model import Case, Finding
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_coverings, between_sets
from gate.policy.folding import folded, whole_word
from gate.policy.lists import EntryType, NameList
from gate.policy.named import WordListName
from gate.policy.patterns import LONGEST_TEXT, compiled
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import SomeOf, Text, mistake, one_of
from gate.policy.sentences import counted, enumerated, some
from gate.policy.shape import Shape, keys_given
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
    `words` are those of the rule itself, `search` finds them and those of the lists.
    """

    kind: ClassVar[str] = "text_absent"
    faults: ClassVar[Mapping[str, str]] = {
        "word": "a field holds one of the words",
        "pattern": "a field matches one of the patterns",
        "too_long": "a field holds a text too long to be searched",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 7.1.2.7", "BR 7.1.4.2")
    fields: tuple[str, ...]
    words: frozenset[str]
    lists: tuple[NameList, ...]
    search: Pattern[str] | None
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
        if self.search and (match := self.search.search(text)):
            message = f"{shown} holds the word {quoted(match[0])}"
            yield self.finding(message, location=field, more="word")
        hits = [pattern for pattern in self.whole if pattern.fullmatch(text)]
        hits += [pattern for pattern in self.anywhere if pattern.search(text)]
        for pattern in hits:
            message = f"{shown} matches the pattern {quoted(pattern.pattern)}"
            yield self.finding(message, location=field, more="pattern")

    def in_words(self) -> str:
        """The fields, the words, the lists with their sizes, and every pattern."""
        return f"None of {enumerated(self.fields)} {enumerated(self._found(), 'or')}."

    def _found(self) -> Iterator[str]:
        if self.words:
            yield f"holds the word {enumerated(map(quoted, sorted(self.words)), 'or')}"
        for each in self.lists:
            yield f"holds one of the {counted(len(each.entries), 'word')} on {quoted(each.name)}"
        if self.whole:
            patterns = enumerated([quoted(pattern.pattern) for pattern in self.whole], "or")
            yield f"matches as a whole the pattern {patterns}"
        if self.anywhere:
            patterns = enumerated([quoted(pattern.pattern) for pattern in self.anywhere], "or")
            yield f"matches anywhere the pattern {patterns}"

    def differences(self, older: "TextAbsent") -> tuple[Difference, ...]:
        """Fields, words and patterns: one more is stricter."""
        fields = between_sets(
            frozenset(self.fields), frozenset(older.fields), "fields", added=Change.STRICTER
        )
        words = between_coverings(
            (self.all_words, older.all_words),
            "words",
            stricter=not older.finds(self.all_words),
            looser=not self.finds(older.all_words),
        )
        return (*fields, *words, *_between_patterns(self, older))

    @property
    def all_words(self) -> frozenset[str]:
        """The words of the rule and of its lists."""
        return self.words.union(*(each.entries for each in self.lists))

    def finds(self, words: Collection[str]) -> bool:
        """Whether each of these words holds a word that is searched for, as a whole word.

        A text that holds it as a whole word is then found by the shorter one too.
        """
        return all(self.search and self.search.search(word) for word in words)


def _between_patterns(new: TextAbsent, old: TextAbsent) -> Iterator[Difference]:
    """Patterns that came or went; what matches the whole text also matches anywhere in it."""
    for change, verb, these, those in (
        (Change.STRICTER, "added", new, old),
        (Change.LOOSER, "removed", old, new),
    ):
        anywhere = {pattern.pattern for pattern in those.anywhere}
        whole = anywhere | {pattern.pattern for pattern in those.whole}
        gone = {pattern.pattern for pattern in these.anywhere} - anywhere
        gone |= {pattern.pattern for pattern in these.whole} - whole
        if gone:
            yield Difference(change, f"patterns {verb}: {some(gone)}")


def _values(certificate: TBSCertificate, field: str) -> tuple[str, ...]:
    if field == _SAN:
        return tuple(name.text for name in certificate.subject_alt_name)
    return certificate.subject.values(FIELDS[field])


class PatternShape(Shape):
    """A regular expression that must match the `whole` text, or may match `anywhere` in it."""

    model_config = keys_given(1)

    whole: Text | None = Field(
        None,
        description="A regular expression that matches the whole text, in small letters.",
        examples=["x{3,}"],
    )
    anywhere: Text | None = Field(
        None,
        description="A regular expression that matches some part of the text, in small letters.",
        examples=["&(amp|lt|gt);"],
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.whole is None) == (self.anywhere is None):
            raise mistake("give exactly one of `whole` and `anywhere`")
        return self


class TextAbsentShape(RuleShape):
    """`words`, `lists` of words and `patterns` that must not be found in `fields`."""

    kind: Literal["text_absent"] = Field(
        description="No field holds one of the words or matches one of the patterns."
    )
    fields: SomeOf[
        Annotated[str, BeforeValidator(one_of({name: name for name in (*FIELDS, _SAN)}))]
    ] = Field(
        description="Where to look: attributes of the subject, or `san` for every name.",
        examples=[["subject.o", "subject.ou"]],
    )
    words: SomeOf[Text] = Field(
        (),
        description="Words that must not be found: whole words, whatever their case.",
        examples=[["test", "do not use"]],
    )
    lists: SomeOf[WordListName] = Field(
        (), description="The names of lists of type `word`.", examples=[["placeholder-words"]]
    )
    patterns: SomeOf[PatternShape] = Field(
        (), description="What texts must not look like.", examples=[[{"whole": "n/?a"}]]
    )

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
        lists = definitions.entries(self.lists, EntryType.WORD, place.below("lists"))
        patterns = self._patterns(place.below("patterns"))
        return TextAbsent(
            self.fields,
            frozenset(words),
            lists,
            _any_of(words.union(*(each.entries for each in lists))),
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
