"""What a column of an invoice table is called, and in which unit its name says it is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from synergie.formats.columns import index_heads, load_columns
from synergie.formats.text import normalize_column_name

TABLES = load_columns("synergie.formats.invoices")
"""Columns of a table of lines and of one of prices, each with the heads it is known by."""
_BY_HEAD = index_heads(TABLES["lines"])
"""Those of the field `ignored` are known and not read."""
_UNIT = re.compile(r"[(\[]([^)\]]{1,20})[)\]]|\ben\s+([^\s]{1,10})\s*$", re.IGNORECASE)
_PRICE = re.compile(r"/\s*(kwh|mwh|wh|kva|kw|j|jour|mois|an)", re.IGNORECASE)


class Columns(NamedTuple):
    """Where each field stands, the units that names tell, and the names that are not known."""

    at: dict[str, int]
    units: dict[str, str]
    unknown: tuple[str, ...]


def match_columns(names: Sequence[str]) -> Columns:
    """The fields of a head; of two columns for one field the first counts."""
    at: dict[str, int] = {}
    units: dict[str, str] = {}
    unknown = []
    for place, name in enumerate(names):
        field, unit = _match_field(name)
        if field is None and name.strip():
            unknown.append(name)
        elif field is not None and field not in at:
            at[field] = place
            if unit:
                units[field] = unit
    return Columns(at, units, tuple(unknown))


def is_readable(found: Columns) -> bool:
    """Whether an invoice can be read: an amount, and what it is for (a thing, a point, a bill)."""
    about = {"label", "component", "element", "time_class"} & found.at.keys()
    whole = "invoice" in found.at and bool({"point", "gas_point"} & found.at.keys())
    return "amount" in found.at and (bool(about) or whole)


def _match_field(name: str) -> tuple[str | None, str | None]:
    """What a column holds, and the unit in brackets behind its name."""
    found = _UNIT.search(name)
    unit = (found[1] or found[2]).strip() if found else None
    bare = normalize_column_name(_UNIT.sub("", name))
    if unit is not None and _PRICE.search(unit) and bare in {"tarif", "prix", "pu"}:
        return "unit_price", unit
    known = _BY_HEAD.get(bare) or _BY_HEAD.get(normalize_column_name(name))
    return known[0].name if known else None, unit
