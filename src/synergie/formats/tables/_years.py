"""Columns of years: what must be alike in their names, and years that nobody measured."""

import re
from collections.abc import Mapping, Sequence

from synergie.errors import BadInput
from synergie.formats.tables._heading import parse_heading, plain_symbols
from synergie.formats.tables._vocabulary import NEUTRAL, NOUN, VAGUE
from synergie.formats.tables._words import class_in

_PARTIAL = re.compile(
    r"\b(fin|jusqu|au|depuis|partiel\w*|provisoire|bienn\w*|bisannuel\w*|mois|trimestres?|semestres?|s[12]|t[1-4]"
    r"|janv\w*|fevr?\w*|mars|avr\w*|mai|juin|juil\w*|aout|sept\w*|oct\w*|nov\w*|dec\w*)\b"
)
_MONTH = r"janv\w*|fevr?\w*|mars|avr\w*|mai|juin|juil\w*|aout|sept\w*|oct\w*|nov\w*|dec\w*"
_CUT = re.compile(
    r"\b(?:19|20)\d\d\b\W{0,4}(?:a |au |en |de )?(?:fin|jusqu|partiel|provisoire|arret|incompl"
    rf"|s[12]\b|t[1-4]\b|(?:[1-9]|1[01]) mois|{_MONTH})"
    r"|\b(?:fin|jusqu ?'?(?:a|en)(?: fin)?|arretee?s? (?:a|en)(?: fin)?)"
    rf" (?:{_MONTH}) (?:19|20)\d\d\b"
    r"|\b(?:[1-9]|1[01]) (?:premiers )?mois\b"
)
_UNTIL = re.compile(r"(?<!\d )\bau (\d\d?)[/.-](\d\d?)(?!\d)")
_PAPER = re.compile(r"edit|extrai|export|imprim|publi|mis\w* a jour|version|tarif|marche|contrat")
_WHOLE_TO = {("31", "12"), ("1", "1"), ("01", "01"), ("1", "01"), ("01", "1")}
"""Days and months up to which a year is whole."""
_WHOLE = "columns of whole years, such as 2024 and 2025: take a part of a year or a plan out"
_ONE_UNIT = "one unit for the columns of all years"
_TARGETS = frozenset({2030, 2040, 2050})
"""Years of the targets of the French decree on buildings of services (article R. 174-23, CCH)."""
_NO_TARGET = "years that were measured: take the targets out of the table"


def make_alike(energies: Mapping[int, int], rests: dict[int, str], names: Sequence[str]) -> None:
    """Give one name to energies that only their words tell apart, a year each.

    BadInput when they have different units: each column would be of another year and scale.
    """
    kinds = {(parse_heading(rests[at]).role, class_in(names[at])) for at in energies}
    each = len(energies) > 1 and len(set(energies.values())) == len(energies)
    if not each or len(kinds) > 1:
        return
    units = {parse_heading(rests[at]).unit for at in energies}
    last = max(energies)
    if len(units) > 1:
        raise BadInput(f"/{names[last]}", names[last], _ONE_UNIT)
    rests.update(dict.fromkeys(energies, rests[last]))


def stop_at_odd(beside: Mapping[int, str], rests: Mapping[int, str], names: Sequence[str]) -> None:
    """BadInput for a part of a year, and for a word that stands beside one year and not others."""
    odd = {
        at: frozenset(w for w in text.split() if not _is_known_word(w))
        for at, text in beside.items()
    }
    usual = {rest: odd[at] for at, rest in sorted(rests.items(), reverse=True) if at in odd}
    marked = {at for at in beside if "*" in names[at]}
    marked = set() if marked == beside.keys() else marked
    for at, text in beside.items():
        if _PARTIAL.search(text) or odd[at] != usual[rests[at]] or at in marked:
            raise BadInput(f"/{names[at]}", names[at], _WHOLE)


def tells_part(text: str) -> bool:
    """Whether a title or a note says that a year is none of its twelve months."""
    plain = plain_symbols(text)
    until = _UNTIL.findall(plain) if not _PAPER.search(plain) else []
    return _CUT.search(plain) is not None or any(one not in _WHOLE_TO for one in until)


_PART_OF_LIST = re.compile(
    r"\b(?:partiel\w*|provisoires?|(?!12 )\d\d? (?:derniers |premiers )?mois|(?:bi|tri|se)mestr\w*"
    r"|[st] ?[1-4]|[1-4] ?[st]|q ?[1-4]|trim"
    rf"|hiver|ete|previsionnel\w*|prevue?s?|objectifs?|cibles?|budgets?|theoriques?|simule?\w*"
    rf"|a fin (?:{_MONTH})|(?:{_MONTH}) (?:a |au )?(?:{_MONTH}))\b"
    r"|(?<![/\d])(?:19|20)\d\d au (?!31/12)\d\d?/\d\d?"
)
"""What a list of points calls an energy of less than a year, or of a plan."""
_GAS = re.compile(r"\b(?:gaz|eau|chaleur|fioul)\b")


def denies_year(text: str, names: Sequence[str]) -> bool:
    """Whether the name of a column, or a title, of a list says that energies are of no year.

    Of gas there are none beside numbers of electric points, by *names*.
    """
    plain = re.sub(r"[^a-z0-9/]+", " ", plain_symbols(text))
    heads = plain_symbols(" ".join(names))
    electric = re.search(r"\b(?:prm|pdl)\b", heads) is not None and "pce" not in heads
    gas = electric and _GAS.search(plain) is not None
    return gas or tells_part(text) or _PART_OF_LIST.search(plain) is not None


def _is_known_word(word: str) -> bool:
    return any(form.fullmatch(word) for form in (NEUTRAL, NOUN, VAGUE))


def stop_at_targets(years: Sequence[int]) -> None:
    """BadInput for years of targets (2030, 2040, 2050) that follow no year before them."""
    for year in sorted(_TARGETS & set(years)):
        if year - 1 not in years:
            raise BadInput(f"/{year}", str(year), _NO_TARGET)
