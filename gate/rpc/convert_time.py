"""Moments between the model and their messages."""

from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from gate.errors import Malformed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOS = 1_000_000_000


def time_to_message(moment: datetime) -> Timestamp:
    """Write a moment; it must know its time zone."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def time_from_message(stamp: Timestamp) -> datetime:
    """Read a moment in UTC, cut to microseconds; raises Malformed where it is none."""
    if not 0 <= stamp.nanos < _NANOS:
        raise Malformed(f"is no time: it has {stamp.nanos} nanoseconds")
    try:
        return EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
    except OverflowError:
        raise Malformed("is no time between the years 1 and 9999") from None
