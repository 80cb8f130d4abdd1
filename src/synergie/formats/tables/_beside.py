"""What the columns that are not read say of the energy in their row: a factor, a unit, a flow."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from synergie.formats import checks
from synergie.formats.checks import Check
from synergie.formats.report import Place, Report
from synergie.formats.tables._cells import MONTH_NUMBERS
from synergie.formats.tables._heading import (
    ESTIMATED,
    is_denied,
    is_only,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import find_code_quality, find_quality
from synergie.formats.tables._later import FACTOR
from synergie.formats.tables._point_energies import other_energy
from synergie.formats.tables._qualifiers import MOST_KINDS, is_of_whose, is_unknown_kind
from synergie.formats.tables._row import OTHERS
from synergie.formats.tables._sample import SAMPLED
from synergie.formats.tables._word_forms import find_made_word
from synergie.formats.tables._words import class_in, is_sold, normalize_words
from synergie.formats.tables.titles import DERIVED, find_odd_participles, is_unsettled
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.table_profile import ENERGIES

_KWH = frozenset({"kWh"})
_FACTOR = re.compile(
    rf".*{FACTOR.pattern}.*|(k|prorata|quote ?part|parts?"
    r"|part (communale|(de la )?(commune|ville)))( %)?"
    r"|(cles?|tantiemes?|milliemes?|scale|echelle|diviseurs?|affectation|copropriete"
    r"|ponderation|quotites?)( .*)?"
)
_NO_FACTOR = re.compile(
    r"m3|conversion|pcs|thermique|emission|co2|carbone|puissance|climat|dju|charge|prix|€|\beur|kva"
)
"""Words of a coefficient by which a volume became the energy, or of another quantity."""
_ONE = re.compile(r"1([.,]0+)?|100([.,]0+)? ?%?|")
_NUMBER = re.compile(r"[x×*]? ?\d+([.,]\d+)?( ?%| ?/ ?\d+)?")
_TIMES = re.compile(r"\b(?:x|fois|multiplie\w*(?: par)?) ?(\d+)\b")
_DIAL = re.compile(r"\bindex|m3\b|\bvolumes?\b")
_UNIT = re.compile(r"u|um|unites?|units?")
_REMARK = re.compile(
    r"comm?(?:ent(?:aires?)?)?|obs(?:ervations?)?|(?:remarques?|rmqs?|rqs?)|notes?|mentions?"
    r"|precisions?|libelles?|infos?(?: .*)?"
)
_YEAR = re.compile(r"annees?|exercices?|annee (de )?(conso\w*|facturation|reference)")
_FLOW = re.compile(r"flux|sens|signe|direction|\+/-|\+ ?/ ?-")
_OUT = re.compile(r"-|out|sortant|export\w*|injecte?\w*|vendue?|vente")
_SELLER = re.compile(
    r"fournisseurs?|contrats?|types?( de)? contrats?|offres?|acheteurs?|suppliers?|tarifs?"
    r"|natures?( du?)? contrats?"
)
_SALE = re.compile(
    r"ventes?|rachats?|achats?|surplus|injections?|productions?|obligations? d achat( .*)?"
)
_PLANT = re.compile(
    r"\b(?:panneaux?|modules?|toitures?|centrales?|ombrieres?)( \w+)? solaires?\b"
    r"|\bphotovoltaiques?\b|\bombrieres?\b"
)
"""A use that is a plant: what it counts is fed in."""
_KIND = re.compile(
    r"sources?|origines?|provenances?|methodes?( .*)?|modes?( .*)?|usages?"
    r"|categories?|familles?|grandeurs?|compteurs?|perimetres?|scenarios?|versions?|postes?"
    r"|types?( (de|du|d))? ?(compteurs?|donnees?|mesures?|releves?|valeurs?|energies?)?"
    r"|natures?( .*)?"
)
_OTHER = re.compile(
    r"calories?|frigories?|puissances?|reactives?|er|cosinus|tangente|decompteurs?"
    r"|sous ?compteurs?( .*)?|hors( .*)?|cibles?|cumule?e?s?|cumul .*|ratios?|brouillons?|projets?"
    r"|hypotheses?|theoriques?"
    r"|chaleur|froid|vapeur|eau (chaude|froide)"
)
"""What is none of the energy that is drawn in the period, or is counted by another meter, too."""
_OF_PAPER = re.compile(
    r"(?:payeurs?|budgets?|services?|fournisseurs?|suppliers?|saisons?|plages?|postes?|agents?"
    r"|auteurs?|saisi\w*|releveurs?|contrats?|offres?|marches?|lots?|factures?|num\w*|no?|ref\w*"
    r"|communes?|villes?|adresses?|sites?|batiments?|mois|periodes?|jours?|annees?|trimestres?"
    r"|statu[ts]s?|etats?|situations?|tarifs?|options?|segments?|profils?|imputations?|comptes?"
    r"|mandats?|titulaires?|clients?|gestionnaires?|devises?|tva|taux|couleurs?|weather|meteo"
    r"|modes?|moyens?|canal|responsables?|emetteurs?|formules?|fta|paiements?|reglements?"
    r"|commentaires?|observations?|remarques?|notes?|libelles?|precisions?)( .*)?"
)
"""Columns of the bill, of who pays and of when, and remarks, which are looked at row by row."""
_OF_KINDS = re.compile(
    r"\w|ok|oui|avoirs?|non|vrai|faux|yes|no|true|false|normale?|courante?|automne|printemps|hiver|ete"
    r"|telereleve\w*|releve\w*|facture\w*|intermediaire|cyclique|mensuelle?|auto|manuelle?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ouvre\w*|chome\w*|ferie\w*|vacances"
)
"""Words of rows that say nothing against their energy."""
_STATUS = re.compile(r"(statu[ts]s?|etats?|situations?)( .*)?")
_IN_DOUBT = re.compile(
    r"(en )?(litige|contentieux|contestation|attente)( .*)?|contestee?s?( .*)?|suspendue?s?( .*)?"
    r"|bloquee?s?( .*)?|avoirs? (en|a) .*"
    r"|a (?!payer|regler|mandater|liquider|solder)[a-z]+(er|ir|re)( .*)?"
    r"|en cours( .*)?|on hold|disputed|pending"
)
"""What a bill is called that is not yet sure: it may be billed anew."""
_UNSURE = re.compile(r"\ba (?:valider|confirmer)\b|\bpro ?forma\b")
_BEFORE = re.compile(r"\bn ?(?:moins )?[1-9]\b|\ban(?:nee)? (?:passee?|derniere?|precedente?)\b")
"""The figure of another year in a remark."""
_MONTHS = r"(?:janv|fevr?|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)[a-z]*"
_TIME = rf"(?:{_MONTHS}|mois|an(?:nee)?|annuel|(?:19|20)\d\d|prec\w*|derni\w*|passee?|n ?1|avant)"
_SAME = re.compile(
    rf"(?:idem|dito|ditto|copi\w*|recopi\w*|comme|meme|egal|repris\w*|report\w*)(?: \w+){{0,3}}?"
    rf" {_TIME}\b.*|moy(?:ennes?)?(?! tension)(?: \w+){{1,3}}"
    rf"|(?:cf|voir|selon|vaut)? ?{_TIME} {_TIME}|(?:cf|voir) {_TIME}"
    r"|idem|dito|ditto|copie|recopie"
)
"""Remarks by which a figure is that of another period."""
_SPAN = re.compile(
    r"(?:factur\w*|releve\w*|conso\w*|regul\w*)?(?: ?(?:sur|de|pour|soit))? ?"
    r"(?:(?:[2-9]|1[0-2]|deux|trois|quatre|six) mois|(?:3[6-9]|[4-9]\d|\d{3}) jours)"
    rf"|(?:\w+ ){{0,2}}(?:bi|tri|se)mestr\w*|{_MONTHS}(?: (?:a|et|au))? {_MONTHS}"
)
"""Remarks that tell a longer period than a month."""
_OF_MONTH = re.compile(
    rf"(?:regul\w*|rattrap\w*|oubli\w*|solde|complement|avoir|factur\w*)?"
    rf"(?: \w+)?? ?(?P<month>{_MONTHS})(?: (?:19|20)\d\d| inclu\w*)?"
)
"""Remarks of one month."""
_COUNTED = re.compile(
    r"\b(?:repris\w*|cumul\w*|compren\w+|inclu\w*|ajout\w*|divis\w*|multipli\w*|doubl\w*|faux"
    r"|fausse\w*|erron\w*|erreur de (?:saisie|releve|frappe|compt\w*)|imputab\w*|moitie|tiers|quart"
    r"|(?:a la|prise? en) charge|partage\w*|milliers?|dizaines?|centaines?|periode du"
    r"|rectifi\w*|a (?:revoir|reprendre|deduire|retrancher|soustraire|repartir)|dedui\w*"
    r"|retranch\w*|pif|au juge|mois (?:precedent|suivant|d avant|d apres)|paye par"
    r"|compte\w* (?:avec|dans|sur)|(?:avec|dans) (?:le|la|celle?|celui) (?:mois|facture"
    r"|compteur))\b|[x×*] ?10+\b"
)
"""Remarks of what a figure counts too, twice or only in part, or that it is wrong."""
_YES = re.compile(r"oui|o|x|yes|y|vrai|true|1")
_PERIODICITY = re.compile(r"pas( de temps)?|periodicites?( .*)?|frequences?( .*)?")
_LONGER = re.compile(r"(bimestriel|trimestriel|semestriel|annuel)")
_SHORT, _CAPTION = 3, 4
_MOST_NAMES = 10_000
_DAYS = 32
"""Days of a month, at most, and one."""


type Claim = tuple[Check, str]
"""A check, and what it shows behind the name of the column, or alone."""


class RowKinds:
    """Columns beside of few texts, which say what the energies of their rows are.

    A text that changes between the rows of a point is of the row: whatever its column is called,
    one that is denied or made by its form is a doubt (`Régul. antérieure` among `Conso`). So is one
    that nobody listed, in the whole column or below the sample, of which nobody was asked.
    """

    def __init__(self, report: Report, *, sampled: bool) -> None:
        """*sampled*: the first rows were looked at before, and what they say was asked."""
        self._report = report
        self._asked = SAMPLED if sampled else 0
        self._rows = 0
        self._kinds: dict[str, dict[str, Place]] = {}
        self._late: dict[str, set[str]] = {}
        self._last: dict[str, tuple[str, str]] = {}
        self._changes = set[str]()
        self._names = set[str]()

    def look(self, point: str, beside: Mapping[str, str], place: Place) -> None:
        """One row of *point*."""
        self._rows += 1
        if len(self._names) < _MOST_NAMES:
            self._names |= {*normalize_words(point).split()}
        for name, cell in beside.items():
            kinds = self._kinds.setdefault(name, {})
            if len(kinds) > MOST_KINDS or not any(map(str.isalpha, cell)):
                continue
            if kinds.setdefault(cell, place) is place and self._rows > self._asked:
                self._late.setdefault(name, set()).add(cell)
            before, told = self._last.get(name, ("", ""))
            if before == point and told != cell:
                self._changes.add(name)
            self._last[name] = point, cell

    def end(self) -> None:
        """All rows were looked at."""
        for name, kinds in self._kinds.items():
            if len(kinds) > MOST_KINDS:
                continue
            known = _OF_PAPER.fullmatch(normalize_words(name)) is not None
            odd = None
            if name in self._changes:
                odd = next((one for one in kinds if _is_odd_kind(one, of_paper=known)), None)
            if odd is None and not (known or is_of_whose(name)):
                odd = self._find_late(name)
            if odd is not None:
                self._report.find(checks.COLUMN_CLAIMS, name, odd, place=kinds[odd])

    def _find_late(self, name: str) -> str | None:
        """A text that nobody was asked about: of all rows, or changing between those of a point."""
        late = self._late.get(name, set())
        alone = len(self._kinds[name]) - len(late) <= 1 and len(late) == 1
        if not (alone or name in self._changes):
            return None
        return next((one for one in sorted(late) if is_unknown_kind(one, self._names)), None)


@lru_cache(maxsize=1 << 10)
def _is_odd_kind(cell: str, *, of_paper: bool) -> bool:
    """Whether a text of a column that changes from row to row is denied, made, or not known.

    *of_paper*: the column is of the bill and who pays it, whose words say nothing of the energy.
    """
    plain = normalize_words(cell)
    words = plain.split()
    if not words or len(words) > _CAPTION or ESTIMATED.search(plain):
        return False
    if is_denied(cell) or find_made_word(cell, words) is not None:
        return True
    known = of_paper or any(map(str.isdigit, cell)) or find_quality(cell) or class_in(cell)
    return not (known or find_code_quality(cell)) and bool(list_unknown_words(plain, _OF_KINDS))


class Row(NamedTuple):
    """What is known of the energies of a row."""

    years: range
    is_month: bool
    month: int
    """The one in which it begins."""
    is_multiplied: bool
    """Whether a factor beside is that by which a volume or a dial became the energy."""
    units: frozenset[str]


def look_beside(
    some: Sequence[PeriodEnergy],
    beside: Mapping[str, str],
    place: Place,
    report: Report,
    *,
    units: frozenset[str] = _KWH,
) -> None:
    """Find what columns beside say against the energies of a row, which are in *units*."""
    if not some or not beside:
        return
    one = some[0]
    years = range(one.from_date.year, one.to_date.year + 1)
    dials = any(_DIAL.search(normalize_words(name)) for name in beside)
    multiplied = dials or one.energy == "gas" or one.volume_m3 is not None
    is_month, month = (one.to_date - one.from_date).days < _DAYS, one.from_date.month
    row = Row(years, is_month, month, multiplied, units)
    for name, cell in beside.items():
        if cell and (claim := claim_of(name, cell, row)) is not None:
            check, told = claim
            alone = check in {checks.NOTE_OTHER_UNIT, checks.ROW_OF_OTHER_YEAR}
            report.find(check, *((told,) if alone else (name, told)), place=place)


@lru_cache(maxsize=1 << 14)
def claim_of(head: str, cell: str, row: Row) -> Claim | None:
    """What *cell* under *head* says against energies drawn in the period of *row*, if anything."""
    name = normalize_words(head) or plain_symbols(head)
    claim = next((claim for form, claim in _CLAIMS if form.fullmatch(name)), None)
    return None if claim is None else claim(head, cell, row)


def _claim_factor(head: str, cell: str, row: Row) -> Claim | None:
    if parse_heading(head).unit in ENERGIES:
        return None
    number = plain_symbols(cell)
    told = not row.is_multiplied and not _NO_FACTOR.search(plain_symbols(head))
    other = _NUMBER.fullmatch(number) and not _ONE.fullmatch(number)
    return (checks.READINGS_TIMES, cell) if told and other else None


def _claim_unit(_: str, cell: str, row: Row) -> Claim | None:
    unit = parse_heading(cell).unit
    return None if unit is None or unit in row.units else (checks.NOTE_OTHER_UNIT, cell)


def _claim_year(_: str, cell: str, row: Row) -> Claim | None:
    other = re.fullmatch(r"(19|20)\d\d", cell) is not None and int(cell) not in row.years
    return (checks.ROW_OF_OTHER_YEAR, cell) if other else None


def _claim_remark(head: str, cell: str, row: Row) -> Claim | None:
    unit, times = parse_heading(cell).unit, _TIMES.search(normalize_words(cell))
    if times is not None and times[1] != "1":
        return checks.READINGS_TIMES, cell
    if unit in ENERGIES and unit not in row.units:
        return checks.NOTE_OTHER_UNIT, cell
    text = normalize_words(cell)
    named = _OF_MONTH.fullmatch(text) if row.is_month else None
    month = MONTH_NUMBERS.get(named["month"]) if named else None
    longer = row.is_month and _SPAN.fullmatch(text)
    claims = longer or _SAME.fullmatch(text) or _COUNTED.search(plain_symbols(cell))
    if row.years and (claims or month not in {None, row.month}):
        return checks.COLUMN_CLAIMS, cell
    return _claim_qualified(head, cell, row)


def _claim_flow(_: str, cell: str, row: Row) -> Claim | None:
    out = _OUT.fullmatch(normalize_words(cell) or plain_symbols(cell)) is not None
    return (checks.COLUMN_CLAIMS, cell) if out and row.years else None


def _claim_sale(_: str, cell: str, row: Row) -> Claim | None:
    sold = is_sold(cell) or _SALE.fullmatch(normalize_words(cell)) is not None
    return (checks.COLUMN_CLAIMS, cell) if sold and row.years else None


def _status(head: str, cell: str, row: Row) -> Claim | None:
    doubt = row.years and _IN_DOUBT.fullmatch(normalize_words(cell))
    return (checks.COLUMN_CLAIMS, cell) if doubt else _claim_qualified(head, cell, row)


def _claim_qualified(head: str, cell: str, row: Row) -> Claim | None:
    """Of a short remark: a participle that nobody listed says what the energy is."""
    odd = len(cell.split()) <= _SHORT and find_quality(cell) is None and _is_odd(cell)
    text = normalize_words(cell)
    odd = odd or bool(_UNSURE.search(text) or DERIVED.search(text) or _BEFORE.search(text))
    return (checks.COLUMN_CLAIMS, cell) if odd and row.years else _claim_kind(head, cell, row)


def _claim_named(head: str, cell: str, row: Row) -> Claim | None:
    """Of a column that is called by such a word, where a cell says yes: `Écrêtée: oui`."""
    odd = _YES.fullmatch(normalize_words(cell)) and _is_odd(head)
    return (checks.COLUMN_CLAIMS, cell) if odd and row.years else None


def _is_odd(text: str) -> bool:
    """Whether a word of *text* is a participle that nobody listed: `alloué`, `non mesurable`."""
    return any(map(is_unsettled, find_odd_participles(text)))


def _claim_periodicity(_: str, cell: str, row: Row) -> Claim | None:
    longer = row.is_month and _LONGER.match(normalize_words(cell)) is not None
    return (checks.COLUMN_CLAIMS, cell) if longer else None


def _claim_kind(_: str, cell: str, row: Row) -> Claim | None:
    other = _OTHER.fullmatch(normalize_words(cell)) or is_only(cell, OTHERS)
    energy = other_energy(cell, None)
    plant = _PLANT.search(normalize_words(cell))
    claims = bool(row.years) and (other or plant or energy not in {None, "eau", "bois"})
    return (checks.COLUMN_CLAIMS, cell) if claims else None


_CLAIMS: tuple[tuple[re.Pattern[str], Callable[[str, str, Row], Claim | None]], ...] = (
    (_FACTOR, _claim_factor),
    (_UNIT, _claim_unit),
    (_YEAR, _claim_year),
    (_REMARK, _claim_remark),
    (_FLOW, _claim_flow),
    (_SELLER, _claim_sale),
    (_PERIODICITY, _claim_periodicity),
    (_STATUS, _status),
    (_KIND, _claim_kind),
    (re.compile(r"\w+"), _claim_named),
)
"""Words of a column, and how its cells are read."""
