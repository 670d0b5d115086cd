"""The life of a worker process: warm up, answer one job at a time, end with the gate."""

import gc
import os
import socket
import sys
import time
from importlib import import_module

from gate.linters.library import LibraryLinter
from gate.linters.messages import (
    MAX_REQUEST,
    START_LIMIT,
    LinterName,
    Setup,
    decode_job,
    decode_setup,
    encode_ready,
    encode_report,
    encode_unready,
)
from gate.linters.sample import sample_certificate
from gate.model import CertificateType, LinterStatus, Stage
from gate.workers import FOREVER, Channel, end_after, let_go_of_signals, restrict

_GRACE = 1.0


def serve(descriptor: int) -> None:
    """Run a worker over the socket with this descriptor until the gate closes its end."""
    let_go_of_signals()
    channel = Channel(socket.socket(fileno=descriptor))
    setup = decode_setup(channel.receive(limit=MAX_REQUEST, until=FOREVER))
    end_after(START_LIMIT)
    try:
        restrict(setup.memory_limit)
        linters = tuple(_load(path) for path in setup.linters)
        names = tuple(_warm_up(linter) for linter in linters)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the gate is told and does not start
        channel.send(encode_unready(f"{type(error).__name__}: {error}"), until=FOREVER)
        return
    # What is loaded now stays, and full collections need not walk it again.
    gc.collect()
    gc.freeze()
    end_after(0)
    channel.send(encode_ready(names), until=FOREVER)
    _answer_jobs(channel, linters, setup)


def _answer_jobs(channel: Channel, linters: tuple[LibraryLinter, ...], setup: Setup) -> None:
    while True:
        job = decode_job(channel.receive(limit=MAX_REQUEST, until=FOREVER))
        # The gate kills a worker at the limit. Should the gate itself be gone, this does.
        end_after(setup.time_limit + _GRACE)
        report = linters[job.linter].lint(job.certificate, job.certificate_type, job.stage)
        answer = encode_report(report, job.number)
        end_after(0)
        channel.send(answer, until=time.monotonic() + setup.time_limit)


def _load(path: str) -> LibraryLinter:
    module, _, name = path.partition(":")
    linter = getattr(import_module(module), name)()
    if not isinstance(linter, LibraryLinter):
        raise TypeError(f"`{path}` makes no linter")
    return linter


def _warm_up(linter: LibraryLinter) -> LinterName:
    certificate = sample_certificate()
    for certificate_type in CertificateType:
        for stage in (Stage.PRECERTIFICATE, Stage.CERTIFICATE):
            report = linter.lint(certificate, certificate_type, stage)
            if report.status is not LinterStatus.COMPLETED:
                raise RuntimeError(report.findings[0].message)
    return LinterName(name=linter.name, version=linter.version)


if __name__ == "__main__":
    try:
        serve(int(sys.argv[1]))
    except Exception:  # noqa: BLE001 - the gate is gone, or what it sent cannot be understood
        os._exit(1)
