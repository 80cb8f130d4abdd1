"""An export, page by page: each is decided again and read in a short transaction of its own.

A page is at most 6,000 values (64 KiB of JSON), so that what a revocation cannot call back is
little, and memory does not grow with what is exported.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput
from synergie.exchange import door as _door
from synergie.exchange.readings.told import choose_granularity, iterate_export_curves
from synergie.exchange.trust import seen as _seen
from synergie.policy import Ask, Permit, Principal
from synergie.schemas.readings.curve import Curve
from synergie.schemas.trust.agreement import Granularity
from synergie.storage.assets.held import SeriesInPermit, find_series_in_permit
from synergie.storage.assets.owned import series_ids
from synergie.storage.readings.readings import (
    Run,
    first_of,
    list_period_runs,
    list_step_runs,
    next_held,
    next_start,
)
from synergie.storage.store import Session, Store

PAGE = 6_000
"""Values of one page."""

_LISTED = 200
_WIDTH = timedelta(days=122)
"""Time of a page of raw steps at first: 5,856 half-hours, a third of a year."""
_MOST = 40_000
"""Values of that time in the finest steps, holes included: 35,136 of five minutes."""
_SECOND = timedelta(seconds=1)
_YEARS = timedelta(days=3 * 366)
"""Time of a page of days, months or years."""
_TIMES: dict[Bucket, timedelta] = {"half_hour": timedelta(days=122), "hour": timedelta(days=244)}
"""Time of a page of shorter periods: 5,858 of them."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an export of one series has come to, and what its first page decided."""

    start: datetime
    level: Granularity | None = None
    width: timedelta = _WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported, to whom; `clock` gives the time of each decision."""

    store: Store
    caller: Principal
    start: datetime
    end: datetime
    granularity: Granularity | None
    agreement: str | None
    series: Sequence[str]
    clock: Callable[[], datetime]

    def decide(self) -> None:
        """Raise what the first page would, before anything is sent: NotFound, NotAllowed."""
        if not self.series:
            with self._reading() as (session, now):
                self._listing(session, now)
        for series in self.series:
            with self._reading(series) as (session, now):
                permit, found = self._open(session, series, self.granularity, now=now)
                self._level(permit, session, found)

    def pages(self) -> Iterator[Curve]:
        """The curves in order of series and time. Raises NotAllowed as soon as it is revoked."""
        for series in self.series or self._listed():
            place: _Place | None = _Place(self.start)
            while place is not None:
                page, place = self._page(series, place)
                yield from page

    def _listed(self) -> Iterator[str]:
        after: str | None = ""
        while after is not None:
            with self._reading() as (session, now):
                permit = self._listing(session, now)
                names = list(series_ids(permit, session, after=after, limit=_LISTED))
            yield from names
            after = names[-1] if len(names) == _LISTED else None

    def _find_level(
        self, permit: Permit, session: Session, series: SeriesInPermit
    ) -> Granularity | None:
        """The level to tell, or None: a list gives what can be told at its level, and no more."""
        if self.series or (self.granularity or permit.step) == "raw":
            return self._level(permit, session, series)
        if series.summing is None:
            return None
        try:
            return self._level(permit, session, series)
        except BadInput:
            return None

    def _ask(self, granularity: Granularity | None) -> Ask:
        return Ask(
            dataset="consumption",
            curve=True,
            granularity=granularity,
            start=self.start,
            end=self.end,
        )

    def _level(self, permit: Permit, session: Session, series: SeriesInPermit) -> Granularity:
        span = self.start, self.end
        return choose_granularity(permit, session, series, self.granularity, span=span)

    def _listing(self, session: Session, now: datetime) -> Permit:
        ask = self._ask(self.granularity)
        return _door.authorize_list(session, self.caller, ask, agreement=self.agreement, now=now)

    def _open(
        self, session: Session, series: str, granularity: Granularity | None, *, now: datetime
    ) -> tuple[Permit, SeriesInPermit]:
        return _door.authorize_subject(
            session,
            self.caller,
            self._ask(granularity),
            agreement=self.agreement,
            now=now,
            table="series",
            subject=series,
            find=lambda permit: find_series_in_permit(permit, session, series),
        )

    def _page(self, series: str, place: _Place) -> tuple[list[Curve], _Place | None]:
        with self._reading(series) as (session, now):
            asked = place.level or self.granularity
            permit, found = self._open(session, series, asked, now=now)
            told = place.level or self._find_level(permit, session, found)
            if told is None:
                return [], None
            place = replace(place, level=told)
            if told == "raw":
                runs, after = self._steps(permit, session, found, place)
            else:
                runs, after = self._periods(permit, session, found, place, bucket=told)
        if runs or after is None:
            until = self.end if after is None else after.start
            self._record(permit, series, (place, until), runs)
        return list(iterate_export_curves(found, told, runs)), after

    @contextmanager
    def _reading(self, series: str | None = None) -> Iterator[tuple[Session, datetime]]:
        """A session that reads, and the time at which all is decided in it."""
        ask, now = self._ask(self.granularity), self.clock()
        with _seen.open_recorded_session(
            self.store, self.caller, ask, subject=series, now=now
        ) as session:
            yield session, now

    def _record(
        self, permit: Permit, series: str, told: tuple[_Place, datetime], runs: list[Run]
    ) -> None:
        """The page is in the journal before it is given out."""
        place, until = told
        seen = _seen.AccessRecord(
            "consumption",
            [series],
            granularity=place.level,
            start=place.start,
            end=until,
            rows=sum(len(run.values) for run in runs),
            event="data.exported",
        )
        _seen.record(self.store, self.caller, permit, seen, now=permit.decided_at)

    def _steps(
        self, permit: Permit, session: Session, series: SeriesInPermit, place: _Place
    ) -> tuple[list[Run], _Place | None]:
        """A page of steps; the next one goes on where its last step ends, or over a hole."""
        end = min(self.end, place.start + place.width)
        runs = list_step_runs(permit, session, series, (place.start, end), limit=_MOST)
        if runs:
            kept, after = _page_of(runs, series)
            width = min(place.width, after - place.start) if kept is not runs else place.width
            return kept, self._on(replace(place, width=width), after)
        if place.width < _WIDTH:  # narrowed by finer steps: a month may not fit
            return [], replace(place, width=_WIDTH)
        following = next_start(permit, session, series, place.start + _SECOND)
        return [], None if following is None else self._on(place, following)

    def _periods(
        self,
        permit: Permit,
        session: Session,
        series: SeriesInPermit,
        place: _Place,
        *,
        bucket: Bucket,
    ) -> tuple[list[Run], _Place | None]:
        """A page of civil periods; the last one when they are not over, or not open."""
        tz, at = series.tz, self._page_at(place.start, bucket)
        end = min(self.end, self._border(at + 1, bucket, tz))
        span = place.start, end
        _, last, runs = list_period_runs(
            permit, session, series, span, bucket=bucket, now=permit.decided_at
        )
        if last < end:
            return runs, None
        following = last if runs else next_held(permit, session, series, last)
        if following is None:
            return runs, None
        at = self._page_at(following, bucket)
        if self._border(at, bucket, tz) > following:
            at -= 1
        return runs, self._on(place, max(last, self._border(at, bucket, tz)))

    def _page_at(self, moment: datetime, bucket: Bucket) -> int:
        return (moment - self.start) // _TIMES.get(bucket, _YEARS)

    def _border(self, at: int, bucket: Bucket, tz: ZoneInfo) -> datetime:
        """Where page number *at* starts, whatever came: a part of a period would move it."""
        return ceil_period(self.start + at * _TIMES.get(bucket, _YEARS), bucket, tz)

    def _on(self, place: _Place, start: datetime) -> _Place | None:
        return None if start >= self.end else replace(place, start=start)


def _page_of(runs: list[Run], series: SeriesInPermit) -> tuple[list[Run], datetime]:
    """The runs of one page, the last one cut where the page is full, and where they end."""
    room, kept = PAGE, []
    for run in runs:
        n = len(run.values)
        if n > room:
            kept.append(first_of(run, room, series.tz))
            break
        kept.append(run)
        room -= n
        if not room:
            break
    whole = len(kept) == len(runs) and kept[-1] is runs[-1]
    return runs if whole else kept, datetime.fromtimestamp(kept[-1].end_s, UTC)
