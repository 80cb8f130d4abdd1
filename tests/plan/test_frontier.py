"""The points that no other beats: equal to every choice tried, with fewer solves than the grid."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible
from synergie.lighting.plan import front as frontier
from synergie.lighting.plan.front import Front, FrontOptions
from synergie.lighting.plan.front._marks import find_knee_point, mark_supported_points
from synergie.lighting.plan.retrofit import Problem
from tests.plan.retrofit_cases import choices

type Values = tuple[Decimal, ...]


def ground(
    seed: int, segments: int, options: int, criteria: int, *, tight: float = 1.0, most: int = 9
) -> FrontOptions:
    rng = np.random.default_rng(seed)
    n = segments * options
    uses = rng.integers(0, 9, (n, 1)).astype(float)
    mean = uses.reshape(segments, options, 1).mean(axis=1).sum(axis=0)
    problem = Problem(
        segment=np.repeat(np.arange(segments), options),
        cost=np.zeros(n),
        uses=uses,
        limits=np.floor(mean * tight),
    )
    return FrontOptions(problem, rng.integers(0, most, (n, criteria)).astype(float))


def beats(one: Values, other: Values) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def force(given_: FrontOptions) -> list[Values]:
    values = {given_.values(one) for one in choices(given_.problem)}
    return sorted(v for v in values if not any(beats(w, v) for w in values))


def whole(given_: FrontOptions) -> Front:
    return frontier.front(given_, points=None, tolerance=0.0)


@example(seed=235, segments=1, tight=0.7)  # the first criterion is nought whatever is chosen
@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), segments=st.integers(1, 6), tight=st.sampled_from([0.7, 1, 3]))
def test_no_point_of_two_criteria_is_missing(*, seed: int, segments: int, tight: float) -> None:
    given_ = ground(seed, segments, 3, 2, tight=tight)
    expected = force(given_)
    if not expected:
        with pytest.raises(Infeasible):
            whole(given_)
        return
    found = whole(given_)
    assert [one.values for one in found.points] == expected
    assert found.complete and found.status == "proved"


@pytest.mark.parametrize("seed", range(4))
def test_no_point_of_three_criteria_is_missing(seed: int) -> None:
    given_ = ground(seed, 5, 3, 3, most=6)
    found = whole(given_)
    assert [one.values for one in found.points] == force(given_)
    assert found.worst_is_estimate


@example(seed=23, segments=4, most=6, points=400)  # a value beyond the pay-off table
@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    segments=st.integers(2, 4),
    most=st.sampled_from([2, 6, 40]),
    points=st.sampled_from([None, 4, 9, 400]),
)
def test_three_criteria_said_to_be_complete_lack_no_point(
    *, seed: int, segments: int, most: int, points: int | None
) -> None:
    given_ = ground(seed, segments, 3, 3, tight=3, most=most)
    found, expected = frontier.front(given_, points=points, tolerance=0.0), force(given_)
    values = [one.values for one in found.points]
    assert set(values) <= set(expected)
    assert found.complete or points is not None
    assert values == expected or not found.complete


@pytest.mark.parametrize("seed", range(6))
def test_sums_that_no_float_holds_are_ends_that_their_own_choice_keeps(seed: int) -> None:
    drawn = ground(seed, 4, 3, 2, tight=3)
    given_ = replace(drawn, criteria=np.random.default_rng(seed).random((12, 2)) * 100)
    found = whole(given_)
    assert [one.values for one in found.points] == force(given_)
    assert found.status == "proved" and not found.complete


def test_no_point_of_eight_segments_is_missing() -> None:
    given_ = ground(5, 8, 3, 2, most=40)
    found = whole(given_)
    assert [one.values for one in found.points] == force(given_)
    assert found.solves <= 0.6 * found.grid
    assert any(not one.supported for one in found.points)


@pytest.mark.parametrize("criteria", [2, 3])
def test_points_of_a_coarse_grid_are_points_of_the_whole(criteria: int) -> None:
    given_ = ground(6, 6, 3, criteria, most=25)
    found = frontier.front(given_, points=9, tolerance=0.0)
    expected = force(given_)
    assert {one.values for one in found.points} <= set(expected)
    assert len(found.points) >= min(5, len(expected))
    assert not found.complete or len(found.points) == len(expected)
    for one in found.points:
        assert given_.values(one.choice) == one.values


def test_a_supported_point_is_picked_by_some_weights_and_an_unsupported_one_by_none() -> None:
    given_ = ground(7, 7, 3, 2, most=40)
    found = whole(given_)
    every = np.array([[float(v) for v in given_.values(one)] for one in choices(given_.problem)])
    weights = np.linspace(0, 1, 4001)[:, None] @ np.array([[1.0, 0.0]])
    weights[:, 1] = 1 - weights[:, 0]
    least = (every @ weights.T).min(axis=0)
    assert any(not one.supported for one in found.points)
    for one in found.points:
        own = np.array([float(v) for v in one.values]) @ weights.T
        assert one.supported == bool((own <= least + 1e-2).any() and (own - least).min() < 1e-2)


def test_the_knee_is_farthest_from_the_line_between_the_ends() -> None:
    curve = [(0, 100), (10, 20), (50, 10), (100, 0)]
    values: list[Values] = [(Decimal(a), Decimal(b)) for a, b in curve]
    assert find_knee_point(values) == 1
    assert find_knee_point(values[:2]) is None
    line: list[Values] = [(Decimal(a), Decimal(4 - a)) for a in range(5)]
    assert find_knee_point(line) is None
    assert mark_supported_points(values) == [True, True, True, True]
    assert mark_supported_points([*values, (Decimal(90), Decimal(9))])[-1] is False


def test_more_budget_never_takes_a_point_away_without_a_better_one() -> None:
    given_ = ground(8, 7, 3, 2, tight=0.8, most=30)
    wider = replace(given_, problem=replace(given_.problem, limits=given_.problem.limits + 4))
    after = [one.values for one in whole(wider).points]
    for one in whole(given_).points:
        assert one.values in after or any(beats(v, one.values) for v in after)


def test_a_step_of_ones_own_is_kept() -> None:
    given_ = ground(9, 7, 3, 2, most=30)
    found = frontier.front(given_, steps=(Decimal(10),), tolerance=0.0)
    assert found.steps == (Decimal(10),)
    assert found.solves <= found.grid + 4


def test_limits_that_cannot_hold_raise() -> None:
    given_ = ground(10, 5, 3, 2)
    none = replace(given_.problem, limits=np.array([-1.0]))
    with pytest.raises(Infeasible):
        whole(FrontOptions(none, given_.criteria))


def test_a_cancelled_walk_gives_the_points_it_has() -> None:
    given_ = ground(11, 7, 3, 2, most=40)
    seen: list[int] = []
    found = frontier.front(
        given_, points=None, tolerance=0.0,
        cancel=lambda: len(seen) >= 1, progress=lambda n, share: seen.append(n),
    )  # fmt: skip
    assert found.status == "cancelled"
    assert not found.complete
    assert 2 <= len(found.points) < len(force(given_))


@pytest.mark.parametrize("shape", [(6, 1), (5, 2)], ids=["one", "short"])
def test_criteria_that_do_not_fit_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(BadInput):
        FrontOptions(ground(0, 2, 3, 2).problem, np.zeros(shape))
