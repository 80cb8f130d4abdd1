"""Readings as they are told to a caller: which level, in which unit, in which form."""

from collections.abc import Iterator
from datetime import UTC, datetime

from synergie.calendar.civil import Bucket
from synergie.errors import BadInput, NotAllowed
from synergie.policy import Permit
from synergie.policy.readings.coarsen import state_start
from synergie.policy.readings.steps import finest_of, is_finer
from synergie.schemas.readings.curve import Curve, CurveRun, PublishedState
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.series import Unit
from synergie.schemas.trust.agreement import Granularity
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings.readings import Run, find_reading_steps
from synergie.storage.readings.told_end import find_told_bucket
from synergie.storage.store import Session

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
EXPECTED: dict[Granularity, str] = {
    "hour": "hour, or coarser: the readings of this time are hourly",
    "day": "day, or coarser: the readings of this time are daily",
    "month": "month, or coarser: the readings of this time are monthly",
    "year": "year: the readings of this time are yearly",
}
"""By the finest period that the readings add up to."""


def check_span(start: datetime, end: datetime) -> None:
    """BadInput unless [start, end) is an interval of times we can reckon with."""
    for where, moment in (("/start", start), ("/end", end)):
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise BadInput(where, moment.isoformat(), "a time between 1970 and 2199")
    if end <= start:
        raise BadInput("/end", end.isoformat(), "an end after the start")


def choose_granularity(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    asked: Granularity | None,
    *,
    span: tuple[datetime, datetime],
) -> Granularity:
    """The granularity to tell: as asked, else the finest that *permit* grants and *span* has.

    Civil periods exist for power, energy and volume only. BadInput when they are asked of another
    series, or when every reading of *span* is of a longer step than asked (of another's: when only
    longer periods are told); NotAllowed when an agreement opens no more than them.
    """
    told = asked or permit.step
    if told == "raw":
        return told
    if series.summing is None:
        if permit.step == "raw":
            raise BadInput("/granularity", told, "raw: such a series does not add up over days")
        raise NotAllowed("granularity_too_fine", permit.agreement)
    how = find_told_bucket if permit.scope == "agreement" else _find_complete_bucket
    finest = how(permit, session, series, span, bucket=told, now=permit.decided_at)
    if finest is None or not is_finer(told, finest):
        return told
    if asked is None:
        return finest
    raise BadInput("/granularity", told, EXPECTED[finest])


def _find_complete_bucket(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[datetime, datetime],
    *,
    bucket: Bucket,
    now: datetime,
) -> Bucket | None:
    """The finest period that the readings of *span* add up to: of one's own."""
    return finest_of(find_reading_steps(permit, session, series, span, bucket=bucket, now=now))


def get_curve_unit(series: SeriesInPermit, granularity: Granularity) -> Unit:
    """Unit of what is told: energy for the civil periods of a power."""
    how = series.summing
    return series.unit if granularity == "raw" or how is None else how.unit


def published_state(
    permit: Permit, series: SeriesInPermit, granularity: Granularity, *, as_of: datetime | None
) -> PublishedState | None:
    """The published state that is read at *granularity*; None for one's own data, and for raw."""
    if permit.scope != "agreement" or granularity == "raw":
        return None
    now = permit.decided_at
    at = state_start(now if as_of is None else min(as_of, now), series.tz)
    month = at.astimezone(series.tz)
    return PublishedState(number=100 * month.year + month.month, at=at)


def curve_runs(runs: list[Run]) -> tuple[CurveRun, ...]:
    """*runs* as they travel in an extract."""
    return tuple(
        CurveRun.model_construct(  # not validated again: 17,520 values would cost 1 ms
            start=_get_run_start(run),
            step=run.step,
            values=run.values,
            quality=_build_quality_list(run),
        )
        for run in runs
    )


def iterate_export_curves(
    series: SeriesInPermit, granularity: Granularity, runs: list[Run]
) -> Iterator[Curve]:
    """*runs* as they travel in an export."""
    for run in runs:
        yield Curve.model_construct(  # as above
            series=series.id,
            start=_get_run_start(run),
            step=run.step,
            unit=get_curve_unit(series, granularity),
            values=run.values,
            quality=_build_quality_list(run),
            supersedes=None,
        )


def _get_run_start(run: Run) -> datetime:
    return datetime.fromtimestamp(run.start_s, UTC)


def _build_quality_list(run: Run) -> tuple[QualityRun, ...] | None:
    if run.quality is None:
        return None
    return tuple(QualityRun(n=n, quality=quality) for n, quality in run.quality)
