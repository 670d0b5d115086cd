"""`gate policy test --generate`: writes tests on both sides of every boundary of a policy."""

import argparse
from pathlib import Path

from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import print_json
from gate.config import desk_site, read_folder
from gate.workbench.boundaries import generate
from gate.workbench.suite_policy import load_with_tests

GENERATED = "tests/boundaries.test.yaml"
"""Where in a policy's folder generated tests go."""


def write_boundaries(options: argparse.Namespace) -> ExitCode:
    """Write the tests of each folder; refuses to write over a file unless `--force` says so.

    Raises ConfigError where a policy or the tests with the base have mistakes.
    """
    if options.mutate or options.only:
        raise WrongUsage("give --generate without --mutate and --only: nothing is tested by it")
    if options.output and len(options.folders) > 1:
        raise WrongUsage("give --output for one DIR only")
    written = [_write(folder, options) for folder in options.folders]
    if options.format == "json":
        print_json({"written": written})
        return ExitCode.FINE
    for path in written:
        print(f"{path}: written; read it once, and confirm that it says what you mean")
    return ExitCode.FINE


def _write(folder: Path, options: argparse.Namespace) -> Path:
    output: Path = options.output or folder / GENERATED
    if output.exists() and not options.force:
        raise WrongUsage(f"{output} is there already: give --force to write over it")
    # What is generated anew has no say in it.
    files = {
        path: data
        for path, data in read_folder(folder).items()
        if (folder / path).resolve() != output.resolve()
    }
    data = generate(*load_with_tests(files, desk_site()))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(data)
    return output
