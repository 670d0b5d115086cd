"""What gate.yaml can say, before any file it names is looked at."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from gate.baseline import ACME_METHODS, METHODS
from gate.config.configuration import LONGEST_LIFETIME, LogFormat, LogLevel
from gate.errors import Malformed
from gate.model import Trust
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.scalars import (
    EnvironmentWord,
    Flag,
    Ident,
    Moment,
    NotEmpty,
    SomeOf,
    Text,
    TrustWord,
    Whole,
    mistake,
    one_of,
    words_of,
)
from gate.policy.shape import Shape
from gate.rpc import Role
from gate.tlog import check_name

_FORMAT = "gate-config/1"

_SECTIONS: dict[str, frozenset[str]] = {section: frozenset({section}) for section in METHODS}
for (_, _challenge), _section in ACME_METHODS.items():
    _SECTIONS[_challenge] = _SECTIONS.get(_challenge, frozenset()) | {_section}
"""What a method is called in gate.yaml, and the sections of the BR that it stands for."""


def _within(least: int, most: int) -> AfterValidator:
    def check(given: int) -> int:
        if not least <= given <= most:
            raise mistake(f"must be from {least} to {most}")
        return given

    return AfterValidator(check)


def _checked(check: Callable[[str], None]) -> AfterValidator:
    """A text that this function takes; it raises Malformed for what it does not."""

    def run(given: str) -> str:
        try:
            check(given)
        except Malformed as error:
            raise mistake(str(error)) from None
        return given

    return AfterValidator(run)


def _method(given: object) -> frozenset[str]:
    if not isinstance(given, str):
        raise mistake("must be a text")
    if given not in _SECTIONS:
        hint = did_you_mean(given, _SECTIONS)
        raise mistake(
            f"{quoted(given)} is no method: write the section of the BR, such as `3.2.2.4.7`, "
            f"or ACME's name of it, such as `dns-01`{hint}"
        )
    return _SECTIONS[given]


def _some(given: Any) -> Any:
    if isinstance(given, dict) and not given:
        raise mistake("must not be empty")
    return given


FileName = Text
"""A path; where it is relative, it begins at the folder of gate.yaml."""

Port = Annotated[Whole, _within(0, 65535)]
MethodWord = Annotated[frozenset[str], BeforeValidator(_method)]


class ListenShape(Shape):
    """Where the gate answers, and how much it takes at once."""

    host: Text = "127.0.0.1"
    port: Port
    concurrent_calls: Annotated[Whole, _within(2, 256)] = 32
    calls_per_identity: Annotated[Whole, _within(1, 256)] = 16
    connections: Annotated[Whole, _within(16, 65536)] = 2000
    message_limit_seconds: Annotated[Whole, _within(1, 300)] = 10


class TLSShape(Shape):
    """The server's own certificate, and whose client certificates it takes."""

    key: FileName
    certificate: FileName
    client_ca: FileName


class IssuerShape(Shape):
    """One issuing CA; its environment is the gate's where nothing is said."""

    name: Ident
    certificate: FileName
    chain: FileName | None = None
    trust: TrustWord = Trust.PUBLIC
    environment: EnvironmentWord | None = None


class StorageShape(Shape):
    """Where the log and the evidence are kept."""

    sqlite: FileName
    least_free_mib: Annotated[Whole, _within(1, 1 << 20)] = 256


class LogShape(Shape):
    """The name of the decision log, and the key that signs its checkpoints."""

    origin: Annotated[Text, _checked(check_name)]
    key: FileName


class ReleaseShape(Shape):
    """The keys of the tokens, and how long a token holds."""

    key: FileName | None = None
    dry_run_key: FileName | None = None
    lifetime_seconds: Annotated[Whole, _within(1, int(LONGEST_LIFETIME.total_seconds()))] = 60


class LintersShape(Shape):
    """The worker processes that lint."""

    workers: Annotated[Whole, _within(1, 64)] = 2
    time_limit_seconds: Annotated[Whole, _within(1, 60)] = 5
    memory_limit_mib: Annotated[Whole, _within(512, 65536)] = 2048


class ScopeShape(Shape):
    """What an identity is kept to; what is not named here is free."""

    accounts: SomeOf[Text] | None = None
    issuers: SomeOf[Ident] | None = None
    profiles: SomeOf[Ident] | None = None
    methods: SomeOf[MethodWord] | None = None


class IdentityShape(Shape):
    """One peer, by the URI or DNS name in its client certificate, and its roles."""

    name: Text
    roles: SomeOf[Annotated[Role, BeforeValidator(one_of(words_of(Role)))]]
    limited_to: Annotated[ScopeShape, BeforeValidator(_some)] | None = None


class MetricsShape(Shape):
    """Where Prometheus reads how the gate does."""

    host: Text = "127.0.0.1"
    port: Port


class PersonShape(Shape):
    """Somebody whose signature on policies, exceptions and holders counts."""

    name: Text
    key: FileName
    until: Moment | None = None


class PolicyControlShape(Shape):
    """Who answers for the policy, and how a new one comes into use."""

    people: SomeOf[PersonShape] = ()
    longest_exception_days: Annotated[Whole, _within(1, 398)] = 31
    tests: FileName | None = None
    shadow: FileName | None = None
    watch_seconds: Annotated[Whole, _within(1, 3600)] = 5


class LoggingShape(Shape):
    """What the gate tells its operators on standard error."""

    format: Annotated[LogFormat, BeforeValidator(one_of(words_of(LogFormat)))] = LogFormat.JSON
    level: Annotated[LogLevel, BeforeValidator(one_of(words_of(LogLevel)))] = LogLevel.INFO


class GateFile(Shape):
    """The whole of gate.yaml."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))]
    environment: EnvironmentWord
    dry_run: Flag = False
    listen: ListenShape
    tls: TLSShape
    issuers: Annotated[tuple[IssuerShape, ...], NotEmpty]
    policy: FileName
    policy_control: PolicyControlShape = PolicyControlShape()
    storage: StorageShape
    log: LogShape
    release: ReleaseShape = ReleaseShape()
    linters: LintersShape = LintersShape()
    identities: Annotated[tuple[IdentityShape, ...], NotEmpty]
    metrics: MetricsShape | None = None
    logging: LoggingShape = LoggingShape()
