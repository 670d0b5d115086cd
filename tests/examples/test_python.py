"""What the page says about Python."""

import pytest

from tests.examples.page import block
from tests.examples.place import Place


def test_the_call_in_python_gives_a_release(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.folder)
    code = block("Python", "python").replace("127.0.0.1:8443", place.server)

    exec(compile(code, "clients.md", "exec"), {})

    verdict, token = capsys.readouterr().out.split()
    assert verdict == "RELEASE"
    assert token.count(".") == 2
