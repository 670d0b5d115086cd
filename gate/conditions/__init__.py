"""Conditions in CEL, behind the port `ConditionCompiler`."""
