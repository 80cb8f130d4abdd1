"""The forms that tools take: points in time for Grafana, flat rows for Grist and spreadsheets.

Grafana's Infinity source reads `[{"time": "2026-11-24T10:00:00Z", "value": 1.5}]`, times in UTC.
A flat row has one column a field, nested fields as `location_latitude`, lists as JSON text, dates
in ISO 8601 and a dot in decimals; `id` is its stable key.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from synergie.client.calls import CABINETS, LIGHT_POINTS, SERIES, SITES, SUPPLY_POINTS, Noun
from synergie.client.curve_view import CurveView
from synergie.formats.formulas import escape_formula
from synergie.schemas.readings.curve_json import instant_text

NOUNS: dict[str, Noun[Any]] = {
    noun.path: noun for noun in (SITES, SUPPLY_POINTS, SERIES, CABINETS, LIGHT_POINTS)
}
"""What can be read as a flat table, by its name in the address."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = 13
"""Most digits of an instant in milliseconds: until the year 2286."""


def parse_grafana_time(text: str) -> datetime | None:
    """The moment that Grafana's macros write: ISO 8601 with an offset, or ms since 1970."""
    try:
        if text.isascii() and text.isdecimal() and len(text) <= _MILLISECONDS:
            return _EPOCH + timedelta(milliseconds=int(text))
        moment = datetime.fromisoformat(text)
        return None if moment.utcoffset() is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def points(view: CurveView) -> Iterator[dict[str, Any]]:
    """The steps of a curve by their start; `value` is null where nothing was measured."""
    for step in view:
        yield {"time": instant_text(step.start), "value": step.value}


def as_json(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Rows as one JSON array, row by row."""
    before = b"["
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        before = b",\n"
    yield b"[]" if before == b"[" else b"]"


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> Iterator[bytes]:
    """Rows as CSV (RFC 4180), UTF-8, comma and dot; what is not known stays empty."""
    names = list(columns)
    yield format_csv_line(names)
    for row in rows:
        yield format_csv_line([row.get(name) for name in names])


def format_csv_line(cells: Iterable[Any]) -> bytes:
    """One line of CSV. A text that a spreadsheet would take for a formula is put in quotes."""
    sink = io.StringIO()
    csv.writer(sink).writerow([_format_flat_cell(cell) for cell in cells])
    return sink.getvalue().encode()


def _format_flat_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else value


def list_model_columns(model: type[BaseModel], before: str = "") -> tuple[str, ...]:
    """The columns of a flat row of *model*, in the order of its fields."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = _find_nested_model(field.annotation)
        found += list_model_columns(inner, f"{before}{name}_") if inner else [f"{before}{name}"]
    return tuple(found)


def flatten_record(
    record: Mapping[str, Any], model: type[BaseModel], before: str = ""
) -> dict[str, Any]:
    """*record* as one flat row; the fields of an absent part are null."""
    row: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value, inner = record.get(name), _find_nested_model(field.annotation)
        if inner:
            row |= flatten_record(value or {}, inner, f"{before}{name}_")
        elif isinstance(value, dict | list):
            row[f"{before}{name}"] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        else:
            row[f"{before}{name}"] = value
    return row


def render_upserts(rows: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> Iterator[bytes]:
    """Rows as Grist's API takes them to add or update: found by *keys*, filled with the rest."""
    before = b'{"records":['
    for row in rows:
        record = {
            "require": {key: row[key] for key in keys},
            "fields": {name: value for name, value in row.items() if name not in keys},
        }
        yield before + json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        before = b",\n"
    yield b'{"records":[]}' if before != b",\n" else b"]}"


def _find_nested_model(annotation: Any) -> type[BaseModel] | None:
    """The record that a field holds, if it holds one and no list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is Annotated:
        return _find_nested_model(get_args(annotation)[0])
    parts = [part for part in get_args(annotation) if part is not type(None)]
    optional = len(parts) == 1 and len(get_args(annotation)) > 1
    return _find_nested_model(parts[0]) if optional else None
