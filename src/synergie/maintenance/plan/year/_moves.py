"""A plan of one zone, improved two weeks at a time: each exchange between two weeks is optimal.

Given the two weeks, the visits that may be in either are split by dynamic programming over the
ticks of the first; a crew-day costs what the cheapest depot with days left asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synergie.maintenance.plan.year._patch import FAR, Floats, Ints, Patch

_SMALL = 1e-7
_OVER = (
    1000.0  # a day more than there are costs as many of the dearest: plans that have it are none
)

type Over = Callable[[], bool] | None


@dataclass(slots=True)
class Layout:
    """The weeks of the visits of one zone, from 0, and what its crew-days cost."""

    given: Patch
    cost_of: Floats
    """EUR, visits by weeks."""
    stairs: Floats
    """EUR of 0, 1, 2 … crew-days, by week: weeks by days."""
    week: Ints
    load: Ints = field(init=False)
    _may: Any = field(init=False)
    _least: float = field(init=False)

    def __post_init__(self) -> None:
        """Sum the ticks of each week."""
        weeks, ticks = self.given.weeks, self.given.ticks
        self.load = np.bincount(self.week, weights=ticks, minlength=weeks).astype(np.int64)
        self._may = np.isfinite(self.cost_of)
        self._least = float(np.diff(self.stairs, axis=1).min(initial=FAR))

    def days(self) -> Ints:
        """Crew-days of each week."""
        found: Ints = -(-self.load // self.given.day)
        return found

    def cost(self) -> float:
        """EUR: visits and crew-days."""
        visits = self.cost_of[np.arange(len(self.week)), self.week].sum()
        return float(visits + self.stairs[np.arange(self.given.weeks), self.days()].sum())

    def improve(self, touched: Iterable[int] | None = None, over: Over = None) -> None:
        """Exchange between weeks, *touched* ones first, until none helps."""
        todo = list(range(self.given.weeks) if touched is None else touched)
        while todo:
            a = todo.pop(0)
            hopeful = self._hopeful(a)
            while hopeful:
                b = hopeful.pop(0)
                if self.exchange(min(a, b), max(a, b)):
                    todo += [week for week in (b, a) if week not in todo]
                    hopeful = [week for week in self._hopeful(a) if week > b]
            if over is not None and over():
                return

    def _hopeful(self, a: int) -> list[int]:
        """Weeks whose exchange with *a* may help: each visit in the cheaper, fewest days."""
        cost, weeks, day = self.cost_of, np.arange(self.given.weeks), self.given.day
        now = cost[np.arange(len(self.week)), self.week]
        to_a = np.bincount(self.week, np.maximum(now - cost[:, a], 0.0), len(weeks))
        inside = self.week == a
        from_a = np.maximum(now[inside, None] - cost[inside], 0.0).sum(axis=0)
        days = self.stairs[weeks, self.days()]
        fewest = self._least * -(-(self.load + self.load[a]) // day)
        may_save = to_a + from_a + days + days[a] - fewest
        may_save[a] = 0.0
        found: list[int] = np.flatnonzero(may_save > _SMALL).tolist()
        return found

    def exchange(self, a: int, b: int) -> bool:
        """Split the visits of weeks *a* and *b* at least cost; whether that changed anything."""
        in_both = ((self.week == a) | (self.week == b)) & self._may[:, a] & self._may[:, b]
        free = np.flatnonzero(in_both)
        if not len(free):
            return False
        sizes, total = self.given.ticks[free], int(self.given.ticks[free].sum())
        in_a = self.week[free] == a
        now = int(sizes[in_a].sum())
        bases = int(self.load[a]) - now, int(self.load[b]) - total + now
        more = self.cost_of[free, a] - self.cost_of[free, b]
        before = self._two(a, b, bases[0] + now, bases[1] + total - now) + more[in_a].sum()
        table, taken = _compute_load_tables(sizes.tolist(), more.tolist(), total)
        parts = np.arange(total + 1)
        whole = table + self._two(a, b, bases[0] + parts, bases[1] + total - parts)
        best = int(whole.argmin())
        if not whole[best] < before - _SMALL:
            return False
        into_a = _trace_taken_visits(sizes.tolist(), taken, best)
        self.week[free] = np.where(into_a, a, b)
        self.load[a], self.load[b] = bases[0] + best, bases[1] + total - best
        return True

    def _two(self, a: int, b: int, ticks_a: Any, ticks_b: Any) -> Any:
        """EUR of the crew-days of two weeks at these loads."""
        day = self.given.day
        return self.stairs[a, -(-ticks_a // day)] + self.stairs[b, -(-ticks_b // day)]


def _compute_load_tables(
    sizes: list[int], more: list[float], total: int
) -> tuple[Floats, list[Any]]:
    """Least cost of each load of the first week, and where each visit was taken into it."""
    table = np.full(total + 1, FAR)
    table[0] = 0.0
    taken, reach = [], 0
    for h, extra in zip(sizes, more, strict=True):
        with_it, old = table[: reach + 1] + extra, table[h : h + reach + 1]
        better = with_it < old
        np.copyto(old, with_it, where=better)
        taken.append(better)
        reach += h
    return table, taken


def _trace_taken_visits(sizes: list[int], taken: list[Any], left: int) -> list[bool]:
    """Which visits make the load *left*, read backwards."""
    found = []
    for h, better in zip(reversed(sizes), reversed(taken), strict=True):
        hit = 0 <= left - h < len(better) and bool(better[left - h])
        left -= h if hit else 0
        found.append(hit)
    return found[::-1]


def compute_day_costs(prices: list[tuple[Floats, Ints]], most: int) -> Floats:
    """EUR of 0 to *most* days by week, the cheapest depots first: (EUR a day, days left).

    Days beyond those left cost as many of the dearest: a search may pass there, no plan stays.
    """
    weeks = len(prices[0][0]) if prices else 0
    dear = _OVER * max((float(np.abs(price).max()) for price, _ in prices), default=0.0) + 1.0
    table = np.full((weeks, most + 1), FAR)
    table[:, 0] = 0.0
    for week in range(weeks):
        order = sorted((float(price[week]), int(left[week])) for price, left in prices)
        steps = [price for price, left in order for _ in range(min(left, most))][:most]
        steps += [dear] * (most - len(steps))
        table[week, 1:] = np.cumsum(steps)
    return table
