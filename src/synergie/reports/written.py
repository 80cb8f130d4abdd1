"""Numbers, dates and spaces as the reader of a report writes them: `french` or `english`."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.reports import english, french
from synergie.reports.french import FIXED, MINUS, NARROW
from synergie.reports.language import spoken


def number(value: Decimal | float, decimals: int = 0) -> str:
    """*value* rounded half up to *decimals*: 1 234,5 in French, 1,234.5 in English."""
    return french.number(value, decimals) if _french() else english.number(value, decimals)


def quantity(value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """*value* with its *unit* after a no-break space; `missing()` for None."""
    return missing() if value is None else f"{number(value, decimals)}{FIXED}{unit}"


def euros(value: Decimal | float, decimals: int = 2) -> str:
    """An amount: 1 234,50 €, €1,234.50."""
    return french.euros(value, decimals) if _french() else english.euros(value, decimals)


def percent(share: Decimal | float, decimals: int = 1) -> str:
    """A share of 1 as a percentage: 12,5 %, 12.5%."""
    return french.percent(share, decimals) if _french() else english.percent(share, decimals)


def energy(kwh: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh; words for None."""
    return french.energy(kwh) if _french() else english.energy(kwh)


def short_date(day: date) -> str:
    """A date for tables: 24/11/2026, 24 Nov 2026."""
    return french.short_date(day) if _french() else english.short_date(day)


def long_date(day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026, Tuesday 24 November 2026."""
    return french.long_date(day) if _french() else english.long_date(day)


def hour(moment: datetime, tz: ZoneInfo) -> str:
    """Local hour and minute: 14 h 30, 14:30; the repeated hour says which one it is."""
    return french.hour(moment, tz) if _french() else english.hour(moment, tz)


def moment(at: datetime, tz: ZoneInfo) -> str:
    """Date and hour for sentences."""
    return french.moment(at, tz) if _french() else english.moment(at, tz)


def interval(start: date, end: date) -> str:
    """A half-open interval of days, told with its last day included."""
    return french.interval(start, end) if _french() else english.interval(start, end)


def missing() -> str:
    """What stands where nothing was measured: never 0, never blank."""
    return french.MISSING if _french() else english.MISSING


def count(many: int, one: str, several: str | None = None) -> str:
    """A number with its noun, in the language spoken: 1 lot, 4 lots; a French 0 is singular."""
    single = abs(many) <= 1 if _french() else many == 1
    return f"{number(many)} {one if single else several or one + 's'}"


def typeset(text: str) -> str:
    """*text* with the no-break spaces of its language; English has none of its own."""
    return french.typeset(text) if _french() else text


def _french() -> bool:
    return spoken() == "fr"


__all__ = [
    "FIXED", "MINUS", "NARROW", "count", "energy", "euros", "hour", "interval", "long_date",
    "missing", "moment", "number", "percent", "quantity", "short_date", "typeset",
]  # fmt: skip
