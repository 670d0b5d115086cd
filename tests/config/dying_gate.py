"""A gate that is killed at the moment when it should judge by the policy that it recorded."""

import os
import signal
import sys

from gate.cli.main import main
from gate.policy import Policy
from gate.service import Gate


def die(_gate: Gate, _policy: Policy) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    setattr(Gate, Gate.activate.__name__, die)
    main(["serve", "--config", sys.argv[1]])
