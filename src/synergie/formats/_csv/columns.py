"""Columns of the tables that are written, in French, read off the JSON Schema of their record.

So a table cannot forget a field.
"""

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel

from synergie.formats.columns import Column, Kind, Value
from synergie.formats.csv_text import shipped_rows

type Cell = Value | None
"""What stands in a column; None: not known, never zero."""

MEANINGS = {row["name"]: row for row in shipped_rows("synergie.formats._csv", "meanings.csv")}
"""Title of each column, and what it is for, in French: one name means one thing in every table."""


def declare_column(
    name: str,
    kind: Kind = "text",
    unit: str = "",
    *,
    pattern: str = "",
    choices: Collection[str] = (),
    required: bool = False,
) -> Column:
    """The column of that *name*, which bears its unit where the record has it there."""
    meaning = MEANINGS.get(name, {"title": name, "about": ""})
    title = f"{meaning['title']} ({unit})" if unit else meaning["title"]
    words = {code: code for code in choices}
    return Column(
        name, kind, unit, title, meaning["about"], words=words, pattern=pattern, required=required
    )


PLACE = (
    declare_column("longitude", "number", "degrés"),
    declare_column("latitude", "number", "degrés"),
)
"""What a `Location` becomes: WGS 84."""

_UNITS = {"1": "", "deg": "degrés", "EUR": "€", "kgCO2": "kg CO2", "m2": "m²"}
_UNIT_IN_NAME = {"volume_m3": "m³"}  # its type is that of kWh
_NUMBERS = {"integer": "whole", "number": "number", "boolean": "yes_no"}


def columns_of(record: type[BaseModel]) -> tuple[Column, ...]:
    """A column a field of *record*, in its order; a place is two; lists and raw rows are none."""
    schema = record.model_json_schema()
    needed = set(schema.get("required", ()))
    found: list[Column] = []
    for name, field in schema["properties"].items():
        if name == "location":
            found += PLACE
        elif name != "raw":
            found += _build_columns(name, field, schema.get("$defs", {}), required=name in needed)
    return tuple(found)


def _build_columns(
    name: str, field: dict[str, Any], defs: dict[str, Any], *, required: bool
) -> Iterator[Column]:
    options = [one for one in _list_plain_types(field, defs) if one.get("type") != "null"]
    kinds = {one.get("type") for one in options}
    if kinds & {"array", "object"}:
        return
    one = options[0]
    unit = next(
        (o["unit"] for o in [field, *_list_alternatives(field), *options] if "unit" in o), ""
    )
    yield declare_column(
        name,
        _choose_kind(options, kinds),
        _UNIT_IN_NAME.get(name) or _UNITS.get(unit, unit),
        pattern=one.get("pattern", "") if len(options) == 1 else "",
        choices=one.get("enum", ()),
        required=required and len(options) == len(_list_plain_types(field, defs)),
    )


def _list_plain_types(field: dict[str, Any], defs: dict[str, Any]) -> list[dict[str, Any]]:
    """The plain types that a field may have, references and unions unfolded."""
    if "$ref" in field:
        return _list_plain_types(defs[field["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in field:
        return [one for part in field["anyOf"] for one in _list_plain_types(part, defs)]
    return [field]


def _list_alternatives(field: dict[str, Any]) -> list[dict[str, Any]]:
    return list(field.get("anyOf", ()))


def _choose_kind(options: list[dict[str, Any]], kinds: set[Any]) -> Kind:
    if kinds == {"number", "string"}:
        return "decimal"
    forms = {one.get("format") for one in options}
    if forms == {"date"}:
        return "date"
    if forms == {"date-time"}:
        return "instant"
    kind: Kind = _NUMBERS.get(options[0].get("type", ""), "text")  # type: ignore[assignment]
    return kind
