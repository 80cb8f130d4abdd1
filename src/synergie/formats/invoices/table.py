"""Reads a table of invoice lines: the head is found by the names of its columns.

Every line keeps what it says; what it means (component, class) is for whoever controls it. A line
that begins with "Total" and has no quantity is a total that the invoice tells.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO, Literal

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats.cells import Cell, prove_marks, read_amount, read_day, unquote_cell
from synergie.formats.invoices._columns import Columns, is_readable, match_columns
from synergie.formats.invoices._sheets import read_invoice_sheets
from synergie.formats.report import Report
from synergie.formats.tables.energies import is_total_label
from synergie.formats.text import normalize_column_name
from synergie.formats.values import bare_code, read_point
from synergie.schemas.faults import faults
from synergie.schemas.readings.invoice import InvoiceRow

_LOOKED_AT = 60
_EUROS = re.compile(r"(?:€|eur|euros?)?\s*(?:ht|hors tax\w*|hors tva)?", re.IGNORECASE)
_HEAD = "a head that names an amount (Montant HT) and what it is for (Libellé)"
_DATE = "a date as 25/11/2026 or 2026-11-25"
_DAY = timedelta(days=1)
_DAYS = {"j", "jour", "jours", "d", "cj", "pj", "day", "days"}
_ESTIMATED = {"estime", "estimee", "estimation", "e", "est", "oui", "estimated"}
_TOTALS: Mapping[str, Literal["ht", "vat", "ttc"]] = {
    "totalht": "ht", "totalhorstaxes": "ht", "totalhorstva": "ht", "montanttotalht": "ht",
    "totaltva": "vat", "montanttva": "vat", "tva": "vat",
    "totalttc": "ttc", "netapayer": "ttc", "montantttc": "ttc", "totalapayer": "ttc",
    "montanttotalttc": "ttc", "totaltoutestaxescomprises": "ttc", "total": "ht",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A total that the table tells."""

    invoice: str | None
    """Number of the invoice. None: not told in its row."""
    kind: Literal["ht", "vat", "ttc", "part"]
    """Excluding VAT, the VAT, including it; `part`: a sub-total, which repeats lines."""
    amount: Decimal
    where: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One table: its columns, its rows below the head, and how its cells are to be read."""

    place: str
    columns: Columns
    rows: list[tuple[int, list[Cell]]]
    proved: frozenset[str]

    def cell(self, cells: list[Cell], field: str) -> Cell:
        """The cell of a field; empty when the table has no such column or the row is short."""
        at = self.columns.at.get(field)
        return cells[at] if at is not None and at < len(cells) else ""


def read_rows(
    source: BinaryIO, name: str, *, last_day: Literal["included", "excluded"] | None = None
) -> tuple[list[InvoiceRow | TotalRow], Report]:
    """The lines of every table of the file *name*, and what was refused or not read.

    *last_day* says whether a period's last day counts; None: it does, unless the numbers of days
    that the table bills say otherwise. BadInput: no table with a head that is understood.
    """
    report = Report()
    found: list[InvoiceRow | TotalRow] = []
    seen, heads, first = [], 0, ""
    for sheet, rows in read_invoice_sheets(source, report):
        some = list(rows)
        if some and not first:
            first = "; ".join(unquote_cell(cell) for cell in some[0][1])[:80]
        table = _find_invoice_table(name, sheet, some)
        if table is None:
            seen.append(sheet)
            continue
        heads += 1
        if table.columns.unknown:
            report.note("columns that are not read: {}", ", ".join(table.columns.unknown))
        found += _read_invoice_rows(table, report, last_day)
    if not heads:
        raise BadInput(name, first or Words("nothing"), _HEAD)
    if seen:
        report.note("sheets without a table of lines, not read: {}", ", ".join(seen))
    return found, report


def _find_invoice_table(name: str, sheet: str, rows: list[tuple[int, list[Cell]]]) -> _Table | None:
    place = f"{name}, {sheet}" if sheet else name
    for n, (_, cells) in enumerate(rows[:_LOOKED_AT]):
        found = match_columns([unquote_cell(cell) for cell in cells])
        if is_readable(found):
            _stop_at_other_money(found, place)
            below = [row for row in rows[n + 1 :] if any(unquote_cell(cell) for cell in row[1])]
            numbers = [found.at[f] for f in ("amount", "unit_price", "quantity") if f in found.at]
            proved = prove_marks(row[at] for _, row in below for at in numbers if at < len(row))
            return _Table(place, found, below, proved)
    return None


def _stop_at_other_money(found: Columns, place: str) -> None:
    """BadInput for amounts in cents or thousands of euros: the head says so behind its name."""
    unit = found.units.get("amount", "")
    if not _EUROS.fullmatch(unit.strip()):
        raise BadInput(f"{place}, /amount", unit, "amounts in euros")


def _read_invoice_rows(
    table: _Table, report: Report, last_day: Literal["included", "excluded"] | None
) -> Iterator[InvoiceRow | TotalRow]:
    included = last_day != "excluded" if last_day else _is_included(table)
    for number_of, cells in table.rows:
        try:
            made = _build_total_row(table, cells, number_of) or _build_invoice_row(
                table, cells, number_of, included
            )
        except BadInput as fault:
            report.refuse(number_of, fault)
            continue
        report.kept += 1
        if isinstance(made, TotalRow) and made.kind == "part":
            report.note("sub-totals repeat lines and are left out")
        else:
            yield made


def _build_total_row(table: _Table, cells: list[Cell], number_of: int) -> TotalRow | None:
    kinds = (_total_kind(one) for one in cells if isinstance(one, str))
    kind = next((one for one in kinds if one is not None), None)
    bare = not any(unquote_cell(table.cell(cells, field)) for field in ("from_date", "unit_price"))
    if kind is None and bare and is_total_label(unquote_cell(table.cell(cells, "label"))):
        kind = "part"
    if kind is None or (unquote_cell(table.cell(cells, "quantity")) and not bare):
        return None
    amount = read_amount(table.cell(cells, "amount"), "/amount", proved=table.proved)
    if amount is None:
        raise BadInput("/amount", "", "an amount in euros")
    invoice = unquote_cell(table.cell(cells, "invoice"))
    known = None if not invoice or normalize_column_name(invoice) in _TOTALS else invoice
    return TotalRow(known, kind, amount, f"{table.place}, line {number_of}")


type Kind = Literal["ht", "vat", "ttc", "part"]
_PARTS = ("soustotal", "totalprm", "totalpdl", "totalpoint", "totalsite", "totalfourniture",
          "totalacheminement", "totaltaxes", "totalconsommation", "totalabonnement")  # fmt: skip
"""How sub-totals begin: they repeat lines, and are left out."""


@lru_cache(maxsize=65_536)
def _total_kind(cell: str) -> Kind | None:
    bare = normalize_column_name(unquote_cell(cell))
    return "part" if bare.startswith(_PARTS) else _TOTALS.get(bare)


def _build_invoice_row(
    table: _Table,
    cells: list[Cell],
    number_of: int,
    included: bool,  # noqa: FBT001
) -> InvoiceRow:
    numbers = {
        field: read_amount(table.cell(cells, field), f"/{field}", proved=table.proved)
        for field in ("amount", "quantity", "unit_price")
    }
    if numbers["amount"] is None:
        raise BadInput("/amount", unquote_cell(table.cell(cells, "amount")), "an amount in euros")
    begins, ends = (_read_day(table.cell(cells, f), f"/{f}") for f in ("from_date", "to_date"))
    key, told = _read_point(table.cell(cells, "gas_point"), "pce")
    if not told:
        key, told = _read_point(table.cell(cells, "point"), "prm")
    fields: dict[str, object] = {
        "where": f"{table.place}, line {number_of}"[:200],
        "supply_point": key,
        "point_told": told[:200] or None,
        "from_date": begins,
        "to_date": ends + _DAY if ends is not None and included else ends,
        "quantity": numbers["quantity"],
        "unit_price": numbers["unit_price"],
        "amount_eur": numbers["amount"],
        "vat_percent": _parse_vat_rate(table, cells),
        "estimated": _parse_estimated(unquote_cell(table.cell(cells, "estimated"))),
        "label": _build_line_label(table, cells),
        **{
            name: unquote_cell(table.cell(cells, name))[:120] or None
            for name in ("invoice", "market", "supplier", "tariff_code", "element", "time_class")
        },
        "quantity_unit": _find_cell_unit(table, cells, "quantity"),
        "price_unit": _find_cell_unit(table, cells, "unit_price"),
    }
    try:
        return InvoiceRow.model_validate(fields)
    except ValidationError as error:
        raise faults(error)[0] from error


def _build_line_label(table: _Table, cells: list[Cell]) -> str | None:
    """The words of a line: those of its family before its own."""
    parts = (unquote_cell(table.cell(cells, field)) for field in ("component", "label"))
    return " / ".join(dict.fromkeys(part for part in parts if part))[:200] or None


def _find_cell_unit(table: _Table, cells: list[Cell], field: str) -> str | None:
    column = {"quantity": "quantity_unit", "unit_price": "price_unit"}[field]
    return unquote_cell(table.cell(cells, column))[:40] or table.columns.units.get(field)


def _parse_vat_rate(table: _Table, cells: list[Cell]) -> Decimal | None:
    """The rate of VAT: 20, 20 %, 0.2; a code that is no number is not known."""
    try:
        found = read_amount(table.cell(cells, "vat"), "/vat", proved=table.proved)
    except BadInput:
        return None
    if found is None or not 0 <= found <= 100:  # noqa: PLR2004 (percent)
        return None
    return found * 100 if 0 < found < 1 else found


def _parse_estimated(text: str) -> bool | None:
    return None if not text else normalize_column_name(text) in _ESTIMATED


def _read_day(cell: Cell, where: str) -> date | None:
    """The civil date in the cell, an hour behind it passed over; None for a blank."""
    if isinstance(cell, datetime):
        return cell.date()
    text = unquote_cell(cell)
    return read_day(text, where, _DATE, exists="a date that exists", loose=True) if text else None


def _read_point(cell: Cell, scheme: Literal["prm", "pce"]) -> tuple[str | None, str]:
    """The key of a delivery point, and what was written; no key: not a code of its scheme.

    `pce:` in front tells a gas point in any column.
    """
    text = bare_code(unquote_cell(cell))
    told, colon, code = text.partition(":")
    if colon and told.casefold() in {"prm", "pce"}:
        return read_point(code, told.casefold()), code
    return read_point(text, scheme), text


def _is_included(table: _Table) -> bool:
    """Whether last days count: unless more lines bill the days between the dates."""
    votes = 0
    for _, cells in table.rows:
        unit = normalize_column_name(_find_cell_unit(table, cells, "quantity") or "")
        if unit not in _DAYS:
            continue
        try:
            begins, ends = (_read_day(table.cell(cells, f), f) for f in ("from_date", "to_date"))
            days = read_amount(table.cell(cells, "quantity"), "", proved=table.proved)
        except BadInput:
            continue
        if begins and ends and days is not None:
            votes += _compute_last_day_vote(begins, ends, days)
    return votes >= 0


def _compute_last_day_vote(begins: date, ends: date, days: Decimal) -> int:
    between = (ends - begins).days
    return 1 if days == between + 1 else -1 if days == between else 0
