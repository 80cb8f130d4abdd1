"""The control of invoices: 100,000 lines of 5,000 delivery points with dated terms."""

import time
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from synergie.energy.plan.tariff.invoice import PerimeterPoint, control
from synergie.energy.records.tariff import ClassPower
from synergie.schemas.readings.invoice import Invoice, InvoiceRow
from tests.bench.harness import Bench, Goal, Measured

_LINES, _A_POINT = 100_000, 20
_CENT = Decimal("0.01")
_MOVED = date(2026, 3, 16)


def _points() -> list[PerimeterPoint]:
    """Half of the points move from C5 to C4 within the month."""
    found = []
    for n in range(_LINES // _A_POINT):
        key = f"prm:99{n:012}"
        small = (ClassPower(kva=Decimal(36)),)
        moved = _MOVED if n % 2 else date.max
        found.append(
            PerimeterPoint(
                supply_point=key, tariff_code="BTINFMU4", powers=small, valid_to=moved,
                activity="non_economic",
            )
        )  # fmt: skip
        if n % 2:
            found.append(
                PerimeterPoint(
                    supply_point=key, tariff_code="BTSUPCU4",
                    powers=(ClassPower(kva=Decimal(60)),), valid_from=moved, activity="economic",
                )
            )  # fmt: skip
    return found


def _rows(n: int) -> list[InvoiceRow]:
    """Ten days after one another: accise and energy of the network of each."""
    rows = []
    for k in range(_A_POINT // 2):
        begins = date(2026, 3, 1) + timedelta(days=3 * k)
        later = n % 2 and begins >= _MOVED
        kwh = Decimal(100 + k)
        for label, price, per in (
            ("Accise", Decimal("26.58" if later else "30.85"), "€/MWh"),
            ("Soutirage part variable HPH", Decimal("69.1" if later else "70.0"), "€/MWh"),
        ):
            rows.append(
                InvoiceRow(
                    where=f"f, {n}/{k}", invoice=f"F-{n}", supply_point=f"prm:99{n:012}",
                    label=label, from_date=begins, to_date=begins + timedelta(days=3),
                    quantity=kwh, quantity_unit="kWh", unit_price=price, price_unit=per,
                    amount_eur=(kwh * price / 1000).quantize(_CENT, ROUND_HALF_UP),
                )
            )  # fmt: skip
    return rows


def controlling() -> Measured:
    """The control alone, once, on one processor."""
    points = _points()
    invoices = [
        Invoice(number=f"F-{n}", file="f", rows=tuple(_rows(n))) for n in range(_LINES // _A_POINT)
    ]
    begins = time.process_time()
    found = control(invoices, points=points)
    seconds = time.process_time() - begins
    if sum(found.n_checked[rule] for rule in ("accise", "network-price")) < _LINES * 9 // 10:
        raise AssertionError(found.n_checked)
    return Measured(seconds)


BENCHES = [
    Bench(
        name="control",
        title="the control of 100,000 lines of invoices with dated terms",
        goal=Goal("<=", 30),
        unit="s",
        peer="none: one processor",
        run=controlling,
    ),
]
