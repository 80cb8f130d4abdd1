"""What the formats of tables show of themselves to the conformance suite."""

from datetime import date

from tests.formats.cases import Case
from tests.formats.tables.made import HOURS, column, hours, profile, workbook

_BILL = profile(
    "periods",
    column("PRM", "supply_point"),
    column("Du", "from_date"),
    column("Au", "to_date"),
    column("Consommation (kWh)", "value", unit="kWh"),
    last_day="included",
)
_HEAD = ["PRM", "Du", "Au", "Consommation (kWh)"]
_ROWS = [[f"9900000000001{n}", date(2026, n, 1), date(2026, n, 28), 10.5 * n] for n in range(1, 6)]

CASES = [
    Case(
        format="table-csv",
        name="charge.csv",
        data=hours(date(2026, 6, 10)),
        records=1,
        profile=HOURS,
        bad=hours(date(2026, 6, 10)).replace(b"12:00;1,5", b"12:00;1.5kW"),
        bad_code="bad-cell",
        day=hours,
        day_steps=24,
    ),
    Case(
        format="table-workbook",
        name="factures.xlsx",
        data=workbook([_HEAD, *_ROWS]),
        records=5,
        profile=_BILL,
        bad=workbook([_HEAD, *_ROWS[:4], ["9900000000001", *_ROWS[4][1:]]]),
        bad_code="bad-identifier",
        skips={
            "clock": "its times are those of table-csv: the same rows are read by the same code"
        },
    ),
]
