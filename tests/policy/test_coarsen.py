"""Windows of whole, closed, permitted periods; and what adds up over them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import day_bounds, floor_period
from synergie.calendar.civil import Bucket
from synergie.policy.readings.coarsen import choose_summing, compute_period_edges, snap_window

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
moments = st.integers(1_704_067_200, 1_830_297_600).map(lambda s: datetime.fromtimestamp(s, UTC))
buckets: st.SearchStrategy[Bucket] = st.sampled_from(get_args(Bucket.__value__))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_windows_that_differ_by_half_an_hour_are_the_same_days() -> None:
    limits = (None, None, NOW)
    start = at("2026-03-01T00:00+01:00")
    noon = snap_window(start, at("2026-03-01T12:00+01:00"), "day", PARIS, limits=limits)
    later = snap_window(start, at("2026-03-01T12:30+01:00"), "day", PARIS, limits=limits)
    assert noon == later == (start, at("2026-03-02T00:00+01:00"))


def test_a_day_that_is_not_over_is_left_out() -> None:
    today = at("2026-11-25T00:00+01:00")
    _, end = snap_window(NOW - timedelta(days=3), NOW, "day", PARIS, limits=(None, None, NOW))
    assert end == today


def test_a_day_cut_by_the_edge_of_what_is_opened_is_left_out() -> None:
    opened, closed = at("2026-03-02T00:30+01:00"), at("2026-03-05T23:30+01:00")
    start, end = snap_window(
        at("2026-03-01T00:00+01:00"),
        at("2026-04-01T00:00+02:00"),
        "day",
        PARIS,
        limits=(opened, closed, NOW),
    )
    assert (start, end) == (at("2026-03-03T00:00+01:00"), at("2026-03-05T00:00+01:00"))


def test_nothing_left_gives_two_equal_times() -> None:
    start, end = snap_window(
        NOW, NOW + timedelta(hours=1), "month", PARIS, limits=(None, None, NOW)
    )
    assert start == end


@given(moments, moments, buckets, st.none() | moments, st.none() | moments, moments)
def test_a_window_is_whole_periods_inside_every_limit(
    start: datetime,
    end: datetime,
    bucket: Bucket,
    opened: datetime | None,
    closed: datetime | None,
    now: datetime,
) -> None:
    first, last = snap_window(start, end, bucket, PARIS, limits=(opened, closed, now))
    assert first <= last
    if first == last:
        return
    assert floor_period(first, bucket, PARIS) == first
    assert floor_period(last, bucket, PARIS) == last
    assert last <= now
    assert opened is None or opened <= first
    assert closed is None or last <= closed


@pytest.mark.parametrize(
    ("day", "half_hours"), [((2026, 3, 29), 46), ((2026, 3, 30), 48), ((2026, 10, 25), 50)]
)
def test_a_day_has_as_many_half_hours_as_people_live(
    day: tuple[int, int, int], half_hours: int
) -> None:
    start, end = (int(moment.timestamp()) for moment in day_bounds(date(*day), PARIS))
    assert compute_period_edges(start, end, "day", PARIS) == (start, end)
    assert end - start == half_hours * 1800


@given(moments, st.integers(0, 800), buckets)
def test_edges_follow_one_another_and_each_is_a_civil_bound(
    moment: datetime, days: int, bucket: Bucket
) -> None:
    start = int(floor_period(moment, bucket, PARIS).timestamp())
    end = start + days * 86_400
    found = compute_period_edges(start, end, bucket, PARIS)
    assert found[0] == start
    assert found[-1] >= end
    assert len(found) == 1 or found[-2] < end
    assert all(one < two for one, two in pairwise(found))
    for edge in found:
        bound = datetime.fromtimestamp(edge, UTC)
        assert floor_period(bound, bucket, PARIS) == bound


@pytest.mark.parametrize(
    ("day", "n"), [((2026, 3, 29), 46), ((2026, 7, 1), 48), ((2026, 10, 25), 50)]
)
@pytest.mark.parametrize("name", ["Europe/Paris", "America/Martinique", "Pacific/Marquesas"])
def test_the_half_hours_of_a_day_are_its_own(day: tuple[int, int, int], n: int, name: str) -> None:
    """Marquesas are at 09:30: their hours begin at the half of those of UTC."""
    tz = ZoneInfo(name)
    start, end = (int(moment.timestamp()) for moment in day_bounds(date(*day), tz))
    wanted = n if name == "Europe/Paris" else 48
    assert compute_period_edges(start, end, "half_hour", tz) == tuple(range(start, end + 1, 1800))
    assert len(compute_period_edges(start, end, "half_hour", tz)) - 1 == wanted
    assert len(compute_period_edges(start, end, "hour", tz)) - 1 == wanted / 2
    assert {
        datetime.fromtimestamp(edge, tz).minute
        for edge in compute_period_edges(start, end, "hour", tz)
    } == {0}


@pytest.mark.parametrize("hours", [1, 5, 30])
def test_the_last_hour_asked_is_whole(hours: int) -> None:
    start = int(at("2026-03-28T22:00+01:00").timestamp())
    wanted = tuple(range(start, start + (hours + 1) * 3600 + 1, 3600))
    assert compute_period_edges(start, start + hours * 3600 + 1, "hour", PARIS) == wanted


def test_an_hour_ends_with_its_day_where_clocks_change_by_half_an_hour() -> None:
    tz = ZoneInfo("Australia/Lord_Howe")
    start, end = (int(moment.timestamp()) for moment in day_bounds(date(2026, 4, 5), tz))
    found = compute_period_edges(start, end, "hour", tz)
    assert (end - start, found[-1], found[-1] - found[-2]) == (24 * 3600 + 1800, end, 1800)
    assert compute_period_edges(start, end + 1, "hour", tz)[-1] == end + 3600


def test_what_would_tell_more_than_energy_does_not_add_up() -> None:
    assert choose_summing("apparent_power_max", "peak", "VA") is None
    assert choose_summing("active_energy", "register_index", "Wh") is None
    assert choose_summing("voltage", "mean_power", "V") is None


def test_a_power_adds_up_to_watt_hours() -> None:
    how = choose_summing("active_power", "mean_power", "kW")
    assert how is not None
    assert (how.unit, how.by_time, how.factor) == ("Wh", True, 1000)
