"""`gate policy sign` and `gate policy key`: the signatures over a whole policy."""

import argparse
from pathlib import Path

from gate.cli.approving import add_signer, replace_file
from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.output import add_format, print_json
from gate.config import desk_site, make_signing_key, now, read_folder, signing_key, told_in
from gate.model.policy_digest import MANIFEST
from gate.policy import load
from gate.policy.manifest import read_manifest, signed
from gate.policy.sentences import enumerated


def add(verbs: Commands) -> None:
    """Add the verbs."""
    sign = verbs.add_parser(
        "sign",
        help="sign all files of a policy, for a gate that takes signed ones only",
        examples=("gate policy sign policies/webpki-production --by NAME --key FILE",),
    )
    sign.add_argument("folder", type=Path, metavar="DIR", help="the policy's folder")
    add_signer(sign)
    add_format(sign)
    sign.set_defaults(run=run)
    key = verbs.add_parser(
        "key",
        help="make a key to sign with, and its public half FILE.pub for gate.yaml",
        examples=("gate policy key alice.key",),
    )
    key.add_argument("file", type=Path, metavar="FILE", help="where the private key is written")
    key.set_defaults(run=run_key)


def run(options: argparse.Namespace) -> ExitCode:
    """Sign; signatures over other files or another version are dropped, and that is said."""
    folder: Path = options.folder
    # What was looked at is what is signed, whoever writes into the folder meanwhile.
    files = read_folder(folder)
    with told_in(folder):
        policy = load(files, site=desk_site())
        before = read_manifest(files)
    data = signed(
        files,
        policy.name,
        policy.version,
        by=options.by,
        at=now(),
        sign=signing_key(options.key).sign,
    )
    replace_file(folder / MANIFEST, data)
    after = read_manifest({**files, MANIFEST: data})
    signers = [each.by for each in after.signatures] if after else []
    dropped = [each.by for each in before.signatures if each.by not in signers] if before else []
    if options.format == "json":
        said = {"name": policy.name, "version": policy.version}
        print_json({**said, "signers": signers, "dropped": dropped})
        return ExitCode.FINE
    what = f"{policy.name} version {policy.version}"
    print(f"{folder / MANIFEST}: {what} is signed by {enumerated(signers)}")
    if dropped:
        print(f"dropped, because files or version have changed: {enumerated(dropped)}")
    return ExitCode.FINE


def run_key(options: argparse.Namespace) -> ExitCode:
    """Make the key; raises FileExistsError rather than write over one."""
    public = make_signing_key(options.file)
    print(f"{options.file}: your private key: nobody else may have it")
    print(f"{public}: its public half, for `policy_control > people` in gate.yaml")
    return ExitCode.FINE
