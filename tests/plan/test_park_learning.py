"""Models learned from tickets: likelihood, intervals, and what is said when tickets are few."""

from datetime import date, datetime, timedelta
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.park.plan import Owned, learn, models
from synergie.park.plan._weibull import (
    Lives,
    _sum_power_terms,
    fit_exponential,
    fit_weibull,
)
from synergie.park.plan.learning import ENOUGH, FEW, learned_from
from synergie.park.records.park import FailureModel
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.park_cases import AS_OF, lamp, lived, order

DROP = 1.920729
"""Half of the 95 % quantile of χ² with one degree of freedom."""


def log_likelihood(lives: Lives, shape: float, scale: float) -> float:
    """Logarithm of the likelihood of *lives*."""
    hazard = np.log(shape / scale) + (shape - 1) * np.log(lives.exit[lives.failed] / scale)
    cumulated = (lives.exit / scale) ** shape - (lives.entry / scale) ** shape
    return float(hazard.sum() - cumulated.sum())


def compute_gradient(lives: Lives, shape: float, scale: float) -> tuple[float, float]:
    """Its derivatives by shape and by scale."""
    ages = lives.exit[lives.failed] / scale
    total, by_shape = _sum_power_terms(lives, shape, scale)
    along_shape = len(ages) / shape + float(np.log(ages).sum()) - by_shape
    return along_shape, shape / scale * (total - len(ages))


def drawn(
    count: int, shape: float, scale: float, *, seed: int, window: float, oldest: float
) -> Lives:
    """Lives watched for *window* hours from an age of at most *oldest*, alive by then."""
    rng = np.random.default_rng(seed)
    age = np.where(rng.random(9 * count) < 0.3, 0.0, rng.uniform(0, oldest, 9 * count))
    life = scale * rng.weibull(shape, 9 * count)
    alive = life > age
    age, life = age[alive][:count], life[alive][:count]
    assert len(age) == count
    return Lives(age, np.minimum(life, age + window), life <= age + window)


CASES = [
    pytest.param(300, 3.0, 38_000.0, 12_000.0, 16_000.0, id="sodium, 38 failures"),
    pytest.param(150, 1.5, 20_000.0, 12_000.0, 20_000.0, id="wearing slowly, 69 failures"),
    pytest.param(2_000, 1.0, 500_000.0, 12_000.0, 40_000.0, id="led, 48 failures"),
    pytest.param(200, 0.7, 15_000.0, 12_000.0, 8_000.0, id="dying young"),
]


@pytest.mark.parametrize(("count", "shape", "scale", "window", "oldest"), CASES)
def test_true_parameters_lie_in_the_intervals(
    count: int, shape: float, scale: float, window: float, oldest: float
) -> None:
    held = [0, 0]
    for seed in range(100):
        law = fit_weibull(drawn(count, shape, scale, seed=seed, window=window, oldest=oldest))
        held[0] += law.shape_interval[0] <= shape <= law.shape_interval[1]
        held[1] += law.scale_interval[0] <= scale <= law.scale_interval[1]
    assert min(held) >= 90
    assert max(held) <= 99, "an interval that is never wrong is too wide"


@pytest.mark.parametrize(("shape", "scale"), [(3.0, 20_000.0), (1.0, 25_000.0), (6.0, 30_000.0)])
def test_many_lives_tell_the_law_within_five_percent(shape: float, scale: float) -> None:
    law = fit_weibull(drawn(5_000, shape, scale, seed=7, window=80_000, oldest=15_000))
    assert law.shape == pytest.approx(shape, rel=0.05)
    assert law.scale == pytest.approx(scale, rel=0.05)


