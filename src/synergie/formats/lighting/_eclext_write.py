"""EclExt written: a zip of four tables in CSV, their data package, and the points as GeoJSON."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from decimal import Decimal
from operator import attrgetter
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from synergie.errors import BadInput
from synergie.formats._format import Record
from synergie.formats.lighting._lighting import bare
from synergie.formats.lighting.eclext_tables import (
    LINKS,
    POINTS,
    PROFILES,
    RANGES,
    TABLES,
    Table,
    data_package,
)
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.night_profile import DimmingRange, NightProfile

GEOJSON = "PointLumineux.geojson"
PACKAGE = "datapackage.json"

_BATCH = 2_000
_IN_MEMORY = 8 << 20
_MAX_KNOWN = 10_000
_QUICK = 1  # the level of deflate: a third of the time of the usual one for a tenth more
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""When each file of the archive was made: never, so that the same records give the same bytes."""
_WHAT = "a light point, a night profile or a dimming range"
_FLAGS = {True: "true", False: "false", None: None}

type Row = list[Any]


class _Sheet:
    """The rows of one table, in CSV, kept aside until the archive is written."""

    def __init__(self, table: Table, stack: ExitStack) -> None:
        self.data = _aside(stack)
        self._text = io.StringIO()
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._rows: list[Row] = [[column.name for column in table.columns]]

    def add(self, row: Row) -> None:
        """One more row."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        self._csv.writerows(self._rows)
        self.data.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()
        self._rows.clear()


class _Features:
    """The points as features, kept aside until the archive is written."""

    def __init__(self, stack: ExitStack) -> None:
        self.data = _aside(stack)
        self._lines: list[str] = []
        self._comma = ""
        self._known: list[dict[Any, str]] = [{} for _ in POINTS.columns]
        self._names = [f"{json.dumps(column.name)}:" for column in POINTS.columns]
        self.data.write(b'{"type":"FeatureCollection","features":[\n')

    def add(self, row: Row) -> None:
        """One more point: the cells of its row; what is not known is left out."""
        told = [f'"identifiant":{json.dumps(row[0], ensure_ascii=False)}']
        told += [
            known.get(cell) or self._learned(i, cell)
            for i, (cell, known) in enumerate(zip(row, self._known, strict=True))
            if cell is not None and i not in _PLACE
        ]
        point = "null" if row[2] is None else _POINT % (row[2], row[3])
        self._lines.append(
            f'{self._comma}{{"type":"Feature","geometry":{point},"properties":{{{",".join(told)}}}}}'
        )
        self._comma = ",\n"
        if len(self._lines) >= _BATCH:
            self.flush()

    def _learned(self, i: int, cell: Any) -> str:
        """The member of a feature for *cell* in column *i*, made once however often it comes."""
        known = self._known[i]
        if len(known) >= _MAX_KNOWN:
            known.clear()
        kind = POINTS.columns[i].kind
        plain = kind in ("boolean", "integer", "number")
        text = str(cell) if plain else json.dumps(str(cell), ensure_ascii=False)
        return known.setdefault(cell, self._names[i] + text)

    def flush(self) -> None:
        """Write what is held."""
        self.data.write("".join(self._lines).encode())
        self._lines.clear()

    def end(self) -> None:
        """Close the collection."""
        self.flush()
        self.data.write(b"\n]}\n")


_PLACE = (0, 2, 3)
"""Columns of the identifier and of the place: written apart."""
_POINT = '{"type":"Point","coordinates":[%s,%s]}'


def _aside(stack: ExitStack) -> BinaryIO:
    """A file that waits in memory, on disk beyond 8 MiB; gone when *stack* ends."""
    return cast("BinaryIO", stack.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY)))


def write(records: Iterable[Record], sink: BinaryIO) -> None:
    """The archive; memory is bounded, rows wait on disk beyond 8 MiB.

    Cabinets that say no more than their name need no row. BadInput for any other record, and for
    a night profile that names a range which is not among the records.
    """
    with ExitStack() as stack:
        sheets = {table.name: _Sheet(table, stack) for table in TABLES}
        features = _Features(stack)
        ranges, named = set[str](), dict[str, None]()
        points = sheets[POINTS.name]
        for record in records:
            if isinstance(record, LightPointRecord):
                row = _point(record)
                points.add(row)
                features.add(row)
            elif isinstance(record, NightProfile):
                sheets[PROFILES.name].add(_cells(PROFILES)(record))
                for one in record.ranges:
                    sheets[LINKS.name].add([record.external_id, one])
                    named[one] = None
            elif isinstance(record, DimmingRange):
                sheets[RANGES.name].add(_cells(RANGES)(record))
                ranges.add(record.external_id)
            elif not bare(record):
                raise BadInput("record", type(record).__name__, _WHAT)
        absent = next((one for one in named if one not in ranges), None)
        if absent is not None:
            raise BadInput("record", absent, "the dimming ranges that its night profiles name")
        features.end()
        _archive(sheets, features, sink)


def _archive(sheets: dict[str, _Sheet], features: _Features, sink: BinaryIO) -> None:
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
        with archive.open(_info(PACKAGE), "w") as member:
            member.write(data_package().encode())
        for name, sheet in sheets.items():
            sheet.flush()
            _copied(sheet.data, archive, f"{name}.csv")
        _copied(features.data, archive, GEOJSON)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    setattr(info, "_compresslevel", _QUICK)  # noqa: B010 (its public name is of Python 3.13)
    return info


def _copied(data: BinaryIO, archive: zipfile.ZipFile, name: str) -> None:
    data.seek(0)
    with archive.open(_info(name), "w", force_zip64=True) as member:
        while block := data.read(1 << 20):
            member.write(block)


def _number(value: float | None) -> str | None:
    """*value* without exponent, exactly."""
    if value is None:
        return None
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text


def _made(table: Table) -> dict[int, Callable[[Any], Any]]:
    """How the cells of some columns are made from the values of the fields, by their place."""
    making: dict[str, Callable[[Any], Any]] = {"number": _number, "boolean": _FLAGS.__getitem__}
    return {
        i: making[column.kind] for i, column in enumerate(table.columns) if column.kind in making
    }


def _cells(table: Table) -> Callable[[Any], Row]:
    values = attrgetter(*(column.field for column in table.columns))
    made = _made(table)

    def row(record: Any) -> Row:
        cells = list(values(record))
        for i, make in made.items():
            cells[i] = make(cells[i])
        return cells

    return row


_REST = POINTS.columns[4:]
_values = attrgetter("external_id", "insee_code", "location", *(column.field for column in _REST))
_MADE = [(i, make) for i, make in _made(POINTS).items() if i >= 4]  # noqa: PLR2004 (after the place)


def _point(point: LightPointRecord) -> Row:
    """The cells of a light point: `location` is two of them."""
    name, commune, place, *rest = _values(point)
    if place is None:
        row = [name, commune, None, None, *rest]
    else:
        row = [name, commune, _number(place.longitude), _number(place.latitude), *rest]
    for i, make in _MADE:
        if row[i] is not None:
            row[i] = make(row[i])
    return row
