"""The tables of a log in SQLite, and the check that a file has exactly these."""

import apsw

from gate.errors import ConfigError, Tampered

APPLICATION_ID = 0x67617465
"""What marks a file as a gate's log in SQLite's header: the letters `gate`."""

SCHEMA_VERSION = 1

# Erasing takes rows out of `private` only; everything else is added and never changed.
# `WITHOUT ROWID` is for rows that are little more than their key.
_TABLES = """
CREATE TABLE entry (
  idx INTEGER PRIMARY KEY CHECK (idx >= 0),
  entry_id TEXT NOT NULL UNIQUE,
  leaf BLOB NOT NULL CHECK (length(leaf) <= 65535),
  request_key TEXT UNIQUE,
  request_digest BLOB NOT NULL
) STRICT;
CREATE TABLE private (
  idx INTEGER PRIMARY KEY REFERENCES entry (idx),
  document BLOB NOT NULL,
  salt BLOB NOT NULL
) STRICT;
CREATE TABLE lookup (
  word TEXT NOT NULL,
  idx INTEGER NOT NULL REFERENCES entry (idx),
  PRIMARY KEY (word, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE tile (
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (level, number)
) STRICT;
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  note BLOB NOT NULL,
  newest INTEGER NOT NULL
) STRICT;
"""

_FIXED = (
    ("entry", "UPDATE"),
    ("entry", "DELETE"),
    ("private", "UPDATE"),
    ("lookup", "UPDATE"),
    ("lookup", "DELETE"),
    ("tile", "UPDATE"),
    ("tile", "DELETE"),
    ("state", "DELETE"),
)

SCHEMA = _TABLES + "\n".join(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT raise(ABORT, '{table} is append-only'); END;"
    for table, verb in _FIXED
)


def create_schema(connection: apsw.Connection) -> None:
    """Make an empty file a log, in one transaction: after a crash it is one, or still empty."""
    connection.execute(
        f"BEGIN EXCLUSIVE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; "
        f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
    )


def check_identity(connection: apsw.Connection, path: str) -> None:
    """Check that the file is a log of this version.

    Raises ConfigError where it is something else, or was written by another version.
    """
    application, version = (connection.pragma(name) for name in ("application_id", "user_version"))
    if application != APPLICATION_ID:
        raise ConfigError(f"`{path}` is a database, but not a gate's log: name another file")
    if version != SCHEMA_VERSION:
        raise ConfigError(
            f"`{path}` has schema version {version}, and this gate reads {SCHEMA_VERSION}: "
            "use the gate that wrote it"
        )


def check_schema(connection: apsw.Connection, path: str) -> None:
    """Check that tables and triggers are those above; raises Tampered where one differs."""
    fresh = apsw.Connection(":memory:")
    fresh.execute(SCHEMA)
    expected, found = _definitions(fresh), _definitions(connection)
    fresh.close()
    if different := sorted({name for name, _ in expected ^ found}):
        raise Tampered(f"the schema of `{path}` was changed: {', '.join(different)}")


def _definitions(connection: apsw.Connection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(str(name), str(sql)) for name, sql in rows}
