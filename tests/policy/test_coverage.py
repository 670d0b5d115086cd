"""Mandatory kinds are always enforced, for every profile, stage, date and type of identifier."""

import re

import pytest

from gate.model import IdentifierType
from gate.policy import MANDATORY_KINDS
from tests.policy.bundles import POLICY, bundle, policy_with, problems

VALIDITY = (
    "  - {id: validity, title: t, kind: validity_at_most, mode: enforce, max: {schedule: validity}}"
)
BOTH = "profile `tls-dv` or `tls-ov`"
LIMITED = "; a rule limited by environments, issuers, accounts or purposes is no cover"


def validity(keys: str, number: int = 1) -> str:
    return (
        f"  - {{id: validity-{number}, title: t, kind: validity_at_most, {keys}, "
        "max: {schedule: validity}}"
    )


def test_the_mandatory_kinds_of_subscriber_tls_are_these() -> None:
    assert set(MANDATORY_KINDS) == {"subscriber-tls"}
    assert MANDATORY_KINDS["subscriber-tls"] == {
        "granted",
        "issuer_environment",
        "purpose_allowed",
        "identifiers_validated",
        "validation_age",
        "validity_at_most",
        "linter_findings_below",
    }


@pytest.mark.parametrize("kind", sorted(MANDATORY_KINDS["subscriber-tls"]))
def test_a_policy_without_a_mandatory_kind_does_not_load(kind: str) -> None:
    parts = POLICY.split("\n  - ")
    others = [part for part in parts if not re.search(rf"kind: {kind}\b", part)]
    assert len(others) == len(parts) - 1
    without = "\n  - ".join(others) + "\n"
    told = problems(bundle(policy=without))
    assert any(line.endswith(f"no rule is of kind `{kind}`, which is mandatory") for line in told)


@pytest.mark.parametrize(
    ("rules", "gap"),
    [
        ([validity("mode: enforce")], None),
        ([validity("mode: enforce, starts: 2026-03-15")], f" {BOTH} until 2026-03-15"),
        ([validity("mode: enforce, ends: 2030-01-01")], f" {BOTH} from 2030-01-01 on"),
        (
            [
                validity("mode: enforce, ends: 2030-01-01"),
                validity("mode: enforce, starts: 2030-01-02", 2),
            ],
            f" {BOTH} from 2030-01-01 until 2030-01-02",
        ),
        (
            [
                validity("mode: enforce, starts: 2030-01-01"),
                validity("mode: enforce, ends: 2030-01-01", 2),
            ],
            None,
        ),
        ([validity("mode: enforce, when: {profiles: [tls-dv]}")], " profile `tls-ov`"),
        (
            [
                validity("mode: enforce, when: {profiles: [tls-dv]}"),
                validity("mode: enforce, when: {certificate_types: [ov]}", 2),
            ],
            None,
        ),
        (
            [validity("mode: enforce, when: {stages: [CERTIFICATE]}")],
            f" {BOTH} at stage PRECERTIFICATE",
        ),
        (
            [
                validity("mode: enforce, when: {stages: [CERTIFICATE]}"),
                validity("mode: enforce, when: {stages: [PRECERTIFICATE], profiles: [tls-ov]}", 2),
            ],
            " profile `tls-dv` at stage PRECERTIFICATE",
        ),
        ([validity("mode: enforce, when: {accounts: [alice, bob]}")], f" {BOTH}{LIMITED}"),
        ([validity("mode: enforce, when: {issuers: [public-r1]}")], f" {BOTH}{LIMITED}"),
        ([validity("mode: enforce, when: {environments: [production]}")], f" {BOTH}{LIMITED}"),
        ([validity("mode: enforce, when: {purposes: [SUBSCRIBER]}")], f" {BOTH}{LIMITED}"),
        ([validity("mode: [{from: 2027-01-01, mode: enforce}]")], f" {BOTH} until 2027-01-01"),
        (
            [
                validity("mode: enforce"),
                validity("mode: enforce, starts: 2027-01-01, when: {accounts: [bob]}", 2),
            ],
            None,
        ),
    ],
)
def test_what_a_mandatory_kind_leaves_open_is_told(rules: list[str], gap: str | None) -> None:
    told = problems(bundle(policy=policy_with(VALIDITY, "\n".join(rules))))
    assert told == (
        ()
        if gap is None
        else (f"policy.yaml:20:3: rules: no rule of kind `validity_at_most` covers{gap}",)
    )


@pytest.mark.parametrize("mode", ["warn", "dry-run", "off"])
def test_a_mandatory_kind_has_no_other_mode_than_enforce(mode: str) -> None:
    text = (
        f"`{mode}` is not possible for the mandatory kind `validity_at_most`: it must be `enforce`"
    )
    plain = problems(bundle(policy=policy_with(VALIDITY, validity(f"mode: {mode}"))))
    assert plain == (f"policy.yaml:55:62: rules > validity-1 > mode: {text}",)
    steps = f"mode: [{{from: 1970-01-01, mode: enforce}}, {{from: 2030-01-01, mode: {mode}}}]"
    told = problems(bundle(policy=policy_with(VALIDITY, validity(steps))))
    assert told == (f"policy.yaml:55:123: rules > validity-1 > mode > #2 > mode: {text}",)


@pytest.mark.parametrize("kind", ["identifiers_validated", "validation_age"])
@pytest.mark.parametrize("type_", list(IdentifierType))
def test_both_types_of_identifier_must_be_judged(kind: str, type_: IdentifierType) -> None:
    other = next(each for each in IdentifierType if each is not type_)
    start = POLICY.index("identifiers: [dns, ip]", POLICY.index(f"kind: {kind}"))
    changed = POLICY[:start] + POLICY[start:].replace("[dns, ip]", f"[{type_}]", 1)
    told = problems(bundle(policy=changed))
    covers = f"covers {BOTH} for identifiers of type `{other}`"
    assert f"policy.yaml:20:3: rules: no rule of kind `{kind}` {covers}" in told


def test_two_rules_may_share_the_types_between_them() -> None:
    start = POLICY.index("  - id: age\n")
    age = POLICY[start : POLICY.index("  - id: addresses\n")]
    second = age.replace("dns, ip", "ip").replace("id: age", "id: age-2")
    assert problems(bundle(policy=policy_with(age, age.replace("dns, ip", "dns") + second))) == ()
