"""Weather of a department, daily fits, years in which nothing was saved."""

import io
import time
from datetime import date, timedelta

import numpy as np

from synergie.formats.weather import meteo_france
from synergie.measure.daily import DailySeries
from synergie.measure.regression import fit_daily_model, predict_energy
from synergie.measure.savings import compute_saving
from synergie.schemas.readings.profile import Profile
from tests.bench.harness import Bench, Goal, Measured
from tests.formats.weather.tables import row, table
from tests.measure.placebo import count_covered

FIRST, DAYS = date(2023, 1, 1), 365
METERS, YEARS = 1_000, 500
STATIONS, SINCE, UNTIL = 25, date(1950, 1, 1), date(2026, 12, 1)


def thousand_meters() -> Measured:
    """Seconds of a processor for 1,000 meters: fit a year, adjust the next, the interval."""
    draw = np.random.default_rng(11)
    outside = 11 - 9 * np.cos(2 * np.pi * np.arange(2 * DAYS) / DAYS)
    outside = outside + draw.normal(0, 3, 2 * DAYS)
    weather = DailySeries(FIRST, outside)
    turn = FIRST + timedelta(days=DAYS)
    noise = draw.normal(0, 8, (METERS, 2 * DAYS))
    meters = 40 + 5 * np.maximum(0, 15 - outside) + noise
    begun = time.process_time()
    for energy in meters:
        meter = DailySeries(FIRST, energy)
        model = fit_daily_model(meter.cut(FIRST, turn), weather)
        compute_saving(model.fit, predict_energy(model, weather.cut(turn, weather.ends)), meter)
    spent = time.process_time() - begun
    return Measured(spent, f"{1000 * spent / METERS:.2f} ms a meter: fit, adjusted year, interval")


def placebo_years() -> Measured:
    """Share of years without a saving whose interval of 90 % holds 0."""
    covered, years = count_covered(YEARS, seed=2023)
    return Measured(100 * covered / years, f"{covered} of {years}, blocks of 28 days, rho 0.3")


def department() -> Measured:
    """Seconds of a processor to read the daily file of a department since 1950."""
    days = [SINCE + timedelta(days=i) for i in range((UNTIL - SINCE).days)]
    rows = [
        row(f"{day:%Y%m%d}", 3.5, 12.25, 7.5, station=(f"670{n:05}", "X", "48.5", "7.6", "150"))
        for n in range(STATIONS)
        for day in days
    ]
    source = io.BytesIO(table(rows))
    begun = time.process_time()
    records, report = meteo_france.read(source, Profile())
    found = list(records)
    spent = time.process_time() - begun
    return Measured(spent, f"{len(found)} stations, {report.kept} days, made-up temperatures")


BENCHES = [
    Bench(
        name="measure-savings",
        title="1,000 meters: a baseline fitted, the next year adjusted, its interval",
        goal=Goal("<=", 10),
        unit="s",
        peer="bounded: ten seconds of a processor",
        run=thousand_meters,
    ),
    Bench(
        name="measure-coverage-most",
        title="Years in which nothing was saved whose interval of 90 % holds 0",
        goal=Goal("<=", 95),
        unit="%",
        peer="none: 85 to 95 % is asked",
        run=placebo_years,
    ),
    Bench(
        name="measure-coverage-least",
        title="The same, held from below",
        goal=Goal(">=", 85),
        unit="%",
        peer="none: 85 to 95 % is asked",
        run=placebo_years,
    ),
    Bench(
        name="measure-weather",
        title="Daily temperatures of a department since 1950, read and checked",
        goal=Goal("<=", 2),
        unit="s",
        peer="bounded: two seconds of a processor",
        run=department,
    ),
]
