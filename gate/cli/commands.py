"""The commands of one level, each with a line of help and examples."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gate.policy.quoting import quoted

EXIT_CODES = "exit codes: 0 released or fine, 1 blocked or findings, 2 usage or failure"

_WIDEST_NAME = 15


class CommandParser(argparse.ArgumentParser):
    """A parser whose help, where it has commands below it, is a list of these in groups."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options
        )
        self.groups: dict[str, dict[str, str]] = {}

    def format_help(self) -> str:
        """The help that `-h` prints."""
        if not self.groups:
            return super().format_help()
        groups = (
            "\n".join((title, *(f"  {name:{_WIDEST_NAME}} {line}" for name, line in lines.items())))
            for title, lines in self.groups.items()
        )
        parts = (f"usage: {self.usage}", self.description, *groups, self.epilog)
        return "\n\n".join(part for part in parts if part) + "\n"


if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[CommandParser]  # noqa: SLF001 - has no public name
else:
    Parsers = Any


@dataclass(frozen=True, slots=True)
class Commands:
    """Adds commands to a parser, and to the lines of its help."""

    parsers: Parsers
    lines: dict[str, str] = field(default_factory=dict)

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - argparse's own word
        examples: Sequence[str] = (),
        epilog: str = "",
    ) -> CommandParser:
        """Add a command; its help ends with the examples and the exit codes."""
        self.lines[name] = help
        shown = "".join(f"\n  {example}" for example in examples)
        ending = (epilog, f"examples:{shown}" if examples else "", EXIT_CODES)
        return self.parsers.add_parser(
            name,
            help=help,
            description=f"{help[0].upper()}{help[1:]}.",
            epilog="\n\n".join(part for part in ending if part),
        )

    def add_verbs(self, name: str, line: str, *, examples: Sequence[str]) -> "Commands":
        """Add a command that has verbs, and return where to add them."""
        parser = self.add_parser(name, help=line, examples=examples)
        parser.usage = f"gate {name} VERB …"
        # Without `prog`, the usage of each verb would begin with that line.
        parsers = parser.add_subparsers(metavar="VERB", prog=f"gate {name}", required=True)
        verbs = Commands(parsers)
        parser.groups["verbs"] = verbs.lines
        return verbs


def read_count(text: str) -> int:
    """An option's value that counts something of which there must be at least one."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number from 1 on")
    return int(text)
