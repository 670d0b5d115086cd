"""Everything that is wrong with gate.yaml is told at once, in words and with its place."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.config import read_configuration
from gate.errors import ConfigError
from tests import pki
from tests.config.example import EXAMPLE, LEAST, Change, Site, make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


def told(site: Site) -> list[str]:
    """What is wrong with gate.yaml, without the folder's name."""
    with pytest.raises(ConfigError) as caught:
        read_configuration(site.file)
    assert all(line.startswith(f"{site.folder}/") for line in caught.value.problems)
    return [line.replace(f"{site.folder}/", "") for line in caught.value.problems]


def place(site: Site, text: str) -> str:
    """Where this text stands in gate.yaml: `file:line:column`."""
    before, found, _ = site.file.read_text().partition(text)
    assert found
    return f"gate.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


BLOCKS = [block for block in re.split(r"^(?=[a-z])", LEAST, flags=re.MULTILINE) if block]
NEEDED = [block for block in BLOCKS if block.partition(":")[0] not in {"dry_run", "release"}]


@pytest.mark.parametrize("block", NEEDED, ids=lambda block: block.partition(":")[0])
def test_what_is_needed_is_missed(site: Site, block: str) -> None:
    site.file.write_text(LEAST.replace(block, ""))
    key = block.partition(":")[0]
    assert told(site) == [f"gate.yaml:1:1: the key `{key}` is missing"]


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        (
            "environment: production     ",
            "environment: Production     ",
            "Production",
            (
                "environment: `Production` is not one of `production`, `staging` or "
                "`development`; did you mean `production`?"
            ),
        ),
        ("dry_run: false", "dry_run: no", "no\n", "dry_run: must be true or false"),
        ("dry_run: false", "dry_run: 'true'", "'true'", "dry_run: must be true or false"),
        (
            "  host: 0",
            "  hots: 0",
            "hots",
            "listen > hots: unknown key `hots`; did you mean `host`?",
        ),
        ("port: 8443", "port: 84430", "84430", "listen > port: must be from 0 to 65535"),
        (
            "port: 8443",
            "port: '8443'",
            "'8443'",
            "listen > port: must be a whole number without quotes, such as 41",
        ),
        (
            "  client_ca:",
            "  insecure: true\n  client_ca:",
            "insecure",
            "tls > insecure: unknown key `insecure`",
        ),
        (
            "trust: public",
            "trust: web",
            "web\n",
            "issuers > public-r1 > trust: `web` is not one of `public`, `private` or `test`",
        ),
        (
            "lifetime_seconds: 60",
            "lifetime_seconds: 601",
            "601",
            "release > lifetime_seconds: must be from 1 to 600",
        ),
        (
            "origin: gate.example/decisions",
            "origin: gate example",
            "gate example",
            "log > origin: `gate example` cannot be the name of a key: no spaces and no plus",
        ),
        (
            "roles: [operator]",
            "roles: [operators]",
            "operators",
            (
                "identities > urn:example:monitoring > roles > #1: "
                "`operators` is not one of `requester`, "
                "`registrar`, `validator`, `approver`, `auditor` or `operator`; did you mean "
                "`operator`?"
            ),
        ),
        (
            "roles: [operator]",
            "roles: []",
            "[]",
            "identities > urn:example:monitoring > roles: must not be empty",
        ),
        (
            "methods: [dns-01,",
            "methods: [dns-1,",
            "dns-1,",
            (
                "identities > validation.example.com > limited_to > methods "
                "> #1: `dns-1` is no method: write the "
                "section of the BR, such as `3.2.2.4.7`, or ACME's name of it, such as `dns-01`; "
                "did you mean `dns-01`?"
            ),
        ),
        (
            "roles: [auditor]",
            "roles: [auditor]\n    limited_to: {}",
            "{}",
            "identities > urn:example:auditor > limited_to: must not be empty",
        ),
        (
            "roles: [auditor]",
            "roles: [auditor]\n    limited_to: {accounts: [a]}",
            "{accounts",
            (
                "identities > urn:example:auditor > limited_to: the identity "
                "`urn:example:auditor` is limited to "
                "some accounts, and none of its roles is limited by that"
            ),
        ),
        (
            "name: validation.example.com",
            "name: Validation.example.com",
            "Validation.example.com",
            (
                "identities > Validation.example.com > name: the identity "
                "`Validation.example.com` is no URI and no "
                "DNS name in lower case"
            ),
        ),
        (
            "profiles: [tls-dv, tls-ov]",
            "profiles: [tls-dv, tls-xv]",
            "tls-xv",
            (
                "identities > urn:example:issuing-system > limited_to > "
                "profiles > #2: no profile is called `tls-xv`; "
                "did you mean `tls-ov`?"
            ),
        ),
        (
            "dry_run: false",
            "dry_run: false\ndry_run: true",
            "dry_run: true",
            "the key `dry_run` stands twice: first in line 3",
        ),
        ("level: info", "level: # later", " # later", "the key `level` has no value"),
        (
            "host: 0.0.0.0",
            "host: &all 0.0.0.0",
            "&all",
            (
                "the anchor `&all` is not allowed: write the value out where it is meant, or put "
                "a text that begins so in quotes"
            ),
        ),
        (
            "policy: policies/webpki-production",
            "policy: nowhere",
            "nowhere",
            "policy: nowhere: there is no such folder",
        ),
        (
            "data/gate.db",
            "nowhere/gate.db",
            "nowhere",
            "storage > sqlite: nowhere: there is no such folder: make it first",
        ),
        (
            "sqlite: data/gate.db ",
            "sqlite: data ",
            "data ",
            "storage > sqlite: data: a folder: name the file in it, such as data/gate.db",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    site: Site, old: str, new: str, at: str, problem: str
) -> None:
    site.write((old, new))
    assert told(site) == [f"{place(site, at)}: {problem}"]


