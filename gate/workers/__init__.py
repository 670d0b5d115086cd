"""Processes of their own for work that may hang, crash or eat memory, and talk with them."""

from gate.workers.channel import FOREVER, Channel
from gate.workers.restraint import end_after, let_go_of_signals, restrict
from gate.workers.start import how_it_ended, start_worker

__all__ = [
    "FOREVER",
    "Channel",
    "end_after",
    "how_it_ended",
    "let_go_of_signals",
    "restrict",
    "start_worker",
]
