"""Civil days and clock changes, on the change days themselves."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import (
    ceil_period,
    civil_days,
    day_bounds,
    floor_period,
    load_time_zone,
    month_bounds,
    period_bounds,
    resolve_labels,
    steps_in_day,
)
from synergie.calendar.civil import BUCKET_SECONDS, Bucket
from synergie.errors import BadInput

PARIS = load_time_zone("Europe/Paris")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "half_hours", "ten_minutes"),
    [(SPRING, 46, 138), (AUTUMN, 50, 150), (date(2026, 6, 1), 48, 144)],
)
def test_a_civil_day_has_its_own_number_of_steps(
    day: date, half_hours: int, ten_minutes: int
) -> None:
    assert steps_in_day(day, 1800, PARIS) == half_hours
    assert steps_in_day(day, 600, PARIS) == ten_minutes


def _labels(day: date, step_min: int, *, end: bool) -> tuple[list[datetime], list[datetime]]:
    start, stop = day_bounds(day, PARIS)
    step = timedelta(minutes=step_min)
    moments = []
    while start < stop:
        moments.append(start + step if end else start)
        start += step
    return [moment.astimezone(PARIS).replace(tzinfo=None) for moment in moments], moments


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2026, 6, 1)])
@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("step_min", [10, 30, 60])
def test_naive_labels_of_a_whole_day_are_resolved_in_file_order(
    *, day: date, end: bool, step_min: int
) -> None:
    labels, moments = _labels(day, step_min, end=end)
    found = resolve_labels(labels, PARIS)
    assert [verdict for _, verdict in found] == ["ok"] * len(labels)
    assert [moment for moment, _ in found] == moments


def test_a_label_in_the_hour_that_march_skips_does_not_exist() -> None:
    assert resolve_labels([datetime(2026, 3, 29, 2, 30)], PARIS) == [(None, "nonexistent")]  # noqa: DTZ001 (naive on purpose)


@pytest.mark.parametrize("times", [1, 3])
def test_a_label_of_the_repeated_hour_is_never_guessed(times: int) -> None:
    label = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 (naive on purpose)
    assert resolve_labels([label] * times, PARIS) == [(None, "ambiguous")] * times


def test_a_zone_that_is_not_there_is_said() -> None:
    with pytest.raises(BadInput, match="Europe/Paname"):
        load_time_zone("Europe/Paname")


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 (made aware)
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(moments, st.sampled_from(get_args(Bucket.__value__)))
def test_a_moment_lies_between_the_bounds_of_its_period(moment: datetime, bucket: Bucket) -> None:
    low = floor_period(moment, bucket, PARIS)
    high = ceil_period(moment, bucket, PARIS)
    assert low <= moment <= high
    assert floor_period(high, bucket, PARIS) == high
    if bucket not in BUCKET_SECONDS:
        assert low.astimezone(PARIS).hour == high.astimezone(PARIS).hour == 0


@given(moments, st.integers(0, 3))
def test_each_period_lies_in_one_of_the_next_longer(moment: datetime, place: int) -> None:
    short, long = get_args(Bucket.__value__)[place : place + 2]
    start, end = period_bounds(moment, short, PARIS)
    over = period_bounds(moment, long, PARIS)
    assert over[0] <= start < end <= over[1]


@given(moments, st.integers(0, 90))
def test_days_follow_one_another_without_gap(start: datetime, length: int) -> None:
    end = start + timedelta(days=length)
    days = list(civil_days(start, end, PARIS))
    bounds = [day_bounds(day, PARIS) for day in days]
    assert all(one[1] == two[0] for one, two in pairwise(bounds))
    if start < end:
        assert bounds[0][0] <= start
        assert bounds[-1][1] >= end


def test_a_month_is_the_sum_of_its_days() -> None:
    start, end = month_bounds(date(2026, 10, 14), PARIS)
    hours = (end - start).total_seconds() / 3600
    assert hours == 31 * 24 + 1
