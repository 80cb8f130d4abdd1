"""Packing, by the server itself, of old records of deposits: a range of the journal a bundle.

Only records of deposits are packed: no list is read by who they concern, and no table finds them
by subject. All others, and what was erased, keep their rows; so does all of a range of which
anything is not as it was hashed: it stays for the audit to name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, false, func, insert, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.proof.merkle import hash_leaf
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal import journal_bundles
from synergie.storage.trust.journal.journal import UNINDEXED, is_access, list_concerned_parties
from synergie.storage.trust.journal.journal_bundles import StoredRecord, list_nodes, pack_records
from synergie.storage.trust.journal.journal_tables import (
    JournalBundleRow,
    JournalPartyRow,
    JournalRow,
)

MOST = 400
"""Bundles of a turn: the rest waits for the next."""


def pack_some(permit: Permit, store: Store, *, before: datetime) -> int:
    """Pack the next ranges all of whose records are older than *before*: how many bundles.

    One bundle a transaction. The newest record keeps its row, and what is behind a range that does
    not hold waits.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    written = 0
    while written < MOST and _pack_next(store, before):
        written += 1
    return written


def _pack_next(store: Store, before: datetime) -> bool:
    with store.read() as session:
        last = select(func.max(col(JournalBundleRow.first_seq)))
        first = session.connection().execute(last).scalar()
        first = 0 if first is None else first + journal_bundles.WIDTH
        if not _is_old(session, first, before):
            return False
    with store.write() as session:
        query = _ROWS.where(*_within(first)).order_by(col(JournalRow.seq)).with_for_update()
        rows = [StoredRecord._make(row) for row in session.connection().execute(query)]
        made = select(col(JournalBundleRow.first_seq)).where(
            col(JournalBundleRow.first_seq) == first
        )
        if session.connection().execute(made).first() is not None:
            return True  # another was faster
        records = _parse_whole_range(first, rows)
        if records is None:
            return False
        _write_bundle(session, first, rows, records)
    return True


_ROWS = select(*(col(getattr(JournalRow, name)) for name in StoredRecord._fields))


def _within(first: int) -> tuple[Any, ...]:
    return col(JournalRow.seq) >= first, col(JournalRow.seq) < first + journal_bundles.WIDTH


def _is_old(session: Session, first: int, before: datetime) -> bool:
    """Whether a whole range is older, and is not the end of the journal."""
    connection, beyond = session.connection(), col(JournalRow.seq) >= first + journal_bundles.WIDTH
    if connection.execute(select(col(JournalRow.seq)).where(beyond).limit(1)).first() is None:
        return False
    n, newest = connection.execute(
        select(func.count(), func.max(col(JournalRow.at))).where(*_within(first))
    ).one()
    return bool(n == journal_bundles.WIDTH and newest < before)


def _parse_whole_range(first: int, rows: Sequence[StoredRecord]) -> dict[int, JournalRecord] | None:
    """The records of *rows* that may be packed; None: of a range that is not as it was hashed."""
    if [row.seq for row in rows] != list(range(first, first + journal_bundles.WIDTH)):
        return None
    packed, made = {}, list_nodes([row.leaf for row in rows])
    for row, nodes in zip(rows, made, strict=True):
        told, below = row.nodes or b"", b"".join(nodes)
        if told != below and not (row is rows[-1] and told.startswith(below)):
            return None
        if row.record is None or row.salt is None:
            continue
        try:
            record = JournalRecord.model_validate_json(row.record)
        except ValidationError:
            return None
        same = (record.seq, record.at) == (row.seq, row.at)
        if not same or hash_leaf(row.salt + row.record) != row.leaf:
            return None
        if record.event in UNINDEXED and not is_access(record):
            packed[row.seq] = record
    return packed


def _write_bundle(
    session: Session, first: int, rows: Sequence[StoredRecord], records: dict[int, JournalRecord]
) -> None:
    connection, chosen = session.connection(), [row for row in rows if row.seq in records]
    nodes = rows[-1].nodes if rows[-1].seq in records else b""
    columns = {"first_seq": first, "nodes": nodes, **pack_records(chosen)}
    connection.execute(insert(JournalBundleRow).values(**columns))
    if not chosen:
        return
    parties = {one for record in records.values() for one in list_concerned_parties(record)}
    times = [record.at for record in records.values()]
    connection.execute(
        delete(JournalPartyRow).where(
            col(JournalPartyRow.party).in_(sorted(parties)),
            col(JournalPartyRow.access).is_(false()),
            col(JournalPartyRow.at).between(min(times), max(times)),
            col(JournalPartyRow.seq).in_(list(records)),
        )
    )
    connection.execute(delete(JournalRow).where(col(JournalRow.seq).in_(list(records))))
