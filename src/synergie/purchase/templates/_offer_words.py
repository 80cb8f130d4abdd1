"""What price schedules (BPU) call things: columns, time classes, tariff options, units, lots."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from synergie.formats.csv_text import shipped_rows
from synergie.formats.text import normalize_column_name


def _load_patterns(name: str) -> tuple[tuple[str, str], ...]:
    rows = shipped_rows("synergie.purchase.templates", "patterns.csv")
    return tuple((row["name"], row["pattern"]) for row in rows if row["list"] == name)


COLUMN_WORDS = _load_patterns("columns")
"""Field → how its title reads, in the words of `words`; the first that fits is taken."""

_PARTS = _load_patterns("parts")
_CLASSES = _load_patterns("classes")
_UNIT = re.compile(
    r"(c\s*€|cts?\b|cents?\b|centimes?\b|€|euros?\b|\beur\b)[^/\n]{0,14}?(?:/|\bpar\b)\s*(k|m)wh",
    re.IGNORECASE,
)
_LOW, _SEGMENTS, _LOW_BASE = map(_load_patterns, ("low", "segments", "low-base"))
"""Tariff options of a family, with spaces between → how a cell names it."""
_CODE = re.compile(r"\b(?:BT(?:INF|SUP)[A-Z0-9]+|HT[AB][A-Z0-9]{3,})\b")
_LOT = re.compile(r"\blot\s*(?:n\s*[°o]?\s*)?:?\s*([0-9]{1,3}[a-z]?|[a-z])\b", re.IGNORECASE)
_KEY = re.compile(r"[0-9A-Za-z][\w.:-]{0,63}", re.ASCII)


_WITHOUT = re.compile(r"\bhors (cee|capacites?|garanties?|go|part|charges?)\b")
_CLAIMS = (
    re.compile(r"\bttc\b(?!.*\bht\b)"),
    _WITHOUT,
    re.compile(r"\bgaz\b(?!.*\belec)"),
    re.compile(r"\b(prix|tarifs?) (actuels?|precedents?|en cours)\b|\banciens? prix\b"),
    re.compile(r"\b(estimations?|estimatifs?|indicatifs?|simulations?|exemples?)\b"),
)
_DISCOUNT = re.compile(r"\b(remises?|rabais|ristournes?|discount|majorations?|marges?)\b")
_PER = re.compile(r"\b(kva|kw|mois|mensuel\w*|jours?|trimestre)\b")
_MOST = 400
"""Characters of a cell that are looked at for words: a title is shorter, and patterns stay fast."""


class Unit(NamedTuple):
    """How a price is written, and what makes EUR/MWh of it."""

    name: str
    times: Decimal


_UNITS = {
    (False, "m"): Unit("€/MWh", Decimal(1)),
    (True, "m"): Unit("c€/MWh", Decimal("0.01")),
    (False, "k"): Unit("€/kWh", Decimal(1000)),
    (True, "k"): Unit("c€/kWh", Decimal(10)),
}
EUR_PER_MWH = _UNITS[False, "m"]


def normalize_words(text: str) -> str:
    """*text*, its first 400 characters, in lower case without accents and signs, words apart."""
    return _normalize_cached_words(text[:_MOST])


@lru_cache(maxsize=4096)
def _normalize_cached_words(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    letters = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def field_of(title: str) -> str | None:
    """The field that a column of this *title* tells, prices left aside. None: not known."""
    return _find_first_form(COLUMN_WORDS, normalize_words(title))


def part_of(title: str) -> str | None:
    """The part of a price that a *title* names: `supply`, `cee`, `total`… None: none."""
    return _find_first_form(_PARTS, normalize_words(title))


def class_of(title: str) -> str | None:
    """The time class that a text names, as the house writes it. None: none."""
    return _find_first_form(_CLASSES, normalize_words(title))


@lru_cache(maxsize=4096)
def _find_first_form(forms: tuple[tuple[str, str], ...], said: str) -> str | None:
    """The first name whose form *said* has."""
    return next((name for name, form in forms if re.search(form, said)), None)


def unit_of(text: str) -> Unit | None:
    """The unit of prices that a text tells. None: it tells none."""
    found = _UNIT.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    return _UNITS[found[1].casefold().startswith("c"), found[2].casefold()]


def codes_of(text: str) -> tuple[str, ...]:
    """The tariff options (FTA) that a cell names: one code, or the family a schedule writes.

    Empty: it names none that is known.
    """
    upper = text[:_MOST].upper()
    told = tuple(dict.fromkeys(_CODE.findall(upper)))
    if told:
        return told
    said = normalize_words(text)
    segment = (_find_first_form(_SEGMENTS, said) or "").split()
    return _list_codes(_LOW, said) or tuple(segment) or _list_codes(_LOW_BASE, said)


def _list_codes(families: tuple[tuple[str, str], ...], said: str) -> tuple[str, ...]:
    """The codes of all families that a cell names beside each other (`CU4/MU4`)."""
    found = (codes for codes, form in families if re.search(form, said))
    return tuple(code for codes in found for code in codes.split())


def claims_of(text: str) -> list[str]:
    """What a *text* says of prices that are not to be paid as they stand: VAT, gas, no CEE."""
    said = normalize_words(text)
    found = (form.search(said) for form in _CLAIMS)
    return [one[0] for one in found if one]


def is_discount(title: str) -> bool:
    """Whether a column that is not read changes the prices beside it."""
    return _DISCOUNT.search(normalize_words(title)) is not None


def is_of_another_period(title: str) -> bool:
    """Whether the amount of a column is none of a point and year: `€/kVA`, `€/mois`."""
    return _PER.search(normalize_words(title)) is not None


def lot_of(text: str) -> str | None:
    """The key of the lot that a text names: `lot-2` of « Lot n° 2 : Éclairage ». None: none."""
    found = _LOT.search(text)
    return None if found is None else f"lot-{found[1].lower()}"


def key_of(text: str) -> str:
    """A cell as a key: as it is when it is one, `lot-2`, else its plain letters."""
    if _KEY.fullmatch(text):
        return text
    number = re.match(r"\s*(\d{1,3})\b", text, re.ASCII)
    return (
        lot_of(text) or (f"lot-{number[1]}" if number else normalize_column_name(text)[:64]) or text
    )
