"""`gate log`: read, prove and verify a decision log, whether or not a gate is running on it."""

from gate.cli import log_checkpoint, log_prove, log_show, log_verify
from gate.cli.commands import Commands

EXAMPLES = (
    "gate log show gate.db --verdict BLOCK",
    "gate log verify gate.db --key log-verifier-key.txt",
)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs("log", "show, prove and verify the decision log", examples=EXAMPLES)
    for module in (log_show, log_verify, log_prove, log_checkpoint):
        module.add(verbs)
