"""The periods that another agreement would split: whoever had its part would have the rest.

A period is split when a finer agreement let a part of it be read and not all. It is null then:
nothing is told of why, for that would tell of agreements of others.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar.civil import Bucket
from synergie.policy import Permit
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.policy.readings.steps import FINEST_FIRST, is_finer
from synergie.policy.trust.openings import Opening
from synergie.storage._fetch import fetch_arrivals
from synergie.storage._taken import DisjointSpans, Span
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings.cover import Segment, find_valued_spans
from synergie.storage.store import Session
from synergie.storage.trust.agreements._openings import VersionOpening, list_openings

_SETTLING = timedelta(hours=1)
"""A deposit under way as an agreement ended may have been stored after its last read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An opening, and where there were readings that it surely, or perhaps, let be read.

    None: wherever its time is. One that opened nothing yet has neither.
    """

    opening: Opening
    is_of_it: bool
    surely: Sequence[Span] | None = None
    perhaps: Sequence[Span] | None = None

    def touches(self, period: Span, bounds: tuple[datetime, datetime]) -> bool:
        """Whether some of *period* may have been read, or be read yet, by this."""
        one = self.opening
        if not one.touches(*bounds):
            return False
        to_come = one.is_live and not one.holds(*bounds)
        return to_come or self.perhaps is None or _has_meeting_span(self.perhaps, period)

    def holds(self, period: Span, bounds: tuple[datetime, datetime]) -> bool:
        """Whether all of *period* could be read by this."""
        whole = self.opening.holds(*bounds)
        return whole and (self.surely is None or _is_covered_period(self.surely, period))


@dataclass(frozen=True, slots=True)
class Splits:
    """What of a series finer agreements let be read in part."""

    parts: Sequence[_Part]
    suspects: Sequence[_Part]
    """Those of `parts` that may split a period at all: ended ones, and those that begin or end."""
    granted: Bucket
    tz: ZoneInfo

    def splits(self, start_s: int, end_s: int) -> bool:
        """Whether a period, or one that its reader may have of those inside, is split.

        A month of which no day is split tells no more than its days.
        """
        if not self.suspects or not self._splits(start_s, end_s):
            return False
        inside = compute_period_edges(start_s, end_s, self.granted, self.tz)
        return any(self._splits(*one) for one in pairwise(inside))

    def _splits(self, start_s: int, end_s: int) -> bool:
        """Whether some reader had a part of the period, and no way to have it all."""
        period = start_s, end_s
        bounds = datetime.fromtimestamp(start_s, UTC), datetime.fromtimestamp(end_s, UTC)
        return any(
            one.touches(period, bounds)
            and not any(
                other.opening.recipient == one.opening.recipient
                and not is_finer(one.opening.granularity, other.opening.granularity)
                and (other.is_of_it or other is one)
                and other.holds(period, bounds)
                for other in self.parts
            )
            for one in self.suspects
        )


NOTHING = Splits((), (), "year", ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Finer:
    """What is opened of a series, or was, finer than a permit's agreement opens its periods."""

    session: Session
    series: SeriesInPermit
    found: Sequence[VersionOpening]
    granted: Bucket
    now: datetime

    @classmethod
    def of(
        cls, permit: Permit, session: Session, series: SeriesInPermit, bucket: Bucket
    ) -> "Finer":
        """Finer than *bucket*; who may read finer anyway learns nothing from the sum of it."""
        now = permit.decided_at
        found = list_openings(session, series, now=now)
        mine = [one.opening.granularity for one in found if _is_of(permit, one)]
        granted = min([*mine, bucket], key=FINEST_FIRST.index)
        finer = [one for one in found if is_finer(one.opening.granularity, granted)]
        return cls(session, series, finer, bucket if granted == "raw" else granted, now)

    def splits(self, span: Span) -> Splits:
        """The splits within *span*, seconds since 1970 UTC."""
        came: dict[str, list[Segment]] = {}
        for one in self.found:
            for each in () if _is_following_series(one) else one.opens:
                if each.id not in came:
                    came[each.id] = fetch_arrivals(self.session, each.id, each.tz, span)
        parts = [self._part(one, came, span) for one in self.found]
        start, end = (datetime.fromtimestamp(each, UTC) for each in span)
        suspects = [
            part
            for one, part in zip(self.found, parts, strict=True)
            if not (_is_following_series(one) and part.opening.holds(start, end))
        ]
        return Splits(parts, suspects, self.granted, self.series.tz)

    def _part(
        self, one: VersionOpening, came: Mapping[str, Sequence[Segment]], span: Span
    ) -> _Part:
        """With what had come when it ended; what was undone by then may never have been read."""
        opening = one.opening.in_whole_periods(self.series.tz)
        if not opening.has_opened(self.now):
            return _Part(opening, one.is_of_it, (), ())
        if _is_following_series(one):
            return _Part(opening, one.is_of_it)
        until = opening.until or self.now
        settled = until if opening.until is None else until - _SETTLING
        perhaps, surely = DisjointSpans(), list[Span]()
        for each in one.opens:
            come = [piece for piece in came[each.id] if piece.received_at <= until]
            for some in find_valued_spans(come, *span, each.tz):
                perhaps.take(*some)
            if not one.is_of_it or each.id == self.series.id:
                there = [
                    piece
                    for piece in come
                    if piece.received_at <= settled
                    and (piece.undone_at is None or piece.undone_at > until)
                ]
                surely = find_valued_spans(there, *span, each.tz)
        return _Part(opening, one.is_of_it, surely, perhaps.spans())


def _is_following_series(one: VersionOpening) -> bool:
    """Whether its reader has, of the very series, whatever comes: no arrival has to be weighed."""
    return one.is_of_it and one.opening.until is None


def _is_of(permit: Permit, one: VersionOpening) -> bool:
    same = (one.agreement, one.version) == (permit.agreement, permit.version)
    return same and one.opening.until is None


def _has_meeting_span(spans: Sequence[Span], period: Span) -> bool:
    at = bisect_right(spans, period[0], key=lambda one: one[1])
    return at < len(spans) and spans[at][0] < period[1]


def _is_covered_period(spans: Sequence[Span], period: Span) -> bool:
    at = bisect_right(spans, period[0], key=lambda one: one[1])
    return at < len(spans) and spans[at][0] <= period[0] and period[1] <= spans[at][1]
