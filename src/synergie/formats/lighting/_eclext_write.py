"""EclExt written: a zip of four tables in CSV, their data package, and the points as GeoJSON."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from json.encoder import encode_basestring
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from synergie.errors import BadInput
from synergie.formats.csv_text import join_rows
from synergie.formats.format import Record
from synergie.formats.lighting._lighting import is_bare_cabinet
from synergie.formats.lighting.eclext_tables import (
    LINKS,
    POINTS,
    PROFILES,
    RANGES,
    TABLES,
    Column,
    Table,
    data_package,
)
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile

GEOJSON = "PointLumineux.geojson"
PACKAGE = "datapackage.json"

_BATCH = 200
_IN_MEMORY = 8 << 20
_MAX_KNOWN = 10_000
_QUICK = 1  # the level of deflate: a third of the time of the usual one for a tenth more
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""When each file of the archive was made: never, so that the same records give the same bytes."""
_WHAT = "a light point, a night profile or a dimming range"


class _Sheet:
    """The rows of one table, in CSV, kept aside until the archive is written."""

    def __init__(self, table: Table, stack: ExitStack) -> None:
        self.data = _open_spool(stack)
        self.add([[column.name for column in table.columns]])

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """More rows; None is blank."""
        self.data.write(join_rows(rows, ending="\n").encode())


class _Points:
    """The light points, as rows and as features; a batch of them is turned column by column."""

    def __init__(self, sheet: _Sheet, features: IO[bytes]) -> None:
        self._sheet, self._sink = sheet, features
        self._batch: list[LightPointRecord] = []
        self._comma = "\n"
        self._members = [_Members(column) for column in POINTS.columns]
        self._texts = [_Texts() for _ in POINTS.columns]
        features.write(b'{"type":"FeatureCollection","features":[')

    def add(self, point: LightPointRecord) -> None:
        """One more point."""
        self._batch.append(point)
        if len(self._batch) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if not self._batch:
            return
        rows = [_values(point.__dict__) for point in self._batch]
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        columns[2:3] = _format_coordinates(columns[2])
        for i, column in enumerate(POINTS.columns):
            if i not in _PLACE and column.kind in _MAKING and _is_told(columns[i]):
                columns[i] = list(map(_MAKING[column.kind], columns[i]))
        self._rows(columns)
        self._features(columns)
        self._batch.clear()

    def _rows(self, columns: list[Sequence[Any]]) -> None:
        """Each point as a row of CSV, each different cell made once."""
        blanks = ("",) * len(columns[0])
        cells: list[Iterable[str]] = [
            map(texts.__getitem__, column) if _is_told(column) else blanks
            for column, texts in zip(columns, self._texts, strict=True)
        ]
        cells[0] = map(_quote_csv_text, columns[0])  # each comes once
        cells[2:4] = ([end or "" for end in ends] for ends in columns[2:4])
        lines = map(",".join, zip(*cells, strict=True))
        self._sheet.data.write(("\n".join(lines) + "\n").encode())

    def _features(self, columns: list[Sequence[Any]]) -> None:
        """Each point with what is known of it; a line each."""
        names = ((f'"identifiant":{encode_basestring(name)}') for name in columns[0])
        told = [
            map(members.__getitem__, column)
            for i, (column, members) in enumerate(zip(columns, self._members, strict=True))
            if i not in (0, *_PLACE) and _is_told(column)
        ]
        rows = map(",".join, map(partial(filter, None), zip(names, *told, strict=True)))
        lines = [
            _FEATURE % (_POINT % (x, y) if x is not None else "null", members)
            for x, y, members in zip(columns[2], columns[3], rows, strict=True)
        ]
        self._sink.write((self._comma + ",\n".join(lines)).encode())
        self._comma = ",\n"

    def end(self) -> None:
        """Write what is held, and close the collection."""
        self.flush()
        self._sink.write(b"\n]}\n")


class _Members(dict[Any, str]):
    """The member of a feature for each cell of one column, made once however often it comes."""

    def __init__(self, column: Column) -> None:
        super().__init__({None: ""})
        self._name = json.dumps(column.name)
        self._bare = column.kind in ("boolean", "integer", "number")

    def __missing__(self, cell: Any) -> str:
        text = str(cell) if self._bare else encode_basestring(str(cell))
        if len(self) >= _MAX_KNOWN:
            self.clear()
            self[None] = ""
        made = self[cell] = f"{self._name}:{text}"
        return made


