"""Every granularity, from half-hours to years: whole local periods, closed, and nothing finer."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synergie.calendar import ceil_period, day_bounds, floor_period, month_bounds, year_bounds
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput, NotAllowed, SynergieError, TooLarge
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.policy.readings.steps import FINEST_FIRST, STEPS
from synergie.schemas.readings.curve import CurveExtract
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point
from tests.exchange.test_curves import DAY, HOUR, Make, curve, declared, export, put, record
from tests.storage.meter import PARIS

HALF = HOUR / 2
BUCKETS: tuple[Bucket, ...] = get_args(Bucket.__value__)
YEAR = year_bounds(date(2025, 1, 1), PARIS)


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str]) -> str:
    return declared(store, owner)


def read(curves: Curves, who: Body, series: str, **more: Any) -> CurveExtract:
    asked = {"start": YEAR[0], "end": YEAR[1], "now": NOW} | more
    return curves.extract(who.caller, series, **asked)


def values(extract: CurveExtract) -> list[Any]:
    return [value for run in extract.runs for value in run.values]


@pytest.fixture
def half_hours(curves: Curves, owner: Body, series: str) -> list[int]:
    """A local year of half-hours."""
    told = [i % 991 for i in range(int((YEAR[1] - YEAR[0]) / HALF))]
    put(curves, owner, curve(series, told, start=YEAR[0]))
    return told


@pytest.mark.parametrize("bucket", BUCKETS)
def test_each_granularity_sums_the_half_hours_of_its_periods(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make, bucket: Bucket,
) -> None:  # fmt: skip
    """The oracle counts by the clock on the wall, and does not share the code."""
    agreed({"supply_points": [things["p1"]]}, granularity=bucket)
    found = read(curves, partner, series)
    wanted: dict[Any, int] = {}
    for place, value in enumerate(half_hours):
        local = (YEAR[0] + place * HALF).astimezone(PARIS)
        told = {
            "half_hour": (local, local.fold),
            "hour": (local.replace(minute=0), local.fold),
            "day": local.date(),
            "month": local.month,
            "year": local.year,
        }[bucket]
        wanted[told] = wanted.get(told, 0) + value
    assert [float(value) for value in values(found)] == [value / 2 for value in wanted.values()]
    assert {run.step for run in found.runs} == {STEPS[bucket]}
    assert (found.granularity, found.unit) == (bucket, "Wh")
    pages = list(export(curves, partner, granularity=bucket, start=YEAR[0], series=[series]))
    assert [value for page in pages for value in page.values] == values(found)
    assert max(len(page.values) for page in pages) <= 6000


@pytest.mark.parametrize(("day", "n"), [((2025, 3, 30), 46), ((2025, 10, 26), 50)])
def test_the_days_of_a_clock_change_have_their_own_half_hours(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make, day: tuple[int, int, int], n: int,
) -> None:  # fmt: skip
    agreed({"supply_points": [things["p1"]]}, granularity="half_hour")
    start, end = day_bounds(date(*day), PARIS)
    found = read(curves, partner, series, start=start, end=end)
    assert (len(values(found)), len(found.runs)) == (n, 1)
    assert len(values(read(curves, partner, series, start=start, end=end, granularity="hour"))) == (
        n / 2
    )


@pytest.mark.parametrize("granted", FINEST_FIRST)
def test_what_is_finer_than_granted_is_refused_and_never_coarsened(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make, granted: Any,
) -> None:  # fmt: skip
    agreed({"supply_points": [things["p1"]]}, granularity=granted)
    for asked in FINEST_FIRST:
        if FINEST_FIRST.index(asked) < FINEST_FIRST.index(granted):
            with pytest.raises(NotAllowed) as refused:
                read(curves, partner, series, granularity=asked)
            assert refused.value.reason == "granularity_too_fine"
        else:
            assert read(curves, partner, series, granularity=asked).granularity == asked


@pytest.mark.parametrize("bucket", ["hour", "day", "month", "year"])
def test_windows_that_differ_by_half_an_hour_tell_the_same(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make, bucket: Bucket,
) -> None:  # fmt: skip
    """Two windows give the same rows, or rows that differ by whole periods of the grid."""
    agreed({"supply_points": [things["p1"]]}, granularity=bucket)
    start = datetime(2025, 6, 10, 7, 30, tzinfo=UTC)
    for end in (start + i * HALF for i in range(1, 60)):
        found = read(curves, partner, series, start=start, end=end)
        whole = floor_period(start, bucket, PARIS), ceil_period(end, bucket, PARIS)
        assert (found.start, found.end) == whole
        again = read(curves, partner, series, start=whole[0], end=whole[1])
        assert found == again


@pytest.mark.parametrize("bucket", ["hour", "day"])
def test_polling_a_period_that_fills_tells_nothing(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make,
    bucket: Bucket,
) -> None:  # fmt: skip
    """Values come every ten minutes; what the recipient reads changes when a period is whole."""
    agreed({"supply_points": [things["p1"]]}, granularity=bucket, valid_from=YEAR[0])
    start = day_bounds(date(2026, 3, 3), PARIS)[0]
    n = 18 if bucket == "hour" else 150
    told: list[tuple[datetime, dict[str, Any]]] = []
    for i in range(n):
        at = start + (i + 1) * HOUR / 6
        one = curve(series, [i * 37 % 101], start=at - HOUR / 6, step="PT10M")
        put(curves, owner, one, now=at)
        found = read(curves, partner, series, start=start - DAY, end=start + 2 * DAY, now=at)
        told.append((at, found.model_dump(mode="json")))
    for (_, before), (at, after) in pairwise(told):
        changed = {name for name in after if after[name] != before[name]}
        if floor_period(at, bucket, PARIS) != at:
            assert changed == set(), at
        else:
            assert changed <= {"runs", "end", "freshness"}
    assert any(after != before for (_, before), (_, after) in pairwise(told))


def test_a_correction_tells_the_period_again_and_not_which_reading(
    curves: Curves, owner: Body, partner: Body, series: str, half_hours: list[int],
    things: dict[str, str], agreed: Make,
) -> None:  # fmt: skip
    """Two stores whose corrections differ by their place in the day are told apart by nothing."""
    agreed({"supply_points": [things["p1"]]}, granularity="day")
    midnight = day_bounds(date(2025, 6, 10), PARIS)[0]
    place = int((midnight - YEAR[0]) / HALF)
    seen = []
    for k in (3, 40):
        old = half_hours[place + k]
        put(curves, owner, curve(series, [old + 10], start=midnight + k * HALF))
        seen.append(read(curves, partner, series).model_dump(mode="json"))
        put(curves, owner, curve(series, [old], start=midnight + k * HALF, supersedes=None))
    assert seen[0] == seen[1]
    plain = read(curves, partner, series, start=midnight, end=midnight + DAY)
    assert values(plain) != []


@pytest.mark.parametrize(
    ("step", "asked", "word"),
    [
        ("PT1H", "half_hour", "hour"),
        ("P1D", "hour", "day"),
        ("P1M", "day", "month"),
        ("P1Y", "month", "year"),
    ],
)
def test_a_step_that_is_longer_than_what_is_asked_is_said(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make,
    step: Any, asked: Any, word: Any,
) -> None:  # fmt: skip
    agreed({"supply_points": [things["p1"]]}, granularity="half_hour")
    put(curves, owner, curve(series, [1000], start=YEAR[0], step=step))
    for who in (owner, partner):
        with pytest.raises(BadInput) as refused:
            read(curves, who, series, granularity=asked)
        assert refused.value.where == "/granularity"
        assert refused.value.expected.startswith(word)
    assert len(values(read(curves, owner, series, granularity=word))) == 1
    unnamed = read(curves, partner, series)
    assert (unnamed.granularity, len(values(unnamed))) == (word, 1)
    with pytest.raises(BadInput):
        export(curves, partner, granularity=asked, series=[series])
    assert list(export(curves, partner, granularity=asked, agreement=unnamed.agreement[:-2])) == []  # type: ignore[index]  # it was read under one


def test_a_year_that_is_cut_by_the_edge_of_what_is_open_is_not_told(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make,
) -> None:  # fmt: skip
    for bucket, left in (("year", 0), ("month", 10), ("hour", None)):
        start, end = YEAR[0] + timedelta(minutes=20), YEAR[1] - timedelta(minutes=20)
        made = agreed(
            {"supply_points": [things["p1"]]},
            granularity=bucket,
            data_period={"start": start, "end": end},
        )
        found = read(curves, partner, series, agreement=made.id)
        assert found.start >= start
        assert found.end <= end or found.start == found.end
        wanted = len(half_hours) // 2 - 2 if left is None else left
        assert len(values(found)) == wanted


def test_too_many_half_hours_are_refused_and_a_long_empty_window_is_not(
    curves: Curves, owner: Body, series: str
) -> None:
    wide = {"start": datetime(1970, 1, 2, tzinfo=UTC), "end": datetime(2199, 1, 1, tzinfo=UTC)}
    put(curves, owner, curve(series, [1], start=YEAR[0]))
    assert values(read(curves, owner, series, granularity="half_hour", **wide)) == [0.5]
    put(curves, owner, curve(series, [1], start=YEAR[0] - 3000 * DAY))
    with pytest.raises(TooLarge):
        read(curves, owner, series, granularity="half_hour", **wide)
    assert len(list(export(curves, owner, granularity="half_hour", **wide))) == 2


def test_an_export_does_not_skip_values_that_follow_nulls_of_one_run(
    curves: Curves, owner: Body, series: str
) -> None:
    """A page without a value does not end the segment that goes on after it."""
    told = [None] * 300 + [1]
    put(curves, owner, curve(series, told, start=YEAR[0], step="P1D"))
    put(curves, owner, curve(series, [None] * 8000 + [7], start=YEAR[0] - 400 * DAY, step="PT30M"))
    found = list(export(curves, owner, granularity="half_hour", start=YEAR[0] - 500 * DAY))
    assert [value for page in found for value in page.values] == [3.5]


def test_half_hours_of_islands_begin_at_their_own_half_hour(
    curves: Curves, owner: Body, store: Store
) -> None:
    """The Marquises are at 09:30: their hour begins at the half of the hour in UTC."""
    SupplyPoints(store).publish(
        owner.caller, [point("99000000000099", time_zone="Pacific/Marquesas")], now=NOW
    )
    name = SeriesBook(store).publish(owner.caller, [record("99000000000099")], now=NOW).items[0].id
    start = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    put(curves, owner, curve(name, [2] * 48, start=start))
    found = read(curves, owner, name, granularity="hour", start=start, end=start + DAY)
    assert [(run.start, run.values) for run in found.runs] == [(start, [2] * 24)]


moments = st.integers(0, 5 * 48).map(lambda n: YEAR[0] + 86 * DAY + n * HALF)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=moments, two=moments, bucket=st.sampled_from(BUCKETS), now=moments)
def test_no_two_windows_differ_by_less_than_a_period(
    curves: Curves, partner: Body, series: str, half_hours: list[int], things: dict[str, str],
    agreed: Make, one: datetime, two: datetime, bucket: Bucket, now: datetime,
) -> None:  # fmt: skip
    """Around the change of March: each row is of a whole closed period, and always the same."""
    if one >= two:
        return
    made = agreed(
        {"supply_points": [things["p1"]]},
        granularity=bucket,
        valid_from=YEAR[0],
        valid_until=NOW + DAY,
    )
    found = read(curves, partner, series, start=one, end=two, agreement=made.id, now=now)
    whole = read(curves, partner, series, agreement=made.id)
    known = dict(_rows(whole, bucket))
    for start, value in _rows(found, bucket):
        end = ceil_period(start + timedelta(seconds=1), bucket, PARIS)
        assert end <= now
        assert floor_period(start, bucket, PARIS) == start
        assert known[start] == value


def _rows(extract: CurveExtract, bucket: Bucket) -> list[tuple[datetime, Any]]:
    rows = []
    for run in extract.runs:
        at = run.start
        for value in run.values:
            rows.append((at, value))
            at = ceil_period(at + timedelta(seconds=1), bucket, PARIS)
    return rows


def test_an_error_under_an_agreement_says_no_more_than_is_granted(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    """Of a period that is not open, the length of its steps is not told."""
    start, end = month_bounds(date(2025, 3, 1), PARIS)
    put(curves, owner, curve(series, [1000], start=YEAR[0], step="P1M"))
    agreed({"supply_points": [things["p1"]]}, granularity="hour", data_period={"start": start})
    try:
        found = read(curves, partner, series, granularity="hour", start=YEAR[0], end=end)
    except SynergieError as error:  # pragma: no cover (it must not be)
        pytest.fail(str(error))
    assert values(found) == []
