"""A figure a civil day, some of them unknown: what all models of this package read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput, Words

type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DailySeries:
    """One figure a day from `first_day` on; NaN where it is unknown, never zero for it."""

    first_day: date
    values: Floats

    @property
    def ends(self) -> date:
        """The day after the last one."""
        return self.first_day + timedelta(days=len(self.values))

    def cut(self, starts: date, ends: date) -> "DailySeries":
        """The days [*starts*, *ends*); those outside the series are unknown."""
        values = np.full(max(0, (ends - starts).days), np.nan)
        low, high = max(starts, self.first_day), min(ends, self.ends)
        if low < high:
            at, source = (low - starts).days, (low - self.first_day).days
            length = (high - low).days
            values[at : at + length] = self.values[source : source + length]
        return DailySeries(starts, values)

    def list_days(self) -> list[date]:
        """Its days, known or not."""
        return [self.first_day + timedelta(days=i) for i in range(len(self.values))]

    def list_columns(self) -> dict[str, list[object]]:
        """`day` and `value`, what a frame is made of (pandas, polars, Arrow); None: unknown."""
        values = [None if np.isnan(one) else float(one) for one in self.values]
        return {"day": list(self.list_days()), "value": list(values)}

    def count_known(self) -> int:
        """Days with a figure."""
        return int(np.isfinite(self.values).sum())


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """The sum of a period, and of how many of its days it is known."""

    starts: date
    ends: date
    """The day after its last."""
    known: int
    """Days with a figure."""
    partial: float
    """The sum of the days that are known: of the period only when all of them are."""

    @property
    def days(self) -> int:
        """Days of the period."""
        return (self.ends - self.starts).days

    @property
    def total(self) -> float | None:
        """The sum of the period; None when a day of it is unknown."""
        return self.partial if self.known == self.days else None


def read_daily_frame(frame: Any, *, day: str = "day", value: str = "value") -> DailySeries:
    """From a frame of pandas, polars or Arrow, or a mapping of columns: a row a civil day.

    Days that no row tells, and blank values, are unknown. BadInput: a moment that is no day, a day
    told twice, a text for a value, no row; the place is the row, from 0.
    """
    known: dict[date, float | None] = {}
    for n, (found, told) in enumerate(zip(_list(frame[day]), _list(frame[value]), strict=True)):
        one = _parse_day(found, f"/{day}/{n}")
        if one in known:
            raise BadInput(f"/{day}/{n}", one, "each day once")
        known[one] = _parse_value(told, f"/{value}/{n}")
    if not known:
        raise BadInput(f"/{day}", Words("nothing"), "a row a civil day")
    return build_daily_series(known)


def _parse_day(found: object, where: str) -> date:
    if isinstance(found, datetime):
        if found == found and found.time() == time():  # noqa: PLR0124 (NaT is not itself)
            return found.date()
    elif isinstance(found, date):
        return found
    raise BadInput(where, str(found), "a civil day")


def _parse_value(told: Any, where: str) -> float | None:
    if told is None or type(told).__name__ == "NAType":  # pandas: float() refuses it
        return None
    try:
        return float(told)
    except (TypeError, ValueError):
        raise BadInput(where, str(told), "a number, or nothing") from None


def _list(column: Any) -> list[Any]:
    """Its values as Python has them."""
    for name in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, name):
            return list(getattr(column, name)())
    return list(column)


def build_daily_series(days: Mapping[date, float | None]) -> DailySeries:
    """The days from the first to the last of *days*; absent ones and None are unknown.

    ValueError when there is no day at all.
    """
    first, last = min(days), max(days)
    values = np.full((last - first).days + 1, np.nan)
    for day, value in days.items():
        if value is not None:
            values[(day - first).days] = value
    return DailySeries(first, values)


def sum_days(series: DailySeries, starts: date, ends: date) -> PeriodSum:
    """The sum of the days [*starts*, *ends*) and how many of them are known."""
    values = series.cut(starts, ends).values
    known = np.isfinite(values)
    return PeriodSum(starts, ends, int(known.sum()), float(values[known].sum()))


def sum_months(series: DailySeries, starts: date, ends: date) -> tuple[PeriodSum, ...]:
    """The civil months of [*starts*, *ends*), the first and the last as far as they lie in it."""
    found: list[PeriodSum] = []
    low = starts
    while low < ends:
        high = min(ends, (low.replace(day=1) + timedelta(days=32)).replace(day=1))
        found.append(sum_days(series, low, high))
        low = high
    return tuple(found)
