"""Columns of a table: what each holds, in which unit, and what it is for, in French.

They are read off the record's JSON Schema, so that a table cannot forget a field.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from synergie.formats.csv_text import shipped_rows

type Kind = Literal["text", "whole", "number", "decimal", "date", "instant", "local", "yes_no"]
"""`local` is a naive local time; `decimal` is exact."""
type Cell = str | int | float | Decimal | date | datetime | bool | None
"""What stands in a column; None: not known, never zero."""


MEANINGS = {row["name"]: row for row in shipped_rows("synergie.formats._csv", "meanings.csv")}
"""Title of each column, and what it is for, in French: one name means one thing in every table."""


class Column(NamedTuple):
    """One column."""

    name: str
    """Snake case without accents; the unit is in the name where the record has it there."""
    kind: Kind = "text"
    unit: str = ""
    pattern: str = ""
    """Form of a text. Empty: any."""
    choices: tuple[str, ...] = ()
    """Closed list of a text. Empty: any."""
    required: bool = False

    @property
    def title(self) -> str:
        """Head of the column for a person, in French, with its unit: `Puissance (W)`."""
        known = MEANINGS.get(self.name)
        name = known["title"] if known else self.name
        return f"{name} ({self.unit})" if self.unit else name

    @property
    def about(self) -> str:
        """What the column is for, a French sentence; empty when its title says it all."""
        known = MEANINGS.get(self.name)
        return known["about"] if known else ""


PLACE = (
    Column("longitude", "number", "degrés"),
    Column("latitude", "number", "degrés"),
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
    yield Column(
        name,
        _choose_kind(options, kinds),
        _UNIT_IN_NAME.get(name) or _UNITS.get(unit, unit),
        one.get("pattern", "") if len(options) == 1 else "",
        tuple(one.get("enum", ())),
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
