"""The words a person reads: French unless English is asked for (gettext)."""

import gzip
import re
from contextvars import ContextVar
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Literal, get_args

type Locale = Literal["fr", "en"]

LOCALES: tuple[Locale, ...] = get_args(Locale.__value__)

_spoken: ContextVar[NullTranslations | None] = ContextVar("spoken", default=None)


def speak(locale: Locale) -> None:
    """From now on `_` answers in *locale*; English is the text of the code itself."""
    _spoken.set(_load_french_catalogue() if locale == "fr" else NullTranslations())


def _(text: str) -> str:
    """*text* in the reader's language; French before `speak` was called."""
    if not text:
        return text  # gettext answers the header of the catalogue for an empty text
    catalogue = _spoken.get()
    if catalogue is None:
        catalogue = _load_french_catalogue()
        _spoken.set(catalogue)
    told = catalogue.gettext(text)
    if told == text and " " in text and isinstance(catalogue, GNUTranslations):
        return _by_its_form(text, catalogue)
    return told


def translate_to_french(text: str) -> str:
    """*text* in French, whatever the reader's language: for documents that are French."""
    return _load_french_catalogue().gettext(text) if text else text


def _by_its_form(text: str, catalogue: GNUTranslations) -> str:
    """What was expected, when it comes with its bound already in it: "at most 3 items"."""
    from synergie.schemas.faults import WITHIN

    if text.startswith("'"):  # a closed list: 'a', 'b' or 'c'
        return text.replace(" or ", " ou ")
    for template in WITHIN.values():
        words, field, end = re.split(r"(\{\w+\})", template)
        if words and text.startswith(words) and text.endswith(end):
            bound = text[len(words) : len(text) - len(end)]
            return catalogue.gettext(template).replace(field, bound)
    return text


def N_(text: str) -> str:  # noqa: N802 (the name every gettext tool knows)
    """*text* as it is: a mark for the catalogue, translated where it is shown."""
    return text


def speaks_french() -> bool:
    """Whether figures are written the French way."""
    return isinstance(_spoken.get(), GNUTranslations)


def format_number(value: float, decimals: int = 0) -> str:
    """*value* for a person: 1 234,5 in French, 1,234.5 in English."""
    if isinstance(_spoken.get(), GNUTranslations):
        from synergie.reports.french import format_number as french

        return french(value, decimals)
    return f"{value:,.{decimals}f}"


def format_sentence_amount(value: object) -> str:
    """An amount in a sentence: as many decimals as it has, two at most; a count as it is."""
    if not isinstance(value, Decimal):
        return str(value)
    exact = value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    exponent = exact.as_tuple().exponent
    decimals = 2 if isinstance(exponent, int) and exponent < 0 else 0
    return format_number(float(exact), decimals)


def format_moment(at: datetime) -> str:
    """*at* for a person, as the clocks of Paris: mardi 24 novembre 2026 à 14 h 30, or ISO 8601."""
    from synergie.calendar import load_time_zone

    paris = load_time_zone("Europe/Paris")
    if isinstance(_spoken.get(), GNUTranslations):
        from synergie.reports.french import format_moment as french_moment

        return french_moment(at, paris)
    return at.astimezone(paris).isoformat(timespec="minutes")


@cache
def _load_french_catalogue() -> NullTranslations:
    """The French catalogue that the wheel carries."""
    path = files("synergie").joinpath("locale", "fr", "LC_MESSAGES", "synergie.mo.gz")
    with path.open("rb") as packed, gzip.open(packed) as source:
        return GNUTranslations(source)
