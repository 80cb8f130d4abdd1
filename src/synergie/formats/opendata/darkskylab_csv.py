"""Light points for night-sky maps: CSV of DarkSkyLab's data model for light points, both ways.

Its page names 20 fields, of which only the place of each point is mandatory (latitude and
longitude in EPSG:4326; the INSEE code comes first). The three we could verify are written; the
others are left out rather than guessed, and the platform takes its default values for them.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._csv import (
    OPEN,
    Cell,
    Table,
    declare_column,
    format_row,
    header_of,
    record_of,
    rows_of,
    text_of,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.profile import Profile

NAME = "darkskylab-csv"
COLUMNS = (
    declare_column("insee", pattern=r"^([013-9][0-9]|2[AB1-9])[0-9]{3}$"),
    declare_column("lat", "number", "degrés", required=True),
    declare_column("lon", "number", "degrés", required=True),
)
"""The fields that we write, in their order: commune, then the place in degrees (WGS 84)."""

_TABLE = Table(
    name="darkskylab",
    title="Points lumineux",
    record=LightPointRecord,
    columns=COLUMNS,
    key=(),
    rows=lambda _point, _tz: iter(()),
)
_PLACED = "a light point with its place: the one thing that a map needs"


def _sniff_darkskylab(sample: Sample) -> float:
    """1.0 when the first three columns are those of the model."""
    names = header_of(next(iter(sample.lines(1)), ""), OPEN)
    return 1.0 if names[:3] == [column.name for column in COLUMNS] else 0.0


def _read_darkskylab(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[LightPointRecord], Report]:
    """A light point a row, named by its place in the file: the model has no identifier."""
    report = Report()
    lines = rows_of(source, _TABLE, OPEN, report)
    numbered = ((at, (number, cells)) for number, (at, cells) in enumerate(lines, start=1))
    told: dict[str, Cell] = {"provenance": profile.provenance or "partner"}

    def point(row: tuple[int, dict[str, Cell]]) -> LightPointRecord:
        number, cells = row
        place = {"longitude": cells.get("lon"), "latitude": cells.get("lat")}
        if None in place.values():
            raise BadInput("/lat", cells.get("lat"), _PLACED)
        named: dict[str, Cell] = {"external_id": str(number), "insee_code": cells.get("insee")}
        record: LightPointRecord = record_of(_POINTS, named | told | place)
        return record

    return report.keep(point, numbered), report


_POINTS = Table(
    name="light_points",
    title="Points lumineux",
    record=LightPointRecord,
    columns=(),
    key=(),
    rows=lambda _point, _tz: iter(()),
)


def _write_darkskylab(records: Iterable[Record], sink: BinaryIO, _: Profile) -> None:
    """The header, then a row a light point. BadInput for another record, or one without place."""
    sink.write(format_row((column.name for column in COLUMNS), OPEN))
    for record in records:
        if not isinstance(record, LightPointRecord) or record.location is None:
            raise BadInput("/location", type(record).__name__, _PLACED)
        cells = (record.insee_code, record.location.latitude, record.location.longitude)
        pairs = zip(cells, COLUMNS, strict=True)
        sink.write(format_row((text_of(cell, column, OPEN) for cell, column in pairs), OPEN))


FORMAT = Format(
    name=NAME,
    title="Light points for DarkSkyLab (CSV, the verified fields)",
    sniff=_sniff_darkskylab,
    read=_read_darkskylab,
    write=_write_darkskylab,
)
