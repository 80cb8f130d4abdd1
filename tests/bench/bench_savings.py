"""Weather of a department, daily fits, years in which nothing was saved."""

import io
import json
import os
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from synergie.formats.weather import meteo_france
from synergie.measure.daily import DailySeries
from synergie.measure.regression import fit_daily_model, predict_energy
from synergie.measure.savings import compute_saving
from synergie.schemas.readings.profile import Profile
from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.formats.weather.tables import row, table
from tests.measure import french_load
from tests.measure.meters import BASELINE, REPORTED, read_meter, read_temperature
from tests.measure.placebo import count_covered

FIRST, DAYS = date(2023, 1, 1), 365
METERS, YEARS = 1_000, 500
STATIONS, SINCE, UNTIL = 25, date(1950, 1, 1), date(2026, 12, 1)

SHARED = Path(__file__).parents[3] / "shared"
ALIKE = 0.002
"""Most that the adjusted years of both may differ."""
PEER = """
import json, sys, time, warnings
import pandas as pd
warnings.filterwarnings("ignore")
from opendsm.eemeter import DailyBaselineData, DailyModel, DailyReportingData
def frame(first, temperature, energy):
    index = pd.date_range(first, periods=len(energy), freq="D", tz="Europe/London")
    told = {"temperature": [t * 9 / 5 + 32 for t in temperature], "observed": energy}
    return pd.DataFrame(told, index=index)
def adjust(base, year):
    data = DailyBaselineData(frame(*base), is_electricity_data=False)
    model = DailyModel().fit(data, ignore_disqualification=True)
    data = DailyReportingData(frame(*year), is_electricity_data=False)
    return float(model.predict(data, ignore_disqualification=True)["predicted"].sum())
meters = json.load(sys.stdin)
adjust(*meters[0])
for meter in meters:
    begun = time.process_time()
    total = adjust(*meter)
    print("said", total, time.process_time() - begun)
"""


def _adjust(meter: DailySeries, temperature: DailySeries) -> float:
    model = fit_daily_model(meter.cut(*BASELINE), temperature)
    adjusted = predict_energy(model, temperature.cut(*REPORTED))
    compute_saving(model.fit, adjusted, meter)
    return float(np.nansum(adjusted.values))


def beside_opendsm() -> Measured:
    """How often faster than opendsm, both meters of the reference, when warm; sums side by side."""
    python = os.environ.get("SYNERGIE_TEST_OPENDSM")
    if python is None or not (SHARED / "data" / "meters-uk").is_dir():
        raise NotMeasured("SYNERGIE_TEST_OPENDSM, a Python with opendsm 1.2.7, or its data: none")
    temperature = read_temperature(SHARED)
    meters = [read_meter(SHARED, name) for name in ("gas", "electricity")]
    sent = [
        [(first.isoformat(), temperature.cut(first, end).values.tolist(),
          meter.cut(first, end).values.tolist()) for first, end in (BASELINE, REPORTED)]
        for meter in meters
    ]  # fmt: skip
    told = subprocess.run(
        [python, "-c", PEER], input=json.dumps(sent), capture_output=True, text=True, check=True
    )
    lines = [line.split()[1:] for line in told.stdout.splitlines() if line.startswith("said ")]
    theirs = [(float(total), float(spent)) for total, spent in lines]
    ratios, sums = [], []
    for meter, (total, spent) in zip(meters, theirs, strict=True):
        begun = time.process_time()
        found = [_adjust(meter, temperature) for _again in range(20)]
        ratios.append(spent / ((time.process_time() - begun) / 20))
        ours = found[0]
        if abs(ours / total - 1) > ALIKE:
            raise AssertionError(f"{ours} kWh, opendsm {total}")
        sums.append(f"{ours:.0f} kWh, opendsm {total:.0f} in {spent:.1f} s")
    return Measured(min(ratios), "; ".join(sums))


FORECASTER = """
import json, sys
import numpy as np, pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, AutoTheta
told = json.load(sys.stdin)
values = np.array([np.nan if one is None else one for one in told["values"]])
for model in (AutoETS(season_length=7), AutoTheta(season_length=7)):
    losses = []
    for origin in told["origins"]:
        past = pd.Series(values[:origin]).interpolate().to_numpy()
        days = pd.date_range(told["first"], periods=origin)
        frame = pd.DataFrame({"unique_id": "a", "ds": days, "y": past})
        found = StatsForecast(models=[model], freq="D").forecast(df=frame, h=28, level=[80])
        name, actual = str(model), values[origin : origin + 28]
        for share, end in ((0.1, "-lo-80"), (0.5, ""), (0.9, "-hi-80")):
            left = actual - found[name + end].to_numpy()
            losses.append(float(np.nanmean(np.maximum(share * left, (share - 1) * left))))
    print("said", str(model), np.mean(losses))
"""


def beside_statsforecast() -> Measured:
    """Pinball loss of the French load, 28 days ahead, over that of the best of statsforecast."""
    python = os.environ.get("SYNERGIE_TEST_STATSFORECAST")
    if python is None or not (SHARED / "data" / "load-weather-fr").is_dir():
        raise NotMeasured("SYNERGIE_TEST_STATSFORECAST, a Python with 2.1.1, or the load: none")
    load = french_load.read_load(SHARED)
    first = (french_load.FIRST - load.first_day).days
    sent = {
        "first": load.first_day.isoformat(),
        "values": load.list_columns()["value"],
        "origins": [first + french_load.DAYS * k for k in range(13)],
    }
    told = subprocess.run(
        [python, "-c", FORECASTER], input=json.dumps(sent), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    lines = [line.split()[1:] for line in told.stdout.splitlines() if line.startswith("said ")]
    theirs = {name: float(loss) for name, loss in lines}
    ours = french_load.judge(SHARED).pinball
    said = ", ".join(f"{name} {loss:.1f}" for name, loss in theirs.items())
    return Measured(ours / min(theirs.values()), f"{ours:.1f} GWh; {said}; 13 origins of 2023")


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
        name="measure-savings-opendsm",
        title="A baseline fitted, the next year adjusted, its interval, beside opendsm",
        goal=Goal(">=", 300),
        unit="x",
        peer="opendsm 1.2.7 in an environment of its own; sums within 0.2 %",
        run=beside_opendsm,
    ),
    Bench(
        name="measure-forecast-statsforecast",
        title="Pinball loss of the French load by day, 28 days ahead, over statsforecast's best",
        goal=Goal("<=", 0.75),
        unit="",
        peer="AutoETS and AutoTheta of statsforecast 2.1.1 in an environment of their own",
        run=beside_statsforecast,
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
