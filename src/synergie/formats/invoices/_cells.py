"""Cells of an invoice table: numbers, dates, identifiers as people and spreadsheets write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from synergie.errors import BadInput
from synergie.formats._text import unguarded

type Cell = str | float | date

_SPACES = " \u00a0\u202f\u2009\t\r\n\ufeff"
_BEHIND = re.compile(r"\s*(€|eur|euros|%|kwh|mwh|kva|kw|h)\s*(ht|ttc)?\s*$", re.IGNORECASE)
_COMMA = re.compile(r"\d,\d")
_FORM = re.compile(r"\d+(\.\d+)?", re.ASCII)
_FR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:\s.*)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T\s].*)?", re.ASCII)
_EXPONENT = re.compile(r"\d[.,]\d+[eE]\+\d+", re.ASCII)
_CENTURY = 2000
_MICRO = Decimal("0.00000001")


def said(cell: Cell) -> str:
    """The cell as a text without the spaces around it."""
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip(_SPACES)
    quoted = re.fullmatch(r'="([^"]*)"', text)  # how some exports keep the zero in front
    return unguarded(quoted[1] if quoted else text).strip(_SPACES).removeprefix("'")


def has_commas(cells: Iterable[Cell]) -> bool:
    """Whether one of *cells* is a number with a decimal comma: a dot then stands for thousands."""
    return any(isinstance(cell, str) and bool(_COMMA.search(cell)) for cell in cells)


def number(cell: Cell, where: str, *, comma: bool) -> Decimal | None:
    """The number in the cell; None for a blank. Brackets or a minus behind make it negative.

    BadInput: anything else.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _short(Decimal(repr(cell)), where, cell)
    text = said(cell).replace("\u2212", "-")
    if text in {"", "-", "–", "n/a", "N/A"}:
        return None
    negative = text.startswith(("-", "(")) or text.endswith("-")
    bare = _BEHIND.sub("", text.strip("()").strip("+-").lstrip("€ "))
    bare = re.sub(f"[{_SPACES}']", "", bare)
    if "," in bare and (comma or "." not in bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif "," in bare:
        bare = bare.replace(",", "")
    elif comma and re.fullmatch(r"\d{1,3}(\.\d{3})+", bare):
        bare = bare.replace(".", "")
    if not _FORM.fullmatch(bare):
        raise BadInput(where, said(cell), "a number")
    return _short(Decimal(f"-{bare}" if negative else bare), where, cell)


def _short(value: Decimal, where: str, cell: Cell) -> Decimal:
    """*value* without the noise of a binary number behind its eighth decimal."""
    try:
        rounded = value.quantize(_MICRO)
    except InvalidOperation as error:
        raise BadInput(where, said(cell), "a number") from error
    found = rounded.normalize()
    return found if found % 1 else found.quantize(Decimal(1))


def day(cell: Cell, where: str) -> date | None:
    """The civil date in the cell; None for a blank. BadInput: anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = said(cell)
    if not text:
        return None
    french, iso = _FR.fullmatch(text), _ISO.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if french:
            year = int(french[3])
            year += _CENTURY if year < _CENTURY // 20 else 0
            return date(year, int(french[2]), int(french[1]))
    except ValueError as error:
        raise BadInput(where, text, "a date that exists") from error
    raise BadInput(where, text, "a date as 25/11/2026 or 2026-11-25")


def point(cell: Cell) -> tuple[str | None, str]:
    """The key of a delivery point, and what was written; no key: not 14 digits."""
    text = re.sub(f"[{_SPACES}]", "", said(cell)).removeprefix("prm:").removeprefix("PRM:")
    key = f"prm:{text}" if re.fullmatch(r"\d{14}", text, re.ASCII) else None
    return key, text
