"""What authors are told of a changed policy, and what the log makes of its dates."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.cli.policy_upcoming import _lines
from gate.policy.calendar import Coming
from gate.workbench.would_block import WouldBlock
from tests.policy.bundles import FILES


@pytest.fixture(name="old")
def _old(tmp_path: Path) -> Path:
    return written(tmp_path / "old", {})


def written(folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A folder with the small policy, each file with one place changed."""
    for path, text in FILES.items():
        old, new = changes.get(path, ("", ""))
        assert old in text
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace(old, new) if old else text)
    return folder


@pytest.mark.parametrize(
    ("edit", "change", "code"),
    [
        (("days: 99}", "days: 98}"), "stricter", 0),
        (("days: 99}", "days: 100}"), "looser", 1),
        (("name: small", "name: other"), "unclear", 1),
        (("owner: tests", "owner: others"), "same", 0),
    ],
)
def test_diff_exits_with_one_where_two_people_have_to_look(
    edit: tuple[str, str], change: str, code: int, old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = written(old.parent / "new", {"policy.yaml": edit})

    assert main(["policy", "diff", str(old), str(new)]) == code
    assert f": {change}; " in capsys.readouterr().out
    assert main(["policy", "diff", str(old), str(new), "--format", "json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["change"], told["needs_two"]) == (change, bool(code))


def test_diff_names_the_entry_that_left_a_list(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = written(tmp_path / "new", {"lists/names.txt": ("bank.example\n", "")})

    assert main(["policy", "diff", str(old), str(new)]) == 1
    told = capsys.readouterr().out
    assert "names                        looser   names removed: `bank.example`" in told


@pytest.mark.parametrize("verb", ["explain", "upcoming", "docs"])
def test_a_policy_with_mistakes_is_a_failure(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = written(tmp_path / "wrong", {"policy.yaml": ("version: 7", "version: x")})

    assert main(["policy", verb, str(wrong)]) == 2
    assert "policy.yaml:3:10: version: must be a whole number" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_a_number_of_days_is_one(days: str, old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["policy", "upcoming", str(old), "--days", days])

    assert stopped.value.code == 2
    assert "number of days" in capsys.readouterr().err


def test_no_calendar_is_too_long(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["policy", "upcoming", str(old), "--as-of", "9999-12-01", "--days", "36500"]

    assert main(arguments) == 0
    assert "nothing is to come" in capsys.readouterr().out


def test_a_page_is_written_to_a_file(old: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"

    assert main(["policy", "docs", str(old), "--output", str(page)]) == 0
    assert page.read_text().startswith("# small, version 7\n")


def test_what_would_be_blocked_stands_below_its_date() -> None:
    days = [datetime(2027, 3, 15, tzinfo=UTC), datetime(2029, 3, 15, tzinfo=UTC)]
    coming = [Coming(at=at, what="it is shorter", rules=("validity",)) for at in days]
    past = WouldBlock(decisions=9431, unknown=3, counts={(days[0], "validity"): 212})

    assert list(_lines(coming, past)) == [
        "2027-03-15  it is shorter (validity)",
        "            validity would have blocked 212 of 9431 decisions",
        "2029-03-15  it is shorter (validity)",
        "",
        "judged again as if at each date: 9431 decisions",
        "not judged, because the record lacks something: 3",
    ]


@pytest.mark.parametrize("verb", ["explain", "upcoming", "docs", "sign"])
def test_a_mistake_is_told_with_the_folder_it_lies_in(
    verb: str, old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, and not where there is no such folder at all."""
    more = ["--by", "a", "--key", "none.key"] if verb == "sign" else []
    (old / "grants.yaml").unlink()

    assert main(["policy", verb, str(old), *more]) == 2
    assert capsys.readouterr().err == f"{old}/grants.yaml: the file is missing\n"
    assert main(["policy", verb, str(old / "none"), *more]) == 2
    assert capsys.readouterr().err == f"{old}/none: there is no such folder\n"
    assert main(["policy", verb, str(old / "policy.yaml"), *more]) == 2
    assert capsys.readouterr().err == f"{old}/policy.yaml: is no folder\n"


def test_diff_tells_in_which_of_two_folders_a_mistake_is(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = written(tmp_path / "new", {"policy.yaml": ("name: small", "nam: small")})

    assert main(["policy", "diff", str(old), str(new)]) == 2
    assert f"{new}/policy.yaml:2:1: nam: unknown key" in capsys.readouterr().err


def test_a_key_is_not_made_in_place_of_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (".", str(tmp_path)):
        assert main(["policy", "key", name]) == 2
        assert capsys.readouterr().err == f"gate: {name}: is a directory\n"
    assert list(tmp_path.iterdir()) == []
