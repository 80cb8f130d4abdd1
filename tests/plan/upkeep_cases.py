"""A small park with crews, as files and as records, for the tests of upkeep."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from synergie import formats
from synergie.formats import Record
from synergie.park.plan import Owned, state
from synergie.park.records.crew import Crew, CrewBook, WorkDepot
from synergie.park.records.crew_row import CrewRow
from synergie.park.records.park import ParkState
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder

NOW = datetime(2026, 12, 28, 12, tzinfo=UTC)
MONDAY = date(2027, 1, 4)
NORTH, SOUTH = "54430", "54115"
CITY = "cc-essai"
OTHER = "syndicat-essai"


def at(north: float, east: float = 0.0) -> Location:
    """A place so many kilometres north and east of Pompey."""
    return Location(longitude=6.126 + east / 73.0, latitude=48.772 + north / 111.2)


def cabinet(name: str, **fields: Any) -> CabinetRecord:
    """A cabinet that was checked two years ago."""
    told: dict[str, Any] = {
        "insee_code": NORTH,
        "location": at(0.1 * (sum(map(ord, name)) % 7)),
        "network_mix": "separate",
        "inspected_on": date(2024, 6, 1),
        "provenance": "synthetic",
    }
    return CabinetRecord.model_validate({"external_id": name} | told | fields)


def points(cabinet_name: str, count: int, **fields: Any) -> list[LightPointRecord]:
    """Light points of one cabinet."""
    told: dict[str, Any] = {"source_type": "SHP", "power_w": 100, "provenance": "synthetic"}
    return [
        LightPointRecord.model_validate(
            {
                "external_id": f"{cabinet_name}-{i}",
                "cabinet": cabinet_name,
                "insee_code": NORTH,
                "location": at(0.1 * i),
            }
            | told
            | fields
        )
        for i in range(1, count + 1)
    ]


def crew(name: str = "nacelle-1", **fields: Any) -> Crew:
    """A crew with a platform."""
    told: dict[str, Any] = {
        "organisation": CITY,
        "depot": "depot-1",
        "skills": ("platform",),
        "hour_eur": Decimal(130),
        "km_eur": Decimal(0),
    }
    return Crew.model_validate({"id": name} | told | fields)


def depot(name: str = "depot-1", **fields: Any) -> WorkDepot:
    """A depot at Pompey."""
    told: dict[str, Any] = {"organisation": CITY, "name": name, "location": at(0)}
    return WorkDepot.model_validate({"id": name} | told | fields)


def book(**fields: Any) -> CrewBook:
    """One depot, one crew."""
    return CrewBook.model_validate({"depots": (depot(),), "crews": (crew(),)} | fields)


def row(kind: str, part: object) -> CrewRow:
    """A row of a crew book."""
    return CrewRow.model_validate({"kind": kind, kind: part, "provenance": "synthetic"})


def order(name: str, **fields: Any) -> WorkOrder:
    """A report of the last days."""
    told: dict[str, Any] = {
        "kind": "report",
        "asset_kind": "cabinet",
        "reported_at": date(2026, 12, 20),
        "provenance": "synthetic",
    }
    return WorkOrder.model_validate({"external_id": name} | told | fields)


def park(
    cabinets: Sequence[CabinetRecord],
    light_points: Sequence[LightPointRecord] = (),
    orders: Sequence[WorkOrder] = (),
    *,
    now: datetime = NOW,
) -> ParkState:
    """The state of a park of one owner."""
    return state(owned(cabinets), owned(light_points), owned(orders), as_of=now)


def owned[T](records: Iterable[T], owner: str = CITY) -> list[Owned[T]]:
    """Records of one owner."""
    return [Owned(owner, record) for record in records]


def town(cabinets: int = 12, lamps: int = 8) -> tuple[list[CabinetRecord], list[LightPointRecord]]:
    """Cabinets of two communes, with their light points."""
    boxes = [
        cabinet(f"A-{i:02}", insee_code=(NORTH, SOUTH)[i % 2], location=at(0.3 * i, 0.2 * i))
        for i in range(1, cabinets + 1)
    ]
    found: list[LightPointRecord] = []
    for box in boxes:
        found += points(box.external_id, lamps, insee_code=box.insee_code, location=box.location)
    return boxes, found


def write(path: Path, records: Iterable[Record], name: str) -> Path:
    """*records* in a file of that template, CSV."""
    with path.open("wb") as sink:
        formats.write(records, sink, format=f"template-{name}")
    return path
