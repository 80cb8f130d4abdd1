"""What pages say: French and English beside each other, numbers and dates as each reader expects.

Times are those of metropolitan France, as in every sentence of the house (`policy.sentence`).
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from synergie.calendar import zone
from synergie.formats.french import french
from synergie.reports import french as forms
from synergie.reports.french import typeset

type Lang = Literal["fr", "en"]

LANGS: tuple[Lang, ...] = ("fr", "en")
PARIS = "Europe/Paris"
"""Where the hours of the pages are told."""

_MISSING = {"fr": forms.MISSING, "en": "no reading"}
_KWH_LIMIT = 10_000


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
    if lang == "fr":
        return forms.number(value, decimals)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{decimals}f}".replace("-", forms.MINUS)


def quantity(lang: Lang, value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """A number with its unit after a no-break space; words for None."""
    if value is None:
        return _MISSING[lang]
    return f"{number(lang, value, decimals)}{forms.FIXED}{unit}"


def kwh(lang: Lang, value: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh."""
    if lang == "fr":
        return forms.energy(value)
    if value is None or abs(value) < _KWH_LIMIT:
        return quantity(lang, value, "kWh")
    return quantity(lang, value / 1000, "MWh", 1 if abs(value) < 100 * _KWH_LIMIT else 0)


def percent(lang: Lang, share: Decimal | float | None, decimals: int = 1) -> str:
    """A share of 1 as a percentage."""
    if share is None:
        return _MISSING[lang]
    if lang == "fr":
        return forms.percent(share, decimals)
    exact = share if isinstance(share, Decimal) else Decimal(str(share))
    return f"{number(lang, exact * 100, decimals)}%"


def euros(lang: Lang, value: Decimal | float | None, decimals: int = 2) -> str:
    """An amount."""
    if value is None:
        return _MISSING[lang]
    if lang == "fr":
        return forms.euros(value, decimals)
    return f"€{number(lang, value, decimals)}"


def short_date(lang: Lang, day: date) -> str:
    """A date for tables: 24/11/2026, 24 Nov 2026. A moment is taken in Paris."""
    civil = _civil(day)
    return forms.short_date(civil) if lang == "fr" else f"{civil.day} {civil:%b %Y}"


def long_date(lang: Lang, day: date) -> str:
    """A date for sentences: mardi 24 novembre 2026, Tuesday 24 November 2026."""
    civil = _civil(day)
    return forms.long_date(civil) if lang == "fr" else f"{civil:%A} {civil.day} {civil:%B %Y}"


def moment(lang: Lang, at: datetime) -> str:
    """Date and hour for sentences, in Paris."""
    if lang == "fr":
        return forms.moment(at, zone(PARIS))
    local = at.astimezone(zone(PARIS))
    return f"{long_date('en', local.date())} at {local:%H:%M}"


def _civil(day: date) -> date:
    return day.astimezone(zone(PARIS)).date() if isinstance(day, datetime) else day
