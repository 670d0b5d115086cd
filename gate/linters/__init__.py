"""Linters in worker processes: a hostile certificate costs a worker, never the gate."""

from gate.linters.pool import DEFAULT_LINTERS, LinterPool

__all__ = ["DEFAULT_LINTERS", "LinterPool"]
