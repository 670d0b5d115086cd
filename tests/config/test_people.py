"""policy_control in gate.yaml: whose signatures count, and that no two of them are one person."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gate.config import read_configuration
from gate.config.policies import gate_site, read_policy
from gate.errors import ConfigError
from gate.policy import Person
from tests import pki
from tests.config.example import LEAST, Change, Site, make_site
from tests.signing import SeededKey

OWN_NAME = ": each person has their own name"
ALICE, BOB = (SeededKey(name).public_key for name in ("alice", "bob"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


def told(site: Site) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_configuration(site.file)
    text = [line.replace(f"{site.folder}/", "") for line in caught.value.problems]
    text = [re.sub(r"^gate.yaml:\d+:\d+: policy_control > ", "", line) for line in text]
    return [re.sub(r"^people > [^ ]+ > ", "people > #2 > ", line) for line in text]


def test_the_example_has_people_and_folders(site: Site) -> None:
    found = read_configuration(site.file)
    assert found.policy_people == (
        Person(name="alice@ca.example", public_key=ALICE),
        Person(name="bob@ca.example", public_key=BOB, until=datetime(2028, 1, 1, tzinfo=UTC)),
    )
    assert found.longest_exception == timedelta(days=31)
    assert found.policy_tests == site.folder / "policies/known-cases"
    assert found.shadow_policy == site.folder / "policies/candidate"
    assert found.policy_watch == timedelta(seconds=5)


def test_what_is_left_out_has_its_default(site: Site) -> None:
    site.file.write_text(LEAST)
    found = read_configuration(site.file)
    assert found.policy_people == ()
    assert (found.policy_tests, found.shadow_policy) == (None, None)
    assert (found.longest_exception.days, found.policy_watch.seconds) == (31, 5)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ("name: bob@ca.example", "name: alice@ca.example"),
            "people > #2 > name: this is `alice@ca.example` once more" + OWN_NAME,
        ),
        (
            ("name: bob@ca.example", "name: ALICE@ca.example"),
            "people > #2 > name: this is `alice@ca.example` once more" + OWN_NAME,
        ),
        (
            ("key: keys/bob.pub", "key: keys/alice.pub"),
            (
                "people > #2 > key: this is `alice@ca.example` once more: each person has their "
                "own key"
            ),
        ),
        (
            ("key: keys/bob.pub", "key: keys/log.key"),
            (
                "people > #2 > key: keys/log.key: this is a private key: give its public half, "
                "`keys/log.key.pub`"
            ),
        ),
        (
            ("key: keys/bob.pub", "key: keys/carol.pub"),
            "people > #2 > key: keys/carol.pub: the key cannot be read: No such file or directory",
        ),
        (
            ("until: 2028-01-01", "untl: 2028-01-01"),
            "people > #2 > untl: unknown key `untl`; did you mean `until`?",
        ),
        (
            ("tests: policies/known-cases", "tests: policies/none"),
            "tests: policies/none: there is no such folder",
        ),
        (
            ("shadow: policies/candidate", "shadow: policies/none"),
            "shadow: policies/none: there is no such folder",
        ),
        (
            ("longest_exception_days: 31", "longest_exception_days: 0"),
            "longest_exception_days: must be from 1 to 398",
        ),
        (
            ("  watch_seconds: 5", "  watch_second: 5"),
            "watch_second: unknown key `watch_second`; did you mean `watch_seconds`?",
        ),
    ],
)
def test_a_mistake_is_told(site: Site, change: Change, problem: str) -> None:
    site.write(change)
    assert told(site) == [problem]


EXCEPTIONS = """\
format: gate-exceptions/1
exceptions:
  - id: EXC-1
    rule: no-placeholder-text
    scope: {dns: [www.example.hr]}
    reason: r
    ticket: t
    starts: 2026-11-20
    expires: 2026-12-20
    requested_by: dana
    approvals:
      - {by: alice@ca.example, at: 2026-11-20, signature: "SIGNATURE"}
      - {by: bob@ca.example, at: 2026-11-20, signature: "SIGNATURE"}
""".replace("SIGNATURE", "A" * 86 + "==")


def test_signatures_and_the_limit_of_days_are_checked_with_the_file(site: Site) -> None:
    (site.folder / "policies/webpki-production/exceptions.yaml").write_text(EXCEPTIONS)
    site.write(("longest_exception_days: 31", "longest_exception_days: 7"))
    found = told(site)
    assert len(found) == 3
    assert all("policies/webpki-production/exceptions.yaml:" in line for line in found)
    assert [line for line in found if "30 days; the operators' limit is 7 days" in line]
    assert len([line for line in found if "did not sign this" in line]) == 2


def test_where_a_key_is_wrong_no_signature_is_told_to_be_wrong_too(site: Site) -> None:
    (site.folder / "policies/webpki-production/exceptions.yaml").write_text(EXCEPTIONS)
    site.write(("key: keys/bob.pub", "key: keys/carol.pub"))
    assert len(told(site)) == 1


def test_a_gate_without_people_takes_no_exception(site: Site) -> None:
    folder = site.folder / "policies/webpki-production"
    (folder / "exceptions.yaml").write_text(EXCEPTIONS)
    known = gate_site((pki.issuer(), pki.issuer(pki.TEST)))
    assert known.people == ()
    with pytest.raises(ConfigError, match="is not one of the people"):
        read_policy(folder, known)
    assert read_policy(folder, replace(known, people=None)).exceptions[0].approved
