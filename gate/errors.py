"""Every error the gate raises on purpose, in one tree.

    GateError
    ├── Malformed     the given bytes or text are not what they should be
    ├── Refused       the request is understood and will not be served as it stands
    ├── Unavailable   a part the gate needs did not answer; asking again may help
    │   └── Overloaded    too much is waiting already, and nothing was begun
    ├── Tampered      stored bytes contradict their hash, and releasing stops
    └── ConfigError   the gate does not start

A block is not an error: it is a Decision. Any other exception that escapes is a bug.
Messages are written for people: what was wrong, where, and what to do; lower case
at the start, no full stop, input in backticks.
"""


class GateError(Exception):
    """The base of all errors raised on purpose; never raised itself."""


class Malformed(GateError):
    """Bytes or text that do not parse.

    `offset` is the byte offset at which reading stopped, or None where the input is
    not bytes.
    """

    def __init__(self, message: str, *, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} at byte {offset}")
        self.offset = offset


class Refused(GateError):
    """A request that is understood and refused: it contradicts what stands already."""


class Unavailable(GateError):
    """A part that the gate needs did not answer; the outcome may be unknown."""


class Overloaded(Unavailable):
    """More work is waiting than is taken in; nothing of this was begun, ask again later."""


class Tampered(GateError):
    """Stored bytes contradict their hash, signature or checkpoint; releasing stops."""


class ConfigError(GateError):
    """The configuration or policy is wrong; the gate does not start with it.

    `problems` holds every problem found, one line each, with file:line:column where
    there is one.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
