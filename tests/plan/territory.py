"""A synthetic maintenance year of the demonstration's size: 191 cabinets, 13 communes, 52 weeks.

Points and cabinets by commune are those of the demonstration territory; windows, durations and
costs are drawn. Cabinets of one commune may belong to two organisations.
"""

import random
from collections.abc import Iterator
from decimal import Decimal

from synergie.maintenance.plan.year import quarter_days
from synergie.maintenance.records.maintenance import (
    DayCost,
    Depot,
    MaintenanceProblem,
    Neighbours,
    Visit,
    Zone,
)

COMMUNES = {
    "54115": (1182, 27),
    "54215": (1225, 28),
    "54318": (969, 22),
    "54430": (1084, 25),
    "54090": (705, 16),
    "54150": (612, 16),
    "54305": (409, 11),
    "54351": (338, 12),
    "54490": (294, 10),
    "54188": (280, 10),
    "54338": (200, 7),
    "54369": (121, 4),
    "54376": (81, 3),
}
PAIRS = (("54188", "54338"), ("54188", "54376"), ("54150", "54369"), ("54351", "54490"))
CREW_DAYS = {"epci": 5, "energy": 5, "lighting": 5}
DAY_HOURS = Decimal(7)


def year_of(seed: int, *, window: int = 12, scale: float = 1.0) -> MaintenanceProblem:
    """A year drawn with *seed*; *scale* below 1 keeps that share of the cabinets."""
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    return MaintenanceProblem(
        weeks=52,
        crew_day_hours=DAY_HOURS,
        zones=tuple(Zone(id=insee, name=insee) for insee in COMMUNES),
        neighbours=tuple(
            Neighbours(first=a, second=b, travel_hours=Decimal("1.75")) for a, b in PAIRS
        ),
        depots=tuple(_depot(chance, name, crews) for name, crews in CREW_DAYS.items()),
        visits=tuple(_visits(chance, window, scale)),
    )


def _depot(chance: random.Random, name: str, crews: int) -> Depot:
    costs = tuple(DayCost(zone=insee, eur=Decimal(chance.randint(760, 880))) for insee in COMMUNES)
    return Depot(id=f"d-{name}", organisation=name, crew_days=(crews,) * 52, day_costs=costs)


def _visits(chance: random.Random, window: int, scale: float) -> Iterator[Visit]:
    for rank, (insee, (points, cabinets)) in enumerate(COMMUNES.items()):
        weights = [chance.lognormvariate(0, 0.5) for _ in range(max(1, round(cabinets * scale)))]
        for i, weight in enumerate(weights):
            lights = max(3, round(points * scale * weight / sum(weights)))
            yield _visit(chance, insee, i, rank=rank, lights=lights, window=window)


def _visit(
    chance: random.Random, insee: str, number: int, *, rank: int, lights: int, window: int
) -> Visit:
    due = chance.randint(1, 52)
    first = max(1, min(53 - window, due - window // 2))
    late = [
        lights * (0.10 * max(0, week - due) + 0.03 * max(0, due - week))
        for week in range(first, first + window)
    ]
    hours = Decimal("0.75") + Decimal(lights) / 15
    owner = ("epci", "energy", "lighting")[(rank + (number % 4 == 0)) % 3]
    return Visit(
        cabinet=f"A-{insee}-{number:02d}",
        organisation=owner,
        zone=insee,
        hours=quarter_days(hours, DAY_HOURS),
        first_week=first,
        last_week=first + window - 1,
        costs_eur=tuple(Decimal(str(round(cost, 2))) for cost in late),
    )
