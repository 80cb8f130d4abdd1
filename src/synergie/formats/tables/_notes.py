"""Rows that hold one text alone: titles of other tables, notes at the foot, and what they say."""

import re
from collections.abc import Sequence

from synergie.formats import checks
from synergie.formats.report import Place
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._claims import find_title_claims, tells_sums
from synergie.formats.tables._heading import (
    ESTIMATED,
    list_denials,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import is_other_row, is_total
from synergie.formats.tables._later import look_at_text
from synergie.formats.tables._qualifiers import FACTOR_ALONE
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._spans import NOTED
from synergie.formats.tables._vocabulary import QUALIFIER, Role
from synergie.formats.tables._word_forms import find_part_words
from synergie.formats.tables._words import is_export_name, normalize_words
from synergie.formats.tables.titles import (
    ADDRESS,
    DERIVED,
    OLD,
    find_odd_participles,
    find_unknown_qualifier,
    is_unsettled,
)
from synergie.schemas.readings.table_profile import ENERGIES

_NOTE = "a note among the rows was passed over: {}"
_PAGE = re.compile(r"page \d.*|.*\bpage \d+( \d+)?|suite")
_FUEL = re.compile(r"\b(gaz|gas|electri\w*|eau|chaleur|fioul|bois|cout\w*|montants?)\b")
_YEAR = re.compile(r"(?:annee |exercice )?((?:19|20)\d\d)")
_PAPER = re.compile(r"(export|extrai\w*|edit\w*|source|note)\b")
"""What begins a note of the paper: an export is the file itself."""
_MARKED = re.compile(
    r"(?i)(?:nota(?: bene)?|n\.?b\.?|notes?|remarques?|attention|\*+|\(?\d\)|\(\*+\))[\s:.]*"
)
"""What stands before a note, in a cell of its own."""
_CAPTION, _SHORT = 6, 3
"""Words of a text that may be the title of what stands above or below it, at most."""
_DENIED = frozenset[Role]({"forecast", "previous", "statistic", "loss"})
_SENTENCE = re.compile(r"\s*\S+(?:\s+\S+){3,}[^\W\d][.!?]\s*")
"""Of four words or more, with the sign that ends one."""
_LESS = re.compile(
    r"\b(?:ne|pas|aucune?s?|sauf|sans|hors|faute de)\b"
    r"(?! (?:pas )?(?:taxes?|tva|ht|ttc|toutes|jeter|diffuser|contractuel|engagement|objet|suite))"
)
"""What a note says that figures are not, or leave out."""
_TEXT = re.compile(r"[^\W\d_]{3,}")
_TIMES = re.compile(
    rf"{FACTOR_ALONE.pattern}|.*(?:=|\bunites? ?:) ?\d[\d ,.]*[kmg]?wh\W*"
    r"|\W*(?:en )?(?:milliers?|millions?|centaines?|dizaines?)\W*"
)
"""Notes that are a factor alone, or say what a unit of the figures is: `x 40`, `1 u = 10 kWh`."""
_SCOPE = re.compile(
    r"\b(?:inclu\w*|integr\w*|compren\w*|(?:y )?compris\w*"
    r"|ajoute\w*|deduit\w*|divise\w*|multipli\w*|arrondi\w*"
    r"|doublons?|double?e?s?|double factur\w*|partiel(?:le)?s?"
    r"|exclu\w*|titre d exemple|reconstrui\w*|suppose\w*|hypotheses?|converti\w*)\b"
    r"(?! (?:taxes?|tva|ttc|ht|dans le prix|abonnement))"
)
"""What a note says was added to figures, taken from them or made of them."""
_MONEY = re.compile(
    r"(?:(?:en|montants?|prix|couts?|depenses?|euros?|eur|€|sont) )*"
    r"(?:(?P<ht>ht|hors (?:taxes?|tva))"
    r"|(?P<ttc>ttc|toutes taxes comprises|(?:tva|taxes) (?:incluses?|comprises?))"
    r"|[km]€|(?:milliers?|centimes?|cts?)(?: d.? ?euros?)?)"
)
"""Notes of what costs are without, or of another unit of them: `* HT`, `* en k€`."""
_AROUND_NOTE = re.compile(r"^(?:[\s*:.-]|\(?\d\))+|[\s*).]+$")
_BY_NATURE = "(?:consommations?|valeurs?|donnees?|quantites?|energies?|volumes?)"
_PLAIN_SENTENCE = re.compile(
    rf"(?:toutes? )?(?:les |ces |nos )?{_BY_NATURE}(?: sont)?(?: toutes)?"
    r"(?: exprimees?| donnees?| indiquees?| relevees?)? en [kmg]?wh"
    r"|(?:les |ces )?donnees (?:publiques?|ouvertes?)(?: licence ouverte(?: etalab)?)?"
    r"|ce (?:tableau|fichier|document) ne (?:comporte|contient) (?:pas|aucune?) (?:de )?donnees?"
    r" (?:personnelles?|a caractere personnel)"
    r"|aucune? (?:anomalie|erreur|incident|ecart)s? n a ete (?:constate|signale|releve)e?s?"
    r"|(?:ces|les) donnees sont (?:mises a jour|actualisees) (?:chaque|tous les) [a-z]+"
    r"|merci (?:de|pour) [a-z ]+|compteurs? (?:change|remplace)s? (?:en|le) [a-z0-9 ]+"
    r"|puissances? souscrites? inchangees?(?: depuis (?:19|20)\d\d)?"
    r"|(?:tableau|fichier|document|rapport|export) (?:etabli|transmis|imprime|edite|fourni|prepare"
    r"|extrait|envoye) par (?!.*\b(?:simul|prev|estim|etude|model|scenario|audit|program|projet"
    r"|diagn|calcul))[a-z ]+"
)
"""Sentences at the foot that say nothing against figures; units are held against the head's."""
_FIGURES = re.compile(
    r"\b(?:conso\w*|valeurs?|donnees?|chiffres?|volumes?|energies?|[km]?wh|index|mesures?|mois"
    r"|source|quantites?|values|figures|readings)\b"
)
"""Words by which a note speaks of its figures."""
_PLAIN = re.compile(
    r"\b(?:enedis|grdf|grd|(?:a|de) ce jour|edf|engie|sge|fournisseurs?"
    r"|distributeurs?|gestionnaires?"
    r"|factur\w*|portail"
    r"|contact|titre (?:indicatif|informatif)|confiden\w*|rgpd|diffus\w*|linky|telereleve\w*"
    r"|releve\w*|rue|mairie)\b"
)


def _find_title_claim(title: str) -> tuple[object, ...] | None:
    """What a title says of the energies below: no measure, another unit, flow or fuel."""
    told = (
        tuple(list_denials(title)),
        parse_heading(title).unit,
        is_export_name(title),
        _FUEL.findall(normalize_words(title)),
    )
    return told if any(one not in (None, (), []) for one in told) else None


def _match_money(text: str) -> re.Match[str] | None:
    """What a note says of costs alone, its mark left out."""
    return _MONEY.fullmatch(_AROUND_NOTE.sub("", plain_symbols(text)))


class Notes:
    """Looks at rows of one text."""

    def __init__(self, reader: RowReader) -> None:
        self._reader, self._report = reader, reader.report
        self._units = {column.unit or reader.table.unit for column, _ in reader.values} & ENERGIES
        self._identified = "supply_point" in reader.at
        self._gas = reader.table.energy == "gas"
        self._costs = {"cost", "cost_ht", "cost_ttc"} & reader.at.keys()
        told = (month_of(name) for name in reader.head.names)
        self._years = {month[0] for month in told if month is not None and month[0] is not None}
        """Of the months in the head, or of those that tell none."""
        if reader.table.year is not None and "year" not in reader.at:
            self._years.add(reader.table.year)
        self._last = ""

    def look(self, place: Place, cells: Sequence[Cell]) -> bool:
        """Whether the row is a note, which is told; a unit in it that is another stops."""
        filled = [cell for cell in cells if strip_cell_text(cell)]
        if len(filled) > 1 and _MARKED.fullmatch(strip_cell_text(filled[0])):
            filled = filled[1:]  # what follows `Nota`, in a cell of its own
        text = strip_cell_text(filled[0]) if len(filled) == 1 else ""
        self._last = text if self._is_text(text) and not self._is_plain_total(text) else ""
        if not self._last:
            return False
        unit = parse_heading(text).unit
        if unit in ENERGIES and self._units and unit not in self._units:
            self._report.find(checks.NOTE_OTHER_UNIT, text[:80], place=place)
        if self._is_of_others(text):
            self._report.find(checks.OTHER_HEAD, text[:60], place=place)
        elif self._claims_costs(text) or (not self._is_plain(text) and self._claims(text)):
            self._report.find(checks.TITLE_CLAIMS, text[:80], place=place)
        if tells_sums(text) and "to_date" not in self._reader.at:
            self._reader.least_rises = NOTED
        look_at_text(text, self._reader, place)
        self._report.note(_NOTE, text[:60])
        self._report.blanks += 1
        return True

    def _claims_costs(self, text: str) -> bool:
        """Whether a note calls costs by other taxes, or another unit, than their heads."""
        paid = _match_money(text)
        if paid is None or not self._costs:
            return False
        return paid.lastgroup is None or self._costs != {f"cost_{paid.lastgroup}"}

    def _is_plain(self, text: str) -> bool:
        """Whether a note says nothing of energies: a sentence, or what its costs are."""
        sentence = _PLAIN_SENTENCE.fullmatch(normalize_words(text))
        return sentence is not None or bool(self._costs and _match_money(text))

    def _claims(self, text: str) -> bool:
        """Whether a note says that the energies are others than their heads tell."""
        text = ADDRESS.sub(" ", text)
        plain, words = normalize_words(text), text.split()
        if DERIVED.search(plain) or is_total(plain) or _TIMES.fullmatch(plain_symbols(text)):
            return True
        if not _PAPER.match(plain) and (find_part_words(text) or _LESS.search(plain)):
            return True
        if _SCOPE.search(plain) or OLD.search(plain):
            return True
        if _FIGURES.search(plain) and not _PLAIN.search(plain) and self._is_of(text):
            return True
        if len(words) > _CAPTION:
            return bool(_DENIED & {*list_denials(text)}) and not ESTIMATED.search(plain)
        named = self._list_names(text)
        told = next(find_title_claims([text], "", self._reader.head.names, ()), None)
        return told is not None or find_unknown_qualifier(text, named) is not None

    def _is_of(self, text: str) -> bool:
        """Whether a note says of what figures are, by a word that nobody listed."""
        named = self._list_names(text)
        treated = any(map(is_unsettled, find_odd_participles(text)))
        return treated or find_unknown_qualifier(text, named, strict=True) is not None

    @staticmethod
    def _list_names(text: str) -> set[str]:
        words = text.split()[1:]
        return {normalize_words(one) for one in words if len(one) > _SHORT and one.istitle()}

    @staticmethod
    def _is_plain_total(text: str) -> bool:
        plain = normalize_words(text)
        return is_total(plain) and not QUALIFIER.search(plain)

    def _is_text(self, text: str) -> bool:
        """Whether it has a word, or is a year where the table has one for all its rows."""
        worded = _TEXT.search(text) or _TIMES.fullmatch(plain_symbols(text)) or _match_money(text)
        return bool(worded or (self._years and _YEAR.fullmatch(text)))

    def _is_of_others(self, text: str) -> bool:
        """Whether what stands below is by this title of another year, quantity or fuel."""
        year = _YEAR.fullmatch(normalize_words(text))
        if year is not None:
            return bool(self._years) and int(year[1]) not in self._years
        if self._identified and _SENTENCE.fullmatch(text):
            return False  # it is of no title: its words are looked at
        return not _PAPER.match(normalize_words(text)) and is_other_row(text, gas=self._gas)

    def forget(self) -> None:
        """The row above is none of one text."""
        self._last = ""

    def begins_table(self) -> bool:
        """Whether the row above is a title by which the head below it begins another table.

        Rows that have their point need no title, unless it tells another quantity, flow or fuel.
        """
        if not self._last or _PAGE.fullmatch(normalize_words(self._last)):
            return False
        return not self._identified or _find_title_claim(self._last) is not None

    @property
    def title(self) -> str:
        """The text of the row above."""
        return self._last[:60]
