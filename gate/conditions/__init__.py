"""Conditions in CEL, behind the port `ConditionCompiler`."""

from gate.conditions.compiler import compiler

__all__ = ["compiler"]
