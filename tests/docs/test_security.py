"""Every test that docs/security.md names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_named_test_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    path, missing = "", []
    for file, name in re.findall(r"`(tests/[\w/]+\.py)?(?:::(\w+))?`", page):
        if not file and not name:
            continue
        path = file or path
        source = (ROOT / path).read_text() if (ROOT / path).is_file() else None
        if source is None or (name and f"def {name}(" not in source):
            missing.append(f"{path}::{name}")

    assert missing == []
