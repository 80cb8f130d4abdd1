"""Bundles: the visits of one week that the same crew-days serve, with the crew-days that do so.

Crew-days of a week that share no zone's hours with others are a bundle by themselves: one day in
a zone, two days that cut a visit between them, a day that two neighbours share and those that it
meets there. A year is a choice of bundles in which each visit is once; few crew-days make a
bundle, so that of a year with few visits a zone all of them can be listed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import numpy as np

from synergie.maintenance.plan.year._patch import Floats, Ints
from synergie.maintenance.plan.year._year import (
    SharedDay,
    Way,
    Year,
    compute_crew_need,
    has_able_crews,
    open_weeks,
)

_MOST = 60_000
"""Bundles that are listed; a year with more is solved in other ways."""
_MOST_TRIED = 500_000
"""Sets of visits by crew-days that serve them, of one number of days."""
_LOOK = 1_000
"""Of them, how many are tried between two looks at the time."""
_MOST_SETS = 60_000
"""Sets of visits of some zones that are looked at together."""
_MOST_BITS = 62
"""Weeks, and visits of some zones, that fit a number of the machine."""

type Day = Way | SharedDay
type Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
type Key = tuple[int, tuple[str, ...]]
"""Visits as bits, and the depots that send the days, in order."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Visits as bits, the days that serve them at least cost from such depots."""

    visits: int
    days: tuple[Day, ...]
    cost: float
    weeks: int
    """Weeks in which all its visits are open, as bits."""


class TooManyBundles(Exception):
    """There are more than are listed."""


@dataclass(frozen=True, slots=True)
class Lists:
    """All bundles of at most *most_days* crew-days that are no two others beside each other."""

    bundles: tuple[Bundle, ...]
    most_days: int


def list_bundles(
    year: Year, most_days: int, over: Callable[[], bool] | None = None
) -> Lists | None:
    """All bundles of up to so many days as can be listed. None: not even those of two.

    *over* says when time for it is out.
    """
    if len(year.depots[0].crew_days) > _MOST_BITS:
        return None
    builder = _Builder(year)
    listed = 0
    for n in range(1, most_days + 1):
        try:
            builder.extend(n, over or (lambda: False))
        except TooManyBundles:
            break
        listed = n
    return Lists(tuple(builder.iterate_bundles(listed)), listed) if listed > 1 else None


