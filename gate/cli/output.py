"""How the command line speaks: text with colour on a terminal only, or JSON."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from gate.cli.plain import plain


class Colour(StrEnum):
    """The few colours used, as terminal sequences."""

    RED = "\x1b[31m"
    GREEN = "\x1b[32m"
    YELLOW = "\x1b[33m"
    DIM = "\x1b[2m"


PLAIN = "\x1b[0m"

QUIET_SECONDS = 1.0
"""How long work is done before its progress is shown."""


def paint(text: str, colour: Colour) -> str:
    """The text in this colour where standard output is a terminal that wants colour."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"{colour.value}{text}{PLAIN}" if wanted else text


def add_format(parser: argparse.ArgumentParser) -> None:
    """Give a command its `--format`."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default) or json"
    )


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    print(json.dumps(plain(value), indent=2, ensure_ascii=False))


def print_json_line(value: Any) -> None:
    """Print a value as JSON in one line, at once, for whoever reads while more comes."""
    print(json.dumps(plain(value), ensure_ascii=False), flush=True)


def progress(done_what: str) -> Callable[[int, int], None]:
    """A line on standard error, `verified 512 of 9000`: on a terminal, once it takes long."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    begun, shown = time.monotonic(), False

    def show(done: int, total: int) -> None:
        nonlocal shown
        if shown or time.monotonic() - begun > QUIET_SECONDS:
            shown = True
            end = "\n" if done >= total else ""
            print(f"\r{done_what} {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show
