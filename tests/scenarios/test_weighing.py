"""Weighing: shares with closed forms, and what a further option must never change."""

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled
from synergie.lighting.plan.weighing import weigh
from synergie.lighting.policy.weighed import faults
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import GroupResult, Veto, Weighing, WeightRange
from tests.scenarios.comparisons import (
    CRITERIA,
    LARGE,
    bounds,
    comparison,
    told,
    unit_bounds,
    voice,
    voices,
)

TWO: tuple[LightingCriterion, ...] = ("energy", "bill")
THREE: tuple[LightingCriterion, ...] = ("energy", "bill", "carbon")


def _first(result: GroupResult, scenario: str) -> float:
    return next(row.ranks[0] for row in result.ranks if row.scenario == scenario)


def _said(made: Weighing) -> list[str]:
    return [phrase.tell(str) for phrase in (*made.left_out, *made.notes)]


def _near(found: float, exact: float, samples: int = 20_000) -> bool:
    """Within four standard deviations of a share of *samples*."""
    return abs(found - exact) < 4 * math.sqrt(max(exact * (1 - exact), 1e-6) / samples) + 1e-6


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.8), (0.5, 0.5), (0.9, 0.35)])
def test_two_scenarios_on_two_criteria_share_the_line(a: float, b: float) -> None:
    """Worths (1, 0) and (a, b): the first leads where w > b / (1 - a + b)."""
    made = weigh(
        comparison({"s0": (0, 1), "s1": (1 - a, 1 - b)}, TWO), voices(criteria=TWO), samples=20_000
    )
    lead = 1 - b / (1 - a + b)
    assert _near(_first(made.groups[0], "s0"), lead)
    assert _near(_first(made.groups[0], "s1"), 1 - lead)


def test_an_order_of_two_criteria_halves_the_line() -> None:
    """With w from 1/2 to 1, (1, 0) leads (0.2, 0.9) above 0.9/1.7: 2 (1 - 9/17) of the samples."""
    table = {"s0": (0, 1), "s1": (0.8, 0.1)}
    group = voice(order=(("energy",), ("bill",)))
    made = weigh(comparison(table, TWO), voices(group, criteria=TWO), samples=20_000)
    assert _near(_first(made.groups[0], "s0"), 2 * (1 - 9 / 17))
    assert made.groups[0].weights_mean == pytest.approx((0.75, 0.25), abs=0.005)


def test_three_corners_share_the_simplex_equally() -> None:
    """Each of three unit worths leads in a third; it is last in a third, too."""
    table = {"s0": (0, 1, 1), "s1": (1, 0, 1), "s2": (1, 1, 0)}
    made = weigh(comparison(table, THREE), voices(criteria=THREE), samples=20_000)
    for row in made.groups[0].ranks:
        assert all(_near(share, 1 / 3) for share in row.ranks)
        assert sum(row.ranks) == pytest.approx(1, abs=1e-5)
    central = made.groups[0].ranks[0].central_weights
    assert central == pytest.approx((11 / 18, 7 / 36, 7 / 36), abs=0.01)


def test_a_middle_scenario_has_the_area_that_is_left_to_it() -> None:
    """(1,0,0) leads (c,c,c) where w1 > c: area (1 - c)²; so with c = 0.6 each corner has 0.16."""
    table = {"s0": (0, 1, 1), "s1": (1, 0, 1), "s2": (1, 1, 0), "m": (0.4, 0.4, 0.4)}
    made = weigh(comparison(table, THREE), voices(criteria=THREE), samples=20_000)
    result = made.groups[0]
    assert result.first == "m"
    assert _near(_first(result, "m"), 1 - 3 * 0.16)
    for corner in ("s0", "s1", "s2"):
        assert _near(_first(result, corner), 0.16)


def _falling_mean(n: int) -> list[float]:
    """Mean of weights in falling order: the k-th is (1/n) Σ_{i≥k} 1/i."""
    return [sum(1 / i for i in range(k, n + 1)) / n for k in range(1, n + 1)]


def test_a_full_order_has_rank_order_centroid_weights() -> None:
    """The mean of uniform weights in a given order is known in closed form (Barron 1992)."""
    order = tuple((name,) for name in reversed(CRITERIA))
    table = {"s0": [0.5] * 13}
    made = weigh(comparison(table), voices(voice(order=order)), samples=20_000)
    exact = _falling_mean(13)[::-1]
    assert made.groups[0].weights_mean == pytest.approx(exact, abs=0.004)


