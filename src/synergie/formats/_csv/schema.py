"""The Table Schema of a table (Frictionless v1), for `specs/tables/` and data packages."""

import json
from typing import Any

from synergie.formats._csv.tables import Table
from synergie.formats.columns import Column, Kind

_TYPES: dict[Kind, dict[str, str]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "decimal": {"type": "number"},
    "date": {"type": "date"},
    "instant": {"type": "datetime"},
    "local": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S"},
    "yes_no": {"type": "boolean"},
}


def table_schema(table: Table) -> dict[str, Any]:
    """The schema of *table* as an object; blank cells are missing values, never zero."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": table.name.replace("_", "-"),
        "title": table.title,
        "fields": [_build_field_schema(column) for column in table.columns],
        "missingValues": [""],
    }


def schema_text(table: Table) -> str:
    """The same as the text of a file."""
    return json.dumps(table_schema(table), ensure_ascii=False, indent=2) + "\n"


def _build_field_schema(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "title": column.title, **_TYPES[column.kind]}
    if column.purpose:
        field["description"] = column.purpose
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.words:
        constraints["enum"] = list(column.words)
    return {**field, "constraints": constraints} if constraints else field
