"""CIM validated historical data: positions, codes and units read; written, valid, and read back."""

import io
import subprocess
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.calendar import day_bounds, zone
from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats._format import Record
from synergie.formats._points import quality_runs
from synergie.formats.check import check
from synergie.formats.cim import vhd
from synergie.schemas.about import About
from synergie.schemas.interval_reading import IntervalReading
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.profile import Profile
from synergie.units import STEP_SECONDS
from tests.components import package, program
from tests.formats.cim.documents import PARIS, START, Series, day, document, older, rows

SCHEMA = "data/cim-vhd/xsd/vhd/ValidatedHistoricalData_Document_v1.04_annotated.xsd"
KIND = "marketEvaluationPoint.meterReadings.readings.readingType"


def read(data: bytes, profile: Profile | None = None) -> tuple[list[Record], Report]:
    records, report = vhd.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def curve(data: bytes, profile: Profile | None = None) -> MeterCurve:
    (one,), _ = read(data, profile)
    assert isinstance(one, MeterCurve)
    return one


def written(records: Iterable[Record], profile: Profile | None = None) -> bytes:
    sink = io.BytesIO()
    vhd.write(records, sink, profile or Profile())
    return sink.getvalue()


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


QUALITIES = ("measured", "corrected", "estimated", "partial", "reconstructed")


@st.composite
def curves(draw: st.DrawFn) -> MeterCurve:
    step = draw(st.sampled_from(sorted(STEP_SECONDS)))
    one = draw(st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)]))
    quantity, unit, form, places = draw(
        st.sampled_from(
            [
                ("active_energy", "kWh", "interval_energy", 3),
                ("active_power", "W", "mean_power", 0),
                ("active_power", "kW", "mean_power", 3),
                ("reactive_inductive", "kVAr", "mean_power", 0),
                ("reactive_capacitive", "kVArh", "interval_energy", 3),
                ("gas_energy", "kWh", "interval_energy", 2),
                ("gas_volume", "m3", "interval_energy", 1),
                ("apparent_power_max", "W", "peak", 0),
            ]
        )
    )
    whole = st.integers(0, 10**9)
    drawn = draw(st.lists(st.none() | whole, min_size=1, max_size=120))
    exact = [None if v is None else Decimal(v).scaleb(-places) for v in drawn]
    values = [None if v is None else int(v) if v == int(v) else float(v) for v in exact]
    told = draw(st.sampled_from(QUALITIES))
    decimals = [-int(v.normalize().as_tuple().exponent) for v in exact if v is not None]
    gas = quantity.startswith("gas")
    point = "pce:99000000000017" if gas else "prm:99000000000017"
    return MeterCurve.model_validate(
        {
            "supply_point": draw(st.sampled_from([point, "other:541440010000000001"])),
            "quantity": quantity, "unit": unit, "form": form, "step": step, "values": values,
            "start": day_bounds(one, PARIS)[0], "decimals": max([0, *decimals]),
            "direction": draw(st.sampled_from(["import", "export"])),
            "quality": quality_runs(["missing" if v is None else told for v in values]),
            "provenance": "synthetic",
        }
    )  # fmt: skip


@given(curves())
def test_what_is_written_is_read_back(one: MeterCurve) -> None:
    profile = Profile(provenance="synthetic")
    records, report = read(written([one], profile), profile)
    assert records == [one]
    assert (report.refusals, report.kept) == (0, len(one.values))


@pytest.mark.parametrize(("direction", "codes"), [("import", (4, 2)), ("export", (1, 1))])
def test_what_is_drawn_and_fed_in_bear_their_codes(direction: str, codes: tuple[int, int]) -> None:
    one = curve(document(Series(rows=rows([1])))).model_copy(update={"direction": direction})
    text = written([one]).decode()
    assert f"<businessType>A0{codes[0]}</businessType>" in text
    assert f"<flowDirection.direction>A0{codes[1]}</flowDirection.direction>" in text


def test_watt_hours_are_written_as_the_same_energy() -> None:
    one = curve(document(Series(rows=rows([1])))).model_copy(
        update={"unit": "Wh", "values": [979, 1000, None, 1]}
    )
    again = curve(written([one]))
    assert (again.unit, again.values) == ("kWh", [0.979, 1, None, 0.001])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"unit": "VA", "quantity": "apparent_power_max", "form": "peak"}, "/unit"),
        ({"quantity": "voltage", "unit": "V", "form": "mean_power"}, "/unit"),
        ({"form": "register_index"}, "/form"),
        ({"step": "P1M"}, "/step"),
        ({"step": "P1D"}, "/start"),
        ({"values": [-1]}, "/values"),
        ({"values": [0.1 + 0.2]}, "/values"),
        ({"quality": quality_runs(["suspect"])}, "/quality"),
    ],
)
def test_a_curve_that_vhd_cannot_hold_is_refused(changes: dict[str, Any], where: str) -> None:
    one = curve(document(Series(rows=rows([1])))).model_copy(update=changes)
    with pytest.raises(BadInput) as fault:
        written([one])
    assert fault.value.where == where


