"""PyVRP's iterated local search, as it is set here."""

import warnings
from collections.abc import Callable
from typing import Any

from synergie.plan.routing._search_model import pyvrp

_NEIGHBOURS = 25  # PyVRP's 50 make half as many steps a second: 0.4 % against 1.5 % after 6 s
_HISTORY, _SPAN = 200, 500  # late acceptance; steps between two penalties
_SHORT = 50  # both, where a step takes milliseconds: many sorts of vehicles and of loads
_MANY = 50


def slow(data: Any) -> bool:
    """Whether a step takes milliseconds: many sorts of vehicles and of loads."""
    return bool(data.num_vehicle_types * (1 + data.num_load_dimensions) > _MANY)


def search(data: Any, stop: Callable[[int], bool], seed: int, first: Any) -> Any:
    """The best solution found from *first* (None: from a random one); it may break something."""
    engine = pyvrp()
    from pyvrp import search as moves  # noqa: PLC0415
    from pyvrp.exceptions import PenaltyBoundWarning  # noqa: PLC0415

    draws = engine.RandomNumberGenerator(seed=seed)
    short = slow(data)
    params = engine.PenaltyParams(solutions_between_updates=_SHORT if short else _SPAN)
    penalties = engine.PenaltyManager(params.midpoint_penalties(data), params)
    near = moves.compute_neighbours(data, moves.NeighbourhoodParams(num_neighbours=_NEIGHBOURS))
    local = moves.LocalSearch(data, draws, near)
    for operator in moves.OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    if first is None:
        drawn = engine.Solution.make_random(data, draws)
        first = local(drawn, penalties.max_cost_evaluator(), exhaustive=True)
    found = engine.IteratedLocalSearch(
        data,
        penalties,
        local,
        first,
        engine.IteratedLocalSearchParams(history_length=_SHORT if short else _HISTORY),
    )
    with warnings.catch_warnings():  # "no feasible solution found": the caller looks for itself
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        return found.run(stop, collect_stats=False).best
