"""What pages say: French and English beside each other, numbers and dates as each reader expects.

Times are those of metropolitan France, as in every sentence of the house
(`policy.readings.sentence`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from synergie.calendar import load_time_zone
from synergie.formats.french import build_french_translator
from synergie.reports import english
from synergie.reports import french as forms
from synergie.reports.french import typeset_french

type Lang = Literal["fr", "en"]

LANGS: tuple[Lang, ...] = ("fr", "en")
PARIS = "Europe/Paris"
"""Where the hours of the pages are told."""

_MISSING: dict[Lang, str] = {"fr": forms.MISSING, "en": english.MISSING}


def choose_text(lang: Lang, fr: str, en: str, *values: object, **named: object) -> str:
    """The text of *lang*, `{}` filled with *values*; French spaces in the text, not in them."""
    text = typeset_french(fr) if lang == "fr" else en
    return text.format(*values, **named) if values or named else text


def tell(lang: Lang, text: str) -> str:
    """A constant English sentence of the house, in the reader's language."""
    return typeset_french(build_translator(lang)(text)) if lang == "fr" else text


def build_translator(lang: Lang) -> Callable[[str], str]:
    """What translates the house's English texts into *lang*: for `error.tell(...)`."""
    return build_french_translator() if lang == "fr" else str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """In which language something is told, and at what time it is true: of a page, of a mail."""

    lang: Lang
    now: datetime

    def say(self, fr: str, en: str, *values: object, **named: object) -> str:
        """The text of the language; *values* fill its `{}`."""
        return choose_text(self.lang, fr, en, *values, **named)

    def tell(self, text: str) -> str:
        """A constant English sentence of the house, in the language."""
        return tell(self.lang, text)


def format_page_number(lang: Lang, value: Decimal | float | None, decimals: int = 0) -> str:
    """1 234,5 in French, 1,234.5 in English; words for None."""
    if value is None:
        return _MISSING[lang]
    return (
        forms.format_number(value, decimals)
        if lang == "fr"
        else english.format_number(value, decimals)
    )


def format_quantity(lang: Lang, value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """A number with its unit after a no-break space; words for None."""
    if value is None:
        return _MISSING[lang]
    return f"{format_page_number(lang, value, decimals)}{forms.FIXED}{unit}"


def format_energy(lang: Lang, value: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh."""
    return forms.format_energy(value) if lang == "fr" else english.format_energy(value)


def format_percent(lang: Lang, share: Decimal | float | None, decimals: int = 1) -> str:
    """A share of 1 as a percentage."""
    if share is None:
        return _MISSING[lang]
    return (
        forms.format_percent(share, decimals)
        if lang == "fr"
        else english.format_percent(share, decimals)
    )


def format_page_euros(lang: Lang, value: Decimal | float | None, decimals: int = 2) -> str:
    """An amount."""
    if value is None:
        return _MISSING[lang]
    return (
        forms.format_euros(value, decimals)
        if lang == "fr"
        else english.format_euros(value, decimals)
    )


def short_date(lang: Lang, day: date) -> str:
    """A date for tables: 24/11/2026, 24 Nov 2026. A moment is taken in Paris."""
    civil = _get_paris_day(day)
    return forms.short_date(civil) if lang == "fr" else english.short_date(civil)


def long_date(lang: Lang, day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026, Tuesday 24 November 2026."""
    civil = _get_paris_day(day)
    return forms.long_date(civil) if lang == "fr" else english.long_date(civil)


def format_page_moment(lang: Lang, at: datetime) -> str:
    """Date and hour for sentences, in Paris; the repeated hour says which one it is."""
    tz = load_time_zone(PARIS)
    return forms.format_moment(at, tz) if lang == "fr" else english.format_moment(at, tz)


def _get_paris_day(day: date) -> date:
    return day.astimezone(load_time_zone(PARIS)).date() if isinstance(day, datetime) else day
