"""GeoPackage of lighting, both ways: opens styled and dated in QGIS, each column explained.

What is read is what we write: tables of our names and columns. Inventories of others in a
GeoPackage are read by the lighting inventory.
"""

import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats._csv import TABLES as KNOWN
from synergie.formats._csv import Cell, Table, record_of
from synergie.formats.columns import Column, Kind
from synergie.formats.format import Format, Record, Sample
from synergie.formats.opendata._geopackage_core import MARK
from synergie.formats.opendata._geopackage_write import (
    PLACE,
    TABLES,
    fill_geopackage,
    has_place,
    list_layer_columns,
)
from synergie.formats.report import Place, Report
from synergie.schemas.readings.profile import Profile

_MAGIC = b"SQLite format 3\0"
_WHOLE = "a whole GeoPackage (SQLite 3)"
_OURS = "a layer of synergie: light_points, cabinets, supports, sites"
_LONGEST = 1 << 20
_ENVELOPES = (0, 32, 48, 48, 64)
_HEADER = struct.Struct("<2sBBi")
_POINT = "a point in degrees (WGS 84)"


def _sniff_geopackage(sample: Sample) -> float:
    """1.0 for a database that bears our mark at its beginning."""
    ours = sample.start.startswith(_MAGIC) and MARK.encode() in sample.start
    return 1.0 if ours else 0.0


def _read_geopackage(source: BinaryIO, _: Profile) -> tuple[Iterator[Record], Report]:
    """Records layer by layer, in file order. BadInput: damaged, or no layer of ours.

    The file is copied where SQLite can open it; memory is bounded.
    """
    report = Report()
    return _read_layer_records(source, report), report


def _read_layer_records(source: BinaryIO, report: Report) -> Iterator[Record]:
    with _open_database(source) as database:
        tables = [table for table in KNOWN if table.name in _list_table_names(database)]
        if not tables:
            raise BadInput("file", Words("no such layer"), _OURS)
        for table in tables:
            rows = _read_layer_rows(database, table, report)
            yield from report.keep(partial(record_of, table), rows)


@contextmanager
def _open_database(source: BinaryIO) -> Iterator[sqlite3.Connection]:
    """The database, read only, with nothing in it that can run long or call out."""
    source.seek(0)
    with TemporaryDirectory(prefix="synergie-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.gpkg"
        with copy.open("wb") as sink:
            shutil.copyfileobj(source, sink)
        database = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            raise BadInput("file", str(error)[:80], _WHOLE) from error
        finally:
            database.close()


def _list_table_names(database: sqlite3.Connection) -> set[str]:
    """Plain tables of the names we write: a view or a virtual table is nothing of ours."""
    rows = database.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")
    return {name for (name,) in rows if name in TABLES}


def _read_layer_rows(
    database: sqlite3.Connection, table: Table, report: Report
) -> Iterator[tuple[Place, dict[str, Cell]]]:
    there = {row[1] for row in database.execute(f"PRAGMA table_info({table.name})")}
    mine = [column for column in list_layer_columns(table) if column.name in there]
    names = ", ".join(["fid", "geom" if has_place(table) else "NULL", *(c.name for c in mine)])
    for fid, geometry, *cells in database.execute(f"SELECT {names} FROM {table.name}"):  # noqa: S608 (names are ours)
        place = f"{table.name} {fid}"
        try:
            told = {
                c.name: _convert_sqlite_cell(cell, c) for c, cell in zip(mine, cells, strict=True)
            }
            yield place, told | _unpack_point(geometry)
        except BadInput as fault:
            report.refuse(place, fault)


def _unpack_point(geometry: Any) -> dict[str, Cell]:
    """Longitude and latitude of a GeoPackage point; nothing for no geometry."""
    if geometry is None:
        return {}
    try:
        mark, _, flags, srs = _HEADER.unpack_from(geometry)
        at = _HEADER.size + _ENVELOPES[flags >> 1 & 7]
        order = "<" if geometry[at] else ">"
        kind, *ends = struct.unpack_from(f"{order}Idd", geometry, at + 1)
    except (struct.error, IndexError, TypeError) as error:
        raise BadInput("/geom", type(geometry).__name__, _POINT) from error
    if mark != b"GP" or kind != 1 or srs not in (4326, 0):
        raise BadInput("/geom", f"type {kind}, EPSG:{srs}", _POINT)
    return dict(zip(PLACE, ends, strict=True))


def _convert_sqlite_cell(cell: Any, column: Column) -> Cell:
    if cell is None:
        return None
    try:
        told: Cell = _READ[column.kind](cell)
    except (ValueError, TypeError) as error:
        raise BadInput(f"/{column.name}", cell, "a value of the kind of its column") from error
    return told


def _build_type_check(kind: type | tuple[type, ...]) -> Callable[[Any], Any]:
    def check(cell: Any) -> Any:
        if isinstance(cell, kind):
            return cell
        raise TypeError

    return check


def _yes_no(cell: Any) -> bool:
    return bool((0, 1).index(cell))


_READ: dict[Kind, Callable[[Any], Any]] = {
    "text": _build_type_check(str),
    "whole": _build_type_check(int),
    "number": lambda cell: float(_build_type_check((int, float))(cell)),
    "decimal": lambda cell: float(_build_type_check((int, float))(cell)),
    "date": date.fromisoformat,
    "instant": _build_type_check(str),
    "local": _build_type_check(str),
    "yes_no": _yes_no,
}


def _write_geopackage(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """A layer a kind of thing, in WGS 84, with its style, its date and what columns are for.

    `raw` is not written: it is the row of another file, for its owner. BadInput for a record that
    is on no map. The same records and date of the data give the same bytes.
    """
    with TemporaryDirectory(prefix="synergie-") as folder:
        path = Path(folder) / "made.gpkg"
        database = sqlite3.connect(path)
        try:
            fill_geopackage(database, records, profile.about, load_time_zone(profile.time_zone))
        finally:
            database.close()
        with path.open("rb") as made:
            shutil.copyfileobj(made, sink)


FORMAT = Format(
    name="geopackage",
    title="Lighting of synergie for QGIS (GeoPackage, styled)",
    sniff=_sniff_geopackage,
    read=_read_geopackage,
    write=_write_geopackage,
)
