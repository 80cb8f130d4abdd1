"""Every template by name, and its blank file."""

from collections.abc import Iterator
from typing import BinaryIO, Literal

from synergie.application import place_parts
from synergie.applications import list_declared
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.templates import (
    assets,
    light_points,
    monthly_energy,
    perimeter,
    rules,
    supply_points,
)
from synergie.formats.templates.columns import Template
from synergie.formats.templates.engine import read_placed as placed_rows
from synergie.formats.templates.engine import write_blank
from synergie.formats.templates.sheet import write_workbook
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.profile import Profile

__all__ = [
    "TEMPLATES",
    "Template",
    "list_templates",
    "read_placed",
    "template_named",
    "write_template",
]

_CORE: tuple[Template, ...] = (
    assets.SITES,
    supply_points.TEMPLATE,
    monthly_energy.TEMPLATE,
    perimeter.TEMPLATE,
    light_points.TEMPLATE,
    assets.CABINETS,
    assets.CIRCUITS,
    assets.SUPPORTS,
    assets.WORK_ORDERS,
    rules.TEMPLATE,
)


def list_templates() -> dict[str, Template]:
    """The templates of the core, with those of the applications among them, by name."""
    return place_parts({one.name: one for one in _CORE}, list_declared("templates"))


TEMPLATES = list_templates()
"""By the name of the command line, in the order in which a territory fills them."""


def write_template(template: Template, sink: BinaryIO, kind: Literal["csv", "xlsx"]) -> None:
    """The blank file: titles, what each column is for, an example; lists to choose from (XLSX)."""
    if kind == "csv":
        write_blank(sink, template)
    else:
        write_workbook(template, sink)


def read_placed(
    template: Template, source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, Record]], Report]:
    """The records of a filled *template*, each with its row: a line, or `sheet!row`."""
    return placed_rows(source, profile, template)


def template_named(name: str) -> Template | None:
    """The template of that *name*, or of that French title; None when there is none."""
    word = normalize_column_name(name)
    found = (
        one
        for one in TEMPLATES.values()
        if word in (normalize_column_name(one.name), normalize_column_name(one.title))
    )
    return next(found, None)
