"""Change control: what a new policy must bring so that it may judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.model import Environment, PolicyRef
from gate.model.policy_digest import MANIFEST
from gate.policy import Person, PolicyError, Problem
from gate.policy.change import Change
from gate.policy.definitions import Place
from gate.policy.document import read
from gate.policy.manifest import valid_signers
from gate.policy.problems import Problems
from gate.policy.quoting import quoted

POLICY = "policy.yaml"

FIRST = "first"
"""What the change to the first policy of a log is called."""

_TWO = frozenset({FIRST, Change.LOOSER.value, Change.UNCLEAR.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeControl:
    """The rules of one gate: where it runs, and whose signatures count there.

    In production every policy is signed by one of the people, and by two where it is the first
    of its log, or where it releases what the one before it would not, or may do so. Elsewhere
    nobody need sign; a signature that is there must hold everywhere.
    """

    environment: Environment
    people: tuple[Person, ...]

    @property
    def signed(self) -> bool:
        """Whether a policy without a signature is refused."""
        return self.environment is Environment.PRODUCTION

    def answered_for(self, signers: tuple[str, ...]) -> bool:
        """Whether a policy with these signers can be what the next one is measured against.

        One that nobody signed came into the log elsewhere, before this gate was in production.
        """
        return not self.signed or bool(signers)

    def signers(self, files: Mapping[str, bytes], ref: PolicyRef) -> tuple[str, ...]:
        """Who signed these files as this policy.

        Raises PolicyError for a signature that does not hold, and where there must be one and
        is none.
        """
        found = valid_signers(files, ref.name, ref.version, self.people)
        if self.signed and not self.people:
            raise _refused(
                "gate.yaml names nobody whose signature counts (policy_control > people)"
            )
        if self.signed and not found:
            raise _refused("nobody signed this policy: in production it is signed first")
        return found

    def check_signers(self, change: str, signers: tuple[str, ...]) -> None:
        """Raise PolicyError where too few people signed for such a change."""
        if self.signed and change in _TWO and len(set(signers)) < 2:  # noqa: PLR2004 - four eyes
            raise _refused(
                f"only {quoted(signers[0])} signed: {_WHY[change]}, and needs two people"
                if signers
                else f"nobody signed: {_WHY[change]}, and needs two people"
            )


def check_version(files: Mapping[str, bytes], ref: PolicyRef, newest: PolicyRef) -> None:
    """Raise PolicyError unless this version is later than the newest that the log knows."""
    if ref.version > newest.version:
        return
    Place(read(POLICY, files[POLICY], problems := Problems())).below("version").note(
        f"{ref.version} is not greater than {newest.version}, the newest version that was "
        "active: raise it, and have it signed anew"
    )
    problems.raise_any()


def _refused(why: str) -> PolicyError:
    return PolicyError(Problem(MANIFEST, 0, 0, f"{why}: see `gate policy sign --help`"))


_WHY = {
    FIRST: "it is the first policy of this log",
    Change.LOOSER: "it releases what the policy before it would block",
    Change.UNCLEAR: "it may release what the policy before it would block",
}
