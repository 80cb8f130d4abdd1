"""Energy of one series by civil month."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from synergie.calendar import day_bounds
from synergie.policy import Permit
from synergie.storage.assets.held import find_series_in_permit
from synergie.storage.readings.readings import list_period_runs
from synergie.storage.store import Session

_WH = {"Wh": 1, "kWh": 1000}


class MonthEnergy(NamedTuple):
    """One closed month. `wh` None: nothing was measured; `quality`: the worst of its readings."""

    month: date
    wh: int | None
    quality: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing of it is missing."""
        return self.quality not in {"partial", "missing"}


def series_months(
    permit: Permit, session: Session, series: str, span: tuple[int, int]
) -> list[MonthEnergy] | None:
    """The closed months of the years *span*, from the first to the last, that readings reach.

    None: the series is absent, or tells no energy.
    """
    found = find_series_in_permit(permit, session, series)
    if found is None or found.summing is None or found.summing.unit not in _WH:
        return None
    tz, kilo = found.tz, _WH[found.summing.unit]
    bounds = datetime(span[0], 1, 1, tzinfo=tz), datetime(span[1] + 1, 1, 1, tzinfo=tz)
    _, _, runs = list_period_runs(
        permit, session, found, bounds, bucket="month", now=permit.decided_at
    )
    months: list[MonthEnergy] = []
    for run in runs:
        first = datetime.fromtimestamp(run.start_s, UTC).astimezone(tz).date()
        for at, (value, quality) in enumerate(
            zip(run.values, _iterate_value_qualities(run.quality, len(run.values)), strict=True)
        ):
            ahead = first.month - 1 + at
            month = date(first.year + ahead // 12, ahead % 12 + 1, 1)
            wh = None if value is None else round(value * kilo)
            months.append(MonthEnergy(month, wh, quality))
    return months


def iterate_series_days(
    permit: Permit, session: Session, series: str, span: tuple[date, date]
) -> Iterator[tuple[date, int]]:
    """Wh of each closed civil day of *span*, half-open, of which nothing is missing."""
    found = find_series_in_permit(permit, session, series)
    if found is None or found.summing is None or found.summing.unit not in _WH:
        return
    tz, kilo = found.tz, _WH[found.summing.unit]
    bounds = day_bounds(span[0], tz)[0], day_bounds(span[1], tz)[0]
    now = permit.decided_at
    for run in list_period_runs(permit, session, found, bounds, bucket="day", now=now)[2]:
        first = datetime.fromtimestamp(run.start_s, UTC).astimezone(tz).date()
        told = zip(run.values, _iterate_value_qualities(run.quality, len(run.values)), strict=True)
        for at, (value, quality) in enumerate(told):
            if value is not None and quality not in {"partial", "missing"}:
                yield first + timedelta(days=at), round(value * kilo)


def _iterate_value_qualities(quality: Sequence[tuple[int, str]] | None, n: int) -> Iterator[str]:
    """The quality of each value, one by one."""
    for count, one in [(n, "measured")] if quality is None else quality:
        yield from [one] * count
