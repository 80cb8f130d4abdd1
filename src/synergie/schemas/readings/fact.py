"""What files tell beside curves and assets, kept as it was told: facts, each with its revision."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Text

type FactKind = Literal[
    "register_reading", "interval_reading", "period_energy", "supply_terms", "invoice_line",
    "market_curve", "support", "circuit", "night_profile", "dimming_range", "work_order",
    "perimeter_row",
]  # fmt: skip

type FactRecord = (
    RegisterReading
    | IntervalReading
    | PeriodEnergy
    | SupplyTerms
    | InvoiceLine
    | MarketCurve
    | SupportRecord
    | CircuitRecord
    | NightProfile
    | DimmingRange
    | WorkOrder
    | PerimeterRow
)

FACTS: dict[str, type[Wire]] = {
    "register_reading": RegisterReading,
    "interval_reading": IntervalReading,
    "period_energy": PeriodEnergy,
    "supply_terms": SupplyTerms,
    "invoice_line": InvoiceLine,
    "market_curve": MarketCurve,
    "support": SupportRecord,
    "circuit": CircuitRecord,
    "night_profile": NightProfile,
    "dimming_range": DimmingRange,
    "work_order": WorkOrder,
    "perimeter_row": PerimeterRow,
}
"""The record of each kind; the kind is its name as `synergie check --json` counts it."""


class Fact(Wire):
    """One record of a file as it holds, with where it comes from."""

    kind: FactKind
    """Kind of the record."""
    external_id: Annotated[str, Field(min_length=1, max_length=2000)]
    """The business key: what two files that tell the same thing have in common."""
    revision: Annotated[int, Field(ge=0)]
    """0 for the first content of its key, one more for each other content since."""
    source: Text | None = None
    """Name of the format it came by, for its owner. Example: `enedis-r64`. Null: not yours."""
    batch: Id | None = None
    """The batch that brought it, for its owner. Null: not yours."""
    received_at: Instant | None = None
    """When it was stored, for its owner. Null: not yours."""
    record: FactRecord
    """The record, as its kind says; under an agreement without what is the owner's alone."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, told: Any) -> Any:
        """Reads the record as its kind says: several kinds have the same fields."""
        if not isinstance(told, dict) or not isinstance(told.get("record"), dict):
            return told
        model = FACTS.get(str(told.get("kind")))
        if model is None:
            return told
        return told | {"record": model.model_validate_json(json.dumps(told["record"]))}
