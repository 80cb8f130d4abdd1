"""Readings of a series: its steps, or the sums of its civil periods, now or at a past moment.

Readings are never rows of their own: a row is a segment, a run of equal steps, coded. What comes
later covers what came before where they overlap. Periods are summed here, before anything leaves
storage, so that nothing finer than the permit can.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import compress, count, groupby
from typing import cast
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from synergie.calendar import floor_period
from synergie.calendar.civil import BUCKET_SECONDS, Bucket
from synergie.errors import TooLarge
from synergie.policy import Permit
from synergie.policy.readings.coarsen import Summing, compute_period_edges, snap_window
from synergie.policy.readings.steps import STEPS, is_finer
from synergie.schemas.readings.curve import MAX_VALUES
from synergie.storage._fetch import fetch_segments, fetch_steps, look_back_from
from synergie.storage._runs import Run, build_runs, first_of
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings._periods import (
    Periods,
    compute_amounts,
    compute_energies,
    sum_pieces_by_period,
)
from synergie.storage.readings.bundles.bundles import first_bundled_start
from synergie.storage.readings.cover import Piece, find_visible_pieces
from synergie.storage.readings.published.published import read_published
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SegmentRow, SeriesRow
from synergie.units import Step

__all__ = [
    "Run",
    "find_reading_steps",
    "first_of",
    "list_period_runs",
    "list_step_runs",
    "next_held",
    "next_start",
]


def list_step_runs(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    as_of: datetime | None = None,
    limit: int = MAX_VALUES,
) -> list[Run]:
    """The steps that lie wholly in *span* and in the permit's period, in order of time.

    A step change or a hole of 31 days starts another run; a shorter hole is filled with null.
    *as_of* None: as known now. Only for a permit to the raw steps. TooLarge beyond *limit* values.
    """
    if permit.step != "raw":
        raise TypeError("a permit to the raw steps is needed")
    inside = (
        _ceil_seconds(max(span[0], permit.start or span[0])),
        _floor_seconds(min(span[1], permit.end or span[1])),
    )
    if inside[0] >= inside[1]:
        return []
    found = fetch_segments(permit, session, series, inside, as_of=as_of)
    return build_runs(
        find_visible_pieces(found, *inside, series.tz), series.tz, series.scale, limit=limit
    )


def list_period_runs(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    bucket: Bucket,
    as_of: datetime | None = None,
    now: datetime,
) -> tuple[datetime, datetime, list[Run]]:
    """Sums of the whole closed civil periods of *span*: its bounds as snapped, and at most one run.

    Null where nothing was measured; `partial` where something is missing. Under an agreement the
    sums are those of the published state (`_published`), and null where a step has no value: a
    sum that fills up as readings arrive would show them one by one. For the same reason a period
    must have been over at *as_of*. Only for series with `summing`. TooLarge beyond `MAX_VALUES`
    periods from the first to the last reading.
    """
    how = series.summing
    if how is None or is_finer(bucket, permit.step):
        raise TypeError("a permit to such periods of such a series is needed")
    limits = (permit.start, permit.end, now if as_of is None else min(now, as_of))
    first, last = snap_window(*span, bucket, series.tz, limits=limits)
    inside = int(first.timestamp()), int(last.timestamp())
    if first == last:
        return first, last, []
    if permit.scope == "agreement":
        published = read_published(
            permit, session, series, inside, bucket=bucket, as_of=as_of, now=now
        )
        if not published.pieces:
            return first, last, []
        places = _compute_period_edges(published.pieces, bucket, series.tz)
        counted = published.sum_periods(places, bucket)
        return first, last, _build_period_runs(series, counted, places, bucket)
    found = fetch_segments(permit, session, series, inside, as_of=as_of)
    pieces = find_visible_pieces(found, *inside, series.tz)
    if not pieces:
        return first, last, []
    places = _compute_period_edges(pieces, bucket, series.tz)
    counted = sum_pieces_by_period(pieces, places, series.tz, by_time=how.by_time)
    return first, last, _build_period_runs(series, counted, places, bucket)


def find_reading_steps(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    bucket: Bucket,
    now: datetime,
) -> frozenset[Step]:
    """The steps of the readings in the closed periods of *span* that *permit* opens."""
    first, last = snap_window(*span, bucket, series.tz, limits=(permit.start, permit.end, now))
    inside = _floor_seconds(first), _ceil_seconds(last)
    return fetch_steps(permit, session, series, inside)


def next_start(
    permit: Permit, session: Session, series: SeriesInPermit, after: datetime
) -> datetime | None:
    """Where the first segment that starts at or after *after* starts, or None: to skip a hole."""
    inside = scoped_select(permit, SeriesRow).where(col(SeriesRow.id) == series.id).exists()
    query = (
        select(col(SegmentRow.start_s))
        .where(col(SegmentRow.series) == series.id, col(SegmentRow.start_s) >= _ceil_seconds(after))
        .where(col(SegmentRow.undone_at).is_(None), inside)
        .order_by(col(SegmentRow.start_s))
        .limit(1)
    )
    found = session.connection().execute(query).scalar()
    bundled = first_bundled_start(session, series.id, _ceil_seconds(after), inside)
    starts = [one for one in (found, bundled) if one is not None]
    return datetime.fromtimestamp(min(starts), UTC) if starts else None


def next_held(
    permit: Permit, session: Session, series: SeriesInPermit, after: datetime
) -> datetime | None:
    """The first moment at or after *after* that a segment holds, or None: to skip a hole."""
    query = (
        select(col(SegmentRow.start_s))
        .where(col(SegmentRow.series) == series.id, col(SegmentRow.end_s) > _ceil_seconds(after))
        .where(col(SegmentRow.start_s) > look_back_from(_floor_seconds(after), series.id))
        .where(col(SegmentRow.undone_at).is_(None))
        .where(scoped_select(permit, SeriesRow).where(col(SeriesRow.id) == series.id).exists())
        .order_by(col(SegmentRow.start_s))
        .limit(1)
    )
    found = session.connection().execute(query).scalar()
    return None if found is None else max(after, datetime.fromtimestamp(found, UTC))


def _compute_period_edges(pieces: Sequence[Piece], bucket: Bucket, tz: ZoneInfo) -> tuple[int, ...]:
    """The bounds of the periods from the first to the last of *pieces*, in order of time."""
    seconds = BUCKET_SECONDS.get(bucket)
    last_s = max(piece.end_s for piece in pieces)
    if seconds and last_s - pieces[0].start_s > seconds * MAX_VALUES:
        raise TooLarge(MAX_VALUES, "values")
    first = floor_period(datetime.fromtimestamp(pieces[0].start_s, UTC), bucket, tz)
    return compute_period_edges(int(first.timestamp()), last_s, bucket, tz)


def _build_period_runs(
    series: SeriesInPermit, counted: Periods, places: tuple[int, ...], bucket: Bucket
) -> list[Run]:
    """Runs from the first to the last period with a value; none when there is none.

    One run; more only where clocks change by half an hour: the hour that this cuts is left out.
    """
    told, begin = list[Run](), 0
    seconds, lengths = BUCKET_SECONDS.get(bucket), counted.lengths_s
    cut: list[int] = []
    if seconds is not None and set(lengths) != {seconds}:
        cut = [i for i, length_s in enumerate(lengths) if length_s != seconds]
    for end in (*cut, len(counted)):
        told += _build_period_run(
            series, counted.cut(begin, end), places[begin : end + 1], STEPS[bucket]
        )
        begin = end + 1
    return told


def _build_period_run(
    series: SeriesInPermit, counted: Periods, places: tuple[int, ...], step: Step
) -> list[Run]:
    first = next(compress(count(), counted.measured_s), None)
    if first is None:
        return []
    last = len(counted) - next(compress(count(), reversed(counted.measured_s)))
    some = counted.cut(first, last)
    how, scale = cast(Summing, series.summing), series.scale
    if how.by_time:
        values = compute_energies(some, scale, how.factor)
    else:
        values = compute_amounts(some, scale)
    quality, told = some.list_qualities(), None
    if not set(quality) <= {"measured", "missing"}:
        told = tuple((len(list(same)), kind) for kind, same in groupby(quality))
    return [Run(places[first], places[last], step, values, told)]


def _floor_seconds(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def _ceil_seconds(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)
