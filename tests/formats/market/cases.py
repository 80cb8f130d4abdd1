"""Market tables, as the conformance suite asks for them."""

from datetime import UTC, datetime

from tests.formats.cases import Case
from tests.formats.market.tables import (
    LOAD,
    NEW_PRICE,
    ember,
    epf,
    load_day,
    new_spans,
    price_day,
    spans,
    table,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
_LOADS = [(span, 50_000 + i, 49_000 + i) for i, span in enumerate(spans(START, 30))]
_PRICES = [
    (span, "BZN|FR", "Without Sequence", f"{i - 3}.5", "", "")
    for i, span in enumerate(new_spans(START, 30, 15))
]
_MONTHS = [("FRA", f"2025-{month:02}-01", f"{month}.5") for month in range(1, 13)]
_HOURS = epf("FR", datetime(2026, 1, 1), 30)  # noqa: DTZ001 (the benchmark's own clocks)

CASES = [
    Case(
        format="entsoe-load",
        name="Total Load.csv",
        data=table(LOAD, _LOADS),
        records=2,
        bad=table(LOAD, [*_LOADS[:9], (_LOADS[9][0], "50 000", "x"), *_LOADS[10:]]),
        day=load_day,
        day_steps=24,
    ),
    Case(
        format="entsoe-prices",
        name="GUI_ENERGY_PRICES.csv",
        data=table(NEW_PRICE, _PRICES),
        records=1,
        bad=table(NEW_PRICE, [*_PRICES[:9], (*_PRICES[9][:3], "1,5", "", ""), *_PRICES[10:]]),
        day=price_day,
        day_steps=96,
    ),
    Case(
        format="ember-prices",
        name="european_wholesale_electricity_price_data_monthly.csv",
        data=ember([*_MONTHS, ("DEU", "2025-01-01", 9)]),
        records=2,
        bad=ember([*_MONTHS[:3], ("FRA", "2025-04", 5), *_MONTHS[4:], ("DEU", "2025-01-01", 9)]),
        skips={"clock": "monthly averages have no steps within a day"},
    ),
    Case(
        format="epf-prices",
        name="electricity-short.csv",
        data=_HOURS,
        records=1,
        bad=_HOURS.replace(b"2026-01-01 05:00:00,5.5", b"2026-01-01 05:00:00,five"),
        skips={"clock": "the benchmark has 24 hours on every day: its change days are not usable"},
    ),
]
