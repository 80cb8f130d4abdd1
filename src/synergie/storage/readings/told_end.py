"""Until when a curve is told, and how fine: by what may be read, and not by what came.

Below raw others read whole periods. Of a part of one they hear nothing: not that it came, nor when,
nor in which steps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from synergie.calendar import floor_period
from synergie.calendar.civil import Bucket
from synergie.policy import Permit
from synergie.policy.freshness import freshness_step
from synergie.policy.readings.steps import STEPS, finest_of, is_finer
from synergie.schemas.trust.agreement import Granularity
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings.readings import Run, find_reading_steps, list_period_runs, next_start
from synergie.storage.store import Session
from synergie.units import Step

_NEAR: dict[Bucket, timedelta] = {
    "half_hour": timedelta(hours=1),
    "hour": timedelta(hours=2),
    "day": timedelta(days=2),
    "month": timedelta(days=32),
    "year": timedelta(days=367),
}
"""How far back it is looked at first: most often the last period is told."""
_WIDER = 8
_FARTHEST = timedelta(days=3 * 366)
"""Of one look: of half-hours no more than may be told at once."""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def find_told_end(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    *,
    least: Granularity = "raw",
    now: datetime,
) -> datetime | None:
    """End of the newest reading; to others below raw, of the newest period that has a value.

    So it moves with what may be read, and not with each reading that comes. *least*: as in
    `freshness_step`. None: nothing that may be read came.
    """
    step = freshness_step(permit, least)
    if permit.scope == "own" or step == "raw" or series.last_end is None:
        return series.last_end
    if series.summing is None:
        return None
    ends = [one for one in (series.last_end, permit.end, now) if one is not None]
    return _Back(permit, session, series, step, now).look(min(ends))


@dataclass(frozen=True, slots=True)
class _Back:
    """A look back from the newest reading, wider each time."""

    permit: Permit
    session: Session
    series: SeriesInPermit
    step: Bucket
    now: datetime

    def look(self, end: datetime) -> datetime | None:
        """The end of the newest period of before *end* that has a value."""
        wide, oldest = _NEAR[self.step], _FIRST
        start = max(oldest, end - wide)
        while (found := self._newest(start, end)) is None:
            oldest = self._oldest() if oldest is _FIRST else oldest
            if start <= oldest:
                return None
            end, wide = start, min(_WIDER * wide, _FARTHEST)
            start = max(oldest, end - wide)
        return found

    def _oldest(self) -> datetime:
        first = next_start(self.permit, self.session, self.series, _FIRST) or self.now
        return max(first, self.permit.start or first)

    def _newest(self, start: datetime, end: datetime) -> datetime | None:
        """The same among the periods that [start, end) touches, of each length that is told."""
        told = _iterate_bucket_runs(
            self.permit, self.session, self.series, (start, end), bucket=self.step, now=self.now
        )
        last = int(floor_period(end, self.step, self.series.tz).timestamp())
        newest: int | None = None
        for _, runs in told:
            newest = max(newest or 0, *(run.end_s for run in runs))
            if newest >= last:
                break
        return None if newest is None else datetime.fromtimestamp(newest, UTC)


def find_told_bucket(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    bucket: Bucket,
    now: datetime,
) -> Bucket | None:
    """The finest of *bucket* and longer periods of which *span* has a value to tell; None: none.

    Only where readings of longer steps than *bucket* are held is anything looked at but these.
    """
    there = find_reading_steps(permit, session, series, span, bucket=bucket, now=now)
    if not _list_longer_buckets(there, bucket):
        return None
    told = _iterate_bucket_runs(permit, session, series, span, bucket=bucket, now=now)
    return next((one for one, _ in told), None)


def _iterate_bucket_runs(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    bucket: Bucket,
    now: datetime,
) -> Iterator[tuple[Bucket, list[Run]]]:
    """What *span* has to tell by *bucket* and by the longer steps that are held, finest first."""
    _, _, runs = list_period_runs(permit, session, series, span, bucket=bucket, now=now)
    if runs:
        yield bucket, runs
    there = find_reading_steps(permit, session, series, span, bucket=bucket, now=now)
    for one in _list_longer_buckets(there, bucket):
        _, _, runs = list_period_runs(permit, session, series, span, bucket=one, now=now)
        if runs:
            yield one, runs


def _list_longer_buckets(there: Iterable[Step], bucket: Bucket) -> list[Bucket]:
    """The periods longer than *bucket* by which readings of *there* are told, finest first."""
    each = {finest_of([one]) for one in there}
    return [one for one in STEPS if one in each and is_finer(bucket, one)]
