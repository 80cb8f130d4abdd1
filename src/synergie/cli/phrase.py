"""A sentence of a plan in the reader's language, with its figures as the reader writes them."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from synergie.cli.texts import _, format_moment, format_number, speaks_french

if TYPE_CHECKING:
    from synergie.schemas.plan import Phrase

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_AMOUNT = re.compile(r"-?\d+\.\d\d", re.ASCII)
_TENTHS = re.compile(r"-?\d+\.\d", re.ASCII)


def describe_phrase(phrase: "Phrase") -> str:
    """The sentence; numbers with decimals, days and moments are written as the reader does."""
    return _(phrase.text).format(*map(format_found, phrase.values))


def _format_phrase_value(value: str) -> str:
    if _AMOUNT.fullmatch(value):
        return format_euros(value)
    if _TENTHS.fullmatch(value):
        return format_number(float(value), 1)
    if _DAY.fullmatch(value):
        return civil_day(date.fromisoformat(value))
    return format_moment(datetime.fromisoformat(value)) if _INSTANT.fullmatch(value) else value


def format_found(told: str) -> str:
    """What was found or expected: figures and days as the reader writes them, else as it is."""
    from synergie.reports.language import use_language
    from synergie.reports.written import write_figures

    with use_language("fr" if speaks_french() else "en"):
        return write_figures(_format_phrase_value(told))


def civil_day(day: date) -> str:
    """A civil day as the reader writes it: 31/12/2028 in French, ISO 8601 in English."""
    return f"{day:%d/%m/%Y}" if speaks_french() else day.isoformat()


def format_euros(amount: object) -> str:
    """An amount with its two decimals: 1 234,50 in French."""
    return format_number(float(str(amount)), 2)
