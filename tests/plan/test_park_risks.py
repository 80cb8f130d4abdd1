"""What failure models say of the next hours, against closed forms and simulation."""

from math import exp, gamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.park.plan import (
    compute_renewals,
    expected_failures,
    expected_failures_of,
    models,
    renewed_ages,
    risk,
    risks_of,
)
from synergie.park.plan.risks import renewals_between
from synergie.park.records.park import FailureModel

SHAPES = st.floats(0.6, 6)
SCALES = st.floats(5_000, 600_000)
HOURS = st.floats(0, 60_000)


def law(shape: float, scale: float = 20_000) -> FailureModel:
    return FailureModel(technology="SHP", shape=shape, scale_hours=scale, source="a test")


def simulated(shape: float, age: float, ahead: float, *, runs: int = 200_000) -> float:
    """Mean failures of *runs* drawn stories, scale 1: a life older than *age*, then new ones."""
    rng = np.random.default_rng(20_261_126)
    first = (age**shape + rng.exponential(size=runs)) ** (1 / shape) - age
    clock, count = first, np.zeros(runs)
    while (clock <= ahead).any():
        count += clock <= ahead
        clock = clock + rng.weibull(shape, runs)
    return float(count.mean())


@given(SCALES, HOURS, HOURS)
def test_without_memory_the_age_does_not_matter(scale: float, age: float, ahead: float) -> None:
    model = law(1.0, scale)
    assert risk(model, age, ahead) == pytest.approx(1 - exp(-ahead / scale), abs=1e-12)
    assert expected_failures(model, age, ahead) == pytest.approx(ahead / scale, rel=2e-3)


@given(SHAPES, SCALES, HOURS, HOURS)
def test_a_risk_is_that_of_having_failed_by_then_among_those_alive(
    shape: float, scale: float, age: float, ahead: float
) -> None:
    def alive(hours: float) -> float:
        return exp(-((hours / scale) ** shape))

    found = risk(law(shape, scale), age, ahead)
    assert 0 <= found <= 1
    assert found * alive(age) == pytest.approx(alive(age) - alive(age + ahead), abs=1e-9)


@given(SHAPES, HOURS, HOURS, HOURS)
def test_more_hours_never_bring_less(shape: float, age: float, ahead: float, more: float) -> None:
    model = law(shape)
    assert risk(model, age, ahead + more) >= risk(model, age, ahead)
    few, many = (expected_failures(model, age, hours) for hours in (ahead, ahead + more))
    assert many >= few - 1e-9
    assert few >= risk(model, age, ahead) - 1e-9


@pytest.mark.parametrize("shape", [0.7, 1.0, 1.5, 3.0, 6.0])
@pytest.mark.parametrize(("age", "ahead"), [(0.0, 0.3), (0.0, 2.5), (0.8, 0.2), (0.8, 3.0)])
def test_expected_failures_are_those_of_drawn_stories(
    shape: float, age: float, ahead: float
) -> None:
    told = expected_failures(law(shape), age * 20_000, ahead * 20_000)
    drawn = simulated(shape, age, ahead)
    assert told == pytest.approx(drawn, rel=0.01, abs=0.003)


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0, 3.0])
def test_in_the_long_run_failures_are_hours_over_the_mean_life(shape: float) -> None:
    model = law(shape)
    life = 20_000 * gamma(1 + 1 / shape)
    assert models.mean_life(model) == pytest.approx(life)
    found = float(renewals_between(model, 40 * life, 5_000)[0])
    assert found == pytest.approx(5_000 / life, rel=1e-6)
    assert models.yearly_rate(model, 5_000) == pytest.approx(5_000 / life)


@pytest.mark.parametrize("shape", [0.6, 1.0, 3.0])
def test_a_renewal_function_does_not_depend_on_how_far_it_is_tabled(shape: float) -> None:
    near = float(compute_renewals(law(shape), 9_000)[0])
    far = float(compute_renewals(law(shape), [9_000, 190_000])[0])
    assert near == pytest.approx(far, rel=0.01)


def test_many_at_once_are_as_one_by_one() -> None:
    model = law(3.0)
    ages, ahead = [0.0, 12_000.0, 30_000.0, 12_000.0], [4_100.0, 4_100.0, 2_000.0, 4_100.0]
    one_by_one = [risk(model, a, h) for a, h in zip(ages, ahead, strict=True)]
    assert list(risks_of(model, ages, ahead)) == pytest.approx(one_by_one)
    many = expected_failures_of(model, ages, ahead)
    singles = [expected_failures(model, a, h) for a, h in zip(ages, ahead, strict=True)]
    assert list(many) == pytest.approx(singles, rel=1e-3)
    assert many[1] == many[3]
    assert expected_failures_of(model, [], []).shape == (0,)


@pytest.mark.parametrize("shape", [0.8, 1.0, 3.0])
@pytest.mark.parametrize("since", [0.4, 1.3, 30.0])
def test_ages_of_renewed_lamps_are_those_of_drawn_stories(shape: float, since: float) -> None:
    rng = np.random.default_rng(7)
    clock, age = np.zeros(100_000), np.zeros(100_000)
    while (clock <= since).any():
        age = np.where(clock <= since, since - clock, age)
        clock = clock + rng.weibull(shape, len(clock))
    told = renewed_ages(law(shape), since * 20_000, 1_000) / 20_000
    assert list(told) == sorted(told)
    assert told.max() <= since
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        drawn = float(np.quantile(age, share))
        assert float(np.quantile(told, share)) == pytest.approx(drawn, rel=0.03, abs=0.004)


def test_what_renewed_lamps_fail_is_what_renewals_say() -> None:
    model = law(3.0)
    ages = renewed_ages(model, 90_000, 2_000)
    mean = float(expected_failures_of(model, ages, 4_100).mean())
    assert mean == pytest.approx(float(renewals_between(model, 90_000, 4_100)[0]), rel=5e-3)


def test_assumed_models_give_the_assumed_rates() -> None:
    held = models.index_models_by_kind(models.assumed())
    rates: dict[models.What, float] = {"SHP": 0.12, "IM": 0.25, "VM": 0.20, "LED": 0.008}
    for what, rate in rates.items():
        assert models.yearly_rate(held[what], 4_100) == pytest.approx(rate, rel=1e-4)
        assert held[what].source.startswith("assumed")
        assert held[what].shape_interval is None
        assert held[what].failures is None
    assert models.yearly_rate(held["cabinet"], models.YEAR_HOURS) == pytest.approx(0.3, rel=1e-4)
    assert set(held) == {*rates, "cabinet"}


def test_assumed_lives_agree_with_the_lives_of_the_trade() -> None:
    held = models.index_models_by_kind(models.assumed())
    sodium = [risk(held["SHP"], 0, hours) for hours in (16_000, 24_000)]
    halide = [risk(held["IM"], 0, hours) for hours in (8_000, 12_000)]
    for early, late in (sodium, halide):
        assert 0.05 < early < 0.10
        assert 0.20 < late < 0.25
