"""A year as a choice of bundles: each visit in one, each depot within its crew-days.

The linear programme over all bundles of a few crew-days is near the cheapest year, far nearer than
that over visits and days; what it prices above the cheapest plan known is left out, and the rest
is solved in whole numbers. A plan with a bundle of more days than are listed costs at least what
the programme costs and the least reduced cost of such a bundle in any week, which the model of
that week bounds.
"""

from math import inf, isfinite

import numpy as np

from synergie.errors import OutOfTime
from synergie.maintenance.plan.year._blocks import YearSearchResult, is_widely_linked
from synergie.maintenance.plan.year._bundles import (
    Lists,
    build_cost_table,
    iterate_bits,
    list_bundles,
)
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._other_bundles import (
    Prices,
    bound_other_bundles,
    restrict_to_week,
)
from synergie.maintenance.plan.year._patch import Floats, Ints
from synergie.maintenance.plan.year._split import cut_shared_days
from synergie.maintenance.plan.year._year import (
    SharedDay,
    Way,
    Year,
    count_weeks_late,
    format_visit_key,
    open_weeks,
)
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.plan.linear import Linear
from synergie.plan.solver import Model

_MOST_DAYS = 4
_LISTING = 0.3
"""Share of the time for listing bundles."""
_ENOUGH = 3
"""Days of a bundle up to which all are to be listed: the bound is weak before, and blocks of a few
zones are solved well without."""
_MOST_COLUMNS = 30_000
_BATCH = 1_000
_ROUNDS = 200
_EPSILON = 1e-7
_SECONDS = 60.0
"""More than the days of one week ever take, whose visits are decided."""


def find_partition(year: Year, effort: Effort, known: Decisions | None) -> YearSearchResult:
    """The cheapest year over bundles, and a bound of every year. Neither when there are too many.

    The plan *known* says which bundles cannot be in a cheaper one.
    """
    nothing = YearSearchResult(None, None, (), "time")
    lists = list_bundles(year, _MOST_DAYS, effort.within(effort.remaining_s() * _LISTING).over)
    few = lists is not None and lists.most_days < _ENOUGH and not is_widely_linked(year)
    if lists is None or few or effort.over():
        return nothing
    master = _Master(year, lists)
    prices = master.price(effort)
    if prices is None:
        return nothing
    most = inf if known is None else float(compute_plan_weight(year, known))
    plan, least = master.choose(prices, most, effort)
    plans = [one for one in (plan, known) if one is not None]
    best = min(plans, key=lambda one: compute_plan_weight(year, one), default=None)
    if best is None:
        return nothing
    room = float(compute_plan_weight(year, best)) - prices.bound
    more = bound_other_bundles(year, prices, lists.most_days, room=room, effort=effort)
    bound = None if more < 0 else min(least, prices.bound + more)
    return YearSearchResult(best, bound, (), "time")


