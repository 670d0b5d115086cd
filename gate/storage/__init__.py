"""Back ends that make the log's bytes durable; each keeps the contract of LogStorage."""

from gate.storage.memory import Fault, MemoryStorage
from gate.storage.reading import SQLiteReader, open_read_only
from gate.storage.sqlite import SQLiteStorage

__all__ = ["Fault", "MemoryStorage", "SQLiteReader", "SQLiteStorage", "open_read_only"]
