"""A GeoPackage read as what it may be: a hostile SQLite file.

OGC 12-128r19, GeoPackage 1.4: tables of features that gpkg_contents lists, geometries as a GP
header and well-known binary (WKB). The file is read from a copy; its schema is not trusted: no
view, trigger, virtual table, function or extension of it runs, and time and memory are bounded.
"""

import math
import sqlite3
import struct
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.lighting._shapefile import is_damaged
from synergie.formats.text import MAX_COLUMNS, MAX_ROWS

APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
"""What bytes 68 to 71 say."""
MAGIC = b"SQLite format 3\0"

_IN_MEMORY = 32 << 20
_BLOCK = 1 << 20
_MAX_CELL = 4 << 20
_MAX_LAYERS = 500
_OPERATIONS, _TURNS = 1_000_000, 4_000
_MAX_KNOWN = 50_000
_WHOLE = "a whole GeoPackage"
_BOUNDED = "a table that is read in bounded time"
_PLACE = "a place as a GeoPackage point"
_PLAIN = struct.Struct("<4siBI2d")
_ENVELOPES = (0, 32, 48, 48, 64)
_POINT, _MULTIPOINT = 1, 4
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MAX_CELL,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 200_000,
    sqlite3.SQLITE_LIMIT_COLUMN: MAX_COLUMNS,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 3,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_SWITCHES = {
    sqlite3.SQLITE_DBCONFIG_DEFENSIVE: True,
    sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER: False,
    sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW: False,
    sqlite3.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION: False,
    sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA: False,
}
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_READ_ONLY = ("table_info", "table_xinfo")

type Xy = tuple[float, float]


class Layer(NamedTuple):
    """A table of features."""

    name: str
    geometry: str
    """Name of the column of places."""
    system: tuple[str, int, str] | None
    """Authority, its code, and the well-known text. None: the file does not tell."""
    columns: list[str]
    """Names of the other columns, in order."""


@contextmanager
def opened(source: BinaryIO) -> Iterator[sqlite3.Connection]:
    """The copy of *source* as a database that can only be read; BadInput for what it cannot be."""
    with (
        TemporaryDirectory() as folder,
        _map_sqlite_errors(),
        closing(_connect_copy(source, Path(folder))) as connection,
    ):
        _restrict_connection(connection)
        yield connection


@contextmanager
def _map_sqlite_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise BadInput("file", str(error), _BOUNDED, "not-well-formed") from error
        raise BadInput("file", str(error), _WHOLE, "not-well-formed") from error
    except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as error:
        raise BadInput("file", str(error), _WHOLE, "not-well-formed") from error


def _connect_copy(source: BinaryIO, folder: Path) -> sqlite3.Connection:
    """A connection to a copy of *source*: in memory, on disk beyond 32 MiB."""
    source.seek(0)
    start = source.read(_IN_MEMORY)
    if not start.startswith(MAGIC) or len(start) < 100:  # noqa: PLR2004 (SQLite's header)
        raise BadInput("file", start[:16].hex(), _WHOLE, "not-well-formed")
    start = start[:18] + b"\1\1" + start[20:]  # without a log beside it (WAL)
    if len(start) < _IN_MEMORY:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(start)
        return connection
    path = folder / "copy.gpkg"
    with path.open("wb") as copy:
        while start:
            copy.write(start)
            start = source.read(_BLOCK)
    return sqlite3.connect(
        f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )


def _restrict_connection(connection: sqlite3.Connection) -> None:
    """Leaves *connection* able to read tables and nothing else."""
    connection.text_factory = bytes
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    for switch, value in _SWITCHES.items():
        connection.setconfig(switch, value)
    for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.set_progress_handler(_Patience(), _OPERATIONS)
    connection.set_authorizer(_authorize_statement)


class _Patience:
    """Stops a statement after some 4 thousand million steps."""

    def __init__(self) -> None:
        self._turns = 0

    def __call__(self) -> bool:
        self._turns += 1
        return self._turns > _TURNS


def _authorize_statement(act: int, first: str | None, *_: object) -> int:
    fits = act in _ALLOWED or (act == sqlite3.SQLITE_PRAGMA and first in _READ_ONLY)
    return sqlite3.SQLITE_OK if fits else sqlite3.SQLITE_DENY


def list_layers(connection: sqlite3.Connection) -> dict[str, Layer]:
    """The tables of features by name; BadInput when there is none."""
    plain = {
        _format_cell_text(name)
        for name, sql in _fetch_all_rows(
            connection, "SELECT name, sql FROM sqlite_schema WHERE type='table'"
        )
        if sql and not _format_cell_text(sql).lstrip().lower().startswith("create virtual")
    }
    asked = (
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id,"
        " s.definition FROM gpkg_contents c JOIN gpkg_geometry_columns g"
        " ON g.table_name = c.table_name LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        " WHERE c.data_type = 'features'"
    )
    found = {}
    for table, column, authority, code, definition in _fetch_all_rows(connection, asked):
        name, geometry = _format_cell_text(table), _format_cell_text(column)
        columns = _list_stored_columns(connection, name) if name in plain else []
        if geometry in columns:
            told = (_format_cell_text(authority), code, _format_cell_text(definition))
            system = (told[0], code, told[2]) if isinstance(code, int) else None
            columns.remove(geometry)
            found[name] = Layer(name, geometry, system, columns)
    if not found:
        raise BadInput("layers", Words("no table of features"), "a layer of points")
    return found


