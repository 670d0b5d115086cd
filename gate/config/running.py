"""A running gate: its parts, put together in order and taken down again."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from gate.config.configuration import Configuration
from gate.config.disk import disk_check
from gate.config.policies import read_policy
from gate.config.start_time import check_clock
from gate.console import Console, open_console
from gate.errors import ConfigError
from gate.linters import LinterPool
from gate.model import refuse_doubles
from gate.record import DecisionLog, EvidenceLedger
from gate.release import Minter, TokenType
from gate.rpc import Metrics, RunningServer, serve
from gate.service import Audit, EvidenceRegistry, Gate, Settings, SteadyClock
from gate.signers import FileKey
from gate.storage import SQLiteStorage

SALT_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A gate that answers: where it listens, and the parts that a caller may look at."""

    server: RunningServer
    gate: Gate
    log: DecisionLog
    console: Console | None


def now() -> datetime:
    """The present moment, in UTC: the clock of every gate that serves."""
    return datetime.now(UTC)  # noqa: TID251 - this is the composition root


def new_id() -> str:
    """A new id that sorts by the time it was made (UUIDv7, RFC 9562 §5.7)."""
    milliseconds = int(now().timestamp() * 1000)
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def new_salt() -> bytes:
    """A new salt for the commitment to a private document."""
    return secrets.token_bytes(SALT_LENGTH)


@contextmanager
def run(
    configuration: Configuration,
    clock: Callable[[], datetime] = now,
    *,
    accepted: datetime | None = None,
) -> Iterator[Running]:
    """Build the gate, serve it, and take everything down again in the right order.

    `accepted` is the present time where a person vouches for the clock against the log. Raises
    ConfigError where a part cannot be built or the clock is not to be trusted, Tampered where
    the log contradicts itself; then nothing was served.
    """
    with ExitStack() as parts:
        # 1. What can be wrong in files is told before anything is begun.
        refuse_doubles(configuration.issuers)
        policy = read_policy(configuration.policy, configuration.issuers)
        minter = _minter(configuration)
        # 2. The parts, each taken down after those that use it.
        linters = parts.enter_context(_linters(configuration))
        storage = SQLiteStorage(configuration.database)
        parts.callback(storage.close)
        reached = check_clock(storage, clock(), accepted)
        steady = SteadyClock(clock, _seconds, reached)
        made: _Made = {"clock": steady, "new_id": new_id, "new_salt": new_salt}
        key = FileKey(configuration.log_key)
        log = DecisionLog.open(storage, key=key, origin=configuration.log_origin, **made)
        parts.callback(log.close)
        ledger = EvidenceLedger(storage, log)
        gate = Gate(
            settings=_settings(configuration),
            policy=policy,
            linters=linters,
            evidence=ledger,
            log=log,
            minter=minter,
            clock_trouble=steady.trouble,
            **made,
        )
        registry = EvidenceRegistry(ledger=ledger, log=log, clock_trouble=steady.trouble, **made)
        # 3. Only now does anyone get an answer.
        metrics = Metrics()
        audit = Audit(storage=storage, log=log)
        server = _serve(configuration, gate, registry, audit, metrics)
        parts.callback(server.stop)
        console = _open_console(configuration, metrics, server)
        if console:
            parts.callback(console.close)
        yield Running(server=server, gate=gate, log=log, console=console)


class _Made(TypedDict):
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]


def _linters(configuration: Configuration) -> LinterPool:
    return LinterPool(
        workers=configuration.linter_workers,
        time_limit=configuration.linter_time_limit,
        memory_limit=configuration.linter_memory_limit,
    )


def _serve(
    configuration: Configuration,
    gate: Gate,
    registry: EvidenceRegistry,
    audit: Audit,
    metrics: Metrics,
) -> RunningServer:
    disk = disk_check(configuration.database.parent, configuration.least_free_disk)
    return serve(
        gate=gate,
        registry=registry,
        audit=audit,
        identities=configuration.identities,
        listener=configuration.listener,
        tls=configuration.tls,
        metrics=metrics,
        checks={"disk": disk},
    )


def _open_console(
    configuration: Configuration, metrics: Metrics, server: RunningServer
) -> Console | None:
    at = configuration.metrics
    if at is None:
        return None
    return open_console(
        at.host,
        at.port,
        metrics=metrics.render,
        troubles=server.troubles,
        tls=configuration.tls.context(),
    )


def _seconds() -> float:
    """Seconds that nobody can set, counted while the machine is suspended too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _settings(configuration: Configuration) -> Settings:
    return Settings(
        environment=configuration.environment,
        dry_run=configuration.dry_run,
        issuers={issuer.name: issuer for issuer in configuration.issuers},
        release_lifetime=configuration.release_lifetime,
    )


def _minter(configuration: Configuration) -> Minter | None:
    if configuration.release_key is None:
        if not configuration.dry_run:
            raise ConfigError("without a release key a gate can only run in dry-run")
        return None
    type_ = TokenType.DRY_RUN if configuration.dry_run else TokenType.RELEASE
    return Minter(key=FileKey(configuration.release_key), token_type=type_)
