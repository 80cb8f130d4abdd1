"""A task as PyVRP reads it, and PyVRP's solutions as trips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from types import ModuleType
from typing import Any

import numpy as np

from synergie.errors import MissingExtra
from synergie.maintenance.plan.routing import _clock
from synergie.maintenance.plan.routing._load import is_vehicle_able
from synergie.maintenance.plan.routing._task import (
    Order,
    Stop,
    Task,
    Trip,
    Vehicle,
    Window,
    merge_windows,
)

_ALWAYS = (0, 1 << 40)
_ARC = 1000
_DEAR = 10 / 50_000  # PyVRP begins with penalties of 50,000 a unit


def import_pyvrp() -> ModuleType:
    """The search, imported on first use (it pulls matplotlib). Raises MissingExtra."""
    try:
        import pyvrp  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("plan") from error
    return pyvrp


@dataclass(frozen=True)
class Model:
    """The PyVRP data of a task; *relaxed*: a required stop may be left out at *relaxed* cost."""

    task: Task
    relaxed: int | None = None

    @cached_property
    def clients(self) -> list[tuple[int, Window | None]]:
        """Stop and window of each PyVRP client: one for each alternative."""
        return [
            (number, window)
            for number, stop in enumerate(self.task.stops)
            for window in (merge_windows(stop.windows) or (None,))
        ]

    @cached_property
    def of_stop(self) -> dict[int, list[int]]:
        """Clients of each stop."""
        found: dict[int, list[int]] = {}
        for client, (stop, _) in enumerate(self.clients):
            found.setdefault(stop, []).append(client)
        return found

    @cached_property
    def depots(self) -> list[int]:
        """Places of PyVRP's depots."""
        places = (
            place
            for vehicle in self.task.vehicles
            for place in (vehicle.start, vehicle.end, *vehicle.reload_places)
        )
        return list(dict.fromkeys(places))

    @cached_property
    def closed(self) -> list[frozenset[int]]:
        """Sets of vehicles that some stop refuses, each a dimension of load of its own."""
        refused = (self.refused(stop) for stop in self.task.stops)
        return [vehicles for vehicles in dict.fromkeys(refused) if vehicles]

    def refused(self, stop: Stop) -> frozenset[int]:
        """Vehicles that may not serve the stop."""
        vehicles = enumerate(self.task.vehicles)
        return frozenset(
            index for index, vehicle in vehicles if not is_vehicle_able(stop, index, vehicle)
        )

    @cached_property
    def width(self) -> int:
        """Dimensions of real loads."""
        return max((len(stop.loads) for stop in self.task.stops), default=0)

    @cached_property
    def gain(self) -> int:
        """Factor of all costs: PyVRP's penalties are made for arcs that cost some hundreds."""
        return max(1, round(_ARC / max(self._arc, 1)))

    @cached_property
    def _arc(self) -> float:
        """Mean cost of an arc."""
        durations, distances = self.task.network.durations, self.task.network.distances
        per_s = max(vehicle.per_s for vehicle in self.task.vehicles)
        per_m = max(vehicle.per_m for vehicle in self.task.vehicles)
        return float(per_s * durations.mean() + per_m * distances.mean())

    @cached_property
    def unit(self) -> list[int]:
        """Factor of each dimension of load: one load too many must cost more than arcs can save."""
        arc = self._arc * self.gain
        means = [self._mean_load(dimension) for dimension in range(self.width)]
        return [max(1, round(_DEAR * arc / mean)) for mean in [*means, *[1.0] * len(self.closed)]]

    def _mean_load(self, dimension: int) -> float:
        loads = [s.loads[dimension] for s in self.task.stops if len(s.loads) > dimension]
        taken = [load for load in loads if load]
        return fmean(taken) if taken else 1.0

    @cached_property
    def data(self) -> Any:
        """PyVRP's ProblemData."""
        engine = import_pyvrp()
        size = len(self.task.network.durations)
        return engine.ProblemData(
            [engine.Location(0, 0) for _ in range(size)],
            [self._client(engine, client) for client in range(len(self.clients))],
            [engine.Depot(place) for place in self.depots],
            [self._vehicle(engine, i, v) for i, v in enumerate(self.task.vehicles)],
            [np.ascontiguousarray(self.task.network.distances, dtype=np.int64)],
            [np.ascontiguousarray(self.task.network.durations, dtype=np.int64)],
            self._groups(engine),
        )

    @cached_property
    def _group_of(self) -> dict[int, int]:
        several = [stop for stop, clients in self.of_stop.items() if len(clients) > 1]
        return {stop: group for group, stop in enumerate(several)}

    def _groups(self, engine: ModuleType) -> list[Any]:
        return [
            engine.ClientGroup(self.of_stop[stop], required=self.prize(stop) is None)
            for stop in self._group_of
        ]

    def prize(self, number: int) -> int | None:
        """Cost of leaving the stop out; None: it must be served."""
        prize = self.task.stops[number].prize
        return self.relaxed if prize is None else prize

    def _client(self, engine: ModuleType, client: int) -> Any:
        number, window = self.clients[client]
        stop, group, prize = self.task.stops[number], self._group_of.get(number), self.prize(number)
        low, high = window or _ALWAYS
        refused = self.refused(stop)
        skills = [int(refused == vehicles) for vehicles in self.closed]
        return engine.Client(
            stop.place,
            delivery=self._scaled([*stop.loads, *[0] * (self.width - len(stop.loads)), *skills]),
            service_duration=stop.service_s,
            tw_early=low,
            tw_late=high,
            prize=(prize or 0) * self.gain,
            required=prize is None and group is None,
            group=group,
        )

    def _vehicle(self, engine: ModuleType, index: int, vehicle: Vehicle) -> Any:
        capacity, initial = self._capacity(vehicle)
        free = len(self.task.stops)
        skills = [0 if index in vehicles else free for vehicles in self.closed]
        extra: dict[str, Any] = {}
        if vehicle.longest_m is not None:
            extra["max_distance"] = vehicle.longest_m
        return engine.VehicleType(
            num_available=vehicle.count,
            capacity=self._scaled([*capacity, *skills]),
            start_depot=self.depots.index(vehicle.start),
            end_depot=self.depots.index(vehicle.end),
            fixed_cost=vehicle.fixed * self.gain,
            tw_early=vehicle.opens,
            tw_late=vehicle.last,
            shift_duration=vehicle.shift_s,
            unit_distance_cost=vehicle.per_m * self.gain,
            unit_duration_cost=vehicle.per_s * self.gain,
            start_late=vehicle.leaves_by,
            initial_load=self._scaled([*initial, *[0] * len(skills)]),
            reload_depots=[self.depots.index(place) for place in vehicle.reload_places],
            max_reloads=vehicle.max_reloads if vehicle.reload_places else 0,
            max_overtime=vehicle.overtime_s,
            unit_overtime_cost=vehicle.overtime_per_s * self.gain,
            **extra,
        )

    def _scaled(self, loads: Sequence[int]) -> list[int]:
        return [load * unit for load, unit in zip(loads, self.unit, strict=True)]

    def _capacity(self, vehicle: Vehicle) -> tuple[list[int], list[int]]:
        """Capacity, and what of it is blocked until the first reload, by real dimension."""
        total = [0] * self.width
        for stop in self.task.stops:
            for dimension, load in enumerate(stop.loads):
                total[dimension] += load
        capacity = [*vehicle.capacity, *total[len(vehicle.capacity) :]][: self.width]
        stock = capacity if vehicle.stock is None else vehicle.stock
        blocked = [max(0, c - s) for c, s in zip(capacity, stock, strict=False)]
        return capacity, [*blocked, *[0] * (self.width - len(blocked))]

    def orders(self, solution: Any) -> list[Order]:
        """Trips of a PyVRP solution, without their times."""
        orders = [self._order(route) for route in solution.routes()]
        return sorted((order for order in orders if order.stops), key=lambda order: order.vehicle)

    def _order(self, route: Any) -> Order:
        order = Order(route.vehicle_type(), windows=[])
        for activity in list(route)[1:-1]:
            if activity.is_client():
                stop, window = self.clients[activity.idx]
                order.stops.append(stop)
                order.windows.append(window)  # type: ignore[union-attr]
            else:
                order.reloads.append((len(order.stops), self.depots[activity.idx]))
        return order

    def solution(self, orders: Iterable[Order]) -> Any:
        """A PyVRP solution of these orders, whether they hold or not."""
        engine = import_pyvrp()
        routes = [
            engine.Route(self.data, self._activities(engine, order), order.vehicle)
            for order in orders
            if order.stops
        ]
        return engine.Solution(self.data, routes)

    def _activities(self, engine: ModuleType, order: Order) -> list[Any]:
        kinds = engine.ActivityType
        reloads = list(order.reloads)
        activities = []
        for position, client in enumerate(self._chosen(order)):
            while reloads and reloads[0][0] <= position:
                depot = self.depots.index(reloads.pop(0)[1])
                activities.append(engine.Activity(kinds.DEPOT, depot))
            activities.append(engine.Activity(kinds.CLIENT, client))
        return activities

    def _chosen(self, order: Order) -> Sequence[int]:
        """The client of each stop: the alternative whose window a trip in this order keeps."""
        made: Trip | None = _clock.time_trip(self.task, order)
        starts = made.starts if made else [None] * len(order.stops)
        return [self._client_at(s, t) for s, t in zip(order.stops, starts, strict=True)]

    def _client_at(self, stop: int, begun: int | None) -> int:
        clients = self.of_stop[stop]
        if begun is None:
            return clients[0]
        windows = ((client, self.clients[client][1]) for client in clients)
        return next(client for client, w in windows if w is None or w[0] <= begun <= w[1])
