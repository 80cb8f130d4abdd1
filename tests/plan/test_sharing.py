"""Sharing a cost: published games, brute force, axioms, the core, cents, the sampled bound."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.plan.sharing import core, rules, shapley
from synergie.plan.sharing._cents import round_shares_to_cents
from synergie.plan.sharing._span import Span
from synergie.plan.sharing.equal_profit import equal_profit
from synergie.plan.sharing.game import (
    Game,
    build_mask_flags,
    of_array,
    of_function,
    of_table,
    sum_amounts_by_coalition,
)
from synergie.plan.sharing.nucleolus import (
    NoPoint,
    Rows,
    _Stages,
    build_mask_scan,
    compute_nucleolus,
    least_core,
)
from synergie.purchase.plan.sharing import share_game
from synergie.schemas.sharing import CoalitionCost, CostGame, MemberWeight, Sharing, SharingStudy
from tests.plan import games as cases

EXAMPLE = {"a": 100, "b": 80, "c": 60, "ab": 150, "ac": 130, "bc": 110, "abc": 180}


def _known(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    return sorted(cases.known(shared).items())


def test_all_published_values_are_found(shared: Path) -> None:
    told = 0
    for name, facts in _known(shared):
        game, sign = cases.published(facts)
        if "shapley" in facts:
            told += 1
            assert np.allclose(
                sign * shapley.compute_exact_shapley(game) / 100, facts["shapley"], atol=1e-6
            ), name
        if "nucleolus" in facts:
            told += 1
            found = sign * compute_nucleolus(game).shares / 100
            assert np.allclose(found, facts["nucleolus"], rtol=0, atol=1e-6), name
    assert told >= 7


def test_the_empty_core_is_said_to_be_empty_with_its_proof(shared: Path) -> None:
    facts = dict(_known(shared))["majority_core_empty"]
    game, _ = cases.published(facts)
    balance = least_core(game)
    assert balance.epsilon / 100 == pytest.approx(facts["least_core_eps"], abs=1e-9)
    assert balance.coalitions.sum(axis=1).tolist() == [2, 2, 2]
    assert np.allclose(balance.weights, 1 / 3)
    study = share_game(_table("ABC", {"A": 1, "B": 1, "C": 1, "AB": 1, "AC": 1, "BC": 1, "ABC": 2}))
    assert (study.core_empty, study.epsilon_eur) == (True, Decimal("0.34"))
    assert all(one.in_core is False and one.departures for one in study.sharings)


@given(cases.games(most=6))
def test_shapley_is_the_mean_over_all_orders(game: Game) -> None:
    assert np.allclose(
        shapley.compute_exact_shapley(game), cases.shapley_by_permutations(game), atol=1e-6
    )


def test_shapley_of_seven_is_the_mean_over_all_orders() -> None:
    game = cases.buying(7, seed=7)
    assert np.allclose(
        shapley.compute_exact_shapley(game), cases.shapley_by_permutations(game), atol=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(cases.games(most=5))
def test_the_nucleolus_is_that_of_all_programmes_in_full(game: Game) -> None:
    assert np.allclose(compute_nucleolus(game).shares, cases.full_nucleolus(game), atol=1e-2)


@pytest.mark.parametrize("n", [7, 10])
def test_the_nucleolus_of_larger_games_is_that_of_all_programmes_in_full(n: int) -> None:
    game = cases.buying(n, seed=n)
    found = compute_nucleolus(game).shares
    assert np.allclose(found, cases.full_nucleolus(game), atol=1e-2)


@settings(max_examples=40, deadline=None)
@given(cases.games(most=7))
def test_the_nucleolus_meets_the_criterion_of_kohlberg(game: Game) -> None:
    found = compute_nucleolus(game).shares
    assert found.sum() == pytest.approx(game.total, abs=1e-6)
    assert cases.is_nucleolus(game, found)


@settings(max_examples=40, deadline=None)
@given(cases.games(most=7))
def test_generated_rows_give_what_all_rows_give(game: Game) -> None:
    some, every = compute_nucleolus(game), compute_nucleolus(game, all_rows=True)
    assert np.allclose(some.shares, every.shares, atol=1e-5)
    assert some.balance.epsilon == pytest.approx(every.balance.epsilon, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_generated_rows_give_what_all_rows_give_at_thirteen(seed: int) -> None:
    game = cases.buying(13, seed)
    some, every = compute_nucleolus(game), compute_nucleolus(game, all_rows=True)
    assert np.allclose(some.shares, every.shares, rtol=0, atol=1e-4)
    assert some.rows < every.rows / 10


@settings(max_examples=40, deadline=None)
@given(cases.games(most=6), st.randoms(use_true_random=False))
def test_axioms_hold(game: Game, random: Any) -> None:
    n = len(game.players)
    order = list(range(n))
    random.shuffle(order)
    masks = np.arange(1 << n)
    moved = np.zeros(1 << n, dtype=np.int64)  # the same coalition, its players renumbered
    for i, j in enumerate(order):
        moved |= (masks >> j & 1) << i
    shuffled = np.empty_like(game.values)
    shuffled[moved] = game.values
    other = Game(tuple(game.players[j] for j in order), shuffled)
    added = np.array([float(random.randint(-500, 500)) for _ in range(n)])
    further = Game(game.players, game.values + sum_amounts_by_coalition(added))
    for method in (shapley.compute_exact_shapley, lambda one: compute_nucleolus(one).shares):
        shares = method(game)
        assert shares.sum() == pytest.approx(game.total, abs=1e-6)  # efficiency
        assert np.allclose(method(other), shares[order], atol=1e-5)  # symmetry
        assert np.allclose(method(further), shares + added, atol=1e-5)  # translation


@given(cases.games(most=5), st.integers(-50, 50))
def test_who_adds_the_same_everywhere_pays_just_that(game: Game, euros: int) -> None:
    values = np.concatenate([game.values, game.values + 100 * euros])
    larger = Game((*game.players, "z"), values)
    for shares in (shapley.compute_exact_shapley(larger), compute_nucleolus(larger).shares):
        assert shares[-1] == pytest.approx(100 * euros, abs=1e-5)


@given(cases.games(most=6))
def test_the_worst_coalitions_are_the_worst(game: Game) -> None:
    shares = rules.share_proportionally(game.total, np.ones(len(game.players)))
    excess = {
        mask: float(sum_amounts_by_coalition(shares)[mask] - game.values[mask])
        for mask in range(1, len(game.values) - 1)
    }
    found = core.find_worst_excesses(game, shares, 3)
    assert [one.amount for one in found] == sorted(excess.values(), reverse=True)[:3]
    for i, one in enumerate(core.worst_of_each(game, shares)):
        assert one is not None
        assert one.coalition[i]
        assert one.amount == max(value for mask, value in excess.items() if mask >> i & 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_equal_profit_has_the_least_spread_in_the_core(n: int, seed: int) -> None:
    game = cases.buying(n, seed)
    found = equal_profit(game.alone, game.total, build_mask_scan(game))
    ratios = 1 - found.shares / game.alone
    assert found.shares.sum() == pytest.approx(game.total, abs=1e-4)
    assert ratios.max() - ratios.min() == pytest.approx(found.spread, abs=1e-6)
    excess = (sum_amounts_by_coalition(found.shares) - game.values)[1:-1]
    assert excess.max() <= 1e-3
    same = rules.share_proportionally(game.total, game.alone)
    if (sum_amounts_by_coalition(same) - game.values)[
        1:-1
    ].max() <= 0:  # the same gain for all is in the core
        assert found.spread == pytest.approx(0, abs=1e-7)
    else:
        assert found.spread > 1e-7


def test_equal_profit_of_an_additive_game_has_no_choice() -> None:
    game = of_function("abc", lambda inside: sum({"a": 1.0, "b": 2.0, "c": 3.0}[i] for i in inside))
    found = equal_profit(game.alone, game.total, build_mask_scan(game))
    assert np.allclose(found.shares, [100, 200, 300])


def test_separable_cost_with_remaining_benefit_is_that_of_the_textbook() -> None:
    game = of_table("NFP", {frozenset(k): v for k, v in _TVA.items()})
    last = np.array([45_214, 33_763, 110_977])  # c(N) - c(N without i), by hand
    rest = np.array([163_520, 140_826, 250_096]) - last
    expected = last + (412_584 - last.sum()) * rest / rest.sum()
    shares = rules.compute_scrb_shares(game.total, game.alone, game.without)
    assert np.allclose(shares / 100, expected)


_TVA = {
    "N": 163_520, "F": 140_826, "P": 250_096,
    "NF": 301_607, "NP": 378_821, "FP": 367_370, "NFP": 412_584,
}  # fmt: skip


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_cents_sum_exactly_and_follow_the_names(amounts: list[float], random: Any) -> None:
    total = round(sum(amounts))
    names = cases.NAMES[: len(amounts)]
    paid = round_shares_to_cents(np.array(amounts), names, total)
    assert sum(paid) == Decimal(total).scaleb(-2)
    order = list(range(len(amounts)))
    random.shuffle(order)
    again = round_shares_to_cents(
        np.array([amounts[i] for i in order]), [names[i] for i in order], total
    )
    assert dict(zip(names, paid, strict=True)) == {
        names[i]: again[place] for place, i in enumerate(order)
    }


def test_the_largest_remainder_gets_the_cent() -> None:
    assert round_shares_to_cents(np.array([33.3, 33.4, 33.3]), "abc", 100) == tuple(
        map(Decimal, ("0.33", "0.34", "0.33"))
    )


@given(st.integers(2, 9), st.data())
def test_a_combination_of_fixed_coalitions_is_known_exactly(n: int, data: st.DataObject) -> None:
    masks = data.draw(st.lists(st.integers(1, (1 << n) - 1), min_size=1, max_size=n))
    span = Span(n)
    lines = build_mask_flags(np.array(masks), n)
    grown = [span.add(line) for line in lines]
    assert sum(grown) == span.rank == np.linalg.matrix_rank(lines.astype(float))
    for mask in range(1 << n):
        line = build_mask_flags(np.array([mask]), n)
        rank = np.linalg.matrix_rank(np.vstack([lines, line]).astype(float))
        assert span.holds(line)[0] == span.holds_masks()[mask] == (rank == span.rank)


def test_the_sampled_bound_holds_and_is_no_wider_than_it_must() -> None:
    game = cases.buying(9, seed=3)
    exact = shapley.compute_exact_shapley(game)
    gain = float(game.alone.sum()) - game.total
    missed, ratios = 0, []
    for seed in range(40):
        found = shapley.sample_shapley(
            cases.of_costs(game.costs), 9, total=game.total, target=0, seed=seed, most=128
        )
        off = np.abs(found.shares - exact)
        missed += bool((off > found.half_widths).any())
        ratios.append(float((off / found.half_widths).max()))
        assert found.shares.sum() == pytest.approx(game.total, abs=1e-6)
        assert found.half_widths.max() < gain
    assert missed <= 2  # 5 % of 40
    assert max(ratios) > 0.3  # a bound many times too wide would say nothing


def test_the_sample_stops_at_its_target_and_repeats() -> None:
    game = cases.buying(8, seed=1)
    windows = cases.of_costs(game.costs)
    wide = shapley.sample_shapley(windows, 8, total=game.total, target=1e9)
    assert wide.circles == 64
    goal = float(wide.half_widths.max()) / 1.5
    fine = shapley.sample_shapley(windows, 8, total=game.total, target=goal)
    assert 64 < fine.circles <= 1024
    assert fine.half_widths.max() <= goal
    again = shapley.sample_shapley(windows, 8, total=game.total, target=goal)
    assert np.array_equal(fine.shares, again.shares)


def _table(players: str, costs: dict[str, Any]) -> CostGame:
    return CostGame(
        members=tuple(players),
        costs=tuple(
            CoalitionCost(members=tuple(names), eur=None if eur is None else Decimal(str(eur)))
            for names, eur in costs.items()
        ),
    )


def _of(study: SharingStudy, method: str) -> Sharing:
    return next(one for one in study.sharings if one.method == method)


def test_a_study_says_alone_together_and_who_would_leave() -> None:
    weights = (
        MemberWeight(member="a", mwh=Decimal(1), points=8),
        MemberWeight(member="b", mwh=Decimal(1), points=1),
        MemberWeight(member="c", mwh=Decimal(4), points=1),
    )
    study = share_game(_table("abc", EXAMPLE).model_copy(update={"weights": weights}))
    assert [study.total_eur, study.alone_eur, study.core_empty] == [180, 240, False]
    assert not study.not_shared
    energy = _of(study, "proportional_mwh")
    assert {one.member: one.share_eur for one in energy.shares} == {"a": 30, "b": 30, "c": 120}
    assert (energy.nobody_pays_more, energy.in_core) == (False, False)
    assert (energy.least_gain, energy.most_gain) == ("c", "a")
    first = energy.departures[0]
    assert first.members == ("c",)
    assert [first.share_eur, first.alone_eur, first.saves_eur] == [120, 60, 60]
    assert [one.leaves_with for one in energy.shares] == [("a", "c"), ("b", "c"), ("c",)]
    assert _of(study, "nucleolus").in_core is True
    assert all(sum(s.share_eur for s in one.shares) == 180 for one in study.sharings)


def test_a_negative_share_is_shown_and_said() -> None:
    study = share_game(_table("ab", {"a": 10, "b": 0, "ab": 4}))
    shares = _of(study, "shapley").shares
    assert [one.share_eur for one in shares] == [Decimal(7), Decimal(-3)]
    assert [remark.values for remark in _of(study, "shapley").remarks] == [("b",)]
    assert shares[1].gain_ratio is None


def test_methods_that_do_not_apply_say_why() -> None:
    study = share_game(_table("ab", {"a": None, "b": 5, "ab": 9}))
    reasons = {one.method: one.reason.tell(str) for one in study.not_shared}
    assert reasons["scrb"] == "a cannot do it alone"
    assert reasons["shapley"] == "a cannot do it by themselves, so what each adds is not known"
    assert reasons["proportional_mwh"] == "the energy of a, b is not known"
    assert study.alone_eur is None


def test_nothing_holds_a_game_whose_coalitions_cannot_buy() -> None:
    game = of_array("abc", [0, np.inf, np.inf, np.inf, np.inf, np.inf, np.inf, 3])
    with pytest.raises(NoPoint):
        compute_nucleolus(game)


@pytest.mark.parametrize(
    ("players", "costs", "found"),
    [
        ("ab", {"a": 1, "ab": 2}, "b"),
        ("ab", {"a": 1, "b": 1, "ab": 2, "c": 3}, "c"),
        ("aa", {"a": 1}, "a, a"),
        ("ab", {"a": 1, "b": 1, "ab": None}, "a, b"),
    ],
)
def test_a_table_with_a_hole_or_a_stranger_is_refused(
    players: str, costs: dict[str, Any], found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        share_game(_table(players, costs))
    assert found in str(caught.value.found)


def test_a_coalition_told_twice_is_refused() -> None:
    game = _table("ab", {"a": 1, "b": 1, "ab": 2, "ba": 3})
    with pytest.raises(BadInput, match="each coalition once"):
        share_game(game)


def test_a_row_that_stays_violated_by_a_rounding_does_not_hold_the_search() -> None:
    game = cases.buying(4, seed=2)
    one = np.array([[True, False, False, False]])
    stubborn = Rows(one, game.costs(one) - 1.0)
    first = Rows(np.concatenate([one, ~one]), game.costs(np.concatenate([one, ~one])))
    stages = _Stages(4, game.total, game.total, first, lambda *_: stubborn)
    assert stages.stage().epsilon < 0
    assert stages.linear.rows == 3


def test_one_member_pays_all() -> None:
    study = share_game(_table("a", {"a": "12.34"}))
    assert all(one.shares[0].share_eur == Decimal("12.34") for one in study.sharings)
    assert study.core_empty is False


def test_a_study_is_the_same_whatever_the_order_of_the_members() -> None:
    one = share_game(_table("abc", EXAMPLE))
    turned = {"".join(reversed(names)): eur for names, eur in reversed(EXAMPLE.items())}
    other = share_game(_table("cab", turned))
    for method in ("shapley", "nucleolus", "scrb", "equal_profit", "proportional_alone"):
        assert _of(one, method).shares == _of(other, method).shares


def test_a_study_travels_as_json() -> None:
    study = share_game(_table("abc", EXAMPLE))
    again = SharingStudy.model_validate_json(study.model_dump_json())
    assert again == study
    assert json.loads(study.model_dump_json())["total_eur"] == "180.00"
