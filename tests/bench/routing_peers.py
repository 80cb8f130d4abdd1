"""The same routes by plain PyVRP, by OR-Tools routing and by VROOM, each at its best settings.

Both get matrices, not callbacks. They know tasks without windows whose vehicles cost their way
only and take a day that begins at 0, as the multi-depot instances are. What they find is added
up by us.
"""

import time
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from synergie.maintenance.plan.routing import Task, Vehicle
from tests.bench.harness import NotMeasured

type Found = list[tuple[Vehicle, list[int]]]


def needed(module: str) -> Any:
    """The module; NotMeasured without it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise NotMeasured(f"needs {module}") from error


def _fleet(task: Task) -> list[Vehicle]:
    return [vehicle for vehicle in task.vehicles for _ in range(vehicle.count)]


def _cost(task: Task, found: Found) -> int:
    """The way of all trips, m. Raises NotMeasured when a stop is left or a limit is passed."""
    served = sorted(stop for _, stops in found for stop in stops)
    if served != list(range(len(task.stops))):
        raise NotMeasured("the peer leaves stops out")
    total = 0
    for vehicle, stops in found:
        places = [vehicle.start, *[task.stops[stop].place for stop in stops], vehicle.end]
        total += sum(int(task.network.distances[a, b]) for a, b in pairwise(places))
    return total


def ortools(task: Task, limit_s: int) -> int:
    """Guided local search from the cheapest of parallel insertions."""
    engine = needed("ortools.constraint_solver.pywrapcp")
    enums = needed("ortools.constraint_solver.routing_enums_pb2")
    fleet, clients = _fleet(task), len(task.stops)
    depots = sorted({vehicle.start for vehicle in fleet})
    nodes = [*[stop.place for stop in task.stops], *depots]
    bases = [clients + depots.index(vehicle.start) for vehicle in fleet]
    manager = engine.RoutingIndexManager(len(nodes), len(fleet), bases, bases)
    model = engine.RoutingModel(manager)
    way = task.network.distances[np.ix_(nodes, nodes)]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(way.tolist()))
    loads = [stop.loads[0] for stop in task.stops] + [0] * len(depots)
    room = [vehicle.capacity[0] for vehicle in fleet]
    model.AddDimensionWithVehicleCapacity(
        model.RegisterUnaryTransitVector(loads), 0, room, True, "load"
    )
    service = np.array([stop.service_s for stop in task.stops] + [0] * len(depots))
    time = model.RegisterTransitMatrix((way + service[:, None]).tolist())
    days = [vehicle.shift_s for vehicle in fleet]
    model.AddDimensionWithVehicleCapacity(time, 0, days, True, "time")
    parameters = engine.DefaultRoutingSearchParameters()
    parameters.time_limit.seconds = limit_s
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    found = model.SolveWithParameters(parameters)
    if found is None:
        raise NotMeasured("OR-Tools found no routes")
    return _cost(task, [(v, _order(model, manager, found, n)) for n, v in enumerate(fleet)])


def _order(model: Any, manager: Any, found: Any, vehicle: int) -> list[int]:
    order, index = [], found.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = found.Value(model.NextVar(index))
    return order


class _Processor:
    """PyVRP's stop by seconds of the processor: another process that works changes nothing."""

    def __init__(self, limit_s: float) -> None:
        self._until = time.thread_time() + limit_s

    def __call__(self, _best_cost: float) -> bool:
        return time.thread_time() >= self._until


def pyvrp(task: Task, limit_s: float, seed: int) -> int:
    """`pyvrp.solve` with its defaults on the same whole numbers."""
    engine = needed("pyvrp")
    depots = sorted({vehicle.start for vehicle in task.vehicles})
    data = engine.ProblemData(
        locations=[engine.Location(0, 0) for _ in range(len(task.network.distances))],
        clients=[
            engine.Client(stop.place, [stop.loads[0]], service_duration=stop.service_s)
            for stop in task.stops
        ],
        depots=[engine.Depot(place) for place in depots],
        vehicle_types=[
            engine.VehicleType(
                vehicle.count,
                [vehicle.capacity[0]],
                depots.index(vehicle.start),
                depots.index(vehicle.end),
                shift_duration=vehicle.shift_s,
            )
            for vehicle in task.vehicles
        ],
        distance_matrices=[task.network.distances],
        duration_matrices=[task.network.durations],
    )
    found = engine.solve(data, stop=_Processor(limit_s), seed=seed, collect_stats=False).best
    if not found.is_feasible():
        raise NotMeasured("PyVRP found no routes")
    trips = [
        (task.vehicles[trip.vehicle_type()], [step.idx for step in trip if step.is_client()])
        for trip in found.routes()
    ]
    return _cost(task, trips)


def vroom(task: Task) -> int:
    """Exploration level 5, one thread, until it stops by itself."""
    engine = needed("vroom")
    fleet = _fleet(task)
    problem = engine.Input()
    problem.set_durations_matrix("car", task.network.durations.astype(np.uint32))
    problem.add_vehicle(
        [
            engine.Vehicle(
                number,
                start=vehicle.start,
                end=vehicle.end,
                capacity=[vehicle.capacity[0]],
                time_window=(0, vehicle.shift_s),
            )
            for number, vehicle in enumerate(fleet)
        ]
    )
    problem.add_job(
        [
            engine.Job(number, stop.place, default_service=stop.service_s, delivery=[stop.loads[0]])
            for number, stop in enumerate(task.stops)
        ]
    )
    steps = problem.solve(exploration_level=5, nb_threads=1).routes
    jobs = steps[steps["type"] == "job"]
    return _cost(task, _grouped(fleet, jobs["vehicle_id"].tolist(), jobs["id"].tolist()))


def _grouped(fleet: Sequence[Vehicle], vehicles: Sequence[int], jobs: Sequence[int]) -> Found:
    found: Found = [(vehicle, []) for vehicle in fleet]
    for number, job in zip(vehicles, jobs, strict=True):
        found[int(number)][1].append(int(job))
    return found
