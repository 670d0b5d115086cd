"""Whoever owns the database cannot make the gate release what it would not have released.

Each table and column is changed, each table gets a row more and a row less, while a gate runs
and before one starts. Either that is found, and nothing is released, or it helps nobody.
"""

import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import apsw
import pytest

from gate.errors import GateError
from gate.model import IdentifierType, Order, Purpose
from gate.record.evidence_records import (
    applicant_of_word,
    order_word,
    revocation_word,
    validation_word,
)
from gate.storage import SQLiteStorage
from gate.storage.schema import SCHEMA
from tests import cases, pki
from tests.log import anonymous, recorded
from tests.service.building import NAME, Workbench

REVOKED, STRANGE = "revoked.plovidba.hr", "never-validated.plovidba.hr"
PAST = "request-past"


class Effect(Enum):
    """What comes of a change."""

    FOUND = "found: nothing is released any more"
    STOPPED = "the gate takes no more entries, and so releases nothing"
    BLOCKED = "the evidence does not count, as if it had been erased"
    FORGOTTEN = "an id that was used is taken for a new one, as if it were one"
    NOTHING = "every request gets the answer that it would have got"


def indexes(storage: SQLiteStorage) -> dict[str, int]:
    """Where the entries are that somebody might want to change."""
    state = storage.state()
    assert state is not None
    by_word = {
        "applicant": applicant_of_word(cases.ACCOUNT),
        "order": order_word("order-1"),
        "good": validation_word(IdentifierType.DNS, NAME),
        "revoked": validation_word(IdentifierType.DNS, REVOKED),
    }
    found = {name: storage.by_lookup([word])[0] for name, word in by_word.items()}
    (revocation,) = storage.by_lookup([revocation_word(found["revoked"].entry_id)])
    decision = storage.by_request(f"requester\x00{PAST}")
    assert decision is not None
    return {name: entry.index for name, entry in found.items()} | {
        "revocation": revocation.index,
        "decision": decision.index,
        "size": state.size,
    }


Untouched = tuple[Path, dict[str, int]]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Untouched:
    """A database with a full tile, a good validation, a revoked one, and an old decision."""
    path = tmp_path_factory.mktemp("untouched") / "log.db"
    with closing(SQLiteStorage(path)) as storage:
        bench = Workbench(storage=storage)
        bench.log.append([anonymous(f"{number}") for number in range(256)])
        bench.record()
        for number, name in ((2, REVOKED), (3, STRANGE)):
            order = Order(
                order_id=f"order-{number}",
                account=bench.account,
                identifiers=(cases.identifier(name),),
                spki_sha256=b"",
                profile="tls-dv",
                purpose=Purpose.SUBSCRIBER,
                requested_by="someone",
            )
            bench.registry.record_order(order, "registrar")
        revoked = bench.registry.record_validation(cases.validation(REVOKED), "validator")
        bench.registry.revoke(revoked.record_id, "the name was sold", "validator")
        assert bench.gate.evaluate(bench.ask(request_id=PAST)).release is not None
        bench.log.close()
        found = indexes(storage)
    return path, found


@pytest.fixture
def path(tmp_path: Path, untouched: Untouched) -> Path:
    return Path(shutil.copy(untouched[0], tmp_path / "log.db"))


def change(path: Path, statements: str, *blobs: bytes) -> None:
    """Change the database as somebody does who owns it and knows how."""
    with closing(apsw.Connection(str(path))) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = [(str(name), str(sql)) for name, sql in triggers]
        connection.execute("PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1")
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        before = connection.total_changes()
        connection.execute(statements, blobs or None)
        assert connection.total_changes() > before, "the statement changes something"
        for _, sql in kept:
            connection.execute(sql)


def outcomes(bench: Workbench) -> dict[str, str]:
    """What each of the requests gets: its verdict, or the name of the error."""

    def asked(request_id: str, order_id: str, name: str, days: int = 90) -> str:
        request = bench.ask(
            request_id=request_id,
            tbs_certificate=pki.precertificate(name, days=days),
            context=replace(bench.request.context, order_id=order_id),
        )
        try:
            return bench.gate.evaluate(request).decision.decision.verdict.value
        except GateError as error:
            return type(error).__name__

    return {
        "good": asked("request-1", "order-1", NAME),
        "revoked": asked("request-2", "order-2", REVOKED),
        "strange": asked("request-3", "order-3", STRANGE),
        # The id of an earlier request, for other bytes.
        "reused": asked(PAST, "order-1", NAME, days=30),
    }


UNTOUCHED = {"good": "RELEASE", "revoked": "BLOCK", "strange": "BLOCK", "reused": "Refused"}


def while_running(path: Path, statements: str, *blobs: bytes) -> dict[str, str]:
    with closing(SQLiteStorage(path)) as storage:
        bench = Workbench(storage=storage)
        change(path, statements, *blobs)
        found = outcomes(bench)
        bench.log.close()
    return found


