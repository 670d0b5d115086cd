"""What a shell offers after `gate`, asked of the shells themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gate.cli.main import main

TRY = """
cd {folder}; source ./gate.bash
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()
_shtab_gate 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(name="script", scope="module")
def _script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    (folder / "policy").mkdir()
    (folder / "tbs.der").touch()
    return folder / "gate.bash"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["gate", "ev"], {"evaluate", "evidence"}),
        (["gate", "log", ""], {"show", "verify", "prove", "checkpoint"}),
        (["gate", "log", "show", "--verdict", ""], {"RELEASE", "BLOCK", "DRY_RUN"}),
        (["gate", "log", "show", "--fol"], {"--follow"}),
        (["gate", "evidence", "order", "--purpose", "S"], {"SUBSCRIBER"}),
        (["gate", "completion", ""], {"bash", "zsh", "fish"}),
        (["gate", "policy", "check", "p"], {"policy"}),
        (["gate", "policy", "check", "--format", "s"], {"sarif"}),
        (["gate", "policy", "check", "--config", "t"], {"tbs.der"}),
        (["gate", "policy", "sche"], {"schema"}),
        (["gate", "policy", "sha"], {"shadow"}),
        (["gate", "policy", "shadow", "--iden"], {"--identity"}),
        (["gate", "policy", "schema", "--output", "p"], {"policy"}),
        (["gate", "exc"], {"exception"}),
        (["gate", "holder", ""], {"list", "approve"}),
        (["gate", "exception", "approve", "E-1", "--by", "a", "--key", "t"], {"tbs.der"}),
        (["gate", "exception", "list", "p"], {"policy"}),
        (["gate", "evaluate", "--context", "c.yaml", "t"], {"tbs.der"}),
    ],
    ids=" ".join,
)
def test_bash_offers_what_can_follow(
    words: list[str], offered: set[str], script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", "bash"]) == 0
    script.write_text(capsys.readouterr().out)
    quoted = " ".join(f"'{word}'" for word in words)

    ran = subprocess.run(
        ["bash", "-c", TRY.format(folder=script.parent, words=quoted)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert set(ran.stdout.split()) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_every_command_and_is_the_shells_language(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    (tmp_path / "script").write_text(script)

    assert all(name in script for name in ("evaluate", "checkpoint", "--authorization-domain"))
    if program := shutil.which(shell):
        subprocess.run([program, "-n", str(tmp_path / "script")], check=True)
