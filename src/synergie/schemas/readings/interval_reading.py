"""A reading over any interval of time: gas days, Green Button bills, steps that fit no grid."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Direction, Quantity, SupplyPointKey, Unit
from synergie.schemas.wire import Wire
from synergie.units import Instant, Provenance, Text, decimal_text


class IntervalReading(Wire):
    """One value over [start, end); used where a curve of equal steps cannot hold it."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `pce:99000000000017`."""
    quantity: Quantity
    """What is measured."""
    direction: Direction = "import"
    """`import` is drawn from the network, `export` is fed into it."""
    unit: Unit
    """Unit of the value, from the file."""
    start: Instant
    """Start of the interval. A French gas day starts at 06:00 local time."""
    end: Instant
    """End of the interval, half-open."""
    value: Annotated[Decimal, Strict(False), decimal_text, Field(max_digits=21)] | None
    """The value, in `unit`; exact. Null: not measured (never zero)."""
    quality: Quality = "measured"
    """How far it can be trusted."""
    source_quality: Text | None = None
    """The source's own codes, as written. Null: none."""
    source: Text
    """Name of the format it came by. Example: `green-button`."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise ValueError("an interval that ends after it starts")
        return self

    @property
    def external_id(self) -> str:
        """The business key: the same quantity over the same interval, whatever file tells it."""
        when = f"{self.start.isoformat()}/{self.end.isoformat()}"
        return f"{self.supply_point}/{self.quantity}/{self.direction}/{when}"
