"""The perimeter of an energy tender: every delivery point that is bought for, and what it draws."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.file_source import FileSource
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, InseeCode, Many, Provenance, Siren, Siret, Text, decimal_text

type PerimeterClass = Literal["BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB"]
"""Time classes of a tender. Bills write HPE and HCE for HPB and HCB: the same classes."""

type ReferenceMethod = Literal["computed_12m", "partial", "declared"]
"""`computed_12m`: the sum of twelve whole months; `partial`: of what was measured of them, never
extrapolated; `declared`: as a file or a person tells it."""

_AMOUNT = Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=21)]
_POWER = Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=12)]
_DAYS = Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=9)]


class PerimeterPower(Wire):
    """Power subscribed in one time class, in the unit of its row."""

    tariff_class: PerimeterClass | None = None
    """The class. Null: the same power in all."""
    value: _POWER
    """The power."""


class PerimeterEnergy(Wire):
    """Energy of one time class over the reference year."""

    tariff_class: PerimeterClass
    """The class."""
    kwh: _AMOUNT
    """Energy, kWh, to the watt-hour; negative when corrections took back more than was drawn."""


class ReferenceYear(Wire):
    """Energy of twelve months, and how it was found; nothing in it is extrapolated."""

    method: ReferenceMethod
    """How it was found."""
    total_kwh: _AMOUNT
    """All classes together, kWh, to the watt-hour."""
    classes: Many[PerimeterEnergy] = ()
    """Each class; they add up to the total. Empty: the total only is known."""
    from_date: CivilDate | None = None
    """First day. Null: not told (`declared` only)."""
    to_date: CivilDate | None = None
    """The day after the last one. Null: not told (`declared` only)."""
    covered_days: _DAYS | None = None
    """Days of it that were measured, to the thousandth, rounded down. Null: not told."""
    prorated_days: Annotated[int, Field(ge=0)] | None = None
    """Days taken from a period that lies only partly inside, in proportion to its days; 0: none.
    Null: not told."""
    source: Text | None = None
    """Where the energy comes from: a format, or the kind of reading. Null: not told."""

    @property
    def days(self) -> int | None:
        """Days from the first to the last. Null: not told."""
        if self.from_date is None or self.to_date is None:
            return None
        return (self.to_date - self.from_date).days

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.from_date is None) != (self.to_date is None):
            raise ValueError("both dates, or none")
        if self.from_date and self.to_date and self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        if self.method != "declared" and self.from_date is None:
            raise ValueError("the dates of what was computed")
        names = [one.tariff_class for one in self.classes]
        if len(names) != len(set(names)):
            raise ValueError("each time class once")
        if self.classes and sum(one.kwh for one in self.classes) != self.total_kwh:
            raise ValueError("classes that add up to the total")
        return self


class PerimeterRow(Wire):
    """One delivery point of the perimeter; what is not known is null, never guessed."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    member: Text | None = None
    """Name of the member that pays for it. Null: not known."""
    member_siret: Siret | None = None
    """SIRET of the member that pays for it. Null: not known."""
    budget: Text | None = None
    """The member's budget it is paid from. Null: not told."""
    service_code: Text | None = None
    """Service code for Chorus Pro. Null: not told, or none is needed."""
    site_name: Text | None = None
    """Name of the site. Null: not known."""
    address: Text | None = None
    """Address of the site, given by its owner; never read from a flow that names people.
    Null: not told."""
    insee_code: InseeCode | None = None
    """Commune (INSEE). Null: not known."""
    meter_type: Text | None = None
    """Kind of meter, as the source writes it. Null: not known."""
    market_segment: MarketSegment | None = None
    """C1 to C5, P1 to P4, of gas T1 to T4, TP. Null: not known."""
    tariff_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$")] | None = None
    """FTA, the network tariff option. Example: `BTINFMU4`. Null: not known."""
    power_unit: Literal["kVA", "kW"] | None = None
    """Unit of its subscribed powers. Null: none is known."""
    subscribed_powers: Many[PerimeterPower] = ()
    """Subscribed power by time class, or one for all. Empty: not known."""
    usage: Usage | None = None
    """What it feeds. Null: not known."""
    reference: ReferenceYear | None = None
    """Energy of a reference year. Null: nothing was measured or told."""
    load_curve: bool | None = None
    """Whether there is a load curve to show to suppliers. Null: not known."""
    supplier: Text | None = None
    """Name of the present supplier. Null: not known."""
    supplier_siren: Siren | None = None
    """Its SIREN. Null: not known."""
    contract_end: CivilDate | None = None
    """Last day of the present supply contract. Null: not known."""
    green_percent: Literal[0, 50, 100] | None = None
    """Share of green energy asked for, %. Null: not decided."""
    billing_group: Text | None = None
    """Grouping of its bills. Null: none."""
    entry_date: CivilDate | None = None
    """First day it is bought for in this market. Null: not decided."""
    exit_date: CivilDate | None = None
    """Last day it is bought for. Null: to the end of the market."""
    mandate: Text | None = None
    """Reference of the member's mandate to fetch its data. Null: none known."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @property
    def external_id(self) -> str:
        """The business key: one row a delivery point."""
        return self.supply_point

    @model_validator(mode="after")
    def _sound(self) -> Self:
        classes = [one.tariff_class for one in self.subscribed_powers]
        if len(classes) != len(set(classes)):
            raise ValueError("each time class once")
        if bool(classes) != (self.power_unit is not None):
            raise ValueError("powers with their unit (kVA or kW)")
        return self


class MissingCell(Wire):
    """One cell of the perimeter that a person has to fill, and where to find what goes there."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    site_name: Text | None
    """Name of its site, to recognise it. Null: not known."""
    column: Text
    """The column, as the file names it. Example: `Fin du contrat`."""
    purpose: Text
    """What it is for."""
    where: Text
    """Where to find it."""


class FilledCell(Wire):
    """One cell that a file filled, and which file."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    field: Text
    """The field of the row. Example: `contract_end`."""
    column: Text
    """The column, as the file names it. Example: `Fin du contrat`."""
    source: FileSource
    """The file, its deposit and its date."""


class Perimeter(Wire):
    """The rows of a perimeter, what is missing in them, and what was decided on the way."""

    rows: Many[PerimeterRow]
    """One row a delivery point, by member, site and number."""
    missing: Many[MissingCell] = ()
    """Cells to fill, in the order of the rows."""
    filled: Many[FilledCell] = ()
    """Cells that a file filled, in the order of the rows; others were computed, or declared."""
    remarks: Many[Text] = ()
    """What was seen or decided, in words: two sources that differ, periods that overlap."""
