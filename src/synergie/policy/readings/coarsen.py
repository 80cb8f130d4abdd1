"""From the steps of a curve to whole civil periods, so that nothing finer shows through."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, day_bounds, day_of, floor_period, period_bounds
from synergie.calendar.civil import BUCKET_SECONDS, Bucket
from synergie.schemas.series import Form, Quantity, Unit


@dataclass(frozen=True, slots=True)
class Summing:
    """How the steps of a series add up to a civil period.

    `unit`: of the sum. `by_time`: each value counts for its seconds, and hours are meant (mean
    power); else values add up as they are. `factor`: from the series' unit to `unit`.
    """

    unit: Unit
    by_time: bool
    factor: int


_SUMS: dict[tuple[Quantity, Form, Unit], Summing] = {
    ("active_power", "mean_power", "W"): Summing("Wh", by_time=True, factor=1),
    ("active_power", "mean_power", "kW"): Summing("Wh", by_time=True, factor=1000),
    ("active_energy", "interval_energy", "Wh"): Summing("Wh", by_time=False, factor=1),
    ("active_energy", "interval_energy", "kWh"): Summing("kWh", by_time=False, factor=1),
    ("active_energy", "period_energy", "Wh"): Summing("Wh", by_time=False, factor=1),
    ("active_energy", "period_energy", "kWh"): Summing("kWh", by_time=False, factor=1),
    ("gas_volume", "interval_energy", "m3"): Summing("m3", by_time=False, factor=1),
    ("gas_energy", "interval_energy", "Wh"): Summing("Wh", by_time=False, factor=1),
    ("gas_energy", "interval_energy", "kWh"): Summing("kWh", by_time=False, factor=1),
    ("gas_volume", "period_energy", "m3"): Summing("m3", by_time=False, factor=1),
}


def choose_summing(quantity: Quantity, form: Form, unit: Unit) -> Summing | None:
    """How days and months of such a series are summed.

    None: they have no meaning (an index, a voltage) or would tell more than energy does: a daily
    maximum is finer than the energy of the day (security.md §7.4).
    """
    return _SUMS.get((quantity, form, unit))


_TELL_ALIKE: tuple[frozenset[Quantity], ...] = (
    frozenset({"active_power", "active_energy"}),
    frozenset({"gas_volume", "gas_energy"}),
)


def tell_alike(one: Quantity, other: Quantity) -> bool:
    """Whether readings of *one* tell what those of *other* do, drawn or fed in both.

    Power and energy of one medium: by whatever form, the differences of an index too.
    """
    return one == other or any({one, other} <= some for some in _TELL_ALIKE)


def snap_window(
    start: datetime,
    end: datetime,
    bucket: Bucket,
    tz: ZoneInfo,
    *,
    limits: tuple[datetime | None, datetime | None, datetime],
) -> tuple[datetime, datetime]:
    """[start, end) snapped outwards to whole periods, then inwards to whole *closed* ones allowed.

    *limits*: start and end of what the agreement opens (None: open), and now. A period cut by the
    edge of what is opened, or not yet over, is left out: a running total polled every half-hour
    would be the load curve. When nothing is left the two returned times are equal.
    """
    opened, closed, now = limits
    first, last = floor_period(start, bucket, tz), ceil_period(end, bucket, tz)
    if opened is not None:
        first = max(first, ceil_period(opened, bucket, tz))
    if closed is not None:
        last = min(last, floor_period(closed, bucket, tz))
    last = min(last, floor_period(now, bucket, tz))
    return first, max(first, last)


_SETTLING = timedelta(hours=1)
"""What arrives as a month starts is stored by then: a deposit under way is of the month before."""


def state_start(moment: datetime, tz: ZoneInfo) -> datetime:
    """The start of the civil month whose published state is read at *moment*.

    Below raw another's series is read as it was known when a civil month of *tz* started: what
    changes a period that was published then reaches its readers as the next month starts, all of
    it together. A state opens one hour after its month started.
    """
    return floor_period(moment - _SETTLING, "month", tz)


@lru_cache(maxsize=512)
def compute_period_edges(start_s: int, end_s: int, bucket: Bucket, tz: ZoneInfo) -> tuple[int, ...]:
    """The bounds of the civil periods of [start_s, end_s), seconds since 1970 UTC, in order.

    One more than there are periods. *start_s* must be the start of a period; the last period is
    the one that holds the second before *end_s*, whole.
    """
    seconds = BUCKET_SECONDS.get(bucket)
    found = [start_s]
    if seconds is not None:
        while found[-1] < end_s:
            midnight = _day_end(found[-1], tz)
            found += range(found[-1] + seconds, min(end_s + seconds - 1, midnight - 1) + 1, seconds)
            if found[-1] < end_s:
                found.append(midnight)
        return tuple(found)
    while found[-1] < end_s:
        start = datetime.fromtimestamp(found[-1], UTC)
        found.append(int(period_bounds(start, bucket, tz)[1].timestamp()))
    return tuple(found)


def _day_end(moment_s: int, tz: ZoneInfo) -> int:
    day = day_of(datetime.fromtimestamp(moment_s, UTC), tz)
    return int(day_bounds(day, tz)[1].timestamp())
