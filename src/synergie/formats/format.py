"""What a format is: a name, a way to recognise it, a way to read it, perhaps one to write it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from synergie.energy.records.offer_row import OfferRow
from synergie.formats.report import Report
from synergie.park.records.crew_row import CrewRow
from synergie.purchase.records.group_row import GroupRow
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.forward_price import ForwardPrice
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.readings.weather import WeatherSeries
from synergie.schemas.rule_row import RuleRow

type Record = (
    MeterCurve
    | IntervalReading
    | RegisterReading
    | PeriodEnergy
    | SiteRecord
    | SupplyPointRecord
    | SupplyTerms
    | InvoiceLine
    | MarketCurve
    | LightPointRecord
    | CabinetRecord
    | SupportRecord
    | CircuitRecord
    | NightProfile
    | DimmingRange
    | WorkOrder
    | PerimeterRow
    | OfferRow
    | GroupRow
    | CrewRow
    | RuleRow
    | ForwardPrice
    | WeatherSeries
)
"""What a file may hold, one by one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a format may look at to recognise a file."""

    name: str
    """Name of the file; empty when it has none."""
    start: bytes
    """Its first 64 KiB, unpacked."""
    members: tuple[str, ...] = ()
    """Names inside, for a zip archive of several files."""
    end: bytes = b""
    """Its last 64 KiB, of a file in columns (Parquet), whose schema stands there."""

    def lines(self, n: int) -> list[str]:
        """Its first *n* lines as text: UTF-8, else Windows-1252; some accents may be wrong."""
        text = self.start.decode("utf-8-sig", "replace")
        lines = text.splitlines()[:n]
        if any("\ufffd" in line for line in lines):
            return self.start.decode("cp1252", "replace").splitlines()[:n]
        return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format. Others register theirs as entry points of the group `synergie.formats`."""

    name: str
    """Stable name, lower case with hyphens. Example: `enedis-hdm-curve`."""
    title: str
    """What it is, for a list. Example: `Enedis load curve, HDM (CSV)`."""
    sniff: Callable[[Sample], float]
    """Confidence from 0 (not this) to 1 (nothing else looks so), from the sample alone."""
    read: Callable[[BinaryIO, Profile], tuple[Iterator[Record], Report]]
    """Records in file order from a seekable binary file, and the report that fills meanwhile.
    Raises BadInput when the file is not of this format; a bad row is refused, reading goes on."""
    write: Callable[[Iterable[Record], BinaryIO, Profile], None] | None = None
    """Writes records; BadInput for one the format cannot hold. None: the format is read only."""
