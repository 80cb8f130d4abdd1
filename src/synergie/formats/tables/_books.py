"""The tables of a workbook: which sheets have a head, and those of one head read as one table."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats._report import Report
from synergie.formats.tables._across import head_of
from synergie.formats.tables._cells import Cell, month_of, said
from synergie.formats.tables._head import LOOKED_AT, Head
from synergie.formats.tables._sheet_years import (
    is_bare,
    is_bare_month,
    names_rows,
    without_years,
    years_above,
)
from synergie.formats.tables._sheets import sheet_rows, visible_sheets
from synergie.formats.tables._texts import TableRow

_ONE_YEAR = "sheets that tell one year each; the answer sheet=NAME reads one of them"
MOST_SHEETS = 40
"""Sheets that are looked at."""


class Top(NamedTuple):
    """The head of a sheet, and what stands above it."""

    head: Head
    titles: tuple[str, ...]


def tops(source: BinaryIO) -> dict[str, Top | None]:
    """The visible sheets that have a head, and their top; None for numbers without a head.

    Errors as `sheet_rows`. Empty: a workbook of one sheet.
    """
    found: dict[str, Top | None] = {}
    names = visible_sheets(source)
    beside = _beside(name for name, has_numbers in names.items() if has_numbers)
    for name in list(names)[:MOST_SHEETS] if len(names) > 1 else ():
        try:
            start = list(islice(sheet_rows(source, name, Report()), LOOKED_AT))
            head = head_of(start, beside)
            above = (said(cell) for _, cells in start[: head.first] for cell in cells)
            found[name] = Top(head, tuple(dict.fromkeys(filter(None, above))))
        except BadInput:
            if names[name]:
                found[name] = None
    return found


def rows_of(source: BinaryIO, names: Sequence[str], report: Report) -> Iterator[TableRow]:
    """Rows of sheets of one head, the head once; the name of its sheet stands behind each."""
    starts = [list(islice(sheet_rows(source, name, Report()), LOOKED_AT)) for name in names]
    label, told = _behind(names, starts)
    for rank, (name, start) in enumerate(zip(names, starts, strict=True)):
        head = head_of(start, _beside(names))
        end = head.first + head.rows
        if rank == 0:
            yield from start[: head.first]
            for number, cells in start[head.first : end]:
                yield number, [*_wide(cells, len(head.names)), label]
        for number, cells in sheet_rows(source, name, Report()):
            if number > start[end - 1][0]:
                yield number, [*_wide(cells, len(head.names)), told[rank]]
    report.note("sheets of one head were read as one table: {}", ", ".join(names))


def _beside(names: Iterable[str]) -> tuple[str, ...]:
    """The column that the names of all sheets are: months, where each is that of one."""
    return ("Mois",) if all(map(month_of, names)) else ()


def _behind(
    names: Sequence[str], starts: Sequence[Sequence[TableRow]]
) -> tuple[str, Sequence[str]]:
    """What stands behind the rows of each sheet: its point, its year, its month, or its name."""
    heads = [head_of(start, _beside(names)) for start in starts]
    points = [
        _point_above(start, head) or name
        for start, head, name in zip(starts, heads, names, strict=True)
    ]
    label = _label(points)
    years = [years_above(*one) for one in zip(names, starts, heads, strict=True)]
    bare = any(map(is_bare, starts, heads)) or (label == "Mois" and any(map(is_bare_month, names)))
    if label == "Année" or len(set(years)) == 1 or not bare:
        return label, points
    apart = names_rows(heads[0]) or len({without_years(name) for name in names}) == 1
    if label != "Site" or points != [*names] or not apart or any(len(one) != 1 for one in years):
        raise BadInput("sheet", "; ".join(names)[:80], _ONE_YEAR)
    return "Année", [min(one) for one in years]


def _point_above(start: Sequence[TableRow], head: Head) -> str | None:
    """The number of a point in the titles of a sheet. None: none, or several."""
    titles = " ".join(said(cell) for _, cells in start[: head.first] for cell in cells)
    found = set(re.findall(r"(?<!\d)\d{14}(?!\d)", titles))
    return found.pop() if len(found) == 1 else None


def _wide(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells, *[""] * (width - len(cells))]


def _label(names: Sequence[str]) -> str:
    """What the names of the sheets tell: years, months, numbers of points, or sites."""
    if all(re.fullmatch(r"(19|20)\d\d", name) for name in names):
        return "Année"
    if all(month_of(name) for name in names):
        return "Mois"
    return "PRM" if all(re.fullmatch(r"\d{14}", name) for name in names) else "Site"
