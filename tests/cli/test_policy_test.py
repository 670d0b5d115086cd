"""`gate policy test` fails where a test or its author is wrong, and says where."""

import json
from pathlib import Path

import pytest

from gate.cli.main import main
from tests.workbench.suites import TOO_LONG, entry, files

PASSES = "expected BLOCK, got RELEASE; `floor.issuer` passes, and the test has it in `fails`"
WRONG = entry("verdict: BLOCK, fails: [floor.issuer]", name="wrong", request__order="order-2")


def written(folder: Path, *tests: str) -> Path:
    """The small policy with these tests, in a folder."""
    for path, data in files(*tests).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_failing_test_is_one_line_with_its_place_and_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, TOO_LONG, WRONG)

    assert main(["policy", "test", str(folder), "--only", "o"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}/tests/small.test.yaml:29:5: wrong: {PASSES}",
        f"{folder}: 1 of 2 tests failed",
    ]


def test_untested_rules_are_told_and_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, TOO_LONG)

    assert main(["policy", "test", str(folder)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert f"{folder}/policy.yaml:20:5: rules > granted: no test sees it fail" in told
    assert told[-1] == f"{folder}: 2 tests passed, 11 rules are untested"


def test_mistakes_in_tests_are_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, entry(request__acount="bob"))

    assert main(["policy", "test", str(folder)]) == 2
    place, summary = capsys.readouterr().out.splitlines()
    assert place.startswith(f"{folder}/tests/small.test.yaml:28:7: tests > a test > request > ac")
    assert summary == f"{folder}: 1 problem, nothing was tested"


def test_a_policy_without_tests_is_told_how_to_write_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, TOO_LONG)
    (folder / "tests" / "small.test.yaml").unlink()

    assert main(["policy", "test", str(folder)]) == 2
    assert "write `tests/NAME.test.yaml`" in capsys.readouterr().out


def test_json_has_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = written(tmp_path / "good", TOO_LONG, WRONG), tmp_path / "bad"
    written(bad, entry(at="x"))

    assert main(["policy", "test", str(good), str(bad), "--format", "json"]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert (first["passed"], second["passed"]) == (False, False)
    assert [each["passed"] for each in first["tests"]] == [True, True, False]
    assert first["tests"][2]["got"]["verdict"] == "RELEASE"
    assert first["tests"][2]["differences"][0] == "expected BLOCK, got RELEASE"
    assert first["untested"][0]["file"] == "policy.yaml"
    assert len(second["problems"]) == 1
    assert second["tests"] == []
