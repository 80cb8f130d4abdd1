"""Areas of a map layer, as polygons in degrees: GeoJSON (RFC 7946) or a GeoPackage.

Not a format of records: what asks for areas (ecological corridors) takes them from here.
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats._projection import ToDegrees, degrees_from
from synergie.formats.lighting import _geopackage, _polygons
from synergie.formats.lighting._crs import check_reference, identify_crs, of_geojson
from synergie.formats.lighting._features import Features
from synergie.formats.lighting._geopackage import MAGIC, Layer, Rows, opened

_SYSTEM = "a reference system in the file"
_ONE = "one layer of areas, or its name"
_AREA = "a Polygon or MultiPolygon"
_RINGS = "rings of positions: two numbers each"
_NAMES = ("name", "nom", "libelle", "libellé", "label")
_CODES = ("insee_code", "code_insee", "insee_com", "codgeo", "insee", "code")
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}", re.ASCII)
_LONGEST = 200

type Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude, degrees; the last one is the first one."""
type Rings = tuple[Ring, ...]
"""The outer ring, then holes."""


class Area(NamedTuple):
    """One feature of a layer."""

    where: str
    """Its place in the file: `/features/3` or `record 4`."""
    name: str | None
    """What it is called. None: no property `name` or `nom`."""
    polygons: tuple[Rings, ...]
    """Its parts."""
    code: str | None = None
    """The INSEE code of the commune it is. None: no property tells one."""


def read(source: BinaryIO, layer: str | None = None) -> Iterator[Area]:
    """The areas of *source*, in its order; features without a geometry are left out.

    Coordinates in any reference system that the file tells become WGS 84. *layer* chooses among
    those of a GeoPackage. BadInput for a geometry that is no area, an unknown system, several
    layers and none named, coordinates outside their system; MissingExtra("geo") for a system that
    only PROJ knows.
    """
    source.seek(0)
    if source.read(len(MAGIC)) == MAGIC:
        return _of_geopackage(source, layer)
    return _of_geojson(source)


def _of_geojson(source: BinaryIO) -> Iterator[Area]:
    survey = Features(source)
    for _ in survey:
        pass
    if "features" not in survey.members:
        raise BadInput("/features", Words("nothing"), "a list of features")
    degrees = degrees_from(of_geojson(survey.members.get("crs")))
    for n, feature in enumerate(Features(source)):
        where = f"/features/{n}"
        if isinstance(feature, BadInput):
            raise BadInput(where, feature.found, feature.expected) from feature
        geometry = feature.get("geometry")
        if geometry is None:
            continue
        polygons = _convert_polygons(_read_geometry_polygons(geometry, where), degrees, where)
        told = feature.get("properties")
        yield Area(where, _find_feature_name(told), polygons, _find_commune_code(told))


def _read_geometry_polygons(geometry: object, where: str) -> list[list[list[object]]]:
    """The polygons of a geometry as they are written."""
    kind = geometry.get("type") if isinstance(geometry, dict) else geometry
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(at, list):
        raise BadInput(f"{where}/geometry", kind, _AREA)
    return [at] if kind == "Polygon" else at


def _convert_polygons(
    polygons: list[list[list[object]]], degrees: ToDegrees, where: str
) -> tuple[Rings, ...]:
    """*polygons* in degrees. BadInput where a position is none."""
    try:
        return tuple(
            tuple(tuple(_convert_position(one, degrees) for one in ring) for ring in rings)
            for rings in polygons
        )
    except (TypeError, ValueError) as error:
        raise BadInput(f"{where}/geometry", Words("another shape"), _RINGS) from error
    except BadInput as fault:
        raise BadInput(f"{where}/geometry", fault.found, fault.expected) from fault


def _convert_position(told: object, degrees: ToDegrees) -> tuple[float, float]:
    if not isinstance(told, list | tuple) or len(told) < 2:  # noqa: PLR2004 (x and y)
        raise TypeError
    x, y = told[0], told[1]
    if isinstance(x, bool) or isinstance(y, bool):
        raise TypeError
    return degrees(float(x), float(y))


def _find_feature_name(properties: object) -> str | None:
    """What a feature is called, of its properties."""
    if not isinstance(properties, dict):
        return None
    told = {str(key).casefold(): value for key, value in properties.items()}
    found = next((str(told[one]) for one in _NAMES if told.get(one)), "")
    return "".join(sign for sign in found if sign.isprintable())[:_LONGEST].strip() or None


def _find_commune_code(properties: object) -> str | None:
    """The commune that a feature is, of its properties."""
    if not isinstance(properties, dict):
        return None
    told = {str(key).casefold(): str(value) for key, value in properties.items()}
    return next((told[one] for one in _CODES if _INSEE.fullmatch(told.get(one, ""))), None)


def _of_geopackage(source: BinaryIO, name: str | None) -> Iterator[Area]:
    with opened(source) as database:
        layer = _choose_area_layer(_geopackage.list_layers(database), name)
        degrees = degrees_from(_find_layer_reference(layer))
        rows = Rows(database, layer, layer.columns)
        for n, (cells, blob) in enumerate(rows, start=1):
            where = f"record {n}"
            polygons = _decode_polygons(blob, where)
            if polygons is not None:
                told = dict(zip(layer.columns, cells, strict=True))
                yield Area(
                    where,
                    _find_feature_name(told),
                    _convert_polygons(polygons, degrees, where),
                    _find_commune_code(told),
                )


def _choose_area_layer(layers: dict[str, Layer], name: str | None) -> Layer:
    if name is None and len(layers) == 1:
        return next(iter(layers.values()))
    if name not in layers:
        raise BadInput("layers", ", ".join(layers), _ONE)
    return layers[name]


def _find_layer_reference(layer: Layer) -> int | str:
    if layer.system is None or layer.system[1] <= 0:
        raise BadInput(layer.name, layer.geometry, _SYSTEM)
    authority, code, text = layer.system
    if authority.upper() == "EPSG":
        return check_reference(code, layer.name)
    return identify_crs(text, layer.name, None)


def _decode_polygons(blob: object, where: str) -> list[list[list[object]]] | None:
    try:
        return _polygons.parse_polygons(blob)
    except (struct.error, IndexError) as error:
        raise BadInput(where, Words("a geometry that is cut"), _AREA) from error
    except BadInput as fault:
        raise BadInput(where, fault.found, fault.expected) from fault


__all__ = ["Area", "Ring", "Rings", "read"]
