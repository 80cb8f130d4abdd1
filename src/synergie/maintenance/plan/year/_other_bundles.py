"""What a year costs at least that has a bundle of more crew-days than are listed.

At the prices of the programme over the listed bundles, such a bundle costs its visits and days
less what they are worth. The model of one week with so many days, in zones that their pairs can
link, bounds that; where nothing that large can pay, the programme's own plan is the cheapest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

from synergie.maintenance.plan.year._columns import Columns
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._patch import Floats
from synergie.maintenance.plan.year._year import (
    SharedDay,
    Way,
    Year,
    count_weeks_late,
    format_visit_key,
    open_weeks,
)
from synergie.maintenance.plan.year._year_model import block_model
from synergie.plan.solver import Model


@dataclass(frozen=True, slots=True)
class Prices:
    """Duals of the programme: what each visit, crew-day and light-point-week late is worth, EUR."""

    bound: float
    """What no plan of listed bundles costs less than."""
    visits: Floats
    days: Mapping[tuple[str, int], float]
    """By depot and week, beside what a day costs."""
    late: Mapping[str, float]
    """By zone with a limit."""


def restrict_to_week(year: Year, week: int, names: frozenset[str] | None = None) -> Year:
    """The visits that are open in *week* (those of *names* when given), in no other."""
    visits = tuple(
        visit.model_copy(
            update={
                "closed_weeks": tuple(
                    w for w in range(visit.first_week, visit.last_week + 1) if w != week
                )
            }
        )
        for visit in year.visits
        if week in open_weeks(visit) and (names is None or format_visit_key(visit) in names)
    )
    return replace(year, visits=visits, most_late={})


def bound_other_bundles(
    year: Year, prices: Prices, most_days: int, *, room: float, effort: Effort
) -> float:
    """The least reduced cost of a bundle of more than *most_days* days, at most *room*, EUR.

    Below zero when it is not known: time ended, or some bundle would make the programme cheaper.
    """
    least = room
    for week in range(1, len(year.depots[0].crew_days) + 1):
        if effort.over():
            return -inf
        mine = _build_week(year, week, prices)
        least = min(least, mine.bound(most_days + 1, room, effort))
        if least < 0:
            return -inf
    return least


@dataclass(frozen=True, slots=True)
class _Week:
    """One week at these prices: its visits, and what each is worth beyond its cost."""

    part: Year
    week: int
    gains: tuple[float, ...]
    prices: Prices

    def bound(self, least_days: int, room: float, effort: Effort) -> float:
        """What a bundle of *least_days* or more costs at least, at these prices."""
        days: list[Way | SharedDay] = [*self.part.ways, *self.part.shared]
        cheapest = min(float(d.cost) + self.prices.days[d.depot, self.week] for d in days)
        simple = least_days * cheapest - sum(max(0.0, gain) for gain in self.gains)
        if simple >= room or not self.part.visits:
            return simple
        zones = frozenset(self.part.zones())
        model, columns = block_model(self.part, zones, limit_s=effort.remaining_s())
        _make_visits_optional(model, columns)
        self._add_prices(model, columns)
        _require_one_bundle(model, self.part, columns, least_days)
        outcome = model.minimise(limit_s=effort.remaining_s(), cancel=effort.cancel)
        if outcome.stop == "infeasible":
            return inf
        return simple if outcome.bound is None else max(simple, outcome.bound)

    def _add_prices(self, model: Model, columns: Columns) -> None:
        for (i, _), column in columns.visits.items():
            model.columns[column] = replace(model.columns[column], cost=-self.gains[i])
        days = [(self.part.ways[n].depot, column) for (n, _), column in columns.days.items()]
        days += [(self.part.shared[m].depot, cut.day) for (m, _), cut in columns.shared.items()]
        for depot, column in days:
            before = model.columns[column]
            more = self.prices.days[depot, self.week]
            model.columns[column] = replace(before, cost=before.cost + more)


def _build_week(year: Year, week: int, prices: Prices) -> _Week:
    part = restrict_to_week(year, week)
    worth = dict(zip(map(format_visit_key, year.visits), prices.visits.tolist(), strict=True))
    gains = tuple(
        worth[format_visit_key(visit)]
        - float(year.weigh(visit, week))
        - prices.late.get(visit.zone, 0.0) * count_weeks_late(visit, week)
        for visit in part.visits
    )
    return _Week(part, week, gains, prices)


def _make_visits_optional(model: Model, columns: Columns) -> None:
    """M1 at most once; M4, which asks for all visits, left out."""
    visits = set(columns.visits.values())
    model.rows[:] = [
        replace(row, low=None) if row.low and {c for c, _ in row.terms} <= visits else row
        for row in model.rows
        if not row.implied
    ]


def _require_one_bundle(model: Model, part: Year, columns: Columns, least_days: int) -> None:
    """*least_days* days or more, and zones that are no more than days shared by them can link."""
    every = [(column, 1) for column in columns.days.values()]
    every += [(cut.day, 1) for cut in columns.shared.values()]
    model.require(every, low=least_days)
    zones = {zone: model.binary(f"g_{zone}", 0.0) for zone in part.zones()}
    for (i, _), column in columns.visits.items():
        model.require([(column, 1), (zones[part.visits[i].zone], -1)], high=0)
    for (n, _), column in columns.days.items():
        most = model.columns[column].high
        model.require([(column, 1), (zones[part.ways[n].ticks[0][0]], -most)], high=0)
    pairs: dict[tuple[str, str], list[int]] = {}
    for (m, _), cut in columns.shared.items():
        day = part.shared[m]
        pairs.setdefault((day.first, day.second), []).append(cut.day)
        for zone in (day.first, day.second):
            model.require([(cut.day, 1), (zones[zone], -1)], high=0)
    links = []
    for (first, second), days in pairs.items():
        link = model.binary(f"l_{first}_{second}", 0.0)
        links.append((link, 1))
        model.require([(link, 1), *((day, -1) for day in days)], high=0)
    model.require([*links, *((column, -1) for column in zones.values())], low=-1)
