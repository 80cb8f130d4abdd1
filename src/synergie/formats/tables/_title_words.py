"""Words of a title that qualify its energy and that nobody listed: what they make of it is asked.

`Consommations conventionnelles`, `Énergie du bloc 2` may be another energy than that of the meter;
`Consommations de Pompey` names a place, and so does a word that stands among the rows.
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from synergie.formats.tables._cells import month_of
from synergie.formats.tables._heading import (
    is_denied,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._vocabulary import NOUN, OF_COST, OF_TIME, PLACE
from synergie.formats.tables._words import is_sold, normalize_words
from synergie.schemas.readings.table_profile import ENERGIES

_BREAKS = re.compile(r"\s[-–—/|]\s|[:;|,()\[\]]")
_UNIT_APART = re.compile(r"[(\[,:–-]\s*((?:en |in )?[kMmG]?[Ww][Hh])\s*[)\]]?")
_WORDS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SHORT = 3
_BEFORE_NAMES = re.compile(r"de|du|des|d|l|la|le|les|a|au|aux|of|von|der|di")
_PAPER = re.compile(
    r"suivis?|tableaux?|tableur|bord|releves?|listes?|exports?|extrait|donnees?|details?"
    r"|detaillee?s?|historiques?|bilans?|syntheses?|recapitulatifs?|recap|fichiers?|feuilles?"
    r"|annexes?|etats?|rapports?|portail|clients?|par|pour|depuis|jusqu|entre|chaque|patrimoine"
    r"|municipa(?:l|le|les|ux)|publics?|publiques?|collectivites?|syndicats?|membres?|adherents?"
    r"|metropole|agglomeration|equipements?|sporti(?:f|fs|ve|ves)|groupements?|bureaux|services?"
    r"|abonnements?|contrats?|marches?|lots?|fournisseurs?|supply|douze|derniers?|dernieres?"
    r"|civile|scolaire|version|v|mise|edite\w*|vs|en|dans|avec|table|report|direction|regie|poles?"
    r"|departements?|energetiques?|fluides?|utilities|annees?|type|tarif\w*|horosaisonni\w*"
    r"|courbes?"
)
"""Words of the paper and of whose energy it is."""


_OF_PLANTS = re.compile(r"\b(?:solaires?|photovoltaiques?|pv)\b")
"""Words of a production, which has questions of its own."""


def find_unknown_qualifier(title: str, told: Collection[str]) -> str | None:
    """The first part of *title* that calls its energy by a word that is not known; None: none.

    *told*: the plain words of the cells below, which name places, members and suppliers.
    """
    bare = _UNIT_APART.sub(r" \1 ", title)
    return next((part for part in _BREAKS.split(bare) if _is_qualified(part, told)), None)


def _is_qualified(part: str, told: Collection[str]) -> bool:
    plain = re.sub(rf"\b{PLACE}\b", " ", normalize_words(part))
    if is_sold(part) or _OF_PLANTS.search(plain):
        return False
    if not NOUN.search(plain) and parse_heading(part).unit not in ENERGIES:
        return False
    return any(word not in told for word in _list_qualifiers(part))


def _list_qualifiers(part: str) -> Iterator[str]:
    """The unknown plain words of *part*; names are left out, by a capital or behind `de`."""
    words, shouted = _WORDS.findall(part), part.isupper()
    titled = sum(map(_is_capital, words[1:])) > sum(map(_is_small, words[1:]))
    named, before = False, ""
    for rank, (found, after) in enumerate(pairwise([*words, ""])):
        word = normalize_words(found)
        behind = named or _BEFORE_NAMES.fullmatch(before)
        named = bool(behind) and (shouted or found[0].isupper())
        lone = rank > 0 and not titled and _is_capital(found)
        numbered = found.isupper() and after.isdecimal()
        before = word
        if not (named or lone or numbered or month_of(word)) and _is_unknown(word):
            yield word


def _is_capital(word: str) -> bool:
    """Whether it is a name, or any word of a title that has capitals throughout."""
    return len(word) > _SHORT and word[0].isupper() and not word.isupper()


def _is_small(word: str) -> bool:
    return len(word) > _SHORT and word.islower()


def _is_unknown(word: str) -> bool:
    listed = is_denied(word) or OF_TIME.fullmatch(word) or OF_COST.fullmatch(word)
    return not listed and bool(list_unknown_words(plain_symbols(word), _PAPER))
