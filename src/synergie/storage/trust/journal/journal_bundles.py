"""What bundles hold of the journal, read as if the rows were there: old records of deposits.

A bundle is of one range of numbers, so that a record is found by its number alone. Its records are
told, proved and audited as before; one that is to be erased becomes a row first.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import insert, inspect, select, update
from sqlmodel import col

from synergie.proof.merkle import Frontier, compute_root
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import SALT, hashes_in
from synergie.storage.trust.journal.journal_tables import JournalBundleRow, JournalRow

if sys.version_info >= (3, 14):
    from compression.zstd import compress, decompress
else:
    from backports.zstd import compress, decompress

WIDTH = 256
"""Records of a range; a power of two, so that its leaves make one subtree."""
NO_END = 2**63 - 1
_LEVEL = 12
_CHUNK = 1000
_PAGE = 16
_ALL = inspect(JournalBundleRow).columns


class StoredRecord(NamedTuple):
    """A record as a row has it. Of a bundle, `at` and `nodes` follow from the rest and are None."""

    seq: int
    at: datetime | None
    salt: bytes | None
    record: bytes | None
    leaf: bytes
    nodes: bytes | None


class BundleFault(ValueError):
    """A bundle that cannot be opened. `seq`: where its range begins."""

    def __init__(self, seq: int) -> None:
        super().__init__(seq)
        self.seq = seq


def range_of(seq: int) -> int:
    """Where the range of a record begins."""
    return seq - seq % WIDTH


def pack_records(rows: Sequence[Any]) -> dict[str, bytes]:
    """The columns of a bundle that holds *rows*, in order and of one range, without its nodes."""
    present = sum(1 << row.seq % WIDTH for row in rows)
    return {
        "present": present.to_bytes(-(-WIDTH // 8), "little"),
        "salts": b"".join(bytes(row.salt) for row in rows),
        "leaves": b"".join(bytes(row.leaf) for row in rows),
        "records": compress(b"\n".join(bytes(row.record) for row in rows), level=_LEVEL),
    }


def open_bundle(row: Any) -> list[StoredRecord]:
    """The records of a bundle, in order; BundleFault."""
    present, last = int.from_bytes(bytes(row.present), "little"), row.first_seq + WIDTH - 1
    seqs = [row.first_seq + place for place in range(WIDTH) if present >> place & 1]
    try:
        contents = decompress(bytes(row.records)).split(b"\n") if seqs else []
        salts = [bytes(row.salts)[at : at + SALT] for at in range(0, len(row.salts), SALT)]
        told = zip(seqs, salts, contents, hashes_in(bytes(row.leaves)), strict=True)
        return [
            StoredRecord(seq, None, salt, record, leaf, bytes(row.nodes) if seq == last else None)
            for seq, salt, record, leaf in told
        ]
    except Exception as error:
        raise BundleFault(row.first_seq) from error


def find_in_bundle(session: Session, seq: int) -> StoredRecord | None:
    """A record by its number, where a bundle holds it; BundleFault."""
    row = session.connection().execute(_select_bundle(seq)).first()
    return None if row is None else next((one for one in open_bundle(row) if one.seq == seq), None)


def iterate_records(session: Session, start: int = 0, end: int = NO_END) -> Iterator[StoredRecord]:
    """Records from *start* to *end*, excluded, in order, whether rows or of bundles; BundleFault.

    A chunk at a time: a cursor left open would hold SQLite's pages.
    """
    bundles = (one for one in _iterate_bundles(session, start) if start <= one.seq)
    for one in merge(_iterate_rows(session, start), bundles, key=attrgetter("seq")):
        if one.seq >= end:
            return
        yield one


def hash_subtree(session: Session, level: int, index: int) -> bytes:
    """The hash of a complete subtree whose last record a bundle holds; BundleFault, KeyError."""
    start, last = index << level, ((index + 1) << level) - 1
    first = range_of(last)
    leaves = {one.seq: one for one in iterate_records(session, max(start, first), last + 1)}
    nodes = leaves[last].nodes
    if level and nodes is not None:
        return hashes_in(nodes)[level - 1]
    return compute_root(leaves[seq].leaf for seq in range(start, last + 1))


def restore_row(session: Session, seq: int) -> None:
    """Make a row again of a record, without parties, where a bundle holds it; BundleFault."""
    connection, first = session.connection(), range_of(seq)
    bundle = connection.execute(_select_bundle(seq).with_for_update()).first()
    opened = {} if bundle is None else {one.seq: one for one in open_bundle(bundle)}
    one = opened.pop(seq, None)
    if one is None or one.record is None:
        return
    nodes = one.nodes
    if nodes is None:
        before = [each.leaf for each in iterate_records(session, first, seq + 1)]
        nodes = b"".join(list_nodes(before)[-1])
    at = JournalRecord.model_validate_json(one.record).at
    row = one._replace(at=at, nodes=nodes)._asdict()
    left = pack_records(list(opened.values()))
    mine = col(JournalBundleRow.first_seq) == first
    connection.execute(update(JournalBundleRow).where(mine).values(**left))
    connection.execute(insert(JournalRow).values(**row))


def list_nodes(leaves: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    """What each of *leaves* completes, the first of which begins a range: level 1 first."""
    tree, found = Frontier(), []
    for leaf in leaves:
        tree, made = tree.add(leaf)
        found.append(made)
    return found


def _select_bundle(seq: int) -> Any:
    return select(*_ALL).where(col(JournalBundleRow.first_seq) == range_of(seq))


_ROWS = select(*(col(getattr(JournalRow, name)) for name in StoredRecord._fields))


def _iterate_rows(session: Session, start: int) -> Iterator[StoredRecord]:
    query = _ROWS.order_by(col(JournalRow.seq)).limit(_CHUNK)
    while True:
        chunk = session.connection().execute(query.where(col(JournalRow.seq) >= start)).all()
        yield from (StoredRecord._make(row) for row in chunk)
        if len(chunk) < _CHUNK:
            return
        start = chunk[-1].seq + 1


def _iterate_bundles(session: Session, start: int) -> Iterator[StoredRecord]:
    first, query = range_of(start), select(*_ALL).order_by(col(JournalBundleRow.first_seq))
    while True:
        place = col(JournalBundleRow.first_seq) >= first
        chunk = session.connection().execute(query.where(place).limit(_PAGE)).all()
        for row in chunk:
            yield from open_bundle(row)
        if len(chunk) < _PAGE:
            return
        first = chunk[-1].first_seq + 1
