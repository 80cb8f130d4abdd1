"""Invoices as tables tell them: sound ones made of bills, to plant faults in."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from synergie.energy.plan.tariff.bill import bill
from synergie.energy.plan.tariff.invoice import PerimeterPoint, control, invoices_of_rows
from synergie.energy.records.bill import Bill
from synergie.energy.records.offer import Price, PriceParts, Subscription
from synergie.energy.records.tariff import (
    BilledTerms,
    ClassKwh,
    ClassPower,
    PeriodUse,
    PriceSchedule,
)
from synergie.formats.invoices import read_rows
from synergie.schemas.readings.invoice import ControlRules, Invoice, InvoiceControl, InvoiceFinding

HEAD = (
    "N° facture;PRM;Marché;FTA;Composante;Libellé;Poste;Du;Au;Quantité;Unité;Prix unitaire;"
    "Unité prix;Montant HT;TVA"
)
PRM = "99000000000017"
OTHER = "99000000000024"


def _cell(eur: str, supply: str) -> tuple[Decimal, PriceParts]:
    rest = Decimal(eur) - Decimal(supply) - Decimal("10.61")
    parts = PriceParts(
        supply=Decimal(supply), capacity=rest, cee=Decimal("9.09"), guarantees=Decimal("1.52")
    )
    return Decimal(eur), parts


SCHEDULE = PriceSchedule(
    name="lot 2",
    market="2025-EP-02",
    prices=tuple(
        Price(tariff_code=code, time_class=name, eur_per_mwh=eur, parts=parts)
        for code, cells in {
            "BTINFMU4": {"HPH": ("117.16", "105.58"), "HCH": ("85.53", "74.92"),
                         "HPE": ("59.45", "48.84"), "HCE": ("61.94", "51.33")},
            "BTSUPCU": {"HPH": ("117.96", "106.14"), "HCH": ("89.37", "78.76"),
                        "HPE": ("57.08", "46.47"), "HCE": ("67.71", "57.10")},
        }.items()
        for name, told in cells.items()
        for eur, parts in [_cell(*told)]
    ),
    subscriptions=(Subscription(tariff_code="BTINFMU4", eur_per_point=Decimal("36.50")),),
)  # fmt: skip
POINTS = [
    PerimeterPoint(
        supply_point=f"prm:{PRM}", tariff_code="BTINFMU4", powers=(ClassPower(kva=Decimal(6)),)
    ),
    PerimeterPoint(
        supply_point=f"prm:{OTHER}",
        tariff_code="BTSUPCU4",
        powers=tuple(
            ClassPower(time_class=name, kva=Decimal(kva))
            for name, kva in (("HPH", 40), ("HCH", 40), ("HPE", 60), ("HCE", 60))
        ),
    ),
]
WORDS = {
    "cg": "Composante de gestion", "cc": "Composante de comptage",
    "cs_fixed": "Composante de soutirage part fixe", "supply": "Consommation",
    "cs_energy": "Composante de soutirage part variable", "subscription": "Abonnement fourniture",
    "cta": "Contribution tarifaire d'acheminement (CTA)", "accise": "Accise sur l'électricité",
    "atrd_fixed": "Acheminement distribution (ATRD), terme fixe",
    "atrd_energy": "Acheminement distribution (ATRD), terme proportionnel",
    "atrd_capacity": "Acheminement distribution (ATRD), capacité journalière",
    "cpb": "Certificats de production de biogaz (CPB)",
    "cmdps": "Dépassement de puissance souscrite", "reactive": "Énergie réactive (kVArh)",
    "capacity": "Mécanisme de capacité", "cee": "CEE", "guarantees": "Garanties d'origine",
}  # fmt: skip


def half_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def rows_of(found: Bill, number: str, prm: str, market: str = "2025-EP-02") -> list[dict[str, str]]:
    """The lines of a bill as a supplier's table would tell them, to the cent."""
    rows = []
    for one in found.lines:
        last = one.to_date.fromordinal(one.to_date.toordinal() - 1)
        row = {
            "N° facture": number, "PRM": prm, "Marché": market, "FTA": found.tariff_code,
            "Composante": "Détail", "Libellé": WORDS[one.component], "Poste": one.time_class or "",
            "Du": f"{one.from_date:%d/%m/%Y}", "Au": f"{last:%d/%m/%Y}",
            "Quantité": "", "Unité": "", "Prix unitaire": "", "Unité prix": "",
            "Montant HT": str(half_up(one.amount_eur or Decimal(0))).replace(".", ","),
            "TVA": str(one.vat_percent.normalize()).replace("2E+1", "20").replace(".", ","),
        }  # fmt: skip
        if one.unit == "kWh" and one.unit_price is not None:
            scale = {"EUR/MWh": 1, "cEUR/kWh": 1}[one.price_unit or ""]
            row["Quantité"], row["Unité"] = str(one.quantity).replace(".", ","), "kWh"
            row["Prix unitaire"] = str(one.unit_price * scale).replace(".", ",")
            row["Unité prix"] = {"EUR/MWh": "€/MWh", "cEUR/kWh": "c€/kWh"}[one.price_unit or ""]
        rows.append(row)
    return rows


def sound(
    begins: str = "2026-04-01", ends: str = "2026-05-01", number: str = "F-1", **kwh: int
) -> list[dict[str, str]]:
    energies = kwh or {"HPB": 1234, "HCB": 4321}
    use = PeriodUse(
        from_date=date.fromisoformat(begins),
        to_date=date.fromisoformat(ends),
        energy=tuple(ClassKwh(time_class=k, kwh=Decimal(v)) for k, v in energies.items()),
    )
    powers = (ClassPower(kva=Decimal(6)),)
    terms = BilledTerms(tariff_code="BTINFMU4", powers=powers, prices=SCHEDULE)
    return rows_of(bill(terms, [use]), number, PRM)


def table(rows: Sequence[dict[str, str]], *more: str) -> bytes:
    names = HEAD.split(";")
    lines = [HEAD, *(";".join(row[name] for name in names) for row in rows), *more]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def told(rows: Sequence[dict[str, str]], *more: str, file: str = "facture.csv") -> list[Invoice]:
    found, report = read_rows(io.BytesIO(table(rows, *more)), file)
    assert report.refused == []
    return invoices_of_rows(found, file)


def look(
    invoices: Sequence[Invoice],
    rules: ControlRules | None = None,
    uses: dict[str, list[PeriodUse]] | None = None,
) -> InvoiceControl:
    return control(invoices, points=POINTS, schedules=[SCHEDULE], rules=rules, uses=uses)


def one(found: InvoiceControl) -> InvoiceFinding:
    assert len(found.findings) == 1, [(f.rule, f.where, f.found) for f in found.findings]
    return found.findings[0]


def at(rows: list[dict[str, str]], label: str, poste: str = "") -> dict[str, str]:
    return next(
        row for row in rows if row["Libellé"] == WORDS[label] and row["Poste"].startswith(poste)
    )
