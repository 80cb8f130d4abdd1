"""Readings: what holds now, what held then, and the sums of days and months."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from synergie.calendar import day_bounds, month_bounds
from synergie.errors import TooLarge
from synergie.policy import permit_own_data, permit_party
from synergie.schemas.readings.quality import Quality
from synergie.storage.readings.readings import list_period_runs, list_step_runs, next_start
from synergie.storage.readings.segments import Values
from synergie.storage.store import Store
from synergie.units import Step
from tests.storage.meter import NOW, OWNER, PARIS, Meter, Oracle, told

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def meter(store: Store) -> Meter:
    return Meter.made(store)


def test_what_arrives_is_read_back(meter: Meter) -> None:
    assert meter.put(MONDAY, "PT30M", [1, 2, None, 4]) == 4
    (run,) = meter.steps(MONDAY, MONDAY + DAY)
    assert (run.step, run.values, run.quality) == ("PT30M", [1, 2, None, 4], None)
    assert datetime.fromtimestamp(run.start_s, UTC) == MONDAY


def test_the_same_values_again_change_nothing(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1, 2, None, 4])
    assert meter.put(MONDAY, "PT30M", [1, 2, None, 4]) == 0
    assert meter.put(MONDAY + HOUR, "PT30M", [None, 4, 5]) == 1


def test_another_quality_is_a_change(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1, 2])
    assert meter.put(MONDAY, "PT30M", [1, 2], quality=((2, "validated"),)) == 2
    assert meter.put(MONDAY, "PT30M", [1, 2], quality=((2, "validated"),)) == 0
    assert meter.steps(MONDAY, MONDAY + DAY)[0].quality == ((2, "validated"),)
    assert meter.put(MONDAY, "PT30M", [1, 2]) == 2


def test_a_correction_covers_and_the_past_stays(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1, 2, 3, 4], at=NOW)
    meter.put(MONDAY + HOUR, "PT30M", [30], at=NOW + DAY)
    assert meter.steps(MONDAY, MONDAY + DAY)[0].values == [1, 2, 30, 4]
    assert meter.steps(MONDAY, MONDAY + DAY, as_of=NOW)[0].values == [1, 2, 3, 4]
    assert meter.steps(MONDAY, MONDAY + DAY, as_of=NOW - HOUR) == []


def test_what_is_missing_covers_nothing_that_is_known(meter: Meter) -> None:
    week: Values = list(range(0, 2 * 7 * 48, 2))
    mended: Values = [900 if n in {2, 100, 335} else None for n in range(7 * 48)]
    meter.put(MONDAY, "PT30M", week, at=NOW)
    assert meter.put(MONDAY, "PT30M", mended, at=NOW + HOUR) == 3
    expected = [old if new is None else new for old, new in zip(week, mended, strict=True)]
    (run,) = meter.steps(MONDAY, MONDAY + 7 * DAY)
    assert (run.values, run.quality) == (expected, None)
    assert meter.steps(MONDAY, MONDAY + 7 * DAY, as_of=NOW)[0].values == week
    days = meter.days(MONDAY - DAY, MONDAY + 8 * DAY)[0]
    assert [one for one in days.values if one is None] == []
    assert sum(int(day or 0) for day in days.values) * 2 == sum(int(one or 0) for one in expected)


def test_what_is_missing_stays_missing_until_it_is_known(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1, None, None], quality=((1, "validated"), (2, "missing")))
    assert meter.put(MONDAY, "PT30M", [None, None, 3], at=NOW + HOUR) == 1
    (run,) = meter.steps(MONDAY, MONDAY + DAY)
    assert run.values == [1, None, 3]
    assert run.quality == ((1, "validated"), (1, "missing"), (1, "measured"))


def test_nothing_is_stored_of_what_is_missing_where_all_is_known(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1, 2])
    before = meter.steps(MONDAY, MONDAY + DAY)
    assert meter.put(MONDAY, "PT30M", [None, None], at=NOW + HOUR) == 0
    assert meter.put(MONDAY, "PT1H", [None], at=NOW + HOUR) == 0
    assert meter.steps(MONDAY, MONDAY + DAY) == before
    with meter.store.read() as session:
        assert session.connection().execute(text("SELECT COUNT(*) FROM segment")).scalar() == 1


def test_the_gaps_of_a_better_source_are_filled_by_another(meter: Meter) -> None:
    assert meter.put(MONDAY, "PT30M", [1, None, None], priority=90) == 3
    assert meter.put(MONDAY, "PT30M", [9, 2, None], priority=10) == 1
    assert meter.steps(MONDAY, MONDAY + DAY)[0].values == [1, 2, None]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_civil_day_without_value_covers_no_half_hour(meter: Meter, day: date) -> None:
    start, end = day_bounds(day, PARIS)
    n = int((end - start) / timedelta(minutes=30))
    meter.put(start, "PT30M", [2] * n)
    meter.put(start, "P1D", [None, 7], at=NOW + HOUR)
    half_hours, after = meter.steps(start, end + DAY)
    assert (half_hours.step, half_hours.values) == ("PT30M", [2] * n)
    assert (after.step, after.values) == ("P1D", [7])
    assert meter.days(start, end)[0].values == [n]


def test_each_correction_is_one_revision_more(meter: Meter, store: Store) -> None:
    for i in range(3):
        meter.put(MONDAY, "PT30M", [i], at=NOW + i * HOUR)
    with store.read() as session:
        rows = session.connection().execute(text("SELECT revision FROM segment ORDER BY seq"))
        assert list(rows.scalars()) == [0, 1, 2]


def test_order_is_of_arrival_not_of_the_clock(meter: Meter) -> None:
    meter.put(MONDAY, "PT30M", [1], at=NOW)
    meter.put(MONDAY, "PT30M", [2], at=NOW - DAY)
    assert meter.steps(MONDAY, MONDAY + DAY)[0].values == [2]


def test_a_short_hole_is_null_and_a_long_one_starts_a_run(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [1])
    meter.put(MONDAY + 3 * HOUR, "PT1H", [4])
    meter.put(MONDAY + 40 * DAY, "PT1H", [5])
    runs = meter.steps(MONDAY, MONDAY + 100 * DAY)
    assert [run.values for run in runs] == [[1, None, None, 4], [5]]


def test_a_step_change_starts_a_run(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [1])
    meter.put(MONDAY + HOUR, "PT30M", [2, 3])
    assert [run.step for run in meter.steps(MONDAY, MONDAY + DAY)] == ["PT1H", "PT30M"]


def test_finer_steps_take_the_place_of_the_coarser_they_cut(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [10, 20, 30])
    meter.put(MONDAY + HOUR, "PT30M", [1])
    found = meter.steps(MONDAY, MONDAY + DAY)
    assert [(run.step, run.values) for run in found] == [
        ("PT1H", [10]),
        ("PT30M", [1]),
        ("PT1H", [30]),
    ]


def test_only_whole_steps_of_the_window_are_given(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [1, 2, 3])
    window = MONDAY + timedelta(minutes=1), MONDAY + 3 * HOUR - timedelta(seconds=1)
    assert meter.steps(*window)[0].values == [2]


def test_more_values_than_the_limit_are_refused(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [1])
    meter.put(MONDAY + 20 * DAY, "PT1H", [1])
    assert meter.steps(MONDAY, MONDAY + 30 * DAY, limit=481)[0].values.count(None) == 479
    with pytest.raises(TooLarge):
        meter.steps(MONDAY, MONDAY + 30 * DAY, limit=480)


def test_long_curves_are_cut_in_rows_of_a_year(meter: Meter, store: Store) -> None:
    start = datetime(2020, 12, 31, 23, tzinfo=UTC)
    meter.put(start, "P1D", list(range(1000)), quality=((999, "validated"), (1, "estimated")))
    (run,) = meter.steps(start, NOW)
    assert run.values == list(range(1000))
    assert run.quality == ((999, "validated"), (1, "estimated"))
    with store.read() as session:
        lengths = session.connection().execute(text("SELECT n FROM segment ORDER BY start_s"))
        assert list(lengths.scalars()) == [366, 366, 268]


def test_a_civil_day_keeps_its_place_across_clock_changes(meter: Meter) -> None:
    start = day_bounds(date(2026, 3, 28), PARIS)[0]
    meter.put(start, "P1D", [1, 2])
    meter.put(day_bounds(date(2026, 3, 31), PARIS)[0], "P1D", [4])
    assert meter.steps(start, NOW)[0].values == [1, 2, None, 4]


@pytest.mark.parametrize(
    ("day", "n"), [(date(2026, 3, 29), 46), (date(2026, 3, 30), 48), (date(2026, 10, 25), 50)]
)
def test_a_day_sums_its_own_half_hours(meter: Meter, day: date, n: int) -> None:
    start, end = day_bounds(day, PARIS)
    meter.put(start - HOUR, "PT30M", [1000, 1000, *[2] * n, 1000, 1000])
    (run,) = meter.days(start, end)
    assert (run.step, run.values, run.quality) == ("P1D", [n], None)


def test_a_month_sums_what_its_days_sum(meter: Meter) -> None:
    start, end = month_bounds(date(2026, 10, 1), PARIS)
    n = int((end - start) / timedelta(minutes=10))
    meter.put(start, "PT10M", [i % 997 for i in range(n)])
    mine = permit_own_data(OWNER, action="read", now=NOW)
    with meter.store.read() as session:
        _, _, (month,) = list_period_runs(
            mine, session, meter.series, (start, end), bucket="month", now=NOW
        )
    joules = sum(i % 997 for i in range(n)) * 600
    assert month.values == [pytest.approx(joules / 3600, abs=0.0005)]
    assert isinstance(month.values[0], float) == bool(joules % 3600)


def test_energy_is_rounded_once_to_a_thousandth(meter: Meter) -> None:
    start = day_bounds(date(2026, 3, 2), PARIS)[0]
    meter.put(start, "PT10M", [28_000])
    assert meter.days(start, start + DAY)[0].values == [4666.667]


def test_a_day_with_something_missing_is_partial(meter: Meter) -> None:
    start, end = day_bounds(date(2026, 3, 2), PARIS)
    meter.put(start, "PT1H", [None, *[10] * 23, *[None] * 24, *[5] * 10])
    (run,) = meter.days(start, end + 2 * DAY)
    assert run.values == [230, None, 50]
    assert run.quality == ((1, "partial"), (1, "missing"), (1, "partial"))


def test_a_day_bears_the_worst_quality_of_its_parts(meter: Meter) -> None:
    start, end = day_bounds(date(2026, 3, 2), PARIS)
    kinds: tuple[tuple[int, Quality], ...] = ((10, "validated"), (4, "estimated"), (10, "measured"))
    meter.put(start, "PT1H", [1] * 24, quality=kinds)
    assert meter.days(start, end)[0].quality == ((1, "estimated"),)


def test_today_is_not_told(meter: Meter) -> None:
    start = day_bounds(date(2026, 11, 24), PARIS)[0]
    meter.put(start, "PT1H", [1] * 30)
    assert meter.days(start, NOW)[0].values == [24]


def test_as_of_a_moment_a_day_that_was_not_over_is_not_told(meter: Meter) -> None:
    start = day_bounds(date(2026, 11, 23), PARIS)[0]
    meter.put(start, "PT1H", [1] * 12, at=start + 12 * HOUR)
    assert meter.days(start, NOW, as_of=start + 13 * HOUR) == []


@pytest.mark.parametrize("step", ["P1D", "PT1H"])
def test_energy_adds_up_as_it_is(store: Store, step: Step) -> None:
    fields: dict[str, Any] = {
        "quantity": "active_energy",
        "form": "interval_energy",
        "unit": "kWh",
        "decimals": 3,
    }
    meter = Meter.made(store, **fields)
    start, end = month_bounds(date(2026, 3, 1), PARIS)
    n = 31 if step == "P1D" else 743
    meter.put(start, step, [1001] * n)
    mine = permit_own_data(OWNER, action="read", now=NOW)
    with store.read() as session:
        _, _, (month,) = list_period_runs(
            mine, session, meter.series, (start, end), bucket="month", now=NOW
        )
    assert month.values == [n * 1001 / 1000]
    assert meter.steps(start, end)[0].values == [1.001] * n


def test_whole_segments_are_summed_without_decoding(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, end = day_bounds(date(2026, 3, 2), PARIS)
    meter.put(start, "PT1H", [7] * 24)
    monkeypatch.setattr("synergie.storage.readings.cover.decode", lambda *_: pytest.fail("decoded"))
    assert meter.days(start, end)[0].values == [168]


def test_the_newest_reading_is_the_end_of_the_last_value(meter: Meter, store: Store) -> None:
    meter.put(MONDAY, "PT1H", [1, 2, None, None])
    meter.put(MONDAY - DAY, "PT1H", [1], at=NOW + DAY)
    meter.put(MONDAY + DAY, "PT1H", [None], at=NOW + DAY)
    with store.read() as session:
        row = session.connection().execute(
            text("SELECT last_end, last_received FROM series WHERE id = :id"),
            {"id": meter.series.id},
        )
        shown = [str(value).replace(" ", "T")[:19] for value in row.one()]
    assert shown == ["2026-03-02T02:00:00", "2026-11-25T10:00:00"]


def test_the_next_start_skips_a_hole(meter: Meter) -> None:
    mine = permit_own_data(OWNER, action="read", now=NOW)
    meter.put(MONDAY, "PT1H", [1])
    with meter.store.read() as session:
        assert next_start(mine, session, meter.series, MONDAY - 900 * DAY) == MONDAY
        assert next_start(mine, session, meter.series, MONDAY + HOUR) is None


def test_a_permit_that_opens_no_readings_reads_none(meter: Meter) -> None:
    meter.put(MONDAY, "PT1H", [1])
    side = permit_party(OWNER, action="read", now=NOW)
    with meter.store.read() as session, pytest.raises(TypeError):
        list_step_runs(side, session, meter.series, (MONDAY, NOW))
    with meter.store.read() as session:
        span = MONDAY - DAY, NOW
        assert list_period_runs(side, session, meter.series, span, bucket="month", now=NOW)[2] == []


def test_a_read_looks_at_no_more_than_a_year_of_rows_before_it(meter: Meter) -> None:
    oracle = Oracle()
    for year in range(2010, 2026):
        start = datetime(year, 1, 1, tzinfo=UTC)
        values: Values = [year for _ in range(24 * 365)]
        oracle.put(start, "PT1H", values, None, NOW)
        meter.put(start, "PT1H", values)
    start = datetime(2020, 12, 30, tzinfo=UTC)
    window = start, start + 4 * DAY
    assert told(meter.steps(*window)) == oracle.told(*window)
