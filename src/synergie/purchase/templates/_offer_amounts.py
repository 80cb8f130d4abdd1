"""Amounts of a price schedule: prices in EUR/MWh, shares, tiers, tunnels."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats.cells import Cell, read_cell, spell_cell
from synergie.formats.columns import Value, Values
from synergie.formats.report import Report
from synergie.formats.templates.columns import TABLES
from synergie.formats.values import read_number
from synergie.purchase.templates._offer_head import Head, PriceColumn
from synergie.purchase.templates._offer_words import Unit, normalize_words

COLUMNS = TABLES["offers"]
BY_NAME = {column.name: column for column in COLUMNS}
PARTS = ("supply", "capacity", "cee", "guarantees")
"""Parts of a price, in the order of the file."""
ROUNDING = Decimal("0.01")
"""How far parts may be from their total by rounding, EUR/MWh."""
FINEST = Decimal("0.000001")
"""The finest volume, MWh: « moins de 500 » ends there under 500."""

_SAME = (
    "offer", "subscription_eur", "fixed_eur", "pricing", "index", "green_eur_per_mwh", "year",
    "lot", "supplier", "valid_from", "valid_until", "to_mwh",
)  # fmt: skip
_TUNNEL = ("below_percent", "above_percent", "below_eur_per_mwh", "above_eur_per_mwh")
_NUMBER = re.compile(r"\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?")
_UPTO = re.compile(r"[<≤]|\b(moins|jusqu|inferieur)")
_ONWARDS = re.compile(r"[>≥]|\b(plus|partir|superieur|au dela)")
_NOISE = re.compile(r"[^\d.,\-\u2212 \u00a0\u202f]")

_WITH_HOUR = "a date with its hour, as 25/11/2026 16:00"
_TIER = "a tier as « 0 à 500 MWh », « ≥ 500 » or « < 500 »"
_ADDS_UP = "parts that add up to the total"
_NET = "prices excluding VAT (HT)"
_UNIT = "prices with their unit in the title: €/MWh, c€/kWh or €/kWh"


def title_of(name: str, head: Head | None) -> str:
    """The place of a field in an error: the file's own title of its column, else ours."""
    at = None if head is None else head.fields.get(name)
    title = head.titles[at] if head is not None and at is not None and at < len(head.titles) else ""
    return f"/{title or BY_NAME[name].title}" if title or name in BY_NAME else "row"


def offer_fields(values: Values, head: Head | None = None) -> dict[str, object]:
    """The fields of an offer row out of its cells, prices left aside."""
    for name in ("valid_from", "valid_until"):
        if name in values and not isinstance(values[name], datetime):
            raise BadInput(title_of(name, head), values[name], _WITH_HOUR)
    fields: dict[str, object] = {name: values[name] for name in _SAME if name in values}
    fields["from_mwh"] = values.get("from_mwh", Decimal(0))
    if "green_percent" in values:
        fields["green_share"] = _convert_percent_to_share(values["green_percent"])
    if any(name in values for name in _TUNNEL):
        fields["tunnel"] = _build_tunnel_terms(values, head)
    return fields


def _build_tunnel_terms(values: Values, head: Head | None) -> dict[str, object]:
    for name in _TUNNEL:
        if name not in values:
            raise BadInput(title_of(name, head), Words("an empty cell"), "a value here")
    return {
        "below": _convert_percent_to_share(values["below_percent"]),
        "above": _convert_percent_to_share(values["above_percent"]),
        "below_eur_per_mwh": values["below_eur_per_mwh"],
        "above_eur_per_mwh": values["above_eur_per_mwh"],
    }


def _convert_percent_to_share(percent: Value) -> float:
    return float(Decimal(str(percent)) / 100)


def parse_price_amount(cell: Cell, column: PriceColumn, context: Unit | None) -> Decimal:
    """A price in EUR/MWh. The unit is never guessed: the title, or a line above, tells it."""
    where = f"/{column.title}"
    if re.search(r"\bttc\b", normalize_words(column.title)):
        raise BadInput(where, spell_cell(cell), _NET)
    unit = column.unit or context
    if unit is None:
        raise BadInput(where, spell_cell(cell), _UNIT, checks.UNIT_UNKNOWN.code)
    text = cell if isinstance(cell, Decimal) else _NOISE.sub("", spell_cell(cell)).strip()
    if not isinstance(cell, Decimal) and re.search(r"[^\W\d_]{6,}", spell_cell(cell)):
        text = spell_cell(cell)  # words are no unit behind a price
    try:
        told = read_cell(text, BY_NAME["total"], "Europe/Paris")
    except BadInput as fault:
        raise BadInput(where, spell_cell(cell), fault.expected, fault.check) from fault
    return Decimal(str(told)) * unit.times


def build_cell_price(parts: Mapping[str, Decimal], report: Report) -> dict[str, object]:
    """The price of a cell and what it is made of.

    With a total and no supply the parts are not told. Parts that miss the total by rounding are
    left aside: the total is what is paid.
    """
    told = {name: parts[name] for name in PARTS if name in parts}
    total, adds = parts.get("total"), sum(told.values(), Decimal(0))
    if "supply" not in told:
        if total is None:
            raise BadInput("row", Words("parts without the supply"), _ADDS_UP)
        return {"eur_per_mwh": total}
    if total is None or total == adds:
        return {"eur_per_mwh": adds, "parts": told}
    if abs(total - adds) > ROUNDING:
        raise BadInput("row", f"{total} ≠ {adds}", _ADDS_UP)
    report.note("parts that miss their total by rounding: the total holds")
    return {"eur_per_mwh": total}


def parse_tier(text: str, where: str) -> Values:
    """Both ends of a tier that one cell tells, MWh."""
    numbers = [
        number * (1000 if "gwh" in normalize_words(text) else 1)
        for found in _NUMBER.findall(text[:200])
        if (number := read_number(re.sub(r"\s", "", found))) is not None
    ]
    told = f"{text} {normalize_words(text)}"
    if len(numbers) == 2:  # noqa: PLR2004 (from, to)
        return {"from_mwh": numbers[0], "to_mwh": numbers[1]}
    if len(numbers) == 1 and _UPTO.search(told):
        least = FINEST if "<" in text or "moins" in told else Decimal(0)
        return {"from_mwh": Decimal(0), "to_mwh": numbers[0] - least}
    if len(numbers) == 1 and _ONWARDS.search(told):
        return {"from_mwh": numbers[0]}
    raise BadInput(where, text, _TIER)
