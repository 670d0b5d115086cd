"""Builds a gate of its parts: the only place that names a back end."""

from gate.config.configuration import Configuration, HostPort, LogFormat, Logging, LogLevel
from gate.config.local import lint, reading
from gate.config.policies import (
    SHIPPED_POLICIES,
    check_policy,
    profile_type,
    read_folder,
    read_policy,
)
from gate.config.read import read_configuration
from gate.config.running import Running, new_id, new_salt, now, run

__all__ = [
    "SHIPPED_POLICIES",
    "Configuration",
    "HostPort",
    "LogFormat",
    "LogLevel",
    "Logging",
    "Running",
    "check_policy",
    "lint",
    "new_id",
    "new_salt",
    "now",
    "profile_type",
    "read_configuration",
    "read_folder",
    "read_policy",
    "reading",
    "run",
]
