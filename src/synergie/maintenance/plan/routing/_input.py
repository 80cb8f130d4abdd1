"""Faulty tasks are refused before the search, with the place of the fault."""

from collections.abc import Iterator

import numpy as np

from synergie.errors import BadInput
from synergie.maintenance.plan.routing import _clock, _text
from synergie.maintenance.plan.routing._load import can_carry_stop, is_vehicle_able
from synergie.maintenance.plan.routing._task import Matrix, Order, Task, Vehicle

_MOST = 10**12


def refuse_faults(task: Task) -> None:
    """Raise BadInput for the first fault: matrices, vehicles, stops, then stops none can serve."""
    for fault in (
        *_iterate_network_faults(task),
        *_iterate_vehicle_faults(task),
        *_iterate_stop_faults(task),
    ):
        raise fault
    for number, stop in enumerate(task.stops):
        if stop.prize is None and (why := describe_unservable_stop(task, number)) is not None:
            raise BadInput(f"/stops/{number}", f"place {stop.place}", why)


def describe_unservable_stop(task: Task, number: int) -> str | None:
    """Why no vehicle can serve the stop alone; None when one can."""
    stop = task.stops[number]
    skilled = [i for i, v in enumerate(task.vehicles) if v.count and is_vehicle_able(stop, i, v)]
    if not skilled:
        return _text.SKILLS
    strong = [i for i in skilled if can_carry_stop(stop, task.vehicles[i])]
    if not strong:
        return _text.LOAD
    return None if any(_can_serve_stop_alone(task, number, i) for i in strong) else _text.HOURS


def _can_serve_stop_alone(task: Task, number: int, index: int) -> bool:
    """Whether a trip to this stop only keeps the hours; each window is tried."""
    windows = task.stops[number].windows or (None,)
    orders = (Order(index, [number], [], [window]) for window in windows)
    return any(_clock.time_trip(task, order) is not None for order in orders)


def _iterate_network_faults(task: Task) -> Iterator[BadInput]:
    durations, distances = task.network.durations, task.network.distances
    shapes = {durations.shape, distances.shape}
    if len(shapes) > 1 or durations.ndim != 2 or len(set(durations.shape)) > 1:  # noqa: PLR2004
        yield BadInput("/network", f"{durations.shape}, {distances.shape}", _text.SQUARE)
        return
    for name, matrix in (("durations", durations), ("distances", distances)):
        yield from _iterate_matrix_faults(f"/network/{name}", matrix)


def _iterate_matrix_faults(where: str, matrix: Matrix) -> Iterator[BadInput]:
    if not np.issubdtype(matrix.dtype, np.integer):
        yield BadInput(where, matrix.dtype, _text.SQUARE)
        return
    wrong = (matrix < 0) | (matrix > _MOST)
    np.fill_diagonal(wrong, matrix.diagonal() != 0)
    for row, column in np.argwhere(wrong)[:1]:
        yield BadInput(f"{where}/{row}/{column}", matrix[row, column], _text.HOLE)


def _iterate_vehicle_faults(task: Task) -> Iterator[BadInput]:
    if not any(vehicle.count for vehicle in task.vehicles):
        yield BadInput("/vehicles", 0, _text.VEHICLES)
    for index, vehicle in enumerate(task.vehicles):
        where = f"/vehicles/{index}"
        for place in (vehicle.start, vehicle.end, *vehicle.reload_places):
            if not 0 <= place < len(task.network.durations):
                yield BadInput(where, place, _text.PLACE)
        if vehicle.closes < vehicle.opens:
            yield BadInput(where, (vehicle.opens, vehicle.closes), _text.SHIFT)
        if min(_list_vehicle_amounts(vehicle)) < 0:
            yield BadInput(where, min(_list_vehicle_amounts(vehicle)), _text.NOT_NEGATIVE)


def _list_vehicle_amounts(vehicle: Vehicle) -> tuple[int, ...]:
    costs = (vehicle.fixed, vehicle.per_s, vehicle.per_m, vehicle.overtime_per_s)
    limits = (vehicle.count, vehicle.overtime_s, vehicle.longest_s or 0, vehicle.longest_m or 0)
    return (*costs, *limits, vehicle.max_reloads, *vehicle.capacity, *(vehicle.stock or ()))


def _iterate_stop_faults(task: Task) -> Iterator[BadInput]:
    for number, stop in enumerate(task.stops):
        where = f"/stops/{number}"
        if not 0 <= stop.place < len(task.network.durations):
            yield BadInput(where, stop.place, _text.PLACE)
        for low, high in stop.windows:
            if high < low:
                yield BadInput(where, (low, high), _text.WINDOW)
        least = min((stop.service_s, stop.prize or 0, *stop.loads))
        if least < 0:
            yield BadInput(where, least, _text.NOT_NEGATIVE)
