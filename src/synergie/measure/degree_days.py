"""Degree days by the method that a contract names; formulas D1 to D4 of docs/measure/contract.md.

A day without its temperatures is unknown (NaN): it makes its month known for fewer days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.measure.daily import DailySeries, Floats
from synergie.schemas.readings.weather import WeatherSeries

type DegreeMethod = Literal["meteo", "costic", "mean", "hours"]
"""How degree days are counted: extremes of the day, the same corrected for days around the base
(professionals of energy), mean of the hours, sum of the hours."""

_HOUR = timedelta(hours=1)
_DAY_H = 24


@dataclass(frozen=True, slots=True, eq=False)
class DailyWeather:
    """Temperatures of one station by day, degrees Celsius; NaN where unknown."""

    first_day: date
    lowest: Floats
    highest: Floats
    mean: Floats

    def get_mean_series(self) -> DailySeries:
        """The mean of each day."""
        return DailySeries(self.first_day, self.mean)


def read_daily_weather(series: WeatherSeries, *, doubtful: bool = True) -> DailyWeather:
    """The days of a station; without *doubtful* those that its service doubts are unknown.

    A mean that was not measured is not taken from the extremes: it stays unknown.
    """
    columns = [
        np.array([np.nan if one is None else one for one in column], dtype=np.float64)
        for column in (series.lowest, series.highest, series.mean)
    ]
    if not doubtful:
        for day in series.suspect:
            for column in columns:
                column[(day - series.first_day).days] = np.nan
    return DailyWeather(series.first_day, *columns)


def compute_degree_days(weather: DailyWeather, method: DegreeMethod, base: float) -> DailySeries:
    """Degree days below *base* of each day (D1 to D3).

    ValueError for `hours`, which a day's extremes do not give: `compute_hourly_degree_days` does.
    """
    if method == "hours":
        raise ValueError("degree days of hours need the hours")
    if method == "mean":
        return DailySeries(weather.first_day, np.maximum(0.0, base - weather.mean))
    middle = (weather.lowest + weather.highest) / 2
    plain = base - middle
    if method == "meteo":
        return DailySeries(weather.first_day, np.maximum(0.0, plain))
    span = weather.highest - weather.lowest
    below = base - weather.lowest
    with np.errstate(divide="ignore", invalid="ignore"):
        around = below * (0.08 + 0.42 * below / span)
    found = np.where(base >= weather.highest, plain, np.where(below <= 0, 0.0, around))
    found[np.isnan(middle)] = np.nan
    return DailySeries(weather.first_day, found)


def compute_hourly_degree_days(
    start: datetime,
    temperatures: Sequence[float | None],
    base: float,
    *,
    zone_name: str = "Europe/Paris",
) -> DailySeries:
    """The sum of the hours below *base*, over 24, of each civil day (D4).

    *start* is the moment of the first of the hourly *temperatures*; a civil day with an hour that
    is not known is unknown; days of a clock change have 23 and 25.
    """
    below = np.maximum(0.0, base - _convert_hours(temperatures))
    first, cuts = _find_civil_days(start, len(below), zone_name)
    return DailySeries(first, np.array([below[a:b].sum() / _DAY_H for a, b in cuts]))


def build_daily_weather(
    start: datetime, temperatures: Sequence[float | None], *, zone_name: str = "Europe/Paris"
) -> DailyWeather:
    """Days as Météo-France counts them, from hourly *temperatures* of which *start* is the first.

    Lowest: the 24 hours up to 18 h UTC of the day; highest: those from 6 h UTC on; mean: the hours
    of the civil day. A day without one of its hours has that figure unknown.
    """
    hours = _convert_hours(temperatures)
    first, cuts = _find_civil_days(start, len(hours), zone_name)
    mean = np.array([hours[a:b].mean() for a, b in cuts])
    lowest, highest = np.full(len(cuts), np.nan), np.full(len(cuts), np.nan)
    for i in range(len(cuts)):
        midnight = datetime.combine(first + timedelta(days=i), datetime.min.time(), UTC)
        at = round((midnight - start) / _HOUR)
        if at - 5 >= 0 and at + 19 <= len(hours):
            lowest[i] = hours[at - 5 : at + 19].min()
        if at + 6 >= 0 and at + 30 <= len(hours):
            highest[i] = hours[at + 6 : at + 30].max()
    return DailyWeather(first, lowest, highest, mean)


def _convert_hours(temperatures: Sequence[float | None]) -> Floats:
    return np.array([np.nan if one is None else one for one in temperatures], dtype=np.float64)


def _find_civil_days(
    start: datetime, length: int, zone_name: str
) -> tuple[date, list[tuple[int, int]]]:
    """The first whole civil day, and where the hours of each whole one begin and end."""
    tz = load_time_zone(zone_name)
    first = day_of(start, tz)
    if day_bounds(first, tz)[0] < start:
        first += timedelta(days=1)
    cuts: list[tuple[int, int]] = []
    day = first
    while True:
        low, high = (round((one - start) / _HOUR) for one in day_bounds(day, tz))
        if high > length:
            return first, cuts
        cuts.append((low, high))
        day += timedelta(days=1)
