"""Things on a map as GeoJSON (RFC 7946), written fast: one struct a noun, made from its record.

What a body of the store holds is decoded straight into a struct and encoded again by msgspec. Each
measure is a float there, so that it is always written `1.0`: QGIS and GDAL guess the kind of a
column from its first values, and 30 whole numbers then 1.5 give NULL. A field without a value is
left out, for the same reason: nulls first and then a number are read as text.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from pydantic import BaseModel

from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord

MEDIA_TYPE = "application/geo+json"

type FeatureNoun = Literal["light_points", "cabinets", "sites", "supply_points"]
"""Collections of one's own, or of an agreement."""
type Position = tuple[float, float]
"""Two coordinates, in the order of their reference system."""
type Project = Callable[[float, float], Position]
"""From degrees east and north to coordinates of another system."""

RECORDS: dict[FeatureNoun, type[BaseModel]] = {
    "light_points": LightPointRecord,
    "cabinets": CabinetRecord,
    "sites": SiteRecord,
    "supply_points": SupplyPointRecord,
}
_LEFT_OUT = frozenset({"location", "raw"})
"""What is the geometry, and what no table of a map holds: the row of another file."""
_KINDS: dict[str, Any] = {"number": float, "integer": float, "boolean": bool, "string": str}


class Point(msgspec.Struct, tag_field="type", tag="Point", gc=False):
    """A point geometry."""

    coordinates: Position


class FeatureBody(msgspec.Struct, omit_defaults=True, gc=False):
    """What of a body goes to a map; each noun adds its fields."""

    id: str = ""
    owner: str = ""
    updated_at: str = ""


class Feature(msgspec.Struct, tag_field="type", tag="Feature", gc=False):
    """One thing. A null geometry: nobody told where it stands."""

    id: str
    geometry: Point | None
    properties: Any


def list_feature_columns(noun: FeatureNoun) -> dict[str, dict[str, Any]]:
    """The properties of a collection in order, each with the JSON Schema that describes it."""
    whole = RECORDS[noun].model_json_schema()
    schema, named = whole["properties"], whole.get("$defs", {})
    told = {"id": "Identifier given by the server.", "owner": "The organisation that declares it."}
    found = {name: {"type": "string", "description": about} for name, about in told.items()}
    if "external_id" not in schema:
        found["external_id"] = {"type": "string", "description": "The owner's key."}
    for name, one in schema.items():
        if name not in _LEFT_OUT:
            found[name] = _simplify_field_schema(one, named)
    moment = {"type": "string", "format": "date-time"}
    return found | {"updated_at": moment | {"description": "When its owner last changed it here."}}


def list_record_columns(
    record: type[BaseModel], left_out: frozenset[str]
) -> dict[str, dict[str, Any]]:
    """The fields of *record* in order but for *left_out*, each with its JSON Schema."""
    whole = record.model_json_schema()
    named = whole.get("$defs", {})
    return {
        name: _simplify_field_schema(one, named)
        for name, one in whole["properties"].items()
        if name not in left_out
    }


def _simplify_field_schema(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """The schema of one field without null, without references, whole numbers as numbers."""
    kinds = [_resolve_reference(one, named) for one in schema.get("anyOf", [schema])]
    one = next(kind for kind in kinds if kind["type"] != "null")
    kind = "number" if one["type"] == "integer" else one["type"]
    told = {"type": kind, "description": schema.get("description", "")}
    return told | {name: one[name] for name in ("format", "enum", "unit") if name in one}


def _resolve_reference(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    return named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _build_struct(noun: FeatureNoun) -> type[msgspec.Struct]:
    fields: list[Any] = [
        (name, _KINDS[one["type"]] | None, None)
        for name, one in list_feature_columns(noun).items()
        if name not in FeatureBody.__struct_fields__
    ]
    return msgspec.defstruct(f"_{noun}", fields, bases=(FeatureBody,), omit_defaults=True, gc=False)


_STRUCTS = {noun: _build_struct(noun) for noun in RECORDS}
_DECODERS = {noun: msgspec.json.Decoder(struct) for noun, struct in _STRUCTS.items()}
_ENCODER = msgspec.json.Encoder()


def build_reader(noun: FeatureNoun) -> Callable[[str], Any]:
    """From a stored body to its struct; what a map does not hold is left out."""
    return _DECODERS[noun].decode


def encode_features(features: Sequence[Any]) -> bytes:
    """Features as a JSON list."""
    return _ENCODER.encode(features)
