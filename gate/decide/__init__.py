"""The heart: floors that no policy loosens, and the one function that decides."""

from gate.decide.decide import decide

__all__ = ["decide"]
