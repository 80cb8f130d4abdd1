"""What owners declare final of their series: the gaps that no sum below raw counts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import col

from synergie.calendar import day_bounds, day_of
from synergie.calendar.civil import Bucket
from synergie.policy import Permit
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.storage._fetch import fetch_history
from synergie.storage._taken import DisjointSpans, Span
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings._periods import Periods, close
from synergie.storage.readings.cover import find_valued_spans
from synergie.storage.readings.published._closures import list_gaps
from synergie.storage.readings.published.published_tables import ClosureRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_LEVELS: tuple[Bucket, ...] = ("half_hour", "hour", "day")


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a closure finds of its days: in no sum (`closed`), missing but open (`undone_s`)."""

    span: Span
    closed: Sequence[Span]
    undone_s: int


def find_gaps(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    record: ClosureRecord,
    *,
    now: datetime,
) -> Gaps:
    """What a closure of *record* leaves out of every sum below raw.

    Each step that never had a value, and the whole of a half-hour, an hour or a day of which less
    than half had one. A step that had a value and lost it may have been read: without it the sum
    would be another one, and the difference its value.
    """
    own_write(permit)
    start = day_bounds(record.first_day, series.tz)[0]
    end = day_bounds(record.last_day, series.tz)[1]
    span = int(start.timestamp()), int(end.timestamp())
    before = list_gaps(session, series, span, by=now)
    history = fetch_history(permit, session, series, span, state=_EVER)
    ever = _subtract_spans(find_valued_spans(history, *span, series.tz), before)
    closed = DisjointSpans()
    for gap in _subtract_spans([span], ever):
        closed.take(*gap)
    for bucket in _LEVELS:
        places = compute_period_edges(*span, bucket, series.tz)
        periods = Periods.between(places)
        close(periods, places, closed.spans())
        for period, bounds in zip(periods, pairwise(places), strict=True):
            if 2 * period.closed_s > period.length_s:
                closed.take(*bounds)
    there = find_valued_spans([one for one in history if one.undone_at is None], *span, series.tz)
    lost = _subtract_spans(_subtract_spans([span], closed.spans()), there)
    return Gaps(span, closed.spans(), _sum_span_seconds(lost))


def save_closure(
    permit: Permit, session: Session, made: Closure, gaps: Gaps, *, client: str
) -> None:
    """Write a new closure of the bearer's own series."""
    own_write(permit)
    row = ClosureRow(
        id=made.id,
        series=made.series,
        owner=permit.owner,
        start_s=gaps.span[0],
        end_s=gaps.span[1],
        closed_at=made.closed_at,
        closed_by=client,
        gaps=json.dumps({"closed": [*gaps.closed], "undone_s": gaps.undone_s}),
    )
    session.add(row)


def list_closures(
    permit: Permit, session: Session, series: SeriesInPermit, *, after: str, limit: int
) -> list[Closure]:
    """Closures of one of the bearer's own series by id, after *after*."""
    query = (
        scoped_select(permit, ClosureRow)
        .where(col(ClosureRow.series) == series.id, col(ClosureRow.id) > after)
        .order_by(col(ClosureRow.id))
        .limit(limit)
    )
    return [_build_closure(row, series.tz) for row in session.exec(query)]


def _build_closure(row: ClosureRow, tz: ZoneInfo) -> Closure:
    gaps = json.loads(row.gaps)
    return Closure(
        id=row.id,
        series=row.series,
        owner=row.owner,
        first_day=_convert_to_day(row.start_s, tz),
        last_day=_convert_to_day(row.end_s - 1, tz),
        closed_at=row.closed_at,
        closed_s=_sum_span_seconds(gaps["closed"]),
        undone_s=gaps["undone_s"],
    )


def _convert_to_day(moment_s: int, tz: ZoneInfo) -> date:
    return day_of(datetime.fromtimestamp(moment_s, UTC), tz)


def _subtract_spans(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What of *spans* lies in none of *others*."""
    taken = DisjointSpans()
    for one in others:
        taken.take(*one)
    return [left for one in spans for left in taken.take(*one)]


def _sum_span_seconds(spans: Iterable[Sequence[int]]) -> int:
    return sum(end_s - start_s for start_s, end_s in spans)
