"""Builds a gate of its parts: the only place that names a back end."""

from gate.config.configuration import Configuration, HostPort, LogFormat, Logging, LogLevel
from gate.config.local import lint, reading
from gate.config.policies import (
    SHIPPED_POLICIES,
    check_policy,
    desk_site,
    profile_type,
    read_folder,
    read_policy,
    told_in,
)
from gate.config.read import read_configuration, read_site
from gate.config.running import Running, run
from gate.config.signing import load_unapproved, make_signing_key, signing_key
from gate.config.sources import new_id, new_salt, now

__all__ = [
    "SHIPPED_POLICIES",
    "Configuration",
    "HostPort",
    "LogFormat",
    "LogLevel",
    "Logging",
    "Running",
    "check_policy",
    "desk_site",
    "lint",
    "load_unapproved",
    "make_signing_key",
    "new_id",
    "new_salt",
    "now",
    "profile_type",
    "read_configuration",
    "read_folder",
    "read_policy",
    "read_site",
    "reading",
    "run",
    "signing_key",
    "told_in",
]
