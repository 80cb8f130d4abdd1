"""What a vehicle may do and can carry."""

from synergie.maintenance.plan.routing._task import Order, Stop, Task, Vehicle


def is_vehicle_able(stop: Stop, index: int, vehicle: Vehicle) -> bool:
    """Whether the vehicle may come: named and skilled."""
    named = stop.vehicles is None or index in stop.vehicles
    return named and stop.skills <= vehicle.skills


def can_carry_stop(stop: Stop, vehicle: Vehicle) -> bool:
    """Whether the load goes into the vehicle, after a reload if it can make one."""
    refills = vehicle.max_reloads > 0 and vehicle.reload_places
    limits = vehicle.capacity if refills else vehicle.loaded
    return all(load <= limit for load, limit in zip(stop.loads, limits, strict=False))


def fits_vehicle_loads(task: Task, order: Order) -> bool:
    """Whether the loads of each part of a trip, between reloads, go into the vehicle."""
    vehicle = task.vehicles[order.vehicle]
    ends = [0, *(before for before, _ in order.reloads), len(order.stops)]
    for part in range(len(ends) - 1):
        limits = vehicle.capacity if part else vehicle.loaded
        stops = [task.stops[stop] for stop in order.stops[ends[part] : ends[part + 1]]]
        for dimension, limit in enumerate(limits):
            loads = (s.loads[dimension] for s in stops if dimension < len(s.loads))
            if sum(loads) > limit:
                return False
    return True
