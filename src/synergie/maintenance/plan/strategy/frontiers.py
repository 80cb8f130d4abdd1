"""Cost against another criterion: the policies that no other beats on both, by ε-constraint.

A weighted sum would miss those that lie inside the convex hull. docs/plan/strategy.md, S4.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from time import thread_time

import numpy as np

from synergie.errors import BadInput, Cancelled, OutOfTime
from synergie.maintenance.plan.strategy import _text
from synergie.maintenance.plan.strategy._choices import items
from synergie.maintenance.plan.strategy._ground import Floats, StrategyInputs
from synergie.maintenance.plan.strategy._options import Item, Option
from synergie.maintenance.plan.strategy._programme import (
    Limits,
    choose_options,
    compute_criterion_amount,
)
from synergie.maintenance.plan.strategy._solve import (
    build_policy,
    sum_option_costs,
    sum_option_criteria,
)
from synergie.maintenance.records.strategy import (
    Criterion,
    FrontierPoint,
    StrategyFrontier,
    StrategyProblem,
)
from synergie.plan import record as _record
from synergie.plan.money import CENT, certify_bound
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase

_LEAST_POINTS = 2
_END = 0.02
"""The last limit is the best of the criterion and this share of its range more."""
_POLISH = 0.01
"""Most of the time that one search around an answer takes, a share."""
_SAME = 1e-6
"""Relative: below it two amounts of a criterion are the same."""


@check_seconds
def frontier(
    problem: StrategyProblem,
    criterion: Criterion = "out",
    *,
    points: int = 9,
    most: Mapping[Criterion, float] | None = None,
    limit_s: float = 120,
    cancel: Callable[[], bool] | None = None,
) -> StrategyFrontier:
    """The cheapest policy, the best on *criterion*, and the cheapest for limits between them.

    *points*: limits tried, ends included; *most*: limits that every policy keeps. Raises BadInput,
    Infeasible, OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    if criterion == "cost" or points < _LEAST_POINTS:
        raise BadInput("/criterion", criterion, "a criterion beside cost, and two points or more")
    ground = StrategyInputs.of(problem)
    search = _Search(ground, criterion, dict(most or {}), limit_s, cancel)
    found = search.run(points)
    kept = _select_efficient_points(found)
    told = _build_frontier_points(ground, search.offered, kept, criterion)
    late = _describe_unproved_points(told)
    return StrategyFrontier(
        criterion=criterion,
        points=told,
        dropped=len(found) - len(kept),
        complete=not late,
        assumptions=(*_text.list_strategy_assumptions(), *late),
    )


@dataclass(frozen=True, slots=True)
class _Point:
    options: tuple[Option, ...]
    cost: Decimal
    amount: float
    bound: Decimal | None
    limit: float | None


