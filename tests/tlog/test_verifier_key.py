"""A log's public key as a line of text: read strictly, written the same."""

import pytest

from gate.errors import Malformed
from gate.tlog import VerifierKey
from tests.signing import SeededKey

KEY = VerifierKey(origin="gate.example/log", public_key=SeededKey("log").public_key)


def test_a_key_reads_as_it_was_written() -> None:
    assert VerifierKey.parse(KEY.encode()) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gate.example/log",
        "gate.example/log+00000000+AAAA",
        KEY.encode() + "\n",
        KEY.encode() + "=",
        KEY.encode().replace("gate.example/log", "other.example/log"),
        KEY.encode().upper(),
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(text)
