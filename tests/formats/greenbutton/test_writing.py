"""Green Button written: read back by our reader, and by one of others."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import day_bounds
from synergie.errors import BadInput
from synergie.formats._points import quality_runs
from synergie.formats.greenbutton import feed
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_SECONDS
from tests.components import package
from tests.formats.greenbutton.feeds import KEY, PARIS, Maker, curve, day, hours, read

START = 1_767_225_600  # 2026-01-01T00:00Z
PERIOD = "<timePeriod><duration>3600</duration><start>1767225600</start></timePeriod>"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


STEPS = ("PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H")
QUALITIES = (
    "measured",
    "validated",
    "corrected",
    "estimated",
    "suspect",
    "reconstructed",
    "partial",
)


@st.composite
def written(draw: st.DrawFn) -> MeterCurve:
    step = draw(st.sampled_from(STEPS))
    day_one = draw(st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)]))
    start = day_bounds(day_one, PARIS)[0] + timedelta(
        seconds=STEP_SECONDS[step] * draw(st.integers(0, 24))
    )
    quantity, unit, form = draw(
        st.sampled_from(
            [
                ("active_energy", "Wh", "interval_energy"),
                ("active_power", "W", "mean_power"),
                ("gas_volume", "m3", "interval_energy"),
                ("reactive_inductive", "VAr", "mean_power"),
                ("apparent_power_max", "VA", "peak"),
            ]
        )
    )
    values = draw(st.lists(st.none() | st.integers(0, 10**9), min_size=1, max_size=120))
    told = draw(st.sampled_from(QUALITIES))
    qualities = ["missing" if v is None else told for v in values]
    runs = quality_runs(qualities)
    return MeterCurve.model_validate(
        {
            "supply_point": draw(st.sampled_from(["prm:99000000000017", "other:abc12345", KEY])),
            "quantity": quantity, "form": form, "unit": unit, "start": start, "step": step,
            "direction": draw(st.sampled_from(["import", "export"])),
            "values": values, "quality": runs, "provenance": "synthetic",
        }
    )  # fmt: skip


@given(written())
def test_what_is_written_is_read_back(one: MeterCurve) -> None:
    sink = io.BytesIO()
    profile = Profile(provenance="synthetic")
    feed.write([one], sink, profile)
    records, report = read(sink.getvalue(), profile)
    assert records == [one]
    assert (report.refusals, report.kept) == (0, len(one.values))


@pytest.mark.parametrize("one", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_daily_curve_is_read_back_over_a_clock_change(one: date) -> None:
    daily = MeterCurve(
        supply_point=KEY, quantity="active_energy", form="interval_energy", direction="import",
        unit="Wh", start=day_bounds(one - timedelta(days=3), PARIS)[0], step="P1D",
        values=[1, None, 3, 4, 5, 6, 7], provenance="partner",
    )  # fmt: skip
    sink = io.BytesIO()
    feed.write([daily], sink, Profile())
    assert curve(sink.getvalue()) == daily


def test_a_block_is_a_civil_day() -> None:
    sink = io.BytesIO()
    feed.write([curve(day(date(2026, 10, 25)))], sink, Profile())
    text = sink.getvalue().decode()
    assert text.count("<IntervalBlock ") == 1
    assert "<interval><duration>90000</duration>" in text


def test_kilowatt_hours_are_written_as_the_same_energy() -> None:
    energy = MeterCurve(
        supply_point=KEY, quantity="active_energy", form="interval_energy", direction="import",
        unit="kWh", decimals=3, start=MOMENT, step="PT1H", values=[0.979, 1, 2.5, None],
        provenance="partner",
    )  # fmt: skip
    sink = io.BytesIO()
    feed.write([energy], sink, Profile())
    assert curve(sink.getvalue()).values == [979, 1000, 2500, None]


def interval(**changes: object) -> IntervalReading:
    return IntervalReading.model_validate(
        {
            "supply_point": "pce:99000000000017", "quantity": "gas_energy", "unit": "kWh",
            "start": MOMENT, "end": MOMENT + timedelta(days=30), "value": "12.345",
            "source": "green-button", "provenance": "partner", **changes,
        }
    )  # fmt: skip


def test_single_intervals_share_a_meter_reading_and_are_read_back() -> None:
    first = interval(unit="therm", quality="estimated", source_quality="9")
    second = interval(
        unit="therm", start=first.end, end=first.end + timedelta(days=31), value=None,
        quality="missing",
    )  # fmt: skip
    sink = io.BytesIO()
    feed.write([first, second], sink, Profile())
    assert read(sink.getvalue())[0] == [first, second]
    assert sink.getvalue().count(b"<MeterReading ") == 1


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"unit": "h", "quantity": "operating_time"}, "/unit"),
        ({"value": "-1"}, "/value"),
        ({"value": Decimal("0.0000001")}, "/value"),
        ({"value": "900000000000000"}, "/value"),
    ],
)
def test_an_interval_that_espi_cannot_hold_is_refused(
    changes: dict[str, object], where: str
) -> None:
    with pytest.raises(BadInput) as fault:
        feed.write([interval(**changes)], io.BytesIO(), Profile())
    assert fault.value.where == where


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"form": "register_index"}, "/form"),
        ({"step": "P1M"}, "/step"),
        ({"step": "P1D"}, "/start"),
        ({"values": [-1]}, "/values"),
        ({"values": [0.1 + 0.2]}, "/values"),
        ({"quantity": "reactive_capacitive", "unit": "VAr", "direction": "export"}, "/direction"),
    ],
)
def test_a_curve_that_espi_cannot_hold_is_refused(changes: dict[str, object], where: str) -> None:
    one = curve(Maker(readings=hours(START, [5])).bytes()).model_copy(update=changes)
    with pytest.raises(BadInput) as fault:
        feed.write([one], io.BytesIO(), Profile())
    assert fault.value.where == where


def test_other_records_and_a_point_of_two_services_are_refused() -> None:
    one = curve(Maker(readings=hours(START, [5])).bytes())
    gas = one.model_copy(update={"quantity": "gas_energy"})
    with pytest.raises(BadInput, match="one service"):
        feed.write([one, gas], io.BytesIO(), Profile())
    (alone,), _ = read(b"<UsagePoint><ServiceCategory/></UsagePoint>")
    with pytest.raises(BadInput, match="a meter curve"):
        feed.write([alone], io.BytesIO(), Profile())


def test_nothing_is_written_as_an_empty_feed() -> None:
    sink = io.BytesIO()
    feed.write([], sink, Profile())
    assert b"<updated>1970-01-01T00:00:00Z</updated>" in sink.getvalue()


def test_a_program_of_others_reads_what_we_write(tmp_path: Path) -> None:
    parse = package("greenbutton_objects.parse")
    one = curve(day(date(2026, 3, 29), 1800))
    path = tmp_path / "written.xml"
    with path.open("wb") as sink:
        feed.write([one], sink, Profile())
    (point,) = parse.parse_feed(path)
    (meter,) = point.meterReadings
    told = sorted(meter.intervalReadings, key=lambda reading: reading.timePeriod.start)
    assert len(told) == 46
    assert [reading.value for reading in told] == one.values
