"""The gate's own log for its operators: one JSON object on each line."""

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
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if call := CURRENT.get():
            line["request_id"] = call.request_id
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _where(record.exc_info[1])
        return json.dumps(line, default=str)


def log_as_json(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Have everything this process logs from `level` on written as JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _where(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
