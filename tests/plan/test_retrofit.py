"""One option a segment: against every choice tried, the published values, and what may not be."""

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled, Infeasible
from synergie.lighting.plan import retrofit
from synergie.lighting.plan.retrofit import Problem, _search, _solve
from synergie.lighting.plan.retrofit._anneal import (
    Chains,
    Near,
    anneal_chains,
    compute_penalty_prices,
)
from synergie.lighting.plan.retrofit._prices import compute_price_bound
from synergie.lighting.plan.retrofit._reduce import reduce_problem
from synergie.lighting.plan.retrofit._search import improve_by_exchange
from synergie.lighting.plan.retrofit._solve import compute_subgradient_prices, solve_relaxation
from synergie.plan.solver import Need, Progress
from tests.depth import times
from tests.plan.retrofit_cases import choices, cost, drawn, known, published

LONG = 3_000.0
"""Seconds of the wall that no test comes near: searches end by processor seconds."""


def cheapest(problem: Problem) -> Decimal | None:
    return min((cost(problem, one) for one in choices(problem)), default=None)


@given(
    seed=st.integers(0, 10**6),
    segments=st.integers(1, 5),
    options=st.integers(1, 4),
    limits=st.integers(0, 3),
    tight=st.sampled_from([0.3, 0.7, 0.9, 1.1, 2.0]),
    scale=st.sampled_from([1.0, 0.01, 0.1]),
)
def test_nothing_is_cheaper_than_the_choice(
    *, seed: int, segments: int, options: int, limits: int, tight: float, scale: float
) -> None:
    problem = drawn(seed, segments, options, limits, tight=tight, scale=scale)
    best = cheapest(problem)
    if best is None:
        with pytest.raises(Infeasible):
            retrofit.solve(problem)
        return
    found = retrofit.solve(problem)
    assert found.cost == best == cost(problem, found.choice)
    assert found.stop == "proved" and found.gap <= 1e-8
    assert retrofit.faults(problem, found.choice) == ()


@given(seed=st.integers(0, 10**6), cabinets=st.integers(1, 4), tight=st.sampled_from([0.6, 0.9, 2]))
def test_segments_of_a_cabinet_follow_one_schedule(
    *, seed: int, cabinets: int, tight: float
) -> None:
    problem = drawn(seed, 5, 4, 2, tight=tight, cabinets=cabinets)
    best = cheapest(problem)
    if best is None:
        with pytest.raises(Infeasible):
            retrofit.solve(problem)
        return
    found = retrofit.solve(problem)
    assert found.cost == best
    assert retrofit.faults(problem, found.choice) == ()


@given(seed=st.integers(0, 10**6), cabinets=st.sampled_from([0, 2]))
def test_any_prices_give_a_bound_and_what_an_option_costs_above_it(
    seed: int, cabinets: int
) -> None:
    problem = drawn(seed, 4, 3, 2, cabinets=cabinets)
    prices = np.random.default_rng(seed).random(2) * 3
    found = compute_price_bound(problem, prices)
    for choice in choices(problem):
        paid = float(cost(problem, choice))
        assert found.bound <= paid
        assert found.bound + found.excess[choice].max() <= paid + 1e-6
    assert len(set(problem.segment[found.choice])) == problem.segments


def test_the_linear_programme_is_the_same_from_some_options_as_from_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = drawn(3, 60, 8, 5)
    whole = solve_relaxation(problem)
    monkeypatch.setattr(_solve, "WHOLE", 0)
    grown = solve_relaxation(problem)
    assert whole is not None and grown is not None
    assert grown[0].bound == pytest.approx(whole[0].bound, rel=1e-7)
    assert compute_price_bound(problem, compute_subgradient_prices(problem)).bound == pytest.approx(
        whole[0].bound, rel=0.02
    )


def test_limits_that_cannot_hold_are_found_from_some_options_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_solve, "WHOLE", 0)
    assert solve_relaxation(drawn(3, 60, 8, 5, tight=0.1)) is None


def test_chains_and_exchanges_keep_the_limits_and_only_better() -> None:
    problem = drawn(7, 30, 6, 4)
    prices = solve_relaxation(problem)
    assert prices is not None
    first, near = prices[0], Near.of(problem, prices[0].excess)
    chains = Chains.of(
        problem, compute_penalty_prices(problem, prices[1]), np.stack([first.choice] * 16)
    )
    anneal_chains(chains, near, step=near.step(first.excess), steps=640, seed=1, stop=lambda: False)
    elites = chains.elites(5)
    assert elites
    for one in elites:
        assert (problem.uses[one].sum(axis=0) <= problem.limits).all()
        assert (problem.segment[one] == np.arange(30)).all()
        better = improve_by_exchange(problem, one, np.unique(near.table))
        assert cost(problem, better) <= cost(problem, one)
        assert retrofit.faults(problem, better) == ()


@pytest.mark.parametrize("seed", range(4))
def test_the_way_of_large_problems_proves_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = drawn(seed, 14, 4, 2)
    exact = retrofit.solve(problem, limit_s=60)
    monkeypatch.setattr(_search, "SMALL", 0)
    found = retrofit.solve(problem, limit_s=60)
    assert found.stop == exact.stop == "proved"
    assert found.cost == exact.cost


@pytest.mark.parametrize("name", ["mmkp_c_23", "mmkp_a_07", "mmkp_b_02"][: times(1, deep=3)])
def test_published_ones_are_near_the_best_that_is_known(shared: Path, name: str) -> None:
    problem = published(shared, name)
    word = time.process_time() + 8
    found = retrofit.solve(problem, limit_s=LONG, cancel=lambda: time.process_time() > word)
    best = float(str(known(shared)[name]["best_known"]))
    assert retrofit.faults(problem, found.choice) == ()
    assert -float(found.cost) >= 0.985 * best
    assert -found.bound >= best
    assert found.bound >= found.lp_bound
    assert found.gap == pytest.approx(
        (float(found.cost) - found.bound) / abs(float(found.cost)), abs=1e-12
    )


