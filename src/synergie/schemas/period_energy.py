"""Energy of one civil period of a delivery point, as a bill or a monthly table tells it."""

from typing import Self

from pydantic import model_validator

from synergie.schemas._wire import Wire
from synergie.schemas.series import Direction, SupplyPointKey
from synergie.units import (
    CivilDate,
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
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        return self
