"""The template of the crew book: crews, depots, traffic orders, works of others, targets, tasks.

A workbook has a sheet for each kind of row; a CSV holds one of these sheets, or all kinds with the
column `Ligne` in front. `synergie.maintenance.plan.upkeep` makes a `CrewBook` of the rows.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.columns import Value, Values
from synergie.formats.format import Record
from synergie.formats.templates.columns import WORDS, Template
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import (
    convert_to_exact,
    merge_coordinates,
    place,
    select_known_values,
)
from synergie.formats.templates.plain import rows_of
from synergie.park.records.crew_row import CrewRow
from synergie.park.templates import crew_cells as cells
from synergie.park.templates._crew_columns import ABOUT, COLUMNS, SHEETS, SKILLS, TITLES

_ITS_COLUMNS = "only the columns of this kind of row; see what each is for"
_NEEDED = "a value here"
_NOT_TOLD = "crew book, without reference"
_CLOCKS = ("starts_at", "ends_at", "break_from", "break_to", "from_time", "to_time")
_FLOATS = ("speed_km_h", "detour")
_ORDERED = (("from_day", "to_day"), ("starts_at", "ends_at"), ("break_from", "break_to"))
_DEGREES = "degrees (WGS 84); metres of a projection, as Lambert-93, are not"

_READ: dict[str, Callable[[str], Any]] = {
    **{name: partial(cells.parse_clock_time, column=name) for name in _CLOCKS},
    "skills": lambda text: cells.parse_code_list(text, SKILLS, "skills", free=True),
    "network_mixes": lambda text: cells.parse_code_list(text, WORDS["mixes"], "network_mixes"),
    "cabinets": cells.parse_identifiers,
    "carries": lambda text: cells.parse_part_counts(text, "carries"),
    "stock": lambda text: cells.parse_part_counts(text, "stock"),
    "weekdays": lambda text: cells.parse_weekdays(text, "weekdays"),
    "days_off": lambda text: cells.parse_days(text, "days_off"),
    "months": lambda text: cells.parse_months(text, "months"),
}
"""Columns whose text holds more than one thing, and how each is read."""


def _build_crew_records(values: Values) -> tuple[Record, ...]:
    kind = str(values["kind"])
    _its_own(kind, values)
    fields: dict[str, Any] = {
        name: _READ[name](str(value)) if name in _READ else value
        for name, value in values.items()
        if name not in ("kind", "provenance")
    }
    _build_location_field(fields)
    fields |= {name: float(fields[name]) for name in _FLOATS if name in fields}
    _fill_blank_fields(kind, fields)
    _in_order(fields)
    told = {"kind": kind, kind: fields, "provenance": values.get("provenance", "partner")}
    return (CrewRow.model_validate(told),)


def _its_own(kind: str, values: Values) -> None:
    """BadInput for a column of another kind of row, or one that is needed and blank."""
    columns = SHEETS[kind]
    names = {"kind", *(column.name for column in columns)}
    for name, value in values.items():
        if name not in names:
            raise BadInput(f"/{name}", value, _ITS_COLUMNS)
    for column in columns:
        if column.required and column.name not in values:
            raise BadInput(f"/{column.name}", "", _NEEDED)


def _build_location_field(fields: dict[str, Any]) -> None:
    ends = {"latitude": 90, "longitude": 180}
    for name, most in ends.items():
        if name in fields and abs(fields[name]) > most:
            raise BadInput(f"/{name}", fields[name], _DEGREES)
    if set(ends) <= fields.keys():
        found = merge_coordinates(fields)
        for name in ends:
            del fields[name]
        fields["location"] = found["location"]


def _fill_blank_fields(kind: str, fields: dict[str, Any]) -> None:
    """What a blank cell means, where the record needs a value."""
    match kind:
        case "crew":
            fields.setdefault("km_eur", Decimal(0))
        case "depot":
            fields.setdefault("name", fields["id"])
        case "target":
            fields.setdefault("penalty_eur_day", Decimal(0))
            fields.setdefault("source", _NOT_TOLD)
        case "rule":
            fields.setdefault("every_months", None)
            fields.setdefault("source", _NOT_TOLD)
            if not fields["minutes_cabinet"] and not fields.get("minutes_light_point"):
                raise BadInput("/minutes_cabinet", 0, "a duration above zero")
        case "settings" if (percent := fields.pop("late_percent", None)) is not None:
            if not 0 <= percent < 100:  # noqa: PLR2004 (per cent)
                raise BadInput("/late_percent", percent, "a share in %, as 15")
            fields["late_share"] = float(percent / 100)


def _in_order(fields: dict[str, Any]) -> None:
    for first, last in _ORDERED:
        begins, ends = fields.get(first), fields.get(last)
        if begins is not None and ends is not None and ends < begins:
            raise BadInput(f"/{last}", f"{begins} → {ends}", "an end that comes after the start")
    if fields.get("from_time") and fields.get("from_time") == fields.get("to_time"):
        raise BadInput("/to_time", fields["to_time"], "an end that comes after the start")
    if fields.get("starts_at") and fields.get("starts_at") == fields.get("ends_at"):
        raise BadInput("/ends_at", fields["ends_at"], "an end that comes after the start")


def row_of(row: CrewRow) -> Values:
    """The cells of *row* by name of column."""
    part: Any = row.part()
    names = {column.name for column in SHEETS[row.kind]}
    fields: dict[str, Any] = {name: getattr(part, name, None) for name in names}
    fields |= {"kind": row.kind, "provenance": row.provenance}
    fields |= _format_list_cells(part)
    if hasattr(part, "location"):
        fields |= place(part.location)
    if row.settings is not None and row.settings.late_share is not None:
        fields["late_percent"] = convert_to_exact(row.settings.late_share) * 100
    return select_known_values({name: _convert_cell(value) for name, value in fields.items()})


def _format_list_cells(part: Any) -> dict[str, Value | None]:
    found: dict[str, Value | None] = {}
    for name in ("carries", "stock"):
        if hasattr(part, name):
            found[name] = cells.format_part_counts(getattr(part, name))
    if hasattr(part, "skills"):
        found["skills"] = ", ".join(SKILLS.get(skill, skill) for skill in part.skills) or None
    if hasattr(part, "network_mixes"):
        found["network_mixes"] = (
            ", ".join(map(WORDS["mixes"].__getitem__, part.network_mixes)) or None
        )
    if hasattr(part, "weekdays"):
        found["weekdays"] = cells.format_weekdays(part.weekdays)
        found["days_off"] = cells.format_days(part.days_off)
    if hasattr(part, "months"):
        found["months"] = ", ".join(map(str, part.months)) or None
    if hasattr(part, "cabinets"):
        found["cabinets"] = ", ".join(part.cabinets) or None
    return found


def _convert_cell(value: Any) -> Value | None:
    return convert_to_exact(value) if isinstance(value, float) else value


_rows = rows_of(CrewRow, row_of, N_("a row of a crew book"))


def _build_sheet_template(kind: str) -> Template:
    """The sheet of one kind of row, whose column `Ligne` says nothing and is left out."""
    return Template(
        name="crews" if kind == "crew" else f"crews-{kind.replace('_', '-')}",
        title=TITLES[kind],
        about=ABOUT[kind],
        columns=SHEETS[kind],
        records=lambda values: _build_crew_records({"kind": kind} | values),
        rows=_rows,
        kind=kind,
    )


TEMPLATE = Template(
    name="crews",
    title="Cahier des équipes",
    about="Équipes, dépôts, arrêtés de circulation, travaux d'autres, délais, tâches, réglages.",
    columns=COLUMNS,
    records=_build_crew_records,
    rows=_rows,
    fields={"late_share": "late_percent"},
    sheets=tuple(map(_build_sheet_template, SHEETS)),
)
FORMAT = template_format(TEMPLATE, title=N_("Crew book to fill (CSV, XLSX)"))
