"""Green Button read: links, units, times and qualities of feeds of every make."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.calendar import day_bounds
from synergie.errors import BadInput, TooLarge
from synergie.formats import checks
from synergie.formats.greenbutton import _readings, _summary, feed
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.greenbutton.feeds import KEY, PARIS, Maker, curve, hours, kwh, read

START = 1_767_225_600  # 2026-01-01T00:00Z
PERIOD = "<timePeriod><duration>3600</duration><start>1767225600</start></timePeriod>"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def test_hours_become_a_curve_of_the_usage_point() -> None:
    one = curve(Maker(readings=hours(START, [450, 430, 418])).bytes())
    assert (one.supply_point, one.quantity, one.form) == (KEY, "active_energy", "interval_energy")
    assert (one.direction, one.unit, one.step, one.start) == ("import", "Wh", "PT1H", MOMENT)
    assert (one.values, one.quality, one.provenance) == ([450, 430, 418], None, "partner")


@pytest.mark.parametrize(
    "made",
    [
        {"direct": True},
        {"prefix": "espi:"},
        {"late_types": True},
        {"direct": True, "prefix": "ns0:", "late_types": True},
    ],
)
def test_links_prefixes_and_order_change_nothing(made: dict[str, Any]) -> None:
    rows = hours(START, [450, 430, 418])
    assert curve(Maker(readings=rows, **made).bytes()) == curve(Maker(readings=rows).bytes())


def test_a_block_without_usage_point_has_a_key_made_of_its_address() -> None:
    one = curve(Maker(readings=hours(START, [1, 2]), point=False).bytes())
    assert one.supply_point.startswith("other:")
    assert len(one.supply_point) == len("other:") + 32


def bare(
    rows: str, *, feed_id: str = "<id>urn:uuid:0a1b2c3d-0000-4000-8000-00000000000f</id>"
) -> bytes:
    """A feed of a reading type and blocks: no usage point, no link, as some exports are."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{feed_id}<title>J. Doe</title><entry>'
        '<id>urn:uuid:1</id><content><ReadingType xmlns="http://naesb.org/espi">'
        "<flowDirection>0</flowDirection><uom>72</uom></ReadingType></content></entry><entry>"
        '<id>urn:uuid:2</id><content><IntervalBlock xmlns="http://naesb.org/espi">'
        f"{rows}</IntervalBlock></content></entry></feed>"
    ).encode()


READING = f"<IntervalReading>{PERIOD}<value>385</value></IntervalReading>"


def test_a_feed_that_names_no_usage_point_is_one_meter_by_its_own_id() -> None:
    records, report = read(bare(READING))
    (one,) = (r for r in records if isinstance(r, MeterCurve | IntervalReading))
    assert one.supply_point == "other:0a1b2c3d00004000800000000000000f"
    assert (report.kept, report.refusals) == (1, 0)
    assert "the feed names no usage point" in next(iter(report.notes)).text


def test_readings_of_no_usage_point_in_a_feed_without_id_are_refused() -> None:
    records, report = read(bare(READING, feed_id=""))
    assert records == []
    assert [one.fault.where for one in report.refused] == ["record 1, /UsagePoint"]


def test_readings_of_two_points_are_not_mixed_up() -> None:
    first = Maker(readings=hours(START, [1, 2])).bytes().decode()
    second = Maker(readings=hours(START, [30, 40])).bytes().decode()
    second = second.replace("Customer/5", "Customer/6").replace("C4B46B5D", "AAAAAAAA")
    both = first.replace("</feed>", "") + second.partition(">")[2]
    records, _ = read(both.encode())
    assert [one.values for one in records if isinstance(one, MeterCurve)] == [[1, 2], [30, 40]]
    assert len({one.supply_point for one in records if isinstance(one, MeterCurve)}) == 2


def test_two_meter_readings_of_one_point_keep_their_own_reading_types() -> None:
    drawn = Maker(readings=hours(START, [1, 2])).bytes().decode()
    fed_in = Maker(readings=hours(START, [30, 40]), kind_of_value={"uom": 38, "flowDirection": 19})
    other = fed_in.bytes().decode().partition(">")[2]
    other = other.replace("MeterReading/01", "MeterReading/02").replace("Type/07", "Type/08")
    records, _ = read((drawn.replace("</feed>", "") + other).encode())
    found = [
        (one.unit, one.direction, one.values) for one in records if isinstance(one, MeterCurve)
    ]
    assert found == [("Wh", "import", [1, 2]), ("W", "export", [30, 40])]


