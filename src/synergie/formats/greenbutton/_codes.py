"""Codes of ESPI (NAESB REQ.21, after IEC 61968-9) and what they mean here."""

from typing import Final, NamedTuple

from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.schemas.series import Form, Quantity, Unit

ELECTRICITY, GAS = "0", "1"
"""Kinds of a ServiceCategory."""
NATURAL_GAS = "7"
"""Commodity of a ReadingType."""
REVERSE = "19"
FLOWS: Final = {"", "0", "1", "4", "19", "20"}
"""Directions that are read: none, forward, net, reverse, total."""
NET_FLOWS: Final = {"4", "20"}
LEADING = "3"
INDEXES: Final = {"1", "2", "3"}
"""Accumulations that are no energy of the interval but an index: bulk, continuous, cumulative."""
MAXIMUM = "8"
"""A dataQualifier."""


class Meaning(NamedTuple):
    """What one unit of measure tells."""

    quantity: Quantity
    unit: Unit
    form: Form


UNITS: Final[dict[str, Meaning]] = {
    "72": Meaning("active_energy", "Wh", "interval_energy"),
    "38": Meaning("active_power", "W", "mean_power"),
    "61": Meaning("apparent_power_max", "VA", "mean_power"),
    "63": Meaning("reactive_inductive", "VAr", "mean_power"),
    "73": Meaning("reactive_inductive", "VArh", "interval_energy"),
    "29": Meaning("voltage", "V", "mean_power"),
    "169": Meaning("gas_energy", "therm", "interval_energy"),
    "42": Meaning("gas_volume", "m3", "interval_energy"),
}
"""By code `uom`."""

QUALITIES: Final[dict[str, Quality]] = {
    "0": "validated",
    "7": "corrected",
    "8": "estimated",
    "9": "estimated",
    "10": "suspect",
    "11": "reconstructed",
    "12": "estimated",
    "13": "partial",
    "14": "measured",
    "15": "corrected",
    "16": "measured",
    "17": "validated",
    "18": "validated",
    "19": "validated",
}
"""By code `quality`: 11 derived, 12 forecast, 13 mixed, 15 normalised, 16 other."""

CODES: Final[dict[Quality, str]] = {
    "validated": "17",
    "corrected": "7",
    "estimated": "8",
    "suspect": "10",
    "reconstructed": "11",
    "partial": "13",
}
"""The code we write; `measured` needs none, and `missing` has no value."""


def derive_code_quality(codes: str) -> Quality:
    """The worst that *codes*, joined by spaces, tell; `measured` when there is none."""
    told = {QUALITIES.get(code, "measured") for code in codes.split()} or {"measured"}
    return next(one for one in WORST_FIRST if one in told)
