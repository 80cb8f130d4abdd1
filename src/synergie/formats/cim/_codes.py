"""Codes of ENTSO-E's lists that a validated historical data document uses."""

from typing import Final, Literal, NamedTuple

from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Unit

NAMESPACE = "https//eddie.energy/CIM/VHD_v1.04"
"""Literally so, without a colon: the schema says it, and a reader that compares needs it."""

type Dimension = Literal["energy", "power", "reactive_energy", "reactive_power", "volume"]


class Measure(NamedTuple):
    """What one unit of measure tells."""

    dimension: Dimension
    unit: Unit
    factor: int
    """How many of `unit` one of it is."""


UNITS: Final[dict[str, Measure]] = {
    "KWH": Measure("energy", "kWh", 1),
    "MWH": Measure("energy", "kWh", 1_000),
    "GWH": Measure("energy", "kWh", 1_000_000),
    "WTT": Measure("power", "W", 1),
    "KWT": Measure("power", "kW", 1),
    "MAW": Measure("power", "kW", 1_000),
    "KVR": Measure("reactive_power", "kVAr", 1),
    "MAR": Measure("reactive_power", "kVAr", 1_000),
    "MAH": Measure("reactive_energy", "kVArh", 1_000),
    "MTQ": Measure("volume", "m3", 1),
}
"""By UnitOfMeasureTypeList (UN/CEFACT recommendation 20, and A.. of ENTSO-E)."""

ACTIVE_POWER, ACTIVE_ENERGY = "8716867000016", "8716867000030"
REACTIVE_POWER, REACTIVE_ENERGY = "8716867000023", "8716867000047"
CAPACITIVE_POWER, CAPACITIVE_ENERGY = "8716867000115", "8716867000139"
INDUCTIVE_POWER, INDUCTIVE_ENERGY = "8716867000122", "8716867000146"
CAPACITIVE: Final = {CAPACITIVE_POWER, CAPACITIVE_ENERGY}
POWERS: Final = {ACTIVE_POWER, REACTIVE_POWER, CAPACITIVE_POWER, INDUCTIVE_POWER}
REACTIVE: Final = {
    REACTIVE_POWER, REACTIVE_ENERGY, INDUCTIVE_POWER, INDUCTIVE_ENERGY, *CAPACITIVE,
}  # fmt: skip
"""EnergyProductTypeList."""

REACTIVE_UNITS: Final[dict[str, tuple[Dimension, Unit]]] = {
    "kWh": ("reactive_energy", "kVArh"), "kW": ("reactive_power", "kVAr"),
    "W": ("reactive_power", "VAr"),
}  # fmt: skip
"""The unit that a reactive product means when the document writes an active one."""

ELECTRICITY: Final = {"", "0", "1", "2"}
GAS = "7"
"""CommodityKind: none, secondary and primary metered electricity; natural gas."""

PRODUCTION, CONSUMPTION = "A01", "A04"
"""BusinessTypeList."""
UP, DOWN = "A01", "A02"
"""DirectionTypeList: into the network, out of it."""
INDEXES: Final = {"1", "2", "3"}
"""AccumulationKind: bulk, continuous and cumulative values are no energy of an interval."""
MAXIMUM = "8"
"""AggregateKind."""
FRANCE = "NFR"
OTHER_SCHEME = "A02"
"""CodingSchemeTypeList: France's national scheme; CGM, for what has none of these."""

QUALITIES: Final[dict[str, Quality]] = {
    "A01": "corrected",
    "A02": "missing",
    "A03": "estimated",
    "A04": "measured",
    "A05": "partial",
    "A06": "reconstructed",
}
"""QualityTypeList: adjusted, not available, estimated, as provided, incomplete, calculated."""

CODES: Final[dict[Quality, str]] = {
    **{quality: code for code, quality in QUALITIES.items()},
    "validated": "A04",
}
"""What we write. `suspect` has no code."""
