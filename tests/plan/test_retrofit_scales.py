"""Choices whose figures are tiny, vast, or closer to a limit than the solver looks."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from synergie.errors import SolverFailed
from synergie.lighting.plan import retrofit
from synergie.lighting.plan.retrofit import Problem, _solve
from synergie.lighting.plan.retrofit._reduce import reduce_problem
from synergie.lighting.plan.retrofit._solve import solve_relaxation
from synergie.plan.linear import Linear
from tests.plan.retrofit_cases import choices, cost, drawn


def scaled(problem: Problem, scale: float) -> Problem:
    """The same with costs times *scale*, twelve digits of them."""
    return replace(problem, cost=np.array([float(f"{c * scale:.12g}") for c in problem.cost]))


@pytest.mark.parametrize("scale", [1e-9, 1e-7, 1e6, 1e9], ids=str)
@pytest.mark.parametrize("seed", [3, 5, 10, 12, 36])
def test_the_size_of_the_costs_changes_no_choice(seed: int, scale: float) -> None:
    problem = scaled(drawn(seed, 4, 3, 2), scale)
    found = retrofit.solve(problem)
    assert found.cost == min(cost(problem, one) for one in choices(problem))
    assert found.stop == "proved" and found.gap <= 1e-8


@pytest.mark.parametrize("scale", [1e4, 1e6], ids=str)
def test_a_large_problem_of_dear_options_has_its_bound(
    scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = solve_relaxation(drawn(3, 60, 8, 5))
    monkeypatch.setattr(_solve, "WHOLE", 0)
    dear = solve_relaxation(scaled(drawn(3, 60, 8, 5), scale))
    assert plain is not None and dear is not None
    assert dear[0].bound == pytest.approx(plain[0].bound * scale, rel=1e-7)
    assert solve_relaxation(scaled(drawn(3, 60, 8, 5, tight=0.1), scale)) is None


def test_a_programme_of_dear_columns_has_the_duals_of_a_cheap_one() -> None:
    answers = []
    for scale in (1.0, 2.0**40):
        linear = Linear()
        linear.enter(np.zeros((2, 0)), np.array([3.0, 5.0]) * scale)
        linear.require(np.array([[1.0, 2.0]]), np.array([4.0]), np.array([np.inf]))
        answer = linear.minimise()
        assert answer is not None
        answers.append((answer.objective / scale, (answer.duals / scale).tolist()))
    assert answers == [(10.0, [2.5])] * 2


class BreakingEngine:
    """An engine that says of its first solves that it broke down, as HiGHS does now and then."""

    def __init__(self, engine: Any, failures: int) -> None:
        self.engine, self.failures = engine, failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def getModelStatus(self) -> Any:  # noqa: N802
        if self.failures:
            self.failures -= 1
            return SimpleNamespace(name="kSolveError")
        return self.engine.getModelStatus()


def build_small_programme() -> Linear:
    """Two columns of 3 and 5 EUR, `x + 2 y >= 4`: 10 EUR."""
    linear = Linear()
    linear.enter(np.zeros((2, 0)), np.array([3.0, 5.0]))
    linear.require(np.array([[1.0, 2.0]]), np.array([4.0]), np.array([np.inf]))
    return linear


@pytest.mark.parametrize("failures", [1, 2])
def test_an_engine_that_breaks_down_begins_anew(failures: int) -> None:
    linear = build_small_programme()
    linear._engine = BreakingEngine(linear._engine, failures)
    answer = linear.minimise()
    assert answer is not None and answer.objective == pytest.approx(10.0)
    linear.require(np.array([[1.0, 0.0]]), np.array([1.0]), np.array([np.inf]))
    again = linear.minimise()
    assert again is not None and again.objective == pytest.approx(10.5)


def test_an_engine_that_stays_broken_is_said() -> None:
    linear = build_small_programme()
    linear._engine = BreakingEngine(linear._engine, 3)
    with pytest.raises(SolverFailed, match="kSolveError"):
        linear.minimise()


def pair(costs: list[float], uses: list[float], limit: float) -> Problem:
    """Two segments: each does something, or nothing."""
    return Problem(
        segment=np.array([0, 0, 1, 1]),
        cost=np.array([costs[0], 0.0, costs[1], 0.0]),
        uses=np.array([[uses[0]], [0.0], [uses[1]], [0.0]]),
        limits=np.array([limit]),
    )


def test_a_limit_is_kept_where_the_solver_does_not_see_that_it_is_passed() -> None:
    found = retrofit.solve(pair([-10, -1], [1e9, 0.5], 1e9 + 0.2))
    assert (found.stop, found.cost) == ("proved", Decimal(-10))


def test_a_limit_is_kept_where_a_sum_of_floats_falls_short_of_its_decimals() -> None:
    assert 0.7 + 0.1 < 0.8
    found = retrofit.solve(pair([-1, -1], [0.7, 0.1], 0.7 + 0.1))
    assert found.cost == -1


def test_a_limit_that_decimals_just_reach_is_left_out() -> None:
    assert 0.1 + 0.2 > 0.3
    assert not len(reduce_problem(pair([-1, -1], [0.1, 0.2], 0.3)).problem.limits)


@pytest.mark.parametrize(
    ("costs", "step"),
    [([0.29, 0.58], 0.29), ([0.57, 0.29], 0.01), ([1.1, 0.000003], 0.000001), ([1 / 3, 1], 0)],
    ids=["double", "hundredths", "millionths", "none"],
)
def test_costs_are_multiples_of_the_step_that_their_decimals_have(
    costs: list[float], step: float
) -> None:
    assert pair(costs, [0, 0], 1).step() == step
