"""Columns beside that nothing reads, and whose words say what the numbers of their rows are.

No list of such words is complete: `Scénario : Tendanciel`, `Statistique : P90`. They are told by
where they stand: the same few words in every row, or others in rows of one point. What differs from
point to point is theirs (`École`), and columns of the bill, of places and of people say nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._heading import (
    is_denied,
    is_only,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import find_quality
from synergie.formats.tables._row import CANCELLED, KIND, OTHERS
from synergie.formats.tables._title_kinds import OF_BODIES, OF_BUILDINGS
from synergie.formats.tables._vocabulary import OF_TIME
from synergie.formats.tables._word_forms import find_made_word
from synergie.formats.tables._words import class_in, find_name_meaning, normalize_words

_OF_WHOSE = re.compile(
    r"\b(?:payeurs?|services?|directions?|poles?|fournisseurs?|suppliers?|agents?|auteurs?|saisi\w*"
    r"|budgets?|competences?|fonctions?|chapitres?|articles?|natures? comptables?|comptables?"
    r"|releveurs?|contrats?|offres?|marches?|lots?|factures?|num\w*|no?|refs?|references?|id\w*"
    r"|codes?|communes?|villes?|departements?|regions?|cantons?|epci|insee|adresses?|adr|rues?"
    r"|voies?|quartiers?|secteurs?|zones?|localites?|lieux?|site|sites|batiments?|ensembles?"
    r"|equipements?|installations?|etablissements?|mois|periodes?|jours?|annees?|trimestres?"
    r"|saisons?|tarifs?|options?|segments?|fta|formules?|turpe|tensions?|domaines?|imputations?"
    r"|comptes?|mandats?|titulaires?|clients?|gestionnaires?|proprietaires?|membres?|adherents?"
    r"|organismes?|entites?|collectivites?|devises?|tva|taux|couleurs?|canal|responsables?"
    r"|emetteurs?|paiements?|reglements?|contacts?|mails?|telephones?|interlocuteurs?|exploitants?"
    r"|grd|distributeurs?|prm|pdl|pce|rae|compteurs?|matricules?|puissances?|dates?|noms?|names?"
    r"|delegations?|abonnements?|acces|circonscriptions?|city|town|street|address|owner|customer|supplier|building|site|account|invoice|profils?"
    r"|libelles? (?:du |des? )?(?:sites?|batiments?|points?)|denominations?|designations?)\b"
)
"""Heads of places, people, contracts and papers: what stands below names them."""
_OF_REMARKS = re.compile(
    r"\b(?:comm?(?:entaires?)?|obs\w*|remarques?|rmqs?|rqs?|notes?|mentions?|precisions?|details?"
    r"|libelles?|infos?|informations?|comments?|remarks?|bemerkung|anmerkung)\b"
)
_PLAIN = re.compile(
    r"\w|ok|oui|non|vrai|faux|yes|no|true|false|ras|neant|avoirs?|normale?s?|courante?s?|cyclique"
    r"|automne|printemps|hiver|ete|telereleve\w*|releve\w*|facture\w*|recue?s?|auto\w*|manuelle?s?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ouvre\w*|chome\w*|ferie\w*|vacances"
    r"|mensuel\w*|bimestriel\w*|semestriel\w*|valide\w*|pay\w*|regl\w*|sold\w*|mandat\w*|liquid\w*"
    r"|actifs?|actives?|en|service|principale?s?|annexes?|gestion|linky|communicant\w*|enedis|sge"
    r"|portail|web|courrier|mail|papier|demat\w*|chorus|pdf|par|fichier|export|api|saisie"
    r"|controlee?s?|verifiee?s?|definiti\w*|ouverte?s?|fermee?s?|termine\w*|traitee?s?|soutiree?s?"
    r"|eaux?|contrats?|cours|conso\w*|constatee?s?|mesuree?s?|froide?s?|jaunes?|verte?s?|bleue?s?|monophase|triphase|mono|tri|unique|simple|bt|hta"
)
"""Words of rows that say nothing against their energy."""
_YES = re.compile(r"oui|o|x|yes|y|vrai|true|n|non|no|false|faux")
_YEAR = re.compile(r"20\d\d")
_OF_YEAR = re.compile(r"\bn ?[-+] ?[1-9]\b")
_LEAST, MOST_KINDS, _LEAST_REMARK = 2, 6, 2


def iterate_unknown_kinds(
    beside: Mapping[int, str],
    rows: Sequence[Sequence[Cell]],
    whose: int | None,
    told: Collection[str],
) -> Iterator[str]:
    """Cells of the columns *beside* that call what is in their rows by words nobody listed.

    *beside*: their places and names. *whose*: the column of points, or of their names. *told*:
    plain words of titles and names of points and files. Each comes behind the name of its column:
    `Scénario : Tendanciel`.
    """
    for at, name in beside.items():
        texts = [strip_cell_text(one[at]) if at < len(one) else "" for one in rows]
        kinds = dict.fromkeys(one for one in texts if any(map(str.isalpha, one)))
        if not kinds and len(set(texts)) == 1 and _is_other_year(texts[0], at, rows):
            kinds = dict.fromkeys(texts)
        if not kinds or len(kinds) > MOST_KINDS or is_of_whose(name):
            continue
        points = [
            strip_cell_text(one[whose]) if whose is not None and whose < len(one) else ""
            for one in rows
        ]
        remark = _OF_REMARKS.search(normalize_words(name)) is not None
        if remark and sum(map(bool, texts)) * _LEAST_REMARK < len(texts):
            continue
        if _differs_by_point(texts, points, len(kinds)):
            kinds = dict.fromkeys(filter(_is_made, kinds))
        if all(map(_YES.fullmatch, map(normalize_words, kinds))):
            if _is_made(name) and find_quality(name) is None:
                yield name
            continue
        refused = KIND.search(normalize_words(name)) is not None  # its rows, where it denies them
        yield from (
            f"{name} : {one}"
            for one in kinds
            if (_YEAR.fullmatch(one) or is_unknown_kind(one, told))
            and not (refused and _is_denied_row(one))
        )


def _is_other_year(text: str, at: int, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether *text*, in all rows of the column *at*, is a year that no other cell has."""
    if not _YEAR.fullmatch(text):
        return False
    return not any(text in str(c) for row in rows for i, c in enumerate(row) if i != at)