@dataclass(slots=True)
class _Search:
    ground: StrategyInputs
    criterion: Criterion
    most: dict[Criterion, float]
    limit_s: float
    cancel: Callable[[], bool] | None
    offered: tuple[Item, ...] = ()
    best: tuple[Option, ...] = ()
    """The best on the criterion: it keeps every limit that is tried after it."""
    left: int = 1
    """Solves to come: each has its part of the time."""
    began: float = field(default_factory=time.thread_time)

    def run(self, points: int) -> list[_Point]:
        """From the cheapest down; a limit that the last answer already keeps is skipped."""
        self.offered = items(self.ground)
        self.left = points + 1
        first = self._cheapest(None)
        self.best, _ = self._chosen(self._limits(None), self.criterion)
        best = self._amount(self.best)
        wide = first.amount - best
        found = [first]
        for step in range(1, points):
            limit = first.amount - wide * min(step / (points - 1), 1 - _END)
            if found[-1].amount > limit + _SAME * abs(limit):
                found.append(self._cheapest(limit))
            else:
                self.left -= 1
        return _tighten_bounds(self._mended(found))

    def _mended(self, found: list[_Point]) -> list[_Point]:
        """From the tightest limit up: an answer that keeps a tighter limit keeps a wider one."""
        told = [found[-1]]
        for point in reversed(found[:-1]):
            limits = self._limits(point.limit)
            near = self._polished(told[-1].options, limits)
            better = sum_option_costs(near) < point.cost
            told.append(self._point(near, point.bound, point.limit) if better else point)
        return told[::-1]

    def _polished(self, options: tuple[Option, ...], limits: Limits) -> tuple[Option, ...]:
        return improve_options(self.offered, limits, options, limit_s=_POLISH * self.limit_s)

    def _limits(self, limit: float | None) -> Limits:
        most = dict(self.most)
        if limit is not None:
            most[self.criterion] = min(limit, most.get(self.criterion, limit))
        return Limits(self.ground.problem.led_budgets_eur, most)

    def _cheapest(self, limit: float | None) -> _Point:
        options, bound = self._chosen(self._limits(limit), "cost")
        return self._point(options, certify_bound(bound, sum_option_costs(options), CENT), limit)

    def _point(
        self, options: tuple[Option, ...], bound: Decimal | None, limit: float | None
    ) -> _Point:
        return _Point(options, sum_option_costs(options), self._amount(options), bound, limit)

    def _amount(self, options: tuple[Option, ...]) -> float:
        return sum(compute_criterion_amount(option, self.criterion) for option in options)

    def _chosen(self, limits: Limits, least: Criterion) -> tuple[tuple[Option, ...], float | None]:
        spent = time.thread_time() - self.began
        part = max(self.limit_s - spent, 0.0) / max(self.left, 1)
        self.left -= 1
        money = least == "cost"
        start = self._polished(self.best, limits) if money and self.best else None
        chosen = choose_options(
            self.offered, limits, least=least, start=start, limit_s=part, cancel=self.cancel
        )
        if chosen.outcome.stop == "cancelled":
            raise Cancelled
        if chosen.options is None:
            raise OutOfTime(self.limit_s)
        if not money or chosen.outcome.stop == "proved":
            return chosen.options, chosen.bound
        return self._polished(chosen.options, limits), chosen.bound


def _tighten_bounds(found: list[_Point]) -> list[_Point]:
    """A bound holds for each tighter limit too."""
    told: list[_Point] = []
    for point in found:
        known = [one.bound for one in (*told[-1:], point) if one.bound is not None]
        told.append(replace(point, bound=max(known, default=None)))
    return told


def _select_efficient_points(found: list[_Point]) -> list[_Point]:
    """Those that no other beats or equals on both, the cheapest first."""
    kept: list[_Point] = []
    for point in sorted(found, key=lambda p: (p.cost, p.amount)):
        if not kept or point.amount < kept[-1].amount * (1 - _SAME):
            kept.append(point)
    return kept


def _build_frontier_points(
    ground: StrategyInputs, offered: tuple[Item, ...], kept: list[_Point], criterion: Criterion
) -> tuple[FrontierPoint, ...]:
    knee = _find_knee(kept)
    return tuple(
        FrontierPoint(
            cost_eur=point.cost,
            cost_bound_eur=point.bound,
            limit=point.limit,
            criteria=sum_option_criteria(ground, point.options),
            policy=build_policy(offered, point.options),
            reason=_describe_frontier_point(kept, number, criterion),
            knee=number == knee,
        )
        for number, point in enumerate(kept)
    )


def _describe_frontier_point(kept: list[_Point], number: int, criterion: Criterion) -> Phrase:
    here = kept[number]
    if number == 0:
        return Phrase(text=_text.FIRSTS[criterion], values=(f"{here.amount:.1f}",))
    before = kept[number - 1]
    values = (str(here.cost - before.cost), f"{before.amount - here.amount:.1f}")
    return Phrase(text=_text.STEPS[criterion], values=values)


