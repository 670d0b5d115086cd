"""`gate policy schema`: lets an editor complete, explain and check a policy while it is written."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import add_format, print_json
from gate.config import desk_site, read_folder, read_site
from gate.policy.schema import FILES, Names, names_in, schema_of
from gate.policy.shape import Shape
from gate.workbench.suite_shape import SuiteFile

FOLDER = ".gate"
"""Where the schemas are kept in a policy's folder; a gate passes over what is hidden."""

EXAMPLES = (
    "gate policy schema policies/webpki-production",
    "gate policy schema --config gate.yaml policies/webpki-production",
)

EPILOG = """\
The schemas know the names of this very policy: write them anew when you have added one.
With --config, they know the names of that gate's issuers too."""

_SHAPES: Mapping[str, type[Shape]] = {**FILES, "test": SuiteFile}
_BELOW = {"profile": "profiles/*.yaml", "test": "tests/*.test.yaml"}
"""The files that lie in a folder of their own."""


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "schema",
        help="write JSON Schemas of a policy's files, for your editor",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the policy's folder")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help=f"where to write them (default: DIR/{FOLDER})"
    )
    parser.add_argument("--config", metavar="FILE", help="know the issuers of this gate.yaml")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Write the schemas, whether or not the policy has mistakes."""
    folder: Path = options.folder
    files, output = read_folder(folder), options.output or folder / FOLDER
    inside = _inside(output, folder)
    if inside is not None and not inside.startswith("."):
        raise WrongUsage(f"within the policy's folder, write to a hidden one, such as {FOLDER}")
    site = read_site(Path(options.config))[0] if options.config else desk_site()
    written = _write(output, names_in(files, site))
    if options.format == "json":
        print_json({"written": written})
        return ExitCode.FINE
    print("\n".join(map(str, written)))
    print("\nthe first line of a file tells editors where its schema is:")
    for name in _SHAPES:
        file = _BELOW.get(name, f"{name}.yaml")
        up = ".." if name in _BELOW else "."
        seen = f"{up}/{inside}" if inside else output.resolve().as_posix()
        print(f"  {file:17}  # yaml-language-server: $schema={seen}/{name}.schema.json")
    return ExitCode.FINE


def _inside(output: Path, folder: Path) -> str | None:
    """Where the one folder lies within the other; empty where they are the same."""
    whole, around = output.resolve(), folder.resolve()
    if not whole.is_relative_to(around):
        return None
    return "/".join(whole.relative_to(around).parts)


def _write(output: Path, names: Names) -> list[Path]:
    output.mkdir(parents=True, exist_ok=True)
    written = []
    for name, shape in _SHAPES.items():
        path = output / f"{name}.schema.json"
        text = json.dumps(schema_of(shape, names), indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
        written.append(path)
    return written
