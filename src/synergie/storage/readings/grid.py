"""The steps of a run in time: equal seconds, or civil periods of the series' zone."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, floor_period
from synergie.calendar.civil import Bucket
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.units import STEP_SECONDS, Step

_CIVIL: dict[Step, Bucket] = {"P1D": "day", "P1M": "month", "P1Y": "year"}
_MONTHS = 12


def compute_step_bounds(start_s: int, end_s: int, step: Step, tz: ZoneInfo) -> Sequence[int]:
    """Start of each step of a run and the end of the last, seconds since 1970 UTC.

    One more than there are steps; a `range` (no memory) where steps have equal seconds.
    """
    seconds = STEP_SECONDS.get(step)
    if seconds is None:
        return compute_period_edges(start_s, end_s, _CIVIL[step], tz)
    return range(start_s, end_s + 1, seconds)


def find_steps_within(edges: Sequence[int], start_s: int, end_s: int) -> tuple[int, int]:
    """First and last + 1 of the steps of *edges* that lie wholly in [start_s, end_s)."""
    if isinstance(edges, range):  # no search where a division tells
        first = max(0, -((edges.start - start_s) // edges.step))
        last = min(len(edges) - 1, (end_s - edges.start) // edges.step)
    else:
        first, last = bisect_left(edges, start_s), bisect_right(edges, end_s) - 1
    return first, max(first, last)


def end_of(start_s: int, n: int, step: Step, tz: ZoneInfo) -> int:
    """The end of *n* steps from *start_s*, seconds since 1970 UTC."""
    seconds = STEP_SECONDS.get(step)
    if seconds is not None:
        return start_s + n * seconds
    day = day_of(datetime.fromtimestamp(start_s, UTC), tz)
    if step == "P1D":
        after = day + timedelta(days=n)
    else:
        months = n * _MONTHS if step == "P1Y" else n
        month = day.year * _MONTHS + day.month - 1 + months
        after = day.replace(year=month // _MONTHS, month=month % _MONTHS + 1)
    return int(day_bounds(after, tz)[0].timestamp())


def most_until(start_s: int, limit_s: float, step: Step, tz: ZoneInfo) -> int:
    """How many steps from *start_s* end at or before *limit_s*, seconds since 1970 UTC."""
    seconds = STEP_SECONDS.get(step)
    if seconds is not None:
        return max(0, int(limit_s - start_s) // seconds)
    return bisect_right(compute_period_edges(start_s, int(limit_s), _CIVIL[step], tz), limit_s) - 1


def is_start(start: datetime, step: Step, tz: ZoneInfo) -> bool:
    """Whether a step may begin at *start*: whole steps of the hour in UTC, or a civil bound."""
    seconds = STEP_SECONDS.get(step)
    if seconds is None:
        return floor_period(start, _CIVIL[step], tz) == start
    return start.microsecond == 0 and int(start.timestamp()) % seconds == 0


def most_of_a_year(step: Step) -> int:
    """How many steps fit in 366 days: no segment holds more, so that a read looks back a year."""
    seconds = STEP_SECONDS.get(step)
    if seconds is None:
        return {"P1D": 366, "P1M": _MONTHS}.get(step, 1)
    return 366 * 86_400 // seconds
