"""Parks for tests: a few cabinets near Pompey, large drawn ones, and years of drawn faults."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from synergie.park.plan import Owned
from synergie.park.plan.night import ALL_NIGHT, NightHours, hours_of_year
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord, SourceType
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder

AS_OF = datetime(2026, 11, 26, 8, tzinfo=UTC)
POMPEY = Location(longitude=6.13, latitude=48.77)
CODE = "54430"


def cabinet(name: str = "A-1", owner: str = "epci", **told: Any) -> Owned[CabinetRecord]:
    """A cabinet at Pompey."""
    held: dict[str, Any] = {"insee_code": CODE, "location": POMPEY, "provenance": "synthetic"}
    return Owned(owner, CabinetRecord(external_id=name, **(held | told)), f"cabinets.csv, {name}")


def lamp(name: str = "P-1", owner: str = "epci", **told: Any) -> Owned[LightPointRecord]:
    """A sodium lamp of 2020 that hangs on A-1."""
    held: dict[str, Any] = {
        "cabinet": "A-1",
        "insee_code": CODE,
        "location": POMPEY,
        "source_type": "SHP",
        "installed_on": date(2020, 1, 1),
        "provenance": "synthetic",
    }
    return Owned(owner, LightPointRecord(external_id=name, **(held | told)), f"lamps.csv, {name}")


def order(name: str = "T-1", owner: str = "epci", **told: Any) -> Owned[WorkOrder]:
    """A report that P-1 is out since 20 November 2026."""
    held: dict[str, Any] = {
        "kind": "report",
        "asset_kind": "light_point",
        "asset": "P-1",
        "reported_at": date(2026, 11, 20),
        "fault_type": "foyer éteint",
        "provenance": "synthetic",
    }
    return Owned(owner, WorkOrder(external_id=name, **(held | told)), f"tickets.csv, {name}")


def large(
    lamps: int, *, seed: int = 6
) -> tuple[list[Owned[CabinetRecord]], list[Owned[LightPointRecord]], list[Owned[WorkOrder]]]:
    """Cabinets of 40 light points over a département, with a ticket for one lamp in ten."""
    rng = np.random.default_rng(seed)
    boxes, points = [], []
    for n in range(lamps // 40):
        column, row = n % 50 % 25, n % 500 // 25
        town = Location(longitude=5.5 + column * 0.05, latitude=48.4 + row * 0.04)
        code, at = f"54{n % 500 + 1:03d}", _near(town, rng, 0.02)
        boxes.append(cabinet(f"A-{n}", location=at, insee_code=code))
        points += [_one_of(n, i, code, _near(at, rng, 0.002)) for i in range(40)]
    orders = [
        order(f"T-{n}", asset=one.record.external_id, done_at=_done(n))
        for n, one in enumerate(points[::10])
    ]
    return boxes, points, orders


_KINDS: tuple[SourceType, ...] = ("SHP", "SHP", "IM", "VM", "LED", "LED")


def _one_of(n: int, i: int, code: str, at: Location) -> Owned[LightPointRecord]:
    return lamp(
        f"P-{n}-{i}",
        cabinet=f"A-{n}",
        location=at,
        insee_code=code,
        source_type=_KINDS[(n + i) % len(_KINDS)],
        installed_on=date(1995 + (n * 7 + i) % 30, 1 + i % 12, 1),
        night_off=n % 3 == 0,
    )


def _done(n: int) -> date | None:
    return None if n % 4 == 0 else date(2026, 11, 22)


def _near(at: Location, rng: np.random.Generator, half: float) -> Location:
    x, y = rng.uniform(-half, half, 2)
    return Location(longitude=round(at.longitude + x, 6), latitude=round(at.latitude + y, 6))


def lived(
    count: int, shape: float, scale: float, *, seed: int, years: int = 6
) -> tuple[Sequence[Owned[LightPointRecord]], Sequence[Owned[WorkOrder]]]:
    """Lamps put up over ten years before tickets were kept, and *years* of their drawn faults.

    Each is mended on the day; what failed before the first ticket was not put up on its own.
    """
    rng = np.random.default_rng(seed)
    pace = hours_of_year(POMPEY, AS_OF.year, ALL_NIGHT, NightHours()) / 8766
    begins = AS_OF - timedelta(days=365 * years)
    points, orders = [], [_first(begins)]
    for n in range(count):
        name, born = f"P-{n}", begins - timedelta(days=int(rng.integers(0, 1300)))
        at = _hours(born, scale * float(rng.weibull(shape)), pace)
        while at <= begins:  # the lamp that stands when tickets begin has lived until then
            at = _hours(born, scale * float(rng.weibull(shape)), pace)
        points.append(lamp(name, installed_on=born.date()))
        while at < AS_OF:
            ticket = f"{name}-{at:%Y%m%d%H%M}"
            orders.append(order(ticket, asset=name, kind="repair", reported_at=at, done_at=at))
            at = _hours(at, scale * float(rng.weibull(shape)), pace)
    return [*points, lamp("P-first", source_type=None)], orders


def _first(begins: datetime) -> Owned[WorkOrder]:
    return order("T-first", asset="P-first", reported_at=begins, done_at=begins)


def _hours(born: datetime, burned: float, pace: float) -> datetime:
    return born + timedelta(hours=burned / pace)
