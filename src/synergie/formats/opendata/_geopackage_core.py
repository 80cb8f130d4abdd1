"""What every GeoPackage of ours has: its system tables, the date of the data, styles, meanings.

OGC 12-128r19 (GeoPackage 1.3) with its schema extension. The values QGIS needs were measured:
`layer_styles` with empty catalog and schema, not NULL, else it draws in a random colour.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime

from synergie.formats._csv import Cell
from synergie.schemas.about import About

EPSG = 4326
MARK = "longitude, latitude (synergie)"
"""Description of the reference system: on the second page of the file, where a sniffer sees it."""
TYPES = {"text": "TEXT", "whole": "INTEGER", "number": "REAL", "decimal": "REAL", "date": "DATE",
         "instant": "DATETIME", "local": "TEXT", "yes_no": "BOOLEAN"}  # fmt: skip
"""Type of a column of each kind."""

_EPOCH = "2000-01-01T00:00:00.000Z"
_SCHEMA_EXTENSION = "http://www.geopackage.org/spec121/#extension_schema"
_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG",'
    '"7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT['
    '"degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude"'
    ',EAST],AUTHORITY["EPSG","4326"]]'
)
_CORE = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
  m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  PRIMARY KEY (table_name, column_name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,
  max_is_inclusive BOOLEAN, description TEXT, UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT,
  f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT,
  update_time DATETIME);
"""


def create_system_tables(database: sqlite3.Connection) -> None:
    """The system tables in an empty *database*."""
    database.executescript(_CORE)
    rows = (
        ("WGS 84", EPSG, "EPSG", EPSG, _WKT, MARK),
        ("Undefined cartesian", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic", 0, "NONE", 0, "undefined", None),
    )
    database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)
    for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        told = (name, None, "gpkg_schema", _SCHEMA_EXTENSION, "read-write")
        database.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", told)


def insert_content_row(
    database: sqlite3.Connection,
    name: str,
    kind: str,
    about: About | None,
    *,
    title: str = "",
    told: str = "",
) -> None:
    """The row of `gpkg_contents` by which others find a table.

    *told*: its abstract. "": what *about* says, in French.
    """
    told = (told or _describe_layer(about)) if title else ""
    srs = EPSG if kind == "features" else None
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change,"
        " srs_id) VALUES (?, ?, ?, ?, ?, ?)",
        (name, kind, title or name, told, _format_data_date(about), srs),
    )


def insert_column_meanings(
    database: sqlite3.Connection, table: str, told: Iterable[tuple[str, str, str]]
) -> None:
    """What each column of *table* is for: its name, its title, a sentence or ""."""
    database.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, title, description)"
        " VALUES (?, ?, ?, ?)",
        [(table, name, title, f"{title}. {about}") for name, title, about in told],
    )


def insert_geometry_column(database: sqlite3.Connection, table: str, kind: str) -> None:
    """The column `geom` of *table*: POINT or LINESTRING, degrees."""
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, kind, EPSG)
    )


def insert_layer_style(
    database: sqlite3.Connection, table: str, *, title: str, qml: str, about: About | None
) -> None:
    """The style that QGIS applies to *table* by itself."""
    database.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
        " update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
        (table, title, qml, title, _format_data_date(about)),
    )


def update_layer_extent(
    database: sqlite3.Connection, table: str, places: Iterable[tuple[float, float]]
) -> None:
    """The extent of a layer, from its longitudes and latitudes."""
    box = [180.0, 90.0, -180.0, -90.0]
    for lon, lat in places:
        box = [min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat)]
    if box[0] <= box[2]:
        database.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?"
            " WHERE table_name = ?",
            (*box, table),
        )


def convert_to_sqlite(cell: Cell) -> str | int | float | None:
    """A cell as SQLite keeps it."""
    if isinstance(cell, datetime):
        return _format_iso_time(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, str | int | float) else float(cell)


def _format_data_date(about: About | None) -> str:
    """The date of the data; that of the run would make each run differ."""
    return _format_iso_time(about.as_of) if about and about.as_of else _EPOCH


def _describe_layer(about: About | None) -> str:
    """The abstract of a layer: the date of the data first, so that it travels with the file."""
    if about is None:
        return ""
    facts = (
        f"Dernière mise à jour : {about.as_of:%d/%m/%Y}" if about.as_of else None,
        f"source : {about.source}" if about.source else None,
        f"éditeur : {about.publisher}" if about.publisher else None,
        f"licence : {about.licence}" if about.licence else None,
        f"à qui demander : {about.contact}" if about.contact else None,
    )
    told = ", ".join(fact for fact in facts if fact)
    return ". ".join(part for part in (about.title, told, about.freshness) if part)


def _format_iso_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
