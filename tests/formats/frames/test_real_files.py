"""Real curves, energies and inventories written in each format: every figure is still there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synergie.calendar import day_bounds
from synergie.formats import Record, read
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.profile import Profile
from tests.components import package
from tests.formats.frames.made import written

PARIS = ZoneInfo("Europe/Paris")
CHANGES = {  # formats.md §14.1: rows and kWh of the days on which clocks change
    date(2020, 3, 29): (138, "169.833"),
    date(2020, 10, 25): (150, "77.167"),
    date(2021, 3, 28): (138, "769.667"),
    date(2021, 10, 31): (150, "627.000"),
}


@pytest.fixture(scope="module")
def load(shared: Path) -> list[Record]:
    """Two years of ten-minute powers of a public building: 105,120 steps, 2,448 without measure."""
    path = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    with read(path, profile=Profile(stamp="start", unit="W")) as result:
        return list(result.records)


@pytest.fixture(scope="module")
def bills(shared: Path) -> list[Record]:
    """Monthly energies of 128 lighting points."""
    folder = shared / "data/lighting-consumption-bethune"
    (path,) = folder.glob("*.csv")
    with read(path) as result:
        return list(result.records)


def steps(curves: list[Any]) -> list[tuple[Any, Any]]:
    return [
        (curve.start.timestamp() + i * curve.step_s, value)
        for curve in curves
        for i, value in enumerate(curve.values)
    ]


@pytest.mark.parametrize("name", ["curves-csv", "parquet"])
def test_two_years_of_ten_minutes_come_back_step_by_step(load: list[Record], name: str) -> None:
    with read(written(load, name)) as result:
        back = list(result.records)
        report = result.report
    assert steps(back) == steps(load)
    assert (report.kept, report.refusals) == (105_120, 0)
    watts = [value for _, value in steps(back) if value is not None]
    assert round(sum(watts) / 6000, 3) == 226_061.333
    assert len(watts) == 105_120 - 2_448


def test_duckdb_finds_the_energy_of_each_change_day(load: list[Record], tmp_path: Path) -> None:
    duckdb = package("duckdb")
    path = tmp_path / "load.parquet"
    path.write_bytes(written(load, "parquet"))
    database = duckdb.connect()
    database.execute("SET TimeZone = 'Europe/Paris'")
    rows = database.execute(
        "SELECT date_trunc('day', start)::DATE, count(*), sum(value_w) / 6000"
        " FROM read_parquet(?) GROUP BY 1",
        [str(path)],
    ).fetchall()
    days = {day: (n, kwh) for day, n, kwh in rows}
    for day, (n, kwh) in CHANGES.items():
        assert days[day][0] == n
        assert f"{days[day][1]:.3f}" == kwh
    assert sum(n for n, _ in days.values()) == 105_120


@pytest.mark.parametrize("name", ["workbook", "data-package", "curves-csv-fr", "arrow"])
def test_the_month_of_the_change_comes_back_step_by_step(load: list[Any], name: str) -> None:
    month = slice_of(load, date(2021, 10, 1), date(2021, 11, 1))
    with read(written([*month], name)) as result:
        back = list(result.records)
        report = result.report
    assert steps(back) == steps(month)
    assert report.kept == 31 * 144 + 6


def slice_of(curves: list[Any], first: date, last: date) -> list[Any]:
    """The part of *curves* between two civil days of Paris."""
    low, high = (day_bounds(day, PARIS)[0].timestamp() for day in (first, last))
    found = []
    for curve in curves:
        at = curve.start.timestamp()
        begin = max(0, int((low - at) // curve.step_s))
        end = min(len(curve.values), int((high - at) // curve.step_s))
        if begin < end:
            start = datetime.fromtimestamp(at + begin * curve.step_s, UTC)
            part = {"start": start, "values": curve.values[begin:end]}
            found.append(curve.model_copy(update=part))
    return found


@pytest.mark.parametrize("name", ["monthly-csv", "workbook"])
def test_the_energies_of_a_town_come_back_to_the_watt_hour(bills: list[Record], name: str) -> None:
    with read(written(bills, name)) as result:
        back: list[Any] = list(result.records)
        report = result.report
    assert (len(back), report.refusals) == (4_354, 0)
    assert sum(one.energy_kwh for one in back).quantize(Decimal("0.001")) == Decimal("6410054.338")
    assert sum(one.cost_eur for one in back).quantize(Decimal("0.01")) == Decimal("803911.94")
    if name.startswith("monthly"):
        assert back == bills


def test_thirty_thousand_lanterns_go_to_the_map_and_back(shared: Path) -> None:
    folder = shared / "data/lighting-montpellier"
    (path,) = folder.glob("*.zip")
    with read(path) as result:
        points = [one for one in result.records if isinstance(one, LightPointRecord)]
    assert len(points) == 29_969
    with read(written([*points], "geopackage")) as result:
        back: list[Any] = list(result.records)
    assert len(back) == 29_969
    assert [one.location for one in back] == [one.location for one in points]