@pytest.mark.parametrize(
    ("fields", "kind", "quantity", "unit", "form", "direction"),
    [
        ({"uom": 72}, "0", "active_energy", "Wh", "interval_energy", "import"),
        ({"uom": 72, "flowDirection": 19}, "0", "active_energy", "Wh", "interval_energy", "export"),
        ({"uom": 72}, "1", "gas_energy", "Wh", "interval_energy", "import"),
        ({"uom": 72, "commodity": 7}, "", "gas_energy", "Wh", "interval_energy", "import"),
        ({"uom": 38}, "0", "active_power", "W", "mean_power", "import"),
        ({"uom": 38, "dataQualifier": 8}, "0", "apparent_power_max", "W", "peak", "import"),
        ({"uom": 61}, "0", "apparent_power_max", "VA", "mean_power", "import"),
        ({"uom": 63}, "0", "reactive_inductive", "VAr", "mean_power", "import"),
        ({"uom": 73, "flowDirection": 3}, "0", "reactive_capacitive", "VArh", "interval_energy",
         "import"),
        ({"uom": 29}, "0", "voltage", "V", "mean_power", "import"),
        ({"uom": 169}, "1", "gas_energy", "therm", "interval_energy", "import"),
        ({"uom": 42}, "1", "gas_volume", "m3", "interval_energy", "import"),
    ],
)  # fmt: skip
def test_the_unit_and_the_flow_say_what_is_measured(
    fields: dict[str, object], kind: str, quantity: str, unit: str, form: str, direction: str
) -> None:
    one = curve(Maker(readings=hours(START, [5]), kind=kind, kind_of_value=fields).bytes())
    assert (one.quantity, one.unit, one.form, one.direction) == (quantity, unit, form, direction)


@pytest.mark.parametrize(
    ("fields", "kind", "where"),
    [
        ({}, "0", "/ReadingType/uom"),
        ({"uom": 119}, "1", "/ReadingType/uom"),
        ({"uom": 42}, "0", "/ReadingType/uom"),
        ({"uom": 72}, "2", "/ServiceCategory/kind"),
        ({"uom": 72, "flowDirection": 9}, "0", "/ReadingType/flowDirection"),
        ({"uom": 72, "powerOfTenMultiplier": 40}, "0", "/ReadingType/powerOfTenMultiplier"),
        ({"uom": 72, "powerOfTenMultiplier": "1e9"}, "0", "/ReadingType/powerOfTenMultiplier"),
        ({"uom": 38, "accumulationBehaviour": 1}, "0", "/ReadingType/accumulationBehaviour"),
    ],
)
def test_readings_whose_meaning_is_not_known_are_refused_one_by_one(
    fields: dict[str, object], kind: str, where: str
) -> None:
    records, report = read(
        Maker(readings=hours(START, [5, 6]), kind=kind, kind_of_value=fields).bytes()
    )
    assert (records, report.kept, report.refusals) == ([], 0, 2)
    assert [one.fault.where for one in report.refused] == [
        f"record 1, {where}",
        f"record 2, {where}",
    ]


def test_an_empty_reading_type_takes_the_declared_unit() -> None:
    data = Maker(readings=hours(START, [5, 6]), kind_of_value={}).bytes()
    one = curve(data, Profile(unit="W"))
    assert (one.quantity, one.unit, one.values) == ("active_power", "W", [5, 6])
    _, report = read(data)
    assert {fault.fault.check for fault in report.refused} == {checks.UNIT_UNKNOWN.code}


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.integers(-6, 5))
def test_values_times_their_power_of_ten_are_exact(values: list[int], power: int) -> None:
    kind = {"uom": 72, "powerOfTenMultiplier": power}
    one = curve(Maker(readings=hours(START, values), kind_of_value=kind).bytes())
    independent = sum(Fraction(value) * Fraction(10) ** power for value in values)
    assert sum(Fraction(str(value)) for value in one.values if value is not None) == independent
    again = io.BytesIO()
    feed.write([one], again, Profile())
    assert curve(again.getvalue()) == one


def test_a_value_with_more_decimals_than_can_be_held_is_refused() -> None:
    kind = {"uom": 72, "powerOfTenMultiplier": -8}
    records, report = read(Maker(readings=hours(START, [100, 1]), kind_of_value=kind).bytes())
    assert report.kept == 1
    assert report.refused[0].fault.found == Decimal("1E-8")
    assert isinstance(records[0], MeterCurve)
    assert records[0].values == [1e-06]