class _Builder:
    """Bundles by visits and depots, one more crew-day at each step."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.ticks = [year.ticks(visit) for visit in year.visits]
        self.weeks = [sum(1 << week for week in open_weeks(visit)) for visit in year.visits]
        self.able = {
            depot.id: [has_able_crews(depot, compute_crew_need(visit)) for visit in year.visits]
            for depot in year.depots
        }
        self.days: dict[frozenset[str], list[Day]] = defaultdict(list)
        days: list[Day] = [*year.ways, *year.shared]
        for day in days:
            self.days[day.zones].append(day)
        self.units = sorted(self.days, key=lambda zones: (len(zones), sorted(zones)))
        self.shapes: list[tuple[frozenset[str], ...]] = []
        self.found: dict[Key, Bundle] = {}
        self.sums: set[Key] = set()
        """Those that two others beside each other replace."""

    def extend(self, n: int, over: Callable[[], bool]) -> None:
        """Find those of *n* days, given those of fewer. Raises TooManyBundles, when *over* too."""
        shapes = self._extend_shapes()
        found = self._list_cheapest(shapes, over)
        self.shapes = shapes
        if len(self.found) + len(found) > _MOST:
            raise TooManyBundles
        self.found |= found
        for key, bundle in found.items() if n > 1 else ():
            if over():
                raise TooManyBundles
            if self._is_sum(key, bundle):
                self.sums.add(key)

    def _list_cheapest(
        self, shapes: list[tuple[frozenset[str], ...]], over: Callable[[], bool]
    ) -> dict[Key, Bundle]:
        """Bundles of *shapes*, for each set of visits and depots the cheapest days."""
        found: dict[Key, Bundle] = {}
        tried = 0
        for shape in shapes:
            for key, bundle in self._iterate_of_shape(shape, over):
                tried += 1
                if tried > _MOST_TRIED or (tried % _LOOK == 0 and over()):
                    raise TooManyBundles
                best = found.get(key)
                if best is None or bundle.cost < best.cost:
                    found[key] = bundle
            if len(found) > _MOST or over():
                raise TooManyBundles
        return found

    def iterate_bundles(self, most_days: int) -> Iterator[Bundle]:
        """Those found, of at most *most_days* days, in a fixed order."""
        for key, bundle in sorted(self.found.items(), key=lambda one: (one[0][1], one[0][0])):
            if len(bundle.days) <= most_days and key not in self.sums:
                yield bundle

    def _extend_shapes(self) -> list[tuple[frozenset[str], ...]]:
        """Which zones the days of a bundle are in: each meets another in a zone."""
        if not self.shapes:
            return [(unit,) for unit in self.units]
        more = {
            tuple(sorted((*shape, unit), key=self.units.index))
            for shape in self.shapes
            for unit in self.units
            if unit & frozenset().union(*shape)
        }
        return sorted(more, key=lambda shape: [self.units.index(unit) for unit in shape])

    def _iterate_of_shape(
        self, shape: tuple[frozenset[str], ...], over: Callable[[], bool]
    ) -> Iterator[tuple[Key, Bundle]]:
        visits = [i for zone in sorted(frozenset().union(*shape)) for i in self.year.by_zone[zone]]
        sets = self._list_sets(visits, shape)
        for days in product(*(self.days[unit] for unit in shape)) if len(sets) else ():
            if _are_in_order(days):
                if over():
                    raise TooManyBundles
                fits = self._select_fitting(sets, visits, days)
                cost = sum(float(day.cost) for day in days)
                depots = tuple(sorted(day.depot for day in days))
                for bits in sets[fits].tolist():
                    chosen = [visits[j] for j in range(len(visits)) if bits >> j & 1]
                    whole = sum(1 << i for i in chosen)
                    open_ = _intersect([self.weeks[i] for i in chosen])
                    yield (whole, depots), Bundle(whole, days, cost, open_)

    def _list_sets(self, visits: list[int], shape: tuple[frozenset[str], ...]) -> Ints:
        """Sets of *visits*, as bits, with work in each zone, no more hours than days, and a week.

        Raises TooManyBundles.
        """
        if len(visits) > _MOST_BITS:
            raise TooManyBundles
        most = self.year.day * len(shape)
        sets, hours = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        weeks = np.full(1, -1, dtype=np.int64)
        for j, i in enumerate(visits):
            more = hours + self.ticks[i]
            both = weeks & np.int64(self.weeks[i])
            fits = (more <= most) & (both != 0)
            sets = np.concatenate([sets, sets[fits] | np.int64(1 << j)])
            hours = np.concatenate([hours, more[fits]])
            weeks = np.concatenate([weeks, both[fits]])
            if len(sets) > _MOST_SETS:
                raise TooManyBundles
        for zone in frozenset().union(*shape):
            inside = sum(1 << j for j, i in enumerate(visits) if self.year.visits[i].zone == zone)
            sets = sets[(sets & np.int64(inside)) != 0]
        return sets

    def _select_fitting(self, sets: Ints, visits: list[int], days: Sequence[Day]) -> Bools:
        """Which *sets* the *days* serve: what only some of them may do fits those (Hall)."""
        reach = [
            sum(
                1 << k
                for k, day in enumerate(days)
                if self.year.visits[i].zone in day.zones and self.able[day.depot][i]
            )
            for i in visits
        ]
        fits: Bools = np.ones(len(sets), dtype=np.bool_)
        for some in range(1 << len(days)):
            only = [j for j, mask in enumerate(reach) if not mask & ~some]
            if only:
                room = sum(self._count_room(day) for k, day in enumerate(days) if some >> k & 1)
                work = sum(((sets >> j) & 1) * self.ticks[visits[j]] for j in only)
                fits &= work <= room
        return fits

    def _count_room(self, day: Day) -> int:
        return day.room if isinstance(day, SharedDay) else self.year.day

    def _is_sum(self, key: Key, bundle: Bundle) -> bool:
        """Whether two bundles beside each other do the same from the same depots, not dearer."""
        visits, depots = key
        lowest = visits & -visits
        part = (visits - 1) & visits
        while part:
            if part & lowest and self._is_sum_of(part, visits ^ part, depots, bundle.cost):
                return True
            part = (part - 1) & visits
        return False

    def _is_sum_of(self, part: int, rest: int, depots: tuple[str, ...], cost: float) -> bool:
        for n in range(1, len(depots)):
            for places in combinations(range(len(depots)), n):
                mine = self.found.get((part, tuple(depots[k] for k in places)))
                if mine is not None and mine.cost < cost:
                    left = tuple(d for k, d in enumerate(depots) if k not in places)
                    other = self.found.get((rest, left))
                    if other is not None and mine.cost + other.cost <= cost:
                        return True
        return False


def _are_in_order(days: Sequence[Day]) -> bool:
    """Whether *days* in equal zones come by depot, and none that is shared comes twice."""
    return all(
        a.zones != b.zones or a.depot < b.depot or (a.depot == b.depot and isinstance(a, Way))
        for a, b in pairwise(days)
    )


def _intersect(weeks: Sequence[int]) -> int:
    both = -1
    for one in weeks:
        both &= one
    return both


def iterate_bits(bits: int) -> Iterator[int]:
    """The places of the bits that are set, in order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def build_cost_table(year: Year, lists: Lists) -> Floats:
    """EUR of each bundle in each week, days included; infinite where a visit is not open."""
    weeks = len(year.depots[0].crew_days)
    each = np.full((len(year.visits), weeks), np.inf)
    for i, visit in enumerate(year.visits):
        for week in open_weeks(visit):
            each[i, week - 1] = float(year.weigh(visit, week))
    table = np.zeros((len(lists.bundles), weeks))
    for row, bundle in enumerate(lists.bundles):
        chosen = list(iterate_bits(bundle.visits))
        table[row] = each[chosen].sum(axis=0) + bundle.cost
    return table
