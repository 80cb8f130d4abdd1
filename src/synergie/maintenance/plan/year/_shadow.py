"""What the crew-days of a week are worth to all zones together: duals of M3, linear relaxation."""

from dataclasses import replace

from synergie.errors import Infeasible, OutOfTime
from synergie.maintenance.plan.year._first import least_weight
from synergie.maintenance.plan.year._year import Year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.plan.conflicts import find_conflicts
from synergie.plan.linear import Linear
from synergie.plan.needs_text import CREW_DAYS
from synergie.plan.solver import Model

_SMALL = 1e-9
_WAIT = 2.0  # seconds of the clock for one of the processor


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
        answer = linear.minimise(limit_s=limit_s * _WAIT)
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
