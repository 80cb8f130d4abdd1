"""Datadis: labels at the end of the hour, days of the clock change, and the real month."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.calendar import day_bounds
from synergie.errors import BadInput, TooLarge
from synergie.formats import Report, checks
from synergie.formats.check import check
from synergie.formats.datadis import consumption
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from tests.formats.datadis.answers import (
    CUPS,
    MADRID,
    answer,
    day,
    ends,
    hours,
    row,
    second,
)

MARCH, OCTOBER, JUNE = date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)
ORDINARY = [f"{hour:02}:00" for hour in range(1, 25)]


def read(data: bytes, profile: Profile | None = None) -> tuple[list[MeterCurve], Report]:
    records, report = consumption.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def curve(data: bytes, profile: Profile | None = None) -> MeterCurve:
    (one,), _ = read(data, profile)
    return one


def test_labels_mark_the_end_of_the_hour() -> None:
    one = curve(answer(hours(JUNE, ORDINARY)))
    assert (one.supply_point, one.quantity, one.unit) == (f"other:{CUPS}", "active_energy", "kWh")
    assert (one.form, one.direction, one.step) == ("interval_energy", "import", "PT1H")
    assert one.start == day_bounds(JUNE, MADRID)[0]
    assert (one.values, one.provenance) == (list(range(1, 25)), "partner")


def test_both_versions_of_the_api_read_the_same() -> None:
    rows = hours(JUNE, ORDINARY)
    assert curve(second(rows)) == curve(answer(rows))
    _, report = read(second(rows, [{"errorCode": "1"}]))
    assert any("answered with an error" in told for told in report.tell(str))


@pytest.mark.parametrize("minutes", [60, 30, 15])
@pytest.mark.parametrize("one", [MARCH, OCTOBER, JUNE])
def test_days_by_their_own_clocks_are_whole(one: date, minutes: int) -> None:
    labels = ends(one, minutes)
    low, high = day_bounds(one, MADRID)
    found = curve(answer(hours(one, labels)))
    assert found.start == low
    assert len(found.values) == (high - low) // timedelta(minutes=minutes)
    assert found.values == list(range(1, len(labels) + 1))


@pytest.mark.parametrize(
    ("one", "labels"),
    [
        (MARCH, [label for label in ORDINARY if label != "02:00"]),
        (MARCH, ORDINARY[:23]),
        (OCTOBER, [*ORDINARY[:2], "02:00", *ORDINARY[2:]]),
        (OCTOBER, [*ORDINARY[:3], "03:00", *ORDINARY[3:]]),
        (OCTOBER, [*ORDINARY, "25:00"]),
    ],
)
def test_each_way_to_write_a_day_of_the_clock_change_is_read(one: date, labels: list[str]) -> None:
    rows = [
        *hours(one - timedelta(days=1), ORDINARY), *hours(one, labels, 101),
        *hours(one + timedelta(days=1), ORDINARY),
    ]  # fmt: skip
    (found,), report = read(answer(rows))
    assert found.values == [*range(1, 25), *range(101, 101 + len(labels)), *range(1, 25)]
    assert (report.refusals, report.gaps, report.duplicates) == (0, [], 0)


def test_a_numbered_day_need_not_be_whole() -> None:
    found = curve(answer(hours(OCTOBER, ["23:00", "24:00", "25:00"])))
    assert (found.values, found.end) == ([1, 2, 3], day_bounds(OCTOBER, MADRID)[1])


def test_one_label_for_both_hours_of_october_tells_no_instant() -> None:
    (found,), report = read(answer(hours(OCTOBER, ORDINARY)))
    assert [one.fault.check for one in report.refused] == [checks.LABEL_AMBIGUOUS.code]
    assert report.refused[0].fault.where == "/1/time"
    assert (report.kept, len(found.values), found.values.count(None)) == (23, 25, 2)
    assert [gap.n for gap in report.gaps] == [2]


def test_the_hour_that_march_does_not_have_is_refused() -> None:
    (found,), report = read(answer(hours(MARCH, ORDINARY)))
    assert [one.fault.check for one in report.refused] == [checks.LABEL_NONEXISTENT.code]
    assert (len(found.values), found.values.count(None)) == (23, 0)


def test_a_day_from_0_to_23_is_stamped_at_starts_and_told() -> None:
    labels = [f"{hour}:00" for hour in range(24)]
    (found,), report = read(answer(hours(JUNE, labels)))
    assert found.start == day_bounds(JUNE, MADRID)[0]
    assert found.values == list(range(1, 25))
    assert any("read as starts" in told for told in report.tell(str))


def test_the_zone_is_madrid_unless_another_is_declared() -> None:
    data = answer(hours(JUNE, ORDINARY))
    later = curve(data, Profile(time_zone="Atlantic/Canary")).start - curve(data).start
    assert later == timedelta(hours=1)


def test_what_is_fed_in_is_a_curve_when_it_is_not_always_zero() -> None:
    rows = hours(JUNE, ORDINARY)
    for i, one in enumerate(rows):
        one["surplusEnergyKWh"] = 0.25 if i == 12 else 0
    (drawn, fed_in), report = read(answer(rows))
    assert (drawn.direction, fed_in.direction) == ("import", "export")
    assert sum(value or 0 for value in fed_in.values) == 0.25
    assert report.kept == 24
    for one in rows:
        one["surplusEnergyKWh"] = 0
    assert len(read(answer(rows))[0]) == 1


def test_what_stays_behind_the_meter_is_passed_over() -> None:
    rows = [{**one, "selfConsumptionEnergyKWh": 1.5} for one in hours(JUNE, ORDINARY)]
    records, report = read(answer(rows))
    assert len(records) == 1
    assert report.tell(str) == [
        "selfConsumptionEnergyKWh is no exchange with the network: passed over (× 24)"
    ]


def test_methods_become_qualities_and_null_is_missing() -> None:
    rows = hours(JUNE, ORDINARY[:5])
    told = ["Real", "Estimada", "", None, "Otra"]
    rows = [{**one, "obtainMethod": method} for one, method in zip(rows, told, strict=True)]
    rows[2]["consumptionKWh"] = None
    (found,), report = read(answer(rows))
    assert found.values == [1, 2, None, 4, 5]
    assert found.quality == (
        QualityRun(n=1, quality="measured"), QualityRun(n=1, quality="estimated"),
        QualityRun(n=1, quality="missing"), QualityRun(n=2, quality="measured"),
    )  # fmt: skip
    assert report.findings[checks.ESTIMATED.code].times == 1
    assert any("Otra" in told for told in report.tell(str))


def test_points_of_one_answer_are_apart() -> None:
    rows = hours(JUNE, ORDINARY)
    both = [*rows, *({**one, "cups": "ES 0031-X", "consumptionKWh": 9} for one in rows)]
    first, other = read(answer(both))[0]
    assert (first.supply_point, other.supply_point) == (f"other:{CUPS}", "other:ES0031X")
    assert set(other.values) == {9}


def test_repeats_are_counted_and_contradictions_refused() -> None:
    rows = hours(JUNE, ORDINARY)
    _, report = read(answer([*rows, rows[3], {**rows[4], "consumptionKWh": 77}]))
    assert (report.kept, report.duplicates, report.refusals) == (24, 1, 1)
    assert report.refused[0].fault.check == checks.CONFLICTING_DUPLICATE.code


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"cups": ""}, "/cups"), ({"cups": "ES;1"}, "/cups"), ({"cups": "A" * 34}, "/cups"),
        ({"date": "01/06/2026"}, "/date"), ({"date": "2026/02/30"}, "/date"),
        ({"date": "0001/01/01"}, "/date"), ({"date": None}, "/date"),
        ({"time": "25:15"}, "/time"), ({"time": "01:07"}, "/time"), ({"time": "1"}, "/time"),
        ({"consumptionKWh": -1}, "/consumptionKWh"), ({"consumptionKWh": "1,5"}, "/consumptionKWh"),
        ({"consumptionKWh": 0.12345678}, "/consumptionKWh"),
        ({"surplusEnergyKWh": True}, "/surplusEnergyKWh"),
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_read_costs_only_itself(
    changes: dict[str, object], where: str
) -> None:
    rows = hours(JUNE, ORDINARY[:4])
    rows[2] = {**rows[2], **changes}
    _, report = read(answer(rows))
    assert (report.kept, report.refusals) == (3, 1)
    assert report.refused[0].fault.where == f"/2{where}"


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"timeCurve": [', b"[{]", b"", b"17"])
def test_what_is_no_answer_of_datadis_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="expected"):
        read(data)


def test_an_empty_answer_holds_nothing_and_too_many_rows_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read(second([]))[0] == read(answer([]))[0] == []
    monkeypatch.setattr(consumption, "MAX_HELD", 2)
    with pytest.raises(TooLarge):
        read(day(JUNE))


def test_the_real_month_holds_what_its_source_says(shared: Path) -> None:
    path = shared / "data/datadis-es/consumptionKWh.json"
    with formats.read(path) as result:
        (one,) = result.records
    assert isinstance(one, MeterCurve)
    assert (result.format, result.report.kept, result.report.refusals) == ("datadis", 744, 0)
    assert sum(Decimal(repr(value)) for value in one.values) == Decimal("1617.214")
    assert one.start == datetime(2023, 11, 30, 23, tzinfo=UTC)
    assert one.end == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert [(run.n, run.quality) for run in one.quality or ()] == [
        (11, "measured"), (1, "estimated"), (732, "measured")
    ]  # fmt: skip
    (series,) = check(path).series
    assert (series.energy_kwh, series.missing, series.civil_days_off) == (1617.214, 0, 0)


def test_a_single_row_has_the_step_of_its_label() -> None:
    assert curve(answer([row("2026/06/01", "00:15", 1)])).step == "PT15M"
