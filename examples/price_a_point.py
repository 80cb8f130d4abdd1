"""A lighting cabinet under every tariff option, then its invoice with a wrong tax, found again.

Figures are those of a real price schedule (2026) and of the network tariff of August 2025.
"""

import io
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff.bill import lot_prices, yearly
from synergie.energy.plan.tariff.invoice import PerimeterPoint, control, invoices_of_rows
from synergie.energy.records.tariff import BilledTerms, ClassPower
from synergie.formats.invoices import read_rows

FOUR = {"HPH": "117.16", "HCH": "85.53", "HPE": "59.45", "HCE": "61.94"}
PRICES = lot_prices(
    "lot 2",
    {
        **{(code, "BASE"): Decimal("86.90") for code in ("BTINFCUST", "BTINFLU")},
        **{
            (code, name): Decimal(price)
            for code in ("BTINFCU4", "BTINFMU4")
            for name, price in FOUR.items()
        },
    },
)
ENERGY = {"HPH": "4347.2", "HCH": "5962.58", "HPB": "1738.88", "HCB": "8249.8"}
INVOICE = """N° facture;PRM;Libellé;Du;Au;Quantité;Unité;Prix unitaire;Unité prix;Montant HT
F-1;99000000000017;Consommation HPE;01/06/2026;30/06/2026;145;kWh;59,45;€/MWh;8,62
F-1;99000000000017;Consommation HCE;01/06/2026;30/06/2026;687;kWh;61,94;€/MWh;42,55
F-1;99000000000017;Accise sur l'électricité;01/06/2026;30/06/2026;832;kWh;33,70;€/MWh;28,04
"""
POWER = (ClassPower(kva=Decimal(6)),)


def options() -> None:
    """Every option over a year at the prices of March 2026."""
    energy = {name: Decimal(kwh) for name, kwh in ENERGY.items()}
    for code in ("BTINFCUST", "BTINFCU4", "BTINFMU4", "BTINFMUDT", "BTINFLU"):
        terms = BilledTerms(tariff_code=code, powers=POWER, prices=PRICES)
        bill = yearly(terms, energy, on=date(2026, 3, 1))
        total = "not priced" if bill.ht_eur is None else f"{bill.ht_eur} EUR"
        print(f"{code}: network {bill.network_eur}, all in {total}")


def invoice() -> None:
    """What is wrong with an invoice, and whom to ask."""
    rows, _report = read_rows(io.BytesIO(INVOICE.encode()), "facture.csv")
    point = PerimeterPoint(supply_point="prm:99000000000017", tariff_code="BTINFMU4", powers=POWER)
    found = control(invoices_of_rows(rows, "facture.csv"), points=[point], schedules=[PRICES])
    for one in found.findings:
        print(f"{one.where}: {one.reason.tell(str)}")
        print(f"  {one.found}, expected {one.expected}: {one.amount_eur} EUR, ask: {one.ask}")


if __name__ == "__main__":
    options()
    invoice()