def _fetch_all_rows(connection: sqlite3.Connection, asked: str) -> list[tuple[object, ...]]:
    with closing(connection.execute(asked)) as cursor:
        rows = cursor.fetchmany(_MAX_LAYERS + 1)
    if len(rows) > _MAX_LAYERS:
        raise TooLarge(_MAX_LAYERS, "layers")
    return rows


def _list_stored_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Names of the stored columns of *table* that are no blobs beside the place."""
    told = _fetch_all_rows(connection, f"PRAGMA table_xinfo({_quote_identifier(table)})")
    return [_format_cell_text(name) for _, name, _, _, _, _, hidden in told if hidden == 0]


def is_unique(
    connection: sqlite3.Connection, layer: Layer, column: str, blanks: Collection[str]
) -> bool:
    """Whether each cell of *column* is there, is none of *blanks*, and stands only once.

    False for a layer of over a million rows, too: the cells are held.
    """
    most = 1_000_000
    asked = (
        f"SELECT {_quote_identifier(column)} FROM {_quote_identifier(layer.name)} LIMIT {most + 1}"  # noqa: S608 (quoted)
    )
    with closing(connection.execute(asked)) as cursor:
        cells = [cell for (cell,) in cursor]
    known = set(cells)
    if len(known) < len(cells) or len(cells) > most or None in known:
        return False
    empty = {word.casefold() for word in blanks} | {""}
    return not any(_format_cell_text(cell).strip().casefold() in empty for cell in known)


class Rows:
    """The rows of one layer, in the order of its table; without their places, if not *placed*."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        layer: Layer,
        columns: list[str],
        *,
        placed: bool = True,
    ) -> None:
        geometry = _quote_identifier(layer.geometry) if placed else "NULL"
        names = ", ".join([*map(_quote_identifier, columns), geometry])
        table = _quote_identifier(layer.name)
        self._asked = f"SELECT {names} FROM {table} LIMIT {MAX_ROWS + 1}"  # noqa: S608 (quoted)
        self._connection = connection
        self._texts = _Texts()

    @property
    def damaged(self) -> bool:
        """Whether some text read so far has bytes that do not decode (U+DC80..DCFF stand there)."""
        return self._texts.damaged

    def __iter__(self) -> Iterator[tuple[list[str], object]]:
        """Cells as texts, and the place as it is stored. TooLarge over MAX_ROWS."""
        text, n = self._texts.__getitem__, 0
        with closing(self._connection.execute(self._asked)) as cursor:
            for n, row in enumerate(cursor, start=1):  # noqa: B007 (counted)
                yield list(map(text, row[:-1])), row[-1]
        if n > MAX_ROWS:
            raise TooLarge(MAX_ROWS, "rows")


class _Texts(dict[object, str]):
    """The text of each cell, made once however often it comes. A whole number has no `.0`."""

    damaged = False

    def __missing__(self, cell: object) -> str:
        if type(cell) is bytes:
            text = cell.decode("utf-8", "surrogateescape")
            if not text.isascii() and is_damaged(text):
                self.damaged = True
        else:
            text = _format_cell_text(cell)
        if len(self) >= _MAX_KNOWN:
            self.clear()
        self[cell] = text
        return text


def _format_cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "surrogateescape")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _quote_identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def place(blob: object) -> Xy | None:
    """X and y of a geometry; None for a null or empty one. BadInput for what is no one point."""
    if blob is None:
        return None
    if not isinstance(blob, bytes):
        raise BadInput("row", blob, _PLACE)
    if len(blob) == _PLAIN.size and blob.startswith(b"GP\0\1"):
        _, _, order, kind, x, y = _PLAIN.unpack(blob)
        if order == 1 and kind == _POINT:
            return None if math.isnan(x) else (x, y)
    try:
        return _read_geometry(blob)
    except (struct.error, IndexError) as error:
        raise BadInput("row", blob[:16].hex(), _PLACE) from error


def _read_geometry(blob: bytes) -> Xy | None:
    """A geometry with an envelope, in the other byte order, with height, or of several points."""
    flags = blob[3]
    envelope = flags >> 1 & 7
    if not blob.startswith(b"GP") or envelope >= len(_ENVELOPES):
        raise BadInput("row", blob[:4].hex(), _PLACE)
    at = 8 + _ENVELOPES[envelope]
    kind = _read_geometry_kind(blob, at)
    order = "<" if blob[at] else ">"
    if kind == _MULTIPOINT:
        n = struct.unpack_from(f"{order}I", blob, at + 5)[0]
        if n == 0:
            return None
        if n != 1:
            raise BadInput("row", Words("several points in one shape"), "one place a light point")
        at += 9
        kind, order = _read_geometry_kind(blob, at), "<" if blob[at] else ">"
    if kind != _POINT:
        raise BadInput("row", f"WKB {kind}", _PLACE)
    x, y = struct.unpack_from(f"{order}2d", blob, at + 5)
    return None if math.isnan(x) else (x, y)


def _read_geometry_kind(blob: bytes, at: int) -> int:
    """The kind of a WKB geometry, whatever its further dimensions."""
    kind = struct.unpack_from("<I" if blob[at] else ">I", blob, at + 1)[0]
    return int(kind & 0x0FFFFFFF) % 1000
