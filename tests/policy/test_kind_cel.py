"""The kind `cel`: a condition judged like any other rule, its faults told at their place."""

from dataclasses import replace

import pytest

from gate.conditions import compiler
from gate.decide import decide
from gate.errors import ConfigError, Malformed
from gate.model import BlockCause, Case, Outcome
from gate.policy import Policy, Rule, Site, load
from gate.policy.change import Change
from gate.policy.kinds.cel import CEL
from tests.conditions.judged import SUBJECT
from tests.policy import judging
from tests.policy.bundles import ISSUERS, POLICY, bundle

SITE = Site(issuers=ISSUERS, conditions=compiler())

SHORT = """\
  - id: addresses-live-briefly
    title: Certificates with addresses live at most ten days
    kind: cel
    mode: enforce
    require: |
      cert.san.ip.size() == 0 ||
      cert.validity_seconds <= 10 * 86400
    message: "{cert.san.ip} would be certified for {cert.validity_seconds} seconds"
"""
KNOWN = """\
  - id: known-names
    title: Only the organizations that were agreed on
    kind: cel
    mode: enforce
    for_each: cert.subject.o
    as: organization
    require: organization in ['Plovidba d.d.', 'Plovidba']
    message: "{organization} was not agreed on for {request.account}"
"""


def policy(rule: str, site: Site = SITE) -> Policy:
    """The small policy with one rule more."""
    return load(bundle(policy=POLICY + rule), site=site)


def cel(rule: str) -> Rule:
    """That rule."""
    return policy(rule).rules[-1]


def requirement(rule: str) -> CEL:
    """Its requirement."""
    found = cel(rule).requirement
    assert isinstance(found, CEL)
    return found


def told(rule: str, site: Site = SITE) -> list[str]:
    """The problems in the rule, with lines counted from its first one and columns as they are."""
    with pytest.raises(ConfigError) as caught:
        policy(rule, site)
    before = POLICY.count("\n")
    found = []
    for problem in caught.value.problems:
        _, line, column, text = problem.split(":", 3)
        found.append(f"{int(line) - before}:{column}:{text}")
    return found


def case(*names: str, days: int = 90) -> Case:
    """A case for these names by a subject of two organizations."""
    return judging.case(*names, certificate=judging.certificate(*names, days=days, subject=SUBJECT))


def test_a_condition_is_judged_over_the_case() -> None:
    rule = cel(SHORT)
    assert rule.judge(case("www.plovidba.hr")) == ()
    assert rule.judge(case("1.1.1.1", days=10)) == ()
    (finding,) = rule.judge(case("1.1.1.1", "8.8.8.8", days=11))
    assert finding.code == "policy.cel"
    assert finding.source == "addresses-live-briefly"
    assert finding.message == "`1.1.1.1`, `8.8.8.8` would be certified for 950400 seconds"


def test_a_condition_over_entries_names_the_one_that_does_not_meet_it() -> None:
    (finding,) = cel(KNOWN).judge(case("www.plovidba.hr"))
    assert finding.message == "`Plovidba Nautika d.o.o.` was not agreed on for `alice`"
    assert finding.location == "cert.subject.o"


def test_a_condition_that_cannot_be_evaluated_blocks_as_a_failure_of_the_gate() -> None:
    given = policy(SHORT.replace("cert.san.ip.size() == 0", "cert.subject.ou[0] == 'x'"))
    decision = decide(replace(case("1.1.1.1")), given)
    (outcome,) = (each for each in decision.rules if each.rule_id == "addresses-live-briefly")
    assert outcome.outcome is Outcome.ERROR
    assert "Index error: index=0 size=0" in outcome.findings[0].message
    found = {each.rule_id: each for each in decision.rules}
    assert found["words"].outcome is Outcome.NOT_APPLICABLE
    assert decision.cause is not BlockCause.NONE


def test_a_condition_judges_no_identifiers_and_chooses_no_validation() -> None:
    rule = cel(SHORT)
    assert rule.judges == frozenset()
    validation = judging.validation().evidence
    assert rule.refuses(validation, judging.facts(), case("a.plovidba.hr")) is None


def test_without_a_compiler_no_condition_is_loaded() -> None:
    assert told(SHORT, Site(issuers=ISSUERS)) == [
        (
            "3:11: rules > addresses-live-briefly > kind: the condition engine is not available "
            "here, so that it cannot be checked"
        )
    ]


def test_what_was_not_compiled_is_never_met() -> None:
    bare = replace(requirement(SHORT), condition=None)
    assert bare.reads == ()
    with pytest.raises(Malformed, match="was not compiled"):
        bare.judge(case("www.plovidba.hr"))


def test_a_rule_says_which_facts_it_reads() -> None:
    assert requirement(SHORT).reads == ("cert.san.ip", "cert.validity_seconds")
    assert requirement(KNOWN).reads == ("cert.subject.o",)


