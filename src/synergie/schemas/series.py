"""A series: one quantity of one delivery point."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from synergie.schemas.freshness import Freshness
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, OrganisationId, Provenance, TimeZone

type Quantity = Literal[
    "active_power", "active_energy", "reactive_inductive", "reactive_capacitive",
    "apparent_power_max", "voltage", "gas_volume", "gas_energy", "operating_time",
    "overrun_time",
]  # fmt: skip
type Form = Literal["mean_power", "interval_energy", "register_index", "period_energy", "peak"]
type Unit = Literal[
    "W", "Wh", "VAr", "VA", "V", "m3", "kWh", "kW", "kVAr", "kVA", "VArh", "kVArh", "VAh", "therm",
    "h", "s",
]  # fmt: skip
type Direction = Literal["import", "export"]

SupplyPointKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^(prm:[0-9]{14}|pce:([0-9]{14}|GI[0-9]{6})|other:[0-9A-Za-z]{1,33})$"
    ),
]
"""Scheme and code of a delivery point within its owner. Example: `prm:99000000000017`."""

UNITS: dict[str, tuple[str, ...]] = {
    "active_power": ("W", "kW"),
    "active_energy": ("Wh", "kWh"),
    "reactive_inductive": ("VAr", "kVAr", "VArh", "kVArh"),
    "reactive_capacitive": ("VAr", "kVAr", "VArh", "kVArh"),
    "apparent_power_max": ("VA", "kVA", "W", "kW"),
    "voltage": ("V",),
    "gas_volume": ("m3",),
    "gas_energy": ("kWh", "Wh", "therm"),
    "operating_time": ("h", "s"),
    "overrun_time": ("h", "s"),
}
"""The units each quantity may be told in."""


class SeriesRecord(Wire):
    """A series as its owner declares it. Its step is not here: it may change from run to run."""

    supply_point: SupplyPointKey
    """The delivery point. Example: `prm:99000000000017`."""
    quantity: Quantity
    """What is measured."""
    form: Form
    """How: mean power over the step, energy of the step, index of a register…"""
    direction: Direction = "import"
    """`import` is drawn from the grid, `export` is fed into it."""
    unit: Unit
    """Unit of every value, from the file or its profile, never assumed. Example: `W`."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    """Decimals kept of each value; 0 for watts. A value with more is refused, never rounded."""
    provenance: Provenance
    """`synthetic` for demonstration records."""

    @property
    def external_id(self) -> str:
        """The key within the owner."""
        return f"{self.supply_point}/{self.quantity}/{self.form}/{self.direction}"


class Series(SeriesRecord):
    """A series as the server holds it, with how fresh it is."""

    id: Id
    """Opaque identifier given by the server."""
    owner: OrganisationId
    """The organisation that declares it and decides who sees it."""
    supply_point_id: Id
    """The delivery point's identifier here."""
    time_zone: TimeZone
    """Zone of its civil days, from the delivery point."""
    updated_at: Instant
    """When its owner last declared it."""
    freshness: Freshness
    """How old its newest reading is, and why."""
