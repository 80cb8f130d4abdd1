"""Cells of a contract: a power with its unit, a date in three forms, codes that are known."""

import re
from datetime import date
from decimal import Decimal

from synergie.errors import BadInput
from synergie.schemas.assets.supply_terms import SubscribedPower

_POWER = re.compile(r"(\d{1,7}(?:[.,]\d{1,3})?)\s*(kva|kw|w)", re.IGNORECASE | re.ASCII)
_CLASS = re.compile(r"[A-Z0-9_]{1,20}", re.ASCII)
_TARIFF = re.compile(r"[A-Z0-9]{2,20}", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T+Z ].*)?", re.ASCII)
_FRENCH = re.compile(r"(\d\d)[/-](\d\d)[/-](\d{4})", re.ASCII)
_SEGMENTS = ("C1", "C2", "C3", "C4", "C5", "P1", "P2", "P3", "P4")


def power_of(text: str, where: str, tariff_class: str | None) -> SubscribedPower:
    """The power in *text*, as `36 kVA`; BadInput at *where* otherwise."""
    found = _POWER.fullmatch(text.strip())
    if found is None:
        raise BadInput(where, text, "a power with its unit, as 36 kVA")
    value, unit = Decimal(found[1].replace(",", ".")), found[2].lower()
    if unit == "w":
        value, unit = value / 1000, "kw"
    known = tariff_class if tariff_class and _CLASS.fullmatch(tariff_class) else None
    return SubscribedPower(tariff_class=known, value=value, unit="kVA" if unit == "kva" else "kW")


def find_segment(code: str | None) -> str | None:
    """The market segment; None for another code."""
    return code if code in _SEGMENTS else None


def find_tariff(code: str | None) -> str | None:
    """The network tariff option; None for what is none."""
    return code if code is not None and _TARIFF.fullmatch(code) else None


def day_in(text: str | None, where: str) -> date | None:
    """The civil date in *text*, with an offset or not, or as 25-11-2026; None for none."""
    if text is None:
        return None
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _FRENCH.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise BadInput(where, text, "a date as 2026-11-25 or 25-11-2026")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadInput(where, text, "a date that exists") from error
