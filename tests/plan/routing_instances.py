"""Published routing instances as tasks: times and lengths scaled to whole numbers.

Euclidean lengths are real: times 1000 and rounded, as PyVRP's own benchmarks do.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing import Network, Periodic, Stop, Task, Vehicle

SCALE = 1000
type Points = Sequence[tuple[float, float]]


def known(shared: Path, family: str) -> dict[str, dict[str, Any]]:
    """What is known of a family, by instance."""
    found: dict[str, dict[str, Any]] = json.loads(
        (shared / "benchmarks" / family / "known.json").read_text()
    )
    return found


def network(points: Points) -> Network:
    """Straight lines, one second a unit of length."""
    xy = np.array(points, dtype=float)
    away = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    lengths: NDArray[np.int64] = np.rint(away * SCALE).astype(np.int64)
    return Network(lengths, lengths)


def _numbers(shared: Path, family: str, name: str) -> list[list[float]]:
    file = known(shared, family)[name]["file"]
    text = (shared / "benchmarks" / family / "data" / file).read_text()
    return [[float(cell) for cell in line.split()] for line in text.splitlines() if line.split()]


def _vehicle(depot: int, limit: Sequence[float], count: int, *, opens: int = 0) -> Vehicle:
    """Vehicles that cost their way only. A longest route of 0 means none."""
    day = int(limit[0] * SCALE) or 10**8
    load = int(limit[1]) or 10**9
    return Vehicle(
        depot, depot, opens, opens + day, count=count, capacity=(load,), per_s=0, per_m=1
    )


def mdvrp(shared: Path, name: str) -> Task:
    """Cordeau's multi-depot instance."""
    rows = _numbers(shared, "cordeau-mdvrp", name)
    count, clients, depots = (int(cell) for cell in rows[0][1:4])
    limits, rows = rows[1 : 1 + depots], rows[1 + depots :]
    points = [(row[1], row[2]) for row in rows[: clients + depots]]
    return Task(
        tuple(_stop(place, row) for place, row in enumerate(rows[:clients])),
        tuple(_vehicle(clients + depot, limits[depot], count) for depot in range(depots)),
        network(points),
    )


def _stop(place: int, row: Sequence[float]) -> Stop:
    return Stop(place, round(row[3] * SCALE), loads=(int(row[4]),))


def periodic(shared: Path, name: str) -> Periodic:
    """Cordeau's periodic instance (type 1), or Vidal's with several depots (type 8)."""
    rows = _numbers(shared, "cordeau-pvrp", name)
    kind, count, _, days = (int(cell) for cell in rows[0][:4])
    depots = int(rows[0][4]) if kind == SEVERAL_DEPOTS else 1
    limits, rows = rows[1 : 1 + days * depots], rows[1 + days * depots :]
    served = [row for row in rows if row[5]]
    bases = [row for row in rows if not row[5]]
    places = [(row[1], row[2]) for row in [*served, *bases]]
    return Periodic(
        stops=tuple(_stop(place, row) for place, row in enumerate(served)),
        choices=tuple(_choices(row, days) for row in served),
        days=tuple(
            tuple(
                _vehicle(len(served) + depot, limits[depot * days + day], count)
                for depot in range(depots)
            )
            for day in range(days)
        ),
        network=network(places),
    )


SEVERAL_DEPOTS = 8


def _choices(row: Sequence[float], days: int) -> tuple[tuple[int, ...], ...]:
    """Bit masks, the leftmost bit for the first day."""
    masks = (int(mask) for mask in row[7 : 7 + int(row[6])])
    return tuple(
        tuple(day for day in range(days) if mask >> (days - 1 - day) & 1) for mask in masks
    )


def week(several: Periodic) -> Task:
    """A periodic instance whose stops are visited once, on one clock for all days."""
    lasts = 1 + max(vehicle.closes for day in several.days for vehicle in day)
    lasts = min(lasts, 10 * int(several.network.durations.max()) * len(several.stops))
    stops = (
        replace(stop, windows=tuple((d * lasts, (d + 1) * lasts - 1) for (d,) in choices))
        for stop, choices in zip(several.stops, several.choices, strict=True)
    )
    vehicles = (
        replace(vehicle, opens=day * lasts, closes=day * lasts + min(vehicle.closes, lasts - 1))
        for day, fleet in enumerate(several.days)
        for vehicle in fleet
    )
    return Task(tuple(stops), tuple(vehicles), several.network)


def waste(shared: Path, name: str) -> Periodic:
    """Udine's waste collection: emptied at facilities, the last time before the return.

    The way from a stop back to the depot leads over the best facility: the return has a place of
    its own with those lengths. A stop visited f times in h days has visits every h/f days.
    """
    file = known(shared, "udine-pvrpif")[name]["file"]
    data = json.loads((shared / "benchmarks" / "udine-pvrpif" / "data" / file).read_text())
    points = [feature["properties"] for feature in data["features"]]
    clients = [i for i, point in enumerate(points) if point["type"] == "customer"]
    emptied = [i for i, point in enumerate(points) if point["type"] == "intermediateFacility"]
    info, days = data["info"], data["info"]["planningHorizon"]
    vehicle = Vehicle(
        0,
        len(points),
        0,
        int(info["maxDuration"]),
        count=info["numVehicles"],
        capacity=(int(info["maxCapacity"]),),
        per_s=0,
        per_m=1,
        reload_places=tuple(emptied),
        max_reloads=len(clients),
    )
    stops = (Stop(i, int(points[i]["service"]), loads=(int(points[i]["demand"]),)) for i in clients)
    return Periodic(
        stops=tuple(stops),
        choices=tuple(_every(days, int(points[i]["frequency"])) for i in clients),
        days=((vehicle,),) * days,
        network=_emptied(np.array(data["duration"], dtype=np.int64), emptied),
    )


