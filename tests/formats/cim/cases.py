"""Validated historical data, as the conformance suite asks for it."""

from datetime import timedelta

from tests.formats.cases import Case
from tests.formats.cim.documents import Series, day, document, rows

FED_IN = Series(
    business="A01", flow="A01", rows=[(1, "0.5", "A04"), (2, "", "A02"), (4, "0.25", "A03")]
)
GAS = Series(
    unit="MTQ",
    commodity="7",
    point="99000000000025",
    resolution="P0Y0M30DT0H0M0.000S",
    step=timedelta(days=30),
    rows=rows(["41.5"], ""),
)

CASES = [
    Case(
        format="cim-vhd",
        name="vhd.xml",
        data=document(Series(rows=rows(["0.009", "0.010", "1"])), FED_IN, GAS),
        records=3,
        bad=document(Series(rows=rows(["0.009", "0,010", "1"])), FED_IN, GAS),
        day=day,
        day_steps=48,
    )
]