def test_criteria_that_are_not_named_come_after_all_that_are() -> None:
    """Only the first of three is named: each other has half of what it leaves, in the mean."""
    group = voice(order=(("carbon",),))
    made = weigh(
        comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE), samples=20_000
    )
    first = 11 / 18
    assert made.groups[0].weights_mean == pytest.approx(
        ((1 - first) / 2, (1 - first) / 2, first), abs=0.005
    )


def test_equal_swings_have_equal_weights() -> None:
    """Two equal before a third: (1/N)(e1) with N = 2, then 3."""
    group = voice(order=(("bill", "carbon"), ("energy",)))
    made = weigh(
        comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE), samples=20_000
    )
    energy, bill, carbon = made.groups[0].weights_mean
    assert bill == carbon
    assert bill == pytest.approx(0.5 / 2 + 0.5 / 3, abs=0.005)
    assert energy == pytest.approx(0.5 / 3, abs=0.005)


def test_ballots_are_a_distribution_and_never_a_mean() -> None:
    """Two persons with opposite orders: what a mean of them would choose leads hardly ever."""
    table = {"s0": (0, 1), "s1": (1, 0), "m": (0.48, 0.48)}
    group = voice(ballots=(("energy", "bill"), ("bill", "energy")))
    made = weigh(comparison(table, TWO), voices(group, criteria=TWO), samples=20_000)
    shares = {row.scenario: row.ranks[0] for row in made.groups[0].ranks}
    assert _near(shares["s0"], 0.48)
    assert _near(shares["s1"], 0.48)


def test_each_ballot_is_drawn_as_often_as_any_other() -> None:
    """Three of four put the bill first; the share of its scenario is exact to a sample."""
    table = {"s0": (0, 1), "s1": (1, 0)}
    group = voice(ballots=(("bill",), ("bill",), ("energy",), ("bill",)))
    made = weigh(comparison(table, TWO), voices(group, criteria=TWO), samples=1_000)
    assert _first(made.groups[0], "s1") == 0.75
    assert _first(made.groups[0], "s0") == 0.25


def test_ties_share_their_ranks() -> None:
    table = {"s0": (0.2, 0.2), "s1": (0.2, 0.2), "s2": (0.1, 0.9)}
    made = weigh(comparison(table, TWO), voices(criteria=TWO), samples=5_000)
    one, other, _ = made.groups[0].ranks
    assert one.ranks == other.ranks
    assert sum(one.ranks) == pytest.approx(1, abs=1e-5)
    assert made.groups[0].first == "s0"


def test_ranges_are_kept() -> None:
    """Energy within 0.2 and 0.3: uniform on the simplex, its density is linear, 2(1 - w)."""
    group = voice(weights=(WeightRange(criterion="energy", low=0.2, high=0.3),))
    made = weigh(
        comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE), samples=20_000
    )
    below = [w**2 - 2 * w**3 / 3 for w in (0.2, 0.3)]  # the integral of w times it
    mean = (below[1] - below[0]) / ((1 - 0.2) ** 2 - (1 - 0.3) ** 2)
    assert made.groups[0].weights_mean[0] == pytest.approx(mean, abs=0.001)


@pytest.mark.parametrize("low", [0.30, 0.318])
def test_narrow_ranges_are_walked_to_the_same_mean_as_by_symmetry(low: float) -> None:
    """Three weights of at least *low*: what is left is uniform, a third each in the mean."""
    ranges = tuple(WeightRange(criterion=c, low=low, high=1) for c in THREE)
    made = weigh(
        comparison({"s0": (0, 1, 1), "s1": (1, 0, 1), "s2": (1, 1, 0)}, THREE),
        voices(voice(weights=ranges), criteria=THREE), samples=20_000,
    )  # fmt: skip
    assert made.groups[0].weights_mean == pytest.approx((1 / 3,) * 3, abs=0.001)
    for row in made.groups[0].ranks:
        assert row.ranks == pytest.approx((1 / 3,) * 3, abs=0.03)