def _every(days: int, times: int) -> tuple[tuple[int, ...], ...]:
    step = days // times
    return tuple(tuple(range(first, days, step)) for first in range(step))


def _emptied(lengths: NDArray[np.int64], facilities: Sequence[int]) -> Network:
    size = len(lengths)
    wide = np.zeros((size + 1, size + 1), dtype=np.int64)
    wide[:size, :size] = lengths
    wide[:size, size] = np.min([lengths[:, f] + lengths[f, 0] for f in facilities], axis=0)
    wide[0, size] = 0
    np.fill_diagonal(wide, 0)
    return Network(wide, wide)


_ROW = re.compile(r"\s*\d+((?:\s+[\d.]+){5})\s+\[(.*?)\]\s+\[(.*?)\]\s+\[(.*?)\]")


def technicians(shared: Path, name: str) -> Task:
    """Pillac's technicians: tools and spare parts as loads, all in stock at the central depot."""
    file = known(shared, "pillac-trsp")[name]["file"]
    lines = (shared / "benchmarks" / "pillac-trsp" / "data" / file).read_text().splitlines()
    found = [row for line in lines if (row := _ROW.fullmatch(line.rstrip()))]
    numbers = [[float(cell) for cell in row[1].split()] for row in found]
    lists = [[_list(row[group]) for group in (2, 3, 4)] for row in found]
    crew = int(lines[4].split()[0])
    stops = tuple(
        _request(place, numbers[place], *lists[place]) for place in range(crew + 1, len(found))
    )
    total = tuple(sum(stop.loads[i] for stop in stops) for i in range(len(stops[0].loads)))
    vehicles = (
        _technician(place, numbers[place], lists[place], total) for place in range(1, crew + 1)
    )
    lengths = network([(x, y) for x, y, *_ in numbers])
    return Task(stops, tuple(vehicles), lengths)


def _list(text: str) -> list[int]:
    return [int(cell) for cell in text.split(",") if cell]


_TOOLS = 5


def _request(
    place: int, numbers: Sequence[float], skills: list[int], tools: list[int], parts: list[int]
) -> Stop:
    opens, closes, service = (round(cell * SCALE) for cell in numbers[2:])
    loads = (*(int(tool in tools) for tool in range(_TOOLS)), *parts)
    return Stop(place, service, ((opens, closes),), loads, frozenset(skills))


def _technician(
    place: int, numbers: Sequence[float], lists: Sequence[list[int]], total: tuple[int, ...]
) -> Vehicle:
    skills, tools, parts = lists
    stock = (*(total[tool] * (tool in tools) for tool in range(_TOOLS)), *parts)
    return Vehicle(
        place,
        place,
        round(numbers[2] * SCALE),
        round(numbers[3] * SCALE),
        capacity=total,
        skills=frozenset(skills),
        reload_places=(0,),
        max_reloads=1,
        stock=tuple(min(have, most) for have, most in zip(stock, total, strict=True)),
    )


def proficient(shared: Path, name: str) -> Task:
    """Kovacs' technicians without teams: a skill is a domain at a level; others may be called."""
    files = known(shared, "kovacs-strsp")[name]["files"]
    folder = shared / "benchmarks" / "kovacs-strsp" / "data"
    lines = (folder / files[0]).read_text().splitlines()
    heads = next(line for line in lines if line.startswith("CUST")).split("\t")
    demands = [
        found[1] for head in heads if (found := re.search(r"d(\d\d)", head))
    ]  # one is "2d52"
    rows = [[float(c) for c in line.split()] for line in lines if re.match(r"\d", line)]
    depot, *tasks = rows
    crew = [
        [int(c) for c in line.split()]
        for line in (folder / files[1]).read_text().splitlines()
        if re.match(r"\d", line)
    ]
    return Task(
        tuple(_call(place + 1, row, demands) for place, row in enumerate(tasks)),
        tuple(_skilled(row, depot) for row in crew),
        network([(row[1], row[2]) for row in rows]),
    )


def _call(place: int, row: Sequence[float], demands: Sequence[str]) -> Stop:
    opens, closes, service, price = (round(cell * SCALE) for cell in row[4:8])
    wanted = zip(demands, row[8:], strict=True)
    skills = frozenset(int(name) for name, needed in wanted if needed)
    return Stop(place, service, ((opens, closes),), skills=skills, prize=price)


def _skilled(row: Sequence[int], depot: Sequence[float]) -> Vehicle:
    skills = (
        10 * domain + level for domain, top in enumerate(row[1:], 1) for level in range(1, top + 1)
    )
    return Vehicle(0, 0, 0, round(depot[5] * SCALE), skills=frozenset(skills), per_s=0, per_m=1)
