"""What the rows below the sample say against how it was understood."""

import re
from collections.abc import Sequence
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import (
    MONTH_NUMBERS,
    Cell,
    is_blank,
    parse_amount,
    strip_cell_text,
)
from synergie.formats.tables._evidence import find_ratio
from synergie.formats.tables._heading import (
    ENERGY,
    is_dial,
    list_denials,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._spans import TITLED
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._vocabulary import NOUN
from synergie.formats.tables._words import class_in, normalize_words
from synergie.formats.tables._years import tells_part

_TIMES = tuple(Decimal(one) for one in ("1", "1000", "0.001"))
_FEW = 3
_VAGUE = 4
"""Rises of energies that no word calls so."""
FACTOR = re.compile(r"\b(coeff?s?|coefficients?|facteurs?|factors?|multipl\w*|rapports?|tc)\b")
_FACTOR_TOLD = re.compile(
    r"\b(coeff?|coefficient|facteur|multiplicateur|multiplier par|rapport(?: de)? tc|tc|k)\b"
    r"(?: [a-z]+){0,4} (\d+)\b(?: \d+)?"
)
"""A factor of the numbers, and its number."""
_NO_FACTOR = re.compile(
    r"\b(conversion|pcs|thermique|emissions?|co2|carbone|puissance|climat\w*|dju|charge|gaz|gas)\b"
)
_FRACTION = re.compile(r"(\d+) ?/ ?(?!\1\b)\d+")

_DATE = re.compile(
    r"(?:(?:\d\d?|1er)[ /.-]+)?(?:(?P<word>janv|fevr?|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)"
    r"[a-z]*[ .-]*|(?<!\d)(?P<number>\d\d?)[/.-])(?P<year>20\d\d)(?!\d)"
    r"|(?<!\d)(?P<first>20\d\d)-(?P<second>\d\d)(?!\d)"
)
_OF_PAPER = re.compile(
    r"\b(?:edite?e?s?|edition|imprimee?s?|impression|etablie?s?|extraite?s?|extraction|exporte?e?s?"
    r"|versions?|maj|documents?|fichiers?|tableaux?|reunions?|commissions?|conseil municipal|copil"
    r"|comite|seance|mis\w* a jour|genere\w*|recue?s?|transmise?s?|redige\w*|presente\w*|v ?\d)\b"
    r"|^date ?:|^(?:\D{2,40}, )?le \d"
)
"""What a paper is dated by."""
_OF_OTHERS = re.compile(
    r"\b(?:marches?|contrats?|deliberations?|lois?|decrets?|conventions?|avenants?|depuis|partir"
    r"|prix|tarifs?|au(?= \d))\b"
)
"""What a date is of that is no paper's: of terms, of a period."""
_OF_YEAR = re.compile(r"\b(?:bases?|ref\w*|annees?|exercices?|valeurs?|donnees?|conso\w*)\b")
_ONLY_YEAR = re.compile(r"(?:annee |exercice )?20\d\d")
"""What stands above rows of its own."""
_SHORT_NOTE = 4


def find_month_of_paper(text: str, *, is_note: bool) -> tuple[int, int] | None:
    """The year and month in which *text* says that it was written; None: it does not say it.

    A short note may tell the year alone: `* base 2019`.
    """
    plain = plain_symbols(text)
    found = [*_DATE.finditer(plain)]
    if len(found) == 1 and _OF_PAPER.search(plain) and not _OF_OTHERS.search(plain):
        told = found[0]
        month = MONTH_NUMBERS.get(told["word"] or "") or int(told["number"] or told["second"])
        return int(told["year"] or told["first"]), month
    years = re.findall(r"\b20\d\d\b", plain)
    short = (
        is_note
        and not (found or _ONLY_YEAR.fullmatch(plain))
        and len(normalize_words(text).split()) <= _SHORT_NOTE
    )
    return (int(years[0]), 12) if short and len(years) == 1 and _OF_YEAR.search(plain) else None


class Later:
    """Looks at each row; what was told of the first ones is held against all others.

    Of two columns that told the same energy in the sample one is read: where they part further
    down, nobody was asked. The same holds for a number that is a thousand by one mark and a few
    units by the other, below a sample of whole numbers.
    """

    def __init__(self, reader: RowReader, columns: Sequence[int]) -> None:
        self.reader, self.columns = reader, columns
        self._report: Report = reader.report
        self._twins = {
            (place, at): set(_TIMES)
            for column, place in reader.values
            for at, name in enumerate(reader.head.names)
            if at not in reader.used and _has_same_class(name, column.tariff_class)
        }
        self._alike = dict.fromkeys(self._twins, 0)
        self._rows = 0
        self._proved = False
        self._either: tuple[Place, str] | None = None
        self._factors = [
            at
            for at, name in enumerate(reader.head.names)
            if at not in reader.used
            and shows_dials(reader)
            and FACTOR.search(normalize_words(name))
        ]

    @property
    def compares(self) -> bool:
        """Whether columns are still held against each other, or factors looked for."""
        return bool(self._twins or self._factors)

    def look(self, place: Place, cells: Sequence[Cell]) -> None:
        """One row under the head, whatever it is."""
        self._rows += 1
        for pair in list(self._twins):
            self._compare(pair, place, cells)
        if not self._proved:
            self._weigh(place, cells)
        for at in self._factors:
            if (self._number(at, cells) or 1) != 1 or _is_fraction(cells[at : at + 1]):
                name = self.reader.head.names[at]
                self._report.find(
                    checks.READINGS_TIMES, name, strip_cell_text(cells[at]), place=place
                )

    def end(self) -> None:
        """All rows were looked at."""
        if self._either is not None and not self._proved:
            self._report.find(checks.MARK_LATE, self._either[1], place=self._either[0])

    def _compare(self, pair: tuple[int, int], place: Place, cells: Sequence[Cell]) -> None:
        one, other = (self._number(at, cells) for at in pair)
        if not one or not other:
            return
        left = {times for times in self._twins[pair] if find_ratio([one * times], [other]) == 1}
        if left:
            self._twins[pair] = left
            self._alike[pair] += 1
            return
        del self._twins[pair]
        if self._rows > sample.COMPARED and self._alike[pair] >= _FEW:
            names = (self.reader.head.names[at] for at in pair)
            self._report.find(checks.COLUMNS_PART, *names, one, other, place=place)

    def _number(self, at: int, cells: Sequence[Cell]) -> Decimal | None:
        if at >= len(cells) or is_blank(cells[at], self.reader.table):
            return None
        try:
            return parse_amount(cells[at], "", self.reader.table)
        except BadInput:
            return None

    def _weigh(self, place: Place, cells: Sequence[Cell]) -> None:
        """Whether the numbers of the row tell their decimal mark, or may be told by both."""
        mark = self.reader.table.decimal
        texts = [[cells[at]] for at in self.columns if at < len(cells)]
        if not any(isinstance(one[0], str) and set(".,") & set(one[0]) for one in texts):
            return
        self._proved = sample.decimal_mark(texts) == mark
        late = self._rows > sample.SAMPLED - self.reader.head.first - self.reader.head.rows
        for text in sample.iterate_ambiguous_numbers(texts):
            if not late:
                self._proved = True  # it was asked about, or a profile answers
            elif mark in text and self._either is None:
                self._either = place, strip_cell_text(text)


def _is_fraction(cells: Sequence[Cell]) -> bool:
    """Whether a cell tells a factor as `100/5`."""
    return any(_FRACTION.fullmatch(strip_cell_text(cell)) for cell in cells)


def shows_dials(reader: RowReader) -> bool:
    """Whether the numbers of the table are what dials show."""
    told = any(column.counts == "register" for column, _ in reader.values)
    return told or reader.table.layout == "indexes"


def look_above(titles: Sequence[TableRow], reader: RowReader) -> None:
    """What titles tell: a coefficient of registers, or numbers that only rise."""
    title = " ".join(strip_cell_text(cell) for _, cells in titles for cell in cells)
    text = normalize_words(title)
    names = " ".join(column.name for column, _ in reader.values)
    if "running_sum" in list_denials(title) or is_dial(text):
        reader.least_rises = TITLED
    elif NOUN.search(normalize_words(f"{title} {names}")) is None:
        reader.least_rises = _VAGUE
    look_at_text(title, reader)
    for text in (strip_cell_text(cell) for _, cells in titles for cell in cells):
        _look_for_paper(text, reader)


def _look_for_paper(text: str, reader: RowReader, place: Place = None) -> None:
    told = find_month_of_paper(text, is_note=place is not None)
    if told is not None:
        reader.papers.append((told, text[:80], place))


def look_at_text(title: str, reader: RowReader, place: Place = None) -> None:
    """What a title or a note tells of the numbers: a factor, a year that is cut short."""
    if place is not None:
        _look_for_paper(title, reader, place)
    text = normalize_words(title)
    found = _FACTOR_TOLD.search(text)
    if found and found[2] != "1" and (shows_dials(reader) or not _NO_FACTOR.search(text)):
        reader.report.find(checks.READINGS_TIMES, found[1], found[2], place=place)
    table = reader.table
    by_year = "year" in reader.at and not reader.at.keys() & {"month", "from_date", "date"}
    if table.layout == "periods" and by_year and tells_part(title):
        reader.report.find(checks.TITLE_CLAIMS, title[:80], place=place)


def _has_same_class(name: str, tariff_class: str | None) -> bool:
    """Whether a column that is not read names an energy of the same class."""
    told = parse_heading(name)
    return told.role in ENERGY and told.lapse is None and class_in(name) == tariff_class