def test_a_negative_energy_is_refused_and_net_flows_are_told() -> None:
    kind = {"uom": 72, "flowDirection": 4}
    _, report = read(Maker(readings=hours(START, [5, -6, 7]), kind_of_value=kind).bytes())
    assert (report.kept, report.refusals) == (2, 1)
    assert report.refused[0].fault.check == checks.NEGATIVE_ENERGY.code
    assert any("net or total" in told for told in report.tell(str))


def test_an_index_is_no_energy() -> None:
    kind = {"uom": 72, "accumulationBehaviour": 1, "powerOfTenMultiplier": 3}
    records, report = read(Maker(readings=hours(START, [500, 501]), kind_of_value=kind).bytes())
    assert [type(one) for one in records] == [RegisterReading, RegisterReading]
    assert [one.value for one in records if isinstance(one, RegisterReading)] == [500_000, 501_000]
    assert isinstance(records[0], RegisterReading)
    assert records[0].instant == MOMENT + timedelta(hours=1)
    assert report.kept == 2


def quality(*codes: int) -> str:
    told = "".join(f"<ReadingQuality><quality>{c}</quality></ReadingQuality>" for c in codes)
    period = "<timePeriod><duration>3600</duration><start>{}</start></timePeriod>"
    return "<cost>9</cost>" + told + period + "<value>7</value><tou>1</tou>"


def test_quality_codes_are_mapped_and_the_worst_of_several_holds() -> None:
    codes = [(), (0,), (7,), (8,), (10,), (13,), (14,), (19,), (17, 9)]
    rows = [
        (START + i * 3600, 3600, quality(*c).format(START + i * 3600)) for i, c in enumerate(codes)
    ]
    one = curve(Maker(readings=rows).bytes())
    told = [run.quality for run in one.quality or () for _ in range(run.n)]
    assert told == [
        "measured", "validated", "corrected", "estimated", "suspect", "partial", "measured",
        "validated", "estimated",
    ]  # fmt: skip
    _, report = read(Maker(readings=rows).bytes())
    assert report.findings[checks.ESTIMATED.code].times == 2


def test_a_reading_type_may_give_the_quality_of_all() -> None:
    kind = {"uom": 72, "defaultQuality": 8}
    one = curve(Maker(readings=hours(START, [1, 2]), kind_of_value=kind).bytes())
    assert one.quality == (QualityRun(n=2, quality="estimated"),)


def test_a_reading_without_value_is_missing_and_never_zero() -> None:
    rows = hours(START, [1, 2, 3])
    period = f"<timePeriod><duration>3600</duration><start>{START + 3600}</start></timePeriod>"
    rows[1] = (START + 3600, 3600, period)
    assert curve(Maker(readings=rows).bytes()).values == [1, None, 3]


def test_times_that_are_not_told_follow_the_reading_before() -> None:
    rows = [(START, 0, "<value>1</value>"), (START, 0, "<value>2</value>")]
    one = curve(Maker(readings=rows).bytes())
    assert (one.start, one.step, one.values) == (MOMENT, "PT1H", [1, 2])
    _, report = read(Maker(readings=rows, kind_of_value={"uom": 72}).bytes())
    assert report.refusals == 2


def test_the_duration_of_a_reading_is_trusted_over_the_interval_length() -> None:
    one = curve(Maker(readings=hours(START, [1, 2, 3], 900)).bytes())
    assert one.step == "PT15M"


def test_a_hole_between_blocks_is_a_gap_and_not_zero() -> None:
    blocks = [hours(START, [1, 2, 3, 4]), hours(START + 12 * 3600, [5, 6])]
    (one,), report = read(Maker(blocks=blocks).bytes())
    assert isinstance(one, MeterCurve)
    assert one.values == [1, 2, 3, 4, *[None] * 8, 5, 6]
    assert [(gap.start, gap.n) for gap in report.gaps] == [(MOMENT + timedelta(hours=4), 8)]
    assert report.kept == 6