def test_a_tab_is_refused(site: Site) -> None:
    site.write(("  host: 0.0.0.0", "\thost: 0.0.0.0"))
    assert told(site) == [f"{place(site, chr(9))}: a tab (U+0009) is not allowed: remove it"]


def test_all_wrong_keys_and_values_are_told_at_once(site: Site) -> None:
    wrong: list[Change] = [
        ("environment: production     ", "environment: productoin     "),
        ("port: 8443", "prot: 8443"),
        ("chain: issuers", "chian: issuers"),
        ("workers: 2", "workers: 0"),
        ("format: json", "format: xml"),
    ]
    site.write(*wrong)
    assert [line.partition(": ")[0] for line in told(site)] == [
        place(site, at) for at in ("productoin", "prot", "chian", "0\n  time", "xml")
    ]


def test_all_that_is_wrong_with_files_and_names_is_told_at_once(site: Site) -> None:
    (site.folder / "keys/release.key").chmod(0o640)
    (site.folder / "tls/server.key").chmod(0o644)
    policy = site.folder / "policies/webpki-production/policy.yaml"
    policy.write_text(policy.read_text().replace("version: ", "vresion: ", 1))
    site.write(
        ("key: keys/log.key", "key: keys/lag.key"),
        ("issuers/test-r1.pem", "tls/server.pem"),
        ("data/gate.db", "dota/gate.db"),
        ("roles: [registrar]", "roles: [registrar, validator]"),
        ("    issuers: [public-r1]", "    issuers: [public-r2]".ljust(30)),
        ("name: urn:example:monitoring", "name: urn:example:auditor "),
    )
    *found, of_policy = told(site)
    assert found == [
        f"{place(site, at)}: {problem}"
        for at, problem in (
            (
                "tls/server.key",
                "tls > key: tls/server.key: others can read this key: chmod 600 tls/server.key",
            ),
            (
                "tls/server.pem\n    trust",
                (
                    "issuers > test-r1 > certificate: issuer `test-r1`: the "
                    "certificate is not one of a CA"
                ),
            ),
            ("dota", "storage > sqlite: dota: there is no such folder: make it first"),
            (
                "keys/lag.key",
                "log > key: keys/lag.key: the key cannot be read: No such file or directory",
            ),
            (
                "keys/release.key",
                (
                    "release > key: keys/release.key: others can read this key: "
                    "chmod 600 keys/release.key"
                ),
            ),
            (
                "public-r2",
                (
                    "identities > urn:example:issuing-system > limited_to > "
                    "issuers > #1: no issuer is called `public-r2`; "
                    "did you mean `public-r1`?"
                ),
            ),
            (
                "[registrar, validator]",
                (
                    "identities > urn:example:ra-front-end > roles: the identity "
                    "`urn:example:ra-front-end` has the "
                    "roles registrar and validator: in production these belong to different "
                    "identities"
                ),
            ),
            (
                "urn:example:auditor ",
                (
                    "identities > urn:example:auditor > name: the identity "
                    "`urn:example:auditor` stands twice"
                ),
            ),
        )
    ]
    assert of_policy.startswith("policies/webpki-production/policy.yaml:")
    assert "unknown key `vresion`; did you mean `version`?" in of_policy


