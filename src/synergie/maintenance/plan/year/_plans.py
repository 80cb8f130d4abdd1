"""A plan of one zone, or of zones that share days, in whatever process.

By exchanges, zone after zone with whole days, where every crew may do every visit; the compact
model goes on from there for zones that share days and small ones, and does the rest.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.maintenance.plan.year._columns import Zones
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight, in_time
from synergie.maintenance.plan.year._kicks import Hints, Planner, build_first_layout
from synergie.maintenance.plan.year._moves import Layout, compute_day_costs
from synergie.maintenance.plan.year._patch import Ints, Patch, build_zone_patch
from synergie.maintenance.plan.year._patterns import compute_zone_bound
from synergie.maintenance.plan.year._tasks import ZonesBound
from synergie.maintenance.plan.year._year import Way, Year, format_visit_key
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.plan.year._zone import (
    Cancel,
    Prices,
    all_able,
    build_stop_condition,
    list_depot_offers,
    part_of,
    reduce_year_days,
)

_TRIES = 6
_TOGETHER = 0.85  # share of the time for putting patterns together: it gains most
_SOON = 60  # kicks of a plan that is wanted soon


@dataclass(frozen=True, slots=True)
class ZonesPlanRequest:
    """The plan of *zones* that is wanted, with the crew-days of *part*."""

    part: Year
    zones: Zones
    prices: Prices
    told: ZonesBound | None
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
    seconds: float = 0.0
    nodes: int = 0


def improve_zones_plan(wanted: ZonesPlanRequest, cancel: Cancel = None) -> Plan:
    """A plan of one block, the best found from the one given."""
    began = time.thread_time()
    stop = build_stop_condition(began + wanted.seconds, cancel)
    before = wanted.plan.decisions if wanted.plan is not None else None
    hints = wanted.told.hints if wanted.told is not None else None
    if wanted.told is not None and hints is not None and all_able(wanted.part):
        (zone,) = wanted.zones
        arrange = _build_arranger(wanted, hints, stop)
        found = _arrange_zone_weeks(
            wanted.part, zone, wanted.prices, (wanted.told.late_price, arrange)
        )
        if found is not None:
            return build_zones_plan(wanted.part, found, time.thread_time() - began, wanted.kicks)
    quick = plan_whole_days(wanted.part, stop, wanted.prices) if before is None else None
    if quick is not None and not wanted.kicks:
        return build_zones_plan(wanted.part, quick, time.thread_time() - began, 0)
    return _by_model(wanted, before or quick, cancel)


def build_zones_plan(
    part: Year, decisions: Decisions, seconds: float = 0.0, nodes: int = 0
) -> Plan:
    """*decisions* with what they weigh and take."""
    used: Counter[tuple[str, int]] = Counter()
    for (way, week), n in decisions.days.items():
        used[way.depot, week] += n
    return Plan(decisions, compute_plan_weight(part, decisions), used, seconds, nodes)


def plan_whole_days(
    part: Year, stop: Callable[[], bool] | None, prices: Prices | None = None
) -> Decisions | None:
    """A plan soon: zone after zone by exchanges, with the whole days that those before leave.

    Without *stop* the first that the exchanges give; with it, from the hints of a bound as well.
    None: some crew may not do some visit of a zone that it serves, or crew-days are too few so.
    """
    whole, left = Decisions({}, {}), part
    for zone in sorted(part.by_zone, key=lambda name: (-len(part.by_zone[name]), name)):
        one = part_of(left, frozenset([zone]))
        found = _plan_zone_quickly(one, zone, prices or {}, stop) if all_able(one) else None
        if found is None:
            return None
        whole = whole | found
        left = reduce_year_days(left, build_zones_plan(one, found).used)
    return whole


def _plan_zone_quickly(
    one: Year, zone: str, prices: Prices, stop: Callable[[], bool] | None
) -> Decisions | None:
    given = build_zone_patch(one, zone)
    asking = list_depot_offers(one, given, prices)
    if not asking or not given.is_served:
        return None  # no crew-day is left for some visit
    if stop is None:
        return _arrange_zone_weeks(one, zone, prices, (0.0, lambda layout: layout.week))
    price = np.array([price for price, _ in asking], dtype=np.float64).min(axis=0)
    hints = compute_zone_bound(given, price, stop).hints

    def arrange(layout: Layout) -> Ints:
        planner = Planner(layout, hints, stop)
        planner.rounded()
        planner.kicked(_SOON)
        return planner.layout.week

    return _arrange_zone_weeks(one, zone, prices, (0.0, arrange))


def _arrange_zone_weeks(
    part: Year, zone: str, prices: Prices, how: tuple[float, Callable[[Layout], Ints]]
) -> Decisions | None:
    """The weeks of one zone, from the price of a light-point-week late and the way to arrange.

    That price rises until the zone is no later than it may be. None: it cannot be so, or
    crew-days are too few.
    """
    given = build_zone_patch(part, zone)
    if not part.ways or not given.is_served:
        return None  # no crew-day is left for some visit
    late_price, arrange = how
    steps = compute_day_costs(
        list_depot_offers(part, given, prices), -(-int(given.ticks.sum()) // given.day)
    )
    for _ in range(_TRIES):
        week = arrange(build_first_layout(given, given.cost + late_price * given.late, steps))
        found = _assign_whole_days(part, given, week, prices)
        if found is None or in_time(part, found):
            return found
        late_price = max(2 * late_price, _compute_start_penalty(given))
    return None


def _build_arranger(
    wanted: ZonesPlanRequest, hints: Hints, stop: Callable[[], bool]
) -> Callable[[Layout], Ints]:
    """From a first plan to the best of all ways that hints open."""
    before = wanted.plan.decisions if wanted.plan is not None else None

    def arrange(layout: Layout) -> Ints:
        planner = Planner(layout, hints, stop)
        planner.rounded()
        if before is not None:
            planner.again(
                [before.weeks[format_visit_key(visit)] - 1 for visit in wanted.part.visits]
            )
        if wanted.kicks:
            planner.together(wanted.seconds * _TOGETHER)
            planner.kicked(wanted.kicks, wanted.seed)
        return planner.layout.week

    return arrange


def _assign_whole_days(part: Year, given: Patch, week: Ints, prices: Prices) -> Decisions | None:
    """Whole days from the cheapest depots that have some; None when they have too few."""
    weeks = {
        format_visit_key(visit): int(w) + 1 for visit, w in zip(part.visits, week, strict=True)
    }
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


def _by_model(wanted: ZonesPlanRequest, before: Decisions | None, cancel: Cancel) -> Plan:
    part = wanted.part
    model, columns = block_model(
        part, wanted.zones, prices=wanted.prices, limit_s=max(wanted.seconds, 0.0)
    )
    outcome = model.minimise(
        limit_s=wanted.seconds,
        gap=1e-6,
        cancel=cancel,
        start=columns.start(part, before, len(model.columns)) if before else None,
    )
    found = build_decisions(part, columns, outcome) if outcome.values else before
    if found is None:
        return Plan(None, Decimal(0), Counter(), outcome.seconds, outcome.nodes)
    return build_zones_plan(part, found, outcome.seconds, outcome.nodes)


def _compute_start_penalty(given: Patch) -> float:
    """EUR a light-point-week is taken for when lateness begins to count."""
    finite = given.cost[np.isfinite(given.cost)]
    return float(np.ptp(finite)) / max(float(given.late.max(initial=0.0)), 1.0) / 4 + 1e-6
