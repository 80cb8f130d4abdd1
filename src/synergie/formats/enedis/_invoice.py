"""Lines of the invoices F12 and F15: amounts without tax, to control and not to book."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import parse_exact_number
from synergie.formats.checks import N_
from synergie.formats.enedis._dials import read_child_text
from synergie.formats.enedis._flow import parse_civil_date
from synergie.formats.report import Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.invoice_line import InvoiceLine

ENERGY_UNITS = frozenset({"kwh", "mwh", "wh"})
"""Units, in lower case, of a quantity that is an active energy."""

_MOST = 10**12
_AMOUNT = N_("an amount in euros, a number with a dot")
_NUMBER = N_("a number with a dot")
_DAY = timedelta(days=1)


class About(NamedTuple):
    """What all lines of one lot have in common."""

    invoice: str
    lot: str
    """Number of the lot or of the valuation: lines are counted in it."""
    prm: str
    source: str
    provenance: str


def list_line_elements(billed: Element) -> list[Element]:
    """Where the amounts of one billed element stand: its own, or one a period."""
    parts = [child for child in billed if child.find("Montant_HT") is not None]
    return parts or [billed]


def build_invoice_line(billed: Element, part: Element, number: int, about: About) -> InvoiceLine:
    """One line; its last day is counted in, so the period ends the day after. BadInput: wrong."""
    unit = read_child_text(part, "Unite_Quantite")
    first, last = _read_optional_day(part, "Date_Debut"), _read_optional_day(part, "Date_Fin")
    try:
        return InvoiceLine.model_validate(
            {
                "invoice": about.invoice,
                "line": f"{about.lot}/{number}",
                "supply_point": f"prm:{about.prm}",
                "element": read_child_text(billed, "Id_EV"),
                "label": read_child_text(billed, "Libelle_EV") or None,
                "is_energy": unit.lower() in ENERGY_UNITS,
                "from_date": first,
                "to_date": None if last is None else last + _DAY,
                "quantity": _read_optional_number(part, "Quantite"),
                "quantity_unit": unit or None,
                "unit_price_eur": _read_optional_number(part, "Prix_Unitaire"),
                "amount_eur": read_amount(part, "Montant_HT"),
                "vat_code": read_child_text(billed, "Taux_TVA_Applicable") or None,
                "source": about.source,
                "provenance": about.provenance,
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def read_amount(element: Element, name: str) -> Decimal:
    """Euros of a child; BadInput when it is none."""
    return Decimal(
        parse_exact_number(read_child_text(element, name), f"/{name}", _AMOUNT, most=_MOST)
    )


def report_invoice_faults(
    found: Iterable[InvoiceLine], total: Element | None, name: str, report: Report
) -> None:
    """What is no energy, and whether the lines add up to the total that the file tells."""
    some = list(found)
    other = sum(not one.is_energy for one in some)
    if other:
        report.find(checks.NOT_ENERGY, times=other)
    try:
        told = None if total is None else read_amount(total, name)
    except BadInput:
        told = None
    added = sum((one.amount_eur for one in some), Decimal(0))
    if told is not None and told != added:
        report.find(checks.SUMMARY_DIFFERS, f"{told} €", f"{added} €")


def _read_optional_number(element: Element, name: str) -> Decimal | None:
    told = read_child_text(element, name)
    return Decimal(parse_exact_number(told, f"/{name}", _NUMBER, most=_MOST)) if told else None


def _read_optional_day(element: Element, name: str) -> date | None:
    told = read_child_text(element, name)
    return parse_civil_date(told, f"/{name}") if told else None


def check_currency(element: Element | None) -> None:
    """Whether the invoice is in euros; BadInput for another currency."""
    currency = "" if element is None else read_child_text(element, "Devise")
    if currency not in {"", "EUR"}:
        raise BadInput("/Devise", currency, "EUR")
