"""`gate exception`: what is to be let pass for a while, and whose word that is."""

from gate.cli.approving import Entries, Entry
from gate.cli.commands import Commands
from gate.policy import Policy, PolicyException
from gate.policy.quoting import quoted
from gate.policy.sentences import date_of

EXAMPLES = (
    "gate exception list policies/webpki-production",
    "gate exception approve EXC-1 --by NAME --key FILE policies/webpki-production",
)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "exception", "list and approve exceptions of a policy", examples=EXAMPLES
    )
    EXCEPTIONS.add_verbs(verbs)


def _entries(policy: Policy) -> list[Entry]:
    return [_entry(exception, policy.name) for exception in policy.exceptions]


def _entry(exception: PolicyException, policy: str) -> Entry:
    scope = exception.scope
    parts = {
        "certificates": [str(identifier) for identifier in scope.identifiers],
        "accounts": scope.accounts or (),
        "serials": [f"{serial:x}" for serial in scope.serials or ()],
        "keys": [key.hex() for key in scope.keys or ()],
    }
    return Entry(
        entry_id=exception.exception_id,
        what=(
            f"may break {quoted(exception.rule_id)} from {date_of(exception.starts)} "
            f"until {date_of(exception.expires)}"
        ),
        told={
            **{key: ", ".join(values) for key, values in parts.items() if values},
            "reason": exception.reason,
            "ticket": exception.ticket,
            "requested by": exception.requested_by,
        },
        requested_by=exception.requested_by,
        approvals=exception.approvals,
        begins=exception.begins,
        ends=exception.expires,
        approvable=exception.approvable(policy),
    )


EXCEPTIONS = Entries(noun="exception", file="exceptions.yaml", section="exceptions", of=_entries)
