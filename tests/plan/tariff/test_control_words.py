"""What a line is for and its time class, by the words that invoices write."""

from decimal import Decimal

import pytest

from synergie.energy.plan.tariff.control.meaning import classify_invoice_row, time_class
from synergie.schemas.readings.invoice import InvoiceRow

LINES = {
    "Abonnement acheminement": "network", "TURPE part fixe": "cs_fixed",
    "Part variable acheminement HPE": "cs_energy", "CTA": "cta", "CSPE": "accise",
    "TICFE": "accise", "Contribution au service public de l'électricité": "accise",
    "Électricité heures creuses été": "supply", "Heures pleines hiver": "supply",
    "Obligation de capacité HPH": "capacity", "Certificats d'économies d'énergie": "cee",
    "Garanties d'origine": "guarantees", "Option énergie verte": "guarantees",
    "Prime fixe": "subscription", "Énergie réactive": "reactive", "CMDPS": "cmdps",
    "Composante de gestion": "cg", "Frais de gestion": None, "Pénalité de coupure": None,
    "Composante de relevé": None, "Correctif Composante Comptage": "cc", "TVA": "vat",
    "Versement nucléaire universel": "vnu",
}  # fmt: skip


@pytest.mark.parametrize("label", LINES)
def test_lines_are_understood_by_their_words(label: str) -> None:
    unit = "kWh" if LINES[label] not in {"subscription", "network", "cs_fixed"} else "mois"
    row = InvoiceRow(where="x", label=label, quantity_unit=unit, amount_eur=Decimal(1))
    assert classify_invoice_row(row) == LINES[label]


CLASSES = {
    "HPE": "HPB", "hce": "HCB", "Pointe": "POINTE", "PTE": "POINTE", "Base": "BASE",
    "Heures pleines saison haute": "HPH", "heures creuses été": "HCB", "Heures creuses": "HC",
    "HP": "HP", "Heures Pleines Saison Basse": "HPB", "forfait": None,
}  # fmt: skip


@pytest.mark.parametrize("words", CLASSES)
def test_classes_are_understood_by_their_words(words: str) -> None:
    for row in (
        InvoiceRow(where="x", time_class=words, amount_eur=Decimal(1)),
        InvoiceRow(where="x", label=f"Consommation {words}", amount_eur=Decimal(1)),
    ):
        assert time_class(row) == CLASSES[words]