def test_a_walk_under_an_order_agrees_with_drawing_again() -> None:
    """Seven weights in order, the last four within little: a million plain draws are the oracle."""
    names = CRITERIA[:7]
    ranges = tuple(WeightRange(criterion=c, low=0.085, high=0.14) for c in names[3:])
    group = voice(order=tuple((c,) for c in names), weights=ranges)
    made = weigh(comparison({"s0": [0.5] * 7}, names), voices(group, criteria=names), samples=8_192)
    rng = np.random.default_rng(5)
    drawn = -np.sort(-rng.dirichlet(np.ones(7), size=1_000_000), axis=1)
    kept = drawn[np.all((drawn[:, 3:] >= 0.085) & (drawn[:, 3:] <= 0.14), axis=1)]
    assert len(kept) < 0.02 * len(drawn)
    assert made.groups[0].weights_mean == pytest.approx(tuple(kept.mean(axis=0)), abs=0.003)


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([("energy", 0, 0), ("bill", 0, 0), ("carbon", 0, 0)], "more than nothing"),
        ([("energy", 0.6, 1), ("bill", 0.5, 1)], "sum to one"),
        ([("energy", 0, 0.3), ("bill", 0, 0.3), ("carbon", 0, 0.3)], "sum to one"),
        ([("energy", 0.5, 0.4)], "low not above high"),
    ],
    ids=["nothing", "too much", "too little", "upside down"],
)
def test_impossible_ranges_are_refused(ranges: list[tuple[Any, ...]], expected: str) -> None:
    rows = tuple(WeightRange(criterion=c, low=low, high=high) for c, low, high in ranges)
    with pytest.raises(BadInput, match=expected) as caught:
        weigh(comparison({"s0": [0.5] * 3}, THREE), voices(voice(weights=rows), criteria=THREE))
    assert caught.value.where.startswith("/groups/0")


def test_ranges_against_the_order_are_refused() -> None:
    group = voice(
        order=(("energy",), ("bill",), ("carbon",)),
        weights=(WeightRange(criterion="carbon", low=0.4, high=1),),
    )
    with pytest.raises(BadInput, match="sum to one"):
        weigh(comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE))


@pytest.mark.parametrize(
    ("scales", "expected"),
    [
        ([bounds("energy", 1, 1)], "energy"),
        ([bounds("energy", 0, 1)], "below the worst"),
        ([bounds("felt_safety", 1, 0)], "above the worst"),
        ([bounds("energy", 1, 0), bounds("energy", 2, 0)], "each criterion once"),
        ([bounds("energy", 1, 0, steps=((2.0, 0.5),))], "between worst and best"),
        ([bounds("energy", 1, 0, steps=((0.5, 0.5), (0.5, 0.6)))], "each value once"),
        ([bounds("energy", 1, 0, steps=((0.7, 0.6), (0.4, 0.5)))], "never fall"),
        ([bounds("energy", 1, 0, steps=((0.7, 1.5),))], "worths from 0 to 1"),
        ([], "known for every scenario"),
    ],
    ids=["flat", "wrong way", "other way", "twice", "outside", "same", "falls", "above", "none"],
)
def test_a_scale_that_is_none_is_refused(scales: list[Any], expected: str) -> None:
    table = {"s0": (0.5, 0.5)}
    with pytest.raises(BadInput, match=expected):
        weigh(comparison(table, ("energy", "felt_safety")), voices(scales=scales))


def test_a_criterion_that_is_named_needs_a_scale() -> None:
    group = voice(order=(("energy",), ("carbon",)))
    with pytest.raises(BadInput, match="carbon") as caught:
        weigh(comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=TWO))
    assert caught.value.where == "/groups/0/order"


def test_a_criterion_twice_in_a_ballot_is_refused() -> None:
    group = voice(ballots=(("energy",), ("bill", "energy", "bill")))
    with pytest.raises(BadInput, match="each criterion once") as caught:
        weigh(comparison({"s0": (0.5, 0.5)}, TWO), voices(group, criteria=TWO))
    assert caught.value.where == "/groups/0/ballots/1"


def test_a_group_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="each group once"):
        weigh(comparison({"s0": (0.5, 0.5)}, TWO), voices(voice(), voice(), criteria=TWO))