def _find_knee(kept: list[_Point]) -> int | None:
    """The point farthest from the line between the ends, both axes from 0 to 1."""
    if len(kept) <= _LEAST_POINTS:
        return None
    first, last = kept[0], kept[-1]
    wide, high = float(last.cost - first.cost), first.amount - last.amount
    far = [1 - float(p.cost - first.cost) / wide - (p.amount - last.amount) / high for p in kept]
    return max(range(len(kept)), key=lambda n: far[n])


def _describe_unproved_points(told: tuple[FrontierPoint, ...]) -> tuple[Phrase, ...]:
    """A sentence when some points are not proved: how many, and the widest gap."""
    gaps = [_record.compute_gap(point.cost_eur, point.cost_bound_eur) for point in told]
    late = [gap for gap in gaps if gap is None or gap > _record.TOLERANCE]
    if not late:
        return ()
    if None in late:
        return (Phrase(text=_text.NO_BOUND, values=(str(len(late)), str(len(told)))),)
    widest = max(gap for gap in late if gap is not None)
    values = (str(len(late)), str(len(told)), f"{widest * 100:.3g}")
    return (Phrase(text=_text.NOT_PROVED, values=values),)


# A choice made cheaper by changing one or two of its options, within budgets and limits.

_ROUND = 1e-9
"""Relative: what a limit is tightened by, so that sums of floats keep it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What each option of an item costs, and what it takes of each limited amount."""

    cost: Floats
    takes: Floats


def improve_options(
    items: Sequence[Item], limits: Limits, start: Sequence[Option], *, limit_s: float
) -> tuple[Option, ...]:
    """The best of its neighbours, again and again, until none is cheaper or time is over.

    A neighbour differs in the options of one or two items. The same start gives the same answer
    when time suffices; *start* keeps the limits, and so does the answer.
    """
    ends = thread_time() + limit_s
    rows = [_build_item_rows(item, limits) for item in items]
    picked = [item.options.index(option) for item, option in zip(items, start, strict=True)]
    most = _build_limit_amounts(limits)
    better = True
    while better and thread_time() < ends:
        better = False
        for pair in combinations(range(len(items)), 2):
            if thread_time() >= ends:
                break
            better |= _take_cheapest_pair(rows, picked, most, pair)
    return tuple(item.options[n] for item, n in zip(items, picked, strict=True))


def _build_item_rows(item: Item, limits: Limits) -> _Rows:
    takes = [
        [float(o.invested) if o.led_year == year else 0.0 for year in range(len(limits.budgets))]
        + [compute_criterion_amount(o, criterion) for criterion in sorted(limits.most or {})]
        for o in item.options
    ]
    cost = np.array([float(option.cost) for option in item.options])
    return _Rows(cost, np.array(takes).reshape(len(item.options), -1))


def _build_limit_amounts(limits: Limits) -> Floats:
    most = [float(budget) for budget in limits.budgets]
    held = limits.most or {}
    most += [held[criterion] - abs(held[criterion]) * _ROUND for criterion in sorted(held)]
    return np.array(most)


def _take_cheapest_pair(
    rows: Sequence[_Rows], picked: list[int], most: Floats, pair: tuple[int, int]
) -> bool:
    """Take the cheapest pair of options of two items; whether it is cheaper than now."""
    one, other = pair
    rest = sum((r.takes[n] for r, n in zip(rows, picked, strict=True)), np.zeros(len(most)))
    a, b = rows[one], rows[other]
    now = a.cost[picked[one]] + b.cost[picked[other]]
    free = most - rest + a.takes[picked[one]] + b.takes[picked[other]]
    cost = a.cost[:, None] + b.cost[None, :]
    who, which = np.nonzero(cost < now - 0.005)
    fits = (a.takes[who] + b.takes[which] <= free).all(axis=1)
    if not fits.any():
        return False
    who, which = who[fits], which[fits]
    best = int(np.argmin(cost[who, which]))
    picked[one], picked[other] = int(who[best]), int(which[best])
    return True
