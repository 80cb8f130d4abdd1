"""A bill and the control of invoices, as a person reads them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import civil_day, describe_phrase, format_euros, format_found
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.errors import describe_error_place

if TYPE_CHECKING:
    from synergie.energy.records.bill import Bill, BillLine
    from synergie.schemas.readings.invoice import InvoiceControl, InvoiceFinding, InvoiceSum

COMPONENTS = {
    "cg": N_("network: management (CG)"),
    "cc": N_("network: metering (CC)"),
    "cs_fixed": N_("network: subscribed power (CS)"),
    "cs_energy": N_("network: energy (CS)"),
    "cmdps": N_("network: overruns (CMDPS)"),
    "reactive": N_("network: reactive energy"),
    "supply": N_("supply: energy"),
    "capacity": N_("supply: capacity"),
    "cee": N_("supply: CEE"),
    "guarantees": N_("supply: guarantees of origin"),
    "subscription": N_("supply: subscription"),
    "fee": N_("fees"),
    "vnu": N_("versement nucléaire universel"),
    "cta": N_("CTA"),
    "accise": N_("accise"),
    "atrd_fixed": N_("gas distribution: fixed (ATRD)"),
    "atrd_energy": N_("gas distribution: energy (ATRD)"),
    "atrd_capacity": N_("gas distribution: daily capacity (ATRD)"),
    "transport": N_("gas transport (ATRT)"),
    "storage": N_("gas storage"),
    "cpb": N_("biogas certificates (CPB)"),
}
_UNITS = {
    "EUR": "€",
    "EUR/MWh": "€/MWh",
    "EUR/h": "€/h",
    "EUR/kVArh": "€/kVArh",
    "EUR/kW": "€/kW",
    "EUR/y": N_("€/year"),
    "cEUR/kWh": "c€/kWh",
    "d": N_("days"),
}
"""Units as people write them; the others are the same for everyone."""
_ASK = {
    "supplier": N_("ask the supplier"),
    "grid_operator": N_("ask the grid operator, through the supplier"),
    "coordinator": N_("ask the coordinator"),
    "member": N_("ask the member"),
}


def show_bill(bill: "Bill") -> None:
    """Every line, the totals, what is missing, what was assumed."""
    typer.echo(
        _("{} from {} to {} (excluded): {} kWh").format(
            bill.tariff_code,
            civil_day(bill.from_date),
            civil_day(bill.to_date),
            _format_amount(bill.kwh),
        )
    )
    if bill.is_estimate:
        typer.echo(_("ESTIMATE: some prices are those of an earlier day"))
    print_aligned_rows(_iterate_bill_rows(bill))
    if bill.ht_eur is None or bill.ttc_eur is None:
        _print_what_is_missing(bill)
    else:
        _print_bill_totals(bill)
    if bill.assumptions:
        typer.echo(_("Assumed:"))
    for phrase in bill.assumptions:
        typer.echo(f"  {describe_phrase(phrase)}")


def _print_what_is_missing(bill: "Bill") -> None:
    """What is known of a bill without a total, and what it is at least."""
    typer.echo(_("Not priced."))
    if bill.network_eur is not None:
        typer.echo(_("Network: {} €").format(format_euros(bill.network_eur)))
    if bill.least_ht_eur is not None:
        least = _("Total excluding VAT of what is priced, at least: {} €")
        typer.echo(least.format(format_euros(bill.least_ht_eur)))
    for cell in bill.missing:
        typer.echo(
            _("  missing cell: {}.csv, {}, {}, from {}").format(
                cell.table, cell.key, cell.cell, civil_day(cell.from_date)
            )
        )
    for one in bill.not_priced:
        typer.echo(
            _("  no price for {} {}: {} kWh").format(
                one.tariff_code, one.time_class, _format_amount(one.kwh)
            )
        )


def _print_bill_totals(bill: "Bill") -> None:
    if bill.rounding_eur:
        typer.echo(_("Rounding: {} €").format(format_euros(bill.rounding_eur)))
    least = bill.overruns == "at_least"
    ht = _("Total excluding VAT, at least: {} €") if least else _("Total excluding VAT: {} €")
    typer.echo(ht.format(format_euros(bill.ht_eur)))
    for one in bill.vat:
        typer.echo(
            _("VAT {} % of {} €: {} €").format(
                _format_amount(one.percent), format_euros(one.base_eur), format_euros(one.vat_eur)
            )
        )
    ttc = _("Total including VAT, at least: {} €") if least else _("Total including VAT: {} €")
    typer.echo(ttc.format(format_euros(bill.ttc_eur)))
    if bill.kwh and bill.ht_eur is not None:
        mean = bill.ht_eur / bill.kwh * 1000
        typer.echo(_("That is {} €/MWh excluding VAT").format(format_euros(mean)))


def _iterate_bill_rows(bill: "Bill") -> Iterator[tuple[str, ...]]:
    for one in bill.lines:
        quantity = _with_unit(one.quantity, one.unit)
        price = _with_unit(one.unit_price, one.price_unit)
        amount = _("not priced") if one.amount_eur is None else f"{format_euros(one.amount_eur)} €"
        yield f"  {_describe_bill_line(one)}", civil_day(one.from_date), quantity, price, amount


def _with_unit(value: Decimal | None, unit: str | None) -> str:
    """A figure and its unit in the reader's language; empty when there is none."""
    if value is None:
        return ""
    return f"{_format_amount(value)} {_(_UNITS.get(unit or '', unit or ''))}".rstrip()