def after_a_start(path: Path, statements: str, *blobs: bytes) -> dict[str, str]:
    change(path, statements, *blobs)
    try:
        storage = SQLiteStorage(path)
    except GateError as error:
        return {"start": type(error).__name__}
    with closing(storage):
        try:
            bench = Workbench(storage=storage)
        except GateError as error:
            return {"start": type(error).__name__}
        found = outcomes(bench)
        bench.log.close()
    return found


def effect(found: dict[str, str]) -> Effect:
    if "Tampered" in found.values():
        return FOUND
    if found["good"] == "Unavailable":
        return STOPPED
    differs = {name: found[name] for name, was in UNTOUCHED.items() if found[name] != was}
    # Anything else is a surprise.
    told = {"": NOTHING, "good BLOCK": BLOCKED, "reused RELEASE": FORGOTTEN}
    return told[" ".join(f"{name} {now}" for name, now in differs.items())]


FOUND, STOPPED, BLOCKED, FORGOTTEN, NOTHING = Effect


@dataclass(frozen=True)
class Change:
    """What is changed, and what comes of it in a gate that runs and in one that starts later.

    `names` are the entries it is made to, one at a time.
    """

    where: str
    statement: str
    running: Effect
    starting: Effect
    names: tuple[str, ...] = ("any",)


COUNTING = ("applicant", "order", "good")
# A gate that runs knows what was revoked, whatever becomes of the rows, and reads neither.
KNOWN = ("revoked", "revocation")
IT = "WHERE idx = {it}"
ANOTHER = "(SELECT leaf FROM entry WHERE idx = 0)"
STATE = "INSERT INTO state SELECT {id}, size, frontier, note, newest FROM state"
FORGED = "INSERT INTO entry SELECT {at}, 'x', leaf, NULL, x'' FROM entry WHERE idx = {good}"
WHOLE = f"DELETE FROM entry {IT}; DELETE FROM private {IT}; DELETE FROM lookup {IT}"


def to_evidence(where: str, statement: str) -> list[Change]:
    """A change that is found where the evidence is needed, and else when a gate starts."""
    return [
        Change(where, statement, FOUND, FOUND, COUNTING),
        Change(where, statement, NOTHING, FOUND, KNOWN),
    ]


def erasing(where: str, statement: str) -> list[Change]:
    """A change after which a document is gone, as it may have to be."""
    return [
        Change(where, statement, BLOCKED, BLOCKED, COUNTING),
        Change(where, statement, NOTHING, NOTHING, ("revoked",)),
        # It can no longer be known what was revoked.
        Change(where, statement, NOTHING, FOUND, ("revocation",)),
    ]


def useless(where: str, statement: str, names: tuple[str, ...] = ("any",)) -> Change:
    """A change of what no decision rests on."""
    return Change(where, statement, NOTHING, NOTHING, names)


def noticed(where: str, statement: str, names: tuple[str, ...] = ("any",)) -> Change:
    """A change that is found at once."""
    return Change(where, statement, FOUND, FOUND, names)


def seen(where: str, statement: str) -> Change:
    """A change of what a running gate has found good before and does not read again."""
    return Change(where, statement, NOTHING, FOUND)


ALL = (*COUNTING, *KNOWN)
PAST_ONE = ("decision",)
FIRST = "(SELECT document FROM private WHERE idx = 0)"
CLAIM = "request_key = 'requester' || char(0) || 'request-1'"
GOOD = "FROM entry WHERE idx = {good}"

