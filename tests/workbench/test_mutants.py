"""Mutants are every small change of a policy, each under a name that lasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.policy import Site
from gate.policy.document import Mark, Node, Plain, read
from gate.policy.problems import Problems
from gate.workbench.flow import written
from gate.workbench.mutant import Mutant
from gate.workbench.mutants import mutants
from tests.policy.bundles import CATALOGUES, FILES, ISSUERS, bundle, policy_with, shipped_files

SITE = Site(issuers=ISSUERS, catalogues=CATALOGUES)
OVERRIDE = """    thresholds: {pkilint: error, badkeys: error}
    overrides:
      - lint: {linter: pkilint, id: x.error}
        treat_as: warning
        profiles: [tls-dv]
        until: 2027-01-31
        reason: new
"""
PLACE = Mark(1, 1)


def found(**texts: str | None) -> list[Mutant]:
    """All mutants of the small policy."""
    return list(mutants(bundle(**texts), SITE))


def below(start: str, among: list[Mutant]) -> list[str]:
    """What the mutants whose names begin so are called after that."""
    return [each.name.removeprefix(start) for each in among if each.name.startswith(start)]


@pytest.mark.parametrize("name", ["webpki-production", "webpki-staging"])
def test_no_two_mutants_of_a_shipped_policy_have_one_name(name: str) -> None:
    files = shipped_files(name)
    names = [each.name for each in mutants(files, Site())]

    assert len(names) > 800
    assert len(set(names)) == len(names)


def test_every_mutant_is_another_file_and_reads_without_a_mistake() -> None:
    for each in found():
        problems = Problems()
        assert each.data.decode() != FILES[each.file]
        if each.file.endswith(".yaml"):
            read(each.file, each.data, problems)
        problems.raise_any()


def test_a_mutant_says_where_and_what_it_is() -> None:
    told = [str(each.where) for each in found()]

    text = "policy.yaml:29:47: rules > validated > methods > #1 > allow > 3.2.2.4.16: left out"
    assert text in told
    assert "lists/names.txt:4:1: bank.example: left out" in told


def test_a_step_and_its_date_and_its_length_change_one_by_one() -> None:
    start = "policy.yaml: schedules > validity > #2"

    assert below(start, found()) == [
        ": left out",
        " > from: left out",
        " > from: 2027-03-14 instead of 2027-03-15",
        " > from: 2027-03-16 instead of 2027-03-15",
        " > days: left out",
        " > days: 98 instead of 99",
        " > days: 100 instead of 99",
    ]


@pytest.mark.parametrize(
    ("mode", "others"),
    [
        ("enforce", ["warn"]),
        ("warn", ["enforce", "dry-run"]),
        ("dry-run", ["warn", "off"]),
        ("off", ["dry-run"]),
    ],
)
def test_a_mode_becomes_one_step_weaker_and_stronger(mode: str, others: list[str]) -> None:
    policy = policy_with("kind: dns_not_in\n    mode: warn", f"kind: dns_not_in\n    mode: {mode}")
    changed = below("policy.yaml: rules > names > mode: ", found(policy=policy))

    assert changed == ["left out", *(f"{other} instead of {mode}" for other in others)]


def test_a_ladder_of_modes_changes_step_by_step() -> None:
    ladder = "kind: dns_not_in\n    mode: [{from: 2027-01-01, mode: warn}]"
    policy = policy_with("kind: dns_not_in\n    mode: warn", ladder)

    assert below("policy.yaml: rules > names > mode", found(policy=policy)) == [
        ": left out",
        " > #1: left out",
        " > #1 > from: left out",
        " > #1 > from: 2026-12-31 instead of 2027-01-01",
        " > #1 > from: 2027-01-02 instead of 2027-01-01",
        " > #1 > mode: left out",
        " > #1 > mode: enforce instead of warn",
        " > #1 > mode: dry-run instead of warn",
    ]


def test_when_loses_each_key_and_entry_and_gains_each_word() -> None:
    assert below("policy.yaml: rules > words > when", found()) == [
        ": left out",
        " > accounts: left out",
        " > accounts > alice: left out",
        " > accounts > bob: added",
        " > certificate_types: left out",
        " > certificate_types > ov: left out",
        " > certificate_types > dv: added",
        " > certificate_types > iv: added",
        " > certificate_types > ev: added",
    ]


def test_a_grant_is_left_out_and_widened_by_all_that_there_is() -> None:
    assert below("grants.yaml: grants > #2", found()) == [
        ": left out",
        " > accounts: left out",
        " > accounts > bob: left out",
        " > profiles: left out",
        " > profiles > tls-dv: left out",
        " > profiles > tls-ov: added",
        " > issuers: left out",
        " > issuers > test-r1: left out",
        " > issuers > public-r1: added",
        " > purposes: left out",
        " > purposes > LOAD_TEST: left out",
        " > purposes > SUBSCRIBER: added",
        " > purposes > CA_TEST_SITE: added",
        " > purposes > INTERNAL_TEST: added",
        " > purposes > AUDIT_DEMO: added",
    ]


def test_a_trust_that_is_left_out_is_allowed_each_purpose() -> None:
    added = below("policy.yaml: rules > purpose > allow > test > ", found())

    purposes = ["SUBSCRIBER", "CA_TEST_SITE", "INTERNAL_TEST", "AUDIT_DEMO", "LOAD_TEST"]
    assert added == [f"{purpose}: added" for purpose in purposes]


def test_an_override_is_left_out_and_changed_in_each_part_but_its_reason() -> None:
    policy = policy_with("    thresholds: {pkilint: error, badkeys: error}\n", OVERRIDE)
    changed = below("policy.yaml: rules > linters > overrides > #1", found(policy=policy))

    assert ": left out" in changed
    assert " > treat_as: notice instead of warning" in changed
    assert " > treat_as: error instead of warning" in changed
    assert " > profiles: left out" in changed
    assert " > until: 2027-02-01 instead of 2027-01-31" in changed
    assert not [each for each in changed if "reason" in each]


def test_versions_and_flags_and_closed_words_are_exchanged() -> None:
    names = [each.name for each in mutants(shipped_files("webpki-production"), Site())]

    start = "policy.yaml: "
    assert f"{start}linters > pkilint > version: >=0.12 instead of >=0.13" in names
    assert f"{start}linters > pkilint > version: >=0.14 instead of >=0.13" in names
    rules = f"{start}rules > "
    assert f"{rules}no-famous-address > approved_holders: false instead of true" in names
    assert f"{rules}no-high-risk-name > match: name instead of name-and-below" in names
    assert f"{rules}linters-clean > thresholds > pkilint: warning instead of error" in names
    assert f"{rules}linters-clean > thresholds > pkilint: fatal instead of error" in names
    assert f"{rules}key-algorithm-allowed > allow > #2 > curves > p521: added" in names
    assert f"{rules}precertificate-corresponds > min_scts: 1 instead of 2" in names


def test_the_date_of_a_list_is_moved_only_where_it_gets_too_old() -> None:
    ageing = policy_with(
        "lists/words.txt, of: word", "lists/words.txt, of: word, greatest_age: {days: 9}"
    )

    assert below("lists/words.txt: ", found(policy=ageing)) == [
        "date: 2026-10-31 instead of 2026-11-01",
        "date: 2026-11-02 instead of 2026-11-01",
        "test: left out",
        "Some State: left out",
    ]
    assert below("lists/words.txt: ", found()) == ["test: left out", "Some State: left out"]


def test_what_is_only_told_is_left_alone() -> None:
    changed = {step for each in found() for step in each.steps[-1:]}

    assert not {"title", "description", "owner", "name", "format", "id", "kind"} & changed
    assert not below("policy.yaml: version", found())


_TEXTS = st.text(
    st.characters(
        min_codepoint=32,
        include_characters=" ",
        exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"),
    ),
    min_size=1,
)
"""Whatever may stand in a file."""

_NODES = st.recursive(
    _TEXTS.map(lambda text: Node(text, PLACE))
    | st.integers(0, 10**9).map(lambda number: Node(Plain(number), PLACE))
    | st.sampled_from(["true", "false", "2027-03-15"]).map(lambda word: Node(Plain(word), PLACE)),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda found: Node(tuple(found), PLACE))
        | st.dictionaries(_TEXTS, inner, max_size=4).map(lambda found: Node(found, PLACE))
    ),
    max_leaves=12,
)


@given(_NODES)
def test_what_is_written_reads_back_as_the_same(node: Node) -> None:
    problems = Problems()
    document = read("x.yaml", written(node).encode(), problems)
    problems.raise_any()

    assert _with_kinds(document.root) == _with_kinds(node)


def _with_kinds(node: Node) -> object:
    """The values, each scalar with whether it stands without quotes."""
    if isinstance(node.value, dict):
        return {key: _with_kinds(each) for key, each in node.value.items()}
    if isinstance(node.value, tuple):
        return tuple(map(_with_kinds, node.value))
    return str(node.value), isinstance(node.value, Plain)
