"""Every mistake in a file of tests is told with its place, all of them at once."""

import pytest

from gate.policy import PolicyError, Site
from gate.workbench.suite_files import read_suites
from gate.workbench.suite_policy import load_with_tests
from tests.policy.bundles import bundle
from tests.workbench.suites import FILE, HEAD, TOO_LONG, entry, files, mistakes


def head(old: str, new: str) -> str:
    """The head of the file with one place changed."""
    assert HEAD.count(old) == 1, old
    return HEAD.replace(old, new)


def said(*texts: str, head: str = HEAD) -> str:
    """The mistakes in lines."""
    return "\n".join(mistakes(*texts, head=head))


def test_a_good_file_has_no_mistake() -> None:
    assert mistakes(TOO_LONG) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("gate-policy-test/1", "gate-policy/1", "1:9: format: must be `gate-policy-test/1`"),
        ("about: the small policy\n", "", "1:1: the key `about` is missing"),
        ("  at: 2026-11-23T12:00:00Z\n", "", "7:3: base: the key `at` is missing"),
        ("12:00:00Z", "12:00", "7:7: base > at: `2026-11-23T12:00` is not a date"),
        ("  applicant: a", "  aplicant: a", "16:3: base > aplicant: unknown key"),
        ("account: alice", "acount: alice", "10:5: base > request > acount: unknown key `acount`"),
        ("purpose: SUBSCRIBER", "purpose: TEST", "14:14: base > request > purpose: `TEST` is not"),
        ("stage: PRECERT", "stage: PRE", "15:12: base > request > stage: `PREIFICATE` is not"),
        ("{days: 90}", "{days: '90'}", "19:19: base > certificate > lasts > days: must be a whole"),
        ("{days: 90}", "{}", "19:12: base > certificate > lasts: give `days`, `hours`"),
        ("{days: 90}", "{days: 99999}", "19:12: base > certificate > lasts: must not be longer"),
        ("    lasts: {days: 90}\n", "", "18:5: base > certificate: give `names` and `lasts`"),
        ("{o: Plov", "{org: Plov", "20:15: base > certificate > subject > org: `org` is not one"),
        ("{o: Plovidba}", "{o: ''}", "20:18: base > certificate > subject > o > #1: must be a"),
        ('age: {days: 3}}\n    - {method: "3.2.2.5', 'at: x}\n    - {method: "3.2.2.5',
         "22:33: base > validations > #1 > at: `x` is not a date"),
        ("certificate:\n", "certificate:\n    key: rsa-512\n",
         "18:10: base > certificate > key: `r"),
        ("certificate:\n", "certificate:\n    scts: two\n",
         "18:11: base > certificate > scts: m"),
        ("certificate:\n", "certificate:\n    file: a.pem\n", "base > certificate: give `file` al"),
        ("trust: public,", "trust: all,", "4:22: issuers > public-r1 > trust: `all` is not one of"),
        ("trust: public,", "file: ca.pem, trust: public,",
         "4:21: issuers > public-r1 > file: there is no file `tests/certificates/ca.pem`"),
        ("{trust: public, environment: production}", "{trust: public}",
         "4:14: issuers > public-r1: the key `environment` is missing"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_head_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert f"{FILE}:" in said(TOO_LONG, head=head(old, new))
    assert told in said(TOO_LONG, head=head(old, new))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (entry("verdict: PERMIT"), "27:23: tests > a test > expect > verdict: `PERMIT` is not one"),
        (entry("fails: [validity]"), "27:13: tests > a test > expect: the key `verdict` is"),
        (entry("verdict: BLOCK"), "27:13: tests > a test > expect: say in `fails` which rules"),
        (entry("verdict: RELEASE, fails: [validity]"), "expect: what `fails` blocks: expect"),
        (entry("verdict: BLOCK, fails: [validity, validity]"), "fails: `validity` stands twice"),
        (entry("verdict: BLOCK, fail: [validity]"), "unknown key `fail`; did you mean `fails`?"),
        (entry("verdict: BLOCK, fails: [validty]", request__account="bob"),
         "tests > a test > expect > fails > #1: no rule or floor is called `validty`; did"),
        (entry("verdict: BLOCK, fails: [floor.validaton]", request__account="bob"),
         "is called `floor.validaton`; did you mean `floor.validation`?"),
        (entry("verdict: RELEASE, excepted: {names: EXC-1}", request__account="bob"),
         "29:50: tests > a test > expect > excepted > names: no exception is called `EXC-1`"),
        (entry("verdict: RELEASE, excepted: {nmes: EXC-1}", request__account="bob"),
         "29:43: tests > a test > expect > excepted > nmes: no rule or floor is called `nmes`"),
        (entry(at="tomorrow"), "26:9: tests > a test > at: `tomorrow` is not a date"),
        (entry(), "25:5: tests > a test: it asks the same as `the base`: change something"),
        (entry().replace("    at: 2026-11-23T12:00:00Z\n", ""), "the key `at` is missing"),
        (entry(change=""), "the key `change` has no value"),
        (entry(more=["change: {}"]), "tests > a test > change: must not be empty"),
        (entry(more=["each: {request.account: []}"]), "each > request.account: must not be empty"),
        (entry(more=["each: {request.account: [a], request.profile: [b]}"]), "takes one path"),
        (entry(request__acount="bob"), "28:7: tests > a test > request > acount: unknown key"),
        (entry(requst__account="bob"), "28:7: tests > a test > requst: unknown key `requst`; did"),
        (entry(at__x="bob"), "28:7: tests > a test > at: unknown key `at`"),
        (entry(certificate__names__3="bob"),
         "28:7: tests > a test > change > certificate.names.3: `3` is not the number of one"),
        (entry(certificate__names__one="bob"), "change > certificate.names.one: `one` is not the"),
        (entry(certificate__names__2="null"), "certificate.names.2: there is no entry 2 to take"),
        (entry(request__account__name="bob"), "nothing lies below the text `alice`"),
        (entry(**{"request..account": "bob"}), "`request..account` is no path"),
        (entry(certificate__lasts__days="x"), "tests > a test > certificate > lasts > days: must"),
        (entry(validations__0__name="a_b"), "validations > a_b > name: `a_b` has one label only"),
        (entry(validations__0__at="2026-11-01"), "validations > #1: give exactly one of `age` and"),
        (entry(validations__2="{age: {days: 1}}"), "validations > #3: the key `method` is missing"),
        (entry(order__names="[www.plovidba.hr.]"), "`www.plovidba.hr.` ends with a dot"),
        (entry(linters__pkilint__status="fine"), "> linters > pkilint > status: `fine` is not one"),
        (entry(request__account="null"), "tests > a test > request > account: `null` is nothing"),
        (entry(request__issuer="nobody"),
         "25:5: tests > a test > certificate > issuer: none of `issuers` is called `nobody`"),
        (entry(certificate__subject__c="Croatia"), "tests > a test > certificate: no such"),
        (entry(certificate__lasts="{seconds: 0}"), "must be a second or more"),
        (entry(certificate="{file: no.pem}"), "there is no file `tests/certificates/no.pem`"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_test_is_told_with_its_place(text: str, told: str) -> None:
    assert f"{FILE}:" in said(text)
    assert told in said(text)


def test_all_mistakes_are_told_at_once() -> None:
    texts = (
        entry(name="one", request__acount="bob"),
        entry(name="two", certificate__names__9="x"),
        entry(name="three", at="2026-11-24", certificate__lasts="{days: x}"),
    )

    assert [problem.split(": ")[0] for problem in mistakes(*texts)] == [
        f"{FILE}:28:7",
        f"{FILE}:33:7",
        f"{FILE}:38:33",
    ]


def test_two_tests_of_one_name_are_a_mistake() -> None:
    again = TOO_LONG.replace("seconds: 1", "seconds: 2")

    assert "the name `too long` is already that of tests/small.test.yaml:25" in said(
        TOO_LONG, again
    )


def test_two_tests_that_ask_the_same_are_a_mistake_however_they_say_it() -> None:
    again = entry(
        "verdict: BLOCK, fails: [validity]",
        name="once more",
        certificate__lasts__seconds="1",
        certificate__lasts__days="199",
    )

    assert "tests > once more: it asks the same as `too long`" in said(TOO_LONG, again)


def test_two_files_must_mean_the_same_issuer_by_a_name() -> None:
    other = (HEAD.replace("trust: public", "trust: private") + TOO_LONG).encode()
    with pytest.raises(PolicyError) as caught:
        load_with_tests({**files(TOO_LONG), "tests/z.test.yaml": other}, Site())

    told = "tests/z.test.yaml:4:3: issuers > public-r1: `public-r1` is another issuer in tests/"
    assert any(problem.startswith(told) for problem in caught.value.problems)


def test_a_file_with_another_ending_is_not_passed_over() -> None:
    with pytest.raises(PolicyError) as caught:
        read_suites({"tests/small.test.yml": b"", FILE: (HEAD + TOO_LONG).encode()})

    assert caught.value.problems == (
        "tests/small.test.yml: unknown file: the name of a file of tests ends in `.test.yaml`",
    )


def test_no_tests_at_all_are_a_mistake_that_says_how_to_write_one() -> None:
    with pytest.raises(PolicyError, match=r"write `tests/NAME.test.yaml` with `format: gate-pol"):
        load_with_tests(bundle(), Site())


def test_mistakes_in_the_policy_and_in_its_tests_are_told_together() -> None:
    spoilt = {**files(entry(at="x")), "grants.yaml": b"format: gate-grants/1\n"}
    with pytest.raises(PolicyError) as caught:
        load_with_tests(spoilt, Site())

    assert [problem.split(":")[0] for problem in caught.value.problems] == [FILE, "grants.yaml"]


def test_the_tests_must_have_every_issuer_that_the_policy_names() -> None:
    without = HEAD.replace("  test-r1: {trust: test, environment: staging}\n", "")
    with pytest.raises(PolicyError, match=r"no issuer is called `test-r1`.*for the tests, whose"):
        load_with_tests(files(TOO_LONG, head=without), Site())
