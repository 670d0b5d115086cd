"""A folder that others write to, taken only when it is whole."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from gate.errors import ConfigError
from gate.model.policy_digest import MANIFEST
from gate.policy.manifest import read_manifest
from gate.policy.quoting import quoted

PATIENCE = 6
"""After so many looks at a folder that was never whole, something is wrong with it."""

Files = Mapping[str, bytes]


class Settling:
    """Reads a policy's folder, and keeps back what somebody is still writing.

    With a manifest, a policy is whole when every file is the one that was signed. Without one, it
    is when two looks in a row find the same.
    """

    def __init__(self, read: Callable[[], Files]) -> None:
        self._read = read
        self._last: Files | None = None
        self._looks = 0

    def look(self) -> Files | None:
        """The files once they are whole, and None as long as they are not.

        Raises ConfigError with what is amiss where that lasts too long.
        """
        before, self._last = self._last, None
        try:
            files = self._last = self._read()
            wrong = _unfinished(files, before)
        except (ConfigError, OSError) as error:
            # A folder that is being replaced may be away, or some of its files.
            wrong = str(error)
        if not wrong:
            self._looks = 0
            return self._last
        self._looks += 1
        if self._looks < PATIENCE:
            return None
        raise ConfigError(wrong)


def _unfinished(files: Files, before: Files | None) -> str:
    """What says that somebody is still writing, in words; nothing where nobody is."""
    manifest = read_manifest(files)
    if manifest is None:
        return "" if files == before else "the files of the folder change all the time"
    present = {path: sha256(files[path]).hexdigest() for path in files if path != MANIFEST}
    differing = {path for path, _ in present.items() ^ manifest.files.items()}
    if not differing:
        return ""
    return (
        f"{MANIFEST} was signed over other files than are there, {quoted(min(differing))} for "
        "one: finish writing, or have it signed anew"
    )
