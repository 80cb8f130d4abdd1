"""Enedis F15: detail of the invoices of C5 points, XML.

One valuation a delivery point, then groups of billed elements. Penalties and services are no
energy: only a quantity in kWh is. `Date_Fin` is taken as the last day itself, as in F12.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._dials import read_child_text
from synergie.formats.enedis._flow import leave_out, opened
from synergie.formats.enedis._invoice import (
    About,
    build_invoice_line,
    check_currency,
    list_line_elements,
    report_invoice_faults,
)
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.profile import Profile

NAME = "enedis-f15"
ROOT = "F15_Detail_Facturation"
PERSONAL = ("Nom", "Prenom", "Civilite", "Raison_Sociale")
"""Children of `Donnees_PRM` that name people; none is read."""


def sniff(sample: Sample) -> float:
    """1.0 for the root element of F15."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[InvoiceLine], Report]:
    """Lines in file order.

    BadInput: another root element or currency, XML that is not well formed. A bad line is refused
    at its number in the file, a valuation without a right PRM whole. Memory holds one valuation.
    """
    opened(source, ROOT)
    report = Report()
    return _read_f15_lines(source, profile, report), report


def _read_f15_lines(source: BinaryIO, profile: Profile, report: Report) -> Iterator[InvoiceLine]:
    invoice, n = "", 0
    for element in iterate_elements(source, "Rappel_En_Tete", "Donnees_Valorisation"):
        if element.tag == "Rappel_En_Tete":
            check_currency(element)
            invoice = read_child_text(element, "Num_Facture")
            continue
        billed = [
            (one, part)
            for one in element.findall("Groupe_Valorise/Element_Valorise")
            for part in list_line_elements(one)
        ]
        try:
            about = _read_valuation_facts(element, invoice, profile, report)
        except BadInput as fault:
            leave_out(report, f"record {n + 1}", fault, len(billed))
        else:
            yield from _build_f15_lines(billed, about, (n, element), report)
        n += len(billed)


def _read_valuation_facts(
    element: Element, invoice: str, profile: Profile, report: Report
) -> About:
    """The delivery point of a valuation; who lives there is not read."""
    point = element.find("Donnees_PRM")
    if point is None:
        raise BadInput("/Donnees_PRM", "", "a PRM of 14 digits, as text", "bad-identifier")
    if any(point.find(name) is not None for name in PERSONAL):
        report.find(checks.PERSONAL_DATA_DROPPED)
    code = _codes.parse_prm(read_child_text(point, "Id_PRM"), "/Id_PRM")
    provenance = profile.provenance or _codes.derive_provenance(code)
    return About(invoice, read_child_text(element, "Num_Valorisation"), code, NAME, provenance)


def _build_f15_lines(
    billed: list[tuple[Element, Element]], about: About, lot: tuple[int, Element], report: Report
) -> Iterator[InvoiceLine]:
    found: list[InvoiceLine] = []
    n, element = lot
    for number, (one, part) in enumerate(billed, 1):
        try:
            made = build_invoice_line(one, part, number, about)
        except BadInput as fault:
            report.refuse(f"record {n + number}", fault)
            continue
        report.kept += 1
        found.append(made)
        yield made
    report_invoice_faults(found, element, "Total_Valorise_HT", report)


FORMAT = Format(name=NAME, title="Enedis F15, invoices of C5 points (XML)", sniff=sniff, read=read)
