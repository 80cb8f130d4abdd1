"""The real Green Button feeds hold what their SOURCE.md says."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synergie import formats
from synergie.formats import checks
from synergie.formats.check import check
from synergie.formats.greenbutton import feed
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from tests.formats.greenbutton.feeds import curve, kwh, read

START = 1_767_225_600  # 2026-01-01T00:00Z
PERIOD = "<timePeriod><duration>3600</duration><start>1767225600</start></timePeriod>"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


REAL = [
    ("Coastal_Multi_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_5.xml", 8760, 4425.305,
     "2011-01-01T08:00", "2012-01-01T08:00", "PT1H"),
    ("TestGBDataHourlyNineDaysBinnedDaily.xml", 216, 199.563,
     "2014-01-01T05:00", "2014-01-10T05:00", "PT1H"),
    ("sample_greenbutton_data.xml", 362, 291.018, "2011-01-01T08:00", "2011-01-16T10:00", "PT1H"),
    ("openespi_test_usage_data_15min.xml", 1340, 1391.666,
     "2012-03-01T05:00", "2012-03-15T04:00", "PT15M"),
    ("openespi_test_usage_data_01.xml", 96, 93.846,
     "2012-03-01T05:00", "2012-03-02T05:00", "PT15M"),
    ("abridged_electric_containerized.xml", 8, 4.086,
     "2011-01-01T08:00", "2011-01-02T00:00", "PT1H"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "readings", "energy", "first", "last", "step"), REAL)
def test_real_feeds_hold_what_their_source_says(
    shared: Path, name: str, readings: int, energy: float, first: str, last: str, step: str
) -> None:
    path = shared / "data/green-button" / name
    report = check(path)
    (series,) = report.series
    assert (report.format, report.records, report.refused) == ("green-button", readings, ())
    assert (series.readings, series.energy_kwh, series.unit) == (readings, energy, "Wh")
    assert series.first.isoformat() == f"{first}:00+00:00"
    assert series.last.isoformat() == f"{last}:00+00:00"
    assert [run.step for run in series.steps] == [step]
    records, told = read(path.read_bytes())
    assert (kwh(records), told.kept, told.duplicates) == (energy, readings, 0)
    holes = [(gap.start.isoformat(), gap.n) for gap in told.gaps]
    assert holes == ([("2011-01-01T12:00:00+00:00", 8)] if readings == 8 else [])
    sink = io.BytesIO()
    feed.write(records, sink, Profile())
    assert read(sink.getvalue())[0] == records


def test_the_summary_of_coastal_contradicts_its_readings_and_that_of_nine_days_agrees(
    shared: Path,
) -> None:
    folder = shared / "data/green-button"
    _, report = read((folder / REAL[0][0]).read_bytes())
    assert report.findings[checks.SUMMARY_DIFFERS.code].args == ("768032 Wh", "353063 Wh")
    _, report = read((folder / REAL[1][0]).read_bytes())
    assert report.findings == {}


def test_the_clock_change_of_march_2012_is_92_quarters_and_no_hole(shared: Path) -> None:
    one = curve((shared / "data/green-button/openespi_test_usage_data_15min.xml").read_bytes())
    low = int((datetime(2012, 3, 11, 5, tzinfo=UTC) - one.start).total_seconds()) // 900
    assert None not in one.values[low : low + 92]
    assert datetime(2012, 3, 11, 5, tzinfo=UTC) + timedelta(seconds=82_800) == datetime(
        2012, 3, 12, 4, tzinfo=UTC
    )
    assert one.quality == (
        QualityRun(n=1, quality="estimated"),
        QualityRun(n=1, quality="corrected"),
        QualityRun(n=1338, quality="measured"),
    )


def test_the_gas_feed_is_140_therms(shared: Path) -> None:
    records, report = read((shared / "data/green-button/abridged_gas_direct.xml").read_bytes())
    gas = [one for one in records if isinstance(one, IntervalReading)]
    assert [one.value for one in gas] == [37, 14, 21, 27, 41]
    assert {(one.unit, one.quantity) for one in gas} == {("therm", "gas_energy")}
    assert gas[0].start == datetime(2021, 5, 26, tzinfo=UTC)
    assert gas[-1].end == datetime(2021, 10, 26, tzinfo=UTC)
    assert [(one.end - one.start).total_seconds() for one in gas] == [
        3_024_000, 2_419_200, 2_592_000, 2_851_200, 2_332_800
    ]  # fmt: skip
    assert (len(records), report.kept) == (5, 5)


def test_the_subscription_of_eddie_is_one_point_without_readings(shared: Path) -> None:
    with formats.read(shared / "data/green-button/eddie_UsagePoint.xml") as result:
        (one,) = result.records
    assert isinstance(one, SupplyPointRecord)
    assert one.external_id == "other:7fcd83f89bf15ae7871ab71593a57004"
    assert result.report.kept == 1
