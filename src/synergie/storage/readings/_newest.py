"""The newest reading of a series, found among all that arrived and was not undone."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import false, select, true
from sqlmodel import col

from synergie.policy import Permit
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
    query = (
        select(SegmentRow)
        .where(col(SegmentRow.series) == series, true() if permit.scope == "operator" else own)
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
            told = _end_of_last_value(session, row, tz), row.seq, row.received_at, row.batch
            best = told if best is None else max(best, told)
    return None if best is None else Newest(datetime.fromtimestamp(best[0], UTC), *best[2:])


def _end_of_last_value(session: Session, row: Any, tz: ZoneInfo) -> int:
    (one,) = with_values(session, row.series, tz, [segment_of(row)])
    values = decode(one.codec, one.data)
    last = max(index for index, value in enumerate(values) if value is not None)
    return compute_step_bounds(row.start_s, row.end_s, row.step, tz)[last + 1]
