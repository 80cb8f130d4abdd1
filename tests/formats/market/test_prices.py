"""Prices of Ember and of the EPF benchmark."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.check import check
from synergie.formats.market import ember_prices, epf_prices
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.market.tables import ember, epf


def ember_read(data: bytes) -> tuple[list[MarketCurve], Report]:
    records, report = ember_prices.read(io.BytesIO(data), Profile())
    return list(records), report


def numbers(curve: MarketCurve) -> list[float | None]:
    return [None if value is None else float(value) for value in curve.values]


def epf_read(data: bytes) -> tuple[list[MarketCurve], Report]:
    records, report = epf_prices.read(io.BytesIO(data), Profile())
    return list(records), report


def test_months_are_a_curve_a_country_and_absent_ones_null() -> None:
    rows = [("FRA", "2025-01-01", 10), ("DEU", "2025-01-01", "11.5"), ("FRA", "2025-04-01", 13)]
    (french, german), report = ember_read(ember(rows))
    assert (french.zone, french.step, french.time_zone) == ("FR", "P1M", "UTC")
    assert (french.start, french.values) == (datetime(2025, 1, 1, tzinfo=UTC), [10, None, None, 13])
    assert (german.zone, german.values) == ("DE", [Decimal("11.5")])
    assert report.kept == 3
    assert any("2 months or days of FR" in told for told in report.tell(str))


def test_days_and_hours_of_ember_are_read_too() -> None:
    (daily,), _ = ember_read(ember([("FRA", f"2025-01-0{day}", day) for day in range(1, 4)]))
    assert (daily.step, numbers(daily)) == ("P1D", [1, 2, 3])
    rows = [("ESP", f"2025-01-01 {hour:02}:00:00", hour) for hour in range(3)]
    (hourly,), report = ember_read(ember(rows, "Datetime (UTC)"))
    assert (hourly.zone, hourly.step, numbers(hourly)) == ("ES", "PT1H", [0, 1, 2])
    assert report.kept == 3


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (("France", "2025-02-01", 1), "/ISO3 Code"),
        (("FRA", "02/2025", 1), "/Date"),
        (("FRA", "2025-02-30", 1), "/Date"),
        (("FRA", "2025-02-01 05:00", 1), "/Date"),
        (("FRA", "2025-02-01", "1 000"), "/Price"),
        (("FRA", "2025-01-01", 99), "/Price"),
        (("FRA", "2025-02-01", "1,5"), "row"),
    ],
)
def test_a_row_of_ember_that_cannot_be_read_costs_only_itself(
    row: tuple[str, str, object], where: str
) -> None:
    _, report = ember_read(ember([("FRA", "2025-01-01", 1), row]))
    assert (report.kept, report.refusals) == (1, 1)
    assert report.refused[0].fault.where == where


def test_an_exact_repeat_is_counted_and_another_header_refused() -> None:
    _, report = ember_read(ember([("FRA", "2025-01-01", 1)] * 2))
    assert report.duplicates == 1
    for data in (b"", b"a,b\n1,2\n"):
        with pytest.raises(BadInput, match="a header of Ember"):
            ember_read(data)


def test_ember_holds_what_its_source_says(shared: Path) -> None:
    path = shared / "data/market-prices/ember_monthly_wholesale_europe.csv"
    with formats.read(path) as result:
        curves = [one for one in result.records if isinstance(one, MarketCurve)]
    assert (result.format, result.report.kept, result.report.refusals) == ("ember-prices", 3_745, 0)
    assert len(curves) == 31
    assert all(len(one.zone) == 2 for one in curves)
    (french,) = (one for one in curves if one.zone == "FR")
    values = [value for value in french.values if value is not None]
    assert (len(values), len(french.values)) == (132, 132)
    assert french.start == datetime(2015, 1, 1, tzinfo=UTC)
    assert (min(values), max(values)) == (Decimal("13.41"), Decimal("493.08"))
    assert round(sum(values, Decimal(0)) / len(values), 2) == Decimal("76.73")


def test_a_report_tells_the_end_of_the_last_month() -> None:
    (series,) = check(ember([("FRA", "2025-01-01", 10), ("FRA", "2025-02-01", 11)])).series
    assert (series.first, series.last) == (
        datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    )  # fmt: skip


def test_hours_of_the_benchmark_are_local_and_its_change_days_are_not_usable() -> None:
    (curve,), report = epf_read(epf("FR", datetime(2026, 10, 24), 72))  # noqa: DTZ001
    assert curve.start == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert [one.fault.check for one in report.refused] == [checks.LABEL_AMBIGUOUS.code]
    assert curve.values.count(None) == 2
    assert (report.kept, report.refusals) == (71, 1)
    assert any("not usable" in told for told in report.tell(str))
    _, report = epf_read(epf("DE", datetime(2026, 3, 29), 24))  # noqa: DTZ001
    assert [one.fault.check for one in report.refused] == [checks.LABEL_NONEXISTENT.code]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("PJM,2026-01-01 00:00:00,1", "/unique_id"),
        ("FR,2026-01-01 00:30:00,1", "/ds"),
        ("FR,2026-02-30 00:00:00,1", "/ds"),
        ("FR,2026-01-02 00:00:00,x", "/y"),
        ("FR,2026-01-02 00:00:00", "row"),
    ],
)
def test_a_row_of_the_benchmark_that_cannot_be_read_costs_only_itself(row: str, where: str) -> None:
    data = epf("FR", datetime(2026, 1, 1), 3) + row.encode() + b"\n"  # noqa: DTZ001
    _, report = epf_read(data)
    assert (report.kept, report.refusals) == (3, 1)
    assert report.refused[0].fault.where == where


def test_another_header_is_no_benchmark() -> None:
    for data in (b"", b"a,b,c\n"):
        with pytest.raises(BadInput, match="unique_id"):
            epf_read(data)


def test_the_benchmark_holds_what_its_source_says(shared: Path) -> None:
    path = shared / "data/market-prices/epf_hourly_BE_DE_FR_NP_2016.csv"
    with formats.read(path) as result:
        curves = [one for one in result.records if isinstance(one, MarketCurve)]
    assert result.format == "epf-prices"
    assert [one.zone for one in curves] == ["BE", "DE", "FR", "NP"]
    assert (result.report.kept, result.report.refusals) == (4 * 1_680 - 4, 4)
    by_zone = {one.zone: one for one in curves}
    french = [value for value in by_zone["FR"].values if value is not None]
    assert (max(french), len(french)) == (Decimal("874.01"), 1_679)
    assert {zone: one.start.year for zone, one in by_zone.items()} == {
        "BE": 2016, "DE": 2017, "FR": 2016, "NP": 2018
    }  # fmt: skip
    assert min(value for value in by_zone["DE"].values if value is not None) == Decimal("-83.04")
