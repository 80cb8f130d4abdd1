"""A curve reduced: energies, peaks, missing steps, years that are no year, runs of other steps."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.calendar import load_time_zone, time_class
from synergie.energy.exchange.power_curves import curve_of
from synergie.energy.plan.power._clock import CLASSES
from synergie.energy.plan.power.curves import (
    Curve,
    Reading,
    by_point,
    c4_reading,
    compute_curve_load,
    join_curve_runs,
    last_year,
    loads,
    year_before,
)
from synergie.energy.plan.power.portfolio import refit
from synergie.energy.plan.power.pricing import price_options
from synergie.energy.records.power import OffPeakWindow, PowerLoad, SubscribedKva
from synergie.errors import BadInput
from synergie.schemas.readings.meter_curve import MeterCurve
from tests.plan.power_cases import DAY, milp, point, problem, rules, schedule

PARIS = load_time_zone("Europe/Paris")
NIGHT = ((time(22), time(6)),)
WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def curve(starts: date, ends: date, step_s: int = 1800, **changes: Any) -> Curve:
    """A curve with a daily shape and a peak, whole watts."""
    start = midnight(starts)
    steps = int((midnight(ends) - start).total_seconds()) // step_s
    watts = 1000 + (np.arange(steps) * 37) % 2000
    watts[steps // 3] = changes.get("peak", 5000)
    return Curve(start, step_s, watts)


def by_hand(one: Curve, factor: Decimal = Decimal(1)) -> dict[str, tuple[Decimal, int]]:
    """Energy (kWh, to the Wh) and greatest VA of each class, step by step with `calendar`."""
    joules = dict.fromkeys(CLASSES, Fraction(0))
    peaks = dict.fromkeys(CLASSES, 0)
    for n, watts in enumerate(one.watts.tolist()):
        if np.isnan(watts):
            continue
        name = time_class(one.start + timedelta(seconds=n * one.step_s), PARIS, NIGHT)
        joules[name] += Fraction(watts) * one.step_s
        va = -(-Fraction(watts) / Fraction(factor) // 1)
        peaks[name] = max(peaks[name], int(va))
    return {
        name: (Decimal(int(joules[name] / 3600 + Fraction(1, 2))).scaleb(-3), peaks[name])
        for name in CLASSES
    }


@pytest.mark.parametrize("step_s", [600, 900, 1800, 3600])
@pytest.mark.parametrize("stepped", [False, True])
def test_a_year_is_reduced_to_what_steps_add_up_to(step_s: int, *, stepped: bool) -> None:
    one = curve(date(2025, 1, 1), date(2026, 1, 1), step_s)
    how = c4_reading(WINDOWS) if stepped else Reading(WINDOWS)
    found = compute_curve_load(one, how)
    expected = by_hand(one, how.power_factor)
    assert {c.time_class: c.kwh for c in found.classes} == {k: v[0] for k, v in expected.items()}
    assert found.reached_va == max(v[1] for v in expected.values())
    assert (found.starts, found.ends) == (date(2025, 1, 1), date(2026, 1, 1))
    assert len(found.daily_peak_va) == 365 and max(filter(None, found.daily_peak_va)) > 0
    assert found.steps == len(one.watts) and found.missing_steps == 0
    if stepped:
        assert {c.time_class: c.reached_va for c in found.classes} == {
            k: v[1] for k, v in expected.items()
        }
        for c in found.classes:
            assert c.steps_over[0] > 0 and c.steps_over[-1] == 0
            assert list(c.steps_over) == sorted(c.steps_over, reverse=True)


def test_powers_at_a_limit_are_not_above_it() -> None:
    """93 kW are 100 kVA at 0.93: not above 100; a watt more is."""
    one = curve(date(2025, 1, 1), date(2026, 1, 1), 3600, peak=1)
    for watts, over in ((93_000, 0), (93_001, 1)):
        one.watts[12] = watts
        (hph, *_rest) = compute_curve_load(one, c4_reading(WINDOWS)).classes
        told = hph.steps_over
        assert (told[100] if len(told) > 100 else 0) == over


@given(
    st.lists(st.integers(0, 90_000), min_size=8, max_size=8),
    st.sampled_from([None, 3, 17]),
    st.booleans(),
)
def test_missing_steps_are_left_out_and_counted(
    values: list[int],
    hole: int | None,
    fine: bool,  # noqa: FBT001
) -> None:
    one = curve(date(2025, 3, 29), date(2025, 4, 2), 3600)  # clock change, change of season
    watts = one.watts.astype(float)
    watts[5:13] = np.array(values) + (0.125 if fine else 0)
    if hole is not None:
        watts[hole] = np.nan
        watts[24:47] = np.nan  # the whole day of 23 hours
    found = compute_curve_load(Curve(one.start, 3600, watts), c4_reading(WINDOWS))
    expected = by_hand(Curve(one.start, 3600, watts), Decimal("0.93"))
    assert {c.time_class: c.kwh for c in found.classes} == {k: v[0] for k, v in expected.items()}
    assert found.missing_steps == (0 if hole is None else 24)
    assert (found.daily_peak_va[1] is None) == (hole is not None)


@pytest.mark.parametrize(("day", "steps"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50)])
def test_days_of_clock_changes_have_their_steps(day: date, steps: int) -> None:
    one = curve(day, day + timedelta(days=1))
    assert compute_curve_load(one).steps == len(one.watts) == steps
    found = compute_curve_load(Curve(one.start, 1800, np.full(steps, 1000)), Reading(WINDOWS))
    offpeak = sum(c.kwh for c in found.classes if c.time_class in {"HCH", "HCB"})
    assert offpeak == (7 if steps == 46 else 9)  # 22-24 h and 0-6 h, one hour less or more


def test_the_last_twelve_months_are_taken() -> None:
    one = curve(date(2024, 1, 1), date(2026, 2, 10))
    found = compute_curve_load(one)
    assert (found.starts, found.ends) == (date(2025, 2, 10), date(2026, 2, 10))
    ragged = Curve(one.start + timedelta(hours=5), 1800, one.watts[10:-7])
    assert compute_curve_load(ragged).ends == date(2026, 2, 9)  # its last day is not whole


def test_a_year_before_a_leap_day() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    found = compute_curve_load(curve(date(2023, 2, 1), date(2024, 2, 29)))
    assert found.starts == date(2023, 2, 28)


def test_eleven_months_are_said_and_nothing_is_proposed() -> None:
    short = compute_curve_load(curve(date(2025, 2, 1), date(2026, 1, 1)))
    plan = refit(problem(point(load=short)))
    (one,) = plan.outcomes
    assert one.status == "not_compared" and one.best is None and one.today is None
    assert one.reasons[0].values == ("334", "2025-02-01", "2026-01-01")
    assert plan.objective_eur == plan.baseline_eur == 0
    assert plan.totals.compared == 0


def test_a_year_with_a_changed_schedule_is_cut_and_not_averaged() -> None:
    one = curve(date(2024, 1, 1), date(2026, 1, 1))
    late = compute_curve_load(one, Reading(WINDOWS, since=date(2025, 5, 23)))
    assert late.starts == date(2025, 5, 23)
    (told,) = refit(problem(point(load=late))).outcomes
    assert told.status == "not_compared" and told.reasons[0].values == ("2025-05-23", "223")
    early = compute_curve_load(one, Reading(WINDOWS, since=date(2024, 5, 23)))
    assert early.starts == date(2025, 1, 1)  # a whole year since: it is as good as any
    assert refit(problem(point(load=early))).outcomes[0].status != "not_compared"


def test_holes_are_allowed_up_to_the_share_that_is_stated() -> None:
    one = curve(date(2025, 1, 1), date(2026, 1, 1))
    watts = one.watts.astype(float)
    watts[100:400] = np.nan  # 1.7 %
    found = compute_curve_load(Curve(one.start, 1800, watts), Reading(WINDOWS))
    (some,) = refit(problem(point(load=found))).outcomes
    assert some.status == "change" and some.missing_steps == 300
    assert any("have no value: they are left out" in reason.text for reason in some.reasons)
    (none,) = refit(problem(point(load=found), rules=rules(most_missing="0.01"))).outcomes
    assert none.status == "not_compared" and none.best is None
    assert none.reasons[0].values == ("300", "17520", "1")


def test_what_cannot_be_a_curve_is_refused() -> None:
    good = curve(date(2025, 1, 1), date(2025, 1, 3))
    for bad in (-5, 1e9, np.inf):
        watts = good.watts.astype(float)
        watts[3] = bad
        with pytest.raises(BadInput, match="not negative"):
            compute_curve_load(Curve(good.start, 1800, watts))
    with pytest.raises(BadInput, match="whole minutes"):
        compute_curve_load(Curve(good.start, 45, good.watts))
    with pytest.raises(BadInput, match="one whole civil day"):
        compute_curve_load(Curve(good.start + timedelta(hours=1), 1800, good.watts[2:40]))


def test_a_curve_without_any_value_reaches_nothing() -> None:
    empty = Curve(midnight(date(2025, 1, 1)), 1800, np.full(17_520, np.nan))
    found = compute_curve_load(empty)
    assert found.reached_va is None and found.missing_steps == 17_520
    assert refit(problem(point(load=found))).outcomes[0].status == "not_compared"


def test_many_curves_are_as_each_alone() -> None:
    some = [curve(date(2025, 1, 1), date(2026, 1, 1), 1800, peak=4000 + n) for n in range(70)] + [
        curve(date(2025, 1, 1), date(2026, 1, 1), 600)
    ]
    assert list(loads(some)) == [compute_curve_load(one) for one in some]


def test_runs_of_other_steps_are_put_together() -> None:
    first = curve(date(2025, 1, 1), date(2025, 1, 3), 1800)
    second = curve(date(2025, 1, 4), date(2025, 1, 6), 600)
    whole = join_curve_runs([second, first])
    assert whole.step_s == 600
    assert np.isnan(whole.watts[288:432]).all()  # 3 January
    assert compute_curve_load(whole).missing_steps == 144
    energy = sum(float(c.kwh) for c in compute_curve_load(whole).classes)
    parts = sum(float(c.kwh) for part in (first, second) for c in compute_curve_load(part).classes)
    assert energy == pytest.approx(parts, abs=0.01)


def test_a_later_run_holds_where_two_overlap() -> None:
    first = curve(date(2025, 1, 1), date(2025, 1, 3))
    twice = Curve(first.start, 1800, first.watts + 1)
    found = by_point([("b", first), ("a", first), ("b", twice)])
    assert list(found) == ["a", "b"]
    assert found["b"].watts.tolist() == twice.watts.tolist()


def test_the_last_year_of_a_curve_with_another_start() -> None:
    one = curve(date(2025, 1, 1), date(2026, 1, 1), 600)
    late = last_year(Curve(one.start + timedelta(minutes=5), 600, one.watts[1:]))
    assert late.start == midnight(date(2025, 1, 2)) + timedelta(minutes=5)


def stepped_point(found: PowerLoad, kva: str, **changes: Any) -> Any:
    return point(
        market_segment="C4",
        tariff_code="BTSUPCU",
        subscribed=(SubscribedKva(kva=Decimal(kva)),),
        load=found,
        **changes,
    )


def test_days_over_the_powers_are_told() -> None:
    one = curve(date(2025, 1, 1), date(2026, 1, 1), 600, peak=60_000)
    one.watts[:] = 30_000
    for day in (10, 11, 200):
        one.watts[day * 144 + 72] = 70_000  # noon: HPH twice, HPB once
    found = compute_curve_load(one, c4_reading(WINDOWS))
    (told,) = refit(problem(stepped_point(found, "90"))).outcomes
    assert told.over_days_today == 0 and told.status == "change"
    # an hour over costs 12.41 EUR: three times ten minutes are paid rather than avoided
    assert told.best is not None and told.best.bill.overrun_eur == Decimal("6.21")
    assert [d.isoformat() for d in told.over_days] == ["2025-01-11", "2025-01-12", "2025-07-20"]
    assert told.reached_kva == Decimal("75.3")
    assert told.risk is not None and told.risk.values == ("0.5", "3")
    assert told.stress_eur is not None and told.stress_eur >= 0
    (none,) = refit(problem(stepped_point(found, "90"), rules=rules(overruns="none"))).outcomes
    assert none.best is not None and none.over_days == () and none.best.overrun_hours == 0


def test_a_power_that_was_exceeded_today_is_a_question() -> None:
    found = compute_curve_load(
        curve(date(2025, 1, 1), date(2026, 1, 1), peak=7500), Reading(WINDOWS)
    )
    (told,) = refit(problem(point(load=found, tariff_code="BTINFMU4"))).outcomes
    assert told.over_days_today == 1
    assert any("were exceeded" in q.text and q.values == ("6", "1") for q in told.questions)


def test_every_option_priced_in_one_call_is_what_the_re_fit_says() -> None:
    some = [
        curve(date(2025, 1, 1), date(2026, 1, 1), 1800, peak=3000 + 1500 * n) for n in range(30)
    ]
    table = price_options(some, schedule().schedule, DAY, reading=Reading(WINDOWS))
    points = [point(f"p{n:02d}", load=one) for n, one in enumerate(loads(some, Reading(WINDOWS)))]
    big = (SubscribedKva(kva=Decimal(36)),)
    points = [one.model_copy(update={"subscribed": big}) for one in points]
    for n, told in enumerate(refit(problem(*points)).outcomes):
        known = table.cents[n][table.priced[n]]
        if told.status != "change":
            continue
        assert told.best is not None and int(known.min()) == told.best.bill.total_eur * 100
        at = table.codes.index(told.best.tariff_code)
        assert table.power_va[n, at] == told.best.subscribed[0].kva * 1000
    assert not table.priced[:, table.codes.index("BTINFMUDT")].any()
    assert table.priced[0].sum() == 4


def test_a_real_curve_above_36_kva(shared: Path) -> None:
    """Two years of ten-minute values of a real C4: the last year, and the powers of a solver."""
    file = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    with formats.read(file) as result:
        runs = [curve_of(one) for one in result.records if isinstance(one, MeterCurve)]
    found = compute_curve_load(join_curve_runs(runs), c4_reading(WINDOWS))
    assert found.starts is not None and found.ends is not None
    assert (found.ends - found.starts).days == 365 and found.step_s == 600
    (told,) = refit(problem(stepped_point(found, "200"))).outcomes
    assert told.best is not None and told.second is not None
    grid = np.arange(37, 140)
    t = {"BTSUPCU": (1.65, 1.40, 2.58, 11.98), "BTSUPLU": (8.98, 4.54, 4.27, 12.37)}
    costs = np.zeros((4, len(grid)))
    for k, one in enumerate(found.classes):
        over = np.array([*one.steps_over, *[0] * 300])[grid]
        costs[k] = t[told.best.tariff_code][k] * 1.15 * grid + over / 6 * 12.41
    powers = [int(part.kva) for part in told.best.subscribed]
    mine = sum(float(costs[k, kva - 37]) for k, kva in enumerate(powers))
    assert mine == pytest.approx(milp(costs), abs=0.01)
