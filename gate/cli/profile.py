"""`gate profile`: what certificates of a product look like."""

from gate.cli import profile_check, profile_learn
from gate.cli.commands import Commands

EXAMPLES = (
    "gate profile learn --output profiles/tls-dv.yaml issued/*.pem",
    "gate profile check profiles/tls-dv.yaml certificate.pem",
)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "profile", "pin what certificates of a product look like", examples=EXAMPLES
    )
    for module in (profile_learn, profile_check):
        module.add(verbs)
