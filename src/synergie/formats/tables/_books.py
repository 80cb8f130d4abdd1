"""The tables of a workbook: which sheets have a head, and those of one head read as one table."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats.report import Report
from synergie.formats.spreadsheet import open_book
from synergie.formats.tables._across import head_of
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._head import LOOKED_AT, Head
from synergie.formats.tables._heading import is_only, list_denials, parse_heading
from synergie.formats.tables._sheets import OTHER_SHEETS, sheet_rows, visible_sheets
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._vocabulary import Role
from synergie.formats.tables._words import find_name_meaning, normalize_words
from synergie.formats.tables.titles import kinds_of_part, parts_of
from synergie.formats.text import normalize_column_name

_ONE_YEAR = "sheets that tell one year each; the answer sheet=NAME reads one of them"
_OWN_YEAR = "months of the year that the name or the title of their sheet tells"
_APART: frozenset[Role] = frozenset({
    "forecast", "previous", "reactive", "self_consumed", "injected", "production",
})  # fmt: skip
_GAS_SHEET = re.compile(r"\b(gaz|gas)\b")
_ONE_KIND = "sheets of one kind; the answer sheet=NAME reads one of them"
MOST_SHEETS = 40
"""Sheets that are looked at."""


type _Key = tuple[tuple[int | None, int] | str, int]


class Top(NamedTuple):
    """The head of a sheet, and what stands above it."""

    head: Head
    titles: tuple[str, ...]


def find_sheet_tops(source: BinaryIO) -> dict[str, Top | None]:
    """The visible sheets that have a head, and their top; None for numbers without a head.

    Errors as `sheet_rows`. Empty: a workbook of one sheet.
    """
    found: dict[str, Top | None] = {}
    names = visible_sheets(source)
    months = list_month_sheets(names)
    for name in list(names)[:MOST_SHEETS] if len(names) > 1 else ():
        try:
            start = list(islice(sheet_rows(source, name, Report()), LOOKED_AT))
            head = head_of(start, _find_names_column([name]) if name in months else ())
            above = (strip_cell_text(cell) for _, cells in start[: head.first] for cell in cells)
            found[name] = Top(head, tuple(dict.fromkeys(filter(None, above))))
        except BadInput:
            if names[name]:
                found[name] = None
    return found


def find_shared_words(names: Sequence[str]) -> list[str]:
    """The words by which all *names* begin and end: what their sheets hold, not which it is."""
    words = [re.findall(r"[^\W\d_]+|\d+", name) for name in names]
    begin = _count_shared([[word.casefold() for word in some] for some in words])
    end = _count_shared([[word.casefold() for word in some[begin:][::-1]] for some in words])
    return words[0][:begin] + words[0][len(words[0]) - end :]


def _count_shared(words: Sequence[Sequence[str]]) -> int:
    """How many words all begin by."""
    ranks = (set(some) for some in zip(*words, strict=False))
    return sum(1 for _ in takewhile(lambda some: len(some) == 1, ranks))


def list_month_sheets(names: Iterable[str]) -> list[str]:
    """The sheets that are each called after a month; none where fewer than two are."""
    months = [name for name in names if month_of(name)]
    return months if len(months) > 1 else []


def rows_of(source: BinaryIO, names: Sequence[str], report: Report) -> Iterator[TableRow]:
    """Rows of sheets of one head, the head once; the name of its sheet stands behind each.

    Where sheets have months of their own, each has the columns of all. BadInput for a sheet whose
    name tells another year than its months. Comments of cells are rows of one text at the end.
    """
    starts = [list(islice(sheet_rows(source, name, Report()), LOOKED_AT)) for name in names]
    heads = [head_of(start, _find_names_column(names)) for start in starts]
    label, told = _find_sheet_values(names, starts, heads)
    whole, comments = _merge_sheet_columns(heads), list[TableRow]()
    for rank, (name, start, head) in enumerate(zip(names, starts, heads, strict=True)):
        end, alike = head.first + head.rows, head.names == heads[0].names == tuple(whole.values())
        if rank == 0:
            yield from start[: head.first]
            for number, cells in start[head.first : end]:
                own = _pad_row(cells, len(head.names)) if alike else [*whole.values()]
                yield number, [*own, label]
        places = dict(zip(_build_sheet_keys(head.names), range(len(head.names)), strict=True))
        for number, cells in sheet_rows(source, name, Report(), comments=comments):
            if number > start[end - 1][0]:
                wide = _pad_row(cells, len(head.names))
                own = wide if alike else [wide[places[k]] if k in places else "" for k in whole]
                yield number, [*own, *wide[len(head.names) :], told[rank]]
    yield from comments
    report.note("sheets of one head were read as one table: {}", ", ".join(names))
    with open_book(source) as book:
        others = [name for name in book.visible if name not in names]
    if others:
        report.note(OTHER_SHEETS, ", ".join(names), ", ".join(others))


def _merge_sheet_columns(heads: Sequence[Head]) -> dict[_Key, str]:
    """The columns of all sheets, each once, and its name in the first that has it."""
    found: dict[_Key, str] = {}
    for head in heads:
        for key, name in zip(_build_sheet_keys(head.names), head.names, strict=True):
            found.setdefault(key, name)
    return found


def _build_sheet_keys(names: Sequence[str]) -> list[_Key]:
    """What each column is known by in other sheets: its month, else its plain name; its rank."""
    told = [month_of(name) or normalize_column_name(name) for name in names]
    return [(one, told[:at].count(one)) for at, one in enumerate(told)]


def _find_names_column(names: Iterable[str]) -> tuple[str, ...]:
    """The column that the names of all sheets are: months, where each is that of one."""
    return ("Mois",) if all(map(month_of, names)) else ()


def _find_sheet_values(
    names: Sequence[str], starts: Sequence[Sequence[TableRow]], heads: Sequence[Head]
) -> tuple[str, Sequence[str]]:
    """What stands behind the rows of each sheet: its point, its year, its month, or its name."""
    points = [
        _point_above(start, head) or name
        for start, head, name in zip(starts, heads, names, strict=True)
    ]
    label = _choose_sheet_label(points)
    years = [years_above(*one) for one in zip(names, starts, heads, strict=True)]
    for name, own, head in zip(names, years, heads, strict=True):
        dated = {str(one[0]) for at in head.names if (one := month_of(at)) and one[0]}
        if own and dated and own.isdisjoint(dated):
            raise BadInput("sheet", f"{name}: {', '.join(sorted(dated))}", _OWN_YEAR)
    bare = any(map(is_bare, starts, heads)) or (label == "Mois" and any(map(is_bare_month, names)))
    if label == "Année" or len(set(years)) == 1 or not bare:
        return label, points
    apart = names_rows(heads[0]) or len({without_years(name) for name in names}) == 1
    if label != "Site" or points != [*names] or not apart or any(len(one) != 1 for one in years):
        raise BadInput("sheet", "; ".join(names)[:80], _ONE_YEAR)
    return "Année", [min(one) for one in years]


def _point_above(start: Sequence[TableRow], head: Head) -> str | None:
    """The number of a point in the titles of a sheet. None: none, or several."""
    titles = " ".join(strip_cell_text(cell) for _, cells in start[: head.first] for cell in cells)
    found = set(re.findall(r"(?<!\d)\d{14}(?!\d)", titles))
    return found.pop() if len(found) == 1 else None


def _pad_row(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells, *[""] * (width - len(cells))]


def _choose_sheet_label(names: Sequence[str]) -> str:
    """What the names of the sheets tell: years, months, numbers of points, or sites."""
    if all(re.fullmatch(r"(19|20)\d\d", name) for name in names):
        return "Année"
    if all(month_of(name) for name in names):
        return "Mois"
    return "PRM" if all(re.fullmatch(r"\d{14}", name) for name in names) else "Site"


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)")
_NUMBER = 2
"""Digits of the number of a month, at most."""


def years_above(name: str, start: Sequence[TableRow], head: Head) -> frozenset[str]:
    """The years in the name and the titles of a sheet; those of whole dates are none."""
    titles = (strip_cell_text(cell) for _, cells in start[: head.first] for cell in cells)
    return frozenset(
        year for text in (name, *titles) for year in _YEAR.findall(_DAY.sub(" ", text))
    )


def is_bare(start: Sequence[TableRow], head: Head) -> bool:
    """Whether months of a sheet, in its head or below, stand without their year."""
    fields = {
        at: told.field for at, one in enumerate(head.names) if (told := find_name_meaning(one))
    }
    if "year" in fields.values():
        return False
    below = [cells for _, cells in start[head.first + head.rows :]]
    months = [at for at, field in fields.items() if field == "month"]
    cells = [strip_cell_text(row[at]) for row in below for at in months if at < len(row)]
    return any(map(is_bare_month, head.names)) or any(
        is_bare_month(one) or (one.isdecimal() and len(one) <= _NUMBER) for one in cells
    )


def is_bare_month(text: str) -> bool:
    """Whether *text* names a month without its year."""
    told = month_of(text)
    return told is not None and told[0] is None


def names_rows(head: Head) -> bool:
    """Whether each row says whose it is."""
    told = (find_name_meaning(name) for name in head.names)
    return any(one is not None and one.field in {"supply_point", "name"} for one in told)


def without_years(name: str) -> str:
    """The words of the name of a sheet, its years taken out."""
    return " ".join(_YEAR.sub(" ", normalize_words(name)).split())


def stop_at_kinds(sheets: dict[str, Top]) -> None:
    """BadInput for sheets of one head of which one tells another unit, fuel, flow, or a draft."""
    told = {frozenset(_iterate_sheet_claims(name, top)) for name, top in sheets.items()}
    if len(told) > 1:
        raise BadInput("sheet", "; ".join(sheets)[:80], _ONE_KIND)


def _iterate_sheet_claims(name: str, top: Top) -> Iterator[str]:
    yield from set(list_denials(name)) & _APART
    if _GAS_SHEET.search(normalize_words(name)):
        yield "gas"
    known = {parse_heading(one).unit for one in top.head.names}
    for text in (name, *top.titles):
        unit = parse_heading(text).unit
        if unit is not None and unit not in known:
            yield unit
        for part in parts_of(text):
            yield from _of_part(part)


def _of_part(part: str) -> Iterable[str]:
    if parse_heading(part).role == "amount":
        return ["amount"]
    if is_only(part, _APART):
        return set(list_denials(part)) & _APART
    return kinds_of_part(part)
