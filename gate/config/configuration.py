"""Everything a gate is built of, as values."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from gate.model import Environment, Issuer
from gate.policy import Person
from gate.policy.site import LONGEST_EXCEPTION
from gate.rpc import Identities, Listener, TLSFiles

LONGEST_LIFETIME = timedelta(minutes=10)
"""How long a release may hold at most: rules and floors are judged for the whole of it."""


class LogFormat(StrEnum):
    """How the lines are written that tell operators what the gate does."""

    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """From which weight on such a line is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """What the gate tells its operators while it runs; the decision log is another thing."""

    format: LogFormat = LogFormat.JSON
    level: LogLevel = LogLevel.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPort:
    """An address to listen at; port 0 is any that is free."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a gate is built of.

    `policy` is a folder, `database` an SQLite file that is made where there is none.
    `release_key` signs the tokens that this gate mints; with None it can mint none.
    `linter_memory_limit` is in bytes, as is `least_free_disk`: with less the gate is not
    SERVING.

    `policy_people` are those whose signatures on policies, exceptions and holders count, and
    `longest_exception` is how long an exception may last. `policy_tests` is a folder of tests
    that each new policy must pass, `shadow_policy` that of a candidate judged beside the
    active one; the folders are looked at every `policy_watch`.
    """

    environment: Environment
    dry_run: bool
    issuers: tuple[Issuer, ...]
    policy: Path
    database: Path
    log_origin: str
    log_key: Path
    release_key: Path | None
    identities: Identities
    listener: Listener
    tls: TLSFiles
    release_lifetime: timedelta = timedelta(seconds=60)
    linter_workers: int = 2
    linter_time_limit: timedelta = timedelta(seconds=5)
    linter_memory_limit: int = 2 << 30
    metrics: HostPort | None = None
    least_free_disk: int = 256 << 20
    logging: Logging = field(default_factory=Logging)
    policy_people: tuple[Person, ...] = ()
    longest_exception: timedelta = LONGEST_EXCEPTION
    policy_tests: Path | None = None
    shadow_policy: Path | None = None
    policy_watch: timedelta = timedelta(seconds=5)
