"""Bundling, by the server itself, of readings that came alone and are old: some series a turn.

Of a batch that is bundled nothing may be missing from the row it becomes. So only plain ones are:
by the API, never superseded nor undone, standing on nothing and with nothing on it, the first to
tell of their time, and merged, so that their values are kept. The newest of a series stays.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import Bundled, build_bundle, split_digest
from synergie.storage.readings.segments import IN_MERGED
from synergie.storage.store import Session, Store
from synergie.storage.tables import BatchRow, ChangeRow, RelianceRow, SegmentRow, SeriesRow

BATCHES = 256
"""Of a bundle."""
_PAGE = 200
_MOST = 400
"""Bundles of a turn: the rest waits for the next."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def bundle_some(permit: Permit, store: Store, *, before: datetime, after: str) -> tuple[int, str]:
    """Bundle what came before *before* of the next series by id; one bundle a transaction.

    Gives how many bundles were written, and the series to go on *after*; "" when the last was
    looked at.
    """
    query = select(col(SeriesRow.id)).where(col(SeriesRow.id) > after).order_by(col(SeriesRow.id))
    with store.read() as session:
        page = list(session.connection().execute(query.limit(_PAGE)).scalars())
    written = 0
    for series in page:
        while _bundle_one(store, permit, series, before):
            written += 1
            if written == _MOST:
                return written, after
        after = series
    return written, page[-1] if len(page) == _PAGE else ""


def _bundle_one(store: Store, permit: Permit, series: str, before: datetime) -> bool:
    """One bundle of *series*, where enough is old; it is looked for before anything is locked."""
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    with store.read() as session:
        if len(_find_plain_batches(session, series, before)) < BATCHES:
            return False
    with store.write() as session:
        held = select(col(SeriesRow.owner)).where(col(SeriesRow.id) == series).with_for_update()
        owner = session.connection().execute(held).scalar_one()
        batches = _find_plain_batches(session, series, before)
        if len(batches) < BATCHES:
            return False
        connection, seqs = session.connection(), [one.seq for one in batches]
        connection.execute(insert(BundleRow).values(**build_bundle(owner, series, batches)))
        connection.execute(delete(BatchRow).where(col(BatchRow.id).in_([b.id for b in batches])))
        connection.execute(delete(ChangeRow).where(col(ChangeRow.seq).in_(seqs)))
        connection.execute(
            delete(SegmentRow)
            .where(col(SegmentRow.series) == series, col(SegmentRow.seq).in_(seqs))
            .where(col(SegmentRow.compacted).is_(false()))
        )
    return True


def _find_plain_batches(session: Session, series: str, before: datetime) -> list[Bundled]:
    """The oldest that may be bundled, as many as a bundle holds, in the order of their numbers."""
    query = (
        _select_batch_rows(session, series)
        .where(col(BatchRow.subject) == series, col(BatchRow.received_at) < before)
        .order_by(col(BatchRow.received_at))
        .limit(BATCHES)
    )
    return sorted(_build_bundled(row) for row in session.connection().execute(query))


def _select_batch_rows(session: Session, series: str) -> Any:
    """Batches of *series* with their only segment and their change, the plain ones alone."""
    batch, other = BatchRow, aliased(SegmentRow)
    its_segment = and_(
        col(SegmentRow.series) == col(batch.subject),
        col(SegmentRow.seq) == col(batch.seq),
        col(SegmentRow.batch) == col(batch.id),
        col(SegmentRow.received_at) == col(batch.received_at),
    )
    its_change = and_(
        col(ChangeRow.seq) == col(batch.seq),
        col(ChangeRow.subject) == col(batch.id),
        col(ChangeRow.at) == col(batch.received_at),
    )
    second = select(col(other.seq)).where(
        col(other.series) == col(SegmentRow.series),
        col(other.seq) == col(SegmentRow.seq),
        col(other.start_s) != col(SegmentRow.start_s),
        col(other.compacted).is_(false()),
    )
    stands = select(col(RelianceRow.later)).where(
        or_(col(RelianceRow.later) == col(batch.id), col(RelianceRow.older) == col(batch.id))
    )
    return (
        select(
            col(batch.seq), col(batch.id), col(batch.digest), col(batch.received_at),
            col(batch.client), col(batch.receipt), col(batch.owner), col(batch.subject),
            col(SegmentRow.start_s), col(SegmentRow.end_s), col(SegmentRow.superseded_at),
            col(SegmentRow.step), col(SegmentRow.n), col(SegmentRow.total), col(SegmentRow.least),
            col(SegmentRow.most), col(SegmentRow.n_missing), col(SegmentRow.quality),
            col(SegmentRow.priority),
        )
        .join(SegmentRow, its_segment)
        .join(ChangeRow, its_change)
        .join(SeriesRow, col(SeriesRow.id) == col(batch.subject))
        .where(*_plain_conditions(session, series))
        .where(~second.exists(), ~stands.exists())
    )  # fmt: skip


def _plain_conditions(session: Session, series: str) -> tuple[ColumnElement[bool], ...]:
    batch, newest = BatchRow, aliased(BatchRow)
    postgres = session.get_bind().dialect.name == "postgresql"
    number = (
        func.lpad(func.to_hex(col(batch.seq)), 10, "0")
        if postgres
        else func.printf("%010x", col(batch.seq))
    )
    last = (
        select(func.max(col(newest.seq)))
        .where(col(newest.subject) == series, col(newest.undone_at).is_(None))
        .where(col(newest.source).is_(None))
    )
    return (
        func.substr(col(batch.id), 5, 10) == number,
        func.length(col(batch.id)) == len("bat_") + 20,
        col(batch.kind) == "curve",
        col(batch.deposit).is_(None),
        col(batch.source).is_(None),
        col(batch.superseded_by).is_(None),
        col(batch.undone_at).is_(None),
        col(batch.owner) == col(SeriesRow.owner),
        col(batch.received_at) < col(SeriesRow.last_received),
        col(batch.seq) < last.scalar_subquery(),
        col(SegmentRow.codec) == IN_MERGED,
        col(SegmentRow.compacted).is_(false()),
        col(SegmentRow.superseded_at).is_not(None),
        col(SegmentRow.undone_at).is_(None),
        col(SegmentRow.revision) == 0,
        col(ChangeRow.owner) == col(batch.owner),
        col(ChangeRow.other).is_(None),
        col(ChangeRow.kind) == "curve",
        col(ChangeRow.act) == "published",
        col(ChangeRow.covers) == col(batch.subject),
    )


def _build_bundled(row: Any) -> Bundled:
    digest, known = split_digest(row.digest)
    return Bundled(
        seq=row.seq,
        id=row.id,
        digest=digest,
        at=(row.received_at - _EPOCH) // _TICK,
        start_s=row.start_s,
        superseded_at=row.superseded_at,
        length_s=row.end_s - row.start_s,
        step=row.step,
        n=row.n,
        total=row.total,
        least=row.least,
        most=row.most,
        n_missing=row.n_missing,
        quality=None if row.quality is None else bytes(row.quality).hex(),
        priority=row.priority,
        client=row.client,
        receipt=row.receipt,
        known=known,
        owner=row.owner,
        series=row.subject,
    )
