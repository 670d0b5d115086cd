"""Builds a gate of its parts: the only place that names a back end."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from gate.errors import ConfigError
from gate.linters import LinterPool
from gate.model import (
    CertificateType,
    Environment,
    Issuer,
    LinterReport,
    Stage,
    refuse_doubles,
)
from gate.policy import Policy
from gate.policy import load as load_policy
from gate.ports import LogStorage, SigningKey
from gate.record import DecisionLog, EvidenceLedger
from gate.release import Minter, TokenType
from gate.rpc import Identities, Listener, RunningServer, TLSFiles, serve
from gate.service import Audit, EvidenceRegistry, Gate, Settings
from gate.signers import FileKey
from gate.storage import SQLiteStorage, open_read_only

SALT_LENGTH = 32
SHIPPED_POLICIES = Path(__file__).parent / "policies"
"""The policies that come with the gate."""

DATABASE = "gate.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a gate is built of; `data` is the folder of its database."""

    environment: Environment
    dry_run: bool
    issuers: tuple[Issuer, ...]
    policy: Path
    data: Path
    log_origin: str
    log_key: Path
    release_key: Path
    identities: Identities
    listener: Listener
    tls: TLSFiles
    release_lifetime: timedelta = timedelta(seconds=60)
    linter_workers: int = 2
    linter_time_limit: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A gate that answers: where it listens, and the parts that a caller may look at."""

    server: RunningServer
    gate: Gate
    log: DecisionLog


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


def read_policy(folder: Path, issuers: tuple[Issuer, ...]) -> Policy:
    """The policy in this folder; raises ConfigError with every problem in it."""
    return load_policy(read_folder(folder), issuers=issuers)


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """The files of a policy folder by their path inside it; hidden ones are passed over."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    }


@contextmanager
def run(configuration: Configuration, clock: Callable[[], datetime] = now) -> Iterator[Running]:
    """Build the gate, serve it, and take everything down again in the right order.

    Raises ConfigError where a part cannot be built, Tampered where the log contradicts
    itself; then nothing was served.
    """
    with ExitStack() as parts:
        refuse_doubles(configuration.issuers)
        policy = read_policy(configuration.policy, configuration.issuers)
        linters = parts.enter_context(
            LinterPool(
                workers=configuration.linter_workers,
                time_limit=configuration.linter_time_limit,
            )
        )
        storage = SQLiteStorage(configuration.data / DATABASE)
        parts.callback(storage.close)
        log = DecisionLog.open(
            storage,
            key=FileKey(configuration.log_key),
            origin=configuration.log_origin,
            clock=clock,
            new_id=new_id,
            new_salt=new_salt,
        )
        parts.callback(log.close)
        ledger = EvidenceLedger(storage, log)
        gate = Gate(
            settings=_settings(configuration),
            policy=policy,
            linters=linters,
            evidence=ledger,
            log=log,
            minter=_minter(configuration, FileKey(configuration.release_key)),
            clock=clock,
            new_id=new_id,
            new_salt=new_salt,
        )
        registry = EvidenceRegistry(
            ledger=ledger, log=log, clock=clock, new_id=new_id, new_salt=new_salt
        )
        server = serve(
            gate=gate,
            registry=registry,
            audit=Audit(storage=storage, log=log),
            identities=configuration.identities,
            listener=configuration.listener,
            tls=configuration.tls,
        )
        parts.callback(server.stop)
        yield Running(server=server, gate=gate, log=log)


@contextmanager
def reading(database: Path) -> Iterator[LogStorage]:
    """The log in a database, read-only, while a gate writes to it or none does."""
    storage = open_read_only(database)
    try:
        yield storage
    finally:
        storage.close()


def check_policy(folder: Path) -> Policy:
    """The policy in this folder, whatever the names of its issuers; raises ConfigError."""
    return load_policy(read_folder(folder), issuers=None)


def profile_type(folder: Path, profile: str) -> CertificateType:
    """The type of certificate that a profile stands for; raises ConfigError if there is none."""
    profiles = check_policy(folder).profiles
    if profile not in profiles:
        names = ", ".join(sorted(profiles))
        raise ConfigError(f"{folder}: no profile is called {profile!r}; there are {names}")
    return profiles[profile].certificate_type


def lint(
    certificates: Sequence[tuple[bytes, Stage]], certificate_type: CertificateType
) -> list[tuple[LinterReport, ...]]:
    """What the linters say of each certificate (DER), run here and now."""
    with LinterPool(workers=1, time_limit=timedelta(seconds=30)) as pool:
        return [pool.lint(der, certificate_type, stage) for der, stage in certificates]


def _settings(configuration: Configuration) -> Settings:
    return Settings(
        environment=configuration.environment,
        dry_run=configuration.dry_run,
        issuers={issuer.name: issuer for issuer in configuration.issuers},
        release_lifetime=configuration.release_lifetime,
    )


def _minter(configuration: Configuration, key: SigningKey) -> Minter:
    type_ = TokenType.DRY_RUN if configuration.dry_run else TokenType.RELEASE
    return Minter(key=key, token_type=type_)
