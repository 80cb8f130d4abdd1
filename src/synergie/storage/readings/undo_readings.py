"""Readings that are taken back: their segments stay for reads of the past and hold no more.

What was compacted of them is made again from what arrived: a merged segment is derived, never the
only one that holds a reading.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, select, true, update
from sqlmodel import col

from synergie.calendar import ceil_period, floor_period
from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings._newest import newest_arrived
from synergie.storage.readings.bundles.bundles import unbundle_batches, unbundle_newest
from synergie.storage.readings.derived import restore_values
from synergie.storage.scope import own_write
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, SegmentRow, SeriesRow


def undo_readings(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    batches: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Take the readings of *batches* out of present reads; *series* is locked by the caller."""
    own_write(permit)
    unbundle_batches(session, series.id, batches)
    mine = (col(SegmentRow.series) == series.id, col(SegmentRow.batch).in_(batches))
    originals = (*mine, col(SegmentRow.compacted).is_(false()))
    found = session.connection().execute(
        select(col(SegmentRow.start_s), col(SegmentRow.end_s)).where(*originals)
    )
    spans = [(start_s, end_s) for start_s, end_s in found]
    session.connection().execute(update(SegmentRow).where(*originals).values(undone_at=now))
    for months in _iterate_whole_months(spans, series):
        _as_arrived(session, series, months)
    unbundle_newest(session, series.id)
    _note_newest(permit, session, series)


def _iterate_whole_months(
    spans: Sequence[tuple[int, int]], series: SeriesInPermit
) -> Iterator[tuple[int, int]]:
    """The whole civil months that each span touches: nothing is merged over their bounds."""
    for start_s, end_s in spans:
        first = floor_period(datetime.fromtimestamp(start_s, UTC), "month", series.tz)
        last = ceil_period(datetime.fromtimestamp(end_s, UTC), "month", series.tz)
        yield int(first.timestamp()), int(last.timestamp())


def _as_arrived(session: Session, series: SeriesInPermit, span: tuple[int, int]) -> None:
    """Let present reads of *span* see what arrived, as before any compaction."""
    within: tuple[ColumnElement[Any], ...] = (
        col(SegmentRow.series) == series.id,
        col(SegmentRow.start_s) < span[1],
        col(SegmentRow.end_s) > span[0],
    )
    merged = col(SegmentRow.compacted).is_(true())
    restore_values(session, series.id, series.tz, span)
    session.connection().execute(delete(SegmentRow).where(*within, merged))
    session.connection().execute(update(SegmentRow).where(*within).values(superseded_at=None))


def _note_newest(permit: Permit, session: Session, series: SeriesInPermit) -> None:
    """Where the newest reading ends, of those that are left; null when there is none."""
    newest = newest_arrived(permit, session, series.id, series.tz)
    unbundle_batches(session, series.id, [] if newest is None else [newest.batch])
    batch = None if newest is None else newest.batch
    brought = select(func.coalesce(col(BatchRow.source), API)).where(col(BatchRow.id) == batch)
    session.connection().execute(
        update(SeriesRow)
        .where(col(SeriesRow.id) == series.id, col(SeriesRow.owner) == permit.owner)
        .values(
            last_end=None if newest is None else newest.end,
            last_received=None if newest is None else newest.received_at,
            told_by=brought.scalar_subquery(),
        )
    )
