"""The files that an agent already has: inventories, tickets, a crew book, a matrix of roads.

Each is recognised by the one door (`synergie.formats.read`); a wrong row is set aside with its
place and its reason, and the rest is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synergie.errors import BadInput, Words
from synergie.formats import Record
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep._rows import (
    Place,
    commune_of,
    format_row_place,
    owner_of,
    records,
)
from synergie.maintenance.plan.upkeep._sectors import with_sectors
from synergie.maintenance.plan.upkeep._whose import LATER, assign_order_owners, communes_by_cabinets
from synergie.maintenance.plan.upkeep.given import MaintenanceFiles
from synergie.park.plan.owned import Owned
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.plan import Phrase


def read(
    files: Sequence[Path],
    *,
    owners: Mapping[Path, str] | None = None,
    owner: str | None = None,
    communes: Mapping[Path, str] | None = None,
) -> MaintenanceFiles:
    """What *files* tell, in their order.

    Whose assets they are: a column `organisation` of the row, else *owners* of the file, else
    *owner*, else the only organisation of the crew book; a work order may leave it to its asset.
    *communes*: INSEE code for the rows of a
    file that tell none. BadInput for a file of another kind, or one whose owner nobody tells.
    """
    given = MaintenanceFiles()
    told = [(path, records(path, given)) for path in files]
    only = owner or _find_only_organisation(given)
    _owned_by_somebody(told, {path: (owners or {}).get(path, only) for path, _ in told})
    for path, some in told:
        whose = (owners or {}).get(path, only)
        commune = (communes or {}).get(path)
        for place, record in some:
            _store_row(given, path, _Row(place, _in_commune(record, commune)), whose)
    given.work_orders = list(
        assign_order_owners(given.work_orders, _iterate_owned_assets(given), given.set_aside)
    )
    given.communes = communes_by_cabinets(one.record for one in given.cabinets) | given.communes
    given.notes += with_sectors(given.cabinets, given.light_points)
    if given.others:
        given.notes.append(Phrase(text=_text.SUPPORTS_LEFT, values=(str(given.others),)))
    return given


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    record: Record


def _find_only_organisation(given: MaintenanceFiles) -> str | None:
    """The only organisation of the crew book. None: there are several, or none."""
    names = {one.row.crew.organisation for one in given.rows if one.row.crew}
    names |= {one.row.depot.organisation for one in given.rows if one.row.depot}
    return names.pop() if len(names) == 1 else None


def _store_row(given: MaintenanceFiles, path: Path, row: _Row, owner: str | None) -> None:
    record = row.record
    if isinstance(record, NightProfile):
        given.profiles[record.external_id] = record
        return
    if isinstance(record, DimmingRange):
        given.ranges[record.external_id] = record
        return
    lists: dict[type[Any], list[Any]] = {
        CabinetRecord: given.cabinets,
        LightPointRecord: given.light_points,
        WorkOrder: given.work_orders,
    }
    _name_commune(given, record)
    mine = lists.get(type(record))
    if mine is not None:
        whose = owner_of(record) or owner
        if whose is None and isinstance(record, WorkOrder):
            whose = LATER
        if whose is None:
            raise BadInput(path.name, Words("no owner"), _text.NO_OWNER)
        mine.append(Owned(whose, record, format_row_place(path, row.place)))
    elif isinstance(record, SupportRecord | CircuitRecord):
        given.others += 1
    else:
        raise BadInput(path.name, type(record).__name__, _text.NO_KIND)


def _owned_by_somebody(
    told: Sequence[tuple[Path, Sequence[tuple[Place, Record]]]], owners: Mapping[Path, str | None]
) -> None:
    """BadInput that names every file of assets whose owner nobody tells."""
    orphans = [
        path.name
        for path, some in told
        if owners[path] is None
        and any(
            isinstance(record, CabinetRecord | LightPointRecord) and owner_of(record) is None
            for _place, record in some
        )
    ]
    if orphans:
        raise BadInput(", ".join(orphans), Words("no owner"), _text.NO_OWNER)


def _iterate_owned_assets(given: MaintenanceFiles) -> Iterator[tuple[str, str]]:
    """Each asset with its owner."""
    for one in given.cabinets:
        yield one.record.external_id, one.organisation
    for lamp in given.light_points:
        yield lamp.record.external_id, lamp.organisation


def _name_commune(given: MaintenanceFiles, record: Record) -> None:
    code = getattr(record, "insee_code", None)
    if code is not None and code not in given.communes:
        name = commune_of(record)
        if name is not None:
            given.communes[code] = name


def _in_commune(record: Record, commune: str | None) -> Record:
    if commune is None or getattr(record, "insee_code", commune) is not None:
        return record
    return record.model_copy(update={"insee_code": commune})
