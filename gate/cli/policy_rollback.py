"""`gate policy rollback`: an earlier policy out of the log, under a new version."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.output import add_format, print_json
from gate.config import load_unapproved, read_folder, reading
from gate.errors import ConfigError, Refused
from gate.policy.change import Change
from gate.policy.comparing import compare
from gate.ports import LogStorage
from gate.record import PolicyDocument, open_policy
from gate.record.policies import ANY_POLICY
from gate.rollout.reissue import reissued

EPILOG = """\
A version only ever grows, so the way back is forward: the files of the earlier version become
the newest one, to be signed and put into place as any other. A folder that already holds this
policy is kept beside the new one, as DIR.version-N."""


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "rollback",
        help="write an earlier version out of the log, as a new one to be signed",
        examples=("gate policy rollback --log dev-gate/gate.db --to 1 next-policy",),
        epilog=EPILOG,
    )
    parser.add_argument("--log", required=True, type=Path, metavar="DB", help="the gate's database")
    parser.add_argument(
        "--to", required=True, type=int, metavar="VERSION", help="the version to go back to"
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the new version is written")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Write it, and say what comes next."""
    with reading(options.log) as storage:
        earlier, newest = _found(storage, options.to)
    version = newest.ref.version + 1
    files = reissued(earlier.files, version)
    change = _change(newest, files)
    kept = _put(files, options.folder.resolve(), earlier.ref.name)
    two = change in {Change.LOOSER, Change.UNCLEAR}
    if options.format == "json":
        print_json(
            {
                "folder": str(options.folder),
                "name": earlier.ref.name,
                "version": version,
                "as_version": earlier.ref.version,
                "change": change,
                "needs_two": two,
                "kept": str(kept) if kept else None,
            }
        )
        return ExitCode.FINE
    print(f"{options.folder}: {earlier.ref.name} version {version}, as version {options.to} was")
    if kept:
        print(f"{kept}: what was there before")
    print(f"Against version {newest.ref.version}, the newest in the log, it is {change}.")
    people = "two people, one after the other" if two else "one person"
    print(f"""
What comes next:
  gate policy test {options.folder}          its tests are those of then
  gate policy sign {options.folder} --by NAME --key FILE          by {people}
  then put the folder where the gate looks for its policy (`policy` in gate.yaml)""")
    return ExitCode.FINE


def _found(storage: LogStorage, version: int) -> tuple[PolicyDocument, PolicyDocument]:
    """The policy of this version, as it was recorded last, and the newest of all."""
    policies = {
        document.ref.version: document
        for document in map(open_policy, storage.by_lookup([ANY_POLICY]))
    }
    if not policies:
        raise Refused("the log has no policy")
    newest = policies[max(policies)]
    if version == newest.ref.version:
        raise Refused(f"version {version} is the newest in the log: there is no way back to it")
    if version not in policies:
        known = ", ".join(str(each) for each in sorted(policies))
        raise Refused(f"the log has no policy of version {version}; it has {known}")
    return policies[version], newest


def _change(newest: PolicyDocument, files: Mapping[str, bytes]) -> Change:
    """How it differs from the newest; unclear where that does not load any more."""
    new = load_unapproved(files)
    try:
        return compare(load_unapproved(newest.files), new).change
    except ConfigError:
        return Change.UNCLEAR


def _put(files: Mapping[str, bytes], folder: Path, name: str) -> Path | None:
    """Write the folder as a whole; where this policy was in it, that is kept beside it.

    Raises Refused where the folder holds anything else.
    """
    kept = _place_of_old(folder, name) if folder.exists() and any(folder.iterdir()) else None
    new = folder.with_name(f".{folder.name}.new")
    rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for path, content in files.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(content)
    if kept:
        folder.rename(kept)
    new.rename(folder)
    return kept


def _place_of_old(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise Refused(f"{folder}: no folder")
    try:
        old = load_unapproved(read_folder(folder))
    except ConfigError:
        old = None
    if old is None or old.name != name:
        raise Refused(f"{folder}: holds something other than `{name}`: name a new folder")
    kept = folder.with_name(f"{folder.name}.version-{old.version}")
    if kept.exists():
        raise Refused(f"{kept}: is there already, and would be written over: move it away")
    return kept
