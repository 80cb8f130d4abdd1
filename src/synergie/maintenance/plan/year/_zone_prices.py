"""A year of whole days as a choice of one year for each zone, tied by crew-days alone.

Prices of crew-days come from the linear programme over the zone years found so far; each zone
answers with its cheapest year at them (`_zone_year`), exact. What the answers add up to, less what
all crew-days are worth, is a certified bound, whatever the prices; a choice among all answers in
whole numbers is a plan.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np

from synergie.maintenance.plan.year._blocks import YearSearchResult
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._patch import Floats
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.plan.year._zone import part_of
from synergie.maintenance.plan.year._zone_year import ZoneYear, prepare_zone
from synergie.plan.linear import Linear
from synergie.plan.solver import Model

_SMOOTH = 0.6
"""Weight of the best prices so far."""
_NEAR = 1e-5
"""EUR per EUR between programme and bound at which prices are done."""
_PRICED = 0.6
"""Share of the time for prices."""
_CHOSEN = 0.25
"""Share of what is left that one choice among the zone years may take."""
_SPREAD = 0.3
"""How far drawn prices are from the best, relative."""
_DRAWS = 4
"""Drawn prices between two choices."""
_IDLE = 5
"""Choices without gain, one after the other, after which no more are made."""
_SWEEPS = 30
"""Prices that all zones are asked at, at least, for a bound that says something."""
_SETS_A_SECOND = 5e7
"""Of a processor: sets of visits that a zone looks at, with what a week adds."""
_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class _Answer:
    """A year of one zone: what it weighs, the crew-days it takes."""

    zone: str
    plan: Decisions
    weight: float
    used: Counter[tuple[str, int]]


def find_by_zone_prices(year: Year, effort: Effort, known: Decisions | None) -> YearSearchResult:
    """The cheapest plan found from *known*, and a bound: none of a year that is not made so.

    That is one whose days are shared or whose zones may not be late, or with a zone of which too
    many visits are open at once (for the time there is).
    """
    nothing = YearSearchResult(known, None, (), "time")
    if year.shared or year.most_late or effort.over():
        return nothing
    zones = {}
    for zone in year.zones():
        made = prepare_zone(part_of(year, frozenset([zone])))
        if made is None or effort.over():
            return nothing
        zones[zone] = made
    sets = sum(3 ** len(week.visits) for made in zones.values() for week in made.weeks)
    if sets * _SWEEPS > _SETS_A_SECOND * effort.remaining_s():
        return nothing
    search = _Search(year, zones, effort, known)
    search.find_prices()
    if search.bound is not None:
        search.choose()
    return YearSearchResult(search.best, search.bound, (), "time")


@dataclass(slots=True)
class _Search:
    """The zone years found so far, the programme over them, the best plan and bound."""

    year: Year
    zones: dict[str, ZoneYear]
    effort: Effort
    best: Decisions | None
    bound: float | None = None
    have: dict[tuple[str, int], int] = field(init=False)
    prices: Floats = field(init=False)
    """Of the bound, in the order of *have*."""
    answers: dict[tuple[str, str], _Answer] = field(default_factory=dict)
    _master: Linear = field(default_factory=Linear)

    def __post_init__(self) -> None:
        """Begin with the plan known, and with a way out that costs more than any plan."""
        days = [(d.id, enumerate(d.crew_days, 1)) for d in self.year.depots]
        self.have = {(name, week): n for name, weeks in days for week, n in weeks}
        self.prices = np.zeros(len(self.have))
        n, m = len(self.zones), len(self.have)
        dearest = sum(max(eur for _, eur in self.year.list_weights(v)) for v in self.year.visits)
        dearest += sum(float(way.cost) for way in self.year.ways) * len(self.year.visits)
        for _ in range(n):
            self._master.column(dearest, low=0.0)
        ones = np.zeros((n + m, n))
        ones[:n] = np.eye(n)
        low = np.concatenate([np.ones(n), -np.array([float(d) for d in self.have.values()])])
        self._master.require(ones, low, np.concatenate([np.ones(n), np.full(m, np.inf)]))
        if self.best is not None:
            self._enter(self._divide(self.best))

    def find_prices(self) -> None:
        """Raise the bound until the programme over the zone years meets it, or time ends."""
        effort = self.effort.within(self.effort.remaining_s() * _PRICED)
        prices = self.prices
        while not effort.over():
            if not self._ask(prices):
                return
            found = self._master.minimise()
            if found is None or self.bound is None:
                return
            if found.objective - self.bound <= _NEAR * abs(found.objective):
                return
            wanted = np.maximum(found.duals[len(self.zones) :], 0.0)
            prices = _SMOOTH * self.prices + (1 - _SMOOTH) * wanted

    def choose(self) -> None:
        """A plan of the zone years found, then of those that drawn prices add."""
        chance = random.Random(0)  # noqa: S311 (a draw that must repeat, not a secret)
        idle = 0
        while idle < _IDLE and not self.effort.over() and not self._is_near():
            before = self.best
            self._choose_once()
            self._settle_zones()
            idle = 0 if self.best is not before else idle + 1
            for _ in range(_DRAWS):
                if self.effort.over() or self._is_near():
                    return
                drawn = [chance.uniform(1 - _SPREAD, 1 + _SPREAD) for _ in self.prices]
                self._ask(self.prices * np.array(drawn))

    def _ask(self, prices: Floats) -> bool:
        """The cheapest year of each zone at *prices*, and a bound. False: a zone has none."""
        told = {
            at: price
            for at, price in zip(self.have, prices.tolist(), strict=True)
            if price > _SMALL
        }
        total = -sum(price * self.have[at] for at, price in told.items())
        answers = []
        for zone, prepared in self.zones.items():
            if self.effort.over():
                return False
            found = prepared.minimise(told, self.have)
            if found is None:
                return False
            total += found[0]
            answers.append(self._answer(zone, found[1]))
        if self.bound is None or total > self.bound:
            self.bound, self.prices = total, prices
        self._enter(answers)
        return True

    def _answer(self, zone: str, plan: Decisions) -> _Answer:
        used: Counter[tuple[str, int]] = Counter()
        for (way, week), n in plan.days.items():
            used[way.depot, week] += n
        weight = float(compute_plan_weight(self.zones[zone].year, plan))
        return _Answer(zone, plan, weight, used)

    def _divide(self, plan: Decisions) -> list[_Answer]:
        """What *plan* does in each zone."""
        answers = []
        for zone, numbers in self.year.by_zone.items():
            names = [format_visit_key(self.year.visits[i]) for i in numbers]
            days = {at: n for at, n in plan.days.items() if at[0].ticks[0][0] == zone and n}
            part = Decisions({name: plan.weeks[name] for name in names}, days)
            answers.append(self._answer(zone, part))
        return answers

    def _enter(self, answers: list[_Answer]) -> None:
        """Those that are new come into the programme."""
        order = {zone: k for k, zone in enumerate(self.zones)}
        places = {at: k for k, at in enumerate(self.have, len(order))}
        new = []
        for one in answers:
            key = one.zone, repr((sorted(one.plan.weeks.items()), sorted(one.used.items())))
            if key not in self.answers:
                self.answers[key] = one
                new.append(one)
        lines = np.zeros((len(new), len(order) + len(places)))
        for line, one in zip(lines, new, strict=True):
            line[order[one.zone]] = 1.0
            for at, n in one.used.items():
                line[places[at]] = -float(n)
        if new:
            self._master.enter(lines, np.array([one.weight for one in new]))

    def _choose_once(self) -> None:
        """One of the zone years found for each zone, within the crew-days, at least weight."""
        model = Model("zones")
        answers = {model.binary(f"a{k}", a.weight): a for k, a in enumerate(self.answers.values())}
        for zone in self.zones:
            terms = [(c, 1) for c, one in answers.items() if one.zone == zone]
            model.require(terms, low=1, high=1)
        for at, most in self.have.items():
            used = [(c, one.used[at]) for c, one in answers.items() if one.used[at]]
            model.require(used, high=most)
        outcome = model.minimise(
            limit_s=self.effort.remaining_s() * _CHOSEN, gap=_NEAR, cancel=self.effort.cancel
        )
        if outcome.values:
            chosen = [one.plan for c, one in answers.items() if round(outcome.values[c])]
            self._keep(reduce(or_, chosen))

    def _settle_zones(self) -> None:
        """Each zone of the best plan again in the crew-days that others leave, while it gains."""
        if self.best is None:
            return
        parts = {one.zone: one for one in self._divide(self.best)}
        gained = True
        while gained and not self.effort.over():
            gained = False
            for zone, prepared in self.zones.items():
                used = sum((one.used for one in parts.values() if one.zone != zone), Counter())
                left = {at: n - used[at] for at, n in self.have.items()}
                found = prepared.minimise({}, left)
                if found is not None and found[0] < parts[zone].weight - _SMALL:
                    parts[zone] = self._answer(zone, found[1])
                    gained = True
        self._enter(list(parts.values()))
        self._keep(reduce(or_, (one.plan for one in parts.values())))

    def _keep(self, plan: Decisions) -> None:
        if self.best is None or compute_plan_weight(self.year, plan) < compute_plan_weight(
            self.year, self.best
        ):
            self.best = plan

    def _is_near(self) -> bool:
        if self.best is None or self.bound is None:
            return False
        return float(compute_plan_weight(self.year, self.best)) - self.bound <= self.effort.gap_abs
