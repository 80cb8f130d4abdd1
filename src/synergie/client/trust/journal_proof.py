"""Whether a record is in a journal, and one journal continues another: without any server.

Each check raises BadInput at the first step that does not hold; `where` names the file and the
step. Sources: RFC 9162 §2.1.3.2 (inclusion) and §2.1.4.2 (consistency), RFC 7515 (heads).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.proof import merkle, tree_head
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.journal import (
    ConsistencyProof,
    JournalRecord,
    RecordProof,
    TreeHeadClaims,
)

__all__ = ["check_growth", "check_inclusion", "check_record", "head_claims"]

_SIGNED = "a tree head signed by a key of the set"
_HEAD = "a tree head"
_HASHED = "what the hash of its salt and its bytes gives"
_LEADS = "hashes that lead from the record to the root of the head"
_GREW = "hashes that show that the journal only grew from one head to the other"
_SAME = "the same root as the other head of that size"
_OURS = "a tree head of the same server"
_OF_SIZES = "the proof of these two sizes, the earlier one 1 or more"


def head_claims(jws: str, jwks: Mapping[str, Any] | None, name: str) -> TreeHeadClaims:
    """What the head *jws* says, signed by a key of *jwks*; None: its signature is not looked at."""
    try:
        return (
            tree_head.parse_tree_head(jws)
            if jwks is None
            else tree_head.verify_tree_head(jws, jwks)
        )
    except Unsigned as error:
        expected = _HEAD if jwks is None else _SIGNED
        raise BadInput(f"{name}, head", Words("another one"), expected) from error


def check_record(proof: RecordProof, name: str) -> JournalRecord:
    """The record that *proof* holds, once its bytes are those that were hashed."""
    kept = proof.record
    leaf = merkle.hash_leaf(bytes.fromhex(kept.salt) + kept.record.encode()).hex()
    for part, found in (("record", kept.leaf), ("inclusion", proof.inclusion.leaf)):
        if found != leaf:
            raise BadInput(f"{name}, {part}, leaf", found, _HASHED)
    try:
        said = JournalRecord.model_validate_json(kept.record)
    except ValidationError as error:
        raise BadInput(f"{name}, record", kept.record, "a record of the journal") from error
    _check_equal(f"{name}, record, seq", said.seq, kept.seq)
    _check_equal(f"{name}, inclusion, seq", proof.inclusion.seq, kept.seq)
    return said


def check_inclusion(
    proof: RecordProof, jwks: Mapping[str, Any] | None, name: str
) -> TreeHeadClaims:
    """The head under which the record of *proof* is; `check_record` comes before."""
    claims, path = head_claims(proof.head.jws, jwks, name), proof.inclusion
    _check_equal(f"{name}, head, tree_size", proof.head.tree_size, claims.tree_size)
    _check_equal(f"{name}, head, root", proof.head.root, claims.root)
    signed_at = datetime.fromtimestamp(claims.iat, UTC)
    _check_equal(f"{name}, head, signed_at", proof.head.signed_at, signed_at)
    _check_equal(f"{name}, inclusion, size", path.size, claims.tree_size)
    leaf, root = bytes.fromhex(path.leaf), bytes.fromhex(claims.root)
    hashes = [bytes.fromhex(one) for one in path.path]
    if not merkle.includes(leaf, hashes, root, index=path.seq, size=claims.tree_size):
        raise BadInput(f"{name}, inclusion, path", Words("another one"), _LEADS)
    return claims


def check_growth(
    one: TreeHeadClaims, other: TreeHeadClaims, proof: ConsistencyProof | None, name: str
) -> None:
    """Two heads are of one history: the later journal only added to the earlier one.

    *proof* is not needed for heads of the same size. *name*: what the fault is told of.
    """
    if one.iss.rstrip("/") != other.iss.rstrip("/"):
        raise BadInput(f"{name}, iss", other.iss, _OURS)
    first, second = sorted((one, other), key=lambda head: head.tree_size)
    sizes = first.tree_size, second.tree_size
    if sizes[0] == sizes[1]:
        if first.root != second.root:
            raise BadInput(f"{name}, root", second.root, _SAME)
        return
    found = Words("nothing") if proof is None else f"{proof.first}, {proof.second}"
    if proof is None or (proof.first, proof.second) != sizes or not sizes[0]:
        raise BadInput(f"{name}, {sizes[0]}, {sizes[1]}", found, _OF_SIZES)
    roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
    if not merkle.is_extension(sizes, roots, [bytes.fromhex(step) for step in proof.path]):
        raise BadInput(f"{name}, path", Words("another one"), _GREW)


def _check_equal(where: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise BadInput(where, found, str(wanted))
