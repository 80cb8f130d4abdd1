"""Tables of other countries: their heads, identifiers, decimals and prices."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.columns import Column, table
from tests.tables_corpus.sheets import CSV, ISO, SWISS, XLSX, Dialect, Sheet
from tests.tables_corpus.truth import Case
from tests.tables_corpus.world import Bill, bills, truth

GERMAN = replace(CSV, dates="%d.%m.%Y")
AMERICAN = replace(ISO, dates="%m/%d/%Y")
BRITISH = replace(ISO, dates="%d/%m/%Y")

LANDS: tuple[tuple[str, Dialect, str, tuple[str, str, str, str, str, str]], ...] = (
    (
        "Deutschland",
        GERMAN,
        "DE00",
        ("Zählpunkt", "Von", "Bis", "Verbrauch (kWh)", "Arbeitspreis (ct/kWh)", "Betrag netto (€)"),
    ),
    (
        "Österreich",
        GERMAN,
        "AT00",
        (
            "Zählpunktbezeichnung",
            "Beginn",
            "Ende",
            "Energiemenge kWh",
            "Preis ct/kWh",
            "Nettobetrag EUR",
        ),
    ),
    (
        "Schweiz",
        replace(SWISS, dates="%d.%m.%Y"),
        "CH10",
        ("Messpunkt", "von", "bis", "Bezug kWh", "Tarif Rp./kWh", "Betrag CHF"),
    ),
    (
        "España",
        CSV,
        "ES00",
        ("CUPS", "Fecha inicio", "Fecha fin", "Consumo (kWh)", "Precio (€/kWh)", "Importe (€)"),
    ),
    ("Italia", CSV, "IT00", ("POD", "Dal", "Al", "Consumo (kWh)", "Prezzo (€/MWh)", "Importo (€)")),
    (
        "Portugal",
        CSV,
        "PT00",
        ("CPE", "Data início", "Data fim", "Consumo (kWh)", "Preço (€/kWh)", "Valor (€)"),
    ),
    (
        "Nederland",
        replace(CSV, dates="%d-%m-%Y"),
        "8716",
        ("EAN-code", "Van", "Tot en met", "Verbruik (kWh)", "Tarief (€/kWh)", "Bedrag (€)"),
    ),
    (
        "Britain",
        BRITISH,
        "10",
        ("MPAN", "Period start", "Period end", "Consumption (kWh)", "Unit rate (p/kWh)", "Net (£)"),
    ),
    (
        "America",
        AMERICAN,
        "77",
        ("Account number", "Start date", "End date", "Usage (kWh)", "Rate ($/kWh)", "Amount ($)"),
    ),
    (
        "Belgique",
        CSV,
        "5414",
        ("EAN", "Du", "Au", "Prélèvement (kWh)", "Prix (c€/kWh)", "Montant HTVA (€)"),
    ),
)


def foreign(draw: Random) -> Iterator[Case]:
    """Two files a country: the price after the energy, then before; one in a workbook."""
    for land, dialect, start, heads in LANDS:
        for variant in range(2):
            made = [replace(b, point=start + b.point[2:]) for b in bills(draw, 2)]
            point, low, high, kwh, price, money = heads
            energy: Column = (kwh, lambda b: b.kwh)
            rate: Column = (price, _rate)
            cols: list[Column] = [
                (point, lambda b: b.point), (low, lambda b: b.start), (high, lambda b: b.last),
                *([energy, rate] if variant == 0 else [rate, energy]),
                (money, lambda b: b.ht),
            ]  # fmt: skip
            told = truth(made)
            told.parts = {}
            if not {"€", "E"} & set(heads[5]):
                told.costs = {}  # francs, pounds and dollars are no euros
            book = variant and land in {"Deutschland", "Britain", "España"}
            yield Case(
                kind="another country",
                group="foreign",
                name=f"{land} {variant}",
                sheets=(Sheet(table(made, cols)),),
                truth=told,
                dialect=XLSX if book else dialect,
                answers={"scheme": "other", "dates": "mdy" if land == "America" else "dmy"},
            )


def _rate(b: Bill) -> Decimal:
    return (b.price / 10).quantize(Decimal("0.001"))
