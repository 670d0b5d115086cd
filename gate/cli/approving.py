"""What `gate exception` and `gate holder` have in common: entries that two people approve."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import load_unapproved, now, read_folder, signing_key, told_in
from gate.errors import Refused
from gate.policy import Policy
from gate.policy.amending import with_approval
from gate.policy.approvals import NEEDED, Approvable, Approval, same_person
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.sentences import counted, date_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An exception or a holder; `told` is what there is to read before one approves it."""

    entry_id: str
    what: str
    told: Mapping[str, str]
    requested_by: str
    approvals: tuple[Approval, ...]
    begins: datetime | None
    ends: datetime
    approvable: Approvable

    @property
    def lacking(self) -> int:
        """How many approvals it still needs."""
        return max(0, NEEDED - len(self.approvals))

    def state(self, at: datetime) -> str:
        """How it stands at this moment, in words."""
        if at >= self.ends:
            return f"ended {date_of(self.ends)}: take it out"
        if self.lacking:
            return f"waits for {counted(self.lacking, 'approval')}"
        if self.begins is not None and at < self.begins:
            return f"begins {date_of(self.begins)}"
        return f"in force until {date_of(self.ends)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """One kind of entry: its noun, where it stands, and how it is found in a policy."""

    noun: str
    file: str
    section: str
    of: Callable[[Policy], Sequence[Entry]]

    def add_verbs(self, verbs: Commands) -> None:
        """Add `list` and `approve`."""
        shown = verbs.add_parser(
            "list",
            help=f"show each {self.noun}, and how it stands today",
            examples=(f"gate {self.noun} list policies/webpki-production",),
        )
        _add_folder(shown)
        add_format(shown)
        shown.set_defaults(run=self.show)
        approve = verbs.add_parser(
            "approve",
            help=f"sign one {self.noun}, and write the signature into {self.file}",
            examples=(
                f"gate {self.noun} approve ID --by NAME --key FILE policies/webpki-production",
            ),
        )
        approve.add_argument("id", metavar="ID", help=f"the id of the {self.noun}")
        _add_folder(approve)
        add_signer(approve)
        add_format(approve)
        approve.set_defaults(run=self.approve)

    def show(self, options: argparse.Namespace) -> ExitCode:
        """Show each entry; what its approvals are worth only a gate can tell."""
        at = now()
        entries = self.of(load_folder(options.folder)[1])
        if options.format == "json":
            print_json([{**_plain(entry), "state": entry.state(at)} for entry in entries])
            return ExitCode.FINE
        for entry in entries:
            print(f"{entry.entry_id}: {entry.state(at)}")
            _print(entry)
        print(f"{options.folder / self.file}: {counted(len(entries), self.noun)}")
        return ExitCode.FINE

    def approve(self, options: argparse.Namespace) -> ExitCode:
        """Sign one entry; raises Refused where this person cannot, or not now."""
        at = now().replace(microsecond=0)
        files, policy = load_folder(options.folder)
        entries = self.of(policy)
        known = [entry.entry_id for entry in entries]
        if options.id not in known:
            hint = did_you_mean(options.id, known)
            raise Refused(f"{self.file} has no {self.noun} {quoted(options.id)}{hint}")
        number = known.index(options.id)
        entry = entries[number]
        _refuse(entry, options.by, at)
        # 1. Sign what stands there, and write it where it belongs.
        signature = signing_key(options.key).sign(entry.approvable.text(by=options.by, at=at))
        approval = Approval(by=options.by, at=at, signature=signature)
        data = with_approval(self.file, files[self.file], self.section, number, approval)
        # 2. Only what loads again is kept.
        with told_in(options.folder):
            entry = self.of(load_unapproved({**files, self.file: data}))[number]
        replace_file(options.folder / self.file, data)
        if options.format == "json":
            print_json({**_plain(entry), "state": entry.state(at)})
            return ExitCode.FINE
        print(f"{entry.entry_id}: {paint(f'approved by {options.by}', Colour.GREEN)}")
        _print(entry)
        print(f"{options.folder / self.file}: {entry.state(at)}")
        return ExitCode.FINE


def add_signer(parser: argparse.ArgumentParser) -> None:
    """Give a command the person who signs."""
    parser.add_argument("--by", required=True, metavar="NAME", help="you, as gate.yaml names you")
    parser.add_argument(
        "--key", required=True, type=Path, metavar="FILE", help="your private key, PEM"
    )


def load_folder(folder: Path) -> tuple[Mapping[str, bytes], Policy]:
    """The files of a policy and the policy, approved or not; problems name the folder."""
    files = read_folder(folder)
    with told_in(folder):
        return files, load_unapproved(files)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file as a whole: who reads it meanwhile reads the old one or the new one."""
    path = path.resolve()
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    if path.exists():
        beside.chmod(path.stat().st_mode & 0o7777)
    beside.replace(path)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the policy's folder")


def _refuse(entry: Entry, by: str, at: datetime) -> None:
    name = quoted(entry.entry_id)
    if same_person(by, entry.requested_by):
        raise Refused(f"{name} was asked for by {quoted(by)}, who cannot approve it too")
    if any(same_person(by, approval.by) for approval in entry.approvals):
        raise Refused(f"{name} is approved by {quoted(by)} already: another person must")
    if at >= entry.ends:
        raise Refused(f"{name} ended {date_of(entry.ends)}: write a new one")


def _print(entry: Entry) -> None:
    print(f"  {entry.what}")
    for key, value in entry.told.items():
        print(f"  {key:13}{value}")
    given = ", ".join(f"{each.by} ({date_of(each.at)})" for each in entry.approvals)
    print(f"  {'approved by':13}{given or 'nobody'}")


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        **entry.approvable.fields,
        "approvals": [{"by": each.by, "at": each.at} for each in entry.approvals],
    }
