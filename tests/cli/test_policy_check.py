"""`gate policy check`: mistakes and notices as text, JSON and SARIF, for a desk and for a gate."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlparse

import pytest
from jsonschema import Draft202012Validator

from gate.cli.main import main
from gate.config import SHIPPED_POLICIES
from gate.policy.review import MEANING
from tests.config.example import make_site

PRODUCTION = SHIPPED_POLICIES / "webpki-production"

SARIF: Mapping[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "pattern": r"sarif-2\.1\.0\.json$"},
        "runs": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "message": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string", "minLength": 1}},
        },
        "run": {
            "type": "object",
            "required": ["tool", "results"],
            "properties": {
                "tool": {
                    "type": "object",
                    "required": ["driver"],
                    "properties": {"driver": {"$ref": "#/$defs/driver"}},
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "automationDetails": {
                    "type": "object",
                    "properties": {"id": {"type": "string", "minLength": 1}},
                },
                "originalUriBaseIds": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "properties": {"uri": {"type": "string", "pattern": "^file:///.*/$"}},
                    },
                },
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "driver": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "version": {"type": "string"},
                "rules": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {
                            "id": {"type": "string"},
                            "shortDescription": {"$ref": "#/$defs/message"},
                        },
                    },
                },
            },
        },
        "result": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"$ref": "#/$defs/message"},
                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
            },
        },
        "location": {
            "type": "object",
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {
                            "type": "object",
                            "properties": {
                                "uri": {"type": "string", "pattern": r"^[\w.~/%-]+$"},
                                "uriBaseId": {"type": "string"},
                            },
                        },
                        "region": {
                            "type": "object",
                            "required": ["startLine"],
                            "properties": {
                                "startLine": {"type": "integer", "minimum": 1},
                                "startColumn": {"type": "integer", "minimum": 1},
                            },
                        },
                    },
                }
            },
        },
    },
}
"""What SARIF 2.1.0 (§3.13 to §3.30) demands of the properties that are written."""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A copy of the production policy, with a blank in its name."""
    return shutil.copytree(PRODUCTION, tmp_path / "my policy")


def spoil(folder: Path, old: str, new: str, file: str = "policy.yaml") -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def checked(capsys: pytest.CaptureFixture[str], code: int, *arguments: str | Path) -> str:
    assert main(["policy", "check", *map(str, arguments)]) == code
    return capsys.readouterr().out


def test_every_mistake_is_told_at_once_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder, "    mode: enforce\n", "    mode: enforced\n")
    spoil(folder, "    requester_help: Order", "    requestor_help: Order")
    spoil(folder, "accounts: [acme-public]", "acounts: [acme-public]", "grants.yaml")

    told = checked(capsys, 1, folder).splitlines()

    lines = (folder / "policy.yaml").read_text().split("\n")
    mode, key = (
        lines.index("    mode: enforced") + 1,
        1 + next(at for at, line in enumerate(lines) if "requestor_help" in line),
    )
    assert [line.partition(": ")[0] for line in told] == [
        f"{folder}/grants.yaml:10:5",
        f"{folder}/policy.yaml:{mode}:11",
        f"{folder}/policy.yaml:{key}:5",
        f"{folder}",
    ]
    assert "unknown key `requestor_help`; did you mean `requester_help`?" in told[2]
    assert told[-1] == f"{folder}: 3 problems"


def test_beyond_two_hundred_mistakes_the_rest_is_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "lists/high-risk-names.txt"
    path.write_text(path.read_text() + "".join(f"no_dns!name{at}\n" for at in range(250)))

    told = checked(capsys, 1, folder).splitlines()
    (plain,) = json.loads(checked(capsys, 1, folder, "--format", "json"))
    assert told[200:] == [f"{folder}: and 50 more problems", f"{folder}: 200 problems"]
    assert (len(plain["problems"]), plain["uncounted"]) == (200, ["and 50 more problems"])


