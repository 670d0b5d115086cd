"""What editors are told about a policy's files is what the gate will tell."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gate.policy import Site, load
from gate.policy.document import Mark, Node, Plain, read
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.kinds import KINDS
from gate.policy.problems import PolicyError, Problems
from gate.policy.schema import FILES, Names, names_in, schema_of
from gate.policy.shape import shaped
from gate.policy.site import LintCatalogue
from tests.policy.bundles import GRANTS, ISSUERS, POLICY, bundle, policy_with, shipped_files
from tests.policy.editor import complaints, written

CATALOGUES = {
    "pkilint": LintCatalogue(linter="pkilint", version="0.13.3", lints=frozenset({"a.b", "c.d"}))
}
SITE = Site(issuers=ISSUERS, catalogues=CATALOGUES)
NAMES = names_in(bundle(), SITE)
POLICY_SCHEMA = schema_of(PolicyFile, NAMES)
GRANTS_SCHEMA = schema_of(GrantsFile, NAMES)


def keywords(schema: Any) -> Iterator[str]:
    """Every key anywhere in a schema."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key
            yield from keywords(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from keywords(each)


@pytest.mark.parametrize("policy", ["webpki-production", "webpki-staging"])
@pytest.mark.parametrize("file", FILES)
def test_editors_find_no_fault_with_the_shipped_policies(policy: str, file: str) -> None:
    files = shipped_files(policy)
    schema = schema_of(FILES[file], names_in(files, Site()))

    if f"{file}.yaml" in files:
        assert complaints(schema, files[f"{file}.yaml"]) == []


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_one_and_leaves_no_choice_to_a_failure_of_all(file: str) -> None:
    schema = schema_of(FILES[file], NAMES)

    Draft202012Validator.check_schema(schema)
    assert not {"oneOf", "anyOf", "names-of", "gt"} & set(keywords(schema))


def test_every_kind_is_there_with_keys_of_its_own() -> None:
    rule = POLICY_SCHEMA["$defs"]["Rule"]

    assert rule["properties"]["kind"]["enum"] == list(KINDS)
    assert all(rule["properties"]["kind"]["enumDescriptions"])
    assert [each["if"]["properties"]["kind"]["const"] for each in rule["allOf"]] == list(KINDS)


OVERRIDE = """\
    overrides:
      - lint: {{linter: pkilint, id: {}}}
        treat_as: warning
        until: 2027-06-01
        reason: r
"""

WRONG: Mapping[str, tuple[str, str, str, str]] = {
    "key at the top": ("owner: tests", "ownr: tests", "$", "'ownr' was unexpected"),
    "key that is missing": ("owner: tests\n", "", "$", "'owner' is a required property"),
    "key of a profile": (
        "title: DV",
        "titel: DV",
        "$.profiles['tls-dv']",
        "'titel' was unexpected",
    ),
    "key of a list": (
        "of: ip-prefix, at_least: 2",
        "of: ip-prefix, atleast: 2",
        "$.lists['some-addresses']",
        "'atleast' was unexpected",
    ),
    "key of a step": (
        "{from: 2027-03-15, days: 99}",
        "{from: 2027-03-15, day: 99}",
        "$.schedules.validity[1]",
        "'day' was unexpected",
    ),
    "key of a rule": (
        "  - {id: order, title: t,",
        "  - {id: order, title: t, requestor_help: t,",
        "$.rules[10]",
        "'requestor_help' was unexpected",
    ),
    "key of when": (
        "when: {accounts: [alice],",
        "when: {acounts: [alice],",
        "$.rules[7].when",
        "'acounts' was unexpected",
    ),
    "key of a parameter": (
        "back: {hours: 2}",
        "back: {hour: 2}",
        "$.rules[9].back",
        "'hour' was unexpected",
    ),
    "parameter of another kind": (
        "kind: ip_not_in\n",
        "kind: ip_not_in\n    match: name\n",
        "$.rules[5]",
        "'match' was unexpected",
    ),
    "parameter that is missing": (
        "    match: name-and-below\n",
        "",
        "$.rules[6]",
        "'match' is a required property",
    ),
    "kind": (
        "kind: issuer_environment",
        "kind: issuer_enviroment",
        "$.rules[1].kind",
        "'issuer_enviroment' is not one of",
    ),
    "kind that is missing": (
        "title: t, kind: order_matches,",
        "title: t,",
        "$.rules[10]",
        "'kind' is a required property",
    ),
    "mode": ("mode: warn\n    lists", "mode: warm\n    lists", "$.rules[6].mode", "is not one of"),
    "mode by date": (
        "mode: warn\n    lists",
        "mode: [{from: 2027-01-01, mode: warm}]\n    lists",
        "$.rules[6].mode[0].mode",
        "'warm' is not one of ['enforce', 'warn', 'dry-run', 'off']",
    ),
    "profile": (
        "when: {accounts: [alice],",
        "when: {profiles: [tls-dw],",
        "$.rules[7].when.profiles[0]",
        "'tls-dw' is not one of ['tls-dv', 'tls-ov']",
    ),
    "account": (
        "when: {accounts: [alice],",
        "when: {accounts: [alize],",
        "$.rules[7].when.accounts[0]",
        "'alize' is not one of ['alice', 'bob']",
    ),
    "issuer": (
        "when: {accounts: [alice],",
        "when: {issuers: [public-r2],",
        "$.rules[7].when.issuers[0]",
        "'public-r2' is not one of ['public-r1', 'test-r1']",
    ),
    "list of another type": (
        "lists: [some-words]",
        "lists: [some-names]",
        "$.rules[7].lists[0]",
        "'some-names' is not one of ['some-words']",
    ),
    "schedule": (
        "max: {schedule: validity}",
        "max: {schedule: validty}",
        "$.rules[8].max.schedule",
        "'validty' is not one of ['validity']",
    ),
    "linter": (
        "thresholds: {pkilint: error,",
        "thresholds: {zlint: error,",
        "$.rules[11].thresholds",
        "'zlint' is not one of ['pkilint', 'badkeys']",
    ),
    "method": (
        "allow: [3.2.2.4.7, 3.2.2.5.6]",
        "allow: [3.2.2.4.70, 3.2.2.5.6]",
        "$.rules[3].methods[1].allow[0]",
        "'3.2.2.4.70' is not one of",
    ),
    "date": (
        "{from: 2027-03-15, days: 99}",
        "{from: 15.3.2027, days: 99}",
        "$.schedules.validity[1].from",
        "'15.3.2027' does not match",
    ),
    "number in quotes": (
        "at_least: 2",
        'at_least: "2"',
        "$.lists['some-addresses'].at_least",
        "'2' is not of type 'integer'",
    ),
    "version that is none": ("version: 7", "version: 0", "$.version", "0 is less than or equal"),
    "list where a word must be": (
        "kind: order_matches",
        "kind: [order_matches]",
        "$.rules[10].kind",
        "is not one of",
    ),
    "word where a list must be": (
        "lists: [some-words]",
        "lists: some-words",
        "$.rules[7].lists",
        "'some-words' is not of type 'array'",
    ),
    "two lengths": (
        "max_age: {days: 10}",
        "max_age: {days: 10, hours: 1}",
        "$.rules[4].max_age",
        "has too many properties",
    ),
    "flag": (
        "kind: order_matches,",
        "kind: order_matches, exceptable: maybe,",
        "$.rules[10].exceptable",
        "'maybe' is not of type 'boolean'",
    ),
    "key without a value": ("owner: tests", "owner:", "$.owner", "None is not of type"),
    "lint": (
        "badkeys: error}\n",
        "badkeys: error}\n" + OVERRIDE.format("a.c"),
        "$.rules[11].overrides[0].lint.id",
        "'a.c' is not one of ['a.b', 'c.d']",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_underlined_where_it_stands(name: str) -> None:
    old, new, place, text = WRONG[name]
    wrong = policy_with(old, new)

    (complaint, *_) = complaints(POLICY_SCHEMA, wrong)
    assert (complaint.json_path, text in complaint.message) == (place, True), complaint.message
    with pytest.raises(PolicyError):
        load(bundle(policy=wrong), site=SITE)


def test_one_mistake_is_told_once() -> None:
    told = [
        len(complaints(POLICY_SCHEMA, policy_with(old, new))) for old, new, *_ in WRONG.values()
    ]

    # What is misspelt is also missing, and a key that must not be empty is missing something.
    assert max(told) <= 3
    assert told.count(1) > len(told) / 2


def test_a_lint_of_a_later_version_is_for_the_gate_to_judge() -> None:
    override = OVERRIDE.format("e.f") + "        known_from: '>=1.0'\n"
    text = policy_with("badkeys: error}\n", "badkeys: error}\n" + override)

    assert complaints(POLICY_SCHEMA, text) == []
    load(bundle(policy=text), site=SITE)


def test_a_profile_that_is_misspelt_in_a_grant_is_underlined() -> None:
    wrong = GRANTS.replace("profiles: [tls-dv]", "profiles: [tls-0v]")

    (complaint,) = complaints(GRANTS_SCHEMA, wrong)
    assert complaint.json_path == "$.grants[1].profiles[0]"
    assert complaint.message == "'tls-0v' is not one of ['tls-dv', 'tls-ov']"


def test_issuers_are_free_where_no_gate_is_known() -> None:
    schema = schema_of(GrantsFile, names_in(bundle(), Site()))
    text = GRANTS.replace("test-r1", "elsewhere-r7")

    assert complaints(schema, text) == []
    assert len(complaints(GRANTS_SCHEMA, text)) == 1


@pytest.mark.parametrize("policy", ["", "[", "rules: 7\nlists: [a]\nprofiles: {a: }\n", "- 1\n"])
def test_a_policy_that_cannot_be_read_leaves_names_free(policy: str) -> None:
    names = names_in(bundle(policy=policy), Site())
    schema = schema_of(PolicyFile, names)

    assert complaints(schema, POLICY) == []


def test_a_name_that_looks_like_a_number_is_a_name() -> None:
    policy = (
        POLICY.replace("tls-dv", "1e3").replace("some-names", "007").replace("validity", "true")
    )
    policy = policy.replace("true_at_most", "validity_at_most")
    grants = GRANTS.replace("tls-dv", "1e3").replace("alice", "4711")
    files = bundle(policy=policy.replace("alice", "4711"), grants=grants)
    load(files, site=SITE)
    names = names_in(files, SITE)

    for file, shape in (("policy.yaml", PolicyFile), ("grants.yaml", GrantsFile)):
        assert complaints(schema_of(shape, names), files[file]) == []


def test_a_bare_null_is_nothing_to_editor_and_gate() -> None:
    wrong = policy_with("owner: tests", "owner: ~")

    assert complaints(POLICY_SCHEMA, wrong)
    with pytest.raises(PolicyError, match="`~` is nothing at all to other readers of YAML"):
        load(bundle(policy=wrong), site=SITE)
    load(bundle(policy=policy_with("owner: tests", "owner: 'null'")), site=SITE)


# ---------------------------------------------------------------- editor and gate agree

ODD = ["1e3", "010", "0x1f", "1.10", "true", "No", "off", "2027-03-15", "dns", "7", "null"]
PRODUCTION = shipped_files("webpki-production")
TREES = [
    read("policy.yaml", PRODUCTION["policy.yaml"], Problems()).root,
    read("policy.yaml", POLICY.encode(), Problems()).root,
]


def paths(node: Node) -> list[tuple[str | int, ...]]:
    """The path to every value of a document."""
    below: list[tuple[str | int, Node]] = []
    if isinstance(node.value, dict):
        below = list(node.value.items())
    elif isinstance(node.value, tuple):
        below = list(enumerate(node.value))
    return [(), *((key, *path) for key, each in below for path in paths(each))]


def at(node: Node, path: tuple[str | int, ...]) -> Node:
    for key in path:
        assert not isinstance(node.value, str)
        node = node.value[key]  # type: ignore[index]  # the path is one of the document's own
    return node


def changed(node: Node, path: tuple[str | int, ...], new: Node | None) -> Node:
    """The document with another value at a path, or without it."""
    first, *rest = path

    def kept(pairs: Iterable[tuple[str | int, Node]]) -> Iterator[tuple[str | int, Node]]:
        for key, each in pairs:
            value = each if key != first else changed(each, tuple(rest), new) if rest else new
            if value is not None:
                yield key, value

    if isinstance(node.value, dict):
        return node._replace(value={str(key): each for key, each in kept(node.value.items())})
    assert isinstance(node.value, tuple)
    return node._replace(value=tuple(each for _, each in kept(enumerate(node.value))))


VALUES = [at(tree, path) for tree in TREES for path in paths(tree)]


def like(node: Node) -> st.SearchStrategy[Node]:
    """A text for a text, a list for a list; scalars are most alike where they stand bare alike."""
    return st.sampled_from([each for each in VALUES if type(each.value) is type(node.value)])


@st.composite
def variations(draw: st.DrawFn) -> str:
    """A policy with one or two values left out, replaced, or put in another's place."""
    tree = draw(st.sampled_from(TREES))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from([each for each in paths(tree) if each]))
        odd = st.sampled_from(ODD).map(Plain) | st.sampled_from(ODD)
        replacements = [like(at(tree, path)), odd.map(lambda text: Node(text, Mark(1, 1)))]
        tree = changed(tree, path, draw(st.none() | st.one_of(replacements)))
    return "".join(written(tree))


FREE = schema_of(PolicyFile, Names({}, {}))
OF_SHAPE = ("unknown key", "is missing", "unknown kind")


@settings(max_examples=100, deadline=None)
@given(variations())
def test_editor_and_gate_agree_on_keys_and_kinds(text: str) -> None:
    problems = Problems()
    document = read("policy.yaml", text.encode(), problems)
    problems.raise_any()
    shape = shaped(document, PolicyFile)
    told = complaints(FREE, text)

    if shape is not None:
        assert [error.message for error in told] == []
    elif any(words in str(each) for each in problems.error().found for words in OF_SHAPE):
        assert told


@settings(max_examples=100, deadline=None)
@given(variations())
def test_editors_never_refuse_what_a_gate_takes(text: str) -> None:
    shipped = "lists/high-risk-names.txt" in text
    files = {**PRODUCTION, "policy.yaml": text.encode()} if shipped else bundle(policy=text)
    try:
        load(files, site=Site())
    except PolicyError:
        return
    schema = schema_of(PolicyFile, names_in(files, Site()))
    assert [error.message for error in complaints(schema, text)] == []
