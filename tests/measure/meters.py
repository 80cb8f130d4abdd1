"""The hourly meters and temperatures of `meters-uk`, by the civil days of London."""

import csv
import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from synergie.measure.daily import DailySeries, build_daily_series

BASELINE = (date(2020, 4, 2), date(2021, 4, 2))
REPORTED = (date(2021, 4, 2), date(2022, 4, 2))


def read_meter(shared: Path, name: str) -> DailySeries:
    """kWh of each day: `gas` or `electricity`, sample 0."""
    path = shared / "data" / "meters-uk" / f"uk-{name}-hdd-only-hourly-sample-0.csv.gz"
    return build_daily_series({day: sum(ones) for day, ones in _by_day(path, "start", "value")})


def read_temperature(shared: Path) -> DailySeries:
    """Mean of each day, degrees Celsius."""
    path = shared / "data" / "meters-uk" / "uk-tempC-sample-0.csv.gz"
    days = {day: float(np.mean(ones)) for day, ones in _by_day(path, "dt", "tempC")}
    return build_daily_series(days)


def _by_day(path: Path, stamp: str, column: str) -> list[tuple[date, list[float]]]:
    found: dict[date, list[float]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            moment = datetime.fromisoformat(row[stamp])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            day = moment.astimezone(ZoneInfo("Europe/London")).date()
            found.setdefault(day, []).append(float(row[column]))
    return list(found.items())
