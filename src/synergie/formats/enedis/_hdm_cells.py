"""The two cells of an HDM row: a time, with its offset or without, and a power."""

import re
from datetime import datetime
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats._points import Number
from synergie.formats.enedis._codes import FIRST_YEAR, LAST_YEAR

MAX_WATTS = 10_000_000
SHORT = 8
"""Digits of a whole number."""

_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_NAIVE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)", re.ASCII)
_NAIVE_FR = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d(?::\d\d)?)", re.ASCII)
_VALUE = re.compile(r"\d{1,8}(?:[.,]\d{1,6})?", re.ASCII)


def parse_stamp(text: str) -> datetime:
    """The time in *text*: aware when it has an offset, naive when it is a local label."""
    if _OFFSET.fullmatch(text) or _NAIVE.fullmatch(text):
        return _parse_iso_time(text)
    if found := _NAIVE_FR.fullmatch(text):
        day, month, year, clock = found.groups()
        return _parse_iso_time(f"{year}-{month}-{day}T{clock}")
    raise BadInput("/Horodate", text, "a time as 2026-11-25T00:30:00+01:00")


def _parse_iso_time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("/Horodate", text, "a time that exists") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadInput("/Horodate", text, "a time from 1950 to 2200")
    return found


def parse_power_cell(cell: str, limit: int) -> Number:
    """The power in *cell*, at most *limit*; None for a blank: not measured, which is not zero."""
    if cell.isdigit() and cell.isascii() and len(cell) <= SHORT:
        value = int(cell)
        if value <= limit:
            return value
    elif not cell.strip():
        return None
    elif _VALUE.fullmatch(cell):
        exact = Decimal(cell.replace(",", "."))
        if exact <= limit:
            return int(exact) if exact == exact.to_integral_value() else exact
    raise BadInput("/Valeur", cell, "a power, 0 to 10,000,000 W, or a blank")
