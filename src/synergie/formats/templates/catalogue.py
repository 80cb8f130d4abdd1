"""Every template by name, and its blank file."""

from collections.abc import Iterator
from typing import BinaryIO, Literal

from synergie.formats._format import Record
from synergie.formats._report import Place, Report
from synergie.formats._text import plain
from synergie.formats.templates import (
    assets,
    crews,
    light_points,
    monthly_energy,
    offers,
    perimeter,
    purchase_group,
    supply_points,
)
from synergie.formats.templates._columns import Template
from synergie.formats.templates._engine import read_placed as placed_rows
from synergie.formats.templates._engine import write_blank
from synergie.formats.templates._sheet import write_workbook
from synergie.schemas.profile import Profile

__all__ = ["TEMPLATES", "Template", "read_placed", "template_named", "write_template"]

TEMPLATES: dict[str, Template] = {
    one.name: one
    for one in (
        assets.SITES,
        supply_points.TEMPLATE,
        monthly_energy.TEMPLATE,
        perimeter.TEMPLATE,
        purchase_group.TEMPLATE,
        offers.TEMPLATE,
        light_points.TEMPLATE,
        assets.CABINETS,
        assets.CIRCUITS,
        assets.SUPPORTS,
        assets.WORK_ORDERS,
        crews.TEMPLATE,
    )
}
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
    word = plain(name)
    found = (one for one in TEMPLATES.values() if word in (plain(one.name), plain(one.title)))
    return next(found, None)
