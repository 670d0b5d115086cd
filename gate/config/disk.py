"""Room on the disk that holds the log."""

import shutil
from collections.abc import Callable
from pathlib import Path

MEBIBYTE = 1 << 20


def disk_check(folder: Path, least: int) -> Callable[[], str]:
    """A check that says so where fewer than `least` bytes are free in this folder's disk.

    The gate stops being SERVING before the disk is full: what was begun can then still be
    recorded, and the log closed.
    """

    def check() -> str:
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            return f"{folder}: the room on the disk cannot be told: {error.strerror}"
        if free >= least:
            return ""
        return (
            f"{folder}: {free // MEBIBYTE} MiB are free, and {least // MEBIBYTE} MiB are the "
            "least: make room"
        )

    return check