def _describe_bill_line(line: "BillLine") -> str:
    name = _(COMPONENTS[line.component]) if line.label is None else line.label
    return name if line.time_class is None else f"{name} {line.time_class}"


def _format_amount(value: Decimal) -> str:
    """A figure without zeros behind."""
    places = -min(0, int(value.normalize().as_tuple().exponent))
    return format_number(float(value), places)


def show_control(found: "InvoiceControl") -> None:
    """Each invoice added up again, what was found, what could not be looked at."""
    for one in found.invoices:
        _print_invoice_sum(one)
    blocking = [one for one in found.findings if one.severity == "blocking"]
    warnings = [one for one in found.findings if one.severity == "warning"]
    for title, some in ((_("Blocking:"), blocking), (_("To be looked at:"), warnings)):
        if some:
            typer.echo(title)
        for finding in some:
            _print_invoice_finding(finding)
    if not found.findings:
        typer.echo(_("Nothing was found wrong"))
    if found.not_checked:
        typer.echo(_("Not looked at:"))
    for phrase in found.not_checked:
        typer.echo(f"  {describe_phrase(phrase)}")


def _print_invoice_sum(one: "InvoiceSum") -> None:
    typer.echo(
        _("{} ({}): {} lines, {} delivery points, {} €").format(
            one.number, one.file, one.n_rows, one.n_points, format_euros(one.added_eur)
        )
    )
    typer.echo(
        _("  added up again: {} € ({} lines with a quantity and a price)").format(
            format_euros(one.recomputed_eur), one.n_recomputed
        )
    )
    if one.net_eur is not None:
        net = _("  after credit notes and corrections: {} €")
        typer.echo(net.format(format_euros(one.net_eur)))


def _print_invoice_finding(one: "InvoiceFinding") -> None:
    place = describe_error_place(one.where, _)
    typer.echo("  " + _("{}: {}").format(place, describe_phrase(one.reason)))
    typer.echo(
        _("    found {}, expected {}").format(format_found(one.found), format_found(one.expected))
        + (
            ""
            if one.amount_eur is None
            else _("; {} € at stake").format(format_euros(one.amount_eur))
        )
        + _("; {} [{}]").format(_(_ASK[one.ask]), one.rule)
    )