class _Master:
    """The linear programme, its columns chosen from the table of bundles and weeks."""

    def __init__(self, year: Year, lists: Lists) -> None:
        self.year, self.lists = year, lists
        self.n, self.weeks = len(year.visits), len(year.depots[0].crew_days)
        self.depots = [depot.id for depot in year.depots]
        self.cost = build_cost_table(year, lists)
        self.visits = np.zeros((len(lists.bundles), self.n))
        for row, bundle in enumerate(lists.bundles):
            self.visits[row, list(iterate_bits(bundle.visits))] = 1.0
        sent = [[day.depot for day in bundle.days] for bundle in lists.bundles]
        self.sent = np.array([[some.count(d) for d in self.depots] for some in sent], dtype=float)
        self.zones = sorted(year.most_late)
        self.late = self._build_late_table()

    def _build_late_table(self) -> Floats:
        """Light-point-weeks late by zone with a limit, visit and week."""
        table = np.zeros((len(self.zones), self.n, self.weeks))
        for i, visit in enumerate(self.year.visits):
            if visit.zone in self.zones:
                row = self.zones.index(visit.zone)
                for week in open_weeks(visit):
                    table[row, i, week - 1] = count_weeks_late(visit, week)
        return table

    def price(self, effort: Effort) -> Prices | None:
        """The optimum over all bundles. None: time ended before, or visits cannot all be made."""
        linear = self._start()
        inside = np.zeros(self.cost.shape, dtype=np.bool_)
        for _ in range(_ROUNDS):
            if effort.over():
                return None
            try:
                answer = linear.minimise(limit_s=effort.remaining_s())
            except OutOfTime:
                return None
            if answer is None:
                return None
            reduced = self._reduce(answer.duals)
            reduced[inside] = inf
            rows, weeks = _find_lowest(reduced, _BATCH)
            if not len(rows):
                missed = answer.values[: self.n].max(initial=0.0) > _EPSILON
                return None if missed else self._read(answer.duals)
            inside[rows, weeks] = True
            linear.enter(self._build_columns(rows, weeks), self.cost[rows, weeks])
        return None

    def _start(self) -> Linear:
        """Rows, and a dear column for each visit that is not made."""
        linear = Linear()
        dear = 10 * float(self.cost[np.isfinite(self.cost)].max(initial=1.0))
        for _ in range(self.n):
            linear.column(dear, low=0.0)
        linear.require(np.eye(self.n), np.ones(self.n), np.ones(self.n))
        caps = np.array([depot.crew_days for depot in self.year.depots], dtype=float).ravel()
        limits = [float(self.year.most_late[zone]) for zone in self.zones]
        ends = np.concatenate([caps, limits])
        linear.require(np.zeros((len(ends), self.n)), np.full(len(ends), -inf), ends)
        return linear

    def _build_columns(self, rows: Ints, weeks: Ints) -> Floats:
        caps = np.zeros((len(rows), len(self.depots), self.weeks))
        caps[np.arange(len(rows)), :, weeks] = self.sent[rows]
        late = np.einsum("ci,zic->cz", self.visits[rows], self.late[:, :, weeks])
        return np.concatenate([self.visits[rows], caps.reshape(len(rows), -1), late], axis=1)

    def _reduce(self, duals: Floats) -> Floats:
        """What each bundle in each week costs beyond what its visits are worth."""
        size = self.n + len(self.depots) * self.weeks
        days = duals[self.n : size].reshape(len(self.depots), self.weeks)
        worth = duals[: self.n, None] + np.einsum("z,ziw->iw", duals[size:], self.late)
        reduced: Floats = self.cost - self.visits @ worth - self.sent @ days
        return reduced

    def _read(self, duals: Floats) -> Prices:
        """Duals with the right sign, and the bound that they prove of plans of such bundles."""
        size = self.n + len(self.depots) * self.weeks
        duals = duals.copy()
        duals[self.n :] = np.minimum(duals[self.n :], 0.0)
        days = {
            (depot, week): -float(duals[self.n + d * self.weeks + week - 1])
            for d, depot in enumerate(self.depots)
            for week in range(1, self.weeks + 1)
        }
        late = {zone: -float(duals[size + k]) for k, zone in enumerate(self.zones)}
        have = {depot.id: depot.crew_days for depot in self.year.depots}
        paid = sum(price * have[depot][week - 1] for (depot, week), price in days.items())
        paid += sum(price * self.year.most_late[zone] for zone, price in late.items())
        reduced = self._reduce(duals)
        below = float(reduced[reduced < 0].sum())
        bound = float(duals[: self.n].sum()) - paid + below
        self.reduced = reduced
        return Prices(bound, duals[: self.n], days, late)

    def choose(self, prices: Prices, most: float, effort: Effort) -> tuple[Decisions | None, float]:
        """The cheapest plan of bundles that may be in one below *most*, and what none costs less.

        *most* without end: of the bundles with the lowest reduced costs.
        """
        room = most - prices.bound
        rows, weeks = _find_lowest(self.reduced, _MOST_COLUMNS, below=room)
        left_out = inf
        if len(rows) == _MOST_COLUMNS:
            left_out = float(self.reduced[rows, weeks].max())
        model = Model("bundles")
        for row, week in zip(rows.tolist(), weeks.tolist(), strict=True):
            model.binary(f"b_{row}_{week}", float(self.cost[row, week]))
        self._require(model, rows, weeks)
        outcome = model.minimise(
            limit_s=effort.remaining_s(), gap_abs=effort.gap_abs, cancel=effort.cancel
        )
        bound = inf if outcome.stop == "infeasible" else outcome.bound or -inf
        least = min(bound, prices.bound + min(left_out, room))
        if not outcome.values:
            return None, least
        chosen = [k for k in range(len(rows)) if outcome.chosen(k)]
        return self._decide([(int(rows[k]), int(weeks[k]) + 1) for k in chosen]), least

    def _require(self, model: Model, rows: Ints, weeks: Ints) -> None:
        matrix = self._build_columns(rows, weeks)
        ends = [(1.0, 1.0)] * self.n
        ends += [(-inf, float(n)) for depot in self.year.depots for n in depot.crew_days]
        ends += [(-inf, float(self.year.most_late[zone])) for zone in self.zones]
        for k, (low, high) in enumerate(ends):
            terms = [(int(c), float(matrix[c, k])) for c in np.flatnonzero(matrix[:, k])]
            if terms or low > 0:
                model.require(terms, low=low if isfinite(low) else None, high=high)

    def _decide(self, chosen: list[tuple[int, int]]) -> Decisions:
        """The weeks and days of the bundles *chosen*; a day that two of them share is sent once."""
        weeks: dict[str, int] = {}
        whole: dict[tuple[Way, int], int] = {}
        shared: dict[tuple[SharedDay, int], int] = {}
        for row, week in chosen:
            bundle = self.lists.bundles[row]
            for i in iterate_bits(bundle.visits):
                weeks[format_visit_key(self.year.visits[i])] = week
            for day in bundle.days:
                if isinstance(day, Way):
                    whole[day, week] = whole.get((day, week), 0) + 1
                else:
                    shared[day, week] = shared.get((day, week), 0) + 1
        plan = Decisions(weeks, whole)
        if max(shared.values(), default=0) > 1:
            return _send_days(self.year, plan)
        return cut_shared_days(self.year, plan, tuple(sorted(shared, key=_order_sent)))


def _order_sent(sent: tuple[SharedDay, int]) -> tuple[int, str, str, str]:
    day, week = sent
    return week, day.depot, day.first, day.second


def _send_days(year: Year, plan: Decisions) -> Decisions:
    """*plan* with its weeks, its days sent again week by week at least cost."""
    whole = Decisions({}, {})
    for week in sorted(set(plan.weeks.values())):
        names = frozenset(name for name, at in plan.weeks.items() if at == week)
        part = restrict_to_week(year, week, names)
        model, columns = block_model(part, frozenset(part.zones()))
        outcome = model.minimise(limit_s=_SECONDS)
        whole = whole | build_decisions(part, columns, outcome)
    return whole


def _find_lowest(reduced: Floats, most: int, *, below: float = -_EPSILON) -> tuple[Ints, Ints]:
    """Rows and weeks of the lowest of *reduced* that are under *below*, at most so many."""
    flat = reduced.ravel()
    found = np.flatnonzero(flat < below)
    if len(found) > most:
        found = found[np.argpartition(flat[found], most)[:most]]
    return np.unravel_index(np.sort(found), reduced.shape)  # type: ignore[return-value]
