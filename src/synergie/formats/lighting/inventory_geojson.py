"""A lighting inventory in GeoJSON (RFC 7946), both ways; points only, longitude first.

What we write names its properties as our fields and keeps `raw`; any other inventory is read
through a mapping, like its CSV.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats._projection import Reference
from synergie.formats.format import Format, Record, Sample
from synergie.formats.lighting._columns import count_lighting_columns
from synergie.formats.lighting._crs import find_json_member, of_geojson
from synergie.formats.lighting._features import Features, Json
from synergie.formats.lighting._lighting import (
    Inventory,
    Item,
    Light,
    check_unique_record,
    is_bare_cabinet,
    with_cabinets,
)
from synergie.formats.lighting._mapping import check_declared_mapping, propose
from synergie.formats.lighting._places import Box, Ends, Places, check_degree_order
from synergie.formats.lighting._powers import find_doubles
from synergie.formats.report import Report
from synergie.formats.text import MAX_COLUMNS
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

NAME = "lighting-geojson"
OURS = frozenset(LightPointRecord.model_fields) - {"location"}
"""Properties of our own features."""

_KEY = re.compile(r'"([^"\\]{1,80})"\s*:')


def sniff(sample: Sample) -> float:
    """0.8 to 1.0 for a FeatureCollection whose first properties tell of lighting, or are ours."""
    text = sample.start.decode("utf-8-sig", "replace").lstrip()
    if not text.startswith("{") or '"FeatureCollection"' not in text:
        return 0.0
    keys = _KEY.findall(text)
    if {"external_id", "provenance"} <= set(keys):
        return 1.0
    told = count_lighting_columns(keys)
    return min(1.0, 0.6 + 0.2 * told) if told else 0.4


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Light], Report]:
    """Light points in file order, each cabinet before the first point that names it.

    BadInput when the file is not a FeatureCollection, is cut, or is nested too deep; a feature
    that is wrong is refused with its JSON pointer. Memory grows with the identifiers and the
    refusals. The file is read three or four times.
    """
    report = Report()
    header, reference, box = _survey_features(source)
    if profile.mapping is None and {"external_id", "provenance"} <= set(header) <= OURS:
        known: set[str] = set()
        features = ((f"/features/{i}", one) for i, one in _iterate_features(source, report))
        points = report.keep(lambda feature: _build_own_record(feature, known), features)
        return with_cabinets(points), report
    mapping = profile.mapping
    if box is not None:
        check_degree_order(Ends("longitude", "latitude"), box, reference)

    def cells(columns: list[str]) -> Iterator[list[str]]:
        return _iterate_feature_rows(source, columns)

    if mapping is None:
        mapping = propose(header, cells, report, placed=True)
    check_declared_mapping(mapping, header, "/features/0/properties")
    inventory = Inventory(
        header,
        mapping,
        report,
        reference=reference,
        provenance=profile.provenance,
        doubles=find_doubles(header, mapping, cells),
    )
    items = _iterate_geojson_items(source, header, report)
    return inventory.records(items, "/features/{}/properties"), report


def _survey_features(source: BinaryIO) -> tuple[list[str], Reference, Box | None]:
    """The names of all properties in order of appearance, the reference system, the extent."""
    features, places = Features(source), Places()
    header: dict[str, None] = {}
    for feature in features:
        if isinstance(feature, dict):
            header.update(dict.fromkeys(_get_properties(feature)))
            places.stretch(_find_feature_ends(feature))
            if len(header) > MAX_COLUMNS:
                raise BadInput("/features", f"over {MAX_COLUMNS} names", "at most 1,000 properties")
    if "features" not in features.members:
        raise BadInput("/features", Words("nothing"), "a list of features")
    reference = of_geojson(features.members.get("crs"))
    return list(header), reference, places.box


def _find_feature_ends(feature: Json) -> tuple[float, float] | None:
    """As `_point`; None as well for a geometry that costs its feature later."""
    try:
        return _read_feature_point(feature)
    except BadInput:
        return None


def _iterate_features(source: BinaryIO, report: Report) -> Iterator[tuple[int, Json]]:
    for index, feature in enumerate(Features(source)):
        if isinstance(feature, BadInput):
            report.refuse(f"/features/{index}", feature)
        elif feature.get("type") != "Feature":
            fault = BadInput("/type", feature.get("type"), "Feature")
            report.refuse(f"/features/{index}", fault)
        else:
            yield index, feature


def _get_properties(feature: Json) -> Json:
    """Its properties, with the feature's own id when they have none."""
    properties = feature.get("properties")
    named = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature and "external_id" not in named:
        named.setdefault("id", feature["id"])
    return named


