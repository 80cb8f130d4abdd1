"""What a head says of watts and of lamps: the words of it, in any order, and nothing beside them.

`Puissance de la source (W)`, `P lampe W`, `W`, `LAMP_WATTS`, `Potenza (W)` are powers; a word more
(`réduite`, `armoire`, `souscrite`) or another unit (VA, kWh, lm) makes another quantity of it.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

type Level = Literal["lamp", "light", ""]
"""Of one lamp, of the whole luminaire with its gear, or not said."""

_POWERS = frozenset({
    "puissance", "puissances", "puiss", "puis", "pnom", "pwr", "pw", "power", "watt", "watts",
    "wattage", "leistung", "potencia", "potenza", "vermogen",
})  # fmt: skip
_SHORT = frozenset({"p", "w"})
_LAMP = frozenset({
    "lampe", "lampes", "source", "sources", "ampoule", "ampoules", "lamp", "lamps", "bulb",
    "bulbs", "leuchtmittel", "lampen", "lampara", "lamparas", "lampada", "lampade", "lampadas",
    "bombillas",
})  # fmt: skip
_LIGHT = frozenset({
    "lum", "luminaire", "luminaires", "lanterne", "lanternes", "foyer", "foyers", "light",
    "lights", "lantern", "lanterns", "fixture", "fixtures", "leuchte", "leuchten", "luminaria",
    "luminarias", "armatuur", "armaturen", "systeme", "system", "circuit", "point", "points",
    "lumineux", "tete", "tetes", "pl", "apparecchio", "apparecchi", "armatura", "aparato", "gerat",
    "armature", "anschluss", "head", "heads",
})  # fmt: skip
_BESIDE = frozenset({
    "nominale", "nominal", "nominales", "unitaire", "unit", "installee", "inst", "reelle",
    "consommee", "absorbee", "active", "rated", "rating", "led", "ep", "electrique", "de", "la",
    "le", "du", "des", "d", "l", "par", "en", "of", "the", "in", "per", "and", "1", "2", "w",
    "watt", "watts", "kw", "existante", "existant", "actuelle", "actuel", "nenn",
    "un", "une", "chaque",
})  # fmt: skip
_GEAR = frozenset({
    "ballast", "ballasts", "auxiliaire", "auxiliaires", "appareillage", "driver", "gear", "aux",
    "amorceur", "perte", "pertes", "vorschaltgerat",
})  # fmt: skip
_WITH = frozenset({"avec", "et", "and", "with", "inclus", "incl", "compris", "y"})
_MANY = frozenset({
    "lampes", "foyers", "luminaires", "lanternes", "tetes", "ampoules", "lamparas", "lamps",
    "lanterns", "lampen", "leuchten", "armaturen", "lampade", "lampadas", "luminarias",
    "heads",
})  # fmt: skip
_CARRIERS = frozenset({
    "crosse", "crosses", "bras", "console", "consoles", "mat", "mats", "support", "supports",
    "arms", "poles",
})  # fmt: skip
_COUNTED = _CARRIERS | {"feux", "items", "fixtures", "units", "unites", "lampenzahl"}
_RATED = frozenset({"inst", "nominale", "nominal", "unitaire", "installee", "rated", "existante"})
_ASIDE = frozenset({
    "reduite", "reduit", "abaissee", "abaisse", "abaissement", "gradee", "gradation", "dimmed",
    "reduced", "souscrite", "souscrit", "armoire", "cabinet", "apparente", "reactive", "max",
    "maxi", "maximale", "mini", "min", "minimale", "ancienne", "ancien", "avant", "projet",
    "projetee", "future", "prevue", "nuit", "raccordement", "compteur", "depart", "economisee",
    "gain", "h", "s", "heures", "creuse", "moteur", "totale", "total", "ridotta", "reducida",
    "reduziert", "puissances", "veille", "standby", "pic", "crete", "demarrage",
})  # fmt: skip
"""Qualifiers of a power that is known to be another than that of the light."""
_ALL = frozenset({"total", "totale", "totales", "globale", "ensemble", "support"})
_COUNTS = frozenset({
    "nb", "nbr", "nbre", "nombre", "qte", "quantite", "number", "count", "quantity", "qty",
    "anzahl", "aantal", "cantidad", "quantita", "quantidade", "numero", "no",
})  # fmt: skip
_NO_PARTS = frozenset({
    "phases", "etages", "niveaux", "circuits", "departs", "ans", "mois", "metres", "heures", "pas",
    "communes", "quartiers", "zones", "secteurs", "rues", "travaux", "cables", "poles",
})  # fmt: skip
"""Plural words that head numbers of nothing that burns."""
_TWO = 2
_NAMING = frozenset({"numero", "number", "no"})
"""Words of a count, and of the name of one thing as well."""
_NUMBERS = _COUNTS - _NAMING | {"multiplicite", "multiplicateur", "multiplier"}
_LINKS = frozenset({"de", "des", "d", "of"})
_WHOLE = frozenset({"reelle", "consommee", "absorbee"})
"""What is measured is that of lamp and gear together."""
_OTHER = frozenset({"va", "kva", "kwh", "lm", "lumens", "flux", "conso", "consommation"})
_PLURAL = _MANY | {word for word in _LAMP | _LIGHT if word.endswith("s")}
_WORD = re.compile(r"[a-z]+|\d+")
_GLUED = re.compile(
    rf"({'|'.join(sorted(_COUNTS | _POWERS, key=len, reverse=True))})"
    rf"({'|'.join(sorted(_LAMP | _LIGHT))})"
    rf"|({'|'.join(sorted(_LAMP | _LIGHT, key=len, reverse=True))})({'|'.join(sorted(_POWERS))})"
)
_LENGTH = re.compile(r"(?i)[(\[,:/]\s*(?:en )?(?:[cm]?m|m[eè]tres?|°|ans?)\s*[)\]]?\s*$")
"""A unit of lengths, angles or ages at the end of a head, which counts nothing."""
_TURN = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")


class Watts(NamedTuple):
    """A head of powers."""

    level: Level
    total: bool
    """Whether it is of everything on the support."""
    kilo: bool
    """Whether its unit is the kilowatt."""
    second: bool
    """Whether it is of the second lamp of a support: `WATTAGE2`."""
    gear: bool = False
    """Whether it is of the control gear alone: `Puissance ballast (W)`."""


def watts_of(head: str) -> Watts | None:
    """What *head* says of a power in watts.

    None when it names another quantity, or a qualifier that is not known.
    """
    words = _split_head_words(head)
    gear, both = words & _GEAR, words & _WITH or "+" in head
    words = words - _GEAR - _WITH if gear else words
    things = words & (_LAMP | _LIGHT)
    if gear and things and not both:
        return None
    rated = words & _SHORT and words & _RATED
    short = words - _ALL == {"w"} or {"p", "w"} <= words or rated or (words & _SHORT and things)
    named = words & _POWERS or short
    if not named or "%" in head or words - _POWERS - _SHORT - _LAMP - _LIGHT - _BESIDE - _ALL:
        return None
    # British "total circuit watts" are those of one luminaire with its gear
    total = bool(words & _ALL) and "circuit" not in words
    level = "light" if words & _WHOLE or (gear and both) else _find_head_level(words)
    return Watts(level, total, "kw" in words, "2" in words, bool(gear) and not both)


def lamps_of(head: str) -> Level | None:
    """Of what *head* tells the number; None when it counts nothing that burns."""
    words = _split_head_words(head)
    if not words & _COUNTS and not (words and words <= _MANY):
        return None
    if words - _COUNTS - _LINKS - _LAMP - _LIGHT or ("points" in words and "lumineux" not in words):
        return None
    if words & _NAMING and not words & _PLURAL:
        return None  # the number of a lamp is its name
    return _find_head_level(words)


def may_count(head: str) -> bool:
    """Whether *head* may tell a number of lamps, and another as well: `x`, `Nb têtes/mât`.

    So may a plural alone, whatever it names: `Barrettes`, `Ensembles identiques`.
    """
    words = _split_head_words(head)
    if lamps_of(head) is not None or _LENGTH.search(head):
        return False
    many = len(words) <= _TWO and all(word[-1] in "sx" for word in words)
    told = bool(words & (_NUMBERS | _MANY | _COUNTED)) or {"no", "of"} <= words
    return words in ({"x"}, {"n"}) or told or (many and not words & (_NO_PARTS | _OTHER))


def is_support_head(head: str) -> bool:
    """Whether *head* names what carries lights: `Crosse`, `Console`."""
    return bool(_split_head_words(head) & _CARRIERS)


def is_aside(head: str) -> bool:
    """Whether *head* names a power that is known to be another than that of the light."""
    return bool(_split_head_words(head) & (_ASIDE | _OTHER)) or any(map(str.isdigit, head))


def is_of_gear(head: str) -> bool:
    """Whether *head* tells of the control gear: its watts, its share, its losses, its kind."""
    return bool(_split_head_words(head) & _GEAR)


def is_of_circuit(head: str) -> bool:
    """Whether *head* names circuit watts: of one lantern with its gear, or of several."""
    return "circuit" in _split_head_words(head)


def tells_power(head: str) -> bool:
    """Whether *head* names a power in watts, whatever else it says of it."""
    words = _split_head_words(head)
    named = bool(words & _POWERS) and not words & _OTHER and "%" not in head
    return named or watts_of(head) is not None


def names_watts(head: str) -> bool:
    """Whether *head* has a word of power or the watt, whatever stands beside: `P réduite (W)`."""
    words = _split_head_words(head)
    return bool(words & (_POWERS | {"w"})) and not words & _OTHER


def is_electrical(head: str) -> bool:
    """Whether *head* tells of a power, an energy or a flux of a lamp, in watts or not."""
    return bool(_split_head_words(head) & (_POWERS | _OTHER))


def _find_head_level(words: frozenset[str]) -> Level:
    if words & _LAMP:
        return "lamp"
    return "light" if words & _LIGHT else ""


def _split_head_words(head: str) -> frozenset[str]:
    spread = unicodedata.normalize("NFKD", _TURN.sub(" ", head[:200])).casefold()
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return frozenset(part for word in _WORD.findall(kept) for part in _split_joined_word(word))


def _split_joined_word(word: str) -> tuple[str, ...]:
    """`nblampes` as `nb` and `lampes`, `lampenleistung` as `lampen` and `leistung`."""
    found = _GLUED.fullmatch(word)
    parts = tuple(filter(None, found.groups())) if found else ()
    return parts if parts and word not in _LAMP | _LIGHT else (word,)
