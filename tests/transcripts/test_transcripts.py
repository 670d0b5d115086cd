"""Every transcript is what happens when its commands are run against a gate."""

from pathlib import Path

import pytest

from tests.transcripts.served import Served
from tests.transcripts.transcript import Player

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_is_what_happens(path: Path, served: Served) -> None:
    Player(issuer=served.folder / "public-r1.pem").play(path.read_text())
