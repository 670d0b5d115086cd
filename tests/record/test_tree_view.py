"""What a view of the tree says was signed, whatever stands in the tables."""

from dataclasses import replace

import pytest

from gate.errors import Tampered
from gate.record import DecisionLog, open_view
from gate.storage import MemoryStorage
from gate.tlog import LogProof
from tests.log import KEY, ORIGIN, anonymous, open_log

SIZE = 66_000
"""More than a tile of level 1, so that tiles are checked through two levels."""


@pytest.fixture(scope="module")
def storage() -> MemoryStorage:
    """A log of many entries; the entries themselves are put in by hand, to be quick."""
    made = MemoryStorage()
    log = open_log(made)
    template = anonymous("template")
    while log.size < SIZE:
        start, count = log.size, min(256, SIZE - log.size)
        log.append(
            [
                replace(
                    template,
                    entry_id=f"{each}",
                    leaf=template.leaf.replace(b"decision-template", b"%d" % each),
                )
                for each in range(start, start + count)
            ]
        )
    log.close()
    return made


def altered(storage: MemoryStorage) -> MemoryStorage:
    """The same log in storage of its own, to be changed."""
    copy = MemoryStorage()
    held = storage._held
    copy._held = type(held)(
        entries=held.entries.copy(),
        ids=held.ids,
        requests=held.requests,
        lookups=held.lookups,
        tiles=held.tiles.copy(),
        state=held.state,
    )
    return copy


def flip(storage: MemoryStorage, level: int, number: int, slot: int) -> None:
    hashes = bytearray(storage._held.tiles[level, number])
    hashes[32 * slot] ^= 1
    storage._held.tiles[level, number] = bytes(hashes)


def test_every_place_is_proven_through_all_levels(storage: MemoryStorage) -> None:
    view = open_view(storage, ORIGIN, KEY.public_key)
    for index in (0, 1, 255, 256, 65_535, 65_536, 65_792, 65_999):
        entry = storage.entry(index)
        assert entry is not None
        view.attest(entry)
        LogProof.parse(view.prove(index)).verify(entry.leaf, ORIGIN, KEY.public_key)


@pytest.mark.parametrize(("level", "number", "slot"), [(0, 3, 7), (1, 0, 3), (1, 0, 200)])
def test_a_changed_tile_proves_nothing(
    storage: MemoryStorage, level: int, number: int, slot: int
) -> None:
    changed = altered(storage)
    view = open_view(changed, ORIGIN, KEY.public_key)
    flip(changed, level, number, slot)

    with pytest.raises(Tampered, match=f"tile {number} of level {level}"):
        view.prove(3 * 256 + 7)


def test_an_entry_changed_together_with_its_tile_is_noticed(storage: MemoryStorage) -> None:
    changed = altered(storage)
    forged = replace(changed._held.entries[775], leaf=anonymous("forged").leaf)
    changed._held.entries[775] = forged
    flip(changed, 0, 3, 7)

    with pytest.raises(Tampered):
        open_view(changed, ORIGIN, KEY.public_key).attest(forged)


@pytest.mark.parametrize(("level", "number"), [(0, 256), (1, 0)])
def test_a_log_whose_newest_tiles_do_not_lead_to_the_root_is_not_opened(
    storage: MemoryStorage, level: int, number: int
) -> None:
    changed = altered(storage)
    flip(changed, level, number, 9)
    with pytest.raises(Tampered, match="do not lead to the root"):
        open_log(changed)

    del changed._held.tiles[level, number]
    with pytest.raises(Tampered, match="is not there"):
        open_log(changed)


def test_a_log_whose_tail_was_changed_is_not_opened(storage: MemoryStorage) -> None:
    for index in (65_792, 65_999):
        changed = altered(storage)
        other = changed._held.entries[index - 1].leaf
        changed._held.entries[index] = replace(changed._held.entries[index], leaf=other)
        with pytest.raises(Tampered, match="do not lead to the root"):
            open_log(changed)


def test_a_log_with_an_entry_too_many_or_too_few_is_not_opened(storage: MemoryStorage) -> None:
    longer = altered(storage)
    longer._held.entries.append(longer._held.entries[-1])
    with pytest.raises(Tampered, match="no checkpoint counts it"):
        open_log(longer)

    shorter = altered(storage)
    shorter._held.entries.pop()
    with pytest.raises(Tampered, match="do not lead to the root"):
        open_log(shorter)


def test_what_lies_deep_is_noticed_on_use_and_not_at_the_start(storage: MemoryStorage) -> None:
    changed = altered(storage)
    flip(changed, 0, 3, 7)
    log: DecisionLog = open_log(changed)

    with pytest.raises(Tampered):
        log.prove(775)
    with pytest.raises(Tampered):
        log.leaf_hash(768)
    log.prove(0)
    log.close()
