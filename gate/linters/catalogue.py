"""Catalogues: every lint that a linter knows, by the code of its findings.

To ask the linters themselves costs half a second, most of it to import them. What each of the
pinned versions says is therefore kept beside this module, one code a line, and only another
version is asked.
"""

from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files

from gate.policy import LintCatalogue

LINTERS = ("pkilint", "badkeys")
"""The linters that have a catalogue."""


def catalogues() -> Mapping[str, LintCatalogue]:
    """The catalogue of each installed linter, by its name.

    The note that findings were cut (`pkilint.findings_cut`) is in none: it is the gate's, and
    no lint.
    """
    return {name: catalogue(name, version(name)) for name in LINTERS}


def catalogue(linter: str, of_version: str) -> LintCatalogue:
    """The catalogue of one linter, which is asked where no file is kept for its version."""
    kept = files("gate.linters") / "catalogues" / f"{linter}-{of_version}.txt"
    lints = frozenset(kept.read_text().split()) if kept.is_file() else known_lints(linter)
    return LintCatalogue(linter=linter, version=of_version, lints=lints)


def known_lints(linter: str) -> frozenset[str]:
    """What the installed version says that it knows."""
    # Imported here, because that is what takes long.
    if linter == "pkilint":
        from gate.linters.pkilint import lints  # noqa: PLC0415
    else:
        from gate.linters.badkeys import lints  # noqa: PLC0415
    return lints()
