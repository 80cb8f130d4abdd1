"""Until when lamps may be sold in the European Union (sales.csv, with its sources)."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from synergie.schemas.assets.light_point import SourceType


class EndOfSale(NamedTuple):
    """The end of the sale of one kind of lamp."""

    until: date
    """Last day it may be placed on the market; what is in stock may still be sold."""
    source: str
    """The text that says so."""


def purchasable_until(source_type: SourceType | None) -> date | None:
    """Last day lamps of this kind are placed on the market. None: no end is known."""
    found = ends_of_sale().get(source_type or "")
    return None if found is None else found.until


@cache
def ends_of_sale() -> dict[str, EndOfSale]:
    """The table: kind of lamp to the end of its sale."""
    text = files("synergie.park.plan").joinpath("sales.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["source_type"]: EndOfSale(date.fromisoformat(row["until"]), row["source"])
        for row in rows
    }
