"""The cheapest year of one zone at prices of crew-days, exact: by the sets of visits made so far.

Week after week, the visits whose windows are open are in the set or not; a week adds any set of
others at the cheapest crew-days that serve it together. Few visits of a zone are open at once, so
that all sets are looked at in milliseconds, whatever crews may do and whatever days cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod

import numpy as np

from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._patch import Floats, Ints
from synergie.maintenance.plan.year._year import (
    Way,
    Year,
    compute_crew_need,
    format_visit_key,
    list_hall_groups,
)

_MOST_OPEN = 14
"""Visits of a zone that are open in one week: three times the work for each more."""
_MOST_SENT = 40_000
"""Ways to send crew-days to a zone in one week, times the needs that they may serve."""

type Days = Mapping[tuple[str, int], float]
"""By depot and week."""


@dataclass(frozen=True, slots=True)
class _Week:
    """The visits of a zone whose windows hold a week, and what each set of them is."""

    visits: tuple[int, ...]
    cost: Floats
    """EUR of the visits of each set; infinite with one whose week is closed."""
    need: Ints
    """The number of its need of crew-days."""
    kept: Ints
    """Sets with all visits whose last week it is: those that may go on."""
    place: Ints
    """Where they are among the sets of the next week."""


@dataclass(frozen=True, slots=True)
class ZoneYear:
    """A zone prepared: all that prices of crew-days do not change."""

    year: Year
    ways: tuple[Way, ...]
    sent: Ints
    """Each way to send crew-days: how many of each of *ways*."""
    enough: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    """By need and way to send: whether it serves it."""
    weeks: tuple[_Week, ...]

    def minimise(self, prices: Days, left: Days) -> tuple[float, Decisions] | None:
        """The least weight at *prices* beside the cost of days, of so many days *left*; its plan.

        EUR. A depot and week that is not in *prices* has 0. None: nothing serves all visits.
        """
        sending = self._price_days(prices, left)
        days = np.where(self.enough[None], sending[:, None], np.inf)
        least = days.min(axis=2)
        before: list[Floats] = []
        value = np.zeros(1 << len(self.weeks[0].visits))
        value[1:] = np.inf
        for at, week in enumerate(self.weeks):
            before.append(value)
            value = self._make_visits(value, week.cost + least[at][week.need])
            after = self.weeks[at + 1] if at + 1 < len(self.weeks) else None
            following = np.full(1 << len(after.visits) if after else 1, np.inf)
            following[week.place] = value[week.kept]
            value = following
        if not np.isfinite(value[0]):
            return None
        return float(value[0]), self._trace(before, least, days.argmin(axis=2))

    def _price_days(self, prices: Days, left: Days) -> Floats:
        """EUR of each way to send crew-days, by week; infinite when days left are too few."""
        n = range(1, len(self.weeks) + 1)
        each = [
            [float(way.cost) + prices.get((way.depot, week), 0.0) for way in self.ways]
            for week in n
        ]
        have = [[left[way.depot, week] for way in self.ways] for week in n]
        paid = np.array(each) @ self.sent.T
        few = (self.sent[None] > np.array(have)[:, None]).any(axis=2)
        return np.where(few, np.inf, paid)

    def _make_visits(self, value: Floats, adds: Floats) -> Floats:
        """The least value of each set after a week in which any of it may be made."""
        sets, added, starts = _list_parts(len(value).bit_length() - 1)
        return np.minimum.reduceat(value[sets] + adds[added], starts)

    def _trace(self, before: list[Floats], least: Floats, sent: Ints) -> Decisions:
        """The plan whose value is the least, from its last week to the first."""
        plan = Decisions({}, {})
        here = 0
        for at in range(len(self.weeks) - 1, -1, -1):
            week = self.weeks[at]
            adds = week.cost + least[at][week.need]
            ends = week.kept[week.place == here]
            sets, added, starts = _list_parts(len(before[at]).bit_length() - 1)
            stop = np.append(starts[1:], len(sets))
            tries = [
                (float(total[k := int(total.argmin())]), int(sets[starts[e] + k]),
                 int(added[starts[e] + k]))
                for e in ends.tolist()
                for total in [before[at][sets[starts[e] : stop[e]]]
                              + adds[added[starts[e] : stop[e]]]]
            ]  # fmt: skip
            _, here, made = min(tries)
            for bit, number in enumerate(week.visits):
                if made >> bit & 1:
                    plan.weeks[format_visit_key(self.year.visits[number])] = at + 1
            counts = self.sent[sent[at, week.need[made]]].tolist()
            for way, n in zip(self.ways, counts, strict=True):
                if n:
                    plan.days[way, at + 1] = n
        return plan


def prepare_zone(year: Year) -> ZoneYear | None:
    """*year*, of one zone. None: too many visits open at once, or ways to send crew-days."""
    numbers, ways = range(len(year.visits)), year.ways
    weeks = range(1, len(year.depots[0].crew_days) + 1)
    open_ = [
        tuple(i for i in numbers if year.visits[i].first_week <= w <= year.visits[i].last_week)
        for w in weeks
    ]
    if max(map(len, open_)) > _MOST_OPEN:
        return None
    kinds = {compute_crew_need(year.visits[i]) for i in numbers}
    groups = list_hall_groups(year, kinds, {way.depot for way in ways})
    in_group = np.array(
        [[compute_crew_need(visit) in some for some, _ in groups] for visit in year.visits]
    )
    ticks = np.array([float(year.ticks(visit)) for visit in year.visits])[:, None] * in_group
    needs = [-(-_sum_sets(ticks[list(some)]) // year.day) for some in open_]
    distinct, places = np.unique(np.concatenate(needs), axis=0, return_inverse=True)
    numbered = np.split(places.ravel(), np.cumsum([len(need) for need in needs])[:-1])
    have = {depot.id: max(depot.crew_days) for depot in year.depots}
    counts = [range(min(have[way.depot], int(distinct.max())) + 1) for way in ways]
    if len(distinct) * prod(map(len, counts)) > _MOST_SENT:
        return None
    sent = np.array(list(product(*counts)), dtype=np.int64)
    serve = np.array([[way.depot in depots for way in ways] for _, depots in groups]).T
    enough = (sent @ serve.astype(np.int64))[None] >= distinct[:, None]
    made = [
        _prepare_week(year, week, (open_[week - 1], open_[week] if week < len(open_) else ()), need)
        for week, need in zip(weeks, numbered, strict=True)
    ]
    return ZoneYear(year, ways, sent, enough.all(axis=2), tuple(made))


def _prepare_week(
    year: Year, week: int, open_: tuple[tuple[int, ...], tuple[int, ...]], need: Ints
) -> _Week:
    here, after = open_
    weights = [dict(year.list_weights(year.visits[i])).get(week, np.inf) for i in here]
    sets = np.arange(1 << len(here))
    last = sum(1 << bit for bit, i in enumerate(here) if i not in after)
    kept = sets[sets & last == last]
    place = np.zeros(len(kept), dtype=np.int64)
    for bit, i in enumerate(here):
        if i in after:
            place |= (kept >> bit & 1) << after.index(i)
    return _Week(here, _sum_sets(np.array(weights).reshape(-1, 1))[:, 0], need, kept, place)


def _sum_sets(lines: Floats) -> Floats:
    """The sum of the *lines* of each set of them, by the bits of its number."""
    found = np.zeros((1, lines.shape[1]))
    for line in lines:
        found = np.concatenate([found, found + line])
    return found


@cache
def _list_parts(n: int) -> tuple[Ints, Ints, Ints]:
    """For each set of *n* visits its parts: made before, added; where each set begins."""
    before, added, whole = (np.zeros(1, dtype=np.int64) for _ in range(3))
    for bit in range(n):
        one = 1 << bit
        before = np.concatenate([before, before | one, before])
        added = np.concatenate([added, added, added | one])
        whole = np.concatenate([whole, whole | one, whole | one])
    order = np.argsort(whole, kind="stable")
    starts = np.searchsorted(whole[order], np.arange(1 << n))
    return before[order].astype(np.int32), added[order].astype(np.int32), starts
