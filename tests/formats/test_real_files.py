"""The real files beside the project give the facts of their SOURCE.md, exactly."""

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.formats.check import check
from synergie.formats.enedis import hdm_curve
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

PARIS = load_time_zone("Europe/Paris")


@pytest.fixture(scope="module")
def hdm(shared: Path) -> Path:
    return shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"


@pytest.fixture(scope="module")
def curve(hdm: Path) -> MeterCurve:
    with formats.read(hdm) as result:
        (one,) = result.records
    assert isinstance(one, MeterCurve)
    return one


def of_day(curve: MeterCurve, day: date) -> list[int | float | None]:
    low, high = (int((end - curve.start).total_seconds()) // 600 for end in day_bounds(day, PARIS))
    return curve.values[low:high]


def energy(values: list[int | float | None]) -> float:
    return round(sum(int(value) for value in values if value is not None) * 600 / 3_600_000, 3)


def test_hdm_holds_what_its_source_says(hdm: Path) -> None:
    report = check(hdm)
    (series,) = report.series
    assert report.format == "enedis-hdm-curve"
    assert (report.records, report.refused) == (105_120, ())
    assert series.id == "prm:30001642617347/active_power/mean_power/import"
    assert series.first == datetime(2020, 2, 2, 23, tzinfo=UTC)
    assert series.last == datetime(2022, 2, 1, 23, tzinfo=UTC)
    assert [(run.step, run.n) for run in series.steps] == [("PT10M", 105_120)]
    assert (series.readings, series.missing) == (102_672, 2_448)
    assert series.energy_kwh == 226_061.333
    assert series.civil_days_off == 0
    assert any("blank" in warning for warning in report.warnings)


@pytest.mark.parametrize(
    ("day", "steps", "kwh"),
    [
        (date(2020, 3, 29), 138, 169.833),
        (date(2020, 10, 25), 150, 77.167),
        (date(2021, 3, 28), 138, 769.667),
        (date(2021, 10, 31), 150, 627.0),
    ],
)
def test_hdm_change_days_have_138_and_150_steps(
    curve: MeterCurve, day: date, steps: int, kwh: float
) -> None:
    values = of_day(curve, day)
    assert (len(values), energy(values)) == (steps, kwh)


@pytest.mark.parametrize(
    ("year", "kwh"), [(2020, 67_593.167), (2021, 131_193.5), (2022, 27_274.667)]
)
def test_hdm_years_add_up(curve: MeterCurve, year: int, kwh: float) -> None:
    start = day_bounds(date(year, 1, 1), PARIS)[0]
    end = day_bounds(date(year + 1, 1, 1), PARIS)[0]
    low = max(0, int((start - curve.start).total_seconds()) // 600)
    high = int((end - curve.start).total_seconds()) // 600
    assert energy(curve.values[low:high]) == kwh


def test_hdm_blanks_are_17_whole_days(curve: MeterCurve) -> None:
    blank = Counter[str]()
    for i, value in enumerate(curve.values):
        if value is None:
            moment = datetime.fromtimestamp(curve.start.timestamp() + 600 * i, PARIS)
            blank[f"{moment:%Y-%m-%d}"] += 1
    assert sorted(blank) == [
        *(f"2020-02-{d:02}" for d in range(7, 12)),
        *(f"2020-03-{d:02}" for d in range(16, 21)),
        *(f"2020-04-{d:02}" for d in (19, 20, 21, 27, 28, 29, 30)),
    ]
    assert set(blank.values()) == {144}


def test_hdm_values_are_whole_kilowatts_up_to_102(curve: MeterCurve) -> None:
    known = [int(value) for value in curve.values if value is not None]
    assert max(known) == 102_000
    assert {value % 1000 for value in known} == {0}


def test_hdm_written_again_is_the_same_curve(curve: MeterCurve) -> None:
    sink = io.BytesIO()
    hdm_curve.write([curve], sink, Profile())
    with formats.read(sink.getvalue()) as result:
        assert list(result.records) == [curve]


def test_hdm_is_checked_in_a_second_of_processor(hdm: Path) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        check(hdm)
        times.append(time.process_time() - start)
    assert min(times) < 1


def points(records: Iterator[Record]) -> list[LightPointRecord]:
    return [record for record in records if isinstance(record, LightPointRecord)]


def test_champaign_holds_what_its_source_says(shared: Path) -> None:
    path = shared / "data/lighting-champaign/Streetlights.csv"
    with formats.read(path) as result:
        lights = points(result.records)
        assert (result.format, result.report.refusals) == ("lighting-csv", 0)
    assert len(lights) == 4_556
    raw = [light.raw or {} for light in lights]
    assert {len(row) for row in raw} == {25}
    assert Counter(row["Lamp_Type"] for row in raw) == {
        "HPS": 2236, "IND": 818, "LED": 773, "": 641, "Other": 61, "HPS/Induction": 9, " ": 8,
        "Mercury Vapor": 7, "HPS/Incand.": 3,
    }  # fmt: skip
    plain = [light.power_w for light in lights if light.power_text is None and light.power_w]
    assert (len(plain), sum(plain)) == (2_981, 392_885)
    assert Counter(light.power_text for light in lights if light.power_text is not None) == {
        "286(LED)": 245, "66 (LED)": 100, "250/100": 98, "250/85": 61, "286(LED)/85": 12,
        "286(LED)/66(LED)": 9, "400/85": 6, "150/100": 6, "99(LED)": 6, "18(LED)": 2, "10(LED)": 2,
    }  # fmt: skip
    assert sum(row["FACILITYID"] == "" for row in raw) == 301
    assert [light.external_id for light in lights] == [row["GlobalID"] for row in raw]
    assert sum(light.installed_on is None for light in lights) == 3_862
    assert {light.height_m for light in lights} == {None}
    where = [light.location for light in lights if light.location is not None]
    assert len(where) == 4_556
    assert all(-88.4 < one.longitude < -88.1 and 40 < one.latitude < 40.2 for one in where)


def test_champaign_is_summed_up(shared: Path) -> None:
    assets = check(shared / "data/lighting-champaign/Streetlights.csv").assets
    assert (assets.light_points, assets.cabinets, assets.without_cabinet) == (4_556, 151, 215)
    assert (assets.power.numbers, assets.power.numbers_w) == (2_981, 392_885)
    assert assets.power.unknown == 991 + 37


def test_montpellier_holds_what_its_source_says(shared: Path) -> None:
    path = shared / "data/lighting-montpellier/VilleMTP_MTP_EclairagePublic.zip"
    with formats.read(path) as result:
        lights = points(result.records)
        assert (result.format, result.report.refusals) == ("lighting-shapefile", 0)
    assert len(lights) == 29_969
    assert Counter((light.raw or {})["type_lante"] for light in lights) == {
        "LANTERNE": 22_594, "LUMINAIRE AMBIANCE": 3_888, "PROJECTEUR": 1_689, "ENCASTRE": 1_017,
        "BORNE COLONNE": 750, "": 27, "Luminaire en applique": 3, "Lanterne": 1,
    }  # fmt: skip
    assert len({light.external_id for light in lights}) == 29_969
    where = [light.location for light in lights if light.location is not None]
    assert all(3.8 < one.longitude < 3.95 and 43.55 < one.latitude < 43.66 for one in where)


def test_bethune_holds_what_its_source_says(shared: Path) -> None:
    with formats.read(shared / "data/lighting-consumption-bethune/eclairage-public.csv") as result:
        months = [record for record in result.records if isinstance(record, PeriodEnergy)]
        assert (result.format, result.report.refusals) == ("lighting-consumption-csv", 0)
    assert len(months) == 4_354
    by_point = Counter(month.name for month in months)
    assert (len(by_point), sum(n == 36 for n in by_point.values())) == (128, 63)
    years = Counter[int]()
    for month in months:
        years[month.from_date.year] += int((month.energy_kwh or 0) * 1_000_000)
    assert [round(years[y], -3) for y in (2017, 2018, 2019)] == [
        2_227_834_226_000, 2_285_814_626_000, 1_896_405_487_000
    ]  # fmt: skip
    total = sum((month.energy_kwh or Decimal(0) for month in months), Decimal(0))
    cost = sum((month.cost_eur or Decimal(0) for month in months), Decimal(0))
    assert (round(total, 3), round(cost, 2)) == (Decimal("6410054.338"), Decimal("803911.94"))


def test_bethune_is_one_series_a_point(shared: Path) -> None:
    report = check(shared / "data/lighting-consumption-bethune/eclairage-public.csv")
    assert (report.records, len(report.series)) == (4_354, 128)
    assert {run.step for series in report.series for run in series.steps} == {"P1M"}


def in_geojson(path: Path) -> bytes:
    sink = io.BytesIO()
    with formats.read(path) as result:
        formats.write(result.records, sink, format="lighting-geojson")
    return sink.getvalue()


def in_csv(path: Path) -> bytes:
    sink = io.BytesIO()
    with formats.read(path) as result:
        formats.write(result.records, sink, format="light-points-csv-fr")
    return sink.getvalue()


@pytest.mark.parametrize("written", [in_geojson, in_csv])
def test_champaign_converted_keeps_its_assets(
    shared: Path, written: Callable[[Path], bytes]
) -> None:
    path = shared / "data/lighting-champaign/Streetlights.csv"
    again = check(written(path))
    assert again.refused == ()
    assert again.assets == check(path).assets


@pytest.mark.parametrize(
    "name",
    [
        "cim-vhd/xsd",
        "cnig-eclext",
        "enedis-flux/golden",
        "enedis-flux/turpe_rules.csv",
        "openadr",
        "talq",
    ],
)
def test_a_real_file_of_another_kind_is_refused_and_never_guessed(shared: Path, name: str) -> None:
    folder = shared / "data" / name
    files = sorted(folder.rglob("*.*")) if folder.is_dir() else [folder]
    assert files
    for file in files:
        with pytest.raises(BadInput, match="expected"):
            formats.read(file)
