"""A small policy that loads, to be spoilt in one place at a time."""

from collections.abc import Mapping
from pathlib import Path

from gate.errors import ConfigError
from gate.policy import LintCatalogue, Policy, Site, load
from tests import pki

ISSUERS = (pki.issuer(), pki.issuer(pki.TEST))
CATALOGUES = {
    "pkilint": LintCatalogue(
        linter="pkilint", version="0.13.3", lints=frozenset({"x.error", "x.other"})
    )
}
SHIPPED = Path(__file__).resolve().parents[2] / "policies"

POLICY = """\
format: gate-policy/1
name: small
version: 7
description: as little as loads
owner: tests
profiles:
  tls-dv: {title: DV, certificate: subscriber-tls, type: dv}
  tls-ov: {title: OV, certificate: subscriber-tls, type: ov}
lists:
  some-addresses: {file: lists/addresses.txt, of: ip-prefix, at_least: 2}
  some-names: {file: lists/names.txt, of: dns-name}
  some-words: {file: lists/words.txt, of: word}
schedules:
  validity:
    - {from: 2026-03-15, days: 199}
    - {from: 2027-03-15, days: 99}
    - {from: 2029-03-15, days: 46}
linters: [pkilint, badkeys]
rules:
  - {id: granted, title: t, kind: granted, mode: enforce}
  - {id: environment, title: t, kind: issuer_environment, mode: enforce}
  - {id: purpose, title: t, kind: purpose_allowed, mode: enforce, allow: {public: [SUBSCRIBER]}}
  - id: validated
    title: t
    kind: identifiers_validated
    mode: enforce
    identifiers: [dns, ip]
    methods:
      - {from: 2026-03-15, allow: [3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6]}
      - {from: 2027-03-15, allow: [3.2.2.4.7, 3.2.2.5.6]}
  - id: age
    title: t
    kind: validation_age
    mode: enforce
    identifiers: [dns, ip]
    max_age: {days: 10}
  - id: addresses
    title: t
    kind: ip_not_in
    mode: enforce
    lists: [some-addresses]
  - id: names
    title: t
    kind: dns_not_in
    mode: warn
    lists: [some-names]
    match: name-and-below
  - id: words
    title: t
    kind: text_absent
    mode: dry-run
    when: {accounts: [alice], certificate_types: [ov]}
    fields: [subject.o]
    lists: [some-words]
  - {id: validity, title: t, kind: validity_at_most, mode: enforce, max: {schedule: validity}}
  - {id: window, title: t, kind: not_before_window, mode: warn, back: {hours: 2}, ahead: {hours: 1}}
  - {id: order, title: t, kind: order_matches, mode: enforce}
  - id: linters
    title: t
    kind: linter_findings_below
    mode: enforce
    thresholds: {pkilint: error, badkeys: error}
"""

GRANTS = """\
format: gate-grants/1
grants:
  - {accounts: [alice], profiles: [tls-dv, tls-ov], issuers: [public-r1], purposes: [SUBSCRIBER]}
  - {accounts: [bob], profiles: [tls-dv], issuers: [test-r1], purposes: [LOAD_TEST]}
"""

HEADER = "# owner: tests\n# source: made up\n# date: 2026-11-01\n"

FILES: Mapping[str, str] = {
    "policy.yaml": POLICY,
    "grants.yaml": GRANTS,
    "lists/addresses.txt": f"{HEADER}1.1.1.0/24\n2001:db8::/32\n",
    "lists/names.txt": f"{HEADER}bank.example\nwww.shop.example  # the shop\n",
    "lists/words.txt": f"{HEADER}test\nSome State\n",
}


def bundle(**texts: str | None) -> dict[str, bytes]:
    """The small policy's files, with `policy`, `grants`, `addresses`, … replaced or left out."""
    names = {path.rpartition("/")[2].partition(".")[0]: path for path in FILES}
    changed = {names[name]: text for name, text in texts.items()}
    merged = {**FILES, **changed}
    return {path: text.encode() for path, text in merged.items() if text is not None}


def policy_with(old: str, new: str) -> str:
    """The text of policy.yaml with one place changed."""
    assert POLICY.count(old) == 1, f"{POLICY.count(old)} times: {old}"
    return POLICY.replace(old, new)


def loaded(**texts: str | None) -> Policy:
    """The small policy, with files replaced."""
    return load(bundle(**texts), site=Site(issuers=ISSUERS))


def problems(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is wrong with these files; none where they load."""
    try:
        load(files, site=Site(issuers=ISSUERS))
    except ConfigError as error:
        return error.problems
    return ()


def problems_with(name: str, old: str, new: str) -> tuple[str, ...]:
    """What is wrong where one place of one file is changed, for a gate that knows its linters."""
    (path,) = (path for path in FILES if path.rpartition("/")[2].partition(".")[0] == name)
    assert FILES[path].count(old) == 1, f"{FILES[path].count(old)} times: {old}"
    changed = bundle(**{name: FILES[path].replace(old, new)})
    try:
        load(changed, site=Site(issuers=ISSUERS, catalogues=CATALOGUES))
    except ConfigError as error:
        return error.problems
    return ()


def shipped_files(name: str) -> dict[str, bytes]:
    """The files of a policy that comes with the gate."""
    folder = SHIPPED / name
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".gate" not in path.parts
    }
