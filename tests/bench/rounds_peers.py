"""The same week of rounds by OR-Tools routing, its orders priced by our exact timetable."""

from importlib import import_module
from typing import Any

from synergie.maintenance.plan.rounds._case import Case, Orders
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.plan.rounds._weigh import Weigh
from tests.bench.harness import NotMeasured

_UNIT = 10_000
"""Parts of a euro for OR-Tools: it takes whole numbers, and its sums stay small."""


def ortools_eur(case: Case, limit_s: int) -> float:
    """Cost of the rounds that OR-Tools finds, EUR; what it leaves is paid for.

    Guided local search, matrix transits, breaks as intervals, windows, skills, parts, prizes. Time
    is priced by the arc and stops go in by parallel cheapest insertion: with the span of vehicles
    as cost, or another first solution, it does worse here.
    """
    tours = Tours(case, _orders(case, limit_s), Weigh.of(case))
    return tours.weight() / case.per_eur


def _orders(case: Case, limit_s: int) -> Orders:
    try:
        engine = import_module("ortools.constraint_solver.pywrapcp")
        enums = import_module("ortools.constraint_solver.routing_enums_pb2")
    except ImportError as error:
        raise NotMeasured("needs ortools") from error
    jobs, duties = len(case.jobs), len(case.duties)
    starts = [jobs + 2 * n for n in range(duties)]
    manager = engine.RoutingIndexManager(
        jobs + 2 * duties, duties, starts, [start + 1 for start in starts]
    )
    model = engine.RoutingModel(manager)
    places = [job.place for job in case.jobs]
    for duty in case.duties:
        places += [duty.start, duty.end]
    service = [job.service_s for job in case.jobs] + [0] * (2 * duties)
    _time(case, model, places, service)
    _parts(case, model, jobs)
    _stops(case, model, manager)
    found = model.SolveWithParameters(_parameters(engine, enums, limit_s))
    if found is None:
        raise NotMeasured("OR-Tools found no plan")
    return [_order(model, manager, found, duty) for duty in range(duties)]


def _parameters(engine: Any, enums: Any, limit_s: int) -> Any:
    parameters = engine.DefaultRoutingSearchParameters()
    parameters.time_limit.seconds = limit_s
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    return parameters


def _time(case: Case, model: Any, places: list[int], service: list[int]) -> None:
    seconds, metres = case.network.seconds, case.network.metres
    transit = [[service[a] + seconds[p][q] for q in places] for a, p in enumerate(places)]
    horizon = max(duty.limit for duty in case.duties) + 1
    number = model.RegisterTransitMatrix(transit)
    model.AddDimension(number, horizon, horizon, False, "time")
    time = model.GetDimensionOrDie("time")
    for vehicle, duty in enumerate(case.duties):
        cost = [
            [_small(case, duty.per_m * metres[p][q] + duty.per_s * transit[a][b])
             for b, q in enumerate(places)]
            for a, p in enumerate(places)
        ]  # fmt: skip
        model.SetArcCostEvaluatorOfVehicle(model.RegisterTransitMatrix(cost), vehicle)
        time.CumulVar(model.Start(vehicle)).SetRange(duty.opens, duty.limit)
        time.CumulVar(model.End(vehicle)).SetRange(duty.opens, duty.limit)
        late = duty.over_s - duty.per_s
        time.SetCumulVarSoftUpperBound(model.End(vehicle), duty.closes, _small(case, late))
        if duty.pause_s:
            solver = model.solver()
            pause = solver.FixedDurationIntervalVar(
                duty.pause_from,
                duty.pause_to,
                duty.pause_s,
                False,
                f"break {vehicle}",
            )
            time.SetBreakIntervalsOfVehicle([pause], vehicle, service)


def _small(case: Case, amount: int) -> int:
    return round(amount * _UNIT / case.per_eur)


def _parts(case: Case, model: Any, jobs: int) -> None:
    for dimension in range(len(case.duties[0].room)):
        loads = [job.loads[dimension] for job in case.jobs] + [0] * (2 * len(case.duties))
        number = model.RegisterUnaryTransitVector(loads)
        rooms = [duty.room[dimension] for duty in case.duties]
        model.AddDimensionWithVehicleCapacity(number, 0, rooms, True, f"part {dimension}")


def _stops(case: Case, model: Any, manager: Any) -> None:
    time = model.GetDimensionOrDie("time")
    dear = case.dear() // len(case.jobs)
    for number, job in enumerate(case.jobs):
        index = manager.NodeToIndex(number)
        skip = dear if job.skip is None else job.skip
        model.AddDisjunction([index], _small(case, skip))
        model.VehicleVar(index).SetValues([-1, *sorted(job.able)])
        if job.windows:
            time.CumulVar(index).SetRange(job.windows[0][0], job.windows[-1][1])
            for (_, high), (low, _) in zip(job.windows, job.windows[1:], strict=False):
                time.CumulVar(index).RemoveInterval(high + 1, low - 1)


def _order(model: Any, manager: Any, found: Any, vehicle: int) -> list[int]:
    order, index = [], found.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = found.Value(model.NextVar(index))
    return order