@pytest.mark.parametrize("one", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_days_of_the_declared_zone_become_a_daily_curve(one: date) -> None:
    low, high = (int(moment.timestamp()) for moment in day_bounds(one, PARIS))
    rows = [(low - 86_400, 86_400, 10), (low, high - low, 11), (high, 86_400, 12)]
    data = Maker(readings=rows, kind_of_value={"uom": 72, "intervalLength": 86_400}).bytes()
    daily = curve(data)
    assert (daily.step, daily.values) == ("P1D", [10, 11, 12])
    assert daily.start == datetime.fromtimestamp(low - 86_400, UTC)
    records, report = read(data, Profile(time_zone="America/New_York"))
    assert all(isinstance(record, IntervalReading) for record in records)
    assert any("declare their zone" in told for told in report.tell(str))


def test_intervals_of_any_length_stay_single_and_are_told_once() -> None:
    rows = [(START, 2_332_800, 41_000), (START + 2_332_800, 3_024_000, 37_000)]
    rows += [rows[0], (START, 2_332_800, 5)]
    kind = {"uom": 169, "powerOfTenMultiplier": -3}
    records, report = read(Maker(readings=rows, kind="1", kind_of_value=kind).bytes())
    assert [one.value for one in records if isinstance(one, IntervalReading)] == [41, 37]
    assert (report.kept, report.duplicates, report.refusals) == (2, 1, 1)
    assert isinstance(records[0], IntervalReading)
    assert (records[0].unit, records[0].quantity) == ("therm", "gas_energy")
    assert (records[0].start, records[0].end) == (MOMENT, MOMENT + timedelta(days=27))


def test_minutes_off_the_grid_stay_single() -> None:
    records, report = read(Maker(readings=hours(START + 60, [1, 2])).bytes())
    assert [type(one) for one in records] == [IntervalReading, IntervalReading]
    assert report.kept == 2


@pytest.mark.parametrize(
    "body",
    [
        "<timePeriod><duration>3600</duration><start>x</start></timePeriod><value>1</value>",
        "<timePeriod><duration>0</duration><start>1767225600</start></timePeriod><value>1</value>",
        "<timePeriod><duration>3600</duration><start>-5</start></timePeriod><value>1</value>",
        "<timePeriod><duration>3600</duration><start>999999999999</start></timePeriod>",
        PERIOD + "<value>1.5</value>",
        "<ReadingQuality><quality>good</quality></ReadingQuality>" + PERIOD + "<value>1</value>",
        "<timePeriod><duration>999999999</duration><start>1767225600</start></timePeriod>",
        PERIOD + "<value>1234567890123456789</value>",
    ],
)
def test_a_reading_that_cannot_be_read_costs_only_itself(body: str) -> None:
    rows = [*hours(START, [1, 2]), (START + 7200, 3600, body), *hours(START + 10_800, [4])]
    _, report = read(Maker(readings=rows).bytes())
    assert (report.kept, report.refusals) == (3, 1)
    assert report.refused[0].fault.where.startswith("record 3, /")


def test_a_fractional_second_of_zero_is_whole() -> None:
    period = PERIOD.replace("</", ".000</", 2).replace(".000</timePeriod", "</timePeriod")
    rows = [(START, 0, period + "<value>1.0</value>")]
    assert ".000</start>" in period
    assert curve(Maker(readings=rows).bytes()).values == [1]


SUMMARY = (
    "<entry><link rel='up' href='https://custodian.example/espi/1_1/resource/Customer/5/UsagePoint/"
    "1/ElectricPowerUsageSummary'/><content><ElectricPowerUsageSummary><billingPeriod><duration>"
    "7200</duration><start>{}</start></billingPeriod><overallConsumptionLastPeriod>"
    "<powerOfTenMultiplier>{}</powerOfTenMultiplier><uom>72</uom><value>{}</value>"
    "</overallConsumptionLastPeriod></ElectricPowerUsageSummary></content></entry>"
)


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ((START, 0, 300), ()),
        ((START, 0, 301), ("301 Wh", "300 Wh")),
        ((START, 3, 1), ()),
        ((START, 3, 2), ("2000 Wh", "300 Wh")),
        ((START + 86_400, 0, 7), ()),
    ],
)
def test_a_summary_is_compared_and_never_read_as_energy(
    summary: tuple[int, int, int], found: tuple[str, ...]
) -> None:
    data = Maker(readings=hours(START, [100, 200, 5]), extra=SUMMARY.format(*summary)).bytes()
    records, report = read(data)
    assert kwh(records) == 0.305
    told = report.findings.get(checks.SUMMARY_DIFFERS.code)
    assert (told.args if told else ()) == found


def test_a_feed_too_large_to_compare_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_summary, "MAX_COUNTED", 2)
    data = Maker(readings=hours(START, [1, 2, 3]), extra=SUMMARY.format(START, 0, 9)).bytes()
    _, report = read(data)
    assert not report.findings


