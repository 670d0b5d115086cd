"""What operators read over HTTP: the counts for Prometheus, and whether the gate is well."""

from gate.console.listener import Console, open_console

__all__ = ["Console", "open_console"]
