"""What pages say: French and English beside each other, numbers and dates as each reader expects.

Times are those of metropolitan France, as in every sentence of the house
(`policy.readings.sentence`).
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from synergie.calendar import zone
from synergie.formats.french import french
from synergie.reports import english
from synergie.reports import french as forms
from synergie.reports.french import typeset

type Lang = Literal["fr", "en"]

LANGS: tuple[Lang, ...] = ("fr", "en")
PARIS = "Europe/Paris"
"""Where the hours of the pages are told."""

_MISSING: dict[Lang, str] = {"fr": forms.MISSING, "en": english.MISSING}


def say(lang: Lang, fr: str, en: str, *values: object, **named: object) -> str:
    """The text of *lang*, `{}` filled with *values*; French spaces in the text, not in them."""
    text = typeset(fr) if lang == "fr" else en
    return text.format(*values, **named) if values or named else text


def tell(lang: Lang, text: str) -> str:
    """A constant English sentence of the house, in the reader's language."""
    return typeset(teller(lang)(text)) if lang == "fr" else text


def teller(lang: Lang) -> Callable[[str], str]:
    """What translates the house's English texts into *lang*: for `error.tell(...)`."""
    return french() if lang == "fr" else str


def number(lang: Lang, value: Decimal | float | None, decimals: int = 0) -> str:
    """1 234,5 in French, 1,234.5 in English; words for None."""
    if value is None:
        return _MISSING[lang]
    return forms.number(value, decimals) if lang == "fr" else english.number(value, decimals)


def quantity(lang: Lang, value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """A number with its unit after a no-break space; words for None."""
    if value is None:
        return _MISSING[lang]
    return f"{number(lang, value, decimals)}{forms.FIXED}{unit}"


def kwh(lang: Lang, value: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh."""
    return forms.energy(value) if lang == "fr" else english.energy(value)


def percent(lang: Lang, share: Decimal | float | None, decimals: int = 1) -> str:
    """A share of 1 as a percentage."""
    if share is None:
        return _MISSING[lang]
    return forms.percent(share, decimals) if lang == "fr" else english.percent(share, decimals)


def euros(lang: Lang, value: Decimal | float | None, decimals: int = 2) -> str:
    """An amount."""
    if value is None:
        return _MISSING[lang]
    return forms.euros(value, decimals) if lang == "fr" else english.euros(value, decimals)


def short_date(lang: Lang, day: date) -> str:
    """A date for tables: 24/11/2026, 24 Nov 2026. A moment is taken in Paris."""
    civil = _civil(day)
    return forms.short_date(civil) if lang == "fr" else english.short_date(civil)


def long_date(lang: Lang, day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026, Tuesday 24 November 2026."""
    civil = _civil(day)
    return forms.long_date(civil) if lang == "fr" else english.long_date(civil)


def moment(lang: Lang, at: datetime) -> str:
    """Date and hour for sentences, in Paris; the repeated hour says which one it is."""
    tz = zone(PARIS)
    return forms.moment(at, tz) if lang == "fr" else english.moment(at, tz)


def _civil(day: date) -> date:
    return day.astimezone(zone(PARIS)).date() if isinstance(day, datetime) else day