def test_other_records_and_no_record_are_refused() -> None:
    with pytest.raises(BadInput, match="at least one record"):
        written([])
    with pytest.raises(BadInput, match="a meter curve or an interval"):
        written([None])  # type: ignore[list-item]


def test_the_date_is_the_one_declared_else_the_end_of_the_data() -> None:
    one = curve(document(Series(rows=rows([1]))))
    assert b"<createdDateTime>2026-01-01T00:15:00Z<" in written([one])
    about = About(title="x", as_of=datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert b"<createdDateTime>2026-11-25T12:00:00Z<" in written([one], Profile(about=about))


@pytest.fixture(scope="module")
def document_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Curves over both days of the clock change, every quality, gas, days, a single interval."""
    records: list[Record] = []
    for one in (date(2026, 3, 29), date(2026, 10, 25)):
        records += read(day(one))[0]
    first = records[0]
    assert isinstance(first, MeterCurve)
    told = [*QUALITIES, "validated", "missing"]
    n = len(first.values)
    qualities = [told[i % len(told)] for i in range(n)]
    values = [None if q == "missing" else i for i, q in enumerate(qualities)]
    records.append(first.model_copy(update={"values": values, "quality": quality_runs(qualities)}))
    for quantity, unit, form in (
        ("active_power", "W", "mean_power"), ("reactive_capacitive", "VArh", "interval_energy"),
        ("gas_volume", "m3", "interval_energy"), ("apparent_power_max", "kW", "peak"),
    ):  # fmt: skip
        other = {"quantity": quantity, "unit": unit, "form": form, "direction": "export"}
        records.append(first.model_copy(update={**other, "supply_point": "other:X1"}))
    midnight = day_bounds(date(2026, 3, 1), zone("Europe/Paris"))[0]
    records.append(first.model_copy(update={"step": "P1D", "start": midnight}))
    records += read(document(Series(rows=rows([1]), resolution="P1M", step=timedelta(31))))[0]
    path = tmp_path_factory.mktemp("vhd") / "written.xml"
    path.write_bytes(written(records))
    return path


def test_lxml_finds_what_we_write_valid(shared: Path, document_of_all: Path) -> None:
    etree = package("lxml.etree")
    schema = etree.XMLSchema(etree.parse(shared / SCHEMA))
    assert schema.validate(etree.parse(document_of_all)), schema.error_log
    spoilt = document_of_all.read_bytes().replace(b"<type>A45</type>", b"<type>A45x</type>")
    assert not schema.validate(etree.fromstring(spoilt))


def test_xmllint_finds_what_we_write_valid(shared: Path, document_of_all: Path) -> None:
    command = [program("xmllint"), "--noout", "--nonet", "--schema", str(shared / SCHEMA)]
    done = subprocess.run(
        [*command, str(document_of_all)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_headpoints_hold_what_their_source_says(shared: Path) -> None:
    path = shared / "data/cim-vhd/vhd_v1_04_headpoints.xml"
    with formats.read(path) as result:
        assert result.format == "cim-vhd"
        active, reactive = result.records
    assert isinstance(active, MeterCurve)
    assert isinstance(reactive, MeterCurve)
    assert active.supply_point == reactive.supply_point == "other:541440010000000001"
    assert (active.values, active.unit, active.direction) == ([0.009, 0.01], "kWh", "import")
    assert (active.start, active.step) == (datetime(2024, 12, 1, tzinfo=UTC), "PT15M")
    assert active.quality == quality_runs(["estimated", "estimated"])
    assert (reactive.values, reactive.unit, reactive.direction) == ([0.01], "kVArh", "export")
    assert reactive.quality is None
    assert (result.report.kept, result.report.refusals) == (3, 0)
    series = check(path).series
    assert [one.energy_kwh for one in series] == [0.019, None]


def test_physical_meters_are_the_first_two_points_only(shared: Path) -> None:
    one = curve((shared / "data/cim-vhd/vhd_v1_04_physical_meters.xml").read_bytes())
    head = read((shared / "data/cim-vhd/vhd_v1_04_headpoints.xml").read_bytes())[0][0]
    assert one == head


@pytest.mark.parametrize("name", ["vhd_v1_04_headpoints.xml", "vhd_v1_04_physical_meters.xml"])
def test_the_samples_written_again_are_valid_and_the_same(shared: Path, name: str) -> None:
    etree = package("lxml.etree")
    schema = etree.XMLSchema(etree.parse(shared / SCHEMA))
    records, _ = read((shared / "data/cim-vhd" / name).read_bytes())
    data = written(records)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    assert read(data)[0] == records
