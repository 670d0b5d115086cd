"""What the documents and the help tell people to type is tried out, or at least exists."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.cli.main import build_parser
from tests.transcripts.conftest import ROOT
from tests.transcripts.served import Served
from tests.transcripts.test_transcripts import TRANSCRIPTS
from tests.transcripts.transcript import Step, parts

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(gate [a-z][^`]*)`")
NOT_PLAYED = ("gate serve", "gate demo", "gate completion")
"""Commands that have tests of their own, because they do not end or print what differs."""


def parsers(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.Action]]:
    """Every parser below this one by its command, with the actions it has."""
    for action in parser._actions:
        yield name, action
        if isinstance(action, argparse._SubParsersAction):
            for each, below in action.choices.items():
                yield from parsers(below, f"{name} {each}")


FLAGS: dict[str, set[str]] = {}
for command, its_action in parsers(build_parser(), "gate"):
    FLAGS.setdefault(command, set()).update(its_action.option_strings)


def told() -> list[str]:
    """Every command line that stands in a document or in a help text."""
    lines = [
        line
        for path in DOCUMENTS
        for language, block in FENCED.findall(path.read_text())
        if language in {"", "sh", "console"}
        for line in block.splitlines()
        if line.startswith("gate ")
    ]
    for path in DOCUMENTS:
        text = FENCED.sub("", path.read_text())
        lines += [" ".join(found.split()) for found in INLINE.findall(text)]
    return lines


def helped() -> list[str]:
    """Every example in the help of a command."""
    parser, found = build_parser(), []
    for _, action in parsers(parser, "gate"):
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found += re.findall(r"^  (gate .*)$", below.epilog or "", re.MULTILINE)
    return found


def known(line: str) -> tuple[str, list[str]]:
    """The command of a line, and the flags that it does not have."""
    words = shlex.split(line.replace("…", ""))
    command = "gate"
    for word in words[1:]:
        if f"{command} {word}" not in FLAGS:
            break
        command = f"{command} {word}"
    flags = {word.partition("=")[0] for word in words if word.startswith("--")}
    return command, sorted(flags - FLAGS[command])


@pytest.mark.parametrize("line", sorted({*told(), *helped()}))
def test_what_people_are_told_to_type_exists(line: str) -> None:
    command, unknown = known(line)

    assert command != "gate" or line in {"gate COMMAND --help", "gate --help"}, line
    assert unknown == [], line


def test_every_command_has_an_example_in_its_help() -> None:
    examples = helped()
    commands = {name for name in FLAGS if name != "gate"}

    assert {name for name in commands if not any(each.startswith(name) for each in examples)} == (
        set()
    )


def blanked(line: str) -> str:
    """The line with its ids blanked, as transcripts and documents write them differently."""
    return re.sub(r"<id:\w+>|\b[A-Z]+_ID\b", "ID", line)


def test_every_example_of_the_command_line_page_is_played() -> None:
    played = {
        blanked(part.command)
        for path in TRANSCRIPTS
        for part in parts(path.read_text())
        if isinstance(part, Step)
    }
    page = (ROOT / "docs" / "command-line.md").read_text()
    examples = [
        line
        for language, block in FENCED.findall(page)
        if not language
        for line in block.splitlines()
        if not line.startswith(NOT_PLAYED)
    ]

    assert len(examples) > 20
    assert [line for line in examples if blanked(line) not in played] == []


def test_every_command_is_on_the_command_line_page() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text()
    leaves = {name for name in FLAGS if not any(each.startswith(f"{name} ") for each in FLAGS)}

    assert {name for name in leaves if f"\n{name} " not in page and f"`{name}" not in page} == set()


def test_the_walk_to_a_verified_release_can_be_walked(
    served: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "first-release.md").read_text()
    blocks = [block for language, block in FENCED.findall(page) if language == "python"]
    assert "127.0.0.1:43127" in page

    values: dict[str, object] = {}
    for block in blocks:
        text = block.replace("127.0.0.1:43127", served.address)
        exec(compile(text, "first-release.md", "exec"), values)

    assert capsys.readouterr().out.splitlines()[0] == "RELEASE"
