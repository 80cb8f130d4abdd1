"""Weather tables, as the conformance suite asks for them."""

from tests.formats.cases import Case
from tests.formats.weather.tables import row, table

_OTHER = ("01014002", "ARBENT", "46.278167", "5.669000", "534")
_DAYS = [row(f"202501{day:02}", day / 10, 8 + day / 10, 4.5) for day in range(1, 29)]
_FEW = [row(f"202501{day:02}", -day, 3, "", station=_OTHER) for day in range(1, 4)]

CASES = [
    Case(
        format="meteo-france-daily",
        name="Q_67_latest-2025-2026_RR-T-Vent.csv",
        data=table([*_DAYS, *_FEW]),
        records=2,
        bad=table([*_DAYS[:9], row("20250110", "1,5", 9, 4.5), *_DAYS[10:], *_FEW]),
        skips={
            "clock": "a file of days has no steps within a day",
            "idempotent": "weather is input of a plan of measurement; a deposit stores none",
        },
    )
]