def test_worth_is_piecewise_linear_and_clipped_with_a_word() -> None:
    """Energy 60 is worth 0.9 by a step; 300 is beyond the worst and counts 0."""
    scale = bounds("energy", 200, 0, steps=((60.0, 0.9),))
    table = {"s0": (60, 0.5), "s1": (300, 0.0)}
    made = weigh(
        comparison(table, TWO), voices(scales=[scale, bounds("bill", 1, 0)]), samples=20_000
    )
    assert _near(_first(made.groups[0], "s0"), 0.9 / (0.9 + 0.5))  # 0.9 w + 0.5 (1 - w) > 1 - w
    assert any("1 of 2 scenarios lie outside" in said for said in _said(made))


def test_constraints_and_pareto_go_before_weights() -> None:
    table = {"s0": (0, 1, 0), "bad": (0, 0, 0), "beaten": (0.2, 1, 0.5), "s1": (1, 0, 0)}
    made = weigh(comparison(table, THREE, excluded=["bad"]), voices(criteria=THREE), samples=500)
    assert made.scenarios == ("s0", "s1")
    assert any("bad" in said and "hard constraint" in said for said in _said(made))
    assert any("beaten" in said and "s0" in said for said in _said(made))


def test_nothing_is_beaten_on_a_few_criteria_of_many() -> None:
    """Only the first of three is known for all: that s0 is better there does not drop s1."""
    table = {"s0": (0.1, None, None), "s1": (0.5, None, None)}
    made = weigh(comparison(table, THREE), voices(criteria=THREE), samples=50)
    assert made.scenarios == ("s0", "s1")
    assert made.criteria == ("energy",)


def test_what_is_constraint_is_not_weighed() -> None:
    made = weigh(
        comparison({"s0": (0.5, 0.5)}, TWO, constraints=["bill"]), voices(criteria=TWO), samples=10
    )
    assert made.criteria == ("energy",)
    assert any("bill" in said and "constraint" in said for said in _said(made))


def test_a_criterion_not_known_for_one_is_left_out_for_all_and_shown_as_an_interval() -> None:
    """Without the bill s0 leads always; with it, known to be anything for s0, it may lose half."""
    table = {"s0": (0.2, None), "s1": (0.6, 0.0)}
    group = voice(order=(("bill", "energy"),))
    made = weigh(comparison(table, TWO), voices(group, criteria=TWO), samples=400)
    assert made.criteria == ("energy",)
    assert _first(made.groups[0], "s0") == 1
    said = "\n".join(_said(made))
    assert "bill is not weighed for any scenario: not known for s0" in said
    assert "s0 is first in 0.0 to 100.0 %" in said
    assert "Conseil named bill" in said


def test_a_constraint_that_a_group_names_is_dropped_from_its_order() -> None:
    group = voice(order=(("bill",), ("energy",)))
    made = weigh(
        comparison({"s0": (0.5, 0.5)}, TWO, constraints=["bill"]), voices(group, criteria=TWO),
        samples=10,
    )  # fmt: skip
    assert made.criteria == ("energy",)
    assert any("Conseil named bill, which is not weighed" in said for said in _said(made))


def test_a_veto_takes_a_scenario_out_for_its_group_only() -> None:
    table = {"s0": (0.0, 0.6), "s1": (1.0, 0.2)}
    vetoes = (Veto(criterion="energy", limit=0.5, reason="plafond"),)
    made = weigh(
        comparison(table, TWO), voices(voice("a", vetoes=vetoes), voice("b"), criteria=TWO),
        samples=2_000,
    )  # fmt: skip
    a, b = made.groups
    assert (a.vetoed, a.first, len(a.ranks)) == (("s1",), "s0", 1)
    assert (b.vetoed, len(b.ranks)) == ((), 2)
    assert made.agreements == ()
    assert any("fewer than two scenarios" in said for said in _said(made))


def test_a_veto_on_a_value_of_exactly_its_limit_lets_it_be() -> None:
    vetoes = (Veto(criterion="dark_hours", limit=5, reason="nuit"),)
    table = {"s0": (5.0,), "s1": (4.9,)}
    scales = [bounds("dark_hours", 0, 6)]
    made = weigh(
        comparison(table, ("dark_hours",), dominated={}),
        voices(voice(vetoes=vetoes), scales=scales),
    )
    assert made.scenarios == ("s0",)
    assert made.groups[0].vetoed == ()


