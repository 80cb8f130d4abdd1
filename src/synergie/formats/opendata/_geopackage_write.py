"""A GeoPackage of lighting records written with the standard library's SQLite: a layer a kind."""

import sqlite3
import struct
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import NamedTuple
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from synergie.errors import BadInput
from synergie.formats._csv import Cell, Table, table_of
from synergie.formats.columns import Column
from synergie.formats.format import Record
from synergie.formats.opendata._geopackage_core import (
    EPSG,
    TYPES,
    convert_to_sqlite,
    create_system_tables,
    insert_column_meanings,
    insert_content_row,
    insert_geometry_column,
    insert_layer_style,
    update_layer_extent,
)
from synergie.schemas.about import About

# Styles that QGIS applies by itself: shape and colour of each kind of thing (QML, symbology
# only).
#
# Never colour alone: each lamp has its shape, too; colours are the house's palette.


class Mark(NamedTuple):
    """How one kind is drawn."""

    label: str
    shape: str
    colour: str
    size: float = 2.4


LAMPS: dict[str, Mark] = {
    "LED": Mark("LED", "circle", "31,95,168"),
    "SHP": Mark("Sodium haute pression", "diamond", "180,83,9"),
    "SBP": Mark("Sodium basse pression", "diamond", "163,36,43"),
    "IM": Mark("Iodures métalliques", "triangle", "107,63,160"),
    "VM": Mark("Vapeur de mercure", "cross_fill", "163,36,43"),
    "FLUO": Mark("Fluorescence", "pentagon", "11,107,83"),
    "HAL": Mark("Halogène", "star", "180,83,9"),
    "INC": Mark("Incandescence", "star", "163,36,43"),
    "IND": Mark("Induction", "hexagon", "11,107,83"),
    "XEN": Mark("Xénon", "star", "107,63,160"),
}
"""Technologies of EclExt; AU, XX and none are drawn as not known."""
UNKNOWN = Mark("Lampe inconnue", "circle", "91,100,112", 1.8)

PLAIN: dict[str, Mark] = {
    "cabinets": Mark("Armoire", "square", "27,31,36", 4.0),
    "supports": Mark("Support", "cross", "91,100,112", 1.6),
    "sites": Mark("Site", "equilateral_triangle", "11,107,83", 3.6),
    "work_orders": Mark("Intervention", "arrowhead", "163,36,43", 3.0),
}


def render_layer_style(table: str) -> str:
    """The style of the layer *table*; light points by lamp, the others by one mark."""
    if table == "light_points":
        marks = [*LAMPS.items(), ("", UNKNOWN)]
        categories = "".join(
            f'<category render="true" type="string" symbol="{at}" value={quoteattr(value)}'
            f" label={quoteattr(mark.label)}/>"
            for at, (value, mark) in enumerate(marks)
        )
        body = (
            '<renderer-v2 type="categorizedSymbol" attr="source_type" symbollevels="0"'
            ' enableorderby="0" forceraster="0">'
            f"<categories>{categories}</categories>{_render_symbols(mark for _, mark in marks)}"
        )
    else:
        body = (
            '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
            f"{_render_symbols([PLAIN[table]])}"
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.40.6" styleCategories="Symbology">{body}</renderer-v2></qgis>'
    )


def _render_symbols(marks: Iterable[Mark]) -> str:
    return (
        f"<symbols>{''.join(_render_mark_symbol(at, mark) for at, mark in enumerate(marks))}"
        "</symbols>"
    )


def _render_mark_symbol(at: int, mark: Mark) -> str:
    options = {
        "name": mark.shape,
        "color": f"{mark.colour},255",
        "outline_color": "255,255,255,255" if mark.shape != "cross" else f"{mark.colour},255",
        "outline_style": "solid",
        "outline_width": "0.2" if mark.shape != "cross" else "0.4",
        "outline_width_unit": "MM",
        "size": str(mark.size),
        "size_unit": "MM",
    }
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="marker" name="{at}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="SimpleMarker" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )


