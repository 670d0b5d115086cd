"""How the command line speaks: text with colour on a terminal only, or JSON."""

import argparse
import json
import os
import sys
from enum import StrEnum
from typing import Any


class Colour(StrEnum):
    """The few colours used, as terminal sequences."""

    RED = "\x1b[31m"
    GREEN = "\x1b[32m"
    DIM = "\x1b[2m"


PLAIN = "\x1b[0m"


def paint(text: str, colour: Colour) -> str:
    """The text in this colour where standard output is a terminal that wants colour."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"{colour.value}{text}{PLAIN}" if wanted else text


def add_format(parser: argparse.ArgumentParser) -> None:
    """Give a command its `--format`."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default) or json"
    )


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
