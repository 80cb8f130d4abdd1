"""Whether news of a curve may be told below raw: when what may be read of it changed, and not else.

A batch is news when it completes a period, an undo when it empties one, a closure when it opens
one. What else changes a period changes it as the next month starts, and is announced then
(`storage.readings.published.restatements`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from synergie.calendar.civil import Bucket
from synergie.policy import Permit
from synergie.policy.readings.coarsen import compute_period_edges, snap_window, state_start
from synergie.storage._fetch import fetch_history, fetch_spans_since
from synergie.storage._taken import Span
from synergie.storage.assets.held import SeriesInPermit, find_series_in_permit
from synergie.storage.readings._periods import Periods
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.published._closures import list_gaps
from synergie.storage.readings.published.published import build_published, list_state_pieces
from synergie.storage.store import Session
from synergie.storage.tables import ChangeRow
from synergie.storage.trust.agreements.splits import Finer, Splits

RESTATED, CLOSED = "restated", "closed"
"""Acts of changes: a new published state differs from the one before; an owner closed a span."""
_TICK = timedelta(microseconds=1)
_FIRST_S = 0

type _Pair = tuple[Periods, Periods]
"""The same periods before a change and after it."""


@dataclass(frozen=True, slots=True)
class CurveNews:
    """What a permit below raw lets be told of changes; a series is looked up once."""

    permit: Permit
    session: Session
    bucket: Bucket
    _series: dict[str, SeriesInPermit | None] = field(default_factory=dict)
    _finer: dict[str, Finer] = field(default_factory=dict)

    def is_visible(self, row: ChangeRow, span: Span) -> bool:
        """Whether *row*, which touches *span*, changed a period that may be read."""
        name = str(row.covers)
        if name not in self._series:
            self._series[name] = find_series_in_permit(self.permit, self.session, name)
        series = self._series[name]
        if series is None or series.summing is None:
            return False
        if row.act == RESTATED:
            return self._is_restated(series, row.at)
        inside = self._open_part(series, span, row.at)
        if inside is None:
            return False
        before, after = self._pair(series, row, inside)
        if row.act == "undone":
            before, after = after, before
        return any(
            two.is_final and not one.is_final for one, two in zip(before, after, strict=True)
        )

    def _splits(self, series: SeriesInPermit, span: Span) -> Splits:
        """The periods of *span* that nobody is told, since another agreement opens a part."""
        if series.id not in self._finer:
            found = Finer.of(self.permit, self.session, series, self.bucket)
            self._finer[series.id] = found
        return self._finer[series.id].splits(span)

    def _open_part(self, series: SeriesInPermit, span: Span, at: datetime) -> Span | None:
        """The whole closed periods that are open, of those that *span* touches."""
        start, end = (datetime.fromtimestamp(one, UTC) for one in span)
        limits = self.permit.start, self.permit.end, at
        first, last = snap_window(start, end, self.bucket, series.tz, limits=limits)
        return (int(first.timestamp()), int(last.timestamp())) if first < last else None

    def _pair(self, series: SeriesInPermit, row: ChangeRow, span: Span) -> _Pair:
        """The periods of *span* just before *row* and just after it."""
        state = state_start(row.at, series.tz)
        view = _View(series, span, self.bucket, state, self._splits(series, span))
        history = fetch_history(self.permit, self.session, series, span, state=view.state)
        older = [one for one in history if one.seq < row.seq]
        gaps = list_gaps(self.session, series, span, by=row.at)
        if row.act == "undone":
            return view.sum(_undone_by(older, row.at - _TICK), gaps), view.sum(
                _undone_by(older, row.at), gaps
            )
        if row.act == CLOSED:
            before = list_gaps(self.session, series, span, by=row.at - _TICK)
            return view.sum(older, before), view.sum(older, gaps)
        newer = [one for one in history if one.seq <= row.seq]
        return view.sum(older, gaps), view.sum(newer, gaps)

    def _is_restated(self, series: SeriesInPermit, at: datetime) -> bool:
        """Whether the state that opened at *at* tells a period otherwise than the one before."""
        state = state_start(at, series.tz)
        former = state_start(state, series.tz)
        touched = fetch_spans_since(self.session, series, self._opened(state), state=former)
        parts = {self._open_part(series, span, at) for span in touched} - {None}
        return any(self._differs(series, part, (former, state), at) for part in parts if part)

    def _opened(self, until: datetime) -> Span:
        start, end = self.permit.start, self.permit.end
        first = _FIRST_S if start is None else int(start.timestamp())
        return first, int(until.timestamp() if end is None else min(end, until).timestamp())

    def _differs(
        self, series: SeriesInPermit, span: Span, states: tuple[datetime, datetime], at: datetime
    ) -> bool:
        former, state = states
        found = fetch_history(self.permit, self.session, series, span, state=former)
        history = [one for one in found if one.received_at < state]
        left = [one for one in history if one.undone_at is None or one.undone_at >= state]
        gaps, splits = list_gaps(self.session, series, span, by=at), self._splits(series, span)
        before = _View(series, span, self.bucket, former, splits).sum(history, gaps)
        after = _View(series, span, self.bucket, state, splits).sum(left, gaps)
        return any(new.is_final and new != old for old, new in zip(before, after, strict=True))


@dataclass(frozen=True, slots=True)
class _View:
    """Some periods of a series in one published state."""

    series: SeriesInPermit
    span: Span
    bucket: Bucket
    state: datetime
    splits: Splits

    def sum(self, history: Sequence[Segment], gaps: Sequence[Span]) -> Periods:
        """The periods as *history* makes them; those that nobody may read are empty."""
        pieces = list_state_pieces(self.series, history, self.span, state=self.state)
        places = compute_period_edges(*self.span, self.bucket, self.series.tz)
        return build_published(self.series, pieces, gaps, self.splits).sum_periods(
            places, self.bucket
        )


def _undone_by(history: Sequence[Segment], moment: datetime) -> list[Segment]:
    """*history* as it was at *moment*: what was undone later was not undone yet."""
    return [
        replace(one, undone_at=None) if one.undone_at and one.undone_at > moment else one
        for one in history
    ]
