"""A plain price schedule: one row a price, with its tariff option and its time class."""

import re
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats.cells import Cell, prove_marks, read_amount, unquote_cell
from synergie.formats.columns import index_heads
from synergie.formats.invoices._columns import TABLES
from synergie.formats.invoices._sheets import read_invoice_sheets
from synergie.formats.price_unit import stop_at_other_unit
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name

_BY_HEAD = index_heads(TABLES["prices"])
_CENTS = re.compile(r"\bc ?€|\bc ?eur|\bct|\bcent")
_USUAL = (Decimal(10), Decimal(1000))
"""EUR/MWh between which a price is taken without its unit."""
_UNIT = "a price with its unit in the head: €/MWh, c€/kWh or €/kWh"
_ONCE = "one price for each cell"


class PriceRow(NamedTuple):
    """One price."""

    lot: str
    """The lot; `-` when the table tells none."""
    tariff_code: str
    time_class: str
    eur_per_mwh: Decimal
    year: int | None


def read_prices(source: BinaryIO, name: str) -> list[PriceRow] | None:
    """The prices of the first table with columns `fta`, `classe` and `prix`; None: no such table.

    A price is in EUR/MWh unless the name of its column says c€/kWh or €/kWh. A blank price is
    none. BadInput, with its line: a price that is no number, a cell told twice with two prices,
    and, where no unit is told, a price that is none of a MWh; without: prices of another unit than
    that of their column.
    """
    for _sheet, rows in read_invoice_sheets(source, Report()):
        some = list(rows)
        for n, (_, cells) in enumerate(some[:30]):
            head = [unquote_cell(cell) for cell in cells]
            at = _find_price_columns(head)
            if {"tariff_code", "time_class", "price"} <= at.keys():
                return _build_price_rows(some[n + 1 :], at, head[at["price"]], name)
    return None


def _find_price_columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(head):
        for column in _BY_HEAD.get(normalize_column_name(name.partition("(")[0]), ()):
            found.setdefault(column.name, place)
    return found


def _find_price_scale(title: str) -> Decimal:
    """What a price is to be multiplied by, by the unit in the name of its column."""
    unit = title.partition("(")[2].casefold()
    factor = Decimal(1000 if "kwh" in unit else 1)
    return factor / 100 if _CENTS.search(unit) else factor


def _build_price_rows(
    rows: list[tuple[int, list[Cell]]], at: dict[str, int], title: str, name: str
) -> list[PriceRow]:
    cells = [row[at["price"]] for _, row in rows if at["price"] < len(row)]
    scale, is_told = _find_price_scale(title), "wh" in title.casefold()
    proved, found = prove_marks(cells), dict[tuple[object, ...], PriceRow]()
    for line, row in rows:
        texts = {field: unquote_cell(row[place]) for field, place in at.items() if place < len(row)}
        where = f"{name}, line {line}, /prix"
        if not texts.get("tariff_code") or not texts.get("time_class"):
            continue
        price = read_amount(row[at["price"]], where, proved=proved) if "price" in texts else None
        if price is None:
            continue
        year = texts.get("year", "")
        if year and not (year.isascii() and year.isdecimal()):
            raise BadInput(f"{name}, line {line}, /annee", year, "a year as 2027")
        if not (is_told or _USUAL[0] <= price <= _USUAL[1]):
            raise BadInput(where, price, _UNIT)
        one = PriceRow(
            texts.get("lot") or "-",
            texts["tariff_code"].upper(),
            texts["time_class"].upper(),
            price * scale,
            int(year) if year else None,
        )
        if found.setdefault((one.lot, *one[1:3], one.year), one) != one:
            raise BadInput(where, price, _ONCE)
    told = [one.eur_per_mwh / scale for one in found.values()]
    stop_at_other_unit(f"{name}, /{title}", told, scale)
    return list(found.values())
