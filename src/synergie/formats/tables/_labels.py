"""Words by which rows and columns say that they sum up others, or tell of them."""

import re

_TAIL = (
    r"( ([\d ]+|kwh|mwh|wh|kw|eur|euros?|ht|ttc|m2|general\w*|globa\w*|annuel\w*|mensuel\w*"
    r"|trimestriel\w*|annee|an|mois|trimestre|semestre|periode|ville|commune|patrimoine|parc"
    r"|sites?|batiments?|points?|compteurs?|pdl|prm|consommations?|conso|energies?|electricite"
    r"|elec|gaz|eclairage|public|hors|n|de|du|des|la|le|les|l|par|sur|en|et|tous|toutes))*"
)
"""What may stand behind the word: it says of what, and names no place."""
_LABEL = re.compile(
    rf"(grand |sous |s )?(total|totaux)(?! (access|energies?$|direct))( .*)?"
    rf"|(somme|cumul|ensemble){_TAIL}|subtotal( .*)?|s t|ss? total( .*)?|summe|totale?|suma|somma"
)


_FOOT = (
    r"(moyennes?|moy|medianes?|ecarts?( type)?|evolution|variation|part|indice|average|mean|maximum"
    r"|minimum|max|min|mini|maxi|ratio)"
)
_NO_SUM = re.compile(rf"{_FOOT}{_TAIL}")
"""Rows at the foot that tell of those above, and are no sum."""
_PERHAPS = re.compile(rf"({_FOOT}|somme|cumul|ensemble) .*")
"""Such a row, or the name of a place (`Max Jacob`, `Cumul des Pins`): its numbers settle it."""


def is_total(text: str) -> bool:
    """Whether the plain words *text* name a sum."""
    return _LABEL.fullmatch(text) is not None


def is_no_sum(text: str) -> bool:
    """Whether they name a mean, a share or a difference of the rows above."""
    return _NO_SUM.fullmatch(text) is not None


def is_perhaps_no_sum(text: str) -> bool:
    """Whether they begin so, and may name a place as well: its numbers settle it."""
    return _PERHAPS.fullmatch(text) is not None
