"""Cells of an invoice table: numbers, dates, identifiers as people and spreadsheets write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from synergie.errors import BadInput
from synergie.formats.formulas import unescape_formula
from synergie.formats.values import AROUND, bare_code, date_parts, read_number, read_point

type Cell = str | float | date

_BEHIND = re.compile(r"\s*(€|eur|euros|%|kwh|mwh|kva|kw|h)\s*(ht|ttc)?\s*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+([.,]\d+)*", re.ASCII)
_GROUP = 3
"""Digits between two marks of thousands."""
_QUOTED = re.compile(r'="([^"]*)"')
_MICRO = Decimal("0.00000001")


def strip_cell_text(cell: Cell) -> str:
    """The cell as a text without the spaces around it."""
    if isinstance(cell, str):
        text = cell.strip(AROUND)
        if not text.startswith(("=", "'")):
            return text
        quoted = _QUOTED.fullmatch(text)  # how some exports keep the zero in front
        return unescape_formula(quoted[1] if quoted else text).strip(AROUND).removeprefix("'")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(int(cell)) if cell.is_integer() else str(cell)


def find_decimal_marks(cells: Iterable[Cell]) -> frozenset[str]:
    """The decimal marks that *cells* prove: a comma, a dot, both, or none.

    `12,5` and `1.234,50` prove a comma, `0.05945` and `1,234.50` a dot; `1,234` proves nothing.
    """
    return frozenset(
        filter(None, (_find_proved_mark(cell) for cell in cells if isinstance(cell, str)))
    )


@lru_cache(maxsize=65_536)
def _find_proved_mark(cell: str) -> str | None:
    bare = _strip_number(cell)
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0 or not _DIGITS.fullmatch(bare):
        return None
    mark, other = bare[last], ".,"[bare[last] == "."]
    if bare.count(mark) > 1:
        return None if other in bare else other
    behind = len(bare) - last - 1
    return mark if other in bare or behind != _GROUP or bare.startswith("0") else None


@lru_cache(maxsize=65_536)
def _strip_number(text: str) -> str:
    """The digits and marks of a number: without spaces, sign, unit and money."""
    cut = _BEHIND.sub(
        "", strip_cell_text(text).replace("\u2212", "-").strip("()").strip("+-").lstrip("€ ")
    )
    return re.sub(f"[{AROUND}']", "", cut).strip("+-")


def parse_number_cell(
    cell: Cell, where: str, *, proved: frozenset[str] = frozenset()
) -> Decimal | None:
    """The number in the cell; None for a blank. Brackets or a minus behind make it negative.

    *proved*: the decimal marks that the table uses, which tell `1.234` from `1 234`. BadInput:
    anything else, and such a number where the table uses both.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _round_binary_noise(Decimal(repr(cell)), where, cell)
    text = strip_cell_text(cell).replace("\u2212", "-")
    if text in {"", "-", "–", "n/a", "N/A"}:
        return None
    negative = text.startswith(("-", "(")) or text.endswith("-")
    bare = _strip_number(text)
    mark = _choose_decimal_mark(bare, proved)
    if mark is None:
        raise BadInput(where, text, "a number with a decimal comma, or without spaces a dot")
    found = read_number(bare, mark, ".,"[mark == "."])
    if found is None:
        raise BadInput(where, text, "a number")
    return _round_binary_noise(-found if negative else found, where, cell)


@lru_cache(maxsize=65_536)
def _choose_decimal_mark(bare: str, proved: frozenset[str]) -> str | None:
    """The decimal mark of a number; None when the table leaves it open."""
    own = _find_proved_mark(bare)
    if own is not None:
        return own
    for mark, other in ((",", "."), (".", ",")):
        if mark in bare:
            if other in proved:  # then this one stands between thousands
                return None if mark in proved else other
            return mark
    return "."


def _round_binary_noise(value: Decimal, where: str, cell: Cell) -> Decimal:
    """*value* without the noise of a binary number behind its eighth decimal."""
    try:
        rounded = value.quantize(_MICRO)
    except InvalidOperation as error:
        raise BadInput(where, strip_cell_text(cell), "a number") from error
    found = rounded.normalize()
    return found if found % 1 else found.quantize(Decimal(1))


def parse_day_cell(cell: Cell, where: str) -> date | None:
    """The civil date in the cell; None for a blank. BadInput: anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = strip_cell_text(cell)
    if not text:
        return None
    parts = date_parts(re.split(r"[T\s]", text, maxsplit=1)[0], short_years=True)
    if parts is None:
        raise BadInput(where, text, "a date as 25/11/2026 or 2026-11-25")
    try:
        return date(*parts)
    except ValueError as error:
        raise BadInput(where, text, "a date that exists") from error


def parse_point_cell(cell: Cell) -> tuple[str | None, str]:
    """The key of a delivery point, and what was written; no key: not 14 digits."""
    text = bare_code(strip_cell_text(cell)).removeprefix("prm:").removeprefix("PRM:")
    return read_point(text, "prm"), text
