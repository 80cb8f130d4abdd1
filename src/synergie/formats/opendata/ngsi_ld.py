"""NGSI-LD entities (ETSI GS CIM 009), normalized and key-values, both ways.

What is read back is what we write: our fields under our prefix. Of an entity of others its
identifier, place, height, circuit and cabinet are taken: the models say no more for sure.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO
from urllib.parse import unquote

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats._csv import OPEN, TABLES, Cell, Table, record_of, value_of
from synergie.formats._json import items
from synergie.formats.columns import Column
from synergie.formats.format import Format, Record, Sample
from synergie.formats.opendata._entities import (
    CONTEXTS,
    CORE,
    PREFIX,
    TERMS,
    UNIT_CODES,
    Attribute,
    Entity,
    entities_of,
    format_attribute_value,
)
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

_TABLES = {table.name: table for table in TABLES}
_READ = {
    "Streetlight": _TABLES["light_points"],
    "StreetlightControlCabinet": _TABLES["cabinets"],
    "ThreePhaseAcMeasurement": _TABLES["indexes"],
}
_KEPT = {"lanternHeight": "height_m", "circuit": "circuit", "name": "name"}
_ENTITY = "an NGSI-LD entity: an object with its id and its type"
_TYPE = "a Streetlight, a StreetlightControlCabinet or a ThreePhaseAcMeasurement"
_SINGLE = "one value"
_POINT = "a GeoJSON point, longitude first"


def _sniff_ngsi(sample: Sample, *, normalized: bool) -> float:
    """1.0 for JSON that names an entity; the form is told by the kinds of its attributes."""
    start = sample.start.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] not in (b"[", b"{") or b"urn:ngsi-ld:" not in start:
        return 0.0
    kinds = b"Property" in start and (b'"value"' in start or b'"object"' in start)
    return 1.0 if kinds == normalized else 0.0


def _read_ngsi(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records in file order. Models of lamps are told again by their lamps and are passed over.

    BadInput when the file is no JSON; an entity that does not hold is refused at its pointer.
    """
    report = Report()
    return _read_entity_records(source, profile, report), report


def _read_entity_records(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Record]:
    entities = strangers = 0
    for item in items(source):
        known = isinstance(item.value, dict) and isinstance(item.value.get("id"), str)
        entities, strangers = entities + known, strangers + (not known)
        try:
            record = _build_entity_record(item.value, profile)
        except BadInput as fault:
            report.refuse(item.place, fault)
            continue
        if record is None:
            report.note("entities passed over: {}", "StreetlightModel")
        else:
            report.kept += 1
            yield record
    if strangers and not entities:
        raise BadInput("file", Words("JSON of another kind"), _ENTITY)


def _build_entity_record(value: object, profile: Profile) -> Any:
    if isinstance(value, BadInput):
        raise value
    if not (isinstance(value, dict) and isinstance(value.get("id"), str)):
        raise BadInput("row", type(value).__name__, _ENTITY)
    kind = value.get("type")
    if kind == "StreetlightModel":
        return None
    table = _READ.get(kind) if isinstance(kind, str) else None
    if table is None:
        raise BadInput("/type", kind, _TYPE)
    return record_of(table, dict(_iterate_entity_cells(value, table, profile)))


def _iterate_entity_cells(
    entity: dict[str, Any], table: Table, profile: Profile
) -> Iterator[tuple[str, Cell]]:
    """The fields of an entity: those of the models first, then ours, which say more."""
    known = {column.name: column for column in table.columns}
    yield "external_id", _parse_urn(entity["id"], entity["type"])
    yield "provenance", profile.provenance or "partner"
    yield "source", "ngsi-ld"
    for name, field in _KEPT.items():
        if name in entity and field in known:
            yield field, _convert_json_cell(_get_attribute_value(entity[name]), known[field])
    if isinstance(cabinet := _get_attribute_value(entity.get("refStreetlightControlCabinet")), str):
        yield "cabinet", _parse_urn(cabinet, "StreetlightControlCabinet")
    yield from _iterate_place_cells(_get_attribute_value(entity.get("location")))
    for name, attribute in entity.items():
        column = known.get(name.removeprefix(PREFIX))
        if name.startswith(PREFIX) and column is not None:
            yield column.name, _convert_json_cell(_get_attribute_value(attribute), column)


