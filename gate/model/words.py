"""The closed sets of words that requests, evidence, policy and decisions share."""

from enum import Enum, IntEnum, StrEnum


class Severity(IntEnum):
    """How bad a finding is; a larger value is worse, so `>=` reads as said."""

    INFO = 1
    NOTICE = 2
    WARNING = 3
    ERROR = 4
    FATAL = 5


class Environment(StrEnum):
    """Where a gate runs and where an issuer belongs."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"


class Trust(StrEnum):
    """Who trusts an issuer: relying parties at large, a closed group, or nobody."""

    PUBLIC = "public"
    PRIVATE = "private"
    TEST = "test"


class Purpose(StrEnum):
    """Why a certificate is wanted; UNSPECIFIED is what a request that says nothing has."""

    UNSPECIFIED = "UNSPECIFIED"
    SUBSCRIBER = "SUBSCRIBER"
    CA_TEST_SITE = "CA_TEST_SITE"
    INTERNAL_TEST = "INTERNAL_TEST"
    AUDIT_DEMO = "AUDIT_DEMO"
    LOAD_TEST = "LOAD_TEST"


TEST_PURPOSES = frozenset({Purpose.INTERNAL_TEST, Purpose.AUDIT_DEMO, Purpose.LOAD_TEST})
"""The purposes that never get a release from a public issuer."""


class Stage(StrEnum):
    """Which of the two signatures is asked for (RFC 6962 §3.1)."""

    UNSPECIFIED = "UNSPECIFIED"
    PRECERTIFICATE = "PRECERTIFICATE"
    CERTIFICATE = "CERTIFICATE"


class CertificateType(StrEnum):
    """How far the subscriber's identity was vetted (BR 7.1.2.7.1)."""

    DV = "dv"
    OV = "ov"
    IV = "iv"
    EV = "ev"


class Mode(StrEnum):
    """What the failure of a rule does to the verdict."""

    ENFORCE = "enforce"
    WARN = "warn"
    DRY_RUN = "dry-run"
    OFF = "off"


class Outcome(Enum):
    """What became of one rule or floor."""

    PASS = "PASS"  # noqa: S105 - an outcome, not a password
    FAIL = "FAIL"
    ERROR = "ERROR"
    EXCEPTED = "EXCEPTED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_IN_FORCE = "NOT_IN_FORCE"


class Verdict(StrEnum):
    """What happens to the bytes; DRY_RUN only where the gate runs in dry-run."""

    RELEASE = "RELEASE"
    BLOCK = "BLOCK"
    DRY_RUN = "DRY_RUN"


class BlockCause(StrEnum):
    """Why a decision blocks, in the one word a client can branch on."""

    NONE = "NONE"
    POLICY = "POLICY"
    LINTER = "LINTER"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    MALFORMED = "MALFORMED"
    GATE_FAILURE = "GATE_FAILURE"


class LinterStatus(StrEnum):
    """Whether a linter gave its answer."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    MISSING = "MISSING"
