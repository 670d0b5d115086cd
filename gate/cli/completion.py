"""`gate completion`: a script by which a shell completes what is typed after `gate`."""

import argparse
from pathlib import Path

import shtab

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode

SHELLS = ("bash", "zsh", "fish")

FILES = frozenset({"FILE", "DB", "ORDER", "CERT", "PATH"})
"""The metavars of what names a file; any other path is a folder's."""

EPILOG = 'to try it in bash: eval "$(gate completion bash)"'

EXAMPLES = (
    "gate completion bash > ~/.local/share/bash-completion/completions/gate",
    "gate completion zsh > ~/.zfunc/_gate                    (a folder of your fpath)",
    "gate completion fish > ~/.config/fish/completions/gate.fish",
)


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "completion",
        help="print a script that completes `gate` in your shell",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument("shell", choices=SHELLS, help="the shell")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Print the script."""
    _mark_files(options.parser)
    print(shtab.complete(options.parser, shell=options.shell))
    return ExitCode.FINE


def _mark_files(parser: argparse.ArgumentParser) -> None:
    """Tell shtab, in every command, which arguments name files and folders."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list them
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks
        elif action.type is Path:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # where shtab looks
        elif isinstance(action.choices, dict):
            for each in action.choices.values():
                _mark_files(each)
