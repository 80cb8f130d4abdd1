"""A year under a schedule and a sun: golden §6.1, plain counting, clock changes, `plan.power`."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synergie.calendar import day_bounds
from synergie.energy.plan.power.burn import burn_load, compute_sun_altitudes
from synergie.energy.plan.power.curves import Reading
from synergie.energy.records.power import DimmedSpan, LightingUse, OffPeakWindow
from synergie.errors import BadInput
from synergie.lighting.plan import nights
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.schemas.assets.location import Location
from tests.scenarios.effects_cases import FULL, OFF, PARIS, POMPEY, counted, remains, schedule, span

HERE = nights.build_place_cell(POMPEY.longitude, POMPEY.latitude)
LATE = (OffPeakWindow(starts="02:00", ends="06:00"),)
GOLDEN = [
    (-0.833, (), (), (953, 1207, 435, 1693), 4288),
    (-2.0, (), (), (913, 1207, 389, 1681), 4190),
    (-3.0, (), (), (880, 1207, 352, 1670), 4109),
    (-4.0, (), (), (846, 1207, 319, 1653), 4026),
    (-6.0, (), (), (781, 1207, 262, 1609), 3858),
    (-3.0, (span("00:00", "05:30"),), (), (880, 377, 352, 499), 2108),
    # the reference calls this row "off 23:00-05:00"; its hours are those of five hours off
    (-3.0, (span("00:00", "05:00"),), (), (880, 453, 352, 599), 2284),
    (-3.0, (), LATE, (1484, 603, 1208, 815), 4109),
]


@pytest.mark.parametrize(("below", "spans", "windows", "classes", "total"), GOLDEN)
def test_hours_by_class_are_those_of_the_reference(
    below: float,
    spans: tuple[ScheduleSpan, ...],
    windows: tuple[OffPeakWindow, ...],
    classes: tuple[int, ...],
    total: int,
) -> None:
    told = schedule("s", *spans, lit_below_deg=below)
    found = nights.compute_night(told, HERE, 2025, windows)
    assert abs(found.hours - total) <= 1
    assert sum(found.power_hours) == pytest.approx(found.hours)
    assert all(abs(a - b) <= 1 for a, b in zip(found.power_hours, classes, strict=True))


def test_a_leap_year_has_its_day() -> None:
    assert nights.compute_night(FULL, HERE, 2024).hours == pytest.approx(4124.6, abs=0.05)


def test_dark_hours_are_those_without_light_from_23_to_5() -> None:
    assert nights.compute_night(FULL, HERE, 2025).dark_hours == 0
    assert nights.compute_night(OFF, HERE, 2025).dark_hours == 365 * 5
    early = nights.compute_night(schedule("s", span("22:00", "00:30")), HERE, 2025)
    assert early.dark_hours == 365 * 1.5


TIMES = st.integers(0, 287).map(lambda n: f"{n // 12:02d}:{n % 12 * 5:02d}")
MINUTES = st.integers(0, 1439).map(lambda n: f"{n // 60:02d}:{n % 60:02d}")
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")
SHARES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
WEEKDAYS = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
SPANS = st.builds(
    ScheduleSpan,
    starts=MINUTES,
    ends=MINUTES,
    light_share=SHARES,
    power_share=st.none() | SHARES,
    presence_share=st.none() | SHARES,
    evenings=st.lists(WEEKDAYS, max_size=4, unique=True).map(tuple),
    from_day=st.none() | DAYS,
    to_day=st.none() | DAYS,
)
CLOCKS = st.tuples(st.none() | MINUTES, st.none() | MINUTES)


@st.composite
def schedules(draw: st.DrawFn) -> LightingSchedule:
    """Any sound schedule."""
    on, off = draw(CLOCKS)
    if on is not None and off is not None:
        line = sorted((on, off), key=lambda one: (one < "12:00", one))
        on, off = line if line[0] != line[1] else (None, None)
    spans = draw(st.lists(SPANS, max_size=4))
    return schedule("s", *spans, on_at=on, off_at=off)


NIGHTS = st.sampled_from([date(2025, 3, 29), date(2025, 10, 25), date(2024, 12, 31)]) | st.dates(
    date(2025, 1, 1), date(2025, 12, 30)
)


@given(schedules(), NIGHTS)
def test_each_step_of_a_night_is_as_plain_words_say(told: LightingSchedule, evening: date) -> None:
    """Every minute from one noon to the next, mean of five: also where clocks change."""
    start = day_bounds(date(2025, 1, 1), PARIS)[0]
    noon = day_bounds(evening, PARIS)[1] - timedelta(hours=12)
    after = day_bounds(evening + timedelta(days=1), PARIS)[1] - timedelta(hours=12)
    first = max(0, int((noon - start) / timedelta(minutes=5)))
    last = int((after - start) / timedelta(minutes=5))
    found = nights.compute_power_shares(told, 2025)[first:last]
    plain = [
        sum(remains(told, start + timedelta(minutes=5 * n + m))[2] for m in range(5)) / 5
        for n in range(first, last)
    ]
    assert found == pytest.approx(plain, abs=1e-12)


HARD = [
    schedule(
        "week",
        span("23:47", "05:13", 0.3, power_share=0.4, evenings=("fri", "sat")),
        span("21:30", "01:00", 0.0, presence_share=0.2, from_day="11-15", to_day="02-10"),
        span("02:00", "03:00", evenings=("sun",)),
    ),
    schedule("clock", span("00:00", "04:00", 0.6), on_at="17:40", off_at="06:35"),
    schedule("short", off_at="23:10", lit_below_deg=-0.833),
]


@pytest.mark.parametrize("told", HARD, ids=lambda one: one.id)
def test_a_year_is_as_counted_minute_by_minute(told: LightingSchedule) -> None:
    """Far from Pompey, so that east and north are not taken for one another."""
    place = Location(longitude=-4.5, latitude=43.2)
    found = nights.compute_night(
        told, nights.build_place_cell(place.longitude, place.latitude), 2025
    )
    plain = counted(told, place, 2025)
    assert found.hours == pytest.approx(plain["hours"], abs=1e-6)
    assert found.light_hours == pytest.approx(plain["light"], abs=1e-6)
    assert found.dark_hours == pytest.approx(plain.get("dark", 0), abs=1e-6)
    by_class = [plain.get(name, 0) for name in ("HPH", "HCH", "HPB", "HCB")]
    assert found.power_hours == pytest.approx(by_class, abs=1e-6)


@pytest.mark.parametrize(
    ("evening", "hours"), [(date(2025, 3, 29), 2), (date(2025, 10, 25), 4), (date(2025, 7, 1), 3)]
)
def test_a_night_of_a_clock_change_is_counted_by_the_clock(evening: date, hours: int) -> None:
    """Off from 01:00 to 04:00: two hours in March, four in October."""
    day = f"{evening:%m-%d}"
    told = schedule("s", span("01:00", "04:00", from_day=day, to_day=day))
    full = nights.compute_night(FULL, HERE, 2025)
    assert full.hours - nights.compute_night(told, HERE, 2025).hours == pytest.approx(hours)


@given(st.lists(st.tuples(TIMES, TIMES, SHARES), max_size=3), st.sampled_from([-6.0, -3.0]))
def test_energy_is_that_of_plan_power(spans: list[tuple[str, str, float]], below: float) -> None:
    use = LightingUse(
        installed_w=4940, longitude=6.13, latitude=48.77, lit_below_deg=below,
        dimmed=tuple(DimmedSpan(starts=a, ends=b, share=share) for a, b, share in spans),
    )  # fmt: skip
    theirs = burn_load(use, date(2026, 1, 1), Reading(nights.ASSUMED_WINDOWS))
    told = schedule("s", *(span(*one) for one in spans), lit_below_deg=below)
    found = nights.compute_night(told, HERE, 2025).power_hours
    wh = [float(one.kwh) * 1000 for one in theirs.classes]
    assert [4940 * one for one in found] == pytest.approx(wh, abs=1.0)


@given(schedules(), SPANS.filter(lambda one: one.power_share is None))
def test_a_darker_span_never_raises_light_or_energy(
    told: LightingSchedule, more: ScheduleSpan
) -> None:
    plain = [one.model_copy(update={"power_share": None}) for one in told.spans]
    before = told.model_copy(update={"spans": tuple(plain)})
    after = told.model_copy(update={"spans": (*plain, more)})
    one, two = (nights.compute_night(each, HERE, 2025) for each in (before, after))
    assert two.light_hours <= one.light_hours + 1e-9
    assert all(b <= a + 1e-9 for a, b in zip(one.power_hours, two.power_hours, strict=True))


@given(st.integers(-17999, 17999), st.integers(-8999, 8999), st.floats(-18, 6))
def test_lamps_are_lit_wherever_the_sun_of_plan_power_is_below(
    east: int, north: int, below: float
) -> None:
    """Also in polar nights and where the sun only grazes the threshold."""
    low = compute_sun_altitudes(nights.build_time_grid(2025), east / 100, north / 100) < below
    starts, ends = nights.find_lighting_runs((east, north), 2025, below)
    lit = np.zeros(len(low), bool)
    for first, last in zip(starts, ends, strict=True):
        lit[first:last] = True
    assert np.count_nonzero(lit != low) <= 1  # a sample within rounding of the threshold
    assert all(a < b for a, b in pairwise(np.stack([starts, ends], axis=1).ravel()))


LATITUDES = [(-52.6, 4.9), (55.5, -21.1), (8.7, 41.9), (6.13, 48.77), (24.9, 60.2)]


@pytest.mark.parametrize(("longitude", "latitude"), LATITUDES, ids=str)
def test_the_sun_passes_within_a_minute_of_the_algorithm_of_nrel(
    longitude: float, latitude: float
) -> None:
    """NREL SPA (pvlib): a minute before our moment it is on one side, a minute after on the other.

    No pressure, for no refraction: thresholds are of the true altitude.
    """
    spa = pytest.importorskip("pvlib.spa", reason="needs pvlib (group peers)")
    grid = nights.build_time_grid(2025)
    height = compute_sun_altitudes(grid, longitude, latitude) + 3.0
    at = np.flatnonzero((height[1:] < 0) != (height[:-1] < 0))
    assert len(at) == 730
    share = height[at] / (height[at] - height[at + 1])
    moments = (grid.start - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() + 300 * (at + share)
    before, after = (
        spa.solar_position_numpy(moments + s, latitude, longitude, 0, 0, 12, 69.2, 0, 1)[3] + 3.0
        for s in (-60, 60)
    )
    assert ((before < 0) != (after < 0)).all()


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"spans": (span("00:00", "05:00", from_day="02-30"),)}, "/spans/0/from_day"),
        ({"spans": (span("00:00", "05:00"), span("1:00".zfill(5), "02:00", to_day="04-31"))},
         "/spans/1/to_day"),
        ({"on_at": "06:00", "off_at": "22:00"}, "/off_at"),
        ({"on_at": "22:00", "off_at": "22:00"}, "/off_at"),
    ],
    ids=["no-such-day", "no-31-april", "off-before-on", "off-as-on"],
)  # fmt: skip
def test_a_schedule_that_no_night_can_follow_is_refused(
    told: dict[str, object], where: str
) -> None:
    with pytest.raises(BadInput) as refused:
        nights.compute_night(FULL.model_copy(update=told), HERE, 2025)
    assert refused.value.where == where


@pytest.mark.parametrize("told", ["24:00", "5:30", "05:60", ""])
def test_a_time_that_no_clock_shows_is_no_span(told: str) -> None:
    with pytest.raises(ValidationError):
        span(told, "06:00")
