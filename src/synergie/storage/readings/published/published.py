"""What readers below raw see of another's series: one published state a civil month.

Each step has one published value a state: the one that held when the month started, else the
first that came since. Every coarser sum, of whatever period and under whatever agreement, is of
these values, so that no two answers of a state differ by less than a period. What was undone
since the state began leaves a hole, and what its owner closed counts in no sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from synergie.calendar.civil import Bucket
from synergie.policy import Permit
from synergie.policy.readings.coarsen import Summing, compute_period_edges, state_start
from synergie.storage._fetch import fetch_history, fetch_segments, fetch_spans_since
from synergie.storage._taken import DisjointSpans, Span
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings._periods import Periods, close, sum_pieces_by_period
from synergie.storage.readings.cover import Piece, Segment, find_visible_pieces
from synergie.storage.readings.published._closures import list_gaps
from synergie.storage.store import Session
from synergie.storage.trust.agreements.splits import NOTHING, Finer, Splits


@dataclass(frozen=True, slots=True)
class Published:
    """Published values of a series.

    `pieces`: in order, without overlap; `gaps`: what is closed; `splits`: the periods of which a
    finer agreement let a part be read.
    """

    series: SeriesInPermit
    pieces: Sequence[Piece]
    gaps: Sequence[Span]
    splits: Splits = NOTHING

    def sum_periods(self, places: Sequence[int], bucket: Bucket) -> Periods:
        """The periods between *places*; those that may not be read yet are empty."""
        counted = self.count_periods(places)
        for place in counted.find_places_to_come():
            counted.empty(place)
        by_year = self.gaps and bucket == "year"
        if by_year or self.splits.suspects:
            for place, span in enumerate(pairwise(places)):
                if self.splits.splits(*span) or (by_year and not self._has_full_months(*span)):
                    counted.empty(place)
        return counted

    def count_periods(self, places: Sequence[int]) -> Periods:
        """All periods between *places*, also those that nobody may read yet."""
        how = self.series.summing
        if not isinstance(how, Summing):
            raise TypeError("only series that add up over time have periods")
        counted = sum_pieces_by_period(self.pieces, places, self.series.tz, by_time=how.by_time)
        close(counted, places, self.gaps)
        return counted

    def _has_full_months(self, start_s: int, end_s: int) -> bool:
        """Whether each month that counts is measured by half: a year less its months is one."""
        months = compute_period_edges(start_s, end_s, "month", self.series.tz)
        inside = [one for one in self.pieces if one.start_s < end_s and one.end_s > start_s]
        clipped = [
            Piece(one.segment, max(one.start_s, start_s), min(one.end_s, end_s)) for one in inside
        ]
        part = Published(self.series, clipped, self.gaps).count_periods(months)
        return all(one.is_final or not one.measured_s for one in part)


def read_published(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: Span,
    *,
    bucket: Bucket,
    as_of: datetime | None,
    now: datetime,
) -> Published:
    """The published values within *span*, seconds since 1970 UTC, to be summed by *bucket*.

    *as_of* None: all of the state of *now*; else what of its state had arrived by then.
    """
    moment = now if as_of is None else min(as_of, now)
    gaps = list_gaps(session, series, span, by=moment)
    state = state_start(moment, series.tz)
    pieces = _find_published_pieces(permit, session, series, span, state=state, as_of=as_of)
    splits = Finer.of(permit, session, series, bucket).splits(span) if pieces else NOTHING
    return build_published(series, pieces, gaps, splits)


def list_state_pieces(
    series: SeriesInPermit, history: Sequence[Segment], span: Span, *, state: datetime
) -> list[Piece]:
    """The published values of the state that began at *state*, and what was undone of them."""
    return find_visible_pieces(
        history, *span, series.tz, order=lambda one: _get_arrival_order(one, state)
    )


def build_published(
    series: SeriesInPermit, pieces: Sequence[Piece], gaps: Sequence[Span], splits: Splits = NOTHING
) -> Published:
    """What is published of *pieces* beside *gaps*: nothing of what was undone."""
    left = [piece for piece in pieces if piece.segment.undone_at is None]
    return Published(series, list(_subtract_gaps(left, gaps)), gaps, splits)


def _find_published_pieces(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: Span,
    *,
    state: datetime,
    as_of: datetime | None,
) -> list[Piece]:
    """Where nothing came since the month started, the present, which is summed from its rows."""
    changed = fetch_spans_since(session, series, span, state=state)
    present = fetch_segments(permit, session, series, span)
    if not changed:
        return find_visible_pieces(present, *span, series.tz)
    start_s, end_s = _extend_changed_span(changed, present, span)
    history = fetch_history(permit, session, series, (start_s, end_s), state=state)
    if as_of is not None:
        history = _arrived_by(as_of, history)
    return [
        *find_visible_pieces(present, span[0], start_s, series.tz),
        *list_state_pieces(series, history, (start_s, end_s), state=state),
        *find_visible_pieces(present, end_s, span[1], series.tz),
    ]


def _extend_changed_span(changed: Sequence[Span], present: Sequence[Segment], span: Span) -> Span:
    """The part of *span* that *changed* touches, such that no segment of *present* is cut."""
    start_s, end_s = min(a for a, _ in changed), max(b for _, b in changed)
    ordered = sorted(present, key=lambda one: one.start_s)
    for one in ordered:
        if one.start_s < end_s and one.end_s > start_s:
            end_s = max(end_s, one.end_s)
    for one in sorted(ordered, key=lambda one: one.end_s, reverse=True):
        if one.start_s < end_s and one.end_s > start_s:
            start_s = min(start_s, one.start_s)
    return max(start_s, span[0]), min(end_s, span[1])


def _arrived_by(as_of: datetime, history: Sequence[Segment]) -> list[Segment]:
    """What was stored before anything that arrived after *as_of*: a deposit takes its time."""
    late = min((one.seq for one in history if one.received_at > as_of), default=None)
    return [one for one in history if late is None or one.seq < late]


def _get_arrival_order(one: Segment, state: datetime) -> tuple[int, int, int]:
    """By rank what arrived before *state*; after that what came first covers what came later."""
    if one.received_at < state:
        return 1, one.priority, one.seq
    return 0, -one.seq, 0


def _subtract_gaps(pieces: Sequence[Piece], gaps: Sequence[Span]) -> Iterator[Piece]:
    """*pieces* without what lies in *gaps*."""
    if not gaps:
        yield from pieces
        return
    for piece in pieces:
        left = DisjointSpans()
        for gap in gaps:
            left.take(*gap)
        for start_s, end_s in left.take(piece.start_s, piece.end_s):
            yield Piece(piece.segment, start_s, end_s)
