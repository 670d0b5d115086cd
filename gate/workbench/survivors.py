"""The mutants that no test can notice, listed beside the tests with the reasons."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from gate.policy.definitions import Place
from gate.policy.document import Document, read
from gate.policy.problems import Problems, did_you_mean
from gate.policy.quoting import quoted
from gate.policy.scalars import SomeOf, Text, one_of
from gate.policy.shape import Shape, shaped
from gate.workbench.mutant import Mutant
from gate.workbench.suite_files import SURVIVORS

_FORMAT = "gate-policy-survivors/1"


class ReasonShape(Shape):
    """Mutants that survive for one reason."""

    reason: Text = Field(
        description="Why no test can notice them.",
        examples=["the same rule blocks these addresses by a wider prefix"],
    )
    mutants: SomeOf[Text] = Field(
        description="What the mutants are called, as `gate policy test --mutate` does.",
        examples=[["lists/famous-addresses.txt: 1.1.1.1/32: left out"]],
    )


class SurvivorsFile(Shape):
    """`tests/survivors.yaml`: the mutants that may survive."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))] = Field(
        description="What the file is.", examples=[_FORMAT]
    )
    survivors: SomeOf[ReasonShape] = Field(description="The mutants, by the reason.")


@dataclass(frozen=True, slots=True)
class Survivors:
    """The listed mutants with their reasons, and where each stands."""

    reasons: Mapping[str, str]
    places: Mapping[str, Place]

    def check(self, survived: Collection[str], known: Collection[str]) -> None:
        """Raise PolicyError for what is listed and does not exist, or does not survive."""
        problems = Problems()
        for name, place in self.places.items():
            told = Place(Document(place.document.file, place.document.root, problems), place.path)
            if name not in known:
                told.note(f"there is no mutant {quoted(name)}{did_you_mean(name, known)}")
            elif name not in survived:
                told.note(f"{quoted(name)} does not survive: take it out of the list")
        problems.raise_any()


def read_survivors(files: Mapping[str, bytes]) -> Survivors:
    """The list in these files; empty where there is none. Raises PolicyError for mistakes."""
    if SURVIVORS not in files:
        return Survivors({}, {})
    problems = Problems()
    document = read(SURVIVORS, files[SURVIVORS], problems)
    problems.raise_any()
    shape = shaped(document, SurvivorsFile)
    if shape is None:
        raise problems.error()
    reasons, places = dict[str, str](), dict[str, Place]()
    for name, reason, place in _entries(shape, Place(document, ("survivors",))):
        if name in reasons:
            place.note("stands twice")
        reasons[name], places[name] = reason, place
    problems.raise_any()
    return Survivors(reasons, places)


def _entries(shape: SurvivorsFile, place: Place) -> Iterator[tuple[str, str, Place]]:
    for at, each in enumerate(shape.survivors):
        for number, name in enumerate(each.mutants):
            yield name, each.reason, place.below(at, "mutants", number)


def unlisted(survived: Collection[Mutant], survivors: Survivors) -> tuple[Mutant, ...]:
    """Those for which no reason is given."""
    return tuple(mutant for mutant in survived if mutant.name not in survivors.reasons)
