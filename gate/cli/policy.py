"""`gate policy`: write, check, test and compare policies before a gate loads them."""

from gate.cli import (
    policy_check,
    policy_diff,
    policy_docs,
    policy_explain,
    policy_replay,
    policy_rollback,
    policy_schema,
    policy_shadow,
    policy_sign,
    policy_test,
    policy_upcoming,
)
from gate.cli.commands import Commands

VERBS = (
    policy_check,
    policy_test,
    policy_explain,
    policy_diff,
    policy_upcoming,
    policy_docs,
    policy_schema,
    policy_replay,
    policy_shadow,
    policy_sign,
    policy_rollback,
)
"""One module for each verb, in the order in which an author needs them."""

EXAMPLES = ("gate policy check policies/webpki-production",)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "policy", "check policies before a gate loads them", examples=EXAMPLES
    )
    for module in VERBS:
        module.add(verbs)
