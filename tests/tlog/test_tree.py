"""The tree's right edge against the recursive definition and the published roots."""

import pytest

from gate.tlog import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Tree,
    leaf_hash,
    subtree_root,
    tile_node,
    tile_path,
    tile_slot,
    tile_widths,
)
from tests.reference import root

# The inputs and roots that Certificate Transparency implementations have shared since 2012.
PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [f"entry {index}".encode() for index in range(count)]


def test_the_published_roots_are_met() -> None:
    tree = Tree()
    roots = [tree.root().hex()]
    for leaf in PUBLISHED_LEAVES:
        tree.extend([leaf_hash(leaf)])
        roots.append(tree.root().hex())

    assert roots == PUBLISHED_ROOTS
    assert EMPTY_ROOT.hex() == PUBLISHED_ROOTS[0]


def test_every_size_to_600_has_the_root_of_the_definition() -> None:
    given = leaves(600)
    tree = Tree()
    for size in range(601):
        assert tree.size == size
        if size < 40 or size % 16 in {0, 1, 15}:
            assert tree.root() == root(given[:size])
        if size < 600:
            tree.extend([leaf_hash(given[size])])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 66000])
def test_an_edge_alone_rebuilds_the_tree(size: int) -> None:
    tree = Tree()
    tree.extend(map(leaf_hash, leaves(size)))

    again = Tree(tree.edge)

    assert tuple(map(len, tree.edge)) == tile_widths(size)
    assert (again.size, again.frontier, again.root()) == (size, tree.frontier, tree.root())


def test_growing_by_parts_is_growing_at_once() -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves(1000)]
    whole, parts = Tree(), Tree()
    tiles = whole.extend(hashes).tiles
    grown = [parts.extend(hashes[at : at + 37]) for at in range(0, 1000, 37)]

    assert parts.root() == whole.root()
    assert tuple(tile for growth in grown for tile in growth.tiles) == tiles


def test_a_copy_goes_its_own_way() -> None:
    tree = Tree()
    tree.extend(map(leaf_hash, leaves(300)))
    before = (tree.size, tree.root(), tree.edge)
    tree.copy().extend(map(leaf_hash, leaves(300)))

    assert (tree.size, tree.root(), tree.edge) == before


def test_full_tiles_come_once_at_every_level() -> None:
    tree = Tree()
    tiles = tree.extend(map(leaf_hash, leaves(65536 + 256))).tiles

    assert [(level, number) for level, number, _ in tiles if level] == [(1, 0)]
    assert [number for level, number, _ in tiles if not level] == list(range(257))
    assert all(len(hashes) == TILE_WIDTH * 32 for _, _, hashes in tiles)
    top = next(hashes for level, _, hashes in tiles if level)
    assert [tile_slot(top, at) for at in range(256)] == [
        tile_node(hashes, 0, 8) for level, _, hashes in tiles[:256] if not level
    ]


def test_the_nodes_of_a_growth_give_the_root() -> None:
    tree = Tree()
    tree.extend(map(leaf_hash, leaves(77)))
    growth = tree.extend(map(leaf_hash, leaves(50)))

    assert subtree_root(0, tree.size, lambda *at: growth.nodes[at]) == tree.root()


def test_a_full_tile_is_no_edge() -> None:
    with pytest.raises(ValueError, match="full tile"):
        Tree([[b"x" * 32] * 256])


def test_a_partial_tile_has_no_node_beyond_its_end() -> None:
    with pytest.raises(IndexError):
        tile_node(b"x" * 32 * 3, 2, 1)


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "tile/0/000"),
        (999, "tile/0/999"),
        (1000, "tile/0/x001/000"),
        (1234067, "tile/0/x001/x234/067"),
    ],
)
def test_tile_paths_are_those_of_tlog_tiles(number: int, path: str) -> None:
    assert tile_path(0, number) == path
