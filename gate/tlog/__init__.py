"""A tamper-evident log's tree, tiles, checkpoints and proofs, as values; opens nothing."""

from gate.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from gate.tlog.hashing import (
    EMPTY_ROOT,
    HASH_SIZE,
    complete_root,
    frontier_root,
    leaf_hash,
    node_hash,
)
from gate.tlog.log_proof import LogProof
from gate.tlog.note import NoteSignature, SignedNote, check_name, key_id, sign_note
from gate.tlog.proof import NodeReader, consistency_proof, inclusion_proof, subtree_root
from gate.tlog.tile import (
    TILE_HEIGHT,
    TILE_SIZE,
    TILE_WIDTH,
    tile_node,
    tile_path,
    tile_slot,
    tile_widths,
)
from gate.tlog.tree import Growth, Tree
from gate.tlog.verification import verify_consistency, verify_inclusion
from gate.tlog.verifier_key import VerifierKey

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "TILE_HEIGHT",
    "TILE_SIZE",
    "TILE_WIDTH",
    "Checkpoint",
    "Growth",
    "LogProof",
    "NodeReader",
    "NoteSignature",
    "SignedNote",
    "Tree",
    "VerifierKey",
    "check_name",
    "complete_root",
    "consistency_proof",
    "frontier_root",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "sign_checkpoint",
    "sign_note",
    "subtree_root",
    "tile_node",
    "tile_path",
    "tile_slot",
    "tile_widths",
    "verify_consistency",
    "verify_inclusion",
]
