"""Invoices: added up again, and every line looked at with the rules that a commune applies.

An invoice may come as facts of a flow (F12, F15) or as lines of a table; `control` says what is
wrong, what was expected, by how many euros, and whom to ask. It never changes an amount.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from synergie.formats.invoices import TotalRow
from synergie.plan.tariff.control.run import KnownPoint, control
from synergie.schemas.invoice import Invoice, InvoiceRow, LotTotals, ToldTotals
from synergie.schemas.invoice_line import InvoiceLine
from synergie.schemas.perimeter import PerimeterRow
from synergie.schemas.supply_terms import SupplyTerms
from synergie.schemas.tariff import ClassPower

__all__ = ["KnownPoint", "control", "invoices_of_lines", "invoices_of_rows", "known_points"]


def invoices_of_lines(
    lines: Iterable[InvoiceLine | SupplyTerms],
    file: str,
    *,
    lots: LotTotals | Literal["agree"] | None = None,
) -> list[Invoice]:
    """The invoices of a flow (F12, F15) as its reader gives them: lines, and terms of points.

    *lots*: what the reader found of the totals of lots, which it compares one by one. None: not
    looked at. Those that differ are told of the first invoice of the file.
    """
    rows: dict[str, list[InvoiceRow]] = {}
    options: dict[str, str] = {}
    for one in lines:
        if isinstance(one, SupplyTerms):
            if one.tariff_code:
                options[one.supply_point] = one.tariff_code
            continue
        row = _row(one, file, options.get(one.supply_point))
        rows.setdefault(one.invoice, []).append(row)
    found: list[Invoice] = []
    for n, some in rows.items():
        differing = lots if isinstance(lots, LotTotals) and not found else None
        added = sum((row.amount_eur for row in some), Decimal(0))
        told = ToldTotals(ht_eur=added if lots is not None and differing is None else None)
        found.append(
            Invoice(number=n, file=file[:200], rows=tuple(some), told=told, lots=differing)
        )
    return found


def _row(line: InvoiceLine, file: str, option: str | None) -> InvoiceRow:
    return InvoiceRow(
        where=f"{file}, {line.line}"[:200],
        invoice=line.invoice,
        supply_point=line.supply_point,
        point_told=line.supply_point,
        tariff_code=option,
        element=line.element,
        label=line.label,
        from_date=line.from_date,
        to_date=line.to_date,
        quantity=line.quantity,
        quantity_unit=line.quantity_unit,
        unit_price=line.unit_price_eur,
        amount_eur=line.amount_eur,
        vat_percent=_percent(line.vat_code),
    )


def _percent(code: str | None) -> Decimal | None:
    """The rate that a code of VAT writes; None for one in letters (NS: not subject)."""
    bare = (code or "").replace(",", ".").strip()
    if not bare.replace(".", "", 1).isdecimal() or not bare.isascii():
        return None
    found = Decimal(bare)
    return found if found <= 100 else None  # noqa: PLR2004 (percent)


def invoices_of_rows(rows: Iterable[InvoiceRow | TotalRow], file: str) -> list[Invoice]:
    """The invoices of a table: rows by number; a total of no number is of the one before it."""
    found: dict[str, list[InvoiceRow]] = {}
    told: dict[str, dict[str, Decimal]] = {}
    number = "-"
    for row in rows:
        if isinstance(row, TotalRow):
            told.setdefault(row.invoice or number, {})[f"{row.kind}_eur"] = row.amount
            continue
        number = row.invoice or number
        found.setdefault(number, []).append(row)
    if len(found) != 1:  # one total below several invoices is of none of them
        told = {n: totals for n, totals in told.items() if n in found}
    return [
        Invoice(
            number=n,
            file=file[:200],
            rows=tuple(some),
            told=ToldTotals(**told.get(n, {})),
        )
        for n, some in found.items()
    ]


def known_points(records: Iterable[PerimeterRow | SupplyTerms]) -> list[KnownPoint]:
    """What a perimeter, or the terms of a flow, know of delivery points; the last word counts."""
    found: dict[str, KnownPoint] = {}
    for one in records:
        powers = tuple(
            ClassPower(time_class=power.tariff_class, kva=power.value)
            for power in one.subscribed_powers
            if power.value > 0
        )
        found[one.supply_point] = KnownPoint(
            supply_point=one.supply_point, tariff_code=one.tariff_code, powers=powers
        )
    return list(found.values())
