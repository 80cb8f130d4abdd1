"""What is computed for one zone, or zones that share days, in whatever process.

A zone whose days are not shared gets its bound by columns and its plan by exchanges; zones that
share days, small ones, and plans that skills restrict go to the compact model.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from synergie.plan.maintenance import _patterns
from synergie.plan.maintenance._decisions import Decisions, in_time, weight
from synergie.plan.maintenance._kicks import Hints, Planner, start
from synergie.plan.maintenance._moves import stairs
from synergie.plan.maintenance._patch import Floats, Ints, Patch, patch
from synergie.plan.maintenance._year import Way, Year, able, key, kind, open_weeks
from synergie.plan.maintenance._year_model import Zones, block_model, decided

type Prices = Mapping[tuple[str, int], float]
type Cancel = Callable[[], bool] | None

_SMALL = 250  # visits by open weeks: the compact model bounds so few better
_MEDIUM = 800  # up to here it may
_TRIES = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """The bound of *zones* that is wanted, at these prices of crew-days beside their cost."""

    part: Year
    zones: Zones
    prices: Prices
    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """The certified bound, None when time was short; hints when it came by columns."""

    bound: float | None
    hints: Hints | None
    late_price: float
    seconds: float
    nodes: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The plan of *zones* that is wanted, with the crew-days of *part*."""

    part: Year
    zones: Zones
    prices: Prices
    told: Told | None
    plan: "Plan | None"
    kicks: int
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of some zones, what it weighs, the crew-days it takes."""

    decisions: Decisions | None
    weight: Decimal
    used: Counter[tuple[str, int]]
    seconds: float
    nodes: int


def told(asked: Asked, cancel: Cancel = None) -> Told:
    """The bound of one block."""
    began = time.monotonic()
    if len(asked.zones) > 1 or _columns(asked.part) <= _SMALL:
        return _told_by_model(asked, cancel)
    (zone,) = asked.zones
    given = patch(asked.part, zone)
    offers = _offers(asked.part, given, asked.prices)
    price = np.array([price for price, _ in offers], dtype=np.float64).min(axis=0)
    over = _over(began + asked.seconds, cancel)
    found = _patterns.bounded(given, price, over)
    bound, nodes, left = found.bound, found.rounds, asked.seconds - (time.monotonic() - began)
    if _columns(asked.part) <= _MEDIUM and left > 0:
        other = _told_by_model(replace(asked, seconds=left), cancel)
        bound, nodes = max(bound, other.bound or bound), nodes + other.nodes
    return Told(bound, found.hints, found.centre.late, time.monotonic() - began, nodes)


def planned(wanted: Wanted, cancel: Cancel = None) -> Plan:
    """A plan of one block, the best found from the one given."""
    began = time.monotonic()
    part, hints = wanted.part, wanted.told.hints if wanted.told else None
    if hints is None or not _plain(part):
        return _planned_by_model(wanted, cancel)
    (zone,) = wanted.zones
    given = patch(part, zone)
    if not np.isfinite(given.cost).any(axis=1).all():  # no crew-day is left for some visit
        return _planned_by_model(wanted, cancel)
    offers = _offers(part, given, wanted.prices)
    steps = stairs(offers, -(-int(given.ticks.sum()) // given.day))
    over = _over(began + wanted.seconds, cancel)
    late_price = wanted.told.late_price if wanted.told else 0.0
    for _ in range(_TRIES):
        layout = start(given, given.cost + late_price * given.late, steps)
        week = _arranged(Planner(layout, hints, over), wanted)
        decisions = _decided(part, given, week, wanted.prices)
        if decisions is not None and in_time(part, decisions):
            return _held(part, decisions, began, wanted.kicks)
        if given.late[np.arange(len(week)), week].sum() <= given.most_late:
            break  # no crew-days for it: what others leave is too little
        late_price = max(2 * late_price, _gentle(given))
    return _planned_by_model(wanted, cancel)


def _arranged(planner: Planner, wanted: Wanted) -> Ints:
    """The weeks of the visits of one zone, from 0."""
    planner.rounded()
    if wanted.plan is not None and wanted.plan.decisions is not None:
        planner.again([wanted.plan.decisions.weeks[key(v)] - 1 for v in wanted.part.visits])
    if wanted.kicks:
        if wanted.seed == 1:
            planner.together(wanted.seconds / 2)
        planner.kicked(wanted.kicks, wanted.seed)
    return planner.layout.week


def _decided(part: Year, given: Patch, week: Ints, prices: Prices) -> Decisions | None:
    """Whole days from the cheapest depots that have some; None when they have too few."""
    weeks = {key(visit): int(w) + 1 for visit, w in zip(part.visits, week, strict=True)}
    load = np.bincount(week, weights=given.ticks, minlength=given.weeks)
    days: dict[tuple[Way, int], int] = {}
    left = {(d.id, w): n for d in part.depots for w, n in enumerate(d.crew_days, 1)}
    for w, ticks in enumerate(load.tolist(), 1):
        need = -(-int(ticks) // given.day)
        ways = sorted(part.ways, key=lambda way: float(way.cost) + prices.get((way.depot, w), 0.0))
        for way in ways if need else ():
            n = min(need, left[way.depot, w])
            if n:
                days[way, w] = n
                need -= n
        if need:
            return None
    return Decisions(weeks, days)


def _held(part: Year, decisions: Decisions, began: float, nodes: int) -> Plan:
    used: Counter[tuple[str, int]] = Counter()
    for (way, week), n in decisions.days.items():
        used[way.depot, week] += n
    return Plan(decisions, weight(part, decisions), used, time.monotonic() - began, nodes)


def _told_by_model(asked: Asked, cancel: Cancel) -> Told:
    model, _ = block_model(asked.part, asked.zones, prices=asked.prices)
    outcome = model.minimise(limit_s=asked.seconds, gap=1e-6, cancel=cancel)
    return Told(outcome.bound, None, 0.0, outcome.seconds, outcome.nodes)


def _planned_by_model(wanted: Wanted, cancel: Cancel) -> Plan:
    part, before = wanted.part, wanted.plan.decisions if wanted.plan else None
    model, columns = block_model(part, wanted.zones, prices=wanted.prices)
    outcome = model.minimise(
        limit_s=wanted.seconds,
        gap=1e-6,
        cancel=cancel,
        start=columns.start(part, before, len(model.columns)) if before else None,
    )
    if not outcome.values:
        return Plan(None, Decimal(0), Counter(), outcome.seconds, outcome.nodes)
    plan = _held(part, decided(part, columns, outcome), time.monotonic(), outcome.nodes)
    return Plan(plan.decisions, plan.weight, plan.used, outcome.seconds, outcome.nodes)


def _offers(part: Year, given: Patch, prices: Prices) -> list[tuple[Floats, Ints]]:
    """EUR a day and days left of each depot that serves the zone, by week."""
    depots = {depot.id: depot for depot in part.depots}
    found = []
    for way in part.ways:
        more = [prices.get((way.depot, week), 0.0) for week in range(1, given.weeks + 1)]
        found.append((float(way.cost) + np.array(more), np.array(depots[way.depot].crew_days)))
    return found


def _plain(part: Year) -> bool:
    """Whether every crew may do every visit, and no day is shared."""
    kinds = {kind(visit) for visit in part.visits}
    return all(able(depot, one) for depot in part.depots for one in kinds) and not any(
        len(way.ticks) > 1 for way in part.ways
    )


def _columns(part: Year) -> int:
    return sum(len(open_weeks(visit)) for visit in part.visits)


def _gentle(given: Patch) -> float:
    """EUR a light-point-week is taken for when lateness begins to count."""
    finite = given.cost[np.isfinite(given.cost)]
    return float(np.ptp(finite)) / max(float(given.late.max(initial=0.0)), 1.0) / 4 + 1e-6


def _over(end: float, cancel: Cancel) -> Callable[[], bool]:
    return lambda: time.monotonic() > end or (cancel is not None and cancel())
