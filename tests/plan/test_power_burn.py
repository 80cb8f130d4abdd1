"""Burn hours of a cabinet without a curve: golden §6.1, and the two suns held equal."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import compute_altitude, load_time_zone, time_class
from synergie.energy.plan.power._clock import CLASSES, Grid, build_clock
from synergie.energy.plan.power.burn import (
    SAMPLE_S,
    burn_curve,
    burn_hours,
    burn_load,
    compute_sun_altitudes,
)
from synergie.energy.plan.power.curves import Reading
from synergie.energy.plan.power.portfolio import refit
from synergie.energy.records.power import DimmedSpan, LightingUse, OffPeakWindow, PowerLoad
from synergie.errors import BadInput
from tests.plan.power_cases import HOURS, point, problem

POMPEY = LightingUse(installed_w=4940, longitude=6.13, latitude=48.77)
NEXT_YEAR = date(2026, 1, 1)
OFF = (DimmedSpan(starts="00:00", ends="05:30"),)
WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
MOMENTS = st.integers(946_684_800, 2_840_140_800).map(lambda s: datetime.fromtimestamp(s, UTC))
"""From 2000 to 2060."""
GOLDEN = [
    (-0.833, (), WINDOWS, (953, 1207, 435, 1693), 4288),
    (-2, (), WINDOWS, (913, 1207, 389, 1681), 4190),
    (-3, (), WINDOWS, (880, 1207, 352, 1670), 4109),
    (-4, (), WINDOWS, (846, 1207, 319, 1653), 4026),
    (-6, (), WINDOWS, (781, 1207, 262, 1609), 3858),
    (-3, OFF, WINDOWS, (880, 377, 352, 499), 2108),
    # the reference calls this row "off 23:00-05:00"; its hours are those of five hours off
    (-3, (DimmedSpan(starts="00:00", ends="05:00"),), WINDOWS, (880, 453, 352, 599), 2284),
    (-3, (), (OffPeakWindow(starts="02:00", ends="06:00"),), (1484, 603, 1208, 815), 4109),
]
MONTHS = {
    (): "455.2 373.4 359.3 294.2 253.9 220.6 241.3 285.9 329.8 396.9 429.7 469.0",
    OFF: "284.7 219.4 189.8 129.2 83.8 61.2 71.4 115.4 164.8 225.4 264.8 298.5",
}


def hours(load: PowerLoad, watts: int) -> list[float]:
    return [float(one.kwh) * 1000 / watts for one in load.classes]


@pytest.mark.parametrize(("below", "dimmed", "windows", "classes", "total"), GOLDEN)
def test_hours_by_class_are_those_of_the_reference(
    below: float,
    dimmed: tuple[DimmedSpan, ...],
    windows: tuple[OffPeakWindow, ...],
    classes: tuple[int, ...],
    total: int,
) -> None:
    use = POMPEY.model_copy(update={"lit_below_deg": float(below), "dimmed": dimmed})
    found = hours(burn_load(use, NEXT_YEAR, Reading(windows)), 4940)
    assert abs(sum(found) - total) <= 2
    assert all(abs(a - b) <= 5 for a, b in zip(found, classes, strict=True))


@pytest.mark.parametrize("dimmed", MONTHS)
def test_hours_of_each_month(dimmed: tuple[DimmedSpan, ...]) -> None:
    use = POMPEY.model_copy(update={"dimmed": dimmed})
    firsts = [date(2025, m, 1) for m in range(1, 13)] + [NEXT_YEAR]
    for told, (starts, ends) in zip(
        MONTHS[dimmed].split(), itertools.pairwise(firsts), strict=True
    ):
        assert burn_hours(use, starts, ends) == pytest.approx(float(told), abs=0.3)


def test_a_leap_year_has_a_night_more() -> None:
    assert burn_hours(POMPEY, date(2024, 1, 1), date(2025, 1, 1)) == pytest.approx(4124.6, abs=2)


@given(
    MOMENTS,
    st.floats(-180, 180),
    st.floats(-89, 89),
)
def test_the_two_suns_are_one(moment: datetime, longitude: float, latitude: float) -> None:
    start = moment.replace(microsecond=0)
    found = compute_sun_altitudes(Grid(start, 3600, 30), longitude, latitude)
    for n, height in enumerate(found):
        expected = compute_altitude(start + timedelta(hours=n), longitude, latitude)
        assert height == pytest.approx(expected, abs=1e-6)


@given(
    MOMENTS,
    st.sampled_from([60, 300, 600, 900, 1800, 3600]),
    st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Auckland"]),
    st.lists(
        st.tuples(st.times(), st.times()).map(
            lambda two: OffPeakWindow(starts=f"{two[0]:%H:%M}", ends=f"{two[1]:%H:%M}")
        ),
        max_size=3,
    ),
)
def test_classes_of_steps_are_those_of_their_minutes(
    moment: datetime, step_s: int, place: str, windows: list[OffPeakWindow]
) -> None:
    """Each minute is looked at by `calendar.time_class`; a step holds the seconds of each class."""
    start = moment.replace(second=0, microsecond=0)
    start -= timedelta(minutes=start.minute % (step_s // 60))
    found = build_clock(Grid(start, step_s, 40, place), tuple(windows))
    tz = load_time_zone(place)
    clocks = tuple(
        (time.fromisoformat(one.starts), time.fromisoformat(one.ends)) for one in windows
    )
    if any(begins == ends for begins, ends in clocks):
        return  # all day here, nothing there
    for n in range(40):
        seconds = dict.fromkeys(CLASSES, 0)
        season = None
        for minute in range(step_s // 60):
            name = time_class(start + timedelta(seconds=n * step_s + 60 * minute), tz, clocks)
            season = season or name[-1]
            seconds[f"{name[:2]}{season}"] += 60  # type: ignore[index]  # the season of its start
        assert found.seconds[n].tolist() == list(seconds.values())


def test_a_window_of_a_season_and_of_a_period() -> None:
    """The reform of off-peak hours: dated windows, two blocks, another in summer."""
    windows = (
        OffPeakWindow(starts="22:00", ends="06:00", valid_to=date(2025, 11, 1)),
        OffPeakWindow(starts="01:00", ends="06:00", valid_from=date(2025, 11, 1)),
        OffPeakWindow(starts="11:00", ends="14:00", season="low", valid_from=date(2025, 4, 1)),
    )
    start = datetime(2025, 1, 1, tzinfo=load_time_zone("Europe/Paris")).astimezone(UTC)
    found = build_clock(Grid(start, 1800, 17_520), windows)
    offpeak = found.seconds[:, 1] + found.seconds[:, 3]
    hours_of = {int(d): offpeak[found.days == d].sum() / 3600 for d in np.unique(found.days)}
    first = int(found.days[0])
    assert hours_of[first] == 8
    assert hours_of[first + 180] == 11  # summer: three hours at noon, too
    assert hours_of[first + 330] == 5  # December: the new night block alone
    assert hours_of[first + 88] == 7  # 30 March: the hour of the clock change is off-peak


def test_dimming_lowers_energy_and_not_the_reached_power() -> None:
    dim = (DimmedSpan(starts="22:00", ends="06:00", share=0.5),)
    full, half = (
        burn_load(POMPEY.model_copy(update={"dimmed": d}), NEXT_YEAR, Reading(WINDOWS))
        for d in ((), dim)
    )
    assert sum(hours(half, 4940)) == pytest.approx(2670.5, abs=2)  # domain.md §6.6, S3
    assert half.reached_va == full.reached_va == 4940


def test_two_spans_that_overlap_leave_the_lower() -> None:
    both = (
        DimmedSpan(starts="22:00", ends="06:00", share=0.3),
        DimmedSpan(starts="00:00", ends="05:30"),
    )
    off = burn_hours(POMPEY.model_copy(update={"dimmed": both}), date(2025, 1, 1), NEXT_YEAR)
    only = burn_hours(POMPEY.model_copy(update={"dimmed": both[:1]}), date(2025, 1, 1), NEXT_YEAR)
    assert off < only


def test_a_cabinet_without_power_is_refused() -> None:
    with pytest.raises(BadInput, match="the power of the lamps"):
        burn_load(POMPEY.model_copy(update={"installed_w": 0}), NEXT_YEAR)


@pytest.mark.parametrize(("name", "total"), [("full", "3034.40"), ("off", "1803.30")])
def test_from_the_sun_to_the_bill(name: str, total: str) -> None:
    """The hours of the reference are whole; ours differ by less than an hour a class."""
    use = POMPEY.model_copy(update={"dimmed": OFF if name == "off" else ()})
    load = burn_load(use, NEXT_YEAR, Reading(WINDOWS))
    (one,) = refit(problem(point(load=load))).outcomes
    assert one.best is not None and one.best.tariff_code == "BTINFMU4"
    assert abs(one.best.bill.total_eur - Decimal(total)) < 3
    assert one.proposed_kva == 6 and one.source == "burn_hours"
    assert sum(HOURS[name]) * 4.94 == pytest.approx(
        float(sum(c.kwh for c in load.classes)), rel=1e-3
    )


def test_a_curve_is_lit_where_the_sun_is_low() -> None:
    curve = burn_curve(POMPEY, date(2025, 1, 1), date(2025, 1, 2))
    for n in (0, 90, 100, 150, 200, 287):
        moment = curve.start + timedelta(seconds=n * SAMPLE_S)
        assert (curve.watts[n] > 0) == (compute_altitude(moment, 6.13, 48.77) < -3)
