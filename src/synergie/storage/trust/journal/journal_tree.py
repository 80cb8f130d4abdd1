"""The tree over the journal: its size and root, and proofs from O(log n) stored hashes.

Hashes tell nothing of the records (each has its salt), and everyone may read them: no Permit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from synergie.proof import merkle
from synergie.proof.merkle import Frontier, Subtree
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import HASH, hashes_in
from synergie.storage.trust.journal.journal_bundles import hash_subtree
from synergie.storage.trust.journal.journal_tables import JournalHeadRow, JournalRow


@dataclass(frozen=True, slots=True)
class Tree:
    """How many records the journal has, and the root over them."""

    size: int
    root: bytes


def frontier(session: Session) -> Frontier:
    """The frontier as this session sees it; what its own transaction appends is not yet in it."""
    query = select(col(JournalHeadRow.size), col(JournalHeadRow.peaks))
    row = session.connection().execute(query).first()
    return Frontier() if row is None else Frontier(row.size, hashes_in(row.peaks))


def tree(session: Session) -> Tree:
    """Size and root as this session sees them."""
    found = frontier(session)
    return Tree(found.size, found.root)


def prove_inclusion(session: Session, seq: int, size: int) -> tuple[bytes, list[bytes]]:
    """The leaf hash of record *seq*, and the path from it to the root of the first *size*."""
    hashes = _Stored(session)
    return hashes([(0, seq)])[0, seq], merkle.build_inclusion_proof(seq, size, hashes)


def prove_consistency(session: Session, first: int, second: int) -> list[bytes]:
    """The proof that the first *second* records begin with the first *first*."""
    return merkle.build_consistency_proof(first, second, _Stored(session))


@dataclass(frozen=True, slots=True)
class _Stored:
    """Hashes of complete subtrees: kept beside the record that completed them, or in its bundle."""

    session: Session

    def __call__(self, wanted: Sequence[Subtree]) -> Mapping[Subtree, bytes]:
        places = {one: ((one[1] + 1) << one[0]) - 1 for one in wanted}
        query = select(col(JournalRow.seq), col(JournalRow.leaf), col(JournalRow.nodes)).where(
            col(JournalRow.seq).in_(sorted(set(places.values())))
        )
        rows = {row.seq: row for row in self.session.connection().execute(query)}
        return {
            one: _at_level(rows[seq], one[0]) if seq in rows else hash_subtree(self.session, *one)
            for one, seq in places.items()
        }


def _at_level(row: object, level: int) -> bytes:
    packed = bytes(getattr(row, "leaf")) + bytes(getattr(row, "nodes"))  # noqa: B009 (a Row)
    return packed[level * HASH : (level + 1) * HASH]
