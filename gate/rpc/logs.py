"""The gate's own log for its operators: one JSON object or one line of text for each event."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from gate.rpc.call import CURRENT


class JSONLines(logging.Formatter):
    """Writes a record as JSON, with the id of the call that it belongs to.

    Of an exception it tells the kind and where it was raised, never its text: that may
    quote a certificate or a request.
    """

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        return json.dumps(_said(record), default=str)


class TextLines(logging.Formatter):
    """Writes what JSONLines writes, for people: the rest as `key=value` after the message."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        said = _said(record)
        first = [said.pop(key) for key in ("time", "level", "logger", "message")]
        rest = [f"{key}={json.dumps(value, default=str)}" for key, value in said.items()]
        # A line break in a message would let it pass for a line of its own.
        line = "{} {} {}: {}".format(*first).encode("unicode_escape").decode()
        return " ".join([line, *rest])


def log_as_json(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Have everything this process logs from `level` on written as JSON."""
    _log_as(JSONLines(), stream, level)


def log_as_text(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Have everything this process logs from `level` on written as text, one line each."""
    _log_as(TextLines(), stream, level)


def _log_as(lines: logging.Formatter, stream: TextIO, level: int) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines)
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _said(record: logging.LogRecord) -> dict[str, object]:
    """What a line says: nothing in it comes from the text of an exception."""
    said: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if call := CURRENT.get():
        said["request_id"] = call.request_id
    said.update(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[1]:
        said["exception"] = _where(record.exc_info[1])
    return said


def _where(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
