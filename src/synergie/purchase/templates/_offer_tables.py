"""The tables of a price schedule: sheets of a workbook, or the one table of a text file.

Each has its heads; lines above and between tell the lot, the supplier, the unit, the validity.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from synergie.formats.cells import Cell, spell_cell
from synergie.formats.csv_text import CsvError, split_rows
from synergie.formats.report import Place, Report
from synergie.formats.sheets import SheetRow, read_sheets
from synergie.formats.text import SEPARATORS
from synergie.purchase.templates._offer_head import LOOKED_AT, Head, first_head, head_at
from synergie.purchase.templates._offer_words import Unit, claims_of, lot_of, unit_of

MOST_ROWS = 200_000
"""Rows of one sheet: a schedule has hundreds."""
MOST_SHEETS = 50
_SUPPLIER = re.compile(
    r"(?:fournisseur|candidat|soumissionnaire|titulaire)\s*(?:retenu\s*)?:\s*(\S.{0,150})",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"valable?s?\s+jusqu\S*\s*(?:au|le)?\s*(\d{1,2}/\d{1,2}/\d{4})\s*(?:à|a|,)?\s*"
    r"(\d{1,2})\s*[h:]\s*(\d{2})",
    re.IGNORECASE,
)
_LONGEST = 2_000
"""Characters of a line that are looked at."""
_FEW = 3
"""Cells of a line between tables, at most; more make a row of data."""


@dataclass(frozen=True, slots=True)
class Context:
    """What lines outside the rows tell of the rows below them."""

    lot: str | None = None
    supplier: str | None = None
    unit: Unit | None = None
    valid_until: str | None = None
    claims: tuple[str, ...] = ()
    """Words of the lines by which prices are other than those of energy without VAT."""

    def hearing(self, cells: Sequence[Cell]) -> "Context":
        """With what one more line tells."""
        line = " ".join(text for cell in cells if (text := spell_cell(cell)))[:_LONGEST]
        supplier, until = _SUPPLIER.search(line), _UNTIL.search(line)
        return Context(
            lot=lot_of(line) or self.lot,
            supplier=supplier[1].strip(" .;") if supplier else self.supplier,
            unit=unit_of(line) or self.unit,
            valid_until=f"{until[1]} {until[2]}:{until[3]}" if until else self.valid_until,
            claims=tuple(dict.fromkeys((*self.claims, *claims_of(line)))),
        )


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row under a head."""

    place: Place
    cells: list[Cell]
    head: Head
    context: Context


def find_table_rows(source: BinaryIO, report: Report) -> Iterator[DataRow] | None:
    """The rows of all tables of a file. None: it has no head of a price schedule."""
    sheets = islice(read_sheets(source, report, find_separator, most_rows=MOST_ROWS), MOST_SHEETS)
    held = [(one.name, list(one.rows)) for one in sheets]
    found = [(name, rows) for name, rows in held if first_head(rows) is not None]
    if not found:
        return None
    several = len(found) > 1
    return (row for name, rows in found for row in _iterate_sheet_rows(name, rows, named=several))


def find_separator(lines: list[str]) -> str | None:
    """The separator with which the start of a text file has the best head. None: none has."""
    best, most = None, 0
    for mark in SEPARATORS:
        head = first_head(_split_text_rows(lines[: LOOKED_AT + 20], mark))
        if head is not None and head[1].score > most:
            best, most = mark, head[1].score
    return best


def _split_text_rows(lines: list[str], mark: str) -> list[SheetRow]:
    try:
        return [(i, list[Cell](row)) for i, row in enumerate(split_rows(lines, mark), 1)]
    except CsvError:
        return []


def _iterate_sheet_rows(name: str, held: list[SheetRow], *, named: bool) -> Iterator[DataRow]:
    """Rows of one sheet; another head may come under a first table."""
    first = first_head(held)
    context = Context(lot=lot_of(name))
    if first is None:
        return
    at, head = first
    for _, cells in held[:at]:
        context = context.hearing(cells)
    at += head.rows
    while at < len(held):
        number, cells = held[at]
        another = head_at(held, at)
        if another is not None:
            head, at = another, at + another.rows
            continue
        if _is_line(cells, head):
            context = context.hearing(cells)
        else:
            yield DataRow(f"{name}!{number}" if named else number, cells, head, context)
        at += 1


def _is_line(cells: list[Cell], head: Head) -> bool:
    """A title or a note between rows: few cells, no price, no lot and no tariff option."""
    filled = {at for at, cell in enumerate(cells) if spell_cell(cell)}
    own = {head.fields.get(name) for name in ("lot", "supplier", "tariff_code")}
    prices = {one.at for one in head.prices}
    lone = filled <= {min(filled, default=0)}  # a title may stand where a column begins
    return len(filled) <= _FEW and not filled & prices and (lone or not filled & own)
