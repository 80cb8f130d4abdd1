"""From alerts that last to tickets of maintenance, one a cabinet, fault and first night."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from synergie.measure.watch.fault import Fault
from synergie.schemas.assets.work_order import WorkOrder
from synergie.watch.records.report import WatchedCabinet

FAULT_TYPES: Mapping[Fault, str] = {
    "lit_by_day": "armoire allumée en plein jour",
    "dark": "armoire éteinte",
    "schedule": "allumage intempestif aux heures d'extinction",
    "dusk": "allumage intempestif du soir, horloge ou cellule",
    "dawn": "allumage intempestif du matin, horloge ou cellule",
    "partial": "foyers éteints",
    "phase": "une phase perdue, circuit éteint",
}
"""Faults that a crew mends, in words that `park.plan` knows (severities.csv). The others are for
whoever sends the readings, or keeps contracts and inventory."""


def name_ticket(cabinet: str, fault: Fault, first_night: date) -> str | None:
    """The number of its ticket: always the same, so none is made twice. None: it is no crew's."""
    return f"veille-{cabinet}-{fault}-{first_night:%Y%m%d}" if fault in FAULT_TYPES else None


def build_tickets(
    cabinets: Iterable[WatchedCabinet], known: Mapping[str, WorkOrder]
) -> Iterator[WorkOrder]:
    """A ticket of each alert that lasts and is a crew's, of cabinets that are named.

    *known*: tickets and works that are there already, by number; they get no other.
    """
    for one in cabinets:
        for alert in one.alerts:
            if alert.ticket is None or alert.ended_night is not None or alert.ticket in known:
                continue
            yield WorkOrder(
                external_id=alert.ticket,
                kind="report",
                asset_kind="cabinet",
                asset=one.cabinet,
                insee_code=one.insee_code,
                reported_at=alert.said_night,
                fault_type=FAULT_TYPES[alert.fault],
                provenance=one.provenance,
            )
