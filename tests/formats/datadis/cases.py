"""Datadis, as the conformance suite asks for it."""

from datetime import date

from tests.formats.cases import Case
from tests.formats.datadis.answers import answer, day, ends, hours, row

_DAY = date(2026, 6, 10)
_ROWS = hours(_DAY, ends(_DAY))

CASES = [
    Case(
        format="datadis",
        name="consumptionKWh.json",
        data=answer(_ROWS),
        records=1,
        bad=answer([*_ROWS[:5], row("2026/06/10", "06:00", "six"), *_ROWS[6:]]),
        day=day,
        day_steps=24,
    )
]