class _Texts(dict[Any, str]):
    """A cell of CSV (RFC 4180) for each value of one column, made once however often it comes."""

    def __init__(self) -> None:
        super().__init__({None: ""})

    def __missing__(self, cell: Any) -> str:
        text = _quote_csv_text(str(cell))
        if len(self) >= _MAX_KNOWN:
            self.clear()
            self[None] = ""
        self[cell] = text
        return text


def _quote_csv_text(text: str) -> str:
    """*text* between quotes where it needs them (RFC 4180)."""
    return text if _BARE.fullmatch(text) else '"' + text.replace('"', '""') + '"'


_BARE = re.compile(r'[^,"\r\n]*')
_PLACE = (2, 3)
"""Columns of the place: written apart."""
_POINT = '{"type":"Point","coordinates":[%s,%s]}'
_FEATURE = '{"type":"Feature","geometry":%s,"properties":{%s}}'


def _is_told(column: Sequence[Any]) -> bool:
    """Whether any cell of it is known."""
    return column.count(None) < len(column)


def _open_spool(stack: ExitStack) -> BinaryIO:
    """A file that waits in memory, on disk beyond 8 MiB; gone when *stack* ends."""
    return cast("BinaryIO", stack.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY)))


def write(records: Iterable[Record], sink: BinaryIO) -> None:
    """The archive; memory is bounded, rows wait on disk beyond 8 MiB.

    Cabinets that say no more than their name need no row. BadInput for any other record, and for
    a night profile that names a range which is not among the records.
    """
    with ExitStack() as stack, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        sheets = {table.name: _Sheet(table, stack) for table in TABLES}
        with archive.open(_build_zip_info(GEOJSON), "w", force_zip64=True) as features:
            _fill_sheets(records, sheets, _Points(sheets[POINTS.name], features))
        for name, sheet in sheets.items():
            sheet.data.seek(0)
            with archive.open(_build_zip_info(f"{name}.csv"), "w", force_zip64=True) as member:
                shutil.copyfileobj(sheet.data, member, 1 << 20)
        with archive.open(_build_zip_info(PACKAGE), "w") as member:
            member.write(data_package().encode())


def _fill_sheets(records: Iterable[Record], sheets: dict[str, _Sheet], points: _Points) -> None:
    ranges, named = set[str](), dict[str, None]()
    for record in records:
        if isinstance(record, LightPointRecord):
            points.add(record)
        elif isinstance(record, NightProfile):
            sheets[PROFILES.name].add([_build_record_cells(record, PROFILES)])
            sheets[LINKS.name].add([record.external_id, one] for one in record.ranges)
            named |= dict.fromkeys(record.ranges)
        elif isinstance(record, DimmingRange):
            sheets[RANGES.name].add([_build_record_cells(record, RANGES)])
            ranges.add(record.external_id)
        elif not is_bare_cabinet(record):
            raise BadInput("record", type(record).__name__, _WHAT)
    absent = next((one for one in named if one not in ranges), None)
    if absent is not None:
        raise BadInput("record", absent, "the dimming ranges that its night profiles name")
    points.end()


def _build_zip_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    setattr(info, "_compresslevel", _QUICK)  # noqa: B010 (its public name is of Python 3.13)
    return info


def _format_plain_number(value: float | None) -> str | None:
    """*value* without exponent, exactly."""
    if value is None:
        return None
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text


_MAKING: dict[str, Callable[[Any], Any]] = {
    "number": _format_plain_number,
    "boolean": {True: "true", False: "false", None: None}.__getitem__,
}
"""How the cells of a kind are made from the values of the fields; the others are as they are."""
_values = itemgetter(
    "external_id", "insee_code", "location", *(column.field for column in POINTS.columns[4:])
)


def _build_record_cells(record: NightProfile | DimmingRange, table: Table) -> list[Any]:
    values = [getattr(record, column.field) for column in table.columns]
    kinds = [column.kind for column in table.columns]
    return [
        _MAKING.get(kind, _return_unchanged)(one) for kind, one in zip(kinds, values, strict=True)
    ]


def _return_unchanged(value: Any) -> Any:
    return value


def _format_coordinates(
    places: Sequence[Location | None],
) -> tuple[list[str | None], list[str | None]]:
    """Longitudes and latitudes as texts."""
    return (
        [None if place is None else _format_plain_number(place.longitude) for place in places],
        [None if place is None else _format_plain_number(place.latitude) for place in places],
    )
