"""A disk that fails from a chosen call on, under SQLite."""

import apsw


class Disk:
    """An SQLite VFS over the real one; `fail` says at which call the trouble begins."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._call = ""
        self._left = 0
        self._vfs = _VFS(name, self)

    def fail(self, call: str, after: int) -> None:
        """Let `after` more calls of this kind through, and fail each one from then on."""
        self._call, self._left = call, after

    def mend(self) -> None:
        """Fail no more."""
        self._call = ""

    def passes(self, call: str) -> None:
        """Count a call; raises apsw.IOError where it is to fail."""
        if call != self._call:
            return
        if self._left <= 0:
            raise apsw.IOError(f"injected at {call}")
        self._left -= 1

    def remove(self) -> None:
        """Take the VFS out of SQLite again."""
        self._vfs.unregister()


class _VFS(apsw.VFS):
    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        return _File(name, flags, self._disk)


class _File(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], disk: Disk) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.passes("xSync")
        super().xSync(flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.passes("xWrite")
        super().xWrite(data, offset)
