"""Small GeoPackages, built here with the standard library after OGC 12-128r19."""

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

WGS84 = 'GEOGCS["WGS 84"]'
PLACE = (930_000.0, 6_860_000.0)

type Cell = str | int | float | bytes | None


def point(x: float, y: float) -> bytes:
    """A GeoPackage point without envelope, little-endian."""
    return b"GP\0\1" + struct.pack("<i", 2154) + struct.pack("<BI2d", 1, 1, x, y)


def layer_sql(name: str, columns: Sequence[str], srs: int = 2154) -> list[str]:
    """What makes a layer of points."""
    told = "".join(f', "{column}"' for column in columns)
    return [
        f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom POINT{told})',
        f"INSERT INTO gpkg_contents VALUES ('{name}', 'features', {srs})",  # noqa: S608 (ours)
        f"INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', 'POINT', {srs})",  # noqa: S608
    ]


def package(
    columns: Sequence[str],
    *rows: Sequence[Cell],
    name: str = "lum",
    more: Sequence[str] = (),
    srs: tuple[int, str, int, str] = (2154, "EPSG", 2154, "PROJCS[RGF93]"),
) -> bytes:
    """A package of one layer; a row is its geometry, then a cell a column. *more*: statements."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.gpkg"
        with closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA application_id = 0x47504B47")
            made.execute(
                "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER PRIMARY KEY, organization TEXT,"
                " organization_coordsys_id INTEGER, definition TEXT)"
            )
            made.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INT)")
            made.execute(
                "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,"
                " geometry_type_name TEXT, srs_id INT)"
            )
            made.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?)", srs)
            for statement in layer_sql(name, columns, srs[0]):
                made.execute(statement)
            marks = ", ".join("?" * (len(columns) + 1))
            names = "".join(f', "{column}"' for column in columns)
            insert = f'INSERT INTO "{name}" (geom{names}) VALUES ({marks})'  # noqa: S608 (ours)
            made.executemany(insert, rows)
            for statement in more:
                made.execute(statement)
            made.commit()
        return path.read_bytes()
