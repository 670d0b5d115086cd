"""Parts of a gate for commands that work beside one, or without one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from gate.linters import LinterPool
from gate.model import CertificateType, LinterReport, Stage
from gate.ports import LogStorage
from gate.storage import open_read_only


@contextmanager
def reading(database: Path) -> Iterator[LogStorage]:
    """The log in a database, read-only, while a gate writes to it or none does."""
    storage = open_read_only(database)
    try:
        yield storage
    finally:
        storage.close()


def lint(
    certificates: Sequence[tuple[bytes, Stage]], certificate_type: CertificateType
) -> Iterator[tuple[LinterReport, ...]]:
    """Yield what the linters say of each certificate (DER), run here and now."""
    with LinterPool(workers=1, time_limit=timedelta(seconds=30)) as pool:
        for der, stage in certificates:
            yield pool.lint(der, certificate_type, stage)