def _build_own_record(feature: Json, known: set[str]) -> LightPointRecord:
    values = dict(_get_properties(feature))
    xy = _read_feature_point(feature)
    if xy is not None:
        values["location"] = {"longitude": xy[0], "latitude": xy[1]}
    try:
        return check_unique_record(LightPointRecord.model_validate(values), known)
    except ValidationError as error:
        raise faults(error)[0].at("/properties") from error
    except BadInput as fault:
        raise fault.at("/properties") from fault


def _read_feature_point(feature: Json) -> tuple[float, float] | None:
    """Longitude and latitude (or x and y) of its geometry; None when it is null or empty.

    A height after them is passed over; a MultiPoint of one point is that point.
    """
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    kind, ends = find_json_member(geometry, "type"), find_json_member(geometry, "coordinates")
    if kind == "MultiPoint" and isinstance(ends, list) and len(ends) <= 1:
        kind, ends = "Point", ends[0] if ends else []
    if kind != "Point":
        raise BadInput("/geometry/type", kind, "Point")
    if ends == []:
        return None
    if not isinstance(ends, list) or len(ends) not in (2, 3):
        raise BadInput("/geometry/coordinates", ends, "longitude, then latitude")
    if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends[:2]):
        raise BadInput("/geometry/coordinates", ends, "two numbers")
    return float(ends[0]), float(ends[1])


def _iterate_geojson_items(
    source: BinaryIO, header: list[str], report: Report
) -> Iterator[tuple[int, Item]]:
    for index, feature in _iterate_features(source, report):
        try:
            xy = _read_feature_point(feature)
        except BadInput as fault:
            report.refuse(f"/features/{index}", fault)
            continue
        yield index, (_list_property_cells(feature, header), xy)


def _iterate_feature_rows(source: BinaryIO, columns: list[str]) -> Iterator[list[str]]:
    return (
        _list_property_cells(feature, columns) for _, feature in _iterate_features(source, Report())
    )


def _list_property_cells(feature: Json, header: list[str]) -> list[str]:
    """Its properties as texts in the order of *header*; null and absent are empty."""
    properties = _get_properties(feature)
    return [_format_json_cell(properties.get(name)) for name in header]


def _format_json_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One FeatureCollection, a feature a line; what is not known is left out.

    Cabinets that say no more than their name need no feature of their own. BadInput for any
    other record.
    """
    del profile
    sink.write(b'{"type":"FeatureCollection","features":[')
    comma = b"\n"
    for record in records:
        if isinstance(record, LightPointRecord):
            sink.write(comma + _format_feature(record))
            comma = b",\n"
        elif not is_bare_cabinet(record):
            raise BadInput("record", type(record).__name__, "a light point")
    sink.write(b"\n]}\n")


def _format_feature(point: LightPointRecord) -> bytes:
    place = point.location
    geometry = place and {"type": "Point", "coordinates": [place.longitude, place.latitude]}
    properties = point.model_dump(mode="json", exclude={"location"}, exclude_none=True)
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


FORMAT = Format(
    name=NAME, title="Lighting inventory (GeoJSON)", sniff=sniff, read=read, write=write
)
