"""`gate policy schema`: the files that editors read, and that the gate does not."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gate.cli.main import main
from gate.config import SHIPPED_POLICIES, read_folder
from tests.config.example import make_site
from tests.policy.editor import complaints

NAMES = ("policy", "grants", "exceptions", "holders", "profile", "test")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED_POLICIES / "webpki-production", tmp_path / "policy")


def test_every_file_gets_a_schema_that_it_passes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "schema", str(folder)]) == 0
    told = capsys.readouterr().out

    for name in NAMES:
        path = folder / ".gate" / f"{name}.schema.json"
        assert str(path) in told
        Draft202012Validator.check_schema(json.loads(path.read_text()))
    assert "  policy.yaml        # yaml-language-server: $schema=./.gate/policy.schema.json" in told
    for name in ("policy", "grants"):
        schema = json.loads((folder / f".gate/{name}.schema.json").read_text())
        assert complaints(schema, (folder / f"{name}.yaml").read_text()) == []


def test_the_shipped_profiles_pass_the_schema_of_profiles(folder: Path) -> None:
    assert main(["policy", "schema", str(folder)]) == 0
    schema = json.loads((folder / ".gate/profile.schema.json").read_text())

    profiles = sorted((folder / "profiles").glob("*.yaml"))
    assert len(profiles) == 4
    for path in profiles:
        assert complaints(schema, path.read_text()) == [], path
        wrong = path.read_text().replace("critical: true", "critical: perhaps")
        assert all("'perhaps' is not one of" in each.message for each in complaints(schema, wrong))


def test_the_shipped_tests_pass_the_schema_of_tests(folder: Path) -> None:
    assert main(["policy", "schema", str(folder)]) == 0
    schema = json.loads((folder / ".gate/test.schema.json").read_text())

    tests = sorted((folder / "tests").glob("*.test.yaml"))
    assert tests
    for path in tests:
        assert complaints(schema, path.read_text()) == [], path
        wrong = path.read_text().replace("verdict: BLOCK", "verdict: DENY")
        assert all("'DENY' is not one of" in each.message for each in complaints(schema, wrong))


def test_the_place_that_is_told_leads_from_the_file_to_its_schema(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "schema", str(folder)]) == 0
    lines = [line for line in capsys.readouterr().out.split("\n") if "$schema=" in line]

    assert len(lines) == len(NAMES)
    for line in lines:
        file, _, schema = line.strip().partition("# yaml-language-server: $schema=")
        assert ((folder / file.strip()).parent / schema).resolve().is_file()


def test_a_gate_passes_over_the_schemas(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_folder(folder)
    assert main(["policy", "schema", str(folder)]) == 0

    assert read_folder(folder) == before
    assert main(["policy", "check", str(folder)]) == 0
    assert ".gate" not in capsys.readouterr().out.partition("webpki-production version")[2]


def test_a_policy_with_mistakes_gets_its_schemas_all_the_same(folder: Path) -> None:
    path = folder / "policy.yaml"
    path.write_text(path.read_text().replace("    mode: enforce\n", "    mode: enforced\n", 1))

    assert main(["policy", "schema", str(folder)]) == 0
    schema = json.loads((folder / ".gate/policy.schema.json").read_text())
    (complaint,) = complaints(schema, path.read_text())
    assert complaint.message.startswith("'enforced' is not one of ['enforce', 'warn',")


def test_the_lints_of_the_linters_are_known(folder: Path) -> None:
    assert main(["policy", "schema", str(folder)]) == 0
    schema = json.loads((folder / ".gate/policy.schema.json").read_text())

    lints = [
        each["then"]["properties"]["lint"]["properties"]["id"]["enum"]
        for each in schema["$defs"]["OverrideShape"]["allOf"]
    ]
    assert len(lints) >= 2
    assert all(lints)


def test_the_issuers_are_those_of_the_configuration(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").mkdir()
    site = make_site(tmp_path / "site")
    spoilt = (folder / "grants.yaml").read_text().replace("public-r1", "public-r9")
    output = tmp_path / "elsewhere"

    assert main(["policy", "schema", "--output", str(output), str(folder)]) == 0
    schema = json.loads((output / "grants.schema.json").read_text())
    assert complaints(schema, spoilt) == []
    assert f"$schema={output}/grants.schema.json" in capsys.readouterr().out
    command = ["policy", "schema", "--output", str(output), "--config", str(site.file), str(folder)]
    assert main([*command, "--format", "json"]) == 0
    written = json.loads(capsys.readouterr().out)["written"]
    assert written == [str(output / f"{name}.schema.json") for name in NAMES]
    schema = json.loads((output / "grants.schema.json").read_text())
    assert "'public-r9' is not one of" in complaints(schema, spoilt)[0].message


@pytest.mark.parametrize("inside", [".", "schemas"])
def test_schemas_among_the_files_of_a_policy_are_refused(
    inside: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_folder(folder)

    assert main(["policy", "schema", str(folder), "--output", str(folder / inside)]) == 2
    assert "write to a hidden one, such as .gate" in capsys.readouterr().err
    assert read_folder(folder) == before
