"""Layers of points and lines that are no record of ours: a GeoPackage for QGIS, and GeoJSON.

The GeoPackage opens styled and dated, each column explained, as that of lighting does; the GeoJSON
(RFC 7946) has all layers in one collection. The same layers give the same bytes.
"""

import json
import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from synergie.formats._csv import Cell
from synergie.formats.columns import Kind
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
from synergie.schemas.assets.location import Location

type Shape = Literal["POINT", "LINESTRING"]

_HEAD = struct.Struct("<2sBBi")
_DIGITS = 7
"""Decimals of a degree that are written: a centimetre."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, what it holds, its title for a reader, a sentence on it."""

    name: str
    kind: Kind
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing: where it is, and a cell a column."""

    line: tuple[Location, ...]
    """One place of a point, two or more of a line."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Things of one kind. *by*: the column whose *values* are drawn differently."""

    name: str
    title: str
    shape: Shape
    fields: tuple[Field, ...]
    by: str
    values: tuple[tuple[str, str], ...]
    """Each value that is drawn its own way, and what the legend calls it."""
    features: Sequence[Feature]
    told: str = ""
    """What it is and of when. "": what is known about all layers, in French."""


def build_geopackage(layers: Sequence[Layer], about: About) -> bytes:
    """The layers as a GeoPackage (OGC 12-128r19), WGS 84."""
    with TemporaryDirectory(prefix="synergie-") as folder:
        path = Path(folder) / "made.gpkg"
        database = sqlite3.connect(path)
        try:
            create_system_tables(database)
            for layer in layers:
                _create_feature_layer(database, layer, about)
            insert_content_row(
                database, "layer_styles", "attributes", about
            )  # so that GDAL lists them
            database.commit()
        finally:
            database.close()
        return path.read_bytes()


def _create_feature_layer(database: sqlite3.Connection, layer: Layer, about: About) -> None:
    cells = ", ".join(f'"{field.name}" {TYPES[field.kind]}' for field in layer.fields)
    database.execute(
        f"CREATE TABLE {layer.name} (fid INTEGER PRIMARY KEY AUTOINCREMENT,"
        f" geom {layer.shape}, {cells})"
    )
    insert_content_row(database, layer.name, "features", about, title=layer.title, told=layer.told)
    insert_column_meanings(database, layer.name, ((f.name, f.title, f.about) for f in layer.fields))
    insert_geometry_column(database, layer.name, layer.shape)
    style = render_category_style(layer.shape, layer.by, layer.values)
    insert_layer_style(database, layer.name, title=layer.title, qml=style, about=about)
    marks = ", ".join("?" * (len(layer.fields) + 2))
    database.executemany(
        f"INSERT INTO {layer.name} VALUES ({marks})",  # noqa: S608 (names are ours)
        [
            (None, _pack_geometry(layer.shape, one.line), *map(convert_to_sqlite, one.cells))
            for one in layer.features
        ],
    )
    ends = [(place.longitude, place.latitude) for one in layer.features for place in one.line]
    update_layer_extent(database, layer.name, ends)


def _pack_geometry(shape: Shape, line: Sequence[Location]) -> bytes:
    """A geometry as GeoPackage keeps it: header without envelope, then WKB, longitude first."""
    ends = [end for place in line for end in (place.longitude, place.latitude)]
    kind, count = (1, b"") if shape == "POINT" else (2, struct.pack("<I", len(line)))
    body = struct.pack(f"<{len(ends)}d", *ends)
    return _HEAD.pack(b"GP", 0, 1, EPSG) + struct.pack("<BI", 1, kind) + count + body


def build_layers_geojson(layers: Sequence[Layer], about: About) -> bytes:
    """The layers as one FeatureCollection (RFC 7946), UTF-8; each feature says its layer."""
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": about.title,
        "description": about.freshness or about.title,
        "features": [
            _build_layer_feature(layer, one) for layer in layers for one in layer.features
        ],
    }
    return (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _build_layer_feature(layer: Layer, one: Feature) -> dict[str, Any]:
    ends = [[round(p.longitude, _DIGITS), round(p.latitude, _DIGITS)] for p in one.line]
    place: dict[str, Any] = (
        {"type": "Point", "coordinates": ends[0]}
        if layer.shape == "POINT"
        else {"type": "LineString", "coordinates": ends}
    )
    cells = {
        f.name: convert_to_sqlite(cell) for f, cell in zip(layer.fields, one.cells, strict=True)
    }
    return {"type": "Feature", "geometry": place, "properties": {"layer": layer.name} | cells}


# Styles of layers that QGIS applies by itself: a mark or a stroke for each value of a column.

_SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "star")
_COLOURS = ("31,95,168", "180,83,9", "11,107,83", "107,63,160", "163,36,43")
"""Five inks against six shapes and four dashes: the first twenty differ in both."""
_DASHES = ("solid", "dash", "dot", "dash dot")


def render_category_style(
    shape: Literal["POINT", "LINESTRING"], by: str, values: Sequence[tuple[str, str]]
) -> str:
    """The style of a layer by the *values* of the column *by*, each with what the legend calls it.

    Never colour alone (QML, symbology only).
    """
    symbol = _render_marker if shape == "POINT" else _render_line
    told = "".join(
        f'<category render="true" type="string" symbol="{at}" value={quoteattr(value)}'
        f" label={quoteattr(label)}/>"
        for at, (value, label) in enumerate(values)
    )
    symbols = "".join(symbol(at) for at in range(len(values)))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.40.6" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(by)} symbollevels="0"'
        ' enableorderby="0" forceraster="0">'
        f"<categories>{told}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _render_marker(at: int) -> str:
    options = {
        "name": _SHAPES[at % len(_SHAPES)],
        "color": f"{_COLOURS[at % len(_COLOURS)]},255",
        "outline_color": "255,255,255,255",
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "size": "3.6",
        "size_unit": "MM",
    }
    return _render_symbol(at, "marker", "SimpleMarker", options)


def _render_line(at: int) -> str:
    options = {
        "line_color": f"{_COLOURS[at % len(_COLOURS)]},255",
        "line_style": _DASHES[at % len(_DASHES)],
        "line_width": "0.7",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    return _render_symbol(at, "line", "SimpleLine", options)


def _render_symbol(at: int, kind: str, layer: str, options: dict[str, str]) -> str:
    told = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{at}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )
