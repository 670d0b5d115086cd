"""Which functions and operators a condition may use."""

from collections.abc import Mapping

FUNCTIONS: Mapping[str, int] = {
    "size": 1,
    "startsWith": 2,
    "endsWith": 2,
    "contains": 2,
    "matches": 2,
    "timestamp": 1,
    "duration": 1,
    "getFullYear": 1,
    "getMonth": 1,
    "getDayOfMonth": 1,
    "getDayOfWeek": 1,
    "getHours": 1,
    "getMinutes": 1,
    "getSeconds": 1,
}
"""The functions by name, with how many arguments they take, that of a method before the dot
included; so the parts of a moment are those in UTC, never in a named time zone.
"""

OPERATORS = frozenset(
    {
        *("_&&_", "_||_", "!_", "_?_:_"),
        *("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in"),
        *("_+_", "_-_", "-_", "_*_", "_/_", "_%_"),
        "_[_]",
    }
)
"""All operators; what `+` may not join, gate.conditions.limits says."""