def test_a_grant_for_an_issuer_that_is_not_there_is_told(site: Site) -> None:
    grants = site.folder / "policies/webpki-production/grants.yaml"
    grants.write_text(grants.read_text().replace("[public-r1]", "[public-r9]", 1))
    (found,) = told(site)
    assert found.startswith("policies/webpki-production/grants.yaml:")
    assert "no issuer is called `public-r9`" in found


@pytest.mark.parametrize(
    "name",
    [
        "tls/server.key",
        "tls/server.pem",
        "tls/clients-ca.pem",
        "issuers/public-r1.pem",
        "issuers/public-r1-chain.pem",
        "issuers/test-r1.pem",
        "keys/log.key",
        "keys/release.key",
    ],
)
@pytest.mark.parametrize("content", [None, b"", b"nothing that anybody wants"])
def test_a_file_that_is_not_what_it_should_be_is_told(
    site: Site, name: str, content: bytes | None
) -> None:
    if content is None:
        (site.folder / name).unlink()
    else:
        (site.folder / name).write_bytes(content)
    (found,) = told(site)
    assert found.startswith("gate.yaml:")
    assert f": {name}: " in found


@pytest.mark.parametrize("name", ["tls/server.key", "keys/log.key", "keys/release.key"])
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602])
def test_a_key_that_others_can_read_is_refused(site: Site, name: str, mode: int) -> None:
    (site.folder / name).chmod(mode)
    (found,) = told(site)
    assert f"others can read this key: chmod 600 {name}" in found


def test_a_chain_that_does_not_fit_is_refused(site: Site) -> None:
    (site.folder / "issuers/public-r1-chain.pem").write_text(pki.TEST.pem)
    (found,) = told(site)
    assert found.startswith(place(site, "issuers/public-r1-chain.pem"))
    assert "certificate 1 did not sign issuer `public-r1`" in found


def test_one_key_under_two_issuers_is_refused(site: Site) -> None:
    site.write(("issuers/test-r1.pem", "issuers/public-r1.pem"))
    assert told(site) == [
        f"{place(site, 'name: test-r1')}: issuers > test-r1: issuers "
        f"`test-r1` and `public-r1` have "
        f"the same {what}: name each issuer once"
        for what in ("key", "subject")
    ]


def test_one_key_does_not_sign_checkpoints_and_releases(site: Site) -> None:
    (site.folder / "keys/release.key").write_bytes((site.folder / "keys/log.key").read_bytes())
    (found,) = told(site)
    assert "release > key: the same key as that of the log" in found


def test_one_key_does_not_sign_releases_and_dry_runs(site: Site) -> None:
    site.write(("dry_run_key: keys/dry-run.key", "dry_run_key: keys/release.key"))
    (found,) = told(site)
    assert "release > dry_run_key: the same key as `key`" in found


def test_a_dry_run_outside_production_needs_its_own_key(site: Site) -> None:
    site.write(
        ("environment: production     ", "environment: staging     "),
        ("dry_run: false", "dry_run: true"),
        ("  dry_run_key: keys/dry-run.key           # needed for a dry run outside production", ""),
    )
    (found,) = told(site)
    assert "the key `dry_run_key` is missing: with `dry_run: true`" in found


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_is_told(site: Site, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_configuration(site.folder / name)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(0, len(EXAMPLE)), put=st.sampled_from(["", "x", ": ", "\n", "- ", "{", "'"]))
def test_a_file_that_was_spoilt_anywhere_loads_or_is_refused_in_words(
    site: Site, cut: int, put: str
) -> None:
    site.file.write_text(EXAMPLE[:cut] + put + EXAMPLE[cut + 3 :])
    problems: tuple[str, ...] = ("",)
    try:
        read_configuration(site.file)
    except ConfigError as error:
        problems = error.problems
    assert problems
    assert all(line.startswith(os.fspath(site.folder)) for line in problems if line)
