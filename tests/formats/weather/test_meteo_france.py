"""Daily temperatures of Météo-France."""

import gzip
import io
from datetime import date

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.weather import meteo_france
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.weather import WeatherSeries
from tests.formats.weather.tables import HEAD, row, table

AIN = ("01014002", "ARBENT", "46.278167", "5.669000", "534")


def read(data: bytes) -> tuple[list[WeatherSeries], Report]:
    records, report = meteo_france.read(io.BytesIO(data), Profile())
    return list(records), report


def test_a_station_keeps_its_zero_in_front_its_place_and_its_days() -> None:
    (one,), report = read(table([row("20250101", -3.5, 2.25, -0.4, station=AIN)]))
    assert one.station.code == "01014002"
    assert (one.station.location.latitude, one.station.location.longitude) == (46.278167, 5.669)
    assert one.station.altitude_m == 534
    assert (one.first_day, one.lowest, one.highest) == (date(2025, 1, 1), [-3.5], [2.25])
    assert (one.mean, one.external_id) == ([-0.4], "01014002/2025-01-01")
    assert report.kept == 1


def test_a_zero_that_a_spreadsheet_took_is_refused_with_its_cause() -> None:
    records, report = read(table([row("20250101", 1, 2, 1.5, station=("1014002", *AIN[1:]))]))
    assert records == []
    assert report.refused[0].fault.where == "/NUM_POSTE"
    assert "zero in front" in report.refused[0].expected


def test_a_day_without_temperature_is_unknown_and_told_never_zero() -> None:
    rows = [row("20250101", 1, 5, 3), row("20250102"), row("20250104", 0, 0, 0)]
    (one,), report = read(table(rows))
    assert one.mean == [3, None, None, 0]
    assert one.lowest == [1, None, None, 0]
    assert any("2 days have no temperature" in told for told in report.tell(str))


def test_a_doubtful_temperature_is_kept_and_its_day_named() -> None:
    rows = [row("20250101", 1, 5, 3), row("20250102", 1, 35, 3, quality=("1", "2", "1"))]
    (one,), report = read(table(rows))
    assert one.suspect == (date(2025, 1, 2),)
    assert one.highest == [5, 35]
    assert any("1 days are doubtful" in told for told in report.tell(str))


def test_quality_0_1_and_9_are_no_doubt() -> None:
    (one,), _ = read(table([row("20250101", 1, 5, 3, quality=("0", "1", "9"))]))
    assert one.suspect == ()


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (row("20250230", 1, 2, 1), "/AAAAMMJJ"),
        (row("2025-01-02", 1, 2, 1), "/AAAAMMJJ"),
        (row("20250102", "1,5", 2, 1), "/TN"),
        (row("20250102", 1, 99, 1), "/TX"),
        (row("20250102", 1, 2, "nan"), "/TM"),
        (row("20250102", 1, 2, 1, quality=("1", "7", "1")), "/TX"),
        (row("20250102", 1, 2, 1, station=("67124002", "X", "48,5", "7.6", "150")), "/LAT"),
        (row("20250102", 1, 2, 1, station=("67124002", "X", "98.5", "7.6", "150")), "/LAT"),
        (row("20250102", 1, 2, 1) + ";", "row"),
    ],
)
def test_a_bad_row_costs_itself_and_says_where(bad: str, where: str) -> None:
    (one,), report = read(table([row("20250101", 1, 2, 1.5), bad]))
    assert one.mean == [1.5]
    assert [refused.fault.where for refused in report.refused] == [where]


def test_a_second_other_value_for_a_day_is_refused_and_an_equal_one_counted() -> None:
    rows = [row("20250101", 1, 2, 1.5), row("20250101", 1, 2, 1.5), row("20250101", 1, 2, 1.6)]
    (one,), report = read(table(rows))
    assert (one.mean, report.duplicates, report.refusals) == ([1.5], 1, 1)
    assert report.refused[0].code == checks.CONFLICTING_DUPLICATE.code


def test_a_station_of_rain_alone_has_no_series() -> None:
    records, report = read(table([row("20250101", station=AIN), row("20250101", 1, 2, 1)]))
    assert [one.station.code for one in records] == ["67124001"]
    assert any("01014002 (ARBENT) tells no temperature" in told for told in report.tell(str))


def test_another_header_is_no_weather() -> None:
    with pytest.raises(BadInput, match="NUM_POSTE"):
        read(table([], HEAD.replace("QTM", "QT")))
    with pytest.raises(BadInput, match="NUM_POSTE"):
        read(b"")


def test_a_packed_file_is_recognised_and_order_does_not_matter() -> None:
    rows = [row(f"202501{day:02}", day, day + 2, day + 1) for day in range(1, 20)]
    packed = gzip.compress(table(reversed(rows)))
    with formats.read(packed, name="Q_67_latest-2025-2026_RR-T-Vent.csv.gz") as result:
        assert result.format == "meteo-france-daily"
        (one,) = result.records
    assert isinstance(one, WeatherSeries)
    assert one.mean == [float(day + 1) for day in range(1, 20)]
