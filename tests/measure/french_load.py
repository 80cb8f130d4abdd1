"""French load and weather of `load-weather-fr`, by civil day; origins of 2023 judged."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from synergie.calendar import day_of, load_time_zone
from synergie.calendar.holidays import public_holidays
from synergie.measure.daily import DailySeries, Floats, build_daily_series
from synergie.measure.degree_days import build_daily_weather
from synergie.measure.forecast import (
    WeatherYears,
    fit_building_load,
    simulate_load,
)

DAYS = 28
SHARES = (0.1, 0.5, 0.9)
FIRST = date(2023, 1, 1)
_TZ = load_time_zone("Europe/Paris")


def read_load(shared: Path) -> DailySeries:
    """GWh of each civil day; a day without one of its hours is unknown."""
    hours: dict[date, list[float]] = {}
    for year in (2022, 2023):
        path = shared / "data" / "load-weather-fr" / f"entsoe_total_load_FR_{year}.csv"
        with path.open(encoding="utf-8") as lines:
            for row in csv.reader(lines):
                start = row[0].split(" - ")[0]
                if not start[:1].isdigit():
                    continue
                moment = datetime.strptime(start, "%d.%m.%Y %H:%M").replace(tzinfo=UTC)
                text = row[-1]
                value = float(text) if text.replace(".", "").isdigit() else float("nan")
                hours.setdefault(day_of(moment, _TZ), []).append(value)
    return build_daily_series(
        {day: sum(ones) / 1000 for day, ones in hours.items() if len(ones) >= 23}
    )


def read_temperature(shared: Path) -> DailySeries:
    """Mean of each civil day at Strasbourg, degrees Celsius."""
    import pyarrow.parquet as pq

    table = pq.read_table(shared / "data" / "load-weather-fr" / "weather_strasbourg.parquet")
    names = table.column_names
    start = table.column(names[0])[0].as_py()
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    column = next(name for name in names if "temperature_2m" in name)
    return build_daily_weather(start, table.column(column).to_pylist()).get_mean_series()


def build_terms(days: list[date]) -> dict[str, Floats]:
    """Calendar of the load: weekdays, feasts, and the season by two waves."""
    feasts = {one for year in {day.year for day in days} for one in public_holidays(year)}
    angle = np.array([2 * np.pi * day.timetuple().tm_yday / 365.25 for day in days])
    columns = {
        "saturday": [day.weekday() == 5 for day in days],
        "sunday": [day.weekday() == 6 for day in days],
        "monday": [day.weekday() == 0 for day in days],
        "feast": [day in feasts for day in days],
    }
    terms = {name: np.array(column, dtype=np.float64) for name, column in columns.items()}
    waves = {
        f"{name}{k}": f(k * angle) for k in (1, 2) for name, f in (("cos", np.cos), ("sin", np.sin))
    }
    return terms | waves


@dataclass(frozen=True)
class Judgement:
    """Of all origins together."""

    mase: float
    naive: float
    """MASE of the same weekdays of the week before."""
    pinball: float
    naive_pinball: float
    covered: float
    """Share of days within the band of 80 %."""
    total: float
    """Mean absolute error of the sum of 28 days, over the sum."""
    naive_total: float


def judge(shared: Path) -> Judgement:
    """28 days ahead from 13 origins of 2023, trained on the days before, weather of other years."""
    load, temperature = read_load(shared), read_temperature(shared)
    every = [_judge_origin(load, temperature, k) for k in range(13)]
    return Judgement(*(float(np.mean(ones)) for ones in zip(*every, strict=True)))


def _judge_origin(load: DailySeries, temperature: DailySeries, k: int) -> tuple[float, ...]:
    origin = FIRST + timedelta(days=DAYS * k)
    ends = origin + timedelta(days=DAYS)
    past, actual = load.cut(load.first_day, origin), load.cut(origin, ends).values
    model = fit_building_load(past, temperature, terms=build_terms(past.list_days()))
    ahead = build_terms([origin + timedelta(days=i) for i in range(DAYS)])
    weather = borrow_years(temperature, origin, ends)
    paths = simulate_load(model, weather, terms=ahead, draws=50, seed=k)
    bands = np.quantile(paths, SHARES, axis=0)
    same = np.tile(past.values[-7:], DAYS // 7)
    lag = past.values[7:] - past.values[:-7]
    scale = float(np.nanmean(np.abs(lag)))
    naive = [same + one for one in np.nanquantile(lag, SHARES)]
    both = np.isfinite(actual) & np.isfinite(same)
    low, middle, high = (band[both] for band in bands)
    whole = float(actual[both].sum())
    return (
        float(np.abs(actual[both] - middle).mean()) / scale,
        float(np.abs(actual - same)[both].mean()) / scale,
        float(np.mean([pinball(s, actual, one) for s, one in zip(SHARES, bands, strict=True)])),
        float(np.mean([pinball(s, actual, one) for s, one in zip(SHARES, naive, strict=True)])),
        float(((actual[both] >= low) & (actual[both] <= high)).mean()),
        abs(float(np.median(paths[:, both].sum(axis=1))) - whole) / whole,
        abs(float(same[both].sum()) - whole) / whole,
    )


def borrow_years(temperature: DailySeries, starts: date, ends: date) -> WeatherYears:
    """2021, 2022 and 2024 stand for past years: the set has no earlier ones."""
    years = (2021, 2022, 2024)
    lows = [starts.replace(year=year) for year in years]
    table = np.stack([temperature.cut(low, low + (ends - starts)).values for low in lows])
    return WeatherYears(starts, years, np.where(np.isnan(table), np.nanmean(table, 0), table), 0)


def pinball(share: float, actual: Floats, forecast: Floats) -> float:
    """Mean loss of a quantile."""
    left = actual - forecast
    return float(np.nanmean(np.maximum(share * left, (share - 1) * left)))
