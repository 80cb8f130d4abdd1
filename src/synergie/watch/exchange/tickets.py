"""Tickets of maintenance that alerts become: one of each cabinet, fault and first night."""

from collections.abc import Mapping
from datetime import date

from synergie.schemas.assets.work_order import WorkOrder
from synergie.units import Provenance
from synergie.watch.records.report import FaultName

FAULT_TYPES: Mapping[FaultName, str] = {
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


def name_ticket(cabinet: str, fault: FaultName, first_night: date) -> str | None:
    """The number of its ticket: always the same, so none is made twice. None: it is no crew's."""
    return f"veille-{cabinet}-{fault}-{first_night:%Y%m%d}" if fault in FAULT_TYPES else None


def build_ticket(
    number: str,
    fault: FaultName,
    *,
    reported_on: date,
    cabinet: str | None,
    insee_code: str | None,
    provenance: Provenance,
) -> WorkOrder:
    """The ticket *number* of *fault*, one of `FAULT_TYPES`."""
    return WorkOrder(
        external_id=number,
        kind="report",
        asset_kind="cabinet",
        asset=cabinet,
        insee_code=insee_code,
        reported_at=reported_on,
        fault_type=FAULT_TYPES[fault],
        provenance=provenance,
    )
