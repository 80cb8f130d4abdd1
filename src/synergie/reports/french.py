"""Numbers, dates and punctuation as French readers expect them.

Thousands by U+202F, decimals by a comma, units after U+00A0, minus as U+2212. For people only:
files and the API keep the dot and ISO dates. Held against CLDR (babel) by tests.
"""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NARROW, FIXED, MINUS = "\u202f", "\u00a0", "\u2212"
"""Narrow no-break space, no-break space, minus sign."""

MISSING = "pas de mesure"
"""What stands where nothing was measured: never 0, never blank."""

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_KWH_LIMIT = 10_000


def format_number(value: Decimal | float, decimals: int = 0) -> str:
    """*value* rounded half up to *decimals*: 1 234 567,5."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def format_quantity(value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """*value* with its *unit* after a no-break space; `MISSING` for None."""
    return MISSING if value is None else f"{format_number(value, decimals)}{FIXED}{unit}"


def format_euros(value: Decimal | float, decimals: int = 2) -> str:
    """An amount: 1 234,50 €."""
    return format_quantity(value, "€", decimals)


def format_percent(share: Decimal | float, decimals: int = 1) -> str:
    """A share of 1 as a percentage: 12,5 %."""
    exact = share if isinstance(share, Decimal) else Decimal(str(share))
    return format_quantity(exact * 100, "%", decimals)


def format_energy(kwh: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh; a tenth is kept while it says something."""
    if kwh is None or abs(kwh) < _KWH_LIMIT:
        return format_quantity(kwh, "kWh")
    return format_quantity(kwh / 1000, "MWh", 1 if abs(kwh) < 100 * _KWH_LIMIT else 0)


def short_date(day: date) -> str:
    """A date for tables: 24/11/2026."""
    return f"{day:%d/%m/%Y}"


def long_date(day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026; the first of a month is "1er"."""
    return f"{_DAYS[day.weekday()]} {_format_ordinal(day)} {_MONTHS[day.month - 1]} {day.year}"


def format_hour(moment: datetime, tz: ZoneInfo) -> str:
    """Local hour and minute: 14 h 30; the repeated hour of October says which one it is."""
    local = moment.astimezone(tz)
    text = f"{local.hour:02d}{FIXED}h{FIXED}{local.minute:02d}"
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset() or other.astimezone(tz).hour != local.hour:
        return text
    return f"{text} (heure d'hiver)" if local.fold else f"{text} (heure d'été)"


def format_moment(at: datetime, tz: ZoneInfo) -> str:
    """Date and hour for sentences: mardi 24 novembre 2026 à 14 h 30."""
    return f"{long_date(at.astimezone(tz).date())} à {format_hour(at, tz)}"


def format_interval(start: date, end: date) -> str:
    """A half-open interval of days, told with its last day included: du 1er au 30 novembre 2026."""
    last = end - timedelta(days=1)
    if last <= start:
        return f"le {_format_ordinal(start)} {_MONTHS[start.month - 1]} {start.year}"
    left = _format_ordinal(start)
    if (start.year, start.month) != (last.year, last.month):
        left += f" {_MONTHS[start.month - 1]}"
    if start.year != last.year:
        left += f" {start.year}"
    return f"du {left} au {_format_ordinal(last)} {_MONTHS[last.month - 1]} {last.year}"


def typeset_french(text: str) -> str:
    """*text* with ’, and the no-break spaces: before : ; ! ? % €, units, after ≤ ≥, in « »."""
    text = re.sub(r"(?<=[^\W\d_])'(?=[\w<{«])", "’", text)
    text = re.sub(r" (?=[;!?])", NARROW, text)
    text = re.sub(r" (?=[:%€»])|(?<=[«≤≥]) ", FIXED, text)
    return re.sub(r"(?<=[0-9]) (?=(?:k?VA|k?Wh?|MWh|h|min|km|s)\b)", FIXED, text)


def _format_ordinal(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)
