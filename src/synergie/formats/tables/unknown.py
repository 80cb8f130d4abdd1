"""A table of which nothing is recognised: its columns, and what each may be said to be."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from synergie.errors import SynergieError
from synergie.formats.report import Report
from synergie.formats.source import Source, opened
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import Cell, strip_cell_text
from synergie.formats.tables._head import LOOKED_AT, NO_HEAD, join_head_rows
from synergie.formats.tables._heading import NO_ENERGY, is_denied, parse_heading
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import TableRow, text_rows
from synergie.formats.tables._words import normalize_words

UNRECOGNISED = frozenset({
    "a file in a known format; the command `synergie formats` lists them", NO_HEAD,
})  # fmt: skip
"""What is expected in the errors of files of which nothing is recognised."""
_FEW = 2


def guessed_roles(source: Source, *, name: str | None = None) -> list[tuple[str, str]]:
    """The columns under the first row of words, and the role that the cells of each suggest.

    Dates are the begin and the end of a period, the first numbers the energy, the first texts names
    where no column has numbers of points; what else it may be is `ignore`. Empty: it is no table.
    """
    try:
        with ExitStack() as stack:
            file = opened(source, name, stack)
            if is_workbook(file.members, file.stream):
                rows = list(islice(sheet_rows(file.stream, None, Report()), LOOKED_AT))
            elif file.members:
                return []
            else:
                rows = list(islice(text_rows(file.stream, None, Report()), LOOKED_AT))
    except SynergieError:
        return []
    return _guess_roles(rows)


def _guess_roles(rows: Sequence[TableRow]) -> list[tuple[str, str]]:
    for at, (_, cells) in enumerate(rows[:-1]):
        names = join_head_rows([cells]) if sum(map(_is_word, cells)) >= _FEW else ()
        if names and not any(map(sample.is_number, filter(strip_cell_text, cells))):
            columns = [_list_column_cells(rows[at + 1 :], place) for place in range(len(names))]
            return list(zip(names, _iterate_role_names(names, columns), strict=True))
    return []


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell))


def _list_column_cells(rows: Sequence[TableRow], at: int) -> list[Cell]:
    return [cells[at] for _, cells in rows if at < len(cells) and strip_cell_text(cells[at])]


def _iterate_role_names(names: Sequence[str], columns: Sequence[Sequence[Cell]]) -> Iterator[str]:
    left = {"point": ["supply_point"], "date": ["from_date", "to_date"], "number": ["energy"]}
    dates = sum(_classify_column(column) == "date" for column in columns)
    if dates == 1:
        left["date"] = ["date"]
    left["month"] = [] if dates else ["month"]
    told = any(_classify_column(column) == "point" for column in columns)
    left["text"] = [] if told else ["name"]
    for name, column in zip(names, columns, strict=True):
        kind = _classify_column(column)
        some = left.get(kind, []) if kind != "number" or _may_be_energy(name) else []
        yield some.pop(0) if some else "ignore"


def _may_be_energy(name: str) -> bool:
    """Whether a name says that its numbers are energies, or nothing at all."""
    told = parse_heading(name)
    silent = (
        told.role == "unknown" and told.score == 0 and not NO_ENERGY.search(normalize_words(name))
    )
    return not is_denied(name) and (told.role == "energy" or silent)


def _classify_column(column: Sequence[Cell]) -> str:
    tests = (
        ("point", sample.is_identifier),
        ("date", sample.is_date),
        ("month", sample.is_month),
        ("number", sample.is_number),
    )
    return next((kind for kind, test in tests if sample.share(column, test) > sample.MOST), "text")
