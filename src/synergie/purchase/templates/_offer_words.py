"""What price schedules (BPU) call things: columns, time classes, tariff options, units, lots."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from synergie.formats.text import normalize_column_name

COLUMN_WORDS: tuple[tuple[str, str], ...] = (
    ("point", r"\b(prm|pdl|pce|rae|point de livraison)\b"),
    ("valid_from", r"\bvalable (du|des|a partir|depuis)|debut de validite"),
    ("valid_until", r"\bvalable jusqu|\bvalidite\b|\bexpir|date limite"),
    ("below_eur_per_mwh", r"penalite.*(sous|moins|inferieur|baisse)"),
    ("above_eur_per_mwh", r"penalite.*(dela|plus|superieur|hausse)"),
    ("below_percent", r"tunnel.*(sous|moins|inferieur|baisse|bas\b)"),
    ("above_percent", r"tunnel.*(dela|plus|superieur|hausse|haut\b)"),
    ("from_mwh", r"(tranche|palier|volume|seuil).*\b(de|a partir de|min\w*|bas)\b(?!.*\bjusqu)"),
    ("to_mwh", r"(tranche|palier|volume|seuil).*\b(jusqu\w*|a|max\w*|haut)\b"),
    ("tier", r"^(tranche|palier|seuil|volume)\b"),
    ("green_percent", r"\bpart (verte|renouvelable|d energie verte)"),
    ("green_eur_per_mwh", r"\boption (verte|renouvelable|enr)|energie verte|surcout vert"),
    ("subscription_eur", r"abonnement|prime fixe|part fixe|terme fixe"),
    ("fixed_eur", r"\bfrais (fixes?|de marche|de gestion)"),
    ("pricing", r"(nature|type|forme) d[ue] prix"),
    ("index", r"indexation|\bindice"),
    ("year", r"\bannee\b"),
    ("offer", r"(reference|numero|identifiant|^n) d[eu] l? ?offre|^offre$"),
    ("lot", r"^((n|no|numero|intitule)( d[eu])? )?lot( (n|no|numero|concerne))?$"),
    ("supplier", r"fournisseur|candidat|titulaire|soumissionnaire|attributaire"),
    ("tariff_code", r"\bfta\b|(formule|option|version) tarifaire|^tarif$|^(segment|categorie)\b"),
    ("time_class", r"\bposte|^classe$|(classe|periode) (temporelle|horo|tarifaire)|plage horaire"),
    ("provenance", r"^provenance$"),
)  # fmt: skip
"""Field → how its title reads, in the words of `words`; the first that fits is taken."""

_PARTS: tuple[tuple[str, str], ...] = (
    ("guarantees", r"\bgo\b|garanties? d origine"),
    ("cee", r"\bcee\b|certificats? d economies"),
    ("capacity", r"\bcapacite"),
    ("total", r"\btotal|\bprix\b(?!.*(fourniture|energie|electricite))|\bpu\b"),
    ("supply", r"fourniture|\benergie\b|electron|molecule"),
)
_CLASSES: tuple[tuple[str, str], ...] = (
    ("POINTE", r"\bpointe\b|\bpte\b"),
    ("HPH", r"\bhph\b|\b(hp|heures? pleines?)\W*(d )?(hiver|saison haute|sh)\b"),
    ("HCH", r"\bhch\b|\b(hc|heures? creuses?)\W*(d )?(hiver|saison haute|sh)\b"),
    ("HPB", r"\bhp[be]\b|\b(hp|heures? pleines?)\W*(d )?(ete|saison basse|sb)\b"),
    ("HCB", r"\bhc[be]\b|\b(hc|heures? creuses?)\W*(d )?(ete|saison basse|sb)\b"),
    ("HP", r"\bhp\b|heures? pleines?"),
    ("HC", r"\bhc\b|heures? creuses?"),
    ("BASE", r"\bbase\b|prix unique|\bun poste\b"),
)
_UNIT = re.compile(
    r"(c\s*€|cts?\b|cents?\b|centimes?\b|€|euros?\b|\beur\b)[^/\n]{0,14}?(?:/|\bpar\b)\s*(k|m)wh",
    re.IGNORECASE,
)
type _Families = tuple[tuple[str, tuple[str, ...]], ...]
_LOW: _Families = (
    (r"\bcu ?4\b", ("BTINFCU4",)),
    (r"\bmu ?4\b", ("BTINFMU4",)),
    (r"\bmu ?dt\b", ("BTINFMUDT",)),
)
_SEGMENTS: _Families = (
    (r"\bc5\b.*\b(4|quatre) (postes|classes|index)", ("BTINFCU4", "BTINFMU4")),
    (r"\bc5\b.*\b(2 (postes|classes)|hp ?hc|double)", ("BTINFMUDT",)),
    (r"\bc5\b.*\b(base|1 (poste|classe)|simple)", ("BTINFCUST", "BTINFLU")),
    (r"\bc4\b.*\blu\b", ("BTSUPLU",)),
    (r"\bc4\b.*\bcu\b", ("BTSUPCU",)),
    (r"\bc4\b|\bbt ?sup\b|36 ?(a|-)? ?250", ("BTSUPCU", "BTSUPLU")),
    (r"\bcu ?5\b", ("HTACU5",)),
    (r"\blu ?5\b", ("HTALU5",)),
    (r"\bcu ?pm\b", ("HTACUPM",)),
    (r"\blu ?pm\b", ("HTALUPM",)),
    (r"\bc[23]\b|\bhta\b", ("HTACU5", "HTALU5", "HTACUPM", "HTALUPM")),
)
_LOW_BASE: _Families = (
    (r"\bcust\b|\bcu\b", ("BTINFCUST",)),
    (r"\blu\b", ("BTINFLU",)),
)
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
    segment = next((codes for form, codes in _SEGMENTS if re.search(form, said)), ())
    return _list_family_codes(_LOW, said) or segment or _list_family_codes(_LOW_BASE, said)


def _list_family_codes(families: _Families, said: str) -> tuple[str, ...]:
    """The codes of all families that a cell names beside each other (`CU4/MU4`)."""
    found = (codes for form, codes in families if re.search(form, said))
    return tuple(code for codes in found for code in codes)


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
