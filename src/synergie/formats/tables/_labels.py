"""Words by which rows and columns say that they sum up others, or tell of them."""

import re

from synergie.formats.checks import N_
from synergie.formats.tables._heading import is_only, plain_symbols
from synergie.formats.tables._vocabulary import Role

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


OTHER_QUANTITY = N_(
    "a row of measured energy: amounts, budgets, forecasts and other flows are not kept"
)
"""What is expected of a row that is of none."""


FUELS = r"fioul|bois|granules?|propane|butane|chaleur|froid|vapeur|eau|water|heat"
GAS = r"gaz(?: naturel)?|gas"
_OTHER_ROW = re.compile(
    r"(.*[-–:(/] ?)?(n ?[-–−] ?[1-9]|budgets?|previsions?|previsionnel|objectifs?|ecarts?"
    r"|an(nee)? passee?)( ?(19|20)\d\d)?\)?"
    r"|moyennes? (des|du|de) .*|economies?( d.energie)?|(19|20)\d\d|production( .*)?"
    r"|(rappels?|conso\w*)( [a-z]+)? (19|20)\d\d|djus?( .*)?"
    r"|(couts?|montants?|depenses?)( \(?(ttc|ht|totaux|[km]?€|euros?)\)?)*"
    r"|(dont )?(eau|chaleur|fioul|bois|propane)( \(?(m3|kwh|mwh)\)?)?"
    r"|dont .*|reseaux? de (chaleur|froid)( .*)?"
    r"|.*[-–:(/] ?(fioul|propane|butane|granules?|chaleur|froid)\)?"
)
"""Names of rows that are another year's, or not measured: alone, or behind a sign."""
_NOT_OF_A_SITE = frozenset[Role]({
    "forecast", "previous", "production", "self_consumed", "injected", "reactive", "ratio", "loss",
    "statistic",
})  # fmt: skip


def is_other_row(name: str, *, gas: bool) -> bool:
    """Whether *name*, where sites are named, is no site: another year, quantity or fuel.

    *gas*: the table is of gas, so that gas is no other fuel.
    """
    text = plain_symbols(name)
    fuels = FUELS if gas else rf"{GAS}|{FUELS}"
    if re.match(rf"({fuels}) ", text) and not text.startswith("eau"):
        return True
    if not gas and re.fullmatch(rf"(.*[-–:(/] ?)?({GAS})\)?", text):
        return True
    return _OTHER_ROW.fullmatch(text) is not None or is_only(name, _NOT_OF_A_SITE)
