"""Validated historical data written: read back, and valid for lxml and xmllint."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput
from synergie.formats._points import quality_runs
from synergie.formats.check import check
from synergie.formats.format import Record
from synergie.schemas.about import About
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_SECONDS
from tests.components import package, program
from tests.formats.cim.documents import PARIS, Series, curve, day, document, read, rows, written

SCHEMA = "data/cim-vhd/xsd/vhd/ValidatedHistoricalData_Document_v1.04_annotated.xsd"


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
    midnight = day_bounds(date(2026, 3, 1), load_time_zone("Europe/Paris"))[0]
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