@pytest.mark.parametrize(
    ("criterion", "values", "limit"),
    [("legal", (90.0, 100.0), 95.0), ("worse_off", (2.0, 0.0), 0.0)],
    ids=["a share that is to be large", "a number that is to be small"],
)
def test_a_veto_may_stand_on_a_constraint(
    criterion: LightingCriterion, values: tuple[float, float], limit: float
) -> None:
    names: tuple[LightingCriterion, ...] = ("energy", criterion)
    table = {"s0": (0.1, values[0]), "s1": (0.2, values[1])}
    vetoes = (Veto(criterion=criterion, limit=limit, reason="tenu"),)
    made = weigh(
        comparison(table, names, constraints=[criterion]),
        voices(voice(vetoes=vetoes), scales=[bounds("energy", 1, 0), bounds("bill", 1, 0)]),
        samples=10,
    )
    assert made.scenarios == ("s0",)  # s1 is beaten: a constraint is not traded
    assert made.groups[0].vetoed == ("s0",)


def test_shares_and_weights_make_one() -> None:
    """Within a millionth, whatever their number: others check it."""
    rng = np.random.default_rng(3)
    table = {f"s{n}": rng.random(13).tolist() for n in range(60)}
    made = weigh(comparison(table), voices(), samples=3_000)
    (group,) = made.groups
    assert sum(group.weights_mean) == pytest.approx(1, abs=1e-7)
    for row in group.ranks:
        assert sum(row.ranks) == pytest.approx(1, abs=1e-7)
    for n in range(len(group.ranks)):
        assert sum(row.ranks[n] for row in group.ranks) == pytest.approx(1, abs=1e-7)


def test_every_scenario_vetoed_leaves_no_choice() -> None:
    vetoes = (Veto(criterion="energy", limit=-1, reason="rien"),)
    made = weigh(comparison({"s0": (0.5,)}, ("energy",)), voices(voice(vetoes=vetoes)), samples=10)
    assert (made.groups[0].first, made.groups[0].ranks, made.robust) == (None, (), ())


def test_flips_are_where_another_scenario_takes_the_lead() -> None:
    """At each flip both are worth the same; a little beyond, the other leads."""
    table = {"s0": (0.1, 0.6, 0.5), "s1": (0.6, 0.1, 0.4), "s2": (0.7, 0.7, 0.05)}
    group = voice(order=(("energy",), ("bill",), ("carbon",)))
    made = weigh(comparison(table, THREE), voices(group, criteria=THREE), samples=4_000)
    result = made.groups[0]
    assert result.first == "s0"
    central = np.array(next(r.central_weights for r in result.ranks if r.scenario == "s0"))
    worths = 1 - np.array(list(table.values()))
    assert result.flips
    for flip in result.flips:
        place = THREE.index(flip.criterion)
        for beyond, leads in ((-1e-3, "s0"), (1e-3, flip.scenario)):
            step = beyond * np.sign(flip.to_weight - flip.from_weight)
            weights = central * (1 - flip.to_weight - step) / (1 - central[place])
            weights[place] = flip.to_weight + step
            assert list(table)[int(np.argmax(worths @ weights))] == leads
    changes = [abs(flip.to_weight - flip.from_weight) for flip in result.flips]
    assert changes == sorted(changes)


def test_nothing_turns_a_choice_that_always_leads() -> None:
    table = {"s0": (0.1, 0.1, 0.5), "s1": (0.4, 0.4, 0.4)}
    scales = [*unit_bounds(TWO), bounds("carbon", 1, 0, steps=((0.39, 0.01), (0.51, 0.01)))]
    made = weigh(comparison(table, THREE), voices(scales=scales), samples=100)
    assert made.groups[0].flips == ()


def test_groups_stand_side_by_side() -> None:
    table = {"s0": (0.0, 1.0), "m": (0.45, 0.45), "s1": (1.0, 0.0)}
    groups = [
        voice("a", order=(("energy",), ("bill",)), weights=_at_least("energy", 0.7)),
        voice("b", order=(("bill",), ("energy",)), weights=_at_least("bill", 0.7)),
        voice("c", order=(("energy",), ("bill",)), weights=_at_least("energy", 0.7)),
    ]
    made = weigh(comparison(table, TWO), voices(*groups, criteria=TWO), samples=1_000)
    pairs = {pair.groups: (pair.tau, pair.both_first) for pair in made.agreements}
    assert pairs == {("a", "b"): (-1.0, None), ("a", "c"): (1.0, "s0"), ("b", "c"): (-1.0, None)}
    assert made.robust == ()


