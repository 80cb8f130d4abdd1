"""What the files of an agent tell, each record with its owner and its place in them."""

from dataclasses import dataclass, field

from synergie.errors import BadInput, Words
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.book import Book, Placed, crew_book
from synergie.maintenance.plan.upkeep.roads import Roads
from synergie.park.plan.owned import Owned
from synergie.park.records.park import SetAside
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.plan import Phrase


@dataclass(frozen=True, slots=True)
class FileContents:
    """What one file gave."""

    name: str
    """Name of the file."""
    format: str
    """Its format."""
    kept: int
    """Records read."""
    refused: int
    """Rows left out."""


@dataclass(slots=True)
class MaintenanceFiles:
    """What the files tell, each record with its owner and its place in them."""

    cabinets: list[Owned[CabinetRecord]] = field(default_factory=list)
    light_points: list[Owned[LightPointRecord]] = field(default_factory=list)
    work_orders: list[Owned[WorkOrder]] = field(default_factory=list)
    profiles: dict[str, NightProfile] = field(default_factory=dict)
    """Night profiles by name."""
    ranges: dict[str, DimmingRange] = field(default_factory=dict)
    """Dimming ranges by name."""
    rows: list[Placed] = field(default_factory=list)
    """Rows of crew books."""
    roads: Roads | None = None
    """Road times. None: no file has some."""
    files: list[FileContents] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    """Rows that could not be read."""
    notes: list[Phrase] = field(default_factory=list)
    """What was made of the files, for people."""
    communes: dict[str, str] = field(default_factory=dict)
    """Name of each commune by its INSEE code, where a file tells it."""
    others: int = 0
    """Supports and circuits, which no visit is made for."""

    def book(self) -> Book:
        """The crew book of the files. BadInput when none has a crew or a depot."""
        assets = [one.record.location for one in self.cabinets if one.record.location]
        assets += [one.record.location for one in self.light_points if one.record.location]
        names = {one.record.external_id for one in self.cabinets}
        found = crew_book(self.rows, assets, names)
        if not self.rows:
            raise BadInput("--crews", Words("no file"), _text.NO_CREW_BOOK)
        if not found.book.crews:
            for one in found.set_aside[:1]:
                raise BadInput(one.where, one.found, one.expected)
            raise BadInput(self.rows[0].where, Words("no crew"), _text.NO_CREW)
        return found
