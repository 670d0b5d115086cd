"""What would make a condition true that should not be, each closed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from gate.conditions.engine import Engine, Program
from gate.conditions.trial import trial
from gate.errors import Malformed
from tests.conditions.judged import bare_case, case, compiled, faults, result
from tests.policy import judging


def program(text: str, **variables: str) -> Program:
    found = Engine(variables).compile(text)
    assert isinstance(found, Program), found
    return found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("n / 0 == 1", "divide by zero"),
        ("texts[3] == 'a'", "Index error: index=3 size=1"),
        ("n * 9223372036854775807 > 0", "integer overflow"),
        ("text.matches(text + '(')", "invalid regular expression: missing ): a("),
        ("n", "it gives neither true nor false"),
        ("text", "it gives neither true nor false"),
        ("null", "it gives neither true nor false"),
        ("[true, null]", "it gives neither true nor false"),
        ("[true, 1]", "it gives neither true nor false"),
        ("[[true]]", "it gives neither true nor false"),
    ],
)
def test_an_error_is_never_true_however_the_engine_tells_it(text: str, reason: str) -> None:
    engine = Engine({"n": "int", "text": "string", "texts": "list(string)"})
    found = engine.compile(text)
    assert isinstance(found, Program)
    with pytest.raises(Malformed, match="^" + reason.replace("(", r"\(").replace(")", r"\)")):
        found.truths(engine.values({"n": 2, "text": "a", "texts": ["a"]}))


def test_a_variable_without_a_value_is_an_error() -> None:
    engine = Engine({"n": "int"})
    found = engine.compile("n == 0")
    assert isinstance(found, Program)
    with pytest.raises(Malformed):
        found.truths(engine.values({}))


def test_a_value_of_another_type_is_an_error() -> None:
    engine = Engine({"n": "int"})
    found = engine.compile("n == 0")
    assert isinstance(found, Program)
    with pytest.raises(Malformed):
        found.truths(engine.values({"n": object()}))


def test_an_absent_fact_is_no_answer_to_anything_but_has() -> None:
    absent = bare_case()
    assert result("order.age_seconds < 60", absent) == "error"
    assert result("order.age_seconds > 60", absent) == "error"
    assert result("!order.account.startsWith('x')", absent) == "error"
    assert result("has(order.account)", absent) == "false"
    with pytest.raises(Malformed, match="could not be evaluated: a fact that it needs is absent"):
        compiled("order.age_seconds < 60").unmet(absent)


@pytest.mark.parametrize(
    "comparison",
    [
        "order.account != 'x'",
        "!(order.account == 'x')",
        "!(order.account in ['x'])",
        "order.account in ['x', 'y'] || cert.ca",
        "has(order.profile) && order.account != 'x'",
        "has(order.account) || order.account != 'x'",
        "!has(order.account) && order.account != 'x'",
        "(has(order.account) && cert.ca) || order.account != 'x'",
        "has(order.account) ? cert.ca : order.account != 'x'",
        "identifiers.exists(i, has(i.method)) && identifiers.all(i, i.method != 'x')",
        "identifiers.map(i, i.method).all(m, m != 'x')",
        "identifiers.filter(i, has(i.method)).all(i, i.method != 'x')",
        "order.account != request.account",
    ],
)
def test_an_absent_fact_is_never_compared_unasked(comparison: str) -> None:
    assert any("may be absent" in fault for fault in faults(comparison))


@pytest.mark.parametrize(
    "comparison",
    [
        "has(order.account) && order.account != 'x'",
        "order.account != 'x' && has(order.account)",
        "has(order.account) && (cert.ca || order.account != 'x')",
        "has(order.account) && cert.ca && order.account != 'x'",
        "!has(order.account) || order.account != 'x'",
        "!(has(order.account) && order.account == 'x')",
        "!(has(order.account) && cert.ca) || order.account != 'x'",
        "has(order.account) ? order.account != 'x' : cert.ca",
        "!has(order.account) ? cert.ca : order.account != 'x'",
        "identifiers.all(i, has(i.method) && i.method != 'x')",
        "has(order.account) && identifiers.all(i, i.value != order.account)",
        "has(order.account) && has(order.profile) && order.account == order.profile",
    ],
)
def test_a_fact_that_was_asked_for_may_be_compared(comparison: str) -> None:
    assert faults(comparison) == []


def test_a_fact_that_the_case_does_not_yield_is_not_read_as_zero_or_empty() -> None:
    context = replace(case().request.context, account="")
    nameless = replace(case(), request=replace(case().request, context=context))
    with pytest.raises(Malformed, match="the request names no account"):
        compiled("request.account != 'x'").unmet(nameless)


def test_a_certificate_that_could_not_be_read_has_no_facts() -> None:
    with pytest.raises(Malformed, match="could not be evaluated: not DER"):
        compiled("cert.version != 4").unmet(replace(case(), certificate=Malformed("not DER")))


def test_has_cannot_stand_for_a_test_of_zero() -> None:
    assert faults("has(cert.ca)") == [
        "1:4 `cert.ca` is always there: `has` would ask if it is zero or empty"
    ]


def test_a_lone_optional_answer_is_no_condition() -> None:
    assert faults("identifiers.all(i, has(i.imported)) && identifiers[0].imported") == []
    assert faults("identifiers[0].imported") == [
        "1:1 this is true or false that may be absent, and must be true or false"
    ]
    assert result("identifiers[0].imported && cert.poisoned", bare_case()) == "error"


@pytest.mark.parametrize("pattern", [r"'\btest\b'", r"'te\x00st'", "'test\u202e'", r"'\u200b'"])
def test_a_pattern_that_can_never_match_is_refused(pattern: str) -> None:
    found = faults(f"!cert.subject.name.matches({pattern})")
    assert any("is not allowed: remove it" in each or "escape gives" in each for each in found)


def test_a_text_of_one_million_characters_cannot_be_built() -> None:
    for text in (
        "cert.subject.name + cert.subject.name == 'x'",
        "cert.subject.o.map(o, o + o).size() == 1",
        "[cert.subject.name].map(a, [a + a].map(b, b + b).size()).size() == 1",
        "cel.bind(a, cert.subject.name, a.size() > 3)",
    ):
        assert faults(text)


@pytest.mark.parametrize(("count", "expected"), [(100, ()), (1000, ())])
def test_one_loop_goes_over_all_names_of_a_large_certificate(
    count: int, expected: tuple[str, ...]
) -> None:
    names = [f"www{number}.plovidba.hr" for number in range(count)]
    large = judging.case(*names)
    once = compiled("identifiers.all(i, i.type != 'ip' || i.validated && i.age_seconds < 200)")
    each = compiled("i.validated", for_each="identifiers", as_="i")
    assert once.unmet(large) == each.unmet(large) == expected


def test_loops_of_more_than_ten_thousand_steps_fail_closed() -> None:
    large = judging.case(*(f"www{number}.plovidba.hr" for number in range(101)))
    squared = compiled(
        "identifiers.all(a, identifiers.exists(b, b.value == a.value && b.wildcard) || a.validated)"
    )
    with pytest.raises(Malformed, match="its loops take more than 10,000 steps"):
        squared.unmet(large)


def test_each_hundred_entries_have_their_own_budget_of_steps() -> None:
    names = [f"www{number}.plovidba.hr" for number in range(300)]
    condition = compiled(
        "cert.san.dns.exists(d, d == n.value)", "{n.value}", for_each="identifiers", as_="n"
    )
    few = judging.case(*names, certificate=judging.certificate("www7.plovidba.hr"))
    assert len(condition.unmet(few)) == 299


@pytest.mark.parametrize(
    ("function", "text", "reason"),
    [
        ("matches", "(", "missing )"),
        ("matches", "(a+)+$", None),
        ("matches", r"(?<=a)b", "invalid perl operator: (?<="),
        ("timestamp", "2027-03-15T00:00:00Z", None),
        ("timestamp", "2027-02-30T00:00:00Z", ""),
        ("duration", "36h", None),
        ("duration", "1d", ""),
    ],
)
def test_a_text_is_tried_out_when_the_policy_is_loaded(
    function: str, text: str, reason: str | None
) -> None:
    assert trial(function, text) == reason


def test_no_condition_sees_evidence_of_other_applicants() -> None:
    others = judging.validation(applicant="somebody-else")
    whole = case()
    known = tuple(
        replace(each, relied_on=None, candidates=(others,), validated_for_others=True)
        for each in whole.identifiers
    )
    seen: dict[str, Any] = {}
    for fact in ("validated", "method", "age_seconds", "performed_by", "validated_for_others"):
        condition = compiled(
            "!i.validated_for_others", f"{{i.{fact}}}", for_each="identifiers", as_="i"
        )
        seen[fact] = condition.unmet(replace(whole, identifiers=known))[0]
    assert seen == {
        "validated": "false",
        "method": "absent",
        "age_seconds": "absent",
        "performed_by": "absent",
        "validated_for_others": "true",
    }


def test_two_cases_never_share_their_facts() -> None:
    condition = compiled("cert.validity_seconds <= 10 * 86400", "{cert.validity_seconds}")
    for days in (9, 11, 9, 12):
        judged = case(certificate=judging.certificate(days=days))
        expected = () if days == 9 else (str(days * 86400),)
        assert condition.unmet(judged) == condition.unmet(judged) == expected


def test_threads_that_judge_at_once_do_not_mix_their_cases() -> None:
    condition = compiled("cert.validity_seconds == 0", "{cert.validity_seconds}")
    cases = {days: case(certificate=judging.certificate(days=days)) for days in range(10, 18)}

    def judge(days: int) -> set[tuple[str, ...]]:
        return {condition.unmet(cases[days]) for _ in range(100)}

    with ThreadPoolExecutor(max_workers=4) as pool:
        for days, found in zip(cases, pool.map(judge, cases), strict=True):
            assert found == {(str(days * 86400),)}
