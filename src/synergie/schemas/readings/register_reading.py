"""The index of a register at one moment: what a meter's dial shows, class by class."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Direction, SupplyPointKey, Unit
from synergie.schemas.wire import Wire
from synergie.units import ExternalId, Instant, Provenance, Text, decimal_text

type Grid = Literal["distributor", "supplier"]
"""Which calendar cuts the classes. Both grids count the same energy: never add them."""
type RegisterQuantity = Literal[
    "active_energy", "reactive_inductive", "reactive_capacitive", "apparent_energy",
    "apparent_power_max", "gas_volume", "operating_time", "overrun_time",
]  # fmt: skip
"""`overrun_time`: how long apparent power was above what is subscribed, as the meter counts it."""

IndexValue = Annotated[
    Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=21, examples=["9744495"])
]
"""What the dial shows, in `unit`. Text on the wire, exact."""


class RegisterReading(Wire):
    """One register of one meter at one moment. A difference of two gives energy."""

    supply_point: SupplyPointKey | None = None
    """The delivery point. Null: a device that is none (`asset`)."""
    asset: ExternalId | None = None
    """The owner's identifier of the lighting device that counts. Null: a delivery point's meter."""
    quantity: RegisterQuantity = "active_energy"
    """What is counted."""
    direction: Direction = "import"
    """`import` is drawn from the grid, `export` is fed into it."""
    unit: Unit
    """Unit of the index, from the file: R64 and R151 count Wh, R15 and C15 kWh."""
    grid: Grid | None = None
    """Whose calendar the class belongs to. Null: not told."""
    calendar: Text | None = None
    """Code of the calendar, never its label. Example: `DI000003`."""
    register_class: Text | None = None
    """Code of the class. Example: `HPH`, `BASE`. Null: the total of all classes."""
    register_rank: Text | None = None
    """Number of the dial on the meter. Example: `1`. Null: not told."""
    meter: Text | None = None
    """Serial number of the meter. Null: not told."""
    instant: Instant
    """The moment of the index."""
    value: IndexValue
    """The index, in `unit`."""
    quality: Quality = "measured"
    """How far it can be trusted."""
    source_quality: Text | None = None
    """The source's own codes, as written. Example: `REEL`. Null: none."""
    source: Text
    """Name of the format it came by; decides which of two values holds. Example: `enedis-c15`."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @model_validator(mode="after")
    def _check_subject(self) -> Self:
        if (self.supply_point is None) == (self.asset is None):
            raise ValueError("a delivery point or a device, one of the two")
        return self

    @property
    def subject(self) -> str:
        """What the register counts: the key of the delivery point, or of the device."""
        return self.supply_point or f"asset:{self.asset}"

    @property
    def external_id(self) -> str:
        """The business key: the same register at the same moment, whatever file tells it."""
        register = "/".join(
            part or "-" for part in (self.grid, self.calendar, self.register_class, self.unit)
        )
        when = self.instant.isoformat()
        return f"{self.subject}/{self.quantity}/{self.direction}/{register}/{when}"
