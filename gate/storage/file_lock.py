"""The lock that lets one process at a time write a log."""

import fcntl
import os
from pathlib import Path

from gate.errors import ConfigError


class FileLock:
    """Holds `<path>.lock` until closed, or until the process ends in any way."""

    def __init__(self, path: Path) -> None:
        name = f"{path}.lock"
        self._descriptor = os.open(name, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise ConfigError(
                f"`{path}` is being written by another gate (process {holder or 'unknown'}): "
                "stop it, or give this one a log of its own"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def close(self) -> None:
        """Let the next process in; the file stays, so that all lock the same one."""
        os.close(self._descriptor)
