"""The files that an agent already has: inventories, tickets, a crew book, a matrix of roads.

Each is recognised by the one door (`synergie.formats.read`); a wrong row is set aside with its
place and its reason, and the rest is kept.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synergie import formats
from synergie.errors import BadInput, Words
from synergie.formats import Record, Report
from synergie.formats.templates.catalogue import TEMPLATES, read_placed
from synergie.plan.park.owned import Owned
from synergie.plan.upkeep import _text
from synergie.plan.upkeep._sectors import with_sectors
from synergie.plan.upkeep._whose import LATER, communes_by_cabinets, owned
from synergie.plan.upkeep.book import Book, Placed, crew_book
from synergie.plan.upkeep.roads import Roads, read_roads
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.crew_row import CrewRow
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.night_profile import DimmingRange, NightProfile
from synergie.schemas.park import SetAside
from synergie.schemas.plan import Phrase
from synergie.schemas.profile import Profile
from synergie.schemas.work_order import WorkOrder

type Place = int | str | None

_PREFIX = "template-"
_OWNER_COLUMNS = ("organisation", "Organisation", "collectivite", "Collectivité", "COLLECTIVITE")
_COMMUNE_COLUMNS = ("commune", "Commune", "COMMUNE", "nom_commune", "nom_com", "ville", "Ville")
_MATRIX = b'"durations"'
_ZIP, _GZIP = b"PK", b"\x1f\x8b"
_TEXT = 150


@dataclass(frozen=True, slots=True)
class Told:
    """What one file gave."""

    name: str
    """Name of the file."""
    format: str
    """Its format."""
    kept: int
    """Records read."""
    refused: int
    """Rows left out."""


@dataclass(slots=True)
class Given:
    """What the files tell, each record with its owner and its place in them."""

    cabinets: list[Owned[CabinetRecord]] = field(default_factory=list)
    light_points: list[Owned[LightPointRecord]] = field(default_factory=list)
    work_orders: list[Owned[WorkOrder]] = field(default_factory=list)
    profiles: dict[str, NightProfile] = field(default_factory=dict)
    """Night profiles by name."""
    ranges: dict[str, DimmingRange] = field(default_factory=dict)
    """Dimming ranges by name."""
    rows: list[Placed] = field(default_factory=list)
    """Rows of crew books."""
    roads: Roads | None = None
    """Road times. None: no file has some."""
    files: list[Told] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    """Rows that could not be read."""
    notes: list[Phrase] = field(default_factory=list)
    """What was made of the files, for people."""
    communes: dict[str, str] = field(default_factory=dict)
    """Name of each commune by its INSEE code, where a file tells it."""
    others: int = 0
    """Supports and circuits, which no visit is made for."""

    def book(self) -> Book:
        """The crew book of the files. BadInput when none has a crew or a depot."""
        assets = [one.record.location for one in self.cabinets if one.record.location]
        assets += [one.record.location for one in self.light_points if one.record.location]
        names = {one.record.external_id for one in self.cabinets}
        found = crew_book(self.rows, assets, names)
        if not self.rows:
            raise BadInput("--crews", Words("no file"), _text.NO_CREW_BOOK)
        if not found.book.crews:
            for one in found.set_aside[:1]:
                raise BadInput(one.where, one.found, one.expected)
            raise BadInput(self.rows[0].where, Words("no crew"), _text.NO_CREW)
        return found


def read(
    files: Sequence[Path],
    *,
    owners: Mapping[Path, str] | None = None,
    owner: str | None = None,
    communes: Mapping[Path, str] | None = None,
) -> Given:
    """What *files* tell, in their order.

    Whose assets they are: a column `organisation` of the row, else *owners* of the file, else
    *owner*, else the only organisation of the crew book; a work order may leave it to its asset.
    *communes*: INSEE code for the rows of a
    file that tell none. BadInput for a file of another kind, or one whose owner nobody tells.
    """
    given = Given()
    told = [(path, _records(path, given)) for path in files]
    only = owner or _only(given)
    _owned_by_somebody(told, {path: (owners or {}).get(path, only) for path, _ in told})
    for path, records in told:
        whose = (owners or {}).get(path, only)
        commune = (communes or {}).get(path)
        for place, record in records:
            _keep(given, path, _Row(place, _in_commune(record, commune)), whose)
    given.work_orders = list(owned(given.work_orders, _assets(given), given.set_aside))
    given.communes = communes_by_cabinets(one.record for one in given.cabinets) | given.communes
    given.notes += with_sectors(given.cabinets, given.light_points)
    if given.others:
        given.notes.append(Phrase(text=_text.SUPPORTS_LEFT, values=(str(given.others),)))
    return given


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    record: Record


def _records(path: Path, given: Given) -> list[tuple[Place, Record]]:
    """The records of a file with their places; crew rows and matrices go to *given* at once."""
    with path.open("rb") as source:
        content = source.read() if path.suffix.lower() == ".json" else b""
    if _MATRIX in content and not content.lstrip().startswith(b'{"type"'):
        given.roads = read_roads(content, path.name)
        given.set_aside += given.roads.holes()
        given.files.append(Told(path.name, "matrix", len(given.roads.durations), 0))
        return []
    form, report, records = _read(path)
    kept: list[tuple[Place, Record]] = []
    for place, record in records:
        if isinstance(record, CrewRow):
            given.rows.append(Placed(record, _where(path, place)))
        else:
            kept.append((place, record))
    _tell(given, path, form, report)
    return kept


def _read(path: Path) -> tuple[str, Report, list[tuple[Place, Record]]]:
    with closing(formats.read(path)) as result:
        name = result.format
        if not name.startswith(_PREFIX) or _is_packed(path):
            return name, result.report, [(None, record) for record in result.records]
    with path.open("rb") as source:
        placed, report = read_placed(TEMPLATES[name.removeprefix(_PREFIX)], source, Profile())
        return name, report, list(placed)


def _is_packed(path: Path) -> bool:
    """Whether files are packed in *path*, whose rows have no line of their own; no workbook is."""
    with path.open("rb") as source:
        start = source.read(2)
    if start != _ZIP:
        return start == _GZIP
    with zipfile.ZipFile(path) as packed:
        return not {"xl/workbook.xml", "content.xml"} & set(packed.namelist())


def _tell(given: Given, path: Path, form: str, report: Report) -> None:
    for one in report.refused:
        fault = one.told()
        where = f"{path.name[:_TEXT]}, {fault.where}"[:200]
        given.set_aside.append(
            SetAside(where=where, found=str(fault.found)[:80] or "–", expected=fault.expected)
        )
    if report.duplicates:
        found = f"{report.duplicates} ×"
        given.set_aside.append(
            SetAside(where=path.name[:_TEXT], found=found, expected=_text.TICKET_TWICE)
        )
    given.files.append(Told(path.name, form, report.kept, report.refusals))


def _only(given: Given) -> str | None:
    """The only organisation of the crew book. None: there are several, or none."""
    names = {one.row.crew.organisation for one in given.rows if one.row.crew}
    names |= {one.row.depot.organisation for one in given.rows if one.row.depot}
    return names.pop() if len(names) == 1 else None


def _where(path: Path, place: Place) -> str:
    """`armoires.csv, line 12`, or `equipes.xlsx, Dépôts!3`."""
    name = path.name[:_TEXT]
    if place is None:
        return name
    return f"{name}, line {place}" if isinstance(place, int) else f"{name}, {place}"


def _keep(given: Given, path: Path, row: _Row, owner: str | None) -> None:
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
        whose = _owner_of(record) or owner
        if whose is None and isinstance(record, WorkOrder):
            whose = LATER
        if whose is None:
            raise BadInput(path.name, Words("no owner"), _text.NO_OWNER)
        mine.append(Owned(whose, record, _where(path, row.place)))
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
        for path, records in told
        if owners[path] is None
        and any(
            isinstance(record, CabinetRecord | LightPointRecord) and _owner_of(record) is None
            for _place, record in records
        )
    ]
    if orphans:
        raise BadInput(", ".join(orphans), Words("no owner"), _text.NO_OWNER)


def _assets(given: Given) -> Iterator[tuple[str, str]]:
    """Each asset with its owner."""
    for one in given.cabinets:
        yield one.record.external_id, one.organisation
    for lamp in given.light_points:
        yield lamp.record.external_id, lamp.organisation


def _name_commune(given: Given, record: Record) -> None:
    code = getattr(record, "insee_code", None)
    if code is not None and code not in given.communes:
        name = _cell(record, _COMMUNE_COLUMNS)
        if name is not None and not name.isdecimal():
            given.communes[code] = name[:_TEXT]


def _owner_of(record: Record) -> str | None:
    return _cell(record, _OWNER_COLUMNS)


def _cell(record: Record, columns: Sequence[str]) -> str | None:
    """What the row says in the first of *columns* that is filled. None: none is."""
    raw: Mapping[str, str] = getattr(record, "raw", None) or {}
    return next((raw[name].strip() for name in columns if raw.get(name, "").strip()), None)


def _in_commune(record: Record, commune: str | None) -> Record:
    if commune is None or getattr(record, "insee_code", commune) is not None:
        return record
    return record.model_copy(update={"insee_code": commune})
