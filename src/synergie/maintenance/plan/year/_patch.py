"""One zone as arrays: what a decomposition hands to processes, and its two fast kernels.

A zone is simple when no crew-day of it is shared with a neighbour: then a week of it is a set of
visits and a number of whole crew-days, a knapsack.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from synergie.maintenance.plan.year._year import Year, count_weeks_late, open_weeks

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Ints = np.ndarray[Any, np.dtype[np.int64]]

FAR = np.inf


@dataclass(frozen=True, slots=True)
class Patch:
    """The visits of one zone. Weeks count from 0 here."""

    zone: str
    numbers: tuple[int, ...]
    """The visits, by their number in the year."""
    ticks: Ints
    cost: Floats
    """EUR, visits by weeks; infinite where a visit may not be made."""
    late: Floats
    """Light-point-weeks, visits by weeks."""
    most_late: float
    day: int
    """Ticks in a crew-day."""
    room: Ints
    """Crew-days that all depots which serve it have, by week."""
    first: Ints
    last: Ints
    """First and last week of each visit that is open and has a crew."""

    @property
    def weeks(self) -> int:
        """Weeks of the plan."""
        return int(self.cost.shape[1])

    @property
    def is_served(self) -> bool:
        """Whether each visit has a week in which it may be made and a crew-day is there."""
        return bool(np.isfinite(self.cost).any(axis=1).all())


def build_zone_patch(year: Year, zone: str) -> Patch:
    """*zone* of *year* as arrays."""
    weeks = len(year.depots[0].crew_days)
    numbers = year.by_zone[zone]
    visits = [year.visits[i] for i in numbers]
    cost = np.full((len(visits), weeks), FAR)
    lateness = np.zeros((len(visits), weeks))
    serving = {way.depot for way in year.ways if zone in way.zones}
    rooms = [d.crew_days for d in year.depots if d.id in serving]
    room = np.array(rooms, dtype=np.int64).reshape(-1, weeks).sum(axis=0)
    for row, visit in enumerate(visits):
        for week in open_weeks(visit):
            if room[week - 1]:
                cost[row, week - 1] = float(year.weigh(visit, week))
                lateness[row, week - 1] = count_weeks_late(visit, week)
    may = np.isfinite(cost)
    return Patch(
        zone,
        numbers,
        np.array([year.ticks(visit) for visit in visits], dtype=np.int64),
        cost,
        lateness,
        float(year.most_late.get(zone, FAR)),
        year.day,
        room,
        may.argmax(axis=1),
        weeks - 1 - may[:, ::-1].argmax(axis=1),
    )


@dataclass(frozen=True, slots=True)
class Best:
    """For each week, the pattern (visits, whole days) that gains most at given values."""

    gain: Floats
    """Value of its visits less its days, by week; 0 for an idle week."""
    days: Ints
    chosen: np.ndarray[Any, np.dtype[np.bool_]]
    """Visits by weeks."""


def solve_week_knapsacks(given: Patch, value: Floats, price: Floats) -> Best:
    """The best pattern of each week: a 0/1 knapsack by dynamic programming over ticks.

    *value*: EUR, visits by weeks (what is not above zero is never taken); *price*: EUR for a day,
    by week. Exact: one pass gives every number of days.
    """
    worth = np.where(value > 0, value, 0.0)
    load = (given.ticks[:, None] * (worth > 0)).sum(axis=0)
    most = np.minimum(-(-load // given.day), given.room)
    size = int(most.max(initial=0)) * given.day
    weeks = given.weeks
    table = np.zeros((weeks, size + 1))
    taken: list[tuple[int, int, int, Any]] = []
    for c in range(len(given.ticks)):
        h = int(given.ticks[c])
        where = np.flatnonzero(worth[c])
        if not len(where) or h > size:
            continue
        a, b = int(where[0]), int(where[-1]) + 1
        with_it = table[a:b, : size + 1 - h] + worth[c, a:b, None]
        better = with_it > table[a:b, h:]
        np.copyto(table[a:b, h:], with_it, where=better)
        taken.append((c, a, b, better))
    counts = np.arange(size // given.day + 1)
    gains = table[:, :: given.day] - counts * price[:, None]
    gains[counts[None, :] > most[:, None]] = -FAR
    days = gains.argmax(axis=1)
    chosen = _trace_best_tables(given, taken, days * given.day)
    return Best(gains[np.arange(weeks), days], days, chosen)


def _trace_best_tables(given: Patch, taken: Iterable[tuple[int, int, int, Any]], left: Ints) -> Any:
    """Which visits made the best tables, read backwards."""
    chosen = np.zeros(given.cost.shape, dtype=bool)
    left = left.copy()
    for c, a, b, better in reversed(list(taken)):
        h = int(given.ticks[c])
        fits = np.flatnonzero(left[a:b] >= h)
        hit = fits[better[fits, left[a + fits] - h]]
        chosen[c, a + hit] = True
        left[a + hit] -= h
    return chosen