def test_a_notice_is_told_and_counts_only_where_that_is_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder, "accounts: [acme-public]", "accounts: [acme-public, new]", "grants.yaml")
    told = checked(capsys, 0, folder)

    assert f"{folder}/policy.yaml:" in told
    assert "profiles > tls-ev: no grant gives this profile" in told
    assert "[profile-not-granted]" in told
    assert " is fine, with " in told
    assert checked(capsys, 1, "--strict", folder) == told


def test_dates_are_compared_with_the_day_that_is_given(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "[methods-end-soon]" not in checked(capsys, 0, folder, "--as-of", "2026-11-23")
    assert "[methods-end-soon]" in checked(capsys, 0, folder, "--as-of", "2027-03-01")
    assert "[schedule-steps-past]" in checked(capsys, 0, folder, "--as-of", "2029-03-15T00:00:00Z")


def test_json_has_the_places_in_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (fine,) = json.loads(checked(capsys, 0, folder, "--format", "json", "--as-of", "2026-11-23"))
    spoil(folder, "version: ", "version: x")
    (wrong,) = json.loads(checked(capsys, 1, folder, "--format", "json"))

    assert fine["policy"]["name"] == "webpki-production"
    assert fine["problems"] == []
    assert {"file", "line", "column", "text", "code"} == set(fine["notices"][0])
    assert wrong["policy"] is None
    (problem,) = wrong["problems"]
    assert (problem["file"], problem["line"] > 1, problem["column"]) == ("policy.yaml", True, 10)
    assert "must be a whole number" in problem["text"]


def sarif(capsys: pytest.CaptureFixture[str], code: int, *arguments: str | Path) -> Any:
    document = json.loads(checked(capsys, code, "--format", "sarif", *arguments))
    Draft202012Validator(SARIF).validate(document)
    return document


def test_sarif_has_one_run_for_each_folder_and_places_that_exist(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder, "    mode: enforce\n", "    mode: enforced\n")

    wrong, fine = sarif(capsys, 1, folder, PRODUCTION)["runs"]

    (result,) = wrong["results"]
    assert (result["ruleId"], result["level"]) == ("policy-mistake", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20policy/policy.yaml"
    base = wrong["originalUriBaseIds"][place["artifactLocation"]["uriBaseId"]]["uri"]
    path = Path(unquote(urlparse(urljoin(base, place["artifactLocation"]["uri"])).path))
    line = path.read_text().split("\n")[place["region"]["startLine"] - 1]
    assert line[place["region"]["startColumn"] - 1 :] == "enforced"
    assert {each["level"] for each in fine["results"]} == {"warning"}
    assert wrong["automationDetails"]["id"] != fine["automationDetails"]["id"]
    for run in (wrong, fine):
        rules = run["tool"]["driver"]["rules"]
        assert {each["id"] for each in rules} == {"policy-mistake", *MEANING}
        assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def test_sarif_of_a_whole_file_has_no_region(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "grants.yaml").unlink()

    (run,) = sarif(capsys, 1, folder)["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20policy/grants.yaml"
    assert "region" not in place


def test_a_gates_own_policy_is_checked_for_its_issuers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path)
    for key in (tmp_path / "keys").glob("*.key"):
        key.unlink()
    folder = tmp_path / "policies/webpki-production"

    assert f"{folder}: webpki-production version" in checked(capsys, 0, "--config", site.file)
    spoil(folder, "issuers: [public-r1]", "issuers: [public-r9]", "grants.yaml")
    told = checked(capsys, 1, "--config", site.file, folder)
    assert "no issuer is called `public-r9`; did you mean `public-r1`?" in told
    (folder / "manifest.json").unlink()
    assert "public-r9" not in checked(capsys, 0, folder)


def test_a_configuration_with_mistakes_is_told_and_nothing_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path)
    (tmp_path / "issuers/public-r1.pem").unlink()

    assert main(["policy", "check", "--config", str(site.file), str(PRODUCTION)]) == 2
    assert "public-r1.pem" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the folder of a policy, or give --config"),
        (["nowhere"], "nowhere: there is no such folder"),
        (["--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_checked_is_a_failure_and_not_a_finding(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "check", *arguments]) == 2
    assert said in capsys.readouterr().err
