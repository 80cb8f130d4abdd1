"""Energy of one civil period of a delivery point, as a bill or a monthly table tells it."""

from typing import Literal, Self

from pydantic import model_validator

from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import Grid
from synergie.schemas.series import Direction, SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    CubicMetres,
    Euros,
    ExternalId,
    KilogramsCo2,
    KilowattHours,
    Provenance,
    Text,
)


class PeriodEnergy(Wire):
    """One period of one delivery point: half-open civil dates, kWh, and what it cost."""

    name: ExternalId
    """Name of the point in the table, runs of spaces made one. Example: `RUE HAUTE 014`."""
    supply_point: SupplyPointKey | None = None
    """Its key. Null: the table has a name only; never completed by guess."""
    commune: Text | None = None
    """Name of the commune. Null: not in the table."""
    direction: Direction = "import"
    """`import` is drawn from the grid, `export` is fed into it."""
    from_date: CivilDate
    """First civil day of the period."""
    to_date: CivilDate
    """The day after its last one: periods are half-open, [from, to)."""
    energy_kwh: KilowattHours | None
    """Energy, kWh; negative when a bill takes some back. Null: blank in the table, not zero."""
    cost_eur: Euros | None = None
    """Cost, euros; whether VAT is in it is in `vat_included`. Null: not known."""
    vat_included: bool | None = None
    """Whether the cost includes VAT. Null: the table does not say."""
    emissions_kg: KilogramsCo2 | None = None
    """Emissions as the table states them, kgCO2. Null: not known."""
    energy: Literal["electricity", "gas"] = "electricity"
    """What it is energy of; gas energy is kWh of gross calorific value (PCS)."""
    volume_m3: CubicMetres | None = None
    """Volume of gas, m³. Null: electricity, or not told."""
    grid: Grid | None = None
    """Whose calendar cuts the classes; both grids count the same energy. Null: not told."""
    calendar: Text | None = None
    """Code of that calendar. Example: `DI000003`. Null: not told."""
    tariff_class: Text | None = None
    """Time class of this part of the energy. Example: `HPH`. Null: all classes together."""
    quality: Quality = "measured"
    """How far it can be trusted; a regularisation may be negative and right."""
    source_quality: Text | None = None
    """The source's own codes, as written. Null: none."""
    source: Text | None = None
    """Name of the format it came by; decides which of two values holds. Null: not told."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        return self

    @property
    def external_id(self) -> str:
        """The business key: the same class over the same period, whatever file tells it."""
        parts = (self.energy, self.direction, self.grid, self.calendar, self.tariff_class)
        what = "/".join(part or "-" for part in parts)
        return f"{self.supply_point or self.name}/{what}/{self.from_date}/{self.to_date}"
