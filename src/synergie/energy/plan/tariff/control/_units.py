"""Quantity times price, in whatever units an invoice writes them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from synergie.energy.plan.tariff.control.meaning import classify_invoice_row, is_energy
from synergie.schemas.readings.invoice import InvoiceRow

_CENT = Decimal("0.01")
_ENERGY_KWH = {
    "wh": Decimal("0.001"), "kwh": Decimal(1), "mwh": Decimal(1000), "gwh": Decimal(1_000_000),
}  # fmt: skip
_PIECES = frozenset({"u", "unite", "unité", "unites", "unités", "forfait", "c62", "ea", "h87"})
"""Units of what is counted in pieces: C62, EA and H87 are those of UN/ECE Recommendation 20."""
_YEAR = ("an", "annee", "annuel", "y", "year")
_MONTH = ("mois", "m", "mensuel", "month")


def round_amount_to_cent(amount: Decimal) -> Decimal:
    """To the cent, halves up in size."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


@lru_cache(maxsize=4096)
def normalise_unit(told: str | None) -> str:
    """A unit in lower case: `€/kwh`, `c€/kwh`, `kva.j`."""
    text = (told or "").strip().lower().replace(" ", "").replace("*", ".")
    text = re.sub(r"centimes?d?'?(euros?)?|cts?€?|cent€?|ceur", "c€", text)
    return re.sub(r"euros?|eur", "€", text).replace("c€€", "c€").removesuffix("ht")


def compute_row_kwh(row: InvoiceRow) -> Decimal | None:
    """The energy of a line, kWh; a unit that is not told is kWh. None: no quantity of energy."""
    told = normalise_unit(row.quantity_unit)
    if row.quantity is None or told in _PIECES:
        return None
    return row.quantity * _ENERGY_KWH.get(told, Decimal(1))


def signed_kwh(row: InvoiceRow) -> Decimal | None:
    """The energy of a line, kWh; negative when money comes back, wherever the sign stands."""
    found = compute_row_kwh(row)
    return -found if found is not None and row.amount_eur < 0 < found else found


def count_row_days(row: InvoiceRow) -> int | None:
    """Days of the period. None: no period."""
    if row.from_date is None or row.to_date is None:
        return None
    return (row.to_date - row.from_date).days


def compute_row_product(row: InvoiceRow) -> Decimal | None:
    """Quantity times price to the cent, in the units told; those not told are found by the amount.

    None: no quantity or no price. A credit whose sign stands at the amount only is a credit.
    """
    factor = find_price_scale(row)
    if factor is None or row.quantity is None or row.unit_price is None:
        return None
    exact = row.quantity * row.unit_price * factor
    return round_amount_to_cent(-exact if row.amount_eur < 0 < exact else exact)


def find_price_scale(row: InvoiceRow) -> Decimal | None:
    """EUR that one quantity times one price is; the best of what its units allow."""
    if row.quantity is None or row.unit_price is None:
        return None
    raw = row.quantity * row.unit_price
    size = abs(row.amount_eur)
    return min(_iterate_price_scales(row), key=lambda one: abs(abs(raw * one) - size))


def _iterate_price_scales(row: InvoiceRow) -> Iterator[Decimal]:
    """The factors that the units of a line allow, the likeliest first."""
    price = normalise_unit(row.price_unit)
    money, _slash, per = price.partition("/")
    if price in {"%", "pct", "pourcent"}:
        yield Decimal("0.01")
        return
    coin = Decimal("0.01") if money == "c€" else Decimal(1)
    if not money and not per:
        yield from _iterate_untold_scales(row)
    elif per in _ENERGY_KWH and is_energy(row):
        yield coin * _ENERGY_KWH[normalise_unit(row.quantity_unit)] / _ENERGY_KWH[per]
    elif per in _ENERGY_KWH:  # the quantity's unit is not told: kWh, or that of the price
        yield from (coin / _ENERGY_KWH[per], coin)
    else:
        yield from (coin * one for one in _of_time(row, per))


def _iterate_untold_scales(row: InvoiceRow) -> Iterator[Decimal]:
    """No unit of the price is told: euros; cents and euros a MWh for an energy; a share."""
    yield Decimal(1)
    if is_energy(row) or row.quantity_unit is None:
        yield from (Decimal("0.01"), Decimal("0.001"))
        if normalise_unit(row.quantity_unit) == "mwh":
            yield Decimal(1000)
    elif classify_invoice_row(row) == "cta":
        yield Decimal("0.01")
    elif normalise_unit(row.quantity_unit) in {
        "kva",
        "kw",
    }:  # the price of a kVA is that of a year or month
        yield from _of_time(row, "kva/an")
        yield from _of_time(row, "kva/mois")


def _of_time(row: InvoiceRow, per: str) -> Iterator[Decimal]:
    """A price a year, a month or a day: as it is, or for the days or months of the period."""
    yield Decimal(1)
    length = per.rpartition("/")[2].rpartition(".")[2]
    n = count_row_days(row)
    if length in _YEAR:
        yield from (Decimal(1) / 365, Decimal(1) / 366, Decimal(1) / 12)
        if n is not None:
            yield from (Decimal(n) / 365, Decimal(n) / 366, compute_row_months(row) / 12)
    elif length in _MONTH and n is not None:
        yield compute_row_months(row)
    elif length in {"j", "jour", "d", "day"} and n is not None:
        yield Decimal(n)


def compute_row_months(row: InvoiceRow) -> Decimal:
    """Civil months of the period, parts of one by its days."""
    if row.from_date is None or row.to_date is None:
        return Decimal(0)
    return compute_months(row.from_date, row.to_date)


def compute_months(begins: date, ends: date) -> Decimal:
    """Civil months of [begins, ends), parts of one by its days."""
    return _compute_months_until(ends) - _compute_months_until(begins)


def _compute_months_until(day: date) -> Decimal:
    first = day.replace(day=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day.year * 12 + day.month + Decimal(day.day - 1) / (after - first).days


def eur_per_mwh(row: InvoiceRow) -> Decimal | None:
    """The price of an energy, EUR/MWh: from price and units, else amount by quantity."""
    energy = compute_row_kwh(row)
    if not energy or row.quantity is None:
        return None
    factor = find_price_scale(row)
    if factor is None or row.unit_price is None:
        return row.amount_eur / energy * 1000
    return row.unit_price * factor * row.quantity / energy * 1000
