"""The kind `cel`: a condition in CEL, for what no other kind says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import Field

from gate.errors import Malformed
from gate.model import Case, Finding
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.document import Mark
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Text, Verbatim
from gate.ports import Condition


@dataclass(frozen=True, slots=True)
class CEL(Requirement):
    """The condition is true: of the case, or of each entry of `for_each` under the name `element`.

    `condition` is None where the texts could not be compiled, which nothing then meets.
    """

    kind: ClassVar[str] = "cel"
    faults: ClassVar[Mapping[str, str]] = {"": "the condition is not true"}
    require: str
    message: str
    for_each: str
    element: str
    condition: Condition | None = field(compare=False, repr=False)

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts that the condition looks at, as dotted paths."""
        return self.condition.reads if self.condition else ()

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Evaluate the condition; raises Malformed where that is not possible."""
        if self.condition is None:
            raise Malformed("the condition was not compiled")
        location = self.for_each
        return tuple(
            self.finding(message, location=location) for message in self.condition.unmet(case)
        )

    def in_words(self) -> str:
        """The condition as it was written, and the message of what does not meet it."""
        whose = f" for each {quoted(self.element)} of {quoted(self.for_each)}"
        return (
            f"This condition in CEL is true{whose if self.for_each else ''}: {self.require}\n"
            f"Where it is not, the finding says: {self.message}"
        )

    def differences(self, older: "CEL") -> tuple[Difference, ...]:
        """Nobody can tell what another condition lets pass; another message changes nothing."""
        found = []
        if _condition(self) != _condition(older):
            found.append(Difference(Change.UNCLEAR, f"the condition was: {older.require}"))
        if self.message != older.message:
            found.append(Difference(Change.SAME, f"the message was: {older.message}"))
        return tuple(found)


def _condition(requirement: CEL) -> tuple[str, str, str]:
    return requirement.require, requirement.for_each, requirement.element


class CELShape(RuleShape):
    """`require` in CEL, of the case or of each entry of `for_each`, and the `message` if not."""

    kind: Literal["cel"] = Field(
        description="A condition in CEL over the facts of the case is true; for what no other "
        "kind says. The facts are listed in docs/facts.md."
    )
    require: Verbatim = Field(
        description="What must be true, in CEL. Anything else, an error included, blocks.",
        examples=[
            "organization in ['Plovidba d.d.', 'Plovidba d.o.o.']",
            "cert.san.ip.size() == 0 || cert.validity_seconds <= 10 * 86400",
        ],
    )
    message: Verbatim = Field(
        description="What to say where it is not true; a fact's name in braces stands for it.",
        examples=[
            "{organization} was not agreed on for {request.account}",
            "{cert.san.ip} would be certified for {cert.validity_seconds} seconds",
        ],
    )
    for_each: Verbatim | None = Field(
        None,
        description="A fact that is a list: the condition must be true for each of its entries.",
        examples=["cert.subject.o"],
    )
    element: Text | None = Field(
        None,
        alias="as",
        description="The name that each entry of `for_each` has in `require` and `message`.",
        examples=["organization"],
    )

    def resolve(self, definitions: Definitions, place: Place) -> CEL:
        """Compiles the condition, and notes every fault in it where it stands."""
        return CEL(
            require=self.require.strip(),
            message=self.message.strip(),
            for_each=(self.for_each or "").strip(),
            element=self.element or "",
            condition=self._compiled(definitions, place),
        )

    def _compiled(self, definitions: Definitions, place: Place) -> Condition | None:
        compiler = definitions.site.conditions
        if compiler is None:
            text = "the condition engine is not available here, so that it cannot be checked"
            place.below("kind").note(text)
            return None
        found = compiler.compile(
            require=self.require,
            message=self.message,
            for_each=self.for_each or "",
            element=self.element or "",
        )
        if not isinstance(found, tuple):
            return found
        for fault in found:
            place.below(fault.part).note(fault.text, within=Mark(fault.line, fault.column))
        return None
