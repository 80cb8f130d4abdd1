"""Numbers, dates and spaces as the reader of a report writes them: `french` or `english`."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.reports import english, french
from synergie.reports.french import FIXED, MINUS, NARROW
from synergie.reports.language import choose_text, get_language

PARIS = ZoneInfo("Europe/Paris")


def format_number(value: Decimal | float, decimals: int = 0) -> str:
    """*value* rounded half up to *decimals*: 1 234,5 in French, 1,234.5 in English."""
    return (
        french.format_number(value, decimals)
        if _is_french()
        else english.format_number(value, decimals)
    )


def write_figures(told: str) -> str:
    """A text of figures alone as the reader writes them: `30.62 - 31.5` as 30,62 - 31,5.

    A text with words, a day as 2026-08-01 and a number without decimals stay as they are.
    """
    if not _FIGURES.fullmatch(told):
        return told
    return _NUMBER.sub(lambda found: format_number(Decimal(found[0]), len(found[1])), told)


_FIGURES = re.compile(r"[-\d. /€MWh(),%]+", re.ASCII)
"""Prices, amounts and the bounds between which they are."""
_NUMBER = re.compile(r"(?<![\d.])-?\d+\.(\d+)(?![\d.])", re.ASCII)


def format_quantity(value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """*value* with its *unit* after a no-break space; `missing()` for None."""
    return describe_missing() if value is None else f"{format_number(value, decimals)}{FIXED}{unit}"


def format_euros(value: Decimal | float, decimals: int = 2) -> str:
    """An amount: 1 234,50 €, €1,234.50."""
    return (
        french.format_euros(value, decimals)
        if _is_french()
        else english.format_euros(value, decimals)
    )


def format_percent(share: Decimal | float, decimals: int = 1) -> str:
    """A share of 1 as a percentage: 12,5 %, 12.5%."""
    return (
        french.format_percent(share, decimals)
        if _is_french()
        else english.format_percent(share, decimals)
    )


def format_energy(kwh: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh; words for None."""
    return french.format_energy(kwh) if _is_french() else english.format_energy(kwh)


def short_date(day: date) -> str:
    """A date for tables: 24/11/2026, 24 Nov 2026."""
    return french.short_date(day) if _is_french() else english.short_date(day)


def long_date(day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026, Tuesday 24 November 2026."""
    return french.long_date(day) if _is_french() else english.long_date(day)


def format_hour(moment: datetime, tz: ZoneInfo) -> str:
    """Local hour and minute: 14 h 30, 14:30; the repeated hour says which one it is."""
    return french.format_hour(moment, tz) if _is_french() else english.format_hour(moment, tz)


def format_moment(at: datetime, tz: ZoneInfo) -> str:
    """Date and hour for sentences."""
    return french.format_moment(at, tz) if _is_french() else english.format_moment(at, tz)


def format_interval(start: date, end: date) -> str:
    """A half-open interval of days, told with its last day included."""
    return (
        french.format_interval(start, end) if _is_french() else english.format_interval(start, end)
    )


def describe_missing() -> str:
    """What stands where nothing was measured: never 0, never blank."""
    return french.MISSING if _is_french() else english.MISSING


def format_count(many: int, one: str, several: str | None = None) -> str:
    """A number with its noun, in the language spoken: 1 lot, 4 lots; a French 0 is singular."""
    single = abs(many) <= 1 if _is_french() else many == 1
    return f"{format_number(many)} {one if single else several or one + 's'}"


def typeset_text(text: str) -> str:
    """*text* with the no-break spaces of its language; English has none of its own."""
    return french.typeset_french(text) if _is_french() else text


def _is_french() -> bool:
    return get_language() == "fr"


def format_short_name_list(names: Sequence[str], most: int = 4) -> str:
    """Names in a sentence: the first, and how many more there are."""
    if len(names) > most:
        more = len(names) - most
        rest = choose_text(f"et {format_count(more, 'autre')}", f"and {format_number(more)} more")
        return f"{', '.join(names[:most])} {rest}"
    return choose_text(" et ", " and ").join(filter(None, (", ".join(names[:-1]), *names[-1:])))


__all__ = [
    "FIXED",
    "MINUS",
    "NARROW",
    "PARIS",
    "describe_missing",
    "format_count",
    "format_energy",
    "format_euros",
    "format_hour",
    "format_interval",
    "format_moment",
    "format_number",
    "format_percent",
    "format_quantity",
    "format_short_name_list",
    "long_date",
    "short_date",
    "typeset_text",
    "write_figures",
]  # fmt: skip