WRITTEN = [
    "require: cert.versoin == 3",
    "require: 'cert.versoin == 3'",
    'require: "cert.versoin == 3"',
    "require: |\n      cert.ca ||\n        cert.versoin == 3",
    "require: |-  # why\n\n          cert.ca\n          || cert.versoin == 3",
    "require: |2\n      cert.ca ||\n      cert.versoin == 3",
    "require: >\n      cert.ca ||\n      cert.versoin == 3",
    "require: >-\n\n      cert.ca ||\n\n      cert.versoin == 3",
    "require: cert.ca ||\n      cert.versoin\n      == 3",
    "require: 'cert.issuer_name == ''x'' ||\n      cert.versoin == 3'",
    "require: 'cert.issuer_name == ''x'' || cert.versoin == 3'",
    'require: "cert.issuer_name == \\"x\\" || cert.versoin == 3"',
    "require: \"cert.issuer_name == '\\u00e9\\x41' || cert.versoin == 3\"",
    'require: "cert.ca ||\\n cert.versoin == 3"',
    'require: "cert.ca || \\\n      cert.versoin == 3"',
    "require: |\n      cert.issuer_name == 'ČŠŽ 😀' || cert.versoin == 3",
    "require: |\r\n      cert.ca ||\r\n      cert.versoin == 3\r",
]


def told_alone(require: str) -> str:
    """The one problem of a rule with this requirement in its fifth line."""
    rule = f"  - id: rule\n    title: t\n    kind: cel\n    mode: enforce\n    {require}\n"
    (problem,) = told(f"{rule}    message: m\n")
    return problem


@pytest.mark.parametrize("require", WRITTEN)
def test_a_fault_is_told_at_its_character_in_the_file(require: str) -> None:
    before, _, _ = f"    {require}".partition("versoin")
    line, column = 5 + before.count("\n"), len(before) - before.rfind("\n")
    assert told_alone(require).startswith(f"{line}:{column}: rules > rule > require: ")


@pytest.mark.parametrize(
    ("require", "place"),
    [
        ("require: cert.version ==", "5:29"),
        ("require: 'cert.version =='", "5:30"),
        ("require: |\n      cert.version ==\n", "6:22"),
        ("require: |\n      cert.version ==\n\n\n", "6:22"),
        ("require: '   '", "5:14"),
    ],
)
def test_what_is_missing_is_told_behind_the_last_character(require: str, place: str) -> None:
    assert told_alone(require).startswith(f"{place}: rules > rule > require: ")


def test_faults_in_all_parts_are_told_at_once() -> None:
    rule = SHORT.replace("10 *", "10.5 *").replace("{cert.san.ip}", "{cert.san.ips}")
    assert told(rule) == [
        (
            "7:37: rules > addresses-live-briefly > require: cannot multiply a decimal by a whole "
            "number; write 10, not 10.5"
        ),
        (
            "8:16: rules > addresses-live-briefly > message: there is no fact `ips` in `cert.san`; "
            "did you mean `ip`?"
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "for_each: cert.subject.o",
            "for_each: cert.subject.org",
            "5:15: rules > known-names > for_each: there is no fact `org` in `cert.subject`",
        ),
        (
            "    as: organization\n",
            "",
            "5:15: rules > known-names > for_each: give each entry a name with `as`",
        ),
        (
            "    for_each: cert.subject.o\n",
            "",
            "5:9: rules > known-names > as: `as` names each entry of `for_each`, which is missing",
        ),
        (
            "as: organization",
            "as: cert",
            "6:9: rules > known-names > as: the name `cert` is taken: choose another one",
        ),
        (
            '    message: "{organization} was not agreed on for {request.account}"\n',
            "",
            "1:5: rules > known-names: the key `message` is missing",
        ),
    ],
)
def test_what_belongs_together_must_be_there(old: str, new: str, problem: str) -> None:
    assert told(KNOWN.replace(old, new)) == [problem]


def test_a_condition_is_explained_as_it_was_written() -> None:
    assert requirement(SHORT).in_words() == (
        "This condition in CEL is true: cert.san.ip.size() == 0 ||\n"
        "cert.validity_seconds <= 10 * 86400\n"
        "Where it is not, the finding says: {cert.san.ip} would be certified for "
        "{cert.validity_seconds} seconds"
    )
    assert (
        requirement(KNOWN)
        .in_words()
        .startswith(
            "This condition in CEL is true for each `organization` of `cert.subject.o`: "
            "organization in ['Plovidba d.d.', 'Plovidba']\nWhere"
        )
    )


def test_another_condition_is_an_unclear_change_and_another_message_none() -> None:
    old = requirement(SHORT)
    assert requirement(SHORT).compared(old) is Change.SAME
    assert requirement(SHORT.replace('seconds"', 's"')).compared(old) is Change.SAME
    assert requirement(SHORT.replace("10 *", "9 *")).compared(old) is Change.UNCLEAR
    assert requirement(KNOWN).compared(old) is Change.UNCLEAR
    assert old.compared(judging.rule("granted").requirement) is Change.UNCLEAR


def test_a_policy_with_conditions_equals_itself_loaded_again() -> None:
    assert policy(SHORT) == policy(SHORT)
    assert policy(SHORT) != policy(SHORT.replace("10 *", "9 *"))


def test_many_entries_make_one_finding_each_and_a_decision_tells_the_first_hundred() -> None:
    names = [f"w{number}.plovidba.hr" for number in range(150)]
    rule = KNOWN.replace("cert.subject.o", "cert.san.dns").replace("Plovidba d.d.", "x")
    assert len(cel(rule).judge(case(*names))) == 150
    decision = decide(case(*names), policy(rule))
    (outcome,) = (each for each in decision.rules if each.rule_id == "known-names")
    assert [len(outcome.findings), outcome.findings[-1].message] == [101, "and 50 more"]
