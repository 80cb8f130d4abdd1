"""Buildings: a base that rose, and holidays that are used as working days."""

import csv
import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from synergie import formats
from synergie.energy.exchange.power_curves import curve_of
from synergie.energy.plan.power.curves import Curve, join_curve_runs
from synergie.errors import BadInput
from synergie.measure.watch.building import (
    BuildingDays,
    cut_days,
    find_base_rises,
    find_holiday_use,
)
from synergie.measure.watch.building_judging import find_rule_breaks
from synergie.measure.watch.judging import begin_watch
from synergie.measure.watch.nights import cut_nights
from synergie.schemas.readings.meter_curve import MeterCurve

FIRST = datetime(2025, 9, 30, 22, tzinfo=UTC)
AUTUMN = (date(2025, 10, 18), date(2025, 11, 2))


def school(days: int, *, used: bool = False, rise: int | None = None) -> Curve:
    """Half-hours of a school: 3 kW by night, 20 kW from 8 to 17 on weekdays without holidays."""
    rng = np.random.default_rng(3)
    hours = np.arange(days * 48) / 2
    day = (hours // 24).astype(int)
    weekday = (day + date(2025, 10, 1).weekday()) % 7
    off = np.array([is_autumn(date(2025, 10, 1) + timedelta(days=int(d))) for d in day])
    open_ = (weekday < 5) & (used | ~off) & (hours % 24 >= 8) & (hours % 24 < 17)
    watts = np.where(open_, 20_000.0, 3_000.0) * (1 + 0.02 * rng.standard_normal(len(hours)))
    if rise is not None:
        watts[rise * 48 :] += 900
    return Curve(FIRST, 1800, watts)


def is_autumn(day: date) -> bool:
    return AUTUMN[0] <= day <= AUTUMN[1]


def is_public(day: date) -> bool:
    return day == date(2025, 11, 1)


def test_a_base_that_rose_is_dated_and_said_once() -> None:
    assert find_base_rises(cut_days(school(150))) == ()
    (found,) = find_base_rises(cut_days(school(150, rise=100)))
    assert abs((found.first_night - date(2026, 1, 9)).days) <= 1
    assert (found.said_night - found.first_night).days <= 7
    assert found.value - found.expected == pytest.approx(900, rel=0.1)
    assert found.kwh_night == pytest.approx(0.9 * 24, rel=0.1)


def test_holidays_used_as_working_days_are_said() -> None:
    assert find_holiday_use(cut_days(school(120)), is_autumn, is_public) == ()
    (found,) = find_holiday_use(cut_days(school(120, used=True)), is_autumn, is_public)
    assert found.first_night == AUTUMN[0]
    assert found.value == pytest.approx(9 * 20 + 15 * 3, rel=0.02)
    assert found.expected == pytest.approx(72, rel=0.02)


def test_a_dead_meter_and_power_above_the_subscribed_one_are_said() -> None:
    curve = school(60)
    watts = np.array(curve.watts)
    watts[2 * 48 : 4 * 48] = np.nan  # two days say nothing
    watts[6 * 48 : 10 * 48] = np.nan
    watts[12 * 48 : 15 * 48] = 3_000.0  # two days later: the same one goes on
    watts[18 * 48 : 21 * 48] = 3_000.0  # three normal days later: another one
    watts[30 * 48 + 20] = 40_000.0
    days = cut_days(Curve(FIRST, 1800, watts))
    assert [one.fault for one in find_rule_breaks(days, None)] == ["dead_meter", "dead_meter"]
    first, second, over = find_rule_breaks(days, 36_000)
    assert (first.first_night, first.said_night) == (date(2025, 10, 7), date(2025, 10, 9))
    assert second.first_night == date(2025, 10, 19)
    assert (over.fault, over.value, over.expected) == ("over_power", 40_000, 36_000)
    assert over.first_night == date(2025, 10, 31)


def test_a_base_that_scatters_is_said_to_tell_nothing() -> None:
    rng = np.random.default_rng(5)
    days = cut_days(school(150))
    wild = np.exp(rng.normal(8, 0.6, 150))
    with pytest.raises(BadInput, match="alike night after night"):
        find_base_rises(BuildingDays(days.first, wild, days.kwh, days.peak_w, days.dead))


def test_a_season_and_two_odd_nights_are_no_rise() -> None:
    """A base that drifts by 28 % in 90 days, is five times as high in two, and rises for good."""
    days, rng = cut_days(school(240)), np.random.default_rng(7)
    season = 3_000 * np.exp(
        0.1 * rng.standard_normal(240) + 0.25 * np.clip((np.arange(240) - 60) / 90, 0, 1)
    )
    assert find_base_rises(replace(days, base_w=season)) == ()
    odd = season.copy()
    odd[100:102] *= 5
    assert find_base_rises(replace(days, base_w=odd)) == ()
    odd[180:] *= 1.5
    (found,) = find_base_rises(replace(days, base_w=odd))
    assert abs((found.first_night - (days.first + timedelta(days=180))).days) <= 1


def test_a_base_of_few_counts_of_its_meter_is_said_to_tell_nothing() -> None:
    days = cut_days(school(150))
    assert 0 < days.count_w < 0.02 * 3_000
    coarse = np.round(np.array(school(150).watts) / 4_000) * 4_000
    counted = cut_days(Curve(FIRST, 1800, coarse))
    assert counted.count_w == pytest.approx(1_000), "four half-hours tell a base"
    two_counts = replace(counted, base_w=np.full(150, 2_000.0))
    with pytest.raises(BadInput, match="three counts"):
        find_base_rises(two_counts)
    assert find_base_rises(replace(two_counts, count_w=20.0)) == ()


def test_days_that_are_not_wholly_measured_tell_nothing() -> None:
    curve = school(120, used=True)
    holes = np.array(curve.watts)
    holes[17 * 48 : 33 * 48 : 40] = np.nan  # a step of each day of the holidays
    days = cut_days(Curve(FIRST, 1800, holes))
    assert find_holiday_use(days, is_autumn, is_public) == ()
    with pytest.raises(BadInput, match="twenty days"):
        find_base_rises(cut_days(Curve(FIRST, 1800, holes * np.nan)))
    with pytest.raises(BadInput, match="whole day"):
        cut_days(Curve(FIRST, 1800, holes[:40]))


def test_the_real_public_building_keeps_its_holidays(shared: Path) -> None:
    real = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    with formats.read(real) as result:
        runs = [curve_of(one) for one in result.records if isinstance(one, MeterCurve)]
    days = cut_days(join_curve_runs(runs))
    first = days.first
    august = [
        float(days.kwh[(date(2021, 8, d) - first).days])
        for d in range(1, 32)
        if date(2021, 8, d).weekday() < 5
    ]
    assert np.nanmean(august) > 0
    summer = find_holiday_use(
        days, lambda day: date(day.year, 7, 7) <= day < date(day.year, 9, 1), lambda _day: False
    )
    assert [one.first_night.year for one in summer if one.first_night.year == 2021] == []


def test_real_curves_that_are_no_lamps_are_refused(shared: Path) -> None:
    uk = shared / "data/meters-uk/uk-electricity-hdd-only-hourly-sample-0.csv.gz"
    with gzip.open(uk, "rt") as source:
        rows = list(csv.DictReader(source))[: 24 * 77]
    values = [1000 * float(row["value"]) if row["value"] else None for row in rows]
    household = Curve(datetime.fromisoformat(rows[0]["start"]), 3600, np.array(values, np.float64))
    real = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    with formats.read(real) as result:
        runs = [curve_of(one) for one in result.records if isinstance(one, MeterCurve)]
    for curve in (household, join_curve_runs(runs)):
        nights = cut_nights(curve.start, curve.step_s, curve.watts, place=(2.3, 48.8))
        with pytest.raises(BadInput):
            begin_watch(nights.take(75))
