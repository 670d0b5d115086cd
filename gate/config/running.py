"""A running gate: its parts, put together in order and taken down again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from gate.config.configuration import Configuration
from gate.config.disk import disk_check
from gate.config.policies import read_folder
from gate.config.rollout import admit_first, open_rollout, open_watch, site_of
from gate.config.shadow import open_shadow
from gate.config.sources import Sources, new_id, new_salt, now, seconds
from gate.config.start_time import check_clock
from gate.console import Console, open_console
from gate.errors import ConfigError
from gate.linters import LinterPool
from gate.model import refuse_doubles
from gate.policy import Policy, Site
from gate.policy import load as load_policy
from gate.record import DecisionLog, EvidenceLedger
from gate.release import Minter, TokenType
from gate.rollout import PolicyCatalog, Shadow, Standing
from gate.rpc import Metrics, RunningServer, serve
from gate.service import Audit, EvidenceRegistry, Gate, Settings, SteadyClock
from gate.signers import FileKey
from gate.storage import SQLiteStorage


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A gate that answers: where it listens, and the parts that a caller may look at."""

    server: RunningServer
    gate: Gate
    log: DecisionLog
    console: Console | None
    standing: Standing
    shadow: Shadow | None


@contextmanager
def run(
    configuration: Configuration,
    clock: Callable[[], datetime] = now,
    *,
    accepted: datetime | None = None,
) -> Iterator[Running]:
    """Build the gate, serve it, and take everything down again in the right order.

    `accepted` is the present time where a person vouches for the clock against the log. Raises
    ConfigError where a part cannot be built, the clock is not to be trusted or the policy may
    not judge, Tampered where the log contradicts itself; then nothing was served.
    """
    with ExitStack() as parts:
        # 1. What can be wrong in files is told before anything is begun.
        refuse_doubles(configuration.issuers)
        site, files = site_of(configuration), read_folder(configuration.policy)
        load_policy(files, site=site)
        minter = _minter(configuration)
        # 2. The parts, each taken down after those that use it.
        linters = parts.enter_context(_linters(configuration))
        ground = _lay_ground(configuration, clock, accepted, parts)
        rollout = open_rollout(configuration, site, ground.ledger, ground.log, ground.sources)
        # 3. The policy judges once the log says so.
        first, standing = admit_first(configuration, rollout, files), Standing()
        standing.activated(first.policy.ref, first.at)
        shadow = open_shadow(
            configuration, ground.storage, ground.log, ground.sources, first.policy.ref
        )
        gate = _gate(
            configuration,
            ground,
            linters=linters,
            policy=first.policy,
            minter=minter,
            shadow=shadow,
        )
        catalog = _catalog(ground, gate, standing, site, shadow)
        metrics = Metrics()
        metrics.watch_policy(standing)
        if shadow:
            metrics.watch_shadow(shadow)
            shadow.start()
            parts.callback(shadow.stop)
        # 4. Only now does anyone get an answer.
        server = _serve(configuration, ground, gate, catalog, metrics)
        parts.callback(server.stop)
        console = _open_console(configuration, metrics, server, standing)
        if console:
            parts.callback(console.close)
        watch = open_watch(configuration, rollout, gate, standing, files)
        watch.start()
        parts.callback(watch.stop)
        yield Running(
            server=server,
            gate=gate,
            log=ground.log,
            console=console,
            standing=standing,
            shadow=shadow,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the other parts stand on: the log, what is known from it, a clock that fits it."""

    storage: SQLiteStorage
    log: DecisionLog
    ledger: EvidenceLedger
    clock: SteadyClock
    sources: Sources


def _lay_ground(
    configuration: Configuration,
    clock: Callable[[], datetime],
    accepted: datetime | None,
    parts: ExitStack,
) -> _Ground:
    storage = SQLiteStorage(configuration.database)
    parts.callback(storage.close)
    reached = check_clock(storage, clock(), accepted)
    steady = SteadyClock(clock, seconds, reached)
    sources: Sources = {"clock": steady, "new_id": new_id, "new_salt": new_salt}
    key = FileKey(configuration.log_key)
    log = DecisionLog.open(storage, key=key, origin=configuration.log_origin, **sources)
    parts.callback(log.close)
    ledger = EvidenceLedger(storage, log)
    return _Ground(storage=storage, log=log, ledger=ledger, clock=steady, sources=sources)


def _gate(
    configuration: Configuration,
    ground: _Ground,
    *,
    linters: LinterPool,
    policy: Policy,
    minter: Minter | None,
    shadow: Shadow | None,
) -> Gate:
    return Gate(
        settings=_settings(configuration),
        policy=policy,
        linters=linters,
        evidence=ground.ledger,
        log=ground.log,
        minter=minter,
        clock_trouble=ground.clock.trouble,
        listener=shadow.take if shadow else None,
        **ground.sources,
    )


def _catalog(
    ground: _Ground, gate: Gate, standing: Standing, site: Site, shadow: Shadow | None
) -> PolicyCatalog:
    return PolicyCatalog(
        gate=gate,
        standing=standing,
        storage=ground.storage,
        log=ground.log,
        site=site,
        clock=ground.clock,
        shadow=shadow,
    )


def _linters(configuration: Configuration) -> LinterPool:
    return LinterPool(
        workers=configuration.linter_workers,
        time_limit=configuration.linter_time_limit,
        memory_limit=configuration.linter_memory_limit,
    )


def _serve(
    configuration: Configuration,
    ground: _Ground,
    gate: Gate,
    catalog: PolicyCatalog,
    metrics: Metrics,
) -> RunningServer:
    registry = EvidenceRegistry(
        ledger=ground.ledger,
        log=ground.log,
        clock_trouble=ground.clock.trouble,
        **ground.sources,
    )
    disk = disk_check(configuration.database.parent, configuration.least_free_disk)
    return serve(
        gate=gate,
        registry=registry,
        audit=Audit(storage=ground.storage, log=ground.log),
        catalog=catalog,
        identities=configuration.identities,
        listener=configuration.listener,
        tls=configuration.tls,
        metrics=metrics,
        checks={"disk": disk},
    )


def _open_console(
    configuration: Configuration, metrics: Metrics, server: RunningServer, standing: Standing
) -> Console | None:
    at = configuration.metrics
    if at is None:
        return None
    return open_console(
        at.host,
        at.port,
        metrics=metrics.render,
        troubles=server.troubles,
        degraded=standing.troubles,
        tls=configuration.tls.context(),
    )


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
