"""What a worker process does to itself before it touches what it was given."""

import resource
import signal


def let_go_of_signals() -> None:
    """Leave ending to the gate, and to `end_after`.

    The gate ends its workers itself, so what is sent to its whole process group or
    control group (SIGINT, SIGTERM) does not end them while it still finishes its work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # The limit of `end_after` is a SIGALRM, and both of these would be inherited.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def restrict(memory_limit: int) -> None:
    """Bound the address space, and leave no core file: it would hold applicants' data."""
    for what, limit in ((resource.RLIMIT_AS, memory_limit), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)  # noqa: PLW2901 - never more than this process is allowed
        resource.setrlimit(what, (limit, limit))


def end_after(seconds: float) -> None:
    """Have the kernel end this process after so long, even in C code that never returns."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
