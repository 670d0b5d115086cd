"""How commands end: the exit code and the words for each way of not going well."""

import argparse

import pytest

from gate.cli import main as cli
from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.errors import ConfigError, Malformed, Refused, Tampered, Unavailable


class Broken:
    """A command that raises what it is given; `looks` says that it looks for tampering."""

    def __init__(self, error: BaseException, *, looks: bool = False) -> None:
        self.error, self.looks = error, looks

    def add(self, commands: Commands) -> None:
        parser = commands.add_parser("broken", help="raise")
        parser.set_defaults(run=self.run)
        if self.looks:
            parser.set_defaults(tampered=ExitCode.BLOCKED)

    def run(self, _options: argparse.Namespace) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (Broken(WrongUsage("give --server")), 2, "gate: give --server\n"),
        (Broken(Malformed("no DER", offset=3)), 2, "gate: no DER at byte 3\n"),
        (Broken(Refused("used before")), 2, "gate: used before\n"),
        (Broken(Unavailable("nobody answers")), 2, "gate: nobody answers\n"),
        (
            Broken(ConfigError("a.yaml:1:1: x", "a.yaml:2:1: y")),
            2,
            "a.yaml:1:1: x\na.yaml:2:1: y\n",
        ),
        (Broken(Tampered("entry 3 was changed")), 2, "gate: entry 3 was changed\n"),
        (Broken(Tampered("entry 3 was changed"), looks=True), 1, "gate: entry 3 was changed\n"),
        (Broken(FileNotFoundError(2, "No such file", "x.pem")), 2, "gate: x.pem: no such file\n"),
        (Broken(KeyboardInterrupt()), 130, ""),
    ],
    ids=lambda value: type(value.error).__name__ if isinstance(value, Broken) else "",
)
def test_every_failure_has_its_code_and_its_words(
    command: Broken,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "GROUPS", {"broken": (command,)})

    assert cli.main(["broken"]) == code
    assert capsys.readouterr().err == said


def test_a_bug_is_a_failure_and_no_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "GROUPS", {"broken": (Broken(ZeroDivisionError("a bug")),)})
    monkeypatch.setattr("sys.argv", ["gate", "broken"])

    with pytest.raises(SystemExit) as stopped:
        cli.run()

    assert stopped.value.code == ExitCode.FAILED
    assert "a bug" in capsys.readouterr().err


def test_a_flag_is_never_guessed_from_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["log", "show", "gate.db", "--verd", "BLOCK"])

    assert stopped.value.code == ExitCode.FAILED
    assert "--verd" in capsys.readouterr().err
