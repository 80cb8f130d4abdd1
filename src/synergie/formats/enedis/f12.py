"""Enedis F12: detail of the invoices of C1 to C4 points, XML.

One lot a delivery point: the terms it is served under, then what is billed. `Date_Fin` is the
last day itself, unlike everywhere else (formats.md §3.4): 2024-06-01 to 2024-06-30 is 30 days.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._dials import read_child_text
from synergie.formats.enedis._flow import leave_out, opened, parse_civil_date
from synergie.formats.enedis._invoice import (
    About,
    build_invoice_line,
    check_currency,
    list_line_elements,
    report_invoice_faults,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms, VoltageDomain
from synergie.schemas.faults import faults
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.profile import Profile

NAME = "enedis-f12"
ROOT = "Detail_Facturation"


def sniff(sample: Sample) -> float:
    """1.0 for the root element of F12, whose header says so; 0.7 when it does not."""
    if root_of(sample)[0] != ROOT:
        return 0.0
    return 1.0 if b"<Identifiant_Flux>F12" in sample.start else 0.7


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Of each lot its terms, when they are told, then its lines.

    BadInput: another root element or currency, XML that is not well formed. A bad line is refused
    at its number in the file, a lot without a right PRM whole. Memory holds one lot.
    """
    opened(source, ROOT)
    report = Report()
    return _read_f12_records(source, profile, report), report


def _read_f12_records(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Record]:
    invoice, n = "", 0
    for element in iterate_elements(source, "Rappel_En_Tete", "Sous_Lot"):
        if element.tag == "Rappel_En_Tete":
            check_currency(element)
            invoice = read_child_text(element, "Num_Facture")
            continue
        billed = [
            (one, part)
            for one in element.findall("Element_Valorise")
            for part in list_line_elements(one)
        ]
        try:
            code = _codes.parse_prm(read_child_text(element, "Id_PRM"), "/Id_PRM")
            provenance = profile.provenance or _codes.derive_provenance(code)
            about = About(invoice, read_child_text(element, "Num_Sous_Lot"), code, NAME, provenance)
            terms = _build_f12_terms(element, about)
        except BadInput as fault:
            leave_out(report, f"record {n + 1}", fault, len(billed))
        else:
            if terms is not None:
                yield terms
            yield from _build_f12_lines(billed, about, (n, element), report)
        n += len(billed)


def _build_f12_lines(
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
    report_invoice_faults(found, element.find("Sous_Total"), "Montant_HT", report)


def _build_f12_terms(lot: Element, about: About) -> SupplyTerms | None:
    """What the point is served under on the day of the lot; None when no tariff is told."""
    tariff = read_child_text(lot, "Tarif_Souscrit")
    if not tariff:
        return None
    domain: VoltageDomain | None = "BT_ABOVE_36" if tariff.startswith("BT") else None
    domain = "HTA" if tariff.startswith("HTA") else domain
    try:
        return SupplyTerms.model_validate(
            {
                "supply_point": f"prm:{about.prm}",
                "valid_from": parse_civil_date(
                    read_child_text(lot, "Date_Sous_Lot"), "/Date_Sous_Lot"
                ),
                "market_segment": read_child_text(lot, "Code_Segmentation_ERDF") or None,
                "tariff_code": tariff,
                "voltage_domain": domain,
                "subscribed_powers": tuple(
                    _read_class_powers(lot, "kVA" if tariff.startswith("BT") else "kW")
                ),
                "source": NAME,
                "provenance": about.provenance,
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def _read_class_powers(lot: Element, unit: str) -> Iterator[SubscribedPower]:
    """One a class; Enedis bills low voltage in kVA and the rest in kW."""
    for one in lot.findall("PS_Poste_Horosaisonnier"):
        yield SubscribedPower.model_validate(
            {
                "tariff_class": read_child_text(one, "Nom_Poste_Horosaisonnier").upper() or None,
                "value": read_child_text(one, "Puissance_Souscrite"),
                "unit": unit,
            }
        )


FORMAT = Format(
    name=NAME, title="Enedis F12, invoices of C1 to C4 points (XML)", sniff=sniff, read=read
)
