"""The command line as its users see it: what it prints, and the exit code."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from gate.cli.main import main
from gate.config import SHIPPED_POLICIES, now, reading, run
from gate.demo.dev import DevGate, dev_gate
from gate.release import Minter, TokenType
from gate.signers import FileKey
from gate.x509 import complete, der_from, read_certificate
from tests import pki
from tests.policy_people import copy_shipped

PROFILE = ["--profile", "tls-dv"]


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> DevGate:
    """The folder of a gate that was started and stopped once."""
    folder = tmp_path_factory.mktemp("gate")
    made = dev_gate(folder / "dev", now(), policy=copy_shipped(folder / "policy"))
    with run(made.configuration):
        pass
    return made


def pem(label: str, der: bytes) -> bytes:
    return (
        f"-----BEGIN {label}-----\n".encode()
        + base64.encodebytes(der)
        + f"-----END {label}-----\n".encode()
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])

    assert stopped.value.code == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("serve", "demo", "lint", "policy", "log", "release"))


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["lint"], ["policy"], ["log", "verify"]])
def test_wrong_usage_is_exit_code_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2
    assert "usage: gate" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["tbs", "tbs.pem", "certificate", "certificate.pem"])
def test_lint_reads_every_form(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tbs = pki.precertificate("www.plovidba.hr")
    forms = {
        "tbs": tbs,
        "tbs.pem": pem("TBS CERTIFICATE", tbs),
        "certificate": complete(tbs),
        "certificate.pem": pem("CERTIFICATE", complete(tbs)),
    }
    (tmp_path / form).write_bytes(forms[form])

    assert main(["lint", *PROFILE, str(tmp_path / form)]) == 0
    assert "pkilint 0.13.3: 0 findings" in capsys.readouterr().out


def test_lint_tells_findings_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad"
    path.write_bytes(pki.precertificate("a_b.plovidba.hr", days=500))

    assert main(["lint", *PROFILE, "--format", "json", str(path)]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    codes = {found["code"] for report in told["linters"] for found in report["findings"]}
    assert "cabf.serverauth.invalid_dnsname_syntax" in codes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*PROFILE, "nowhere.pem"], "nowhere.pem"),
        (["--profile", "tls-xv", "README.md"], "no profile is called"),
        ([*PROFILE, "README.md"], "README.md: "),
    ],
)
def test_lint_says_what_it_cannot_read(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["webpki-production", "webpki-staging"])
def test_the_shipped_policies_are_fine(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", str(SHIPPED_POLICIES / name)]) == 0
    assert f"{name} version" in capsys.readouterr().out


def test_policy_check_tells_every_mistake_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = SHIPPED_POLICIES / "webpki-production"
    folder = tmp_path / "policy"
    for path in shipped.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(shipped)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    text = (folder / "policy.yaml").read_text()
    wrong = text.replace("    mode: enforce\n", "    mode: enforced\n", 1)
    (folder / "policy.yaml").write_text(wrong)

    assert main(["policy", "check", str(folder)]) == 1
    told = capsys.readouterr().out
    assert f"{folder}/policy.yaml:" in told
    assert "did you mean `enforce`?" in told or "did you mean 'enforce'?" in told


def test_the_log_is_shown_and_verified(made: DevGate, capsys: pytest.CaptureFixture[str]) -> None:
    database, key = str(made.database), str(made.log_key)

    assert main(["log", "show", database]) == 0
    assert "start" in capsys.readouterr().out
    assert main(["log", "show", database, "--format", "json", "--kind", "start"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert main(["log", "show", database, "--format", "json", "--id", entry["id"]]) == 0
    assert json.loads(capsys.readouterr().out)["leaf"]["kind"] == "start"
    assert main(["log", "show", database, "--id", "nothing"]) == 2
    assert main(["log", "verify", database, "--key", key]) == 0
    assert "holds" in capsys.readouterr().out


def test_log_verify_finds_a_changed_byte(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "gate.db"
    with reading(made.database) as storage:
        entry = storage.entry(0)
        assert entry is not None
    whole = made.database.read_bytes()
    at = whole.index(entry.leaf) + len(entry.leaf) - 3
    copy.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])

    assert main(["log", "verify", str(copy), "--key", str(made.log_key)]) == 1
    assert "entry 0" in capsys.readouterr().out


def test_log_verify_finds_a_database_without_its_guards(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "gate.db"
    copy.write_bytes(made.database.read_bytes())
    forger = apsw.Connection(str(copy))
    forger.execute("DROP TRIGGER entry_no_update")
    forger.close()

    assert main(["log", "verify", str(copy), "--key", str(made.log_key)]) == 1
    assert "schema" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["show", "verify"])
def test_what_is_no_log_is_said(
    verb: str, made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"not a database" * 100)
    key = ["--key", str(made.log_key)] if verb == "verify" else []

    for name in (path, tmp_path / "nowhere"):
        assert main(["log", verb, str(name), *key]) == 2
        assert str(name) in capsys.readouterr().err


def release(made: DevGate, tmp_path: Path) -> list[str]:
    """Arguments that verify a release which holds for now."""
    issuer = made.database.parent / "public-r1.pem"
    tbs = pki.precertificate("www.plovidba.hr")
    (tmp_path / "tbs.der").write_bytes(tbs)
    at = now()
    known = read_certificate(der_from(issuer.read_bytes())).tbs
    release_key = made.configuration.release_key
    assert release_key is not None
    token = Minter(key=FileKey(release_key), token_type=TokenType.RELEASE).mint(
        decision_id="d-1",
        tbs_sha256=read_certificate(complete(tbs)).tbs.sha256,
        issuer_spki_sha256=known.spki_sha256,
        environment="production",
        policy_digest=bytes(32),
        log_origin="gate.example/log",
        log_index=1,
        leaf_hash=bytes(32),
        issued_at=at,
        expires_at=at + timedelta(seconds=60),
    )
    arguments = ["release", "verify", token, "--tbs", str(tmp_path / "tbs.der")]
    return [*arguments, "--issuer", str(issuer), "--keys", str(made.release_keys)]


def test_a_release_is_verified(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = release(made, tmp_path)

    assert main(arguments) == 0
    assert "holds until" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--environment", "staging"], "not for 'staging'"),
        (["--dry-run"], "type"),
    ],
)
def test_a_release_that_does_not_hold_is_exit_code_one(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    arguments = release(made, tmp_path)

    assert main([*arguments, *more]) == 1
    assert said in capsys.readouterr().err
    assert main([*arguments, *more, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["holds"] is False


def test_half_of_the_strict_arguments_is_a_mistake(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = release(made, tmp_path)

    assert main([*arguments, "--entry", "x"]) == 2
    assert "together" in capsys.readouterr().err


def test_serve_refuses_a_folder_that_holds_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")

    assert main(["serve", "--dev", "--folder", str(tmp_path)]) == 2
    assert "something else" in capsys.readouterr().err
