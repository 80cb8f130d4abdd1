"""The newest reading of a series, found among all that arrived and was not undone."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import false, select, true
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import list_bundled
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.derived import segment_of, with_values
from synergie.storage.readings.grid import compute_step_bounds
from synergie.storage.readings.segments import decode
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SegmentRow, SeriesRow


@dataclass(frozen=True, slots=True)
class Newest:
    """Where the newest value ends, when it arrived and by which batch."""

    end: datetime
    received_at: datetime
    batch: str


def newest_arrived(permit: Permit, session: Session, series: str, tz: ZoneInfo) -> Newest | None:
    """The newest value of a series of the permit's, the last to arrive of those that end there.

    For the operator's upkeep, of any series. None: none is left.
    """
    own = scoped_select(permit, SeriesRow).where(col(SeriesRow.id) == series).exists()
    inside = true() if permit.scope == "operator" else own
    query = (
        select(SegmentRow)
        .where(col(SegmentRow.series) == series, inside)
        .where(col(SegmentRow.compacted).is_(false()), col(SegmentRow.undone_at).is_(None))
        .where(col(SegmentRow.least).is_not(None))
        .order_by(col(SegmentRow.end_s).desc(), col(SegmentRow.seq).desc())
        .execution_options(yield_per=16)
    )
    best: tuple[int, int, datetime, str] | None = None
    with closing(session.connection().execute(query)) as rows:  # it is left before its end
        for row in rows:
            if best is not None and row.end_s < best[0]:
                break
            told = _tell_newest(session, series, segment_of(row), tz)
            best = told if best is None else max(best, told)
    later = col(BundleRow.end_s) >= (0 if best is None else best[0])
    for bundled in list_bundled(session, col(BundleRow.series) == series, inside, later):
        if bundled.least is not None and (best is None or bundled.end_s >= best[0]):
            told = _tell_newest(session, series, bundled.segment(), tz)
            best = told if best is None else max(best, told)
    return None if best is None else Newest(datetime.fromtimestamp(best[0], UTC), *best[2:])


def _tell_newest(
    session: Session, series: str, segment: Segment, tz: ZoneInfo
) -> tuple[int, int, datetime, str]:
    """Where its last value ends, and what the order of the newest goes on by."""
    (one,) = with_values(session, series, tz, [segment])
    values = decode(one.codec, one.data)
    last = max(index for index, value in enumerate(values) if value is not None)
    end_s = compute_step_bounds(one.start_s, one.end_s, one.step, tz)[last + 1]
    return end_s, one.seq, one.received_at, one.batch
