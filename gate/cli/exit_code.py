"""How a command ends: the exit codes of all of them, and the error for wrong usage."""

from enum import IntEnum

from gate.errors import GateError


class ExitCode(IntEnum):
    """What the shell hears.

    Only FINE is leave to go on: a script that asks the gate may sign on 0 and on nothing
    else. A dry run is no release, and exits with BLOCKED.
    """

    FINE = 0
    """Released; or nothing wrong was found."""
    BLOCKED = 1
    """Blocked; or something wrong was found in what was looked at."""
    FAILED = 2
    """Wrong usage, or no answer: nothing is known of what was asked."""
    INTERRUPTED = 130
    """Ended by Ctrl-C."""


class WrongUsage(GateError):
    """What the command line says cannot be done as it stands."""