def test_a_wider_limit_is_never_dearer_and_scaling_changes_no_decision() -> None:
    problem = drawn(11, 12, 5, 2, tight=0.6)
    found = retrofit.solve(problem)
    wider = retrofit.solve(replace(problem, limits=problem.limits + 20))
    assert wider.cost <= found.cost
    tenfold = retrofit.solve(replace(problem, cost=problem.cost * 10))
    assert tenfold.cost == 10 * found.cost
    halved = retrofit.solve(replace(problem, uses=problem.uses / 2, limits=problem.limits / 2))
    assert halved.cost == found.cost


def test_an_option_that_another_beats_changes_nothing() -> None:
    problem = drawn(12, 8, 4, 2)
    found = retrofit.solve(problem)
    worse = Problem(
        segment=np.append(problem.segment, 7),
        cost=np.append(problem.cost, problem.cost[found.choice[7]] + 1),
        uses=np.vstack([problem.uses, problem.uses[found.choice[7]] + 1]),
        limits=problem.limits,
    )
    again = retrofit.solve(worse)
    assert again.cost == found.cost
    assert len(worse.segment) - 1 not in reduce_problem(worse).options


def test_doing_nothing_is_never_beaten_by_the_choice() -> None:
    problem = drawn(13, 10, 4, 2)
    free = replace(
        problem,
        cost=np.where(np.arange(40) % 4 == 0, -500.0, problem.cost),
        uses=np.where((np.arange(40) % 4 == 0)[:, None], 0.0, problem.uses),
        keep=np.arange(10) * 4,
    )
    assert retrofit.solve(free).cost == Decimal(-5000)


def test_what_conflicts_is_told_with_what_is_missing() -> None:
    need = Need("the budget of the syndicate is 10 EUR", "{} EUR more", handle=("budget",))
    problem = Problem(
        segment=np.array([0, 0, 1]),
        cost=np.array([1.0, 2.0, 3.0]),
        uses=np.array([[8.0, 0], [7.0, 0], [5.5, 1]]),
        limits=np.array([10.0, 5.0]),
        needs=(need, Need("the crew has 5 h", "{} h more")),
    )
    with pytest.raises(Infeasible) as caught:
        retrofit.solve(problem)
    assert caught.value.conflicts == ("the budget of the syndicate is 10 EUR", "2.5 EUR more")


def test_a_limit_is_kept_in_decimals_not_in_floats() -> None:
    problem = Problem(
        segment=np.array([0, 1, 2]),
        cost=np.ones(3),
        uses=np.array([[0.1], [0.2], [0.0]]),
        limits=np.array([0.3]),
    )
    assert retrofit.solve(problem).cost == 3
    beyond = replace(problem, uses=np.array([[0.1], [0.2], [0.000001]]))
    with pytest.raises(Infeasible):
        retrofit.solve(beyond)


def test_the_checker_finds_each_fault() -> None:
    problem = drawn(14, 4, 4, 1, cabinets=2)
    good = retrofit.solve(problem).choice
    assert retrofit.faults(problem, good[::-1]) != ()
    assert "limit 0 is passed" in retrofit.faults(replace(problem, limits=np.zeros(1)), good)[0]
    torn = good.copy()
    torn[0] = next(j for j in range(4) if j % 2 != good[0] % 2)
    loose = replace(problem, limits=np.array([1e6]))
    assert any("schedules" in fault for fault in retrofit.faults(loose, torn))


def test_a_cancelled_search_stops_within_a_second() -> None:
    problem = drawn(15, 300, 12, 12)
    word = time.process_time() + 1
    found = retrofit.solve(problem, limit_s=LONG, cancel=lambda: time.process_time() > word)
    assert found.stop == "cancelled"
    assert time.process_time() - word < 20
    with pytest.raises(Cancelled):
        retrofit.solve(problem, cancel=lambda: True)


def test_progress_tells_a_bound_below_the_best() -> None:
    seen: list[Progress] = []
    word = time.process_time() + 5
    retrofit.solve(
        drawn(16, 40, 6, 4),
        limit_s=LONG,
        progress=seen.append,
        cancel=lambda: time.process_time() > word,
    )
    assert seen
    pairs = [(one.bound, one.best) for one in seen]
    assert all(a is None or b is None or a <= b + 1e-6 for a, b in pairs)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"cost": np.array([1.0, np.nan])}, "cost"),
        ({"uses": np.array([[np.inf], [1.0]])}, "uses"),
        ({"limits": np.array([1.0, 2.0])}, "uses"),
        ({"segment": np.array([0, 2])}, "segment"),
        ({"segment": np.array([1, 1])}, "segment"),
        ({"needs": (None, None)}, "needs"),
        ({"keep": np.array([1])}, "keep"),
        ({"schedule": np.array([0, 1])}, "schedule"),
    ],
    ids=["nan", "inf", "shape", "hole", "start", "needs", "keep", "alone"],
)
def test_figures_that_do_not_fit_are_refused(change: dict[str, Any], where: str) -> None:
    whole: dict[str, Any] = {
        "segment": np.array([0, 1]),
        "cost": np.ones(2),
        "uses": np.ones((2, 1)),
        "limits": np.ones(1),
    }
    with pytest.raises(BadInput) as caught:
        Problem(**(whole | change))
    assert caught.value.where == where
