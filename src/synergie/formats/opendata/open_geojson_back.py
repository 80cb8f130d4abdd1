"""The sums in a published GeoJSON, read back: what stands beside them is held, too."""

import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

from synergie.errors import BadInput, Words
from synergie.formats._json import describe_json_value, read_document
from synergie.formats.opendata.open_back import (
    Back,
    Form,
    Line,
    Told,
    check_same_members,
    sums_back,
)
from synergie.formats.opendata.open_geojson import NOTE, build_row_feature
from synergie.formats.opendata.open_rows import COLUMNS, Row

_AROUND = {"type": "FeatureCollection", "note": NOTE}
_NO_OUTLINE = "null: no outline is signed; take the GeoJSON that stands beside the signature"


def read_back(content: bytes, *, period: str, version: int) -> Back:
    """The sums of *version* of *period* in a published GeoJSON; others are counted, left alone.

    BadInput, at a JSON pointer, when there is none of these, or for a member that such a file does
    not hold: an outline is in no signature.
    """
    lines = _read_feature_lines(read_document(BytesIO(content)))
    return sums_back(
        lines, Form(_select_column_values, _build_expected_row), period=period, version=version
    )


def _read_feature_lines(told: object) -> Iterator[Line]:
    if not isinstance(told, dict):
        raise BadInput("/", describe_json_value(told), "an object")
    features = told.get("features")
    if not isinstance(features, list):
        raise BadInput("/features", describe_json_value(features), "a list")
    check_same_members(
        "", {name: value for name, value in told.items() if name != "features"}, _AROUND
    )
    for place, one in enumerate(features):
        yield _read_feature_line(f"/features/{place}", one)


def _read_feature_line(where: str, one: object) -> Line:
    properties = one.get("properties") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(properties, dict):
        raise BadInput(f"{where}/properties", describe_json_value(properties), "an object")
    if one.get("geometry") is not None:
        raise BadInput(f"{where}/geometry", Words("an outline"), _NO_OUTLINE)
    period, version, cell = (properties.get(name) for name in ("period", "version", "cell"))
    beside = {"type": "Feature", "id": f"{period}-v{version}-{cell}", "geometry": None}
    check_same_members(
        where, {name: value for name, value in one.items() if name != "properties"}, beside
    )
    return Line(f"{where}/properties", properties)


def _select_column_values(told: Told) -> Told:
    return {column.name: told.get(column.name) for column in COLUMNS}


def _build_expected_row(row: Row) -> Told:
    """What the file holds of a row: its numbers as they are read, exactly."""
    told: dict[str, object] = json.loads(
        json.dumps(build_row_feature(row)["properties"]), parse_float=Decimal
    )
    return told
