"""The flows that data come by, as data: who sends each, when the next file is due.

Source: formats.md §3.1 (Enedis guide GUI.0497 and the notices of each flow), §4 (GRDF), §11
(bills). A flow on demand promises nothing: what is learned from its deposits then holds.
"""

from typing import Literal, NamedTuple

type Sender = Literal["enedis", "grdf", "supplier", "owner", "program", "publisher"]
"""Who makes the file. `program`: an organisation's own software, by the API; `publisher`: public
data."""
type Every = Literal["day", "week", "month", "year"]


class Promise(NamedTuple):
    """When the file that tells a period is there."""

    every: Every
    """How long a period is."""
    lag_days: int = 1
    """Civil days from the end of the period to the end of the day on which the file is due."""
    by_hour: int | None = None
    """Local hour of that day by which it is there. None: by its end."""


class Flow(NamedTuple):
    """One flow."""

    code: str
    """What people call it. Example: `R50`."""
    sender: Sender
    """Who makes the file."""
    promise: Promise | None = None
    """None: on demand."""
    learns: bool = False
    """Whether the cadence of its deposits, once there is one, goes before the promise."""


DAILY = Promise("day", lag_days=1, by_hour=10)
"""The day after, before 10:00."""
BILLED = Promise("month", lag_days=31)
"""By the end of the month that follows."""
YEARLY = Promise("year", lag_days=0)

FLOWS: dict[str, Flow] = {
    "enedis-r50": Flow("R50", "enedis", DAILY),
    "enedis-r151": Flow("R151", "enedis", DAILY),
    "enedis-r171": Flow("R171", "enedis", DAILY),
    "enedis-r4x": Flow("R4x", "enedis", DAILY, learns=True),  # R4Q day, R4H week, R4M month
    "enedis-r15": Flow("R15", "enedis"),
    "enedis-c15": Flow("C15", "enedis"),
    "enedis-c68": Flow("C68", "enedis"),
    "enedis-f12": Flow("F12", "enedis", BILLED),
    "enedis-f15": Flow("F15", "enedis", BILLED),
    "enedis-r63": Flow("R63", "enedis"),
    "enedis-r64": Flow("R64", "enedis"),
    "enedis-r65": Flow("R65", "enedis"),
    "enedis-r66": Flow("R66", "enedis"),
    "enedis-r67": Flow("R67", "enedis"),
    "enedis-hdm-curve": Flow("HDM", "enedis"),
    "enedis-hdm-index": Flow("HDM", "enedis"),
    "enedis-sge-measures": Flow("SGE", "enedis"),
    "enedis-sge-periods": Flow("SGE", "enedis"),
    "enedis-dataconnect": Flow("DataConnect", "enedis", DAILY, learns=True),
    "grdf-adict": Flow("ADICT", "grdf", DAILY, learns=True),
    "table-csv": Flow("tableau", "supplier", BILLED),
    "table-workbook": Flow("tableau", "supplier", BILLED),
    "template-monthly-energy": Flow("factures", "supplier", BILLED),
    "lighting-consumption-csv": Flow("factures", "supplier", BILLED),
    "monthly-csv": Flow("factures", "supplier", BILLED),
    "monthly-csv-fr": Flow("factures", "supplier", BILLED),
    "lighting-csv": Flow("inventaire", "owner", YEARLY),
    "lighting-geojson": Flow("inventaire", "owner", YEARLY),
    "lighting-geopackage": Flow("inventaire", "owner", YEARLY),
    "lighting-shapefile": Flow("inventaire", "owner", YEARLY),
    "light-points-csv": Flow("inventaire", "owner", YEARLY),
    "light-points-csv-fr": Flow("inventaire", "owner", YEARLY),
    "eclext": Flow("EclExt", "owner", YEARLY),
    "talq": Flow("TALQ", "owner", DAILY, learns=True),
    "template-light-points": Flow("inventaire", "owner", YEARLY),
    "template-cabinets": Flow("inventaire", "owner", YEARLY),
    "template-circuits": Flow("inventaire", "owner", YEARLY),
    "template-supports": Flow("inventaire", "owner", YEARLY),
    "template-sites": Flow("inventaire", "owner", YEARLY),
    "template-supply-points": Flow("inventaire", "owner", YEARLY),
    "perimeter": Flow("périmètre", "owner"),
    "perimeter-xlsx": Flow("périmètre", "owner"),
    "entsoe-load": Flow("ENTSO-E", "publisher"),
    "entsoe-prices": Flow("ENTSO-E", "publisher"),
    "ember-prices": Flow("Ember", "publisher"),
    "meteo-france-daily": Flow("Météo-France", "publisher"),
    "epf-prices": Flow("EPF", "publisher"),
}
"""By name of format."""

API = "api"
"""The flow of what programs send by the API, not in a file."""


def find_flow(source: str) -> Flow:
    """The flow of a format; on demand, from its owner, for one that the table does not name."""
    if source == API:
        return Flow("API", "program")
    return FLOWS.get(source, Flow(source, "owner"))
