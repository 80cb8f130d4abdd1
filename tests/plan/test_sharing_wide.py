"""Games too large to list, on games that are small enough to list as well."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.plan.sharing import _separate, shapley
from synergie.plan.sharing.core import find_worst_excesses, worst_of_each
from synergie.plan.sharing.game import Game, build_mask_flags
from synergie.plan.sharing.ground import NotCertified
from synergie.plan.sharing.nucleolus import least_core
from synergie.plan.sharing.tiers import TierGame, TierLot
from synergie.plan.sharing.wide import Wide
from tests.plan import games as cases

ENDLESS = 10**12


def wide_game(n: int, seed: int, lots: int = 1) -> TierGame:
    """Two offers of two tiers a lot, prices spread over the players, a cost to run each."""
    source = np.random.default_rng(seed)
    return TierGame(
        tuple(f"m{i:03d}" for i in range(n)), tuple(_lot(n, source) for _ in range(lots))
    )


def _lot(n: int, source: np.random.Generator) -> TierLot:
    volume = source.integers(10, 500, n)
    needs = source.random(n) < 0.8
    needs[0] = True
    volume = np.where(needs, volume, 0)
    edges = [source.integers(1, volume.sum() + 1) for _ in range(2)]
    low = np.array([0, edges[0], 0, edges[1]])
    high = np.array([edges[0] - 1, ENDLESS, edges[1] - 1, ENDLESS])
    price = np.array([100, source.integers(80, 100), 98, source.integers(80, 98)])
    cost = volume * price[:, None] * source.integers(95, 106, (4, n)) / 100
    fixed = np.repeat(source.integers(0, 3000, 2), 2).astype(float)
    return TierLot(needs, np.round(cost), np.tile(volume, (4, 1)), fixed, low, high)


def listed(game: TierGame) -> Game:
    n = len(game.players)
    costs = game.costs(build_mask_flags(np.arange(1, 1 << n), n))
    return Game(game.players, np.concatenate([[0.0], costs]))


def test_a_coalition_takes_the_cheapest_branch_whose_window_holds() -> None:
    lot = TierLot(
        needs=np.array([True, True, False]),
        cost=np.array([[100.0, 200, 0], [80, 150, 0]]),
        volume=np.array([[10, 20, 0], [10, 20, 0]]),
        fixed=np.array([5.0, 7]),
        low=np.array([0, 30]),
        high=np.array([29, ENDLESS]),
    )
    game = TierGame(("a", "b", "c"), (lot,))
    assert listed(game).values.tolist() == [0, 105, 205, 237, 0, 105, 205, 237]
    assert game.total == 237
    assert (game.alone.tolist(), game.without.tolist()) == ([105, 205, 0], [205, 105, 237])


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 7), st.integers(0, 10_000), st.integers(1, 2))
def test_windows_are_the_costs_of_their_players(n: int, seed: int, lots: int) -> None:
    game = wide_game(n, seed, lots)
    orders = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (3, 1)), axis=1)
    assert np.array_equal(game.windows(orders), cases.of_costs(game.costs)(orders))


def test_the_sampled_bound_holds_for_sums() -> None:
    game = wide_game(10, seed=4, lots=2)
    exact = shapley.compute_exact_shapley(listed(game))
    found = shapley.sample_shapley(game.windows, 10, total=game.total, target=0, most=1024)
    assert (np.abs(found.shares - exact) <= found.half_widths).all()
    assert found.half_widths.max() < 0.05 * (game.alone.sum() - game.total)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 10_000))
def test_the_least_core_is_that_of_the_table(n: int, seed: int) -> None:
    game = wide_game(n, seed)
    found, table = Wide(game).solve_least_core(), listed(game)
    scale = abs(game.total)
    assert found.balance.epsilon == pytest.approx(least_core(table).epsilon, abs=1e-6 * scale)
    assert found.shares.sum() == pytest.approx(game.total, abs=1e-6 * scale)
    assert found.bound == pytest.approx(found.balance.epsilon, abs=1e-6 * scale)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 10_000))
def test_who_would_leave_is_certified(n: int, seed: int) -> None:
    game = wide_game(n, seed)
    table = listed(game)
    shares = np.random.default_rng(seed).dirichlet(np.ones(n)) * game.total
    found = Wide(game).worst(shares, 3)
    true = find_worst_excesses(table, shares, 1)[0].amount
    assert found.bound == pytest.approx(true, abs=1e-6 * abs(game.total))
    assert found.found[0].amount == pytest.approx(true, abs=1e-6 * abs(game.total))
    for one, each in zip(found.each, worst_of_each(table, shares), strict=True):
        assert one is not None and each is not None
        assert one.amount <= each.amount + 1e-6


@given(st.integers(1, 9), st.integers(0, 10_000), st.integers(1, 900))
def test_a_cover_suffices_and_is_the_cheapest_where_steps_are_whole(
    n: int, seed: int, need: int
) -> None:
    source = np.random.default_rng(seed)
    loss, volume = source.integers(0, 50, n).astype(float), source.integers(1, 200, n)
    taken = _separate.find_volume_cover(loss, volume, need)
    enough = [
        mask
        for mask in range(1 << n)
        if volume[build_mask_flags(np.array([mask]), n)[0]].sum() >= need
    ]
    if not enough:
        assert taken.all()
        return
    best = min(float(loss[build_mask_flags(np.array([mask]), n)[0]].sum()) for mask in enough)
    assert volume[taken].sum() >= need
    assert loss[taken].sum() == best


def test_several_lots_have_no_certified_least_core() -> None:
    ground = Wide(wide_game(5, seed=1, lots=2))
    with pytest.raises(NotCertified):
        ground.solve_least_core()
    assert ground.worst(ground.alone, 3).bound == np.inf
    assert ground.nucleolus() is None


@pytest.mark.parametrize("size", [1e6, 1e9, 1e10], ids=str)
def test_what_a_coalition_saves_is_certified_to_the_cent_whatever_the_shares(size: float) -> None:
    source = np.random.default_rng(7)
    cost, beyond = np.round(source.uniform(0.5, 1, 12) * size), source.integers(-200, 200, 12)
    volume = source.integers(1, 50, 12)
    lot = TierLot(
        needs=np.ones(12, dtype=np.bool_),
        cost=cost[None],
        volume=volume[None],
        fixed=np.zeros(1),
        low=np.array([0]),
        high=np.array([volume.sum() // 3]),
    )
    game = TierGame(tuple(f"m{i}" for i in range(12)), (lot,))
    coalitions = build_mask_flags(np.arange(1, (1 << 12) - 1), 12)
    fits = coalitions[coalitions @ volume <= lot.high[0]]
    _, bound = _separate.certify_excess(game, cost + beyond)
    assert bound == pytest.approx((fits @ beyond).max(), abs=0.01)


def test_a_game_that_costs_nothing_alone_has_a_least_core() -> None:
    lot = TierLot(
        needs=np.ones(3, dtype=np.bool_),
        cost=np.zeros((1, 3)),
        volume=np.array([[1, 1, 1]]),
        fixed=np.zeros(1),
        low=np.array([0]),
        high=np.array([ENDLESS]),
    )
    found = Wide(TierGame(("a", "b", "c"), (lot,))).solve_least_core()
    assert found.balance.epsilon == pytest.approx(0, abs=1e-9)
