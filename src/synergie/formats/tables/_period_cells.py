"""Cells that tell a whole period, made its first and its last day in two columns.

`T1 2025`, `1er semestre 2025`, `2025-W12`, `janvier – mars 2025`, `01/2025-03/2025` and
`du 01/01/2025 au 31/01/2025`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from synergie.formats.tables._cells import (
    AROUND_MONTHS,
    MONTH_NUMBERS,
    Cell,
    month_of,
    strip_cell_text,
)
from synergie.formats.tables._claims import OWN_YEAR, PAPER
from synergie.formats.tables._head import Head, find_head, is_head_repeated
from synergie.formats.tables._heading import plain_symbols
from synergie.formats.tables._labels import is_total
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import find_name_meaning, normalize_words

type Period = tuple[Cell, Cell]
"""Its first and its last day; as they are written where two dates tell them."""

_BEGIN, _END = "Premier jour ({})", "Dernier jour ({})"
_MADE = re.compile(r"Premier jour \((.*)\)")
_DATE = r"\d\d?[/.-]\d\d?[/.-]\d{2}(?:\d\d)?|\d{4}-\d\d-\d\d"
_DATES = re.compile(rf"(?:du )?({_DATE}) ?(?:-|/|a|au|>) ?({_DATE})")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_NUMBERS = re.compile(
    r"(?:de )?(?P<a>\d\d?)(?:/(?P<y>(?:19|20)\d\d))? ?(?:-|a|au) ?(?P<b>\d\d?)/(?P<z>(?:19|20)\d\d)"
)
_NAMES = re.compile(
    r"(?:de |d'|du )?(?P<a>[a-z]{3,9})\.? ?(?P<y>(?:19|20)\d\d)?"
    r" ?(?:-|/|au|a|et) ?(?P<b>[a-z]{3,9})\.? ?(?P<z>(?:19|20)\d\d)"
)
_RANK = r"(?:er|ere|e|eme|nd|nde)?"
_PARTS = (
    (3, re.compile(
        rf"[tq] ?0?([1-4])|([1-4]) ?t|trim(?:estre|\.)? ?([1-4])|([1-4]){_RANK} trim(?:estre|\.)?"
    )),
    (6, re.compile(rf"s ?([12])|([12]) ?s|semestre ([12])|([12]){_RANK} semestre")),
    (2, re.compile(rf"b ?([1-6])|bim(?:estre|\.)? ([1-6])|([1-6]){_RANK} bimestre")),
)  # fmt: skip
"""Months of a part of a year, and how its rank is written."""
_WEEK = re.compile(r"(?:s|w|sem(?:aine|\.)?|week) ?(\d\d?)|(\d\d?){_RANK} semaine")
_TIMES = frozenset({"from_date", "to_date", "month", "date", "datetime"})
_SHORT_YEAR = re.compile(
    r"(.*(?:\b[tq] ?0?[1-4]|\b[1-4] ?[tq]|\bs ?[12]|\b[12] ?s|\btrim[a-z.]*|\bsemestre)) ?[-/.']? ?"
    r"([1-4]\d)"
)
"""A part of a year whose year has two digits: `1T25`, `Q1-25`, `1er trim. 25`."""
_OF_PAPER = re.compile(r"\b(factur\w*|emission|edition|paiement|reglement|echeance)\b")
_OF_QUARTERS = re.compile(r"\b(?:trim|semest|quarter|quartal|periode)")
"""Names of columns whose quarters may be of the year in the title: `T2` is a tariff elsewhere."""
_FEW = 2
_MOST = 0.9


@lru_cache(maxsize=4096)
def parse_period(text: str, *, weeks: bool = False) -> Period | None:
    """The period that a cell or the name of a column tells, no single month; None: none.

    *weeks*: `S1` is a week, no half of a year.
    """
    if len(text) > 60 or "€" in text:  # noqa: PLR2004 (no name of a period)
        return None
    spread = re.sub(r"\s*[-–—−→]+\s*", "-", plain_symbols(text)).replace("//", "/")
    plain = re.sub(r"\s+", " ", re.sub(r"[(),]", " ", spread)).strip()
    words = [one for one in plain.split(" ") if one not in AROUND_MONTHS - {"de", "d"}]
    plain = " ".join(words)
    if found := _DATES.fullmatch(plain):
        return found[1], found[2]
    for form in (_NUMBERS, _NAMES):
        if found := form.fullmatch(plain):
            return _parse_months(found)
    plain = _SHORT_YEAR.sub(r"\1 20\2", plain) if _SHORT_YEAR.fullmatch(plain) else plain
    years = {*_YEARS.findall(plain)}
    if len(years) != 1:
        return None
    rest = _YEARS.sub(" ", plain).strip(" -/.")
    return _parse_part(rest, int(years.pop()), weeks=weeks)


def _parse_months(found: re.Match[str]) -> Period | None:
    """The months from the first to the last that are named."""
    first, last = (
        int(one) if one.isdecimal() else MONTH_NUMBERS.get(one, 0)
        for one in (found["a"], found["b"])
    )
    end = int(found["z"])
    begin = int(found["y"] or end)
    count = (end - begin) * 12 + last - first + 1
    if not (1 <= first <= 12 and 1 <= last <= 12 and 1 <= count <= 12):  # noqa: PLR2004 (months)
        return None
    return _build_months(begin, first, count)


def _parse_part(rest: str, year: int, *, weeks: bool) -> Period | None:
    """A quarter, a half, two months or a week of *year*."""
    if (week := _WEEK.fullmatch(rest)) and (weeks or not _PARTS[1][1].fullmatch(rest)):
        with suppress(ValueError):
            first = date.fromisocalendar(year, int(week[1] or week[2]), 1)
            return first, first + timedelta(days=6)
        return None
    for months, form in _PARTS:
        if found := form.fullmatch(rest):
            rank = int(next(filter(None, found.groups())))
            return _build_months(year, (rank - 1) * months + 1, months)
    return None


def _build_months(year: int, first: int, count: int) -> Period:
    after = year * 12 + first - 1 + count
    return date(year, first, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


class SplitColumn(NamedTuple):
    """A column of periods, and how its cells are read."""

    head: Head
    at: int
    weeks: bool
    year: str = ""
    """That of the quarters that tell none. Empty: each tells its own."""

    @property
    def flat(self) -> Head:
        """The head with a column for the first and the last day in its place."""
        name = self.head.names[self.at]
        pair = _BEGIN.format(name), _END.format(name)
        names = (*self.head.names[: self.at], *pair, *self.head.names[self.at + 1 :])
        return Head(self.head.first, 1, names)

    def rows(self, table: Iterable[TableRow]) -> Iterator[TableRow]:
        """The rows as they stand, the head once, and both days for the period of each row."""
        begin, end = self.head.first, self.head.first + self.head.rows
        for rank, (place, cells) in enumerate(table):
            if rank < begin or (rank >= end and sum(map(bool, map(strip_cell_text, cells))) < _FEW):
                yield place, cells
            elif rank == begin or (rank >= end and is_head_repeated(self.head.names, cells)):
                yield place, list(self.flat.names)
            elif rank >= end:
                yield place, [*cells[: self.at], *self._split(cells), *cells[self.at + 1 :]]

    def _split(self, cells: Sequence[Cell]) -> Period:
        told = cells[self.at] if self.at < len(cells) else ""
        text = strip_cell_text(told)
        found = parse_period(text, weeks=self.weeks) or parse_period(f"{text} {self.year}")
        return found or (told, "")


def find_period_column(head: Head, rows: Sequence[TableRow]) -> SplitColumn | None:
    """The column under *head* whose cells are periods in *rows*; None where no column is so.

    Nor is one where another column tells days or months: a quarter beside them is a label.
    """
    below = [cells for _, cells in rows[head.first + head.rows :]]
    titled = find_titled_year([cells for _, cells in rows[: head.first]], head.names)
    columns = [
        [
            text
            for cells in below
            if at < len(cells)
            and (text := strip_cell_text(cells[at]))
            and not is_total(normalize_words(text))
        ]
        for at in range(len(head.names))
    ]
    for at, (name, texts) in enumerate(zip(head.names, columns, strict=True)):
        weeks = any(map(is_week, texts)) or "semaine" in name.casefold()
        year = titled if _OF_QUARTERS.search(plain_symbols(name)) else ""
        count = sum(
            (parse_period(text, weeks=weeks) or parse_period(f"{text} {year}")) is not None
            for text in texts
        )
        if count and count >= _MOST * len(texts):
            others = (i for i in range(len(columns)) if i != at)
            timed = any(_tells_time(head.names[i], columns[i]) for i in others)
            return None if timed else SplitColumn(head, at, weeks, year)
    return None


def find_titled_year(titles: Iterable[Sequence[Cell]], names: Sequence[str]) -> str:
    """The one year that the rows above a head tell, where no column tells years; else empty."""
    told = (find_name_meaning(name) for name in names)
    if any(one is not None and one.field == "year" for one in told):
        return ""
    texts = " ".join(strip_cell_text(cell) for cells in titles for cell in cells)
    years = set(OWN_YEAR.findall(PAPER.sub(" ", texts)))
    return years.pop() if len(years) == 1 == len(set(_YEARS.findall(texts))) else ""


def _tells_time(name: str, texts: Sequence[str]) -> bool:
    """Whether a column tells the days or months of the energies, by its name and its cells."""
    told = find_name_meaning(name)
    if told is None or told.field not in _TIMES or _OF_PAPER.search(plain_symbols(name)):
        return False
    return any(month_of(text) or text[:1].isdigit() for text in texts)


def is_week(text: str) -> bool:
    """Whether `S03` or `S12` is a week, of which there are more than two."""
    found = re.search(r"(?<![a-z])s ?(\d\d?)(?!\d)", plain_symbols(text))
    return found is not None and (found[1].startswith("0") or int(found[1]) > _FEW)


def find_split_name(name: str) -> str | None:
    """The name of the column of periods whose first days *name* is; None: of none."""
    found = _MADE.fullmatch(name)
    return None if found is None else found[1]


def find_split(columns: Iterable[str], rows: Sequence[TableRow]) -> SplitColumn | None:
    """The column of periods that a profile of *columns* reads as two; None: it has none."""
    wanted = {told for name in columns if (told := find_split_name(name)) is not None}
    found = find_period_column(find_head(rows), rows) if wanted else None
    return found if found is not None and found.head.names[found.at] in wanted else None


def is_made_of_periods(name: str) -> bool:
    """Whether a column holds the last days of periods that stood in one cell."""
    return name.startswith(_END[:14])
