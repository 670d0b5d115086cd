"""A release on the disk: its token, the log entry and the proof, as `release verify` takes them."""

from pathlib import Path

from gate.cli.exit_code import WrongUsage
from gate.model import Release

TOKEN, LOG_ENTRY, LOG_PROOF = "token", "log_entry", "log_proof"


def refuse_used(folder: Path) -> None:
    """Raise WrongUsage where an older release lies: it must not be taken for the new one."""
    for name in (TOKEN, LOG_ENTRY, LOG_PROOF):
        if (folder / name).exists():
            raise WrongUsage(f"{folder}: holds a {name} already: name another folder")


def save_release(folder: Path, release: Release) -> None:
    """Write the three files; the token comes last, so that it never stands alone."""
    save_proof(folder, release.log_entry, release.log_proof)
    (folder / TOKEN).write_text(f"{release.token}\n")


def save_proof(folder: Path, log_entry: bytes, log_proof: str) -> None:
    """Write a log entry and its proof, byte for byte."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LOG_ENTRY).write_bytes(log_entry)
    (folder / LOG_PROOF).write_bytes(log_proof.encode())