def _parse_urn(urn: str, kind: str) -> str:
    """The identifier in a URN of that *kind*: others put a city before it, which tells it apart."""
    return unquote(urn.removeprefix(f"urn:ngsi-ld:{kind}:"))


def _get_attribute_value(attribute: Any) -> Any:
    """The value of an attribute, whichever form holds it."""
    if isinstance(attribute, dict) and attribute.get("type") in _FORMS:
        attribute = attribute.get(_FORMS[attribute["type"]])
    if isinstance(attribute, dict) and "@value" in attribute:
        return attribute["@value"]
    return attribute


_FORMS = {"Property": "value", "GeoProperty": "value", "Relationship": "object"}


def _iterate_place_cells(location: Any) -> Iterator[tuple[str, Cell]]:
    if location is None:
        return
    ends = location.get("coordinates") if isinstance(location, dict) else None
    if not (isinstance(ends, list) and len(ends) >= 2 and all(_is_number(end) for end in ends)):  # noqa: PLR2004 (a pair)
        raise BadInput("/location", type(location).__name__, _POINT)
    yield "longitude", float(ends[0])
    yield "latitude", float(ends[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _convert_json_cell(value: Any, column: Column) -> Cell:
    """A JSON value as the column wants it; texts are read as in our CSV."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value_of(value, column, OPEN)
    if isinstance(value, int | Decimal):
        convert = _NUMBERS.get(column.kind)
        if convert is not None:
            return convert(value)
    raise BadInput(f"/{PREFIX}{column.name}", type(value).__name__, _SINGLE)


def _convert_to_whole_number(value: int | Decimal) -> int:
    if value != int(value):
        raise BadInput("/value", value, "a whole number")
    return int(value)


_NUMBERS: dict[str, Callable[[Any], Cell]] = {
    "whole": _convert_to_whole_number,
    "number": float,
    "decimal": Decimal,
}


def _write_ngsi(
    records: Iterable[Record], sink: BinaryIO, profile: Profile, *, normalized: bool
) -> None:
    """A JSON array, an entity a line, each with its @context: ready for a batch upsert.

    BadInput for a record that no model holds, or a lamp or cabinet without its place.
    """
    tz, models, comma = load_time_zone(profile.time_zone), set[str](), ""
    sink.write(b"[")
    for record in records:
        for entity in entities_of(record, profile.about, tz, models):
            body = json.dumps(
                _build_entity_object(entity, normalized=normalized), ensure_ascii=False
            )
            sink.write(f"{comma}\n{body}".encode())
            comma = ","
    sink.write(b"\n]\n")


def _build_entity_object(entity: Entity, *, normalized: bool) -> dict[str, object]:
    attributes = {
        one.name: _build_attribute_object(one)
        if normalized
        else format_attribute_value(one.value, normalized=False)
        for one in entity.attributes
    }
    context = [{PREFIX[:-1]: TERMS}, CONTEXTS[entity.type], CORE]
    return {"id": entity.id, "type": entity.type, **attributes, "@context": context}


def _build_attribute_object(one: Attribute) -> dict[str, object]:
    key = "object" if one.kind == "Relationship" else "value"
    body: dict[str, object] = {
        "type": one.kind,
        key: format_attribute_value(one.value, normalized=True),
    }
    return body | {"unitCode": UNIT_CODES[one.unit]} if one.unit in UNIT_CODES else body


FORMAT = Format(
    name="ngsi-ld",
    title="NGSI-LD entities of lighting and meters, normalized (JSON-LD)",
    sniff=lambda sample: _sniff_ngsi(sample, normalized=True),
    read=_read_ngsi,
    write=lambda records, sink, profile: _write_ngsi(records, sink, profile, normalized=True),
)
FORMAT_KEY_VALUES = Format(
    name="ngsi-ld-keyvalues",
    title="NGSI-LD entities of lighting and meters, key-values (JSON-LD)",
    sniff=lambda sample: _sniff_ngsi(sample, normalized=False),
    read=_read_ngsi,
    write=lambda records, sink, profile: _write_ngsi(records, sink, profile, normalized=False),
)
