"""A choice made cheaper by changing one or two of its options, within budgets and limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter

import numpy as np

from synergie.maintenance.plan.strategy._ground import Floats
from synergie.maintenance.plan.strategy._options import Item, Option
from synergie.maintenance.plan.strategy._programme import Limits, compute_criterion_amount

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
    ends = perf_counter() + limit_s
    rows = [_build_item_rows(item, limits) for item in items]
    picked = [item.options.index(option) for item, option in zip(items, start, strict=True)]
    most = _build_limit_amounts(limits)
    better = True
    while better and perf_counter() < ends:
        better = False
        for pair in combinations(range(len(items)), 2):
            if perf_counter() >= ends:
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