@given(st.floats(0.5, 6), st.floats(5_000, 80_000), st.integers(0, 5))
def test_the_gradient_is_that_of_finite_differences(shape: float, scale: float, seed: int) -> None:
    lives = drawn(60, 2.0, 20_000, seed=seed, window=15_000, oldest=10_000)

    def slope(d_shape: float, d_scale: float) -> float:
        more = log_likelihood(lives, shape + d_shape, scale + d_scale)
        less = log_likelihood(lives, shape - d_shape, scale - d_scale)
        return (more - less) / (2 * (d_shape + d_scale))

    by_shape, by_scale = compute_gradient(lives, shape, scale)
    assert by_shape == pytest.approx(slope(1e-5, 0), rel=1e-4, abs=1e-3)
    assert by_scale == pytest.approx(slope(0, 1e-2), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_no_law_of_a_grid_is_more_likely_and_the_intervals_are_those_of_the_ratio(
    seed: int,
) -> None:
    lives = drawn(80, 2.0, 20_000, seed=seed, window=12_000, oldest=12_000)
    law = fit_weibull(lives)
    best = log_likelihood(lives, law.shape, law.scale)
    assert compute_gradient(lives, law.shape, law.scale) == pytest.approx((0, 0), abs=1e-4)
    shapes = np.geomspace(0.4, 9, 90)
    scales = np.geomspace(8_000, 120_000, 240)
    table = np.array([[log_likelihood(lives, k, s) for s in scales] for k in shapes])
    assert table.max() <= best + 1e-9
    inside = table >= best - DROP
    for values, interval, axis in (
        (shapes, law.shape_interval, 1),
        (scales, law.scale_interval, 0),
    ):
        held = values[inside.any(axis=axis)]
        assert interval[0] == pytest.approx(held[0], rel=0.06)
        assert interval[1] == pytest.approx(held[-1], rel=0.06)
        assert interval[0] <= held[0] * (1 + 1e-9) and interval[1] >= held[-1] * (1 - 1e-9)


def test_the_exponential_law_is_hours_watched_over_failures() -> None:
    lives = drawn(400, 1.0, 30_000, seed=3, window=10_000, oldest=20_000)
    law = fit_exponential(lives)
    watched = float((lives.exit - lives.entry).sum())
    assert law.shape == 1
    assert law.scale == pytest.approx(watched / lives.failures)
    best = log_likelihood(lives, 1.0, law.scale)
    for end in law.scale_interval:
        assert best - log_likelihood(lives, 1.0, end) == pytest.approx(DROP, abs=1e-6)
    assert log_likelihood(lives, 1.0, law.scale) == pytest.approx(
        -lives.failures * (log(law.scale) + 1)
    )


def test_a_shape_that_may_be_one_is_taken_as_one_when_few_failed() -> None:
    few = drawn(60, 1.0, 20_000, seed=1, window=12_000, oldest=5_000)
    assert ENOUGH <= few.failures < FEW
    model = learned_from("LED", few)
    assert model.shape == 1.0
    assert model.shape_interval is not None
    assert model.shape_interval.low < 1 < model.shape_interval.high
    many = learned_from("LED", drawn(600, 1.0, 20_000, seed=1, window=12_000, oldest=5_000))
    assert many.failures is not None and many.failures >= FEW
    assert many.shape != 1.0
    wearing = learned_from("SHP", drawn(60, 4.0, 20_000, seed=2, window=12_000, oldest=12_000))
    assert wearing.shape > 2


@given(
    st.lists(st.tuples(st.floats(0, 60_000), st.floats(0.1, 60_000)), min_size=20, max_size=40),
    st.integers(0, 3),
)
def test_whatever_the_lives_the_law_is_finite_and_within_its_intervals(
    told: list[tuple[float, float]], survivors: int
) -> None:
    entry = np.array([age for age, _ in told] + [0.0] * 50 * survivors)
    ends = np.array([age + more for age, more in told] + [50_000.0] * 50 * survivors)
    failed = np.array([True] * len(told) + [False] * 50 * survivors)
    model = learned_from("LED", Lives(entry, ends, failed))
    assert model.shape_interval is not None and model.scale_interval is not None
    scales = model.scale_interval
    assert 0 < scales.low <= model.scale_hours * (1 + 1e-9) <= scales.high * (1 + 2e-9)
    assert FailureModel.model_validate_json(model.model_dump_json()) == model
    if model.shape != 1:
        assert model.shape_interval.low <= model.shape <= model.shape_interval.high


def of(what: str, found: tuple[FailureModel, ...]) -> FailureModel:
    return next(one for one in found if one.technology == what)


def test_tickets_of_a_drawn_park_tell_the_law_they_were_drawn_from() -> None:
    held = 0
    for seed in range(12):
        points, orders = lived(250, 3.0, 20_000, seed=seed)
        model = of("SHP", learn(points, orders, until=AS_OF))
        assert model.source == "learned from tickets"
        assert model.failures is not None and model.failures > 200
        assert model.shape_interval is not None and model.scale_interval is not None
        held += model.shape_interval.low <= 3 <= model.shape_interval.high
        held += model.scale_interval.low <= 20_000 <= model.scale_interval.high
    assert held >= 21


def test_with_few_tickets_the_assumed_model_says_how_many_are_missing() -> None:
    points, orders = lived(250, 3.0, 20_000, seed=1)
    found = learn(points, orders[: ENOUGH - 5], until=AS_OF)
    model = of("SHP", found)
    assumed = models.index_models_by_kind(models.assumed())["SHP"]
    assert (model.shape, model.scale_hours) == (assumed.shape, assumed.scale_hours)
    assert model.failures is None
    assert model.failures_missing is not None and 5 <= model.failures_missing < ENOUGH
    assert model.source == assumed.source
    untouched = learn(points, [], until=AS_OF)
    assert of("SHP", untouched).failures_missing == ENOUGH


def test_a_kind_without_tickets_and_without_an_assumption_has_no_model() -> None:
    points = [lamp("P-1", source_type="IND")]
    found = learn(points, [order(asset="P-1")], until=AS_OF)
    assert "IND" not in {one.technology for one in found}


def test_a_kind_without_an_assumption_is_learned_when_enough_failed() -> None:
    points, orders = lived(250, 3.0, 20_000, seed=1)
    other = [one for one in points if one.record.source_type == "SHP"]
    turned = [lamp(p.record.external_id, source_type="IND", installed_on=p.record.installed_on)
              for p in other]  # fmt: skip
    model = of("IND", learn([*turned, points[-1]], orders, until=AS_OF))
    assert model.shape == pytest.approx(3, rel=0.25)


def test_faults_that_are_not_of_the_lamp_do_not_count() -> None:
    points, orders = lived(120, 3.0, 20_000, seed=4)
    failed = of("SHP", learn(points, orders, until=AS_OF))
    vandals = [
        order(f"V-{i}", asset=f"P-{i}", kind="repair", fault_type="éteint", cause="vandalisme",
              reported_at=date(2026, 6, 1), done_at=date(2026, 6, 2))
        for i in range(100)
    ]  # fmt: skip
    assert of("SHP", learn(points, [*orders, *vandals], until=AS_OF)).failures == failed.failures


def test_a_lamp_that_is_out_already_does_not_fail_again() -> None:
    points, orders = lived(120, 3.0, 20_000, seed=4)
    failed = of("SHP", learn(points, orders, until=AS_OF)).failures
    again = [
        order(f"{one.record.external_id}-bis", asset=one.record.asset, kind="report",
              reported_at=one.record.reported_at, done_at=one.record.done_at)
        for one in orders[1:]
    ]  # fmt: skip
    assert of("SHP", learn(points, [*orders, *again], until=AS_OF)).failures == failed


def test_a_report_while_a_lamp_is_out_changes_nothing() -> None:
    points, orders = lived(120, 3.0, 20_000, seed=4)
    slow = [
        order(one.record.external_id, asset=one.record.asset, kind="repair",
              reported_at=one.record.reported_at, done_at=_later(one, 20))
        for one in orders[1:]
    ]  # fmt: skip
    again = [
        order(f"{one.record.external_id}-bis", asset=one.record.asset, kind="repair",
              reported_at=_later(one, 5), done_at=_later(one, 6))
        for one in orders[1:]
    ]  # fmt: skip
    alone = of("SHP", learn(points, [orders[0], *slow], until=AS_OF))
    assert alone == of("SHP", learn(points, [orders[0], *slow, *again], until=AS_OF))


def _later(one: Owned[WorkOrder], days: int) -> datetime:
    at = one.record.reported_at
    assert isinstance(at, datetime)
    return min(at + timedelta(days=days), AS_OF)


def test_repairs_from_before_the_first_report_are_not_watched() -> None:
    points, orders = lived(200, 3.0, 20_000, seed=5)
    failed = of("SHP", learn(points, orders, until=AS_OF)).failures
    old = [
        order(f"R-{i}", asset=f"P-{i}", kind="repair", reported_at=None, done_at=date(2020, 10, 1))
        for i in range(40)
    ]
    assert of("SHP", learn(points, [*orders, *old], until=AS_OF)).failures == failed


def test_a_relamping_ends_a_life_without_a_failure() -> None:
    points, orders = lived(200, 3.0, 20_000, seed=5)
    plain = of("SHP", learn(points, orders, until=AS_OF))
    day = (AS_OF - timedelta(days=700)).date()
    group = order("G-1", kind="preventive", asset_kind="cabinet", asset="A-1",
                  fault_type="relampage général", reported_at=None, done_at=day)  # fmt: skip
    changed = of("SHP", learn(points, [*orders, group], until=AS_OF))
    assert changed.failures == plain.failures
    assert (changed.shape, changed.scale_hours) != (plain.shape, plain.scale_hours)


def test_old_lamps_that_nobody_saw_fail_are_not_taken_for_the_first_ones() -> None:
    points, orders = lived(200, 3.0, 20_000, seed=6)
    plain = of("SHP", learn(points, orders, until=AS_OF))
    old = [lamp(f"O-{i}", installed_on=date(1990, 1, 1)) for i in range(500)]
    assert of("SHP", learn([*points, *old], orders, until=AS_OF)) == plain


def test_faults_of_cabinets_give_a_rate_in_calendar_hours() -> None:
    points = [lamp(f"P-{i}", cabinet=f"A-{i % 40}") for i in range(80)]
    days = [AS_OF - timedelta(days=30 * n) for n in range(40)]
    orders = [
        order(f"T-{n}", kind="repair", asset_kind="cabinet", asset=f"A-{n}", reported_at=at,
              done_at=at, fault_type="armoire éteinte")
        for n, at in enumerate(days)
    ]  # fmt: skip
    model = of("cabinet", learn(points, orders, until=AS_OF))
    hours = 40 * 24 * 30 * 39
    assert model.failures == 39, "the first ticket opens the watch and is not counted"
    assert model.scale_hours == pytest.approx(hours / 39, rel=1e-6)
    assert (model.shape, model.shape_interval) == (1.0, None)


def test_learning_twice_gives_the_same() -> None:
    points, orders = lived(150, 3.0, 20_000, seed=8)
    assert learn(points, orders, until=AS_OF) == learn(points[::-1], orders[::-1], until=AS_OF)
