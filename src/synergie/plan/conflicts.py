"""Why a model holds nothing: the requirements that clash, and by how much they have to give."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from synergie.errors import Reason
from synergie.plan.solver import Column, Model, Need, Row, find_irreducible_conflict

_FAR = 1e-6
_MANY = 60
"""Requirements that are left out one by one; of more, only those that would give are told."""


def find_conflicts(model: Model, *, limit_s: float) -> tuple[str, ...]:
    """The requirements that cannot hold together, then by how much they would have to give.

    The first are an irreducible infeasible set: of the linear relaxation when it has none of its
    own, else of the whole numbers, by leaving out one requirement after the other. The amounts
    are the least weighted sum of the elastic model, in the unit of each requirement.
    """
    needed = _without_implied(model)
    missing = _solve_least_shortfall(needed, limit_s)
    clashing = (
        find_irreducible_conflict(needed)
        or _by_leaving_out(needed, limit_s)
        or tuple(need.sentence for need, _ in missing)
    )
    amounts = tuple(
        Reason(need.missing, round_amount_up(much / need.per), *need.about)
        for need, much in missing
    )
    return tuple(dict.fromkeys(clashing)) + amounts


def compute_shortfalls(
    model: Model, kinds: frozenset[str], *, limit_s: float
) -> tuple[tuple[Need, float], ...] | None:
    """By how much the requirements of these *kinds* would have to give, all others kept.

    The least weighted sum, in the unit of each requirement. None: they are not enough, or time
    was short.
    """
    soft = _free_requirements(model, lambda need: need.handle[:1] != () and need.handle[0] in kinds)
    if not any(row.need for row in soft.rows):
        return None
    found = _solve_least_shortfall(soft, limit_s)
    return tuple((need, much / need.per) for need, much in found) or None


def round_amount_up(much: float) -> Decimal:
    """An amount for people: two decimals at most, rounded up so that it suffices."""
    return Decimal(math.ceil(much * 100 - 1e-4)).scaleb(-2)


def _without_implied(model: Model) -> Model:
    return Model(model.name, model.columns, [row for row in model.rows if not row.implied])


def _free_requirements(model: Model, keep: Callable[[Need], bool]) -> Model:
    """The model, with only these requirements free to give."""
    rows = [
        row if row.need is None or keep(row.need) else replace(row, need=None)
        for row in _without_implied(model).rows
    ]
    return Model(model.name, model.columns, rows)


def _by_leaving_out(model: Model, limit_s: float) -> tuple[str, ...]:
    """Requirements none of which can be left out: with all but one of them there is a plan.

    Empty when there are too many to try, or the rest clashes without them.
    """
    names = list(dict.fromkeys(row.need.sentence for row in model.rows if row.need))
    columns = [replace(column, cost=0.0) for column in model.columns]
    kept, left = set(names), limit_s
    for name in names if len(names) <= _MANY else []:
        fewer = [r for r in model.rows if r.need is None or r.need.sentence in kept - {name}]
        outcome = Model(model.name, columns, fewer).minimise(limit_s=max(left, 0.1))
        left -= outcome.seconds
        if outcome.stop == "infeasible":
            kept.discard(name)
    return tuple(name for name in names if name in kept) if len(names) <= _MANY else ()


def _solve_least_shortfall(model: Model, limit_s: float) -> list[tuple[Need, float]]:
    """The least weighted sum by which the named rows must give, and which ones do."""
    elastic = Model(model.name, [replace(column, cost=0.0) for column in model.columns])
    slacks: list[tuple[Need, int]] = []
    for row in model.rows:
        terms = list(row.terms)
        if row.need is not None:
            reach = _compute_row_reach(model.columns, row)
            for sign in [s for s, end in ((1, row.low), (-1, row.high)) if end is not None]:
                slack = elastic.column("slack", row.need.weight, high=reach)
                terms.append((slack, sign))
                slacks.append((row.need, slack))
        elastic.rows.append(Row(tuple(terms), row.low, row.high, None))
    outcome = elastic.minimise(limit_s=limit_s, gap_abs=_FAR)
    if not outcome.values:
        return []
    return [(need, outcome.values[s]) for need, s in slacks if outcome.values[s] > _FAR]


def _compute_row_reach(columns: Sequence[Column], row: Row) -> float:
    """How far the row can be from its ends: a bound from the data, not a big number."""
    span = sum(abs(f) * max(abs(columns[i].low), abs(columns[i].high)) for i, f in row.terms)
    return span + abs(row.low or 0.0) + abs(row.high or 0.0) + 1.0
