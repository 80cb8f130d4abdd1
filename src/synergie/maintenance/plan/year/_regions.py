"""A large year by zones: a bound from each at the shadow prices of crew-days, and a plan in turn.

The sum of the bounds less what all crew-days are worth is a certified bound of the whole. The
plan is made zone by zone with the crew-days that the others leave, then improved the same way:
it holds at every step. Zones are solved in this process, on processes, or on a cluster.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from synergie.errors import Infeasible, OutOfTime
from synergie.maintenance.plan.year import _plans, _tasks
from synergie.maintenance.plan.year._blocks import YearSearchResult, group_linked_zones
from synergie.maintenance.plan.year._columns import Zones
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import least_weight
from synergie.maintenance.plan.year._plans import Plan, ZonesPlanRequest, build_zones_plan
from synergie.maintenance.plan.year._tasks import BoundRequest, ZonesBound
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.plan.year._zone import part_of, reduce_year_days
from synergie.plan.conflicts import find_conflicts
from synergie.plan.linear import Linear
from synergie.plan.needs_text import CREW_DAYS
from synergie.plan.solver import Model, Outcome, Progress, Stop
from synergie.plan.sweep import sweep

_NEAR = 1e-4
_BOUND = 0.5  # share of the time for the bounds, at most
_KICKS = (0, 150, 400, 800)  # of each round of the plan; the first only makes it hold
_ROUND = (0.1, 0.8, 0.6, 1.0)  # share of the time left that a round may take
_STARTS = 4  # tries to make it hold, those that found no crew-days going first


@dataclass(slots=True)
class Regions:
    """One search by zones, with what it has found so far."""

    year: Year
    effort: Effort
    known: Decisions | None = None
    """A plan to begin from."""
    prices: dict[tuple[str, int], float] = field(default_factory=dict)
    told: dict[Zones, ZonesBound] = field(default_factory=dict)
    plans: dict[Zones, Plan] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    bound: float | None = None
    urgent: list[Zones] = field(default_factory=list)
    """Zones that found too few crew-days left: they go first."""

    def run(self) -> YearSearchResult:
        """The cheapest year found. Raises Infeasible when no plan can be."""
        blocks = group_linked_zones(self.year)
        if self.effort.stopped():
            return YearSearchResult(None, None, (), "cancelled")
        if self.known is not None and self.effort.over():
            return YearSearchResult(self.known, None, (), "time")
        self.prices, self.bound = shadow_prices(self.year, limit_s=self.effort.remaining_s())
        self._ask(blocks)
        self._begin(blocks)
        for turn, kicks in enumerate(_KICKS[1:], 1):
            if self.effort.over() or self._near():
                break
            self._round(blocks, turn, kicks)
        return YearSearchResult(self._plan(), self.bound, tuple(self.outcomes), self._stop())

    def _begin(self, blocks: list[Zones]) -> None:
        """A plan that holds. Without one, again: who came too late goes first."""
        for _ in range(_STARTS):
            self._round(blocks, 0, _KICKS[0])
            missing = [block for block in blocks if block not in self.plans]
            if not missing or self.effort.over():
                break
            self.urgent += missing
            self.plans = {}
        fresh = self._plan()
        if self.known is not None and (
            fresh is None
            or compute_plan_weight(self.year, self.known) < compute_plan_weight(self.year, fresh)
        ):
            self.plans = self._divide_plan(self.known, blocks)

    def _divide_plan(self, whole: Decisions, blocks: list[Zones]) -> dict[Zones, Plan]:
        """What *whole* does in each block."""
        homes = {zone: block for block in blocks for zone in block}
        parts = {block: Decisions({}, {}) for block in blocks}
        for visit in self.year.visits:
            name = format_visit_key(visit)
            parts[homes[visit.zone]].weeks[name] = whole.weeks[name]
        for (way, week), n in whole.days.items():
            parts[homes[way.ticks[0][0]]].days[way, week] = n
        return {
            block: build_zones_plan(part_of(self.year, block), one) for block, one in parts.items()
        }

    def _ask(self, blocks: list[Zones]) -> None:
        """Bounds of all zones, and of the whole."""
        until = self.effort.spent() + self.effort.remaining_s() * _BOUND
        size = len(blocks) if self.effort.is_shared else 1
        for first in range(0, len(blocks), size):
            batch = blocks[first : first + size]
            seconds = (until - self.effort.spent()) * self.effort.workers / (len(blocks) - first)
            asked = [
                BoundRequest(part_of(self.year, one), one, self.prices, seconds) for one in batch
            ]
            for block, told in zip(
                batch, self._all(_tasks.compute_zones_bound, asked), strict=True
            ):
                if told is None:
                    return
                self.told[block] = told
                spent = Outcome("nodes", (), None, told.bound, told.seconds, told.nodes)
                self.outcomes.append(spent)
        self._sum(blocks)

    def _sum(self, blocks: list[Zones]) -> None:
        """The bound of the whole: those of the zones, less what all crew-days are worth."""
        days = {(d.id, week): n for d in self.year.depots for week, n in enumerate(d.crew_days, 1)}
        paid = sum(price * days[what] for what, price in self.prices.items())
        bounds = [self.told[block].bound for block in blocks]
        known = [bound for bound in bounds if bound is not None]
        if len(known) == len(bounds):
            self.bound = max(sum(known) - paid, self.bound if self.bound is not None else -math.inf)

    def _round(self, blocks: list[Zones], turn: int, kicks: int) -> None:
        """Each zone once, the furthest from its bound first."""
        until = self.effort.spent() + self.effort.remaining_s() * _ROUND[turn]
        order = sorted(
            blocks,
            key=lambda block: (block not in self.urgent, -self._excess(block), sorted(block)),
        )
        size = len(blocks) if self.effort.is_shared and turn else 1
        for first in range(0, len(order), size):
            batch = order[first : first + size]
            seconds = (until - self.effort.spent()) * self.effort.workers / (len(order) - first)
            wanted = [self._build_part(block, turn, kicks, seconds) for block in batch]
            for block, plan in zip(
                batch, self._all(_plans.improve_zones_plan, wanted), strict=True
            ):
                if plan is not None:
                    self._accept(block, plan)
            self._tell(turn)
            if self.effort.over():
                return

    def _build_part(self, block: Zones, turn: int, kicks: int, seconds: float) -> ZonesPlanRequest:
        return ZonesPlanRequest(
            part=part_of(reduce_year_days(self.year, self._used(block)), block),
            zones=block,
            prices=self.prices if turn == 0 else {},
            told=self.told.get(block),
            plan=self.plans.get(block),
            kicks=kicks,
            seed=turn,
            seconds=seconds,
        )

    def _used(self, block: Zones) -> Counter[tuple[str, int]]:
        used: Counter[tuple[str, int]] = Counter()
        for other, plan in self.plans.items():
            if other != block:
                used.update(plan.used)
        return used

    def _accept(self, block: Zones, plan: Plan) -> None:
        """Keep *plan* when it holds beside the others and is the cheapest of this zone."""
        self.outcomes.append(Outcome("nodes", (), None, None, plan.seconds, plan.nodes))
        if plan.decisions is None:
            return
        used = self._used(block)
        have = {d.id: d.crew_days for d in self.year.depots}
        if any(
            n + used[depot, week] > have[depot][week - 1] for (depot, week), n in plan.used.items()
        ):
            return
        before = self.plans.get(block)
        if before is None or plan.weight < before.weight:
            self.plans[block] = plan

    def _plan(self) -> Decisions | None:
        if len(self.plans) < len(group_linked_zones(self.year)):
            return None
        whole = Decisions({}, {})
        for _, plan in sorted(self.plans.items(), key=lambda one: sorted(one[0])):
            whole = whole | (plan.decisions or Decisions({}, {}))
        return whole

    def _excess(self, block: Zones) -> float:
        """EUR of its plan above its bound, or of its crew-days when it has no plan yet."""
        told, plan = self.told.get(block), self.plans.get(block)
        if told is None or told.bound is None:
            return 0.0
        return float(plan.weight) - told.bound if plan else told.bound

    def _near(self) -> bool:
        plan = self._plan()
        if plan is None or self.bound is None:
            return False
        total = float(compute_plan_weight(self.year, plan))
        return total - self.bound <= _NEAR * abs(total)

    def _all[C, A: (ZonesBound, Plan)](
        self, function: Callable[..., A], cases: Sequence[C]
    ) -> list[A | None]:
        """Answers in order; None for those that were not begun. Raises what a case raised."""
        if not self.effort.is_shared or len(cases) == 1:
            return [
                None if self.effort.over() else function(case, self.effort.cancel) for case in cases
            ]
        answers = sweep(
            partial(function),
            cases,
            processes=self.effort.workers,
            cluster=self.effort.cluster,
            cancel=self.effort.over,
        )
        found = [None if self.effort.over() and a.error else a.expect() for a in answers]
        self.effort.elsewhere.extend(one.seconds for one in found if one is not None)
        return found

    def _tell(self, turn: int) -> None:
        tell, plan = self.effort.progress, self._plan()
        if tell is not None:
            best = None if plan is None else float(compute_plan_weight(self.year, plan))
            tell(Progress(self.effort.spent(), best, self.bound, (turn + 1) / len(_KICKS)))

    def _stop(self) -> Stop:
        if self._near():
            return "proved"
        if self.effort.stopped():
            return "cancelled"
        return "time" if self.effort.over() else "nodes"


# What the crew-days of a week are worth to all zones together: duals of M3, linear relaxation.

_SMALL = 1e-9


def shadow_prices(year: Year, *, limit_s: float) -> tuple[dict[tuple[str, int], float], float]:
    """EUR of one crew-day more, by depot and week (those worth nothing left out); a bound, EUR.

    Any prices of zero or more give a certified bound: these make a good one.
    No prices, and the bound without any, when time ends before. Raises Infeasible when not even the
    relaxation holds.
    """
    model, _ = block_model(year, frozenset(year.zones()), limit_s=limit_s)
    if model.ended:
        return {}, least_weight(year)
    linear = Linear()
    linear.take(model)
    try:
        answer = linear.minimise(limit_s=limit_s)
    except OutOfTime:
        return {}, least_weight(year)
    if answer is None:
        parts = [replace(column, integer=False) for column in model.columns]
        raise Infeasible(find_conflicts(Model(model.name, parts, model.rows), limit_s=limit_s))
    prices = {}
    for row, dual in zip(model.rows, answer.duals.tolist(), strict=True):
        if row.need is not None and row.need.handle[:1] == (CREW_DAYS,) and dual < -_SMALL:
            _, depot, week = row.need.handle
            prices[depot, int(week)] = -dual
    return prices, answer.objective