def test_people_are_dropped_at_the_reader() -> None:
    person = (
        "<entry><title>Jean Dupont</title><content><RetailCustomer><name>Jean Dupont</name>"
        "</RetailCustomer></content></entry>"
    )
    records, report = read(Maker(readings=hours(START, [1, 2]), extra=person).bytes())
    assert checks.PERSONAL_DATA_DROPPED.code in report.findings
    told = "".join(one.model_dump_json() for one in records) + " ".join(report.tell(str))
    assert "Dupont" not in told
    assert "MAIN ST" not in told


def test_a_usage_point_alone_is_a_delivery_point() -> None:
    data = (
        b'<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind>'
        b"</ServiceCategory></UsagePoint>"
    )
    (one,), report = read(data)
    assert isinstance(one, SupplyPointRecord)
    assert (one.scheme, one.time_zone, one.personal_data) == ("other", "Europe/Paris", "possible")
    assert report.kept == 1


@pytest.mark.parametrize(
    "data",
    [
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>news</title></entry></feed>',
        b"<feed/>",
        b"<feed",
        b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed>&a;</feed>",
        b"",
    ],
)
def test_what_is_no_feed_of_espi_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="expected"):
        read(data)


def test_comments_before_the_root_do_not_hide_what_it_is() -> None:
    data = b"<!-- Made by <people@example.org> -->" + Maker(readings=hours(START, [1])).bytes()
    with formats.read(data) as result:
        assert result.format == "green-button"
        assert len(list(result.records)) == 1


def test_readings_in_a_comment_are_not_there() -> None:
    text = Maker(readings=hours(START, [1, 2])).bytes().decode()
    hidden = Maker(readings=hours(START + 7200, [8, 9])).block(hours(START + 7200, [8, 9]))
    data = text.replace("</IntervalBlock>", f"<!-- {hidden} --></IntervalBlock>")
    assert curve(data.encode()).values == [1, 2]
    data = text.replace("</IntervalBlock>", f"<![CDATA[{hidden}]]></IntervalBlock>")
    assert curve(data.encode()).values == [1, 2]


def test_a_file_may_not_ask_for_a_run_of_readings_by_its_name() -> None:
    text = Maker(readings=hours(START, [1, 2])).bytes().decode()
    data = text.replace("</IntervalBlock>", '<IntervalReading lifted="1"/></IntervalBlock>')
    assert curve(data.encode()).values == [1, 2, None]


@given(st.integers(50, 900), st.booleans())
def test_blocks_of_bytes_of_any_size_give_the_same(size: int, plain: bool) -> None:  # noqa: FBT001
    rows = hours(START, range(40))
    data = Maker(readings=rows, prefix="" if plain else "espi:").bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_readings, "_BLOCK", size)
        assert curve(data).values == list(range(40))


def test_line_numbers_of_faults_count_the_lines_that_were_lifted_out() -> None:
    data = Maker(readings=hours(START, range(100))).bytes() + b"\n<x"
    lines = data.count(b"\n") + 1
    with pytest.raises(BadInput) as fault:
        read(data)
    assert fault.value.where == f"line {lines}"


def test_a_long_series_comes_in_parts_and_its_holes_are_still_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "MAX_HELD", 10)
    blocks = [hours(START, range(12)), hours(START + 14 * 3600, range(5))]
    records, report = read(Maker(blocks=blocks).bytes())
    assert [len(one.values) for one in records if isinstance(one, MeterCurve)] == [12, 5]
    assert [gap.n for gap in report.gaps] == [2]
    monkeypatch.setattr(feed, "MAX_UNTYPED", 10)
    with pytest.raises(TooLarge):
        read(Maker(blocks=blocks, late_types=True).bytes())


def test_a_block_without_a_reading_is_told() -> None:
    records, report = read(Maker(blocks=[[], []]).bytes())
    assert records == []
    assert report.findings["series-empty"].times == 2
    _, report = read(Maker(readings=hours(START, [450, 430])).bytes())
    assert "series-empty" not in report.findings


def test_a_meter_reading_without_a_block_is_told() -> None:
    whole = Maker(readings=hours(START, [450])).bytes().decode()
    block = re.compile(r"<entry>(?:(?!</entry>).)*<IntervalBlock.*?</entry>", re.DOTALL)
    without = block.sub("", whole)
    assert without != whole
    _, report = read(without.encode())
    assert report.findings["series-empty"].times >= 1
