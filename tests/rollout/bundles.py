"""Versions of the small policy, with a test of its own."""

from datetime import timedelta

from gate.config.policies import gate_site
from gate.rollout import Limits, Surroundings
from tests.policy import bundles
from tests.policy_people import PEOPLE, signed_by

TEST = """\
format: gate-policy-test/1
about: The validity period
issuers:
  public-r1: {trust: public, environment: production}
base:
  at: 2026-11-23T12:00:00Z
  gate: {environment: production}
  request:
    account: alice
    profile: tls-dv
    issuer: public-r1
    environment: production
    purpose: SUBSCRIBER
    stage: PRECERTIFICATE
  applicant: harbour-cafe
  certificate: {names: [www.plovidba.hr], lasts: {days: 90}, starts: {ago: {minutes: 5}}}
  validations:
    - {method: "3.2.2.4.7", age: {days: 3}}
tests:
  - name: a second more is too long
    at: 2026-11-23T12:00:00Z
    change: {certificate.lasts: {days: 199, seconds: 1}}
    expect: {verdict: BLOCK, fails: [validity]}
"""
"""A test that the small policy passes."""

STRICTER = ("max_age: {days: 10}", "max_age: {days: 9}")
LOOSER = (STRICTER[1], STRICTER[0])


def bundle(
    version: int = 7, *changes: tuple[str, str], by: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """A version of the small policy, with the first text of each change replaced, signed."""
    text = bundles.policy_with("version: 7", f"version: {version}")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    files = bundles.bundle(policy=text) | {"tests/small.test.yaml": TEST.encode()}
    return signed_by(files, *by, ref=("small", version)) if by else files


def surroundings(site: str = "gate.config.policies:gate_site", **limits: float) -> Surroundings:
    """What the tests' policies are loaded for, in processes of their own."""
    return Surroundings(
        site=site,
        issuers=bundles.ISSUERS,
        people=PEOPLE,
        longest_exception=timedelta(days=31),
        limits=Limits(
            memory=int(limits.get("memory", 2 << 30)),
            load=timedelta(seconds=limits.get("load", 60)),
        ),
    )


SITE = gate_site(bundles.ISSUERS, people=PEOPLE)
