"""Invoices: added up again, and every line looked at with the rules that a commune applies.

An invoice may come as facts of a flow (F12, F15) or as lines of a table; `control` says what is
wrong, what was expected, by how many euros, and whom to ask. It never changes an amount.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from synergie.energy.plan.tariff.control.run import PerimeterPoint, control
from synergie.energy.records.tariff import ClassPower
from synergie.formats.invoices import TermsRow, TotalRow
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.invoice import Invoice, InvoiceRow, LotTotals, ToldTotals
from synergie.schemas.readings.invoice_line import InvoiceLine

_CENTS = Decimal("0.05")

__all__ = [
    "PerimeterPoint",
    "control",
    "invoices_of_lines",
    "invoices_of_rows",
    "lay_terms",
    "list_perimeter_points",
]


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
        row = _build_invoice_row(one, file, options.get(one.supply_point))
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


def _build_invoice_row(line: InvoiceLine, file: str, option: str | None) -> InvoiceRow:
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
        vat_percent=_parse_vat_percent(line.vat_code),
    )


def _parse_vat_percent(code: str | None) -> Decimal | None:
    """The rate that a code of VAT writes; None for one in letters (NS: not subject)."""
    bare = (code or "").replace(",", ".").strip()
    if not bare.replace(".", "", 1).isdecimal() or not bare.isascii():
        return None
    found = Decimal(bare)
    return found if found <= 100 else None  # noqa: PLR2004 (percent)


def invoices_of_rows(rows: Iterable[InvoiceRow | TotalRow], file: str) -> list[Invoice]:
    """The invoices of a table: rows by number; a total of no number is of the one before it.

    When only the last of several invoices has such a total, it is that of all of them.
    """
    found: dict[str, list[InvoiceRow]] = {}
    told: dict[str, dict[str, Decimal]] = {}
    number, bare = "-", set[str]()
    for row in rows:
        if isinstance(row, TotalRow):
            if row.invoice is None:
                bare.add(number)
            told.setdefault(row.invoice or number, {})[f"{row.kind}_eur"] = row.amount
            continue
        number = row.invoice or number
        found.setdefault(number, []).append(row)
    lots = None
    if len(found) > 1 and bare == {number} and set(told) == bare:
        lots = _of_all(found, told.pop(number))
    return [
        Invoice(
            number=n,
            file=file[:200],
            rows=tuple(some),
            told=ToldTotals(**told.get(n, {})),
            lots=lots if n == next(iter(found)) else None,
        )
        for n, some in found.items()
    ]


def _of_all(found: dict[str, list[InvoiceRow]], told: dict[str, Decimal]) -> LotTotals | None:
    """The total of several invoices that their lines do not make; None when they do."""
    added = sum((row.amount_eur for some in found.values() for row in some), Decimal(0))
    ht = told.get("ht_eur")
    if ht is None or abs(ht - added) <= _CENTS:
        return None
    return LotTotals(told_eur=ht, added_eur=added, n=1)


def list_perimeter_points(records: Iterable[PerimeterRow | SupplyTerms]) -> list[PerimeterPoint]:
    """What a perimeter, or the terms of a flow, know of delivery points.

    Terms that differ from those before hold from their first day on, the first ones on all days
    before, too. Of a perimeter, which tells no days, the last word counts.
    """
    found: dict[str, dict[date, PerimeterPoint]] = {}
    for one in records:
        begins = one.valid_from if isinstance(one, SupplyTerms) else date.min
        powers = tuple(
            ClassPower(time_class=power.tariff_class, kva=power.value)
            for power in one.subscribed_powers
            if power.value > 0
        )
        found.setdefault(one.supply_point, {})[begins] = PerimeterPoint(
            supply_point=one.supply_point,
            tariff_code=one.tariff_code,
            powers=powers,
            activity="non_economic" if one.usage == "public_lighting" else "unknown",
        )
    return [each for some in found.values() for each in _iterate_dated_terms(some)]


def lay_terms(
    known: Iterable[PerimeterPoint] | None, rows: Iterable[TermsRow]
) -> list[PerimeterPoint]:
    """What is known of delivery points, those that *rows* tell by their own dated terms alone."""
    found: dict[str, list[PerimeterPoint]] = {}
    for row in rows:
        powers = tuple(ClassPower(time_class=name, kva=kva) for name, kva in row.powers)
        one = PerimeterPoint(
            supply_point=row.supply_point, tariff_code=row.tariff_code or None, powers=powers,
            activity=row.activity, contract=row.contract, valid_from=row.valid_from,
            valid_to=row.valid_to, supplier=row.supplier,
        )  # fmt: skip
        found.setdefault(row.supply_point, []).append(one)
    kept = [one for one in known or () if one.supply_point not in found]
    return [*kept, *(one for some in found.values() for one in some)]


def _iterate_dated_terms(told: dict[date, PerimeterPoint]) -> Iterator[PerimeterPoint]:
    """The terms of one point, each with the days that it holds."""
    days = [day for n, day in enumerate(sorted(told)) if n == 0 or _differ(told, sorted(told), n)]
    for begins, ends in zip(days, [*days[1:], date.max], strict=True):
        first = date.min if begins == days[0] else begins
        yield replace(told[begins], valid_from=first, valid_to=ends)


def _differ(told: dict[date, PerimeterPoint], days: list[date], n: int) -> bool:
    return told[days[n]] != told[days[n - 1]]
