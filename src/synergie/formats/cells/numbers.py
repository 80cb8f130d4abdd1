"""Numbers: amounts, whole numbers, coordinates, shares, percentages."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from synergie.errors import BadInput
from synergie.formats.cells.rules import CellRules
from synergie.formats.cells.texts import Cell, Hours, Percent, spell_cell, unquote_cell
from synergie.formats.values import AROUND, read_number

_MOST = Decimal(10) ** 12
_BEHIND = re.compile(r"\s*(€|eur|euros|%|kwh|mwh|kva|kw|h)\s*(ht|ttc)?\s*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+([.,]\d+)*", re.ASCII)
_GROUP = 3
"""Digits between two marks of thousands."""
_BLANKS = frozenset({"", "-", "–", "n/a", "N/A"})
_FINEST = 8
"""Decimals of an amount; beyond is the noise of a binary number."""
_SHARE = "a share in %, as 50"


def _stop_at_hours(cell: Cell, where: str) -> None:
    if isinstance(cell, Hours):
        raise BadInput(where, spell_cell(cell), "a number")


def read_decimal(cell: Cell, rules: CellRules) -> Decimal:
    """A number, exact; BadInput for one that may be taken two ways."""
    text = spell_cell(cell)
    _stop_at_hours(cell, "/")
    if isinstance(cell, Decimal):
        return _round_within(cell, rules)
    if rules.is_doubtful(text):
        raise BadInput("/", text, rules.expected["doubt"])
    found = read_number(text)
    if found is None:
        raise BadInput("/", text, rules.expected["decimal"])
    return _round_within(found, rules)


def _round_within(number: Decimal, rules: CellRules) -> Decimal:
    if rules.decimals is None:
        return number
    rounded = _round(number, rules.decimals, rules.expected["decimal"])
    if abs(rounded) > _MOST:
        raise BadInput("/", number, "a number of at most 12 digits before the comma")
    return rounded


def _round(number: Decimal, decimals: int, expected: str) -> Decimal:
    """*number* with at most so many decimals, without a zero that says nothing."""
    try:
        rounded = number.quantize(Decimal(1).scaleb(-decimals)).normalize()
    except InvalidOperation as error:
        raise BadInput("/", number, expected) from error
    return rounded if rounded % 1 else rounded.quantize(Decimal(1))


def read_whole(cell: Cell, rules: CellRules) -> int:
    """A whole number."""
    number = read_decimal(cell, rules)
    if number % 1:
        raise BadInput("/", number, rules.expected["whole"])
    return int(number)


def read_degrees(cell: Cell, rules: CellRules) -> Decimal:
    """A coordinate: thousands do not come up, so a dot is a decimal mark."""
    _stop_at_hours(cell, "/")
    found = cell if isinstance(cell, Decimal) else read_number(spell_cell(cell), groups="")
    if found is None:
        raise BadInput("/", cell, rules.expected["degrees"])
    return found


def read_share(cell: Cell, rules: CellRules) -> float:
    """A share from 0 to 1: `0,04` or `4 %`."""
    _stop_at_hours(cell, "/")
    text = spell_cell(cell)
    share = read_decimal(text.removesuffix("%"), rules) / (100 if text.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise BadInput("/", text, rules.expected["share"])
    return float(share)


def read_percent(cell: Cell, where: str) -> Decimal:
    """A share in %: `50`, `50 %`, or a cell of a workbook that shows it as a percentage."""
    _stop_at_hours(cell, where)
    if isinstance(cell, Percent):
        return Decimal(cell) * 100
    share = read_number(re.sub(r"\s|%", "", spell_cell(cell)))
    if share is None or not 0 <= share <= 100:  # noqa: PLR2004 (per cent)
        raise BadInput(where, spell_cell(cell), _SHARE)
    return share


def prove_marks(cells: Iterable[Cell]) -> frozenset[str]:
    """The decimal marks that *cells* prove: a comma, a dot, both, or none.

    `12,5` and `1.234,50` prove a comma, `0.05945` and `1,234.50` a dot; `1,234` proves nothing.
    """
    return frozenset(filter(None, (_prove_mark(cell) for cell in cells if isinstance(cell, str))))


@lru_cache(maxsize=65_536)
def _prove_mark(cell: str) -> str | None:
    bare = _strip_amount(cell)
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0 or not _DIGITS.fullmatch(bare):
        return None
    mark, other = bare[last], ".,"[bare[last] == "."]
    if bare.count(mark) > 1:
        return None if other in bare else other
    behind = len(bare) - last - 1
    return mark if other in bare or behind != _GROUP or bare.startswith("0") else None


@lru_cache(maxsize=65_536)
def _strip_amount(text: str) -> str:
    """The digits and marks of a number: without spaces, sign, unit and money."""
    bare = unquote_cell(text).replace("\u2212", "-").strip("()").strip("+-").lstrip("€ ")
    return re.sub(f"[{AROUND}']", "", _BEHIND.sub("", bare)).strip("+-")


def read_amount(cell: Cell, where: str, *, proved: frozenset[str] = frozenset()) -> Decimal | None:
    """The number in the cell; None for a blank. Brackets or a minus behind make it negative.

    *proved*: the decimal marks that the table uses, which tell `1.234` from `1 234`. BadInput:
    anything else, and such a number where the table uses both.
    """
    text = unquote_cell(cell).replace("\u2212", "-")
    _stop_at_hours(cell, where)
    if text in _BLANKS:
        return None
    found = cell if isinstance(cell, Decimal) else _read_proved(text, where, proved)
    try:
        return _round(found, _FINEST, "a number")
    except BadInput as fault:
        raise BadInput(where, text, fault.expected) from fault


def _read_proved(text: str, where: str, proved: frozenset[str]) -> Decimal:
    bare = _strip_amount(text)
    mark = _choose_mark(bare, proved)
    if mark is None:
        raise BadInput(where, text, "a number with a decimal comma, or without spaces a dot")
    found = read_number(bare, mark, ".,"[mark == "."])
    if found is None:
        raise BadInput(where, text, "a number")
    return -found if text.startswith(("-", "(")) or text.endswith("-") else found


@lru_cache(maxsize=65_536)
def _choose_mark(bare: str, proved: frozenset[str]) -> str | None:
    """The decimal mark of a number; None when the table leaves it open."""
    own = _prove_mark(bare)
    if own is not None:
        return own
    for mark, other in ((",", "."), (".", ",")):
        if mark in bare:
            if other in proved:  # then this one stands between thousands
                return None if mark in proved else other
            return mark
    return "."
