"""Proofs agree with the recursive definition, and nothing but the right one verifies."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import Tampered
from gate.tlog import (
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from tests import reference

LEAVES = [f"entry {index}".encode() for index in range(600)]
TREE = Tree()
NODES = TREE.extend(map(leaf_hash, LEAVES)).nodes
ROOTS = {size: reference.root(LEAVES[:size]) for size in (*range(70), *range(250, 262), 511, 512)}
SIZES = st.integers(1, 600)


def node(height: int, index: int) -> bytes:
    return NODES[height, index]


def root_of(size: int) -> bytes:
    return ROOTS.get(size) or ROOTS.setdefault(size, reference.root(LEAVES[:size]))


def test_all_inclusion_proofs_of_small_trees_are_those_of_the_definition() -> None:
    for size in range(1, 70):
        for index in range(size):
            proof = inclusion_proof(index, size, node)
            assert list(proof) == reference.inclusion(index, LEAVES[:size])
            verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size])


def test_all_consistency_proofs_of_small_trees_are_those_of_the_definition() -> None:
    for old, new in product(range(1, 70), repeat=2):
        if old <= new:
            proof = consistency_proof(old, new, node)
            assert list(proof) == reference.consistency(old, LEAVES[:new])
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@given(SIZES.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_inclusion_holds_at_any_size(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(index, size, node)

    assert list(proof) == reference.inclusion(index, LEAVES[:size])
    verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, root_of(size))


@given(st.tuples(SIZES, SIZES).map(sorted))
def test_consistency_holds_at_any_sizes(sizes: list[int]) -> None:
    old, new = sizes
    proof = consistency_proof(old, new, node)

    assert list(proof) == reference.consistency(old, LEAVES[:new])
    verify_consistency(old, new, proof, root_of(old), root_of(new))


@given(st.data())
def test_an_inclusion_proof_with_a_flipped_bit_is_refused(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    values = [leaf_hash(LEAVES[index]), root_of(size), *inclusion_proof(index, size, node)]
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = flip(values[at], data.draw(st.integers(0, 255)))

    with pytest.raises(Tampered):
        verify_inclusion(values[0], index, size, values[2:], values[1])


@given(st.data())
def test_a_consistency_proof_with_a_flipped_bit_is_refused(data: st.DataObject) -> None:
    old, new = sorted(data.draw(st.tuples(SIZES, SIZES)))
    values = [root_of(old), root_of(new), *consistency_proof(old, new, node)]
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = flip(values[at], data.draw(st.integers(0, 255)))

    with pytest.raises(Tampered):
        verify_consistency(old, new, values[2:], values[0], values[1])


@given(SIZES, st.data())
@settings(max_examples=200)
def test_a_proof_holds_for_no_other_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, 600).filter(lambda at: at != index))
    proof = inclusion_proof(index, size, node)

    with pytest.raises(Tampered):
        verify_inclusion(leaf_hash(LEAVES[index]), other, size, proof, root_of(size))


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257])
def test_a_proof_that_is_too_long_or_too_short_is_refused(size: int) -> None:
    proof = inclusion_proof(size - 1, size, node)
    leaf, root = leaf_hash(LEAVES[size - 1]), root_of(size)
    with pytest.raises(Tampered, match="longer"):
        verify_inclusion(leaf, size - 1, size, [*proof, root], root)
    if proof:
        with pytest.raises(Tampered):
            verify_inclusion(leaf, size - 1, size, proof[:-1], root)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (6, 8), (255, 257), (256, 600)])
def test_a_consistency_proof_of_another_length_is_refused(old: int, new: int) -> None:
    proof = consistency_proof(old, new, node)
    for wrong in ([*proof, proof[0]], proof[:-1], ()):
        with pytest.raises(Tampered):
            verify_consistency(old, new, wrong, root_of(old), root_of(new))


def test_the_empty_tree_begins_every_tree() -> None:
    verify_consistency(0, 7, (), root_of(0), root_of(7))
    verify_consistency(7, 7, (), root_of(7), root_of(7))
    with pytest.raises(Tampered):
        verify_consistency(0, 7, (), root_of(1), root_of(7))
    with pytest.raises(Tampered):
        verify_consistency(7, 7, (), root_of(6), root_of(7))
    with pytest.raises(Tampered):
        verify_consistency(8, 7, (), root_of(8), root_of(7))


def test_a_leaf_or_tree_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf 7"):
        inclusion_proof(7, 7, node)
    with pytest.raises(ValueError, match="did not grow"):
        consistency_proof(8, 7, node)


def flip(value: bytes, bit: int) -> bytes:
    return bytes([*value[: bit // 8], value[bit // 8] ^ (1 << bit % 8), *value[bit // 8 + 1 :]])