def _at_least(criterion: Any, low: float) -> tuple[WeightRange, ...]:
    return (WeightRange(criterion=criterion, low=low, high=1),)


def test_what_is_first_for_every_group_is_robust() -> None:
    table = {"s0": (0.1, 0.1), "s1": (0.0, 0.9), "s2": (0.9, 0.0)}
    groups = [voice("a", order=(("energy",), ("bill",))), voice("b", order=(("bill",),))]
    made = weigh(comparison(table, TWO), voices(*groups, criteria=TWO), samples=4_000)
    assert made.robust == ("s0",)


def test_half_width_is_that_of_a_share() -> None:
    made = weigh(comparison({"s0": (0, 1), "s1": (1, 0)}, TWO), voices(criteria=TWO), samples=2_500)
    row = made.groups[0].ranks[0]
    share = row.ranks[0]
    assert row.half_width == pytest.approx(1.96 * math.sqrt(share * (1 - share) / 2_500), abs=1e-6)


def test_small_groups_are_named() -> None:
    group = voice("habitants", kind="citizens", ballots=(("energy",),) * 9)
    made = weigh(comparison({"s0": (0.5, 0.5)}, TWO), voices(group, criteria=TWO), samples=10)
    assert any("9 answers, fewer than 10" in said for said in _said(made))


def test_a_run_can_be_stopped() -> None:
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        weigh(comparison({"s0": (0.5,)}, ("energy",)), voices(), samples=100_000, cancel=cancel)


@pytest.mark.parametrize(("key", "value"), [("samples", 0), ("samples", 10**9), ("seed", -1)])
def test_absurd_settings_are_refused(key: str, value: int) -> None:
    with pytest.raises(BadInput, match=key):
        weigh(comparison({"s0": (0.5,)}, ("energy",)), voices(), **{key: value})  # type: ignore[arg-type]


_WORTH = st.integers(0, 20).map(lambda n: n / 20)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[float]]:
    """Two to five scenarios on three criteria, worths in twentieths."""
    n = draw(st.integers(2, 5))
    return {f"s{i}": draw(st.lists(_WORTH, min_size=3, max_size=3)) for i in range(n)}


def _orders(made: Weighing, names: list[str]) -> list[list[str]]:
    """For each group, *names* from the most often first on."""
    found = []
    for group in made.groups:
        shares = {row.scenario: row.ranks[0] for row in group.ranks}
        found.append(sorted(names, key=lambda name: (-shares.get(name, -1), name)))
    return found


GROUPS = (
    voice("a", order=(("energy",), ("carbon",), ("bill",))),
    voice("b", ballots=(("bill",), ("carbon", "energy"))),
    voice("c"),
)


@given(tables(), st.data())
@settings(max_examples=40)
def test_a_beaten_option_changes_nothing_for_the_others(
    table: dict[str, list[float]], data: st.DataObject
) -> None:
    given_voices = voices(*GROUPS, criteria=THREE)
    before = weigh(comparison(table, THREE), given_voices, samples=300)
    model = data.draw(st.sampled_from(sorted(table)))
    worse = [
        min(value + data.draw(st.sampled_from([0.05, 0.1, 0.4])), 1.5) for value in table[model]
    ]
    after = weigh(comparison(table | {"new": worse}, THREE), given_voices, samples=300)
    assert after.scenarios == before.scenarios
    assert after.groups == before.groups
    assert after.agreements == before.agreements


@given(tables(), st.data())
@settings(max_examples=40)
def test_a_further_option_never_turns_the_order_of_two_others(
    table: dict[str, list[float]], data: st.DataObject
) -> None:
    """Whatever is added: a scenario that leads another in each sample still does."""
    given_voices = voices(*GROUPS, criteria=THREE)
    more = table | {"new": data.draw(st.lists(_WORTH, min_size=3, max_size=3))}
    before = weigh(comparison(table, THREE), given_voices, samples=300)
    after = weigh(comparison(more, THREE), given_voices, samples=300)
    kept = [name for name in before.scenarios if name in after.scenarios]
    for old, new in zip(before.groups, after.groups, strict=True):
        assert new.weights_mean == old.weights_mean
        for name in kept:
            assert _first(new, name) <= _first(old, name) + 1e-6


