"""Inventories, cabinets and terms as they are read: each record with its place in the files."""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import ReadResult, Record, Report
from synergie.formats.templates.catalogue import TEMPLATES, read_placed
from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.inputs import _text
from synergie.park.plan.owned import Owned, rank_fullest
from synergie.park.records.crew_row import CrewRow
from synergie.park.records.park import SetAside
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.profile import Profile

type Place = int | str | None
type Terms = PerimeterRow | SupplyTerms

_PREFIX = "template-"
_OWNER = ("organisation", "Organisation", "collectivite", "Collectivité", "COLLECTIVITE")
_COMMUNE = ("commune", "Commune", "COMMUNE", "nom_commune", "nom_com", "ville", "Ville")
_ZIP, _GZIP = b"PK", b"\x1f\x8b"
_TEXT = 150
_OTHERS = (SupportRecord, CircuitRecord, WorkOrder, CrewRow, SiteRecord, SupplyPointRecord)
"""Kinds that an inventory may hold beside luminaires, and that scenarios do not need."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What one file gave."""

    name: str
    """Name of the file."""
    format: str
    """Its format."""
    kept: int
    """Records read."""
    refused: int
    """Rows left out."""
    digest: str
    """SHA-256 of its bytes."""


@dataclass(slots=True)
class Assets:
    """What the files tell."""

    cabinets: list[Owned[CabinetRecord]] = field(default_factory=list)
    lights: list[Owned[LightPointRecord]] = field(default_factory=list)
    terms: dict[str, Terms] = field(default_factory=dict)
    """Terms by key of the delivery point; a perimeter goes before a flow."""
    rows_of_terms: dict[str, Owned[Terms]] = field(default_factory=dict)
    """Where each stands."""
    profiles: dict[str, NightProfile] = field(default_factory=dict)
    """Night profiles by name."""
    ranges: dict[str, DimmingRange] = field(default_factory=dict)
    """Dimming ranges by name."""
    communes: dict[str, str] = field(default_factory=dict)
    """Name of each commune by its INSEE code, where a file tells it."""
    files: list[FileSummary] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    others: int = 0
    """Records that scenarios do not need."""


def in_order(files: Iterable[Path]) -> list[Path]:
    """*files* by name, then by content: a study is the same in whatever order they are given."""
    paths = list(files)
    names = Counter(path.name for path in paths)
    return sorted(
        paths,
        key=lambda path: (path.name, _compute_file_digest(path) if names[path.name] > 1 else ""),
    )


def _compute_file_digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def read_asset_files(
    files: Sequence[Path], *, owner: str = "", communes: Mapping[Path, str] | None = None
) -> Assets:
    """What *files* tell, read by `in_order`; *owner* pays for what no row tells who pays for.

    *communes*: INSEE code for the rows of a file that tell none. BadInput for a file in no known
    format, or of another kind than lighting.
    """
    found = Assets()
    for path in in_order(files):
        commune = (communes or {}).get(path)
        for place, record in _iterate_file_records(path, found):
            where = (
                path.name[:_TEXT]
                if place is None
                else f"{path.name[:_TEXT]}, {_format_row_place(place)}"
            )
            _add_asset_record(found, where, _in_commune(record, commune), owner)
    return found


def _iterate_file_records(path: Path, found: Assets) -> Iterator[tuple[Place, Record]]:
    with closing(formats.read(path)) as result:
        name = result.format
        if not name.startswith(_PREFIX) or _is_packed(path):
            yield from ((None, record) for record in result.records)
            _add_file_summary(found, path, result, result.report)
            return
    with path.open("rb") as source:
        placed, report = read_placed(TEMPLATES[name.removeprefix(_PREFIX)], source, Profile())
        yield from placed
        _add_file_summary(found, path, result, report)


def _is_packed(path: Path) -> bool:
    """Whether files are packed in *path*, whose rows have no line of their own; no workbook is."""
    with path.open("rb") as source:
        start = source.read(2)
    if start != _ZIP:
        return start == _GZIP
    with zipfile.ZipFile(path) as packed:
        return not {"xl/workbook.xml", "content.xml"} & set(packed.namelist())


def _add_file_summary(found: Assets, path: Path, result: ReadResult, report: Report) -> None:
    for one in report.refused:
        fault = one.with_line()
        where = f"{path.name[:_TEXT]}, {fault.where}"
        found.set_aside.append(set_aside(where, str(fault.found)[:80], fault.expected))
    found.files.append(
        FileSummary(path.name, result.format, report.kept, report.refusals, result.digest)
    )


def _add_asset_record(found: Assets, where: str, record: Record, owner: str) -> None:
    match record:
        case LightPointRecord():
            _name_commune(found, record)
            found.lights.append(Owned(_find_cell_text(record, _OWNER) or owner, record, where))
        case CabinetRecord():
            _name_commune(found, record)
            found.cabinets.append(Owned(_find_cell_text(record, _OWNER) or owner, record, where))
        case PerimeterRow() | SupplyTerms():
            _add_terms(found, Owned("", record, where))
        case NightProfile():
            found.profiles[record.external_id] = record
        case DimmingRange():
            found.ranges[record.external_id] = record
        case _ if isinstance(record, _OTHERS):
            found.others += 1
        case _:
            raise BadInput(where, type(record).__name__, _text.NO_KIND)


def _add_terms(found: Assets, row: Owned[Terms]) -> None:
    """A perimeter before a flow, the latest of flows, the fullest of perimeters.

    A perimeter that contradicts the one kept is set aside.
    """
    key = row.record.supply_point
    before = found.rows_of_terms.get(key, row)
    first, last = sorted((before, row), key=_rank_terms)
    both = isinstance(first.record, PerimeterRow) and isinstance(last.record, PerimeterRow)
    if both and first.record != last.record:
        found.set_aside.append(set_aside(f"{last.where}, {key}", key, _text.ONCE))
    found.rows_of_terms[key] = first
    found.terms[key] = first.record


def _rank_terms(one: Owned[Terms]) -> tuple[int, tuple[int, str, str, str]]:
    newest = -one.record.valid_from.toordinal() if isinstance(one.record, SupplyTerms) else -(10**9)
    return newest, rank_fullest(one)


def _format_row_place(place: Place) -> str:
    return f"line {place}" if isinstance(place, int) else f"{place}"


def _name_commune(found: Assets, record: LightPointRecord | CabinetRecord) -> None:
    code = record.insee_code
    if code is not None:
        name = _find_cell_text(record, _COMMUNE)
        if (
            name is not None and not name.isdecimal()
        ):  # of several the last by alphabet: no capitals
            found.communes[code] = max(name[:_TEXT], found.communes.get(code, ""))


def _find_cell_text(record: LightPointRecord | CabinetRecord, columns: Sequence[str]) -> str | None:
    """What the row says in the first of *columns* that is filled. None: none is."""
    raw: Mapping[str, str] = getattr(record, "raw", None) or {}
    told = next((raw[name].strip() for name in columns if raw.get(name, "").strip()), None)
    return told[:120] if told else None


def _in_commune(record: Record, commune: str | None) -> Record:
    if commune is None or getattr(record, "insee_code", commune) is not None:
        return record
    return record.model_copy(update={"insee_code": commune})