PLACE = ("longitude", "latitude")
TABLES = ("light_points", *PLAIN, "circuits")
"""What a map holds; circuits have no place of their own and are a plain table."""

_ROWS = 1_000
_POINT = struct.Struct("<2sBBiBIdd")
_ON_A_MAP = "a light point, a cabinet, a support, a site, a circuit or an intervention"


def fill_geopackage(
    database: sqlite3.Connection, records: Iterable[Record], about: About | None, tz: ZoneInfo
) -> None:
    """The whole GeoPackage in *database*. BadInput for a record that is on no map."""
    create_system_tables(database)
    known: dict[str, Table] = {}
    for some in batched(records, _ROWS):
        for record in some:
            table = table_of(record)
            if table.name not in TABLES:
                raise BadInput("record", type(record).__name__, _ON_A_MAP)
            if table.name not in known:
                known[table.name] = table
                _create_layer(database, table, about)
            for row in table.rows(record, tz):
                _insert_layer_row(database, table, row)
        database.commit()
    if any(has_place(table) for table in known.values()):
        insert_content_row(database, "layer_styles", "attributes", about)  # so that GDAL lists them
    for table in filter(has_place, known.values()):
        update_layer_extent(database, table.name, _iterate_places(database, table))
    database.commit()


def list_layer_columns(table: Table) -> list[Column]:
    """The columns of *table* beside its place."""
    return [column for column in table.columns if column.name not in PLACE]


def has_place(table: Table) -> bool:
    """Whether the things of *table* stand somewhere."""
    return any(column.name in PLACE for column in table.columns)


def _create_layer(database: sqlite3.Connection, table: Table, about: About | None) -> None:
    """The table, what it says of itself, what each column is for, and its style."""
    cells = ", ".join(f"{column.name} {TYPES[column.kind]}" for column in list_layer_columns(table))
    point = "geom POINT, " if has_place(table) else ""
    database.execute(
        f"CREATE TABLE {table.name} (fid INTEGER PRIMARY KEY AUTOINCREMENT, {point}{cells})"
    )
    kind = "features" if has_place(table) else "attributes"
    insert_content_row(database, table.name, kind, about, title=table.title)
    insert_column_meanings(
        database, table.name, ((c.name, c.title, c.purpose) for c in list_layer_columns(table))
    )
    if has_place(table):
        insert_geometry_column(database, table.name, "POINT")
        insert_layer_style(
            database, table.name, title=table.title, qml=render_layer_style(table.name), about=about
        )


def _insert_layer_row(database: sqlite3.Connection, table: Table, row: tuple[Cell, ...]) -> None:
    named = dict(zip((column.name for column in table.columns), row, strict=True))
    told: list[object] = [
        convert_to_sqlite(named[column.name]) for column in list_layer_columns(table)
    ]
    if has_place(table):
        told.insert(0, _pack_point(named["longitude"], named["latitude"]))
    marks = ", ".join("?" * (len(told) + 1))
    database.execute(f"INSERT INTO {table.name} VALUES ({marks})", (None, *told))  # noqa: S608 (names are ours)


def _pack_point(longitude: Cell, latitude: Cell) -> bytes | None:
    """A point as GeoPackage keeps it: header without envelope, then WKB, longitude first."""
    if longitude is None or latitude is None:
        return None
    return _POINT.pack(b"GP", 0, 1, EPSG, 1, 1, longitude, latitude)


def _iterate_places(database: sqlite3.Connection, table: Table) -> Iterator[tuple[float, float]]:
    for (packed,) in database.execute(
        f"SELECT geom FROM {table.name} WHERE geom IS NOT NULL"  # noqa: S608 (as above)
    ):
        *_, longitude, latitude = _POINT.unpack(packed)
        yield longitude, latitude
