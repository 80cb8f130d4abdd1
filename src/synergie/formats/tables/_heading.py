"""What the name of a column says: a quantity, its flow, and a unit expression.

An expression of another dimension (`€/MWh`, `kWh/m²`, `gCO2/kWh`, "le kWh") is never energy,
wherever it stands; and a word that is not known beside a unit makes the name less sure.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from synergie.formats.tables._vocabulary import (
    DIAL,
    FILLER,
    MONEY,
    NEUTRAL,
    NOUN,
    OF_CLASS,
    PART,
    POWER,
    QUALIFIER,
    ROLES,
    VAGUE,
    Role,
)
from synergie.schemas.readings.table_profile import TableUnit

type Lapse = Literal["hour", "day", "week", "month", "year"]

ENERGY: frozenset[Role] = frozenset({"energy", "drawn", "injected"})
"""Energy that goes through the meter."""


class Heading(NamedTuple):
    """What the name of a column says of its numbers."""

    role: Role
    score: float
    """How surely, 0 to 1, by the name alone."""
    unit: TableUnit | None = None
    lapse: Lapse | None = None
    """`kWh/jour`: the energy of each day of the period, or of the day."""
    year: int | None = None
    """The year in the name."""


_UNIT = (
    r"(?:[kmgt]?wh(?: ?(?:ep|ef|pcs|pci|cumac))?|[kmg]?w|[km]?va|[km]?varh?|n?m3|m2|litres?|l"
    r"|[gmk]j|tep|[kmc]?€|eur|euros?|cts?|centimes?|%|[kgmt]*co2\w*|kg|dju|°c)"
)
_OVER = re.compile(
    rf"(?<![a-z0-9]){_UNIT}\)?\s?[/.·*]\s?(?P<under>[a-z%°€]\w*)"
    rf"|(?P<left>[a-z€%$£]\w*)\.?\)?/\(?(?P<under2>{_UNIT})(?![a-z0-9])"
    rf"|(?<![a-z0-9]){_UNIT}\s?(?:m2|m-2|m3)(?![a-z0-9])"
    rf"|€\s?{_UNIT}(?![a-z0-9])"
)
_EACH = re.compile(
    r"\b(?:le|un|du|au|chaque)\s(?:[kmg]?wh|m3|kw|kva)\b"
    r"|\b(?:par|per|each)\s(?P<under>(?!poste|class|cadran|site|point|pdl|prm|batiment|compteur)\w+)"
)
_LAPSES: dict[str, Lapse] = {
    "h": "hour", "heure": "hour", "hour": "hour", "j": "day", "jour": "day", "jours": "day",
    "day": "day", "d": "day", "semaine": "week", "week": "week", "mois": "month",
    "month": "month", "an": "year", "annee": "year", "year": "year",
}  # fmt: skip
_FORMS: tuple[tuple[str, TableUnit | None, str], ...] = (
    (r"[kmg]?varh?s?|kilovars?h?", None, "reactive"),
    (r"kvah|[gmt]j|tep|gwhs?|twhs?|litres?|hl|[(\[]l[)\]]|tonnes?|steres?|therms?", None, "other"),
    (r"[kmg]?wh ?(?:ep|cumac)|[kmg]?wh ?d ?energie primaire", None, "loss"),
    (r"[kmg]?wh ?pci", None, "loss"),
    (r"mwhs?(?: ?pcs|ef)?|megawatt ?-?heures?", "MWh", "energy"),
    (r"kwhs?(?: ?pcs|ef)?|kilowatt ?-?heures?", "kWh", "energy"),
    (r"wh|watt ?-?heures?", "Wh", "energy"),
    (r"kva", "kVA", "apparent"),
    (r"va", "VA", "apparent"),
    (r"kw|kilowatts?", "kW", "power"),
    (r"mw|gw", None, "power"),
    (r"w|watts?", "W", "power"),
    (r"n?m3|metres? cubes?", "m3", "volume"),
)
_UNITS = tuple(
    (re.compile(rf"(?<![a-z0-9])(?:{form})(?![a-z0-9])"), unit, kind) for form, unit, kind in _FORMS
)
_HOURS = r"(?:hp|hc|heures (?:pleines|creuses))"
_DAYS = r"(?:jours? )?(?:bleue?s?|blan(?:c|che)s?|rouges?)"
BARE_CLASS = re.compile(
    r"hph|hch|hpe|hce|hpb|hcb|hp|hc|(?:h |heures (?:de )?)?pointe|pte|hpte|hn|pm|heures normales"
    rf"|pointe mobile|{_HOURS} {_DAYS}|{_DAYS} {_HOURS}"
)
"""Plain words that name a class and nothing else: an energy, beside others of its kind."""
NO_ENERGY = re.compile(
    r"\b(djus?|dj|temperatures?|meteo|surfaces?|effectifs?|jours?|rang|semaine|n|no|num\w*|id|code"
    r"|lot|longitude|latitude|lon|lat|x|y|insee|siret|annee|dossier|agents?|eleves?|nb|nombre|degres?"
    r"|lignes?|occupants?|habitants?|usagers?|visiteurs?|duree|repas|km)\b"
)
"""Words of numbers that are beside energies."""
_FUEL = re.compile(
    r"\b(?:eau|water|fioul|bois|granules?|propane|butane|chaleur|froid|vapeur)\b(?! chaude)"
)
_SCALED = re.compile(
    r"\b(?:milliers?|millions?|centaines?|dizaines?|thousands?)\b|[x×*÷]\s?10|\b1(?:0+[36]?|e\d)\s?[km]?wh\b|10\^"
)
"""A unit many times over: nothing says by how much the numbers count."""
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")


_NUMBER = re.compile(r"\bn ?°")
"""`N° 3`, which is no third year back."""


@lru_cache(maxsize=4096)
def plain_symbols(name: str) -> str:
    """*name* in lower case without accents; signs of units and money stay."""
    spread = unicodedata.normalize("NFKD", name.casefold().replace("³", "3").replace("²", "2"))
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(bare.replace("_", " ").replace("\u2215", "/").split())


@lru_cache(maxsize=4096)
def parse_heading(name: str) -> Heading:
    """What the name of a column says; `unknown` when it names no quantity."""
    parts = plain_symbols(name).split(" / ")
    whole = " ".join(parts)
    text = re.sub(r"[^a-z0-9]+", " ", _NUMBER.sub("numero ", whole)).strip()
    found = _YEAR.search(whole)
    year = int(found[1]) if found else None
    if BARE_CLASS.fullmatch(whole.replace(".", "")):
        return Heading("energy", 0.9, year=year)
    over = next((one for part in parts if (one := _parse_unit_ratio(part, text)) is not None), None)
    if isinstance(over, Heading):
        return over._replace(year=year)
    unit, kind = _find_heading_unit(whole)
    money = MONEY.search(whole) is not None
    noun, vague = NOUN.search(text) is not None, VAGUE.search(text) is not None
    if "%" in whole and not kind:
        return Heading("ratio", 1.0, year=year)
    if not (kind or noun or vague or money or POWER.search(text)):
        return Heading("unknown", 0.0, year=year)
    role = _choose_role(text, kind, money=money, noun=noun)
    if _SCALED.search(whole):
        return Heading(role, 0.5, None, over, year)
    return Heading(role, _score_heading(text, kind, noun=noun, vague=vague), unit, over, year)


def is_scaled(name: str) -> bool:
    """Whether *name* tells a unit many times over."""
    return _SCALED.search(plain_symbols(name)) is not None and parse_heading(name).score > 0


def list_denials(name: str) -> list[Role]:
    """What words of *name* say its numbers are, when they are none of the period itself."""
    text = re.sub(r"[^a-z0-9]+", " ", _NUMBER.sub("numero ", plain_symbols(name)))
    return [role for role, form in ROLES if form.search(text)]


@lru_cache(maxsize=4096)
def is_denied(name: str) -> bool:
    """Whether a word of *name* says that its numbers are none of the period itself."""
    return bool(list_denials(name))


ESTIMATED = re.compile(r"\bestim(?:ee?|ations?|ated)s?\b")
_PRODUCED = re.compile(r"solaires?|photovoltaiques?|pv|propres?|solar")


@lru_cache(maxsize=4096)
def is_only(told: str, roles: frozenset[Role]) -> bool:
    """Whether the words of a cell say one of *roles* and name nothing besides.

    `Budget 2025` and `Énergie réactive` do; `Station de production d'eau` is a kind of site, and
    an estimate is a quality.
    """
    text = re.sub(r"[^a-z0-9]+", " ", plain_symbols(told)).strip()
    if ESTIMATED.search(text):
        return False
    found = [form for role, form in ROLES if role in roles and form.search(text)]
    left = text
    for form in found:
        left = form.sub(" ", left)
    return bool(found) and all(
        NEUTRAL.fullmatch(word) or NOUN.fullmatch(word) or _PRODUCED.fullmatch(word)
        for word in left.split()
    )


def _parse_unit_ratio(part: str, text: str) -> Heading | Lapse | None:
    """What an expression over another unit is, or the time that it is of. None: there is none."""
    found = _OVER.search(part)
    if found is not None:
        under = found["under"] or found["under2"] or "m2"
        if found["left"] and NOUN.fullmatch(found["left"]):
            return None  # `Conso/kWh`: in kWh
    else:
        found = _EACH.search(re.sub(r"[^a-z0-9€%]+", " ", part))
        if found is None:
            return None
        under = found["under"] or "kwh"
    lapse = _LAPSES.get(under.rstrip("."))
    if MONEY.search(part) or re.search(
        r"\b(?:prix|cout|tarif|terme|price|cost|preis|precio|prezzo|prijs|rate)s?\b", text
    ):
        return Heading("price" if lapse is None else "amount", 1.0, lapse=lapse)
    if lapse is not None:
        return lapse
    if re.search(r"\bn?m3\b", under) and "wh" in part:
        return Heading("coefficient", 1.0)
    return Heading("ratio", 1.0)


def _find_heading_unit(text: str) -> tuple[TableUnit | None, str]:
    """The unit and what it measures; the empty text when there is none."""
    found = [(unit, kind) for form, unit, kind in _UNITS if form.search(text)]
    if len({kind for _, kind in found}) > 1 and found[0][1] not in {"reactive", "loss"}:
        return None, "unknown"
    if len({unit for unit, _ in found}) > 1 and found[0][1] == "energy":
        return None, "energy"  # one row of the head says kWh, another MWh
    return found[0] if found else (None, "")


def _choose_role(text: str, kind: str, *, money: bool, noun: bool) -> Role:
    told = next((role for role, form in ROLES if form.search(text)), None)
    if kind in {"reactive", "loss"}:
        return kind  # type: ignore[return-value]  # two of them
    if told == "statistic" and kind == "power" and _is_mean(text):
        told = None
    if told in {"price", "component"} and noun and kind == "energy" and not money:
        told = None if told == "price" and "tarif" in text else told
    if told is not None and not (told in {"injected", "production", "drawn"} and money):
        return "register" if told in {"injected", "production", "drawn"} and is_dial(text) else told
    if money or re.search(r"\b(?:montants?|couts?|costs?|amounts?)\b", text):
        return "amount"
    return _choose_measured_role(text, kind)


def _choose_measured_role(text: str, kind: str) -> Role:
    if kind in {"unknown", "other"} or _FUEL.search(text):
        return "unknown"
    if kind in {"apparent", "power"}:
        return "apparent" if kind == "apparent" else "power"
    if is_dial(text):
        return "register"
    if kind == "volume" or (not kind and text.startswith("volume")):
        return "volume"
    return "power" if not kind and POWER.search(text) else "energy"


def _is_mean(text: str) -> bool:
    return re.search(r"\b(?:moyennes?|moy|mean|average)\b", text) is not None and not re.search(
        r"\b(?:max\w*|min\w*|pic)\b", text
    )


def is_dial(text: str) -> bool:
    """Whether plain words name what a dial shows."""
    found = DIAL.search(text)
    if found is None:
        return False
    return found[0] in {"index", "indexes", "dial", "lecture"} or not re.search(
        r"\b(?:conso\w*|energies?|quantites?|facture\w*)\b", text
    )


def list_unknown_words(text: str, known: re.Pattern[str] | None = None) -> list[str]:
    """The plain words of *text* that nobody listed, nor *known*: what they say is not known."""
    forms = [NEUTRAL, NOUN, VAGUE, FILLER, *([known] if known else [])]
    return [word for word in text.split() if not any(form.fullmatch(word) for form in forms)]


def _score_heading(text: str, kind: str, *, noun: bool, vague: bool) -> float:
    """How sure a name is: one with its noun and its unit and nothing unknown is wholly so."""
    odd = list_unknown_words(text)
    if noun or (kind == "power" and POWER.search(text)):
        part = PART.search(text) and not OF_CLASS.search(text)
        return 0.8 if odd or part or QUALIFIER.search(text) else 1.0
    if odd:
        return 0.6
    return 0.95 if kind else 0.9 if vague else 0.8
