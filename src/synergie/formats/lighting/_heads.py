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
    "bulbs", "leuchtmittel", "lampara", "lamparas", "lampada", "lampade",
})  # fmt: skip
_LIGHT = frozenset({
    "lum", "luminaire", "luminaires", "lanterne", "lanternes", "foyer", "foyers", "light",
    "lights", "fixture", "fixtures", "leuchte", "leuchten", "luminaria", "luminarias", "systeme",
    "system", "circuit", "point", "lumineux", "pl",
})  # fmt: skip
_BESIDE = frozenset({
    "nominale", "nominal", "nominales", "unitaire", "unit", "installee", "reelle", "consommee",
    "absorbee", "active", "rated", "rating", "led", "ep", "electrique", "de", "la", "le", "du",
    "des", "d", "l", "par", "en", "of", "the", "in", "per", "and", "1", "2", "w", "watt", "watts",
    "kw",
})  # fmt: skip
_ALL = frozenset({"total", "totale", "totales", "globale", "ensemble", "support"})
_COUNTS = frozenset({
    "nb", "nbr", "nbre", "nombre", "qte", "quantite", "number", "count", "quantity", "qty",
    "anzahl", "numero",
})  # fmt: skip
_LINKS = frozenset({"de", "des", "d", "of"})
_OTHER = frozenset({"va", "kva", "kwh", "lm", "lumens", "flux", "conso", "consommation"})
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


def watts_of(head: str) -> Watts | None:
    """What *head* says of a power in watts.

    None when it names another quantity, or a qualifier that is not known.
    """
    words = _words(head)
    things = words & (_LAMP | _LIGHT)
    short = words == {"w"} or {"p", "w"} <= words or (words & _SHORT and things)
    named = words & _POWERS or short
    if not named or words - _POWERS - _SHORT - _LAMP - _LIGHT - _BESIDE - _ALL:
        return None
    # British "total circuit watts" are those of one luminaire with its gear
    total = bool(words & _ALL) and "circuit" not in words
    return Watts(_level(words), total, "kw" in words, "2" in words)


def lamps_of(head: str) -> Level | None:
    """Of what *head* tells the number; None when it counts nothing that burns."""
    words = _words(head)
    if not words & _COUNTS or words - _COUNTS - _LINKS - _LAMP - _LIGHT:
        return None
    if words & {"numero", "number"} and not words & {w for w in _LAMP | _LIGHT if w.endswith("s")}:
        return None  # the number of a lamp is its name
    return _level(words)


def is_electrical(head: str) -> bool:
    """Whether *head* tells of a power, an energy or a flux of a lamp, in watts or not."""
    return bool(_words(head) & (_POWERS | _OTHER))


def _level(words: frozenset[str]) -> Level:
    if words & _LAMP:
        return "lamp"
    return "light" if words & _LIGHT else ""


def _words(head: str) -> frozenset[str]:
    spread = unicodedata.normalize("NFKD", _TURN.sub(" ", head[:200])).casefold()
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return frozenset(re.findall(r"[a-z]+|\d+", kept))
