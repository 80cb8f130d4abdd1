"""One file as records with their places, and what a row says beside its record.

A wrong row is set aside with its place and its reason, and the rest is kept.
"""

import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from synergie import formats
from synergie.formats import Record, Report
from synergie.formats.templates.catalogue import TEMPLATES, read_placed
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.book import Placed
from synergie.maintenance.plan.upkeep.given import FileContents, MaintenanceFiles
from synergie.maintenance.plan.upkeep.roads import read_roads
from synergie.park.records.crew_row import CrewRow
from synergie.park.records.park import SetAside
from synergie.schemas.readings.profile import Profile

type Place = int | str | None

MOST_TEXT = 150
"""How much of a name is kept."""
_PREFIX = "template-"
_OWNER_COLUMNS = ("organisation", "Organisation", "collectivite", "Collectivité", "COLLECTIVITE")
_COMMUNE_COLUMNS = ("commune", "Commune", "COMMUNE", "nom_commune", "nom_com", "ville", "Ville")
_MATRIX = b'"durations"'
_ZIP, _GZIP = b"PK", b"\x1f\x8b"


def records(path: Path, given: MaintenanceFiles) -> list[tuple[Place, Record]]:
    """The records of a file with their places; crew rows and matrices go to *given* at once."""
    with path.open("rb") as source:
        content = source.read() if path.suffix.lower() == ".json" else b""
    if _MATRIX in content and not content.lstrip().startswith(b'{"type"'):
        given.roads = read_roads(content, path.name)
        given.set_aside += given.roads.holes()
        given.files.append(FileContents(path.name, "matrix", len(given.roads.durations), 0))
        return []
    form, report, records = _read_record_file(path)
    kept: list[tuple[Place, Record]] = []
    for place, record in records:
        if isinstance(record, CrewRow):
            given.rows.append(Placed(record, format_row_place(path, place)))
        else:
            kept.append((place, record))
    _add_set_aside_rows(given, path, form, report)
    return kept


def _read_record_file(path: Path) -> tuple[str, Report, list[tuple[Place, Record]]]:
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


def _add_set_aside_rows(given: MaintenanceFiles, path: Path, form: str, report: Report) -> None:
    for one in report.refused:
        fault = one.with_line()
        where = f"{path.name[:MOST_TEXT]}, {fault.where}"[:200]
        given.set_aside.append(
            SetAside(where=where, found=str(fault.found)[:80] or "–", expected=fault.expected)
        )
    if report.duplicates:
        found = f"{report.duplicates} ×"
        given.set_aside.append(
            SetAside(where=path.name[:MOST_TEXT], found=found, expected=_text.TICKET_TWICE)
        )
    given.files.append(FileContents(path.name, form, report.kept, report.refusals))


def format_row_place(path: Path, place: Place) -> str:
    """`armoires.csv, line 12`, or `equipes.xlsx, Dépôts!3`."""
    name = path.name[:MOST_TEXT]
    if place is None:
        return name
    return f"{name}, line {place}" if isinstance(place, int) else f"{name}, {place}"


def owner_of(record: Record) -> str | None:
    """The organisation that the row names. None: it names none."""
    return _find_filled_cell(record, _OWNER_COLUMNS)


def commune_of(record: Record) -> str | None:
    """The name of the commune that the row tells. None: it tells none, or a number."""
    name = _find_filled_cell(record, _COMMUNE_COLUMNS)
    return None if name is None or name.isdecimal() else name[:MOST_TEXT]


def _find_filled_cell(record: Record, columns: Sequence[str]) -> str | None:
    """What the row says in the first of *columns* that is filled. None: none is."""
    raw: Mapping[str, str] = getattr(record, "raw", None) or {}
    return next((raw[name].strip() for name in columns if raw.get(name, "").strip()), None)
