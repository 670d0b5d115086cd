"""Where the read-only material beside the project lies, if it is there."""

from pathlib import Path

import pytest

_beside = Path(__file__).resolve().parents[2] / "shared"

SHARED: Path = _beside
needs_shared = pytest.mark.skipif(
    not (_beside / "corpus").is_dir(), reason="../shared is not beside this checkout"
)
