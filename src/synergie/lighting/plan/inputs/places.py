"""Priority places (stops, crossings, schools, …) from a table or a GeoJSON of points."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats.values import digits_of
from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of, set_aside
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._columns import COLUMNS
from synergie.lighting.plan.inputs._words import read_text_file, words_of
from synergie.lighting.records.study import PlaceKind, PriorityPlace
from synergie.park.records.park import SetAside
from synergie.schemas.assets.location import Location

_TABLE = TypedTable(COLUMNS["places"], ("longitude",), _text.NO_LONGITUDE)
_KINDS: dict[str, PlaceKind] = {
    "stop": "stop", "arret": "stop", "bus": "stop", "arret_de_bus": "stop",
    "crossing": "crossing", "passage": "crossing", "passage_pieton": "crossing",
    "traversee": "crossing", "carrefour": "crossing",
    "school": "school", "ecole": "school", "college": "school", "lycee": "school",
    "station": "station", "gare": "station",
    "hospital": "hospital", "hopital": "hospital", "sante": "hospital",
    "other": "other", "autre": "other",
}  # fmt: skip


def places_of(path: Path, aside: list[SetAside]) -> tuple[PriorityPlace, ...]:
    """The places of *path*; a row that is no place goes to *aside*.

    A table id;type;longitude;latitude;rayon;commune, or a GeoJSON of points with the same names as
    properties; degrees, WGS 84. BadInput for a file that is neither.
    """
    rows = _iterate_place_rows(path, aside) if _is_geojson(path) else rows_of(path, _TABLE, aside)
    found: dict[str, PriorityPlace] = {}
    before = len(aside)
    for rank, one in enumerate(parse_catalogue_rows(_parse_priority_place, rows, aside), start=1):
        key = one.id if one.id not in found else f"{one.id[:56]}-{rank}"
        found[key] = one if key == one.id else one.model_copy(update={"id": key})
    if not found and len(aside) > before:  # else nothing would look like "there are none"
        first = aside[before]
        raise BadInput(first.where, first.found, first.expected)
    return tuple(found.values())


def _is_geojson(path: Path) -> bool:
    return path.suffix.casefold() in {".geojson", ".json"}


def _iterate_place_rows(path: Path, aside: list[SetAside]) -> Iterator[Row]:
    try:
        features = json.loads(read_text_file(path))["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        features = None
    if not isinstance(features, list):
        raise BadInput(path.name, "…", _text.GEOJSON)
    for rank, feature in enumerate(features, start=1):
        where = f"{path.name}, feature {rank}"
        point = _parse_point_geometry(feature)
        if point is None:
            aside.append(set_aside(where, "", _text.A_POINT_FEATURE))
            continue
        properties: dict[str, Any] = feature.get("properties") or {}
        told = zip(
            _TABLE.place_columns(list(map(str, properties))), properties.values(), strict=True
        )
        cells = {
            column: _format_digits(value) if isinstance(value, float) else str(value)
            for column, value in told
            if column and value is not None
        }
        cells |= {"longitude": _format_digits(point[0]), "latitude": _format_digits(point[1])}
        yield Row(cells, where, _TABLE.by_name)


def _format_digits(number: float) -> str:
    return digits_of(Decimal(repr(number)))


def _parse_point_geometry(feature: Any) -> tuple[float, float] | None:
    try:
        geometry = feature["geometry"]
        longitude, latitude, *_height = geometry["coordinates"]
        is_point = geometry["type"] == "Point"
        return (float(longitude), float(latitude)) if is_point else None
    except (KeyError, TypeError, ValueError):
        return None


def _parse_priority_place(row: Row) -> PriorityPlace:
    told = words_of(row.needed("type", _text.A_PLACE_KIND))
    kind = _KINDS.get(told) or _KINDS.get(told.rstrip("s"))
    if kind is None:
        raise row.fault("type", told, _text.A_PLACE_KIND)
    degrees = map(row.value, ("longitude", "latitude"))
    longitude, latitude = (None if one is None else float(one) for one in degrees)
    radius = row.value("rayon")
    name = words_of(row.text("id") or row.text("nom") or row.where.rpartition(" ")[2])
    try:
        return PriorityPlace(
            id=(name.replace("_", "-").lstrip("-.:") or "lieu")[:60],
            kind=kind,
            location=Location(longitude=longitude, latitude=latitude),  # type: ignore[arg-type]
            insee_code=row.text("commune"),
            **({} if radius is None else {"radius_m": radius}),
        )
    except ValidationError as error:
        raise row.fault("longitude", f"{longitude} {latitude}", _text.A_POINT) from error
