"""Exceptions and holders for the small policy, as text, and people who sign them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gate.policy import Person, Policy, PolicyError, Site, load
from gate.policy.approvals import Approvable, stated_time
from gate.tlog.base64 import encode_base64
from tests.policy.bundles import ISSUERS, POLICY, bundle
from tests.signing import SeededKey

ALICE, BOB, CAROL, DANA = (f"{name}@ca.example" for name in ("alice", "bob", "carol", "dana"))
KEYS = {name: SeededKey(name) for name in (ALICE, BOB, CAROL, DANA)}
PEOPLE = tuple(Person(name=name, public_key=KEYS[name].public_key) for name in (ALICE, BOB, CAROL))
SITE = Site(issuers=ISSUERS, people=PEOPLE)
UNAPPROVED = Site(issuers=ISSUERS, people=PEOPLE, unapproved=True)
UNSIGNED = Site(issuers=ISSUERS, unapproved=True)
"""Where approvals are neither needed nor looked at, so that other mistakes stand alone."""

SIGNED_AT = datetime.fromisoformat("2026-11-20T09:00:00Z")

OPEN = "    approved_holders: true\n"
EXCEPTABLE = (
    POLICY.replace("window, title: t, kind", "window, title: t, exceptable: true, kind")
    .replace(
        "dns_not_in\n    mode: warn\n", "dns_not_in\n    mode: enforce\n    exceptable: true\n"
    )
    .replace("    lists: [some-names]\n", f"    lists: [some-names]\n{OPEN}")
    .replace("    lists: [some-addresses]\n", f"    lists: [some-addresses]\n{OPEN}")
)
"""The small policy with two rules that take exceptions, `window` and `names`."""

EXCEPTION = """\
  - id: EXC-1
    rule: names
    scope:
      accounts: [alice]
      dns: [login.bank.example, "*.bank.example"]
    reason: the bank itself, called back by phone
    ticket: COMP-1
    starts: 2026-11-20
    expires: 2026-12-20
    requested_by: dana@ca.example
"""

HOLDER = """\
  - id: HOLD-1
    identifier: {dns: bank.example}
    applicant: applicant
    review: 2027-05-01
    reason: the bank itself
    requested_by: dana@ca.example
"""


def exceptions(*entries: str) -> str:
    return f"format: gate-exceptions/1\nexceptions:\n{''.join(entries)}"


def holders(*entries: str) -> str:
    return f"format: gate-holders/1\nholders:\n{''.join(entries)}"


def files(
    exceptions_yaml: str | None = None, holders_yaml: str | None = None, policy: str = EXCEPTABLE
) -> dict[str, bytes]:
    """The small policy with these two files."""
    given = {"exceptions.yaml": exceptions_yaml, "holders.yaml": holders_yaml}
    return bundle(policy=policy) | {
        path: text.encode() for path, text in given.items() if text is not None
    }


def approval(thing: Approvable, by: str, *, at: datetime = SIGNED_AT, key: str = "") -> str:
    """One approval as it stands in a file; `key` is whose key signs, where not that of `by`."""
    signature = KEYS[key or by].sign(thing.text(by=by, at=at))
    told = f'{{by: {by}, at: {stated_time(at)}, signature: "{encode_base64(signature)}"}}'
    return f"      - {told}\n"


def approved(entry: str, *approvals: str) -> str:
    return f"{entry}    approvals:\n{''.join(approvals)}"


def exception_signed(entry: str = EXCEPTION, *by: str, **changes: Any) -> str:
    """The entry with the approvals of these people, or of Alice and Bob."""
    loaded = load(files(exceptions(entry)), site=UNAPPROVED)
    thing = loaded.exceptions[0].approvable("small")
    return approved(entry, *(approval(thing, name, **changes) for name in by or (ALICE, BOB)))


def holder_signed(entry: str = HOLDER, *by: str, **changes: Any) -> str:
    """The same for a holder."""
    loaded = load(files(None, holders(entry)), site=UNAPPROVED)
    thing = loaded.holders[0].approvable("small")
    return approved(entry, *(approval(thing, name, **changes) for name in by or (ALICE, BOB)))


def told(given: Mapping[str, bytes], site: Site = SITE) -> list[str]:
    """What is wrong with these files; nothing where they load."""
    try:
        load(given, site=site)
    except PolicyError as error:
        return [str(problem) for problem in error.found]
    return []


def with_exception(*entries: str, site: Site = SITE) -> Policy:
    return load(files(exceptions(*(entries or (exception_signed(),)))), site=site)


def with_holder(*entries: str, site: Site = SITE) -> Policy:
    return load(files(None, holders(*(entries or (holder_signed(),)))), site=site)