@given(tables(), st.permutations(["energy", "bill", "carbon"]))
@settings(max_examples=30)
def test_a_bad_option_that_is_never_first_leaves_the_first_shares(
    table: dict[str, list[float]], order: list[str]
) -> None:
    """Bad: the worst on two criteria and hardly better on the last of the order."""
    group = voice(order=tuple((name,) for name in order))
    best = [min(values[place] for values in table.values()) for place in range(3)]
    last = THREE.index(order[-1])
    bad = [1.0] * 3
    bad[last] = max(best[last] - 0.001, -1.0)
    before = weigh(comparison(table, THREE), voices(group, criteria=THREE), samples=300)
    after = weigh(
        comparison(table | {"bad": bad}, THREE), voices(group, criteria=THREE), samples=300
    )
    if any(row.scenario == "bad" and row.ranks[0] > 0 for row in after.groups[0].ranks):
        return
    names = [name for name in before.scenarios if name in after.scenarios]
    assert _orders(after, names) == _orders(before, names)


@given(tables())
@settings(max_examples=20)
def test_a_weighing_passes_the_check_of_those_who_only_receive_it(
    table: dict[str, list[float]],
) -> None:
    """The check draws no sample and shares no code with the weighing."""
    vetoes = (Veto(criterion="carbon", limit=0.6, reason="plafond"),)
    groups = (*GROUPS, voice("d", vetoes=vetoes))
    given_comparison, given_voices = comparison(table, THREE), voices(*groups, criteria=THREE)
    made = weigh(given_comparison, given_voices, samples=200)
    assert faults(given_comparison, given_voices, made) == ()


@given(tables())
@settings(max_examples=20)
def test_the_same_inputs_give_the_same_bytes(table: dict[str, list[float]]) -> None:
    given_comparison, given_voices = comparison(table, THREE), voices(*GROUPS, criteria=THREE)
    one, other = (weigh(given_comparison, given_voices, samples=500, seed=3) for _ in range(2))
    assert one.model_dump_json() == other.model_dump_json()


def test_another_group_leaves_the_samples_of_a_group_alone() -> None:
    table = {"s0": (0, 1), "s1": (0.6, 0.1)}
    alone = weigh(comparison(table, TWO), voices(voice("a"), criteria=TWO), samples=700)
    both = weigh(comparison(table, TWO), voices(voice("b"), voice("a"), criteria=TWO), samples=700)
    assert both.groups[1] == alone.groups[0]


def test_the_first_samples_do_not_depend_on_how_many_are_drawn() -> None:
    """Blocks of a fixed size: the sum over 4,096 is part of that over 8,192."""
    table = {"s0": (0, 1), "s1": (1, 0)}
    less, more = (
        weigh(comparison(table, TWO), voices(criteria=TWO), samples=n).groups[0].ranks[0].ranks[0]
        * n
        for n in (4_096, 8_192)
    )
    assert 0 <= more - less <= 4_096


def test_a_known_run_gives_its_known_bytes() -> None:
    """Held so that a change of the draws is seen: they are part of a published result."""
    table = {"s0": (0, 1, 0.3), "s1": (1, 0, 0.4), "s2": (0.4, 0.5, 0.9)}
    made = weigh(comparison(table, THREE), voices(*GROUPS, criteria=THREE), samples=1_000, seed=7)
    shares = [[row.ranks[0] for row in group.ranks] for group in made.groups]
    assert shares == KNOWN


KNOWN = [[1.0, 0.0, 0.0], [0.51, 0.487, 0.003], [0.535, 0.455, 0.01]]


def test_a_weight_that_is_said_exactly_is_that_weight() -> None:
    """Energy is 0.4; what is left is uniform between the two others."""
    group = voice(weights=(WeightRange(criterion="energy", low=0.4, high=0.4),))
    made = weigh(comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE), samples=8_000)
    assert made.groups[0].weights_mean == pytest.approx((0.4, 0.3, 0.3), abs=0.01)
    assert made.groups[0].weights_mean[0] == 0.4


def test_all_weights_said_exactly_leave_no_doubt() -> None:
    rows = [("energy", 0.1), ("bill", 0.2), ("carbon", 0.7)]
    group = voice(weights=tuple(WeightRange(criterion=c, low=w, high=w) for c, w in rows))  # type: ignore[arg-type]
    table = {"s0": (0.0, 1.0, 0.5), "s1": (1.0, 0.0, 0.4)}
    made = weigh(comparison(table, THREE), voices(group, criteria=THREE), samples=100)
    assert made.groups[0].weights_mean == (0.1, 0.2, 0.7)
    assert _first(made.groups[0], "s1") == 1


