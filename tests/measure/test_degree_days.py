"""Degree days by four methods, their months, and the station they are of."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from synergie.errors import BadInput
from synergie.measure.daily import DailySeries, build_daily_series, sum_days, sum_months
from synergie.measure.degree_days import (
    DailyWeather,
    DegreeMethod,
    build_daily_weather,
    compute_degree_days,
    compute_hourly_degree_days,
    read_daily_weather,
)
from synergie.measure.stations import choose_station
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.weather import WeatherSeries, WeatherStation

MAY, SEPTEMBER = date(2023, 5, 14), date(2023, 9, 20)
HEATING = (date(2022, 10, 1), date(2023, 5, 21))
METHODS: tuple[DegreeMethod, ...] = ("meteo", "costic", "mean", "hours")
YEARS = {
    "meteo": (2126.5, 2101, 2208),
    "costic": (2209.2, 2178, 2282),
    "mean": (2194.2, None, None),
    "hours": (2284.6, None, None),
}
"""Strasbourg, base 18: 2023, 2022, 2024."""


def weather(lowest: list[float], highest: list[float], mean: list[float]) -> DailyWeather:
    return DailyWeather(date(2023, 5, 1), *map(np.array, (lowest, highest, mean)))


def station(
    code: str, east: float, mean: list[float | None], altitude: float = 150
) -> WeatherSeries:
    return WeatherSeries(
        station=WeatherStation(
            code=code,
            name=code,
            location=Location(longitude=east, latitude=48),
            altitude_m=altitude,
        ),
        first_day=date(2023, 1, 1),
        lowest=mean,
        highest=mean,
        mean=mean,
        source="test",
    )


@pytest.fixture(scope="module")
def strasbourg(shared: Path) -> tuple[datetime, list[float | None]]:
    """The first hour and the hourly temperatures."""
    from pyarrow.parquet import read_table

    table = read_table(shared / "data" / "load-weather-fr" / "weather_strasbourg.parquet")
    first = table["time"][0].as_py().to_pydatetime()
    return first, table["temperature_2m"].to_pylist()


@pytest.fixture(scope="module")
def degree_days(
    strasbourg: tuple[datetime, list[float | None]],
) -> dict[DegreeMethod, DailySeries]:
    days = build_daily_weather(*strasbourg)
    found = {name: compute_degree_days(days, name, 18) for name in METHODS[:3]}
    return found | {"hours": compute_hourly_degree_days(*strasbourg, 18)}


@pytest.mark.parametrize("method", METHODS)
def test_the_years_of_strasbourg_are_those_of_the_reference(
    degree_days: dict[DegreeMethod, DailySeries], method: DegreeMethod
) -> None:
    for year, expected in zip((2023, 2022, 2024), YEARS[method], strict=True):
        total = sum_days(degree_days[method], date(year, 1, 1), date(year + 1, 1, 1)).total
        if expected is not None:
            assert total == pytest.approx(expected, abs=0.05 if year == 2023 else 0.5)


def test_days_month_and_season_of_strasbourg_are_those_of_the_reference(
    degree_days: dict[DegreeMethod, DailySeries],
) -> None:
    def row(starts: date, ends: date) -> list[float | None]:
        return [sum_days(degree_days[name], starts, ends).total for name in METHODS]

    day = date(2023, 5, 15)
    assert row(MAY, day) == pytest.approx([2.21, 2.66, 2.24, 2.77], abs=0.005)
    assert row(SEPTEMBER, date(2023, 9, 21)) == pytest.approx([0, 0.71, 0, 1.22], abs=0.005)
    month = row(date(2023, 9, 1), date(2023, 10, 1))
    assert month == pytest.approx([13.9, 29.3, 16.7, 35.4], abs=0.05)
    assert row(*HEATING) == pytest.approx([2048.7, 2072.7, 2119.7, 2142.2], abs=0.05)


def test_costic_has_three_cases() -> None:
    days = weather([0, 20, 11.19], [10, 30, 20.39], [5, 25, 16])
    found = compute_degree_days(days, "costic", 18).values
    assert found == pytest.approx([13, 0, 6.81 * (0.08 + 0.42 * 6.81 / 9.2)])
    flat = compute_degree_days(weather([18], [18], [18]), "costic", 18).values
    assert list(flat) == [0]


def test_an_unknown_extreme_makes_its_day_unknown_by_every_method() -> None:
    days = weather([np.nan, 3], [9, 9], [np.nan, 6])
    for method in METHODS[:3]:
        found = compute_degree_days(days, method, 18).values
        assert np.isnan(found[0])
        assert not np.isnan(found[1])
    with pytest.raises(ValueError, match="hours"):
        compute_degree_days(days, "hours", 18)


def test_a_month_with_an_unknown_day_is_known_for_fewer_and_has_no_total() -> None:
    days = build_daily_series({date(2023, 4, day): 1.0 for day in range(1, 31) if day != 7})
    april, may = sum_months(days, date(2023, 4, 1), date(2023, 6, 1))
    assert (april.known, april.days, april.partial, april.total) == (29, 30, 29, None)
    assert (may.known, may.days, may.total) == (0, 31, None)


def test_a_month_that_is_known_whole_has_its_total_and_a_period_its_parts() -> None:
    days = build_daily_series({date(2023, 4, day): 2.0 for day in range(1, 31)})
    (april,) = sum_months(days, date(2023, 4, 10), date(2023, 5, 1))
    assert (april.days, april.total) == (21, 42)


def test_hours_of_a_day_of_23_and_of_25_are_all_of_them() -> None:
    hours: list[float | None] = [8.0] * 72
    short = compute_hourly_degree_days(datetime(2026, 3, 28, 23, tzinfo=UTC), hours, 18)
    assert short.first_day == date(2026, 3, 29)
    assert short.values[:2] == pytest.approx([230 / 24, 10])
    long = compute_hourly_degree_days(datetime(2026, 10, 24, 22, tzinfo=UTC), hours, 18)
    assert (long.first_day, long.values[0]) == (date(2026, 10, 25), pytest.approx(250 / 24))


def test_an_hour_that_is_not_known_makes_its_day_unknown() -> None:
    hours: list[float | None] = [8.0] * 48
    hours[30] = None
    found = compute_hourly_degree_days(datetime(2026, 1, 9, 23, tzinfo=UTC), hours, 18)
    assert found.values[0] == 10
    assert np.isnan(found.values[1])


def test_doubtful_days_can_be_left_out() -> None:
    series = station("67124001", 7, [1.0, 2.0]).model_copy(update={"suspect": (date(2023, 1, 2),)})
    assert list(read_daily_weather(series).mean) == [1, 2]
    assert np.isnan(read_daily_weather(series, doubtful=False).mean[1])


def test_the_nearest_station_with_enough_days_is_taken_and_told_how_far() -> None:
    near = station("67000001", 7.0, [1.0] * 97 + [None] * 3)
    next_to_it = station("67000002", 7.8, [1.0] * 100, altitude=400)
    far = station("67000003", 9.0, [1.0] * 100)
    period = (date(2023, 1, 1), date(2023, 4, 11))
    place = Location(longitude=7, latitude=48)
    choice = choose_station([far, next_to_it, near], place, [period], altitude_m=200)
    assert choice.series.station.code == "67000002"
    assert choice.distance_km == pytest.approx(59.5, abs=0.1)
    assert (choice.is_far, choice.is_high, choice.climb_m) == (True, True, 200)
    assert choose_station([near], place, [(date(2023, 1, 1), date(2023, 1, 31))]).is_high is None
    with pytest.raises(BadInput, match="neighbour"):
        choose_station([near], place, [period])


def test_a_station_must_have_measured_both_periods() -> None:
    short = station("67000001", 7.0, [1.0] * 50)
    periods = [(date(2023, 1, 1), date(2023, 2, 1)), (date(2023, 3, 1), date(2023, 4, 1))]
    with pytest.raises(BadInput, match="1 stations"):
        choose_station([short], Location(longitude=7, latitude=48), periods)
