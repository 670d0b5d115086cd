"""What the TLS Baseline Requirements fix by number, date and name; no policy can loosen it.

Floors judge by these tables, and the policy loader measures policies against them.
The text read is BR 2.2.6.
"""

from gate.baseline.limits import (
    EARLIEST,
    MAX_VALIDATION_AGE,
    MAX_VALIDITY,
    NOT_BEFORE_WINDOW,
    Step,
    limit_at,
)
from gate.baseline.methods import ACME_METHODS, METHODS, Method
from gate.baseline.names import (
    REQUIRED_LINTERS,
    RESERVED_PREFIXES,
    onion,
    public_suffix,
    reverse_zone,
)

__all__ = [
    "ACME_METHODS",
    "EARLIEST",
    "MAX_VALIDATION_AGE",
    "MAX_VALIDITY",
    "METHODS",
    "NOT_BEFORE_WINDOW",
    "REQUIRED_LINTERS",
    "RESERVED_PREFIXES",
    "Method",
    "Step",
    "limit_at",
    "onion",
    "public_suffix",
    "reverse_zone",
]
