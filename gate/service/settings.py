"""What a gate is, apart from the parts it is built of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gate.model import Environment, Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a gate is, apart from the parts it is built of."""

    environment: Environment
    dry_run: bool
    issuers: Mapping[str, Issuer]
    release_lifetime: timedelta = timedelta(seconds=60)
