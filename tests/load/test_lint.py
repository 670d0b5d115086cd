"""Lint beside Evaluate: who only asks what the linters say does not hold up what is issued."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from gate.errors import Malformed, Overloaded
from gate.linters import LinterPool
from gate.model import LinterStatus
from gate.rpc.issuance import LINT_NAMES
from tests import pki
from tests.load.slow import HeldLinters
from tests.load.test_overload import asking, until
from tests.rpc.served import CONTEXT, TBS, Served, serving

TIME_LIMIT = timedelta(seconds=2)
DAWDLE = pki.precertificate("dawdle.plovidba.hr")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as found:
        yield found


def names(count: int) -> bytes:
    return pki.precertificate(*(f"a{at}.plovidba.hr" for at in range(count)))


def test_evaluate_has_its_linters_while_lint_calls_hammer(own: Served) -> None:
    over, linted, shed = Event(), list[LinterStatus](), list[Overloaded]()

    def hammer() -> None:
        with own.client("auditor") as auditor:
            while not over.is_set():
                try:
                    linted.extend(report.status for report in auditor.lint(DAWDLE, "tls-dv"))
                except Overloaded as error:
                    shed.append(error)
                    sleep(0.02)

    with LinterPool(
        workers=2, time_limit=TIME_LIMIT, linters=("tests.linters.faults:DawdlingLinter",)
    ) as pool:
        own.gate._linters = pool
        threads = [Thread(target=hammer) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            until(lambda: bool(shed))
            with own.client() as client:
                statuses = set[LinterStatus]()
                for each in range(1000):
                    answer = client.evaluate(f"r-{each}", TBS, CONTEXT)
                    reports = answer.decision.decision.linters
                    statuses |= {one.status for one in reports if one.name == "dawdling"}
                    if len(linted) > 1:
                        break
                    sleep(0.02)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    assert set(linted) == {LinterStatus.TIMED_OUT}
    assert statuses == {LinterStatus.COMPLETED}
    assert own.count("gate_sheds_total", limit="lint") == len(shed)


def test_a_second_lint_is_refused_at_once_and_may_come_again(own: Served) -> None:
    held, answers = HeldLinters(own), list[object]()
    with own.client("auditor") as auditor, own.client("operator") as operator:
        thread = asking(partial(auditor.lint, TBS, "tls-dv"), answers)
        assert held.full.wait(30)
        with pytest.raises(Overloaded, match="another Lint call is under way"):
            operator.lint(TBS, "tls-dv")
        held.go_on.set()
        thread.join()
        assert answers == [()]
        assert operator.lint(TBS, "tls-dv") == ()


def test_a_lint_that_fails_gives_its_place_back(own: Served) -> None:
    with own.client("auditor") as auditor:
        for _ in range(2):
            with pytest.raises(Malformed):
                auditor.lint(b"garbage", "tls-dv")
        assert auditor.lint(TBS, "tls-dv")


def test_a_certificate_of_very_many_names_is_not_linted(own: Served) -> None:
    with own.client("auditor") as auditor:
        assert auditor.lint(names(LINT_NAMES), "tls-dv")
        with pytest.raises(Malformed, match="has 1001 names, and Lint takes up to 1000"):
            auditor.lint(names(LINT_NAMES + 1), "tls-dv")
    assert len(own.linters.asked) == 1
