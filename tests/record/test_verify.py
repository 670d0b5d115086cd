"""Verifying finds whatever was changed in the stored bytes, and says where."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from gate.model import Applicant, EvidenceRevocation
from gate.record import verify
from gate.storage import SQLiteStorage, open_read_only
from tests.log import KEY, ORIGIN, SteppingClock, check, decided, open_log, recorded
from tests.record.vector_inputs import entries
from tests.signing import SeededKey

SIZE = 700
"""Two full tiles and a tail; entry 1 is an applicant, entry 2 revokes it."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "log.db"
    storage = SQLiteStorage(path)
    log = open_log(storage)
    applicant = Applicant(account="a", applicant="b", name="c")
    log.append([recorded("record-1", applicant)])
    log.append([recorded("record-2", EvidenceRevocation(record_id="record-1", reason="x"))])
    while log.size < SIZE:
        start = log.size
        log.append([decided(f"{each}") for each in range(start, min(start + 250, SIZE))])
    log.close()
    storage.close()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, sound: bytes) -> Path:
    copied = tmp_path / "log.db"
    copied.write_bytes(sound)
    return copied


def found(path: Path) -> Iterator[tuple[int | None, str]]:
    storage = open_read_only(path)
    report = check(storage)
    storage.close()
    assert report.sound is (report.problem_count == 0)
    return ((each.index, each.what) for each in report.problems)


def change(path: Path, statement: str, *bindings: str | bytes | int) -> None:
    """Change the file as somebody does who has it, and knows how."""
    connection = apsw.Connection(str(path))
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    kept = [(str(name), str(sql)) for name, sql in triggers]
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement, bindings)
    for _, sql in kept:
        connection.execute(sql)
    connection.close()


def flipped(column: str, byte: int = 20) -> str:
    """An SQL expression: the column with one bit flipped."""
    hexed = f"hex(substr({column}, {byte + 1}, 1))"
    return (
        f"unhex(hex(substr({column}, 1, {byte})) || "
        f"iif({hexed} = '00', '01', iif({hexed} = '61', '63', '00')) || "
        f"hex(substr({column}, {byte + 2})))"
    )


def test_a_sound_log_has_no_problems_and_progress_is_told(path: Path) -> None:
    storage = open_read_only(path)
    told: list[tuple[int, int]] = []
    report = verify(
        storage,
        origin=ORIGIN,
        public_key=KEY.public_key,
        progress=lambda done, of: told.append((done, of)),
    )
    storage.close()

    assert (report.sound, report.size, report.erased) == (True, SIZE, 0)
    assert report.problems == ()
    assert told == [(256, 700), (512, 700), (700, 700)]


def test_an_empty_log_is_sound(tmp_path: Path) -> None:
    storage = SQLiteStorage(tmp_path / "log.db")

    assert check(storage).sound
    assert check(storage).size == 0
    storage.close()


@pytest.mark.parametrize("index", [0, 5, 255, 256, 511, 512, 699])
@pytest.mark.parametrize("byte", [1, 20, 200])
def test_a_flipped_bit_in_a_leaf_is_found(path: Path, index: int, byte: int) -> None:
    change(path, f"UPDATE entry SET leaf = {flipped('leaf', byte)} WHERE idx = ?", index)
    problems = list(found(path))

    # In the tail no full tile says which leaf it was, but the frontier says where to look.
    lowest = {where for where, _ in problems if where is not None}
    assert index in lowest if index < 512 else lowest
    assert any("root" in what for _, what in problems)


@pytest.mark.parametrize("index", [0, 1, 300, 699])
@pytest.mark.parametrize("column", ["document", "salt"])
def test_a_flipped_bit_in_a_private_document_is_found(path: Path, index: int, column: str) -> None:
    change(path, f"UPDATE private SET {column} = {flipped(column, 1)} WHERE idx = ?", index)

    assert list(found(path)) == [(index, "the private document is not what was recorded")]


@pytest.mark.parametrize(("slot", "index"), [(0, 256), (17, 273), (255, 511)])
def test_a_flipped_bit_in_a_tile_is_found(path: Path, slot: int, index: int) -> None:
    change(path, f"UPDATE tile SET hashes = {flipped('hashes', 32 * slot + 3)} WHERE number = 1")

    assert list(found(path)) == [(index, "the leaf is not the one that the tile holds")]


def test_a_missing_tile_is_found(path: Path) -> None:
    change(path, "DELETE FROM tile WHERE number = 1")

    assert list(found(path)) == [(256, "tile 1 of level 0 is not there")]


def test_a_changed_note_is_found(path: Path) -> None:
    storage = open_read_only(path)
    state = storage.state()
    storage.close()
    assert state is not None
    for at in range(0, len(state.note), 8):
        bad = bytearray(state.note)
        bad[at] ^= 1
        change(path, "UPDATE state SET note = ?", bytes(bad))
        assert list(found(path)), at


def test_a_note_of_another_key_is_found(path: Path) -> None:
    storage = open_read_only(path)
    report = verify(
        storage,
        origin=ORIGIN,
        public_key=SeededKey("other").public_key,
        progress=lambda *_: None,
    )
    storage.close()

    assert [each.what for each in report.problems] == [
        f"the note is not signed by `{ORIGIN}` with the expected key"
    ]


