"""Periods and points of a TimeSeries: intervals, positions, quantities, qualities."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Number
from synergie.formats.cim import _codes as codes
from synergie.formats.cim._meaning import text_of
from synergie.schemas.readings.quality import Quality

PERIODS = frozenset({"Period", "Series_Period"})
"""Name of a period in version 1.04, and in the ones before."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.0{1,9})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DURATION = re.compile(
    r"P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})D)?"
    r"(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.0{1,9})?S)?)?",
    re.ASCII,
)
_PLACE = re.compile(r"\d{1,6}", re.ASCII).fullmatch
_CODE = re.compile(r"[A-Z]\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?=\.?\d)\d{0,15}(?:\.\d{0,20})?", re.ASCII)
_MOST = 10**15
_DECIMALS = 6
_SHORT = 8
"""Digits of a whole number that no factor makes too large."""

_STAMP = "a time with its offset, as 2026-10-25T00:00Z"
_FORWARD = "an end after its start"
_RESOLUTION = "a resolution of minutes, hours, days or months, as PT15M"
POSITION = "a position from 1 to 999,999 within the interval of its period"
"""What a point outside its period calls for."""
_QUANTITY = "a quantity below 10^15 with at most 6 decimals"
_POSITIVE = "zero or more: what is fed in has a series of its own"


class Length(NamedTuple):
    """A resolution: seconds, or civil days, or civil months; what it is not is 0."""

    seconds: int
    days: int
    months: int


class Period(NamedTuple):
    """A period: its interval and its resolution."""

    start: datetime
    end: datetime
    length: Length


class Value(NamedTuple):
    """One point."""

    position: int
    number: Number
    quality: Quality
    code: str
    """The quality as written; empty when there is none."""


def period_of(element: Element) -> Period:
    """Interval and resolution of a Period; BadInput when they cannot be read."""
    start = _read_interval_time(element, "start")
    end = _read_interval_time(element, "end")
    if end <= start:
        raise BadInput("/timeInterval/end", end.isoformat(), _FORWARD)
    return Period(start, end, _parse_duration(text_of(element, "resolution")))


def _read_interval_time(element: Element, name: str) -> datetime:
    text = (element.findtext(f"timeInterval/{name}") or "").strip()
    where = f"/timeInterval/{name}"
    if not _TIME.fullmatch(text):
        raise BadInput(where, text or Words("nothing"), _STAMP)
    try:
        moment = datetime.fromisoformat(text)
        moment.timestamp()
    except (ValueError, OverflowError) as error:
        raise BadInput(where, text, _STAMP) from error
    if not 1900 <= moment.year <= 2200:  # noqa: PLR2004 (no meter reads outside)
        raise BadInput(where, text, _STAMP)
    return moment


def _parse_duration(text: str) -> Length:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise BadInput("/resolution", text or Words("nothing"), _RESOLUTION)
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    months += 12 * years
    clock = 3600 * hours + 60 * minutes + seconds
    if sum(part > 0 for part in (months, days, clock)) != 1:
        raise BadInput("/resolution", text, _RESOLUTION)
    return Length(clock, days, months)


def value_of(point: Element, factor: int) -> Value:
    """One Point, its quantity times *factor*; BadInput when it cannot be read."""
    position = code = text = ""
    for child in point:
        tag = child.tag
        if tag == "position":
            position = (child.text or "").strip()
        elif tag == "energy_Quantity.quantity":
            text = (child.text or "").strip()
        elif tag == "energy_Quantity.quality":
            code = (child.text or "").strip()
    place = int(position) if _PLACE(position) else 0
    if not place:
        raise BadInput("/position", position or Words("nothing"), POSITION)
    quality = codes.QUALITIES.get(code)
    if quality is None:
        quality = _other_quality(code)
    number = _parse_quantity(text, factor) if text and quality != "missing" else None
    return Value(place, number, "missing" if number is None else quality, code)


def _other_quality(code: str) -> Quality:
    if code and not _CODE.fullmatch(code):
        raise BadInput("/energy_Quantity.quality", code, "a quality as A04")
    return "measured"


@lru_cache(maxsize=65_536)  # a meter tells the same figures again and again
def _parse_quantity(text: str, factor: int) -> Number:
    if text.isascii() and text.isdecimal() and len(text) <= _SHORT:
        return int(text) * factor
    where = "/energy_Quantity.quantity"
    if not _NUMBER.fullmatch(text):
        raise BadInput(where, text, _QUANTITY)
    value = (Decimal(text) * factor).normalize()
    exponent = int(value.as_tuple().exponent)
    if abs(value) >= _MOST or -exponent > _DECIMALS:
        raise BadInput(where, text, _QUANTITY)
    if value < 0:
        raise BadInput(where, text, _POSITIVE, checks.NEGATIVE_ENERGY.code)
    return int(value) if exponent >= 0 else value