def test_ballots_keep_the_ranges_of_their_group() -> None:
    group = voice(
        ballots=(("energy",), ("bill",)),
        weights=(WeightRange(criterion="carbon", low=0.2, high=1),),
    )
    made = weigh(comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE), samples=4_000)
    energy, bill, carbon = made.groups[0].weights_mean
    assert carbon >= 0.2
    assert energy == pytest.approx(bill, abs=0.02)


def test_a_ballot_against_the_ranges_is_refused() -> None:
    group = voice(
        ballots=(("energy",), ("carbon",)),
        weights=(WeightRange(criterion="energy", low=0.6, high=1),),
    )
    with pytest.raises(BadInput, match="sum to one"):
        weigh(comparison({"s0": [0.5] * 3}, THREE), voices(group, criteria=THREE))


def test_no_scenario_in_play_is_told_and_nothing_is_first() -> None:
    table = {"s0": (0.5, 0.5), "s1": (0.1, 0.2)}
    made = weigh(
        comparison(table, TWO, excluded=["s0", "s1"]), voices(voice("a"), voice("b"), criteria=TWO),
        samples=50,
    )  # fmt: skip
    assert (made.scenarios, made.robust, made.agreements) == ((), (), ())
    assert [group.first for group in made.groups] == [None, None]


def test_a_blank_ballot_says_nothing() -> None:
    """Beside one order that always chooses s1, a blank ballot is any weight."""
    table = {"s0": (0, 1), "s1": (1, 0)}
    group = voice(ballots=(("bill",), ()))
    made = weigh(comparison(table, TWO), voices(group, criteria=TWO), samples=20_000)
    assert _near(_first(made.groups[0], "s1"), 0.75)


def test_brute_force_over_a_grid_of_weights_gives_the_same_shares() -> None:
    """All weights in steps of 1/120 within an order, counted one by one in exact fractions."""
    table = {"s0": (0.1, 0.7, 0.5), "s1": (0.5, 0.2, 0.45), "s2": (0.6, 0.6, 0.02)}
    order: tuple[LightingCriterion, ...] = ("bill", "energy", "carbon")
    steps, won = 120, dict.fromkeys(table, 0)
    for i in range(steps + 1):
        for j in range(steps + 1 - i):
            weights = dict(zip(THREE, (i, j, steps - i - j), strict=True))
            if not weights[order[0]] > weights[order[1]] > weights[order[2]]:
                continue
            worths = {
                name: sum(
                    weights[c] * (1 - Fraction(str(v))) for c, v in zip(THREE, values, strict=True)
                )
                for name, values in table.items()
            }
            won[max(worths, key=lambda name: worths[name])] += 1
    group = voice(order=tuple((name,) for name in order))
    made = weigh(comparison(table, THREE), voices(group, criteria=THREE), samples=20_000)
    whole = sum(won.values())
    for name, times in won.items():
        assert _first(made.groups[0], name) == pytest.approx(times / whole, abs=0.03)


def test_every_order_of_three_takes_a_sixth() -> None:
    """Uniform weights without an order: each of the six orders is as likely."""
    shares = []
    for order in permutations(THREE):
        table = {"s0": (0, 1, 1), "s1": (1, 0, 1), "s2": (1, 1, 0)}
        group = voice(order=tuple((name,) for name in order))
        made = weigh(comparison(table, THREE), voices(group, criteria=THREE), samples=200)
        shares.append(made.groups[0].first)
    assert sorted(filter(None, shares)) == ["s0", "s0", "s1", "s1", "s2", "s2"]


def test_large_is_better_where_the_criterion_says_so() -> None:
    assert {told(name).direction for name in LARGE} == {"max"}
    table = {"s0": (4.0, 0.5), "s1": (9.0, 0.6)}
    scales = [bounds("felt_safety", 0, 10), bounds("energy", 1, 0)]
    made = weigh(
        comparison(table, ("felt_safety", "energy")), voices(scales=scales), samples=20_000
    )
    assert _near(_first(made.groups[0], "s1"), 1 - 0.1 / (0.5 + 0.1))