CHANGES = [
    *to_evidence("entry.idx", f"UPDATE entry SET idx = 9999 {IT}"),
    *to_evidence("entry.entry_id", f"UPDATE entry SET entry_id = 'x' {IT}"),
    *to_evidence("entry.leaf", f"UPDATE entry SET leaf = {ANOTHER} {IT}"),
    Change(
        "entry.request_key",
        f"UPDATE entry SET request_key = NULL {IT}",
        FORGOTTEN,
        FORGOTTEN,
        PAST_ONE,
    ),
    noticed("entry.request_key", f"UPDATE entry SET {CLAIM} {IT}", PAST_ONE),
    noticed("entry.request_digest", f"UPDATE entry SET request_digest = x'' {IT}", PAST_ONE),
    *to_evidence("entry deleted", f"DELETE FROM entry {IT}"),
    *to_evidence("entry deleted", WHOLE),
    Change("entry deleted", f"DELETE FROM entry {IT}", FORGOTTEN, FOUND, PAST_ONE),
    Change("entry deleted", "DELETE FROM entry WHERE idx >= {revocation}", FORGOTTEN, FOUND),
    Change("entry added", FORGED.replace("{at}", "{size} + 1"), STOPPED, STOPPED),
    useless("entry added", FORGED.replace("{at}", "9999")),
    useless("entry added", FORGED.replace("{at}", "-1")),
    *erasing("private.idx", f"UPDATE private SET idx = 9999 {IT}"),
    *to_evidence("private.document", f"UPDATE private SET document = x'' {IT}"),
    *to_evidence("private.document", f"UPDATE private SET document = {FIRST} {IT}"),
    *to_evidence("private.salt", f"UPDATE private SET salt = x'' {IT}"),
    *to_evidence("private.salt", f"UPDATE private SET salt = zeroblob(32) {IT}"),
    *erasing("private deleted", f"DELETE FROM private {IT}"),
    useless("private added", "INSERT INTO private VALUES (9999, x'', zeroblob(32))"),
    useless("lookup.word", f"UPDATE lookup SET word = 'x' || word {IT}", ALL),
    useless("lookup.idx", f"UPDATE lookup SET idx = 0 {IT}", ALL),
    useless("lookup deleted", f"DELETE FROM lookup {IT}", ALL),
    useless("lookup added", f"INSERT INTO lookup SELECT 'validation:dns:{STRANGE}', idx {GOOD}"),
    useless("lookup added", f"INSERT INTO lookup VALUES ('validation:dns:{NAME}', 9999)"),
    useless("lookup added", f"INSERT INTO lookup SELECT 'revocation:' || entry_id, idx {GOOD}"),
    seen("tile.level", "UPDATE tile SET level = 7"),
    seen("tile.number", "UPDATE tile SET number = 7"),
    seen("tile.hashes", "UPDATE tile SET hashes = zeroblob(8192)"),
    seen("tile deleted", "DELETE FROM tile"),
    useless("tile added", "INSERT INTO tile VALUES (0, 1, zeroblob(8192))"),
    useless("tile added", "INSERT INTO tile VALUES (1, 0, zeroblob(8192))"),
    useless("state.id", "UPDATE state SET id = 2"),
    noticed("state.size", "UPDATE state SET size = size - 1"),
    noticed("state.size", "UPDATE state SET size = size + 1"),
    noticed("state.frontier", "UPDATE state SET frontier = zeroblob(32)"),
    noticed("state.note", "UPDATE state SET note = x''"),
    # It only keeps the gate's own times in order.
    useless("state.newest", "UPDATE state SET newest = newest + 1000000"),
    useless("state.newest", "UPDATE state SET newest = newest - 100000000000"),
    noticed("state deleted", "DELETE FROM state"),
    useless("state added", STATE.replace("{id}", "2")),
    noticed("state added", STATE.replace("{id}", "0")),
]
SINGLE = [replace(each, names=(name,)) for each in CHANGES for name in each.names]


def test_every_column_is_changed_and_every_table_gets_a_row_more_and_less() -> None:
    with closing(apsw.Connection(":memory:")) as connection:
        connection.execute(SCHEMA)
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        expected = {f"{table} {how}" for table in tables for how in ("added", "deleted")}
        for table in tables:
            columns = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
            expected |= {f"{table}.{column}" for (column,) in columns}
    assert {each.where for each in CHANGES} == expected


@pytest.mark.parametrize("change_", SINGLE, ids=lambda each: f"{each.statement} {each.names[0]}")
def test_no_change_leads_to_a_release(path: Path, untouched: Untouched, change_: Change) -> None:
    _, places = untouched
    statement = change_.statement.format(**places, it=places.get(change_.names[0]))
    later = path.with_name("later.db")
    shutil.copy(path, later)

    running, starting = while_running(path, statement), after_a_start(later, statement)

    for found in (running, starting):
        assert found.get("revoked") != "RELEASE"
        assert found.get("strange") != "RELEASE"
    assert (effect(running), effect(starting)) == (change_.running, change_.starting)


def test_nothing_changed_is_nothing_found(path: Path) -> None:
    assert while_running(path, "UPDATE state SET id = id") == UNTOUCHED


def test_a_forged_validation_is_not_believed(path: Path, untouched: Untouched) -> None:
    size = untouched[1]["size"]
    forged = recorded("forged", cases.validation(STRANGE), by="validator")
    statement = (
        f"INSERT INTO entry VALUES ({size} + 1, 'forged', ?, NULL, x''); "
        f"INSERT INTO private VALUES ({size} + 1, ?, ?); "
        f"INSERT INTO lookup VALUES ('validation:dns:{STRANGE}', {size} + 1); "
        "UPDATE state SET size = size + 1"
    )
    found = while_running(path, statement, forged.leaf, forged.private, forged.salt)

    assert found["strange"] == "Tampered"


def test_a_database_that_is_put_back_under_a_running_gate_is_found(
    path: Path, untouched: Untouched
) -> None:
    """Before a start only those can tell who kept a newer checkpoint."""
    with closing(apsw.Connection(str(path))) as connection:
        (before,) = connection.execute("SELECT size, frontier, note FROM state")
    with closing(SQLiteStorage(path)) as storage:
        bench = Workbench(storage=storage)
        change(
            path,
            f"DELETE FROM private WHERE idx >= {before[0]}; "
            f"DELETE FROM lookup WHERE idx >= {before[0]}; "
            f"DELETE FROM entry WHERE idx >= {before[0]}; "
            f"UPDATE state SET size = {before[0]}, frontier = ?, note = ?",
            *before[1:],
        )
        found = outcomes(bench)
        bench.log.close()

    assert set(found.values()) == {"Tampered", "Refused"}