def is_of_whose(head: str) -> bool:
    """Whether *head* is of places, people, contracts or papers, or a field of its own."""
    plain = normalize_words(head)
    return _OF_WHOSE.search(plain) is not None or find_name_meaning(head) is not None


def _differs_by_point(texts: Sequence[str], points: Sequence[str], kinds: int) -> bool:
    """Whether each point has one text, and not all have the same: it tells of the point."""
    of: dict[str, set[str]] = {}
    for point, text in zip(points, texts, strict=True):
        of.setdefault(point, set()).add(text)
    return kinds >= _LEAST and all(len(some) == 1 for some in of.values())


def _is_made(cell: str) -> bool:
    """Whether *cell*, of some points only, tells by its form or a listed word of no measure."""
    words = normalize_words(cell).split()
    return is_denied(cell) or find_made_word(cell, words) is not None


def _is_denied_row(cell: str) -> bool:
    return is_only(cell, OTHERS) or CANCELLED.fullmatch(normalize_words(cell)) is not None


def is_unknown_kind(cell: str, told: Collection[str]) -> bool:
    """Whether *cell* calls what its row holds by a word that nobody listed, nor *told*."""
    if _OF_YEAR.search(plain_symbols(cell)):
        return True
    if find_quality(cell) or class_in(cell) or month_of(cell) or parse_heading(cell).unit:
        return False
    if OF_BODIES.match(normalize_words(cell)):
        return False
    words = [
        one
        for one in normalize_words(plain_symbols(cell)).split()
        if one not in told and not one.isdecimal() and not OF_TIME.fullmatch(one)
    ]
    left = list_unknown_words(" ".join(words), _PLAIN)
    return any(not OF_BUILDINGS.fullmatch(one) for one in left)
