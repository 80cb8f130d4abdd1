"""CIM validated historical data read: positions, codes and units."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import day_bounds
from synergie.errors import BadInput
from synergie.formats import Sample, checks
from synergie.formats.check import check
from synergie.formats.cim import vhd
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from tests.formats.cim.documents import (
    PARIS,
    START,
    Series,
    curve,
    document,
    older,
    read,
    rows,
    written,
)

KIND = "marketEvaluationPoint.meterReadings.readings.readingType"


def test_positions_and_the_interval_give_the_times() -> None:
    one = curve(document(Series(rows=rows(["0.009", "0.010", "2"]))))
    assert (one.supply_point, one.quantity, one.unit) == (
        "prm:99000000000017", "active_energy", "kWh"
    )  # fmt: skip
    assert (one.direction, one.form, one.step, one.start) == (
        "import", "interval_energy", "PT15M", START
    )  # fmt: skip
    assert (one.values, one.decimals, one.provenance) == ([0.009, 0.01, 2], 3, "synthetic")


def test_the_older_version_reads_the_same() -> None:
    series = Series(rows=rows(["0.009", "0.010"], "A03"))
    assert curve(older(series)) == curve(document(series))


def test_a_list_of_documents_is_known_by_its_root_and_read_document_by_document() -> None:
    root = "ValidatedHistoricalDataMarketDocuments"
    other = Series(rows=rows(["2"]), point="99000000000025")
    documents = older(Series(rows=rows(["1"]))) + older(other)
    data = f"<{root}>{documents.decode()}</{root}>".encode()
    assert vhd.sniff(Sample("", data)) == 1.0
    records, report = read(data)
    curves = [one for one in records if isinstance(one, MeterCurve)]
    assert [one.supply_point for one in curves] == ["prm:99000000000017", "prm:99000000000025"]
    assert (report.kept, report.refusals) == (2, 0)


def test_positions_that_are_absent_are_a_gap() -> None:
    (one,), report = read(document(Series(rows=[(1, 5, ""), (4, 6, "")])))
    assert isinstance(one, MeterCurve)
    assert one.values == [5, None, None, 6]
    assert [(gap.start, gap.n) for gap in report.gaps] == [(START + timedelta(minutes=15), 2)]


def test_series_of_one_point_each_make_one_curve() -> None:
    singles = [Series(rows=rows([i]), start=START + timedelta(minutes=15 * i)) for i in range(8)]
    assert curve(document(*singles)).values == list(range(8))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ("active_energy", "kWh", "interval_energy", "import")),
        ({"business": "A01", "flow": "A01"}, ("active_energy", "kWh", "interval_energy", "export")),
        ({"business": "", "flow": "A01"}, ("active_energy", "kWh", "interval_energy", "export")),
        ({"product": "8716867000016", "unit": "KWT"},
         ("active_power", "kW", "mean_power", "import")),
        ({"product": "8716867000016", "unit": "WTT"},
         ("active_power", "W", "mean_power", "import")),
        ({"product": "8716867000016"}, ("active_energy", "kWh", "interval_energy", "import")),
        ({"product": "8716867000047"},
         ("reactive_inductive", "kVArh", "interval_energy", "import")),
        ({"product": "8716867000139"},
         ("reactive_capacitive", "kVArh", "interval_energy", "import")),
        ({"product": "8716867000122", "unit": "KVR"},
         ("reactive_inductive", "kVAr", "mean_power", "import")),
        ({"commodity": "7"}, ("gas_energy", "kWh", "interval_energy", "import")),
        ({"commodity": "7", "unit": "MTQ"}, ("gas_volume", "m3", "interval_energy", "import")),
        ({"product": "8716867000016", "unit": "KWT",
          "extra": f"<ns:{KIND}.aggregate>8</ns:{KIND}.aggregate>"},
         ("apparent_power_max", "kW", "peak", "import")),
    ],
)  # fmt: skip
def test_the_codes_say_what_is_measured(
    changes: dict[str, Any], told: tuple[str, str, str, str]
) -> None:
    one = curve(document(Series(rows=rows([1]), **changes)))
    assert (one.quantity, one.unit, one.form, one.direction) == told


def test_a_reactive_product_with_an_active_unit_is_told_and_is_no_active_energy() -> None:
    data = document(Series(rows=rows([1]), product="8716867000047"))
    _, report = read(data)
    assert any("8716867000047 is reactive" in told for told in report.tell(str))
    assert check(data).series[0].energy_kwh is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"unit": "C62"}, "/energy_Measurement_Unit.name"),
        ({"unit": ""}, "/energy_Measurement_Unit.name"),
        ({"unit": "MTQ"}, "/energy_Measurement_Unit.name"),
        ({"commodity": "9"}, "/commodity"),
        ({"business": "", "flow": "A03"}, "/flowDirection.direction"),
        ({"point": ""}, "/marketEvaluationPoint.mRID"),
        ({"point": "A" * 34}, "/marketEvaluationPoint.mRID"),
        ({"extra": f"<ns:{KIND}.accumulation>3</ns:{KIND}.accumulation>"}, "/accumulation"),
        ({"resolution": "PT"}, "/resolution"),
        ({"resolution": "P1DT1H"}, "/resolution"),
        ({"end": START - timedelta(days=1)}, "/timeInterval/end"),
    ],
)
def test_points_whose_meaning_is_not_known_are_refused_one_by_one(
    changes: dict[str, Any], where: str
) -> None:
    records, report = read(document(Series(rows=rows([1, 2]), **changes)))
    assert (records, report.kept) == ([], 0)
    assert [one.fault.where for one in report.refused] == [
        f"record 1, {where}", f"record 2, {where}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        (2, "1,5", ""), (2, "-1", ""), (2, "1e5", ""), (2, "0.0000001", ""), (2, "9" * 16, ""),
        (2, "1", "good"), (0, "1", ""), ("x", "1", ""), (1_000_000, "1", ""), (9, "1", ""),
        (5, "1", ""),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_read_costs_only_itself(row: Any) -> None:
    end = START + timedelta(hours=1)
    _, report = read(document(Series(rows=[(1, 5, ""), row, (3, 5, "")], end=end)))
    assert (report.kept, report.refusals) == (2, 1)
    assert report.refused[0].fault.where.startswith("record 2, /")


def test_qualities_are_mapped_and_not_available_is_missing() -> None:
    codes = ["A01", "A02", "A03", "A04", "A05", "A06", "", "A77"]
    one = curve(document(Series(rows=[(i, 7, code) for i, code in enumerate(codes, 1)])))
    told = [run.quality for run in one.quality or () for _ in range(run.n)]
    assert told == [
        "corrected", "missing", "estimated", "measured", "partial", "reconstructed", "measured",
        "measured",
    ]  # fmt: skip
    assert one.values == [7, None, 7, 7, 7, 7, 7, 7]


@pytest.mark.parametrize(
    ("scheme", "commodity", "point", "key"),
    [
        ("NFR", "2", "09111642617347", "prm:09111642617347"),
        ("NFR", "7", "GI123456", "pce:GI123456"),
        ("NFR", "2", "123", "other:123"),
        ("NBE", "2", "541440010000000001", "other:541440010000000001"),
        ("A10", "2", "09111642617347", "other:09111642617347"),
        ("NES", "2", "ES0021 0000-00", "other:ES0021000000"),
    ],
)
def test_the_point_is_a_prm_only_in_the_french_scheme(
    scheme: str, commodity: str, point: str, key: str
) -> None:
    series = Series(rows=rows([1]), scheme=scheme, commodity=commodity, point=point)
    assert curve(document(series)).supply_point == key
    assert curve(older(series)).supply_point == key


@given(
    st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=20),
    st.sampled_from([("KWH", 1), ("MWH", 1000), ("GWH", 10**6)]),
)
def test_units_are_converted_exactly(values: list[Decimal], unit: tuple[str, int]) -> None:
    name, factor = unit
    one = curve(document(Series(rows=rows(values), unit=name)))
    independent = sum(Fraction(value) for value in values) * factor
    assert sum(Fraction(str(value)) for value in one.values if value is not None) == independent


@pytest.mark.parametrize("one", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_days_are_civil_days_of_the_declared_zone(one: date) -> None:
    low = day_bounds(one - timedelta(days=1), PARIS)[0]
    high = day_bounds(one + timedelta(days=1), PARIS)[1]
    series = Series(rows=rows([10, 11, 12]), start=low, end=high, resolution="P0Y0M1DT0H0M0.000S")
    daily = curve(document(series))
    assert (daily.step, daily.values, daily.start) == ("P1D", [10, 11, 12], low)
    assert curve(written([daily])) == daily


def test_days_of_utc_and_months_stay_single_intervals() -> None:
    records, _ = read(document(Series(rows=rows([1, 2]), resolution="P1D", step=timedelta(days=1))))
    assert [type(one) for one in records] == [IntervalReading, IntervalReading]
    low, high = day_bounds(date(2026, 2, 1), PARIS)[0], day_bounds(date(2026, 4, 1), PARIS)[0]
    months, _ = read(document(Series(rows=rows([1, 2]), start=low, end=high, resolution="P1M")))
    found = [(one.start, one.end) for one in months if isinstance(one, IntervalReading)]
    march = day_bounds(date(2026, 3, 1), PARIS)[0]
    assert found == [(low, march), (march, high)]
    assert read(written(months))[0] == months


def test_a_day_of_24_hours_is_a_civil_day_only_when_it_is_one() -> None:
    low = day_bounds(date(2026, 6, 1), PARIS)[0]
    one = curve(document(Series(rows=rows([1]), start=low, resolution="PT24H", step=timedelta(1))))
    assert one.step == "P1D"
    low = day_bounds(date(2026, 10, 25), PARIS)[0]
    series = Series(rows=rows([1]), start=low, resolution="PT24H", step=timedelta(1))
    (alone,), _ = read(document(series))
    assert isinstance(alone, IntervalReading)
    assert alone.end - alone.start == timedelta(days=1)
    assert read(written([alone]))[0] == [alone]


def test_the_same_interval_twice_is_told_once() -> None:
    gas = {"resolution": "P30D", "step": timedelta(days=30)}
    three = [Series(rows=rows([v]), **gas) for v in (5, 5, 6)]  # type: ignore[arg-type]
    records, report = read(document(*three))
    assert (len(records), report.duplicates, report.refusals) == (1, 1, 1)
    assert report.refused[0].fault.check == checks.CONFLICTING_DUPLICATE.code


def test_a_long_series_comes_in_parts_and_its_holes_are_still_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vhd, "MAX_HELD", 3)
    second = Series(rows=rows([7, 8]), start=START + timedelta(hours=2))
    records, report = read(document(Series(rows=rows([1, 2, 3, 4])), second))
    assert [one.values for one in records if isinstance(one, MeterCurve)] == [[1, 2, 3, 4], [7, 8]]
    assert [gap.n for gap in report.gaps] == [4]


@pytest.mark.parametrize("data", [b"<VHD_Envelope/>", b"<VHD_Envelope>", b""])
def test_a_document_without_series_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="expected"):
        read(data)


def test_a_series_without_a_point_is_told() -> None:
    _, report = read(document(Series(rows=rows([1, 2])), Series(point="99000000000024")))
    assert report.findings["series-empty"].times == 1
