"""PyVRP's iterated local search, as it is set here."""

import warnings
from typing import Any

from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._search_model import import_pyvrp

_NEIGHBOURS = 25  # PyVRP's 50 make half as many steps a second: 0.4 % against 1.5 % after 6 s
_HISTORY, _SPAN = 200, 500  # late acceptance; steps between two penalties
_SHORT = 50  # both, where a step takes milliseconds: many sorts of vehicles and of loads
_MANY = 50
_AT_ONCE, _PART, _SWEEPS = 1_000, 200, 2  # clients of a first local search, or of its parts

type Near = dict[Any, Any]


def has_slow_steps(data: Any) -> bool:
    """Whether a step takes milliseconds: many sorts of vehicles and of loads."""
    return bool(data.num_vehicle_types * (1 + data.num_load_dimensions) > _MANY)


def search_best_solution(data: Any, limit: Limit, seed: int, first: Any) -> Any:
    """The best solution found from *first* (None: from a random one); it may break something."""
    engine = import_pyvrp()
    from pyvrp import search as moves  # noqa: PLC0415
    from pyvrp.exceptions import PenaltyBoundWarning  # noqa: PLC0415

    draws = engine.RandomNumberGenerator(seed=seed)
    drawn = engine.Solution.make_random(data, draws) if first is None else first
    if limit.stopped():
        return drawn
    short = has_slow_steps(data)
    params = engine.PenaltyParams(solutions_between_updates=_SHORT if short else _SPAN)
    penalties = engine.PenaltyManager(params.midpoint_penalties(data), params)
    near = moves.compute_neighbours(data, moves.NeighbourhoodParams(num_neighbours=_NEIGHBOURS))
    local = moves.LocalSearch(data, draws, near)
    for operator in moves.OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    if first is None:
        costs = penalties.max_cost_evaluator()
        drawn = _descend_drawn_solution(local, near, drawn, costs=costs, limit=limit)
    found = engine.IteratedLocalSearch(
        data,
        penalties,
        local,
        drawn,
        engine.IteratedLocalSearchParams(history_length=_SHORT if short else _HISTORY),
    )
    with warnings.catch_warnings():  # "no feasible solution found": the caller looks for itself
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        return found.run(limit, collect_stats=False).best


def _descend_drawn_solution(local: Any, near: Near, drawn: Any, *, costs: Any, limit: Limit) -> Any:
    """A drawn solution after a whole local search; where that is long, some clients at a time.

    A call of PyVRP hears nobody before it ends: 2,000 clients at once take about a second.
    """
    if len(near) <= _AT_ONCE:
        return local(drawn, costs, exhaustive=True)
    clients = list(near)
    for first in [*range(0, len(clients), _PART)] * _SWEEPS:
        if limit.stopped():
            break
        part = set(clients[first : first + _PART])
        local.neighbours = {client: near[client] if client in part else [] for client in near}
        drawn = local(drawn, costs, exhaustive=True)
    local.neighbours = near
    return drawn
