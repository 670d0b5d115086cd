"""Linters that do to their worker what the certificate says; for the pool's tests."""

import ctypes
import json
import os
import signal
import socket
import stat
import struct
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from gate.linters.library import LibraryLinter
from gate.model import CertificateType, Finding, LinterReport, LinterStatus, Severity, Stage


class FaultyLinter(LibraryLinter):
    name = "faulty"
    version = "1"

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        act = _ACTS.get(certificate)
        return act() if act else (_finding("faulty.read", certificate.hex()),)


class DeafLinter(FaultyLinter):
    """Hangs without ever letting another thread of its process run."""

    name = "deaf"

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        if certificate == b"hang":
            ctypes.PyDLL(None).sleep(3600)
        return super().findings(certificate, certificate_type, stage)


class DawdlingLinter(FaultyLinter):
    """Hangs on certificates that name `dawdle`."""

    name = "dawdling"

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        if b"dawdle" in certificate:
            _hang()
        return ()


class OtherLinter(LibraryLinter):
    name = "other"
    version = "2"

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        return (_finding("other.type", f"{certificate_type} {stage}"),)


class LyingLinter(FaultyLinter):
    """Gives reports that are none."""

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> LinterReport:
        if certificate == b"long":
            return LinterReport(
                name="x",
                version="",
                status=LinterStatus.COMPLETED,
                findings=(_finding("long", "m" * 100_000),),
            )
        if certificate == b"escape":
            return LinterReport(
                name="x",
                version="",
                status=LinterStatus.COMPLETED,
                findings=(_finding("escape", "\x1b[2J"),),
            )
        if certificate == b"missing":
            return LinterReport(name="x", version="", status=LinterStatus.MISSING)
        return super().lint(certificate, certificate_type, stage)


class StillbornLinter(LibraryLinter):
    name = "stillborn"
    version = "0"

    def __init__(self) -> NoReturn:
        raise FileNotFoundError("no table of primes")

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        return ()


class QuittingLinter(StillbornLinter):
    def __init__(self) -> NoReturn:
        os._exit(7)


def not_a_linter() -> object:
    return object()


def _finding(code: str, message: str, severity: Severity = Severity.INFO) -> Finding:
    return Finding(code=code, severity=severity, message=message)


def _pid() -> tuple[Finding, ...]:
    return (_finding("faulty.pid", str(os.getpid())),)


def _hang() -> NoReturn:
    while True:
        pass


def _kill() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    _hang()


def _realtime() -> NoReturn:
    os.kill(os.getpid(), signal.SIGRTMIN + 1)
    _hang()


def _orphan() -> NoReturn:
    """Kill the gate, so that only the worker itself can end what it does."""
    os.kill(os.getppid(), signal.SIGKILL)
    _hang()


def _segfault() -> NoReturn:
    ctypes.string_at(0)
    _hang()


def _exit() -> NoReturn:
    sys.exit(1)


def _quit() -> NoReturn:
    os._exit(3)


def _raise() -> NoReturn:
    raise LookupError("not in any table")


def _memory() -> NoReturn:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def _recurse() -> NoReturn:
    _recurse()


def _chatter() -> tuple[Finding, ...]:
    print("from print", flush=True)
    os.write(1, b"from descriptor 1\n")
    os.write(2, b"from descriptor 2\n")
    return ()


def _flood() -> tuple[Finding, ...]:
    accepted = [_finding(f"faulty.flood_{at}", "é" * 5000, Severity.ERROR) for at in range(5000)]
    return (*accepted, _finding("faulty.worst", "x", Severity.FATAL))


def _terminal() -> tuple[Finding, ...]:
    return (_finding("faulty.terminal", "\x1b[2J\n\x00\ud800 ok"),)


def _secret() -> tuple[Finding, ...]:
    return (_finding("faulty.environment", " ".join(sorted(os.environ))),)


def _threads() -> tuple[Finding, ...]:
    return (_finding("faulty.threads", str(threading.active_count())),)


def _garbage() -> tuple[Finding, ...]:
    _tell_the_gate(b"\xff" * 1000)
    return ()


def _noise() -> tuple[Finding, ...]:
    _tell_the_gate(struct.pack("!I", 6) + b"[[[[[[")
    return ()


def _deep() -> tuple[Finding, ...]:
    _tell_the_gate(struct.pack("!I", 100_000) + b"[" * 100_000)
    return ()


def _half() -> NoReturn:
    _tell_the_gate(struct.pack("!I", 100) + b'{"job"')
    _hang()


def _twice() -> tuple[Finding, ...]:
    answer = json.dumps({"job": 10**6, "status": "COMPLETED", "findings": []}).encode()
    _tell_the_gate(struct.pack("!I", len(answer)) + answer)
    return ()


def _tell_the_gate(message: bytes) -> None:
    for descriptor in range(64):
        try:
            is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        except OSError:
            continue
        if is_socket:
            stream = socket.socket(fileno=os.dup(descriptor))
            stream.sendall(message)
            stream.close()


_ACTS: dict[bytes, Callable[[], tuple[Finding, ...]]] = {
    b"pid": _pid,
    b"hang": _hang,
    b"kill": _kill,
    b"realtime": _realtime,
    b"orphan": _orphan,
    b"segfault": _segfault,
    b"exit": _exit,
    b"quit": _quit,
    b"raise": _raise,
    b"memory": _memory,
    b"recurse": _recurse,
    b"chatter": _chatter,
    b"flood": _flood,
    b"terminal": _terminal,
    b"environment": _secret,
    b"threads": _threads,
    b"garbage": _garbage,
    b"noise": _noise,
    b"deep": _deep,
    b"half": _half,
    b"twice": _twice,
}
