"""docs/policy.md leads from the idea of a rule to a policy that judges, command by command."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BIN = Path(sys.executable).parent
WRITTEN = date(2026, 11, 23)
"""The day on which the page was written: its dates are moved, so that they stay as far away."""

PATIENCE = 60.0


def moved(text: str) -> str:
    """The text with each of its dates as far from today as it was from that day."""
    by = datetime.now(UTC).date() - WRITTEN  # noqa: TID251 - a real gate with a real clock
    return re.sub(r"\b20\d\d-\d\d-\d\d\b", lambda day: str(date.fromisoformat(day[0]) + by), text)


def walk() -> str:
    """The part of the page that is walked."""
    page = (DOCS / "policy.md").read_text()
    _, _, rest = page.partition("## A rule from the idea to production")
    part, _, _ = rest.partition("\n## ")
    return part


def blocks(language: str) -> list[str]:
    """The blocks of the walk in this language, in their order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", walk(), re.DOTALL | re.MULTILINE)
    return [text for given, text in found if given == language]


class Author:
    """Somebody who does what the page says, in one folder, beside a running gate."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = folder / "serve.txt"
        self.orders = 0

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one line of the page."""
        path = f"{BIN}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "GATE_SERVER": self.address()}
        return subprocess.run(
            moved(command),
            cwd=self.folder,
            env=environment,
            shell=True,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def address(self) -> str:
        return self.wait(r"127\.0\.0\.1:\d+")

    def wait(self, pattern: str) -> str:
        """What the gate says that matches; it has a while to say it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := re.search(pattern, self.said.read_text()):
                return found[0]
            time.sleep(0.1)
        pytest.fail(f"the gate did not say {pattern}: {self.said.read_text()}")

    def send_order(self) -> None:
        """The Python code of the other page, with ids of its own."""
        self.orders += 1
        page = (DOCS / "first-release.md").read_text()
        code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
        code = code.replace("127.0.0.1:43127", self.address()).replace("A-1", f"A-{self.orders}")
        code = code.replace('request_id="first"', f'request_id="{self.orders}"')
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.stdout.startswith("RELEASE"), done.stderr

    def write(self, name: str, text: str) -> None:
        path = self.folder / "next-policy" / name
        path.write_text(moved(text))

    def change(self, old: str, new: str) -> None:
        path = self.folder / "next-policy/policy.yaml"
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    made, served = blocks("sh")[0].splitlines()
    assert made == "mkdir next-policy"
    (tmp_path / "next-policy").mkdir()
    author = Author(tmp_path)
    with author.said.open("w") as said:
        gate = subprocess.Popen(
            [sys.executable, "-m", *served.split()],
            cwd=tmp_path,
            stdout=said,
            stderr=said,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        yield author
    finally:
        gate.terminate()
        gate.wait(PATIENCE)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_walk_from_an_idea_to_a_policy_that_judges_works(author: Author) -> None:
    _, _, copy, check, test, read, ask, shadow, sign, place = blocks("sh")
    entry, rule, version, tests = blocks("yaml")
    author.send_order()

    assert author.run(copy).returncode == 0
    names = next(block for block in blocks("") if "brand-names.txt" in block)
    author.write("lists/brand-names.txt", names)
    author.change("\nlists:\n", f"\nlists:\n{entry}")
    author.change("\nversion: 1 ", f"\n{version.strip()} ")
    policy = author.folder / "next-policy/policy.yaml"
    policy.write_text(policy.read_text() + "\n" + moved(rule))
    assert "is fine" in author.run(check).stdout
    assert "no-brand-name: no test sees it fail" in author.run(test).stdout

    author.write("tests/brand-names.test.yaml", tests)
    tested = author.run(test)
    assert tested.returncode == 0, tested.stdout
    explain, diff, upcoming = read.splitlines()
    assert "`enforce`, a failure blocks" in author.run(explain).stdout
    compared = author.run(diff)
    assert (compared.returncode, "one person may sign it" in compared.stdout) == (0, True)
    assert "mode becomes `enforce`" in author.run(upcoming).stdout

    today, later = (author.run(line) for line in ask.splitlines())
    assert "newly blocked: 0" in today.stdout, today.stderr
    assert "newly blocked: 1" in later.stdout, later.stderr
    author.wait("candidate `webpki-production` version 2 is judged beside the policy")
    author.send_order()
    until = time.monotonic() + PATIENCE
    while "no-brand-name" not in (seen := author.run(shadow)).stdout:
        assert time.monotonic() < until, seen
        time.sleep(0.2)

    assert "is signed by author" in author.run(sign).stdout
    assert author.run(place).returncode == 0
    author.wait("policy `webpki-production` version 2 is active")
    author.send_order()
