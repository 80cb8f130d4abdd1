"""Scenarios of spot prices and loads: inputs, or drawn from a history that is an input.

Nothing here forecasts: a scenario is what the user gives, or weeks that did happen put in another
order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from synergie.errors import BadInput
from synergie.purchase.plan.hedge.axis import PARIS, Axis, Floats, Ints
from synergie.purchase.records.forward import Commodity
from synergie.purchase.records.purchase import DeliveryPeriod

_NO_RUN = "whole weeks in a row of the same season, a wider spread or shorter runs"
_WEEK = 7
_WEEKS = 52


@dataclass(frozen=True, slots=True, eq=False)
class Scenarios:
    """Spot prices, EUR/MWh, and loads, MW: one line a scenario, one column an hour."""

    names: tuple[str, ...]
    prices: Floats
    loads: Floats

    def __post_init__(self) -> None:
        shape = (len(self.names), self.prices.shape[-1])
        if not self.names or self.prices.shape != shape or self.loads.shape != shape:
            found = f"{self.prices.shape}, {self.loads.shape}"
            raise BadInput("/scenarios", found, "prices and loads of the same hours, one scenario")
        if len(set(self.names)) != len(self.names):
            raise BadInput("/scenarios", ", ".join(self.names)[:80], "each scenario once")
        if not (np.isfinite(self.prices).all() and np.isfinite(self.loads).all()):
            raise BadInput("/scenarios", "nan", "a price and a load for each hour")
        if (self.loads < 0).any():
            line, hour = np.argwhere(self.loads < 0)[0]
            found = f"{self.names[line]}, hour {hour}: {self.loads[line, hour]:g} MW"
            raise BadInput("/scenarios", found, "a load of at least 0 MW")

    def fits(self, axis: Axis) -> None:
        """Raises BadInput when the scenarios are not of the hours of *axis*."""
        if self.prices.shape[1] != len(axis.starts):
            found = f"{self.prices.shape[1]} hours, not {len(axis.starts)}"
            raise BadInput("/scenarios", found, "as many hours as the delivery has")

    def digest(self) -> str:
        """SHA-256 of names and figures."""
        seal = hashlib.sha256("\n".join(self.names).encode())
        for array in (self.prices, self.loads):
            seal.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
        return seal.hexdigest()


def of_hours(
    delivery: DeliveryPeriod,
    rows: Mapping[str, Mapping[datetime, tuple[float, float]]],
    energy: Commodity = "electricity",
) -> Scenarios:
    """Scenarios from (price, load) by name and start of the hour.

    Raises BadInput that names the scenario and the first hour of the delivery that it lacks.
    """
    axis = Axis.of(delivery, energy)
    prices, loads = [], []
    for name, hours in rows.items():
        missing = next((start for start in axis.starts if start not in hours), None)
        if missing is not None:
            raise BadInput(f"/scenarios/{name}", missing.isoformat(), "a row for this hour")
        pairs = np.array([hours[start] for start in axis.starts], dtype=np.float64)
        prices.append(pairs[:, 0])
        loads.append(pairs[:, 1])
    if not rows:
        raise BadInput("/scenarios", 0, "at least one scenario")
    return Scenarios(tuple(rows), np.array(prices), np.array(loads))


@dataclass(frozen=True, slots=True, eq=False)
class _History:
    """Whole weeks, Monday to Sunday: weeks by 7 days by 24 local hours."""

    of_year: Ints
    run: Ints
    """How many weeks follow each one without a hole, itself included."""
    prices: Floats
    loads: Floats


def resampled(
    delivery: DeliveryPeriod,
    history: Mapping[datetime, tuple[float, float]],
    *,
    count: int,
    seed: int,
    spread_weeks: int = 3,
    run_weeks: int = 13,
) -> Scenarios:
    """*count* scenarios: weeks of the delivery are weeks of *history* of the same season.

    *history*: (EUR/MWh, MW) by start of the hour, aware. *run_weeks* weeks in a row are drawn
    together, from a start at most *spread_weeks* away in the year, price and load together: cold
    weeks stay dear, and a dear season stays long. Weeks drawn one by one (1) would even out over a
    year and hide the risk; 52 draws whole years. Days keep their weekday, hours their local time.
    Raises BadInput when no run is near enough.
    """
    axis, past = Axis.of(delivery), _split_history_weeks(history)
    source = np.random.default_rng(seed)
    mondays = sorted({_find_monday(day) for day in axis.days})
    runs = [mondays[i : i + run_weeks] for i in range(0, len(mondays), run_weeks)]
    near = [_find_near_weeks(run[0], past, spread_weeks, len(run)) for run in runs]
    starts = [source.choice(choices, size=count) for choices in near]
    drawn = np.concatenate(
        [start[:, None] + np.arange(len(run)) for start, run in zip(starts, runs, strict=True)],
        axis=1,
    )
    week = np.array([mondays.index(_find_monday(day)) for day in axis.days])
    weekday = np.array([day.weekday() for day in axis.days])
    taken = drawn[:, week]
    return Scenarios(
        tuple(f"s{i + 1:03d}" for i in range(count)),
        past.prices[taken, weekday, axis.hour],
        past.loads[taken, weekday, axis.hour],
    )


def _find_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _split_history_weeks(history: Mapping[datetime, tuple[float, float]]) -> _History:
    """The whole weeks of a history; an hour that the clocks skip takes the hour before it."""
    days: dict[date, dict[int, tuple[float, float]]] = {}
    for start, pair in history.items():
        local = start.astimezone(PARIS)
        days.setdefault(local.date(), {})[local.hour] = pair
    whole = {day: _list_day_hours(hours) for day, hours in days.items() if len(hours) >= 23}  # noqa: PLR2004
    mondays = [
        monday
        for monday in sorted({_find_monday(day) for day in whole})
        if all(monday + timedelta(days=i) in whole for i in range(_WEEK))
    ]
    if not mondays:
        found = f"{len(history)} hours"
        raise BadInput("/history", found, "at least one whole week, Monday to Sunday")
    table = np.array(
        [[whole[monday + timedelta(days=i)] for i in range(_WEEK)] for monday in mondays]
    )
    of_year = np.array([monday.isocalendar().week for monday in mondays], dtype=np.int64)
    return _History(of_year, _count_week_runs(mondays), table[..., 0], table[..., 1])


def _count_week_runs(mondays: Sequence[date]) -> Ints:
    run = np.ones(len(mondays), dtype=np.int64)
    for i in range(len(mondays) - 2, -1, -1):
        if mondays[i + 1] - mondays[i] == timedelta(days=_WEEK):
            run[i] = run[i + 1] + 1
    return run


def _list_day_hours(hours: Mapping[int, tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return [hours[hour] if hour in hours else hours[hour - 1] for hour in range(24)]


def _find_near_weeks(monday: date, past: _History, spread: int, length: int) -> Ints:
    apart = np.abs(past.of_year - monday.isocalendar().week)
    close = np.minimum(apart, _WEEKS - apart) <= spread
    found = np.flatnonzero(close & (past.run >= length))
    if not len(found):
        raise BadInput("/history", f"week of {monday}", _NO_RUN)
    return found.astype(np.int64)
