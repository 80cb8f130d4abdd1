"""Which weather station a contract takes: the nearest that measured in both periods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from synergie.errors import BadInput
from synergie.measure.daily import DailySeries
from synergie.measure.degree_days import read_daily_weather
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.weather import WeatherSeries

LEAST_KNOWN = 0.99
"""Share of the days of each period that a station must have measured."""
FAR_KM, HIGH_M = 50.0, 150.0
"""Kilometres, and metres of altitude, beyond which the choice is flagged."""

type Need = Literal["mean", "extremes"]
"""Temperatures that a method reads: the mean of the hours, or the lowest and the highest."""

_EARTH_KM = 6371.0
_STATION = "a station with 99 % of the days of each period; give a file of a neighbour department"


@dataclass(frozen=True, slots=True)
class StationChoice:
    """A station, and how far it stands for the place."""

    series: WeatherSeries
    distance_km: float
    climb_m: float | None
    """Its altitude less that of the place, m. None: the altitude of the place is not known."""
    known_share: float
    """The lowest share of days it measured in one of the periods."""

    @property
    def is_far(self) -> bool:
        """Whether it lies over 50 km away."""
        return self.distance_km > FAR_KM

    @property
    def is_high(self) -> bool | None:
        """Whether it lies over 150 m above or below. None: not known."""
        return None if self.climb_m is None else abs(self.climb_m) > HIGH_M


def choose_station(
    stations: Iterable[WeatherSeries],
    place: Location,
    periods: Sequence[tuple[date, date]],
    *,
    altitude_m: float | None = None,
    needs: Need = "mean",
) -> StationChoice:
    """The nearest of *stations* with at least 99 % of the days of each of *periods* (half-open).

    A day counts that has what the method *needs*. BadInput when no station has them.
    """
    ranked = sorted(
        (compute_arc_km(one.station.location, place), one.station.code, one) for one in stations
    )
    best = 0.0
    for distance, _, series in ranked:
        known = _find_known_share(series, periods, needs)
        best = max(best, known)
        if known >= LEAST_KNOWN:
            climb = None if altitude_m is None else series.station.altitude_m - altitude_m
            return StationChoice(series, distance, climb, known)
    raise BadInput("/weather", f"{len(ranked)} stations, {best:.1%}", _STATION)


def _find_known_share(
    series: WeatherSeries, periods: Sequence[tuple[date, date]], needs: Need
) -> float:
    """The share of days, in the period that has fewest."""
    weather = read_daily_weather(series)
    figures = weather.mean if needs == "mean" else weather.lowest + weather.highest
    days = DailySeries(series.first_day, figures)
    shares = (days.cut(low, high).count_known() / (high - low).days for low, high in periods)
    return min(shares, default=1.0)


def compute_arc_km(one: Location, other: Location) -> float:
    """The way between two places on the globe, km."""
    north, south = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
