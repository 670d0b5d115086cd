"""A process that appends under load and says what was acknowledged, until it is killed."""

import sys
from itertools import count
from os import getpid
from pathlib import Path
from threading import Lock, Thread

from gate.record import DecisionLog
from gate.storage import SQLiteStorage
from tests.log import decided, open_log

THREADS = 6


def append_for_ever(log: DecisionLog, thread: int, told: Lock) -> None:
    """Append, and print each acknowledgement as a line of its own."""
    for number in count():
        name = f"{getpid()}-{thread}-{number}"
        entries = [decided(f"{name}-{each}") for each in range(1 + number % 3)]
        for appended in log.append(entries):
            with told:
                print(appended.index, appended.leaf_hash.hex(), flush=True)


def main() -> None:
    """Open the log named on the command line and append to it."""
    log = open_log(SQLiteStorage(Path(sys.argv[1])))
    told = Lock()
    threads = [
        Thread(target=append_for_ever, args=(log, number, told)) for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