@pytest.mark.parametrize(
    ("statement", "index", "what"),
    [
        ("DELETE FROM entry WHERE idx = 300", 300, "the entry is not there"),
        ("DELETE FROM entry WHERE idx = 699", 699, "the entry is not there"),
        ("DELETE FROM entry WHERE idx >= 512", 512, "the entry is not there"),
        ("DELETE FROM entry WHERE idx = 0", 0, "the entry is not there"),
        (
            "INSERT INTO entry VALUES (700, 'x', x'7b7d', NULL, x'')",
            None,
            "entry 700 is stored, but no checkpoint counts it",
        ),
        ("UPDATE entry SET entry_id = 'x' WHERE idx = 9", 9, "the entry is stored under an id"),
        (
            "UPDATE state SET newest = newest - 100000000000",
            0,
            "the entry is newer than the newest time",
        ),
        ("DELETE FROM lookup WHERE word = 'account:a'", 1, "the evidence is not found"),
        ("DELETE FROM lookup WHERE word = 'revocation:record-1'", 2, "the evidence is not found"),
        ("UPDATE state SET size = 699", None, "the log says 699 entries"),
        ("UPDATE state SET frontier = x''", None, "the frontier is not that"),
        (
            "UPDATE state SET frontier = CAST(frontier || zeroblob(32) AS BLOB)",
            None,
            "the frontier is not that",
        ),
    ],
)
def test_what_was_taken_out_or_put_in_is_found(
    path: Path, statement: str, index: int | None, what: str
) -> None:
    change(path, statement)

    assert any(where == index and text.startswith(what) for where, text in found(path))


def test_what_two_have_not_approved_is_found_among_the_imports(tmp_path: Path) -> None:
    storage = SQLiteStorage(tmp_path / "log.db")
    log = open_log(storage)
    brought, approval, imported = (
        entries()[name] for name in ("import", "import approval", "imported")
    )
    log.append([brought, approval, replace(imported, lookups=())])
    report = check(storage)
    log.close()
    storage.close()

    assert [(each.index, each.what) for each in report.problems] == [
        (3, "entry 3 was imported without two approvals"),
        (3, "the evidence is not found by what it is about"),
    ]


@pytest.mark.parametrize(("one", "other"), [(10, 20), (10, 300), (600, 690)])
def test_swapped_rows_are_found(path: Path, one: int, other: int) -> None:
    for table in ("private", "entry"):
        change(path, f"UPDATE {table} SET idx = 9999 WHERE idx = ?", one)
        change(path, f"UPDATE {table} SET idx = ? WHERE idx = ?", one, other)
        change(path, f"UPDATE {table} SET idx = ? WHERE idx = 9999", other)
    problems = list(found(path))

    assert {where for where, _ in problems} >= ({one, other} if other < 512 else set())
    assert any("root" in what for _, what in problems)


def test_a_rolled_back_state_is_found_while_entries_stand_beyond(path: Path) -> None:
    storage = open_read_only(path)
    before = storage.state()
    storage.close()
    assert before is not None
    again = SQLiteStorage(path)
    log = open_log(again, SteppingClock(before.newest + timedelta(days=1)))
    log.close()
    again.close()
    change(path, "UPDATE state SET size = ?, note = ?", before.size, before.note)

    assert any("no checkpoint counts it" in what for _, what in found(path))


def test_an_erased_document_is_counted_and_no_problem(path: Path) -> None:
    change(path, "DELETE FROM private WHERE idx IN (3, 400)")
    storage = open_read_only(path)
    report = check(storage)
    storage.close()

    assert (report.sound, report.erased) == (True, 2)


def test_an_erased_revocation_is_a_problem(path: Path) -> None:
    change(path, "DELETE FROM private WHERE idx = 2")

    assert list(found(path)) == [(2, "nobody can tell any more which record it revokes")]


def test_a_document_without_its_salt_is_a_problem(path: Path) -> None:
    change(path, "UPDATE private SET salt = x'' WHERE idx = 3")

    assert list(found(path)) == [(3, "the private document is not what was recorded")]


def test_the_first_thousand_problems_are_told_and_all_are_counted(path: Path, sound: bytes) -> None:
    assert sound
    change(path, "UPDATE entry SET leaf = x'7b7d'")
    storage = open_read_only(path)
    report = check(storage)
    storage.close()

    assert len(report.problems) == 1000
    assert report.problem_count > 1200


@pytest.mark.parametrize("where", [0.3, 0.6, 0.9])
def test_a_damaged_file_is_a_problem_and_no_crash(path: Path, where: float) -> None:
    data = bytearray(path.read_bytes())
    start = int(len(data) * where) // 4096 * 4096
    data[start : start + 3 * 4096] = b"\xa5" * (3 * 4096)
    path.write_bytes(data)

    assert list(found(path))


@pytest.mark.parametrize("index", [3, 300, 699])
@pytest.mark.parametrize("key", ["NULL", "'other caller'", "request_key || 'x'"])
def test_a_decision_that_its_request_does_not_find_is_found(
    path: Path, index: int, key: str
) -> None:
    change(path, f"UPDATE entry SET request_key = {key} WHERE idx = ?", index)

    assert list(found(path)) == [(index, "the decision is not found by its caller and request id")]


def test_a_changed_request_digest_is_found(path: Path) -> None:
    change(path, f"UPDATE entry SET request_digest = {flipped('request_digest')} WHERE idx = 5")

    assert list(found(path)) == [(5, "the digest of the request is not that of its document")]


def test_an_erased_decision_needs_no_request(path: Path) -> None:
    change(path, "DELETE FROM private WHERE idx = ?", 5)
    change(path, "UPDATE entry SET request_key = NULL WHERE idx = ?", 5)

    assert list(found(path)) == []
