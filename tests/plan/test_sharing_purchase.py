"""A purchase as a game: every coalition costs what its own purchase would."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.energy.records.offer import Price, Tier
from synergie.errors import BadInput, Cancelled, Infeasible
from synergie.plan.sharing.game import build_mask_flags, list_mask_players
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.sharing import purchase_game, share_purchase
from synergie.purchase.plan.sharing._lots import restrict_to_members
from synergie.purchase.plan.sharing._regular import of_purchase
from synergie.purchase.plan.sharing.purchases import Remainder, at_once
from synergie.purchase.records.purchase import CoordinatorFees, PurchaseProblem, SupplierLimit
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory
from tests.plan import instances
from tests.plan.test_purchase import lot, offer, point, problems, small, tier


def _players(problem: PurchaseProblem) -> tuple[str, ...]:
    return tuple(sorted({p.member for p in problem.points}))


def _solved(problem: PurchaseProblem, names: tuple[str, ...]) -> float:
    try:
        return float(100 * purchase.solve(restrict_to_members(problem, names)).objective_eur)
    except Infeasible:
        return np.inf


@settings(max_examples=40, deadline=None)
@given(problems())
def test_every_coalition_costs_what_its_own_purchase_costs(problem: PurchaseProblem) -> None:
    players = _players(problem)
    values = at_once(problem, players)
    if values is None:
        divided = any(one.max_awards != 1 for one in problem.lots)
        assert divided and problem.limits  # the one thing that is left to solves
        return
    for mask in range(1, len(values)):
        assert values[mask] == _solved(problem, list_mask_players(players, mask)), mask


fees = st.builds(
    lambda fixed, point_, mwh, cap: CoordinatorFees(
        fee_fixed=Decimal(fixed),
        fee_per_pdl=Decimal(point_),
        fee_per_mwh=Decimal(mwh),
        cap=None if cap is None else Decimal(cap),
    ),
    st.sampled_from([0, 20, 200]),
    st.sampled_from([0, 10]),
    st.sampled_from([0, 1, 5]),
    st.sampled_from([None, None, 50, 250]),
)


@settings(max_examples=40, deadline=None)
@given(problems(), fees)
def test_the_fees_of_the_coordinator_are_in_the_cost_of_every_coalition(
    problem: PurchaseProblem, asked: CoordinatorFees
) -> None:
    problem = problem.model_copy(update={"fees": asked})
    players = _players(problem)
    values = at_once(problem, players)
    if values is None:
        return
    for mask in range(1, len(values)):
        solved = _solved(problem, list_mask_players(players, mask))
        if problem.nobody_pays_more:
            assert values[mask] <= solved
        else:
            assert values[mask] == solved


@pytest.mark.parametrize(
    ("remainder", "total", "said"),
    [
        ("coordinator", 11_030, "170.00 EUR, is borne by the coordinator"),
        ("members", 11_200, "lifted"),
    ],
)
def test_who_bears_what_a_cap_cuts_off_is_said(remainder: Remainder, total: int, said: str) -> None:
    asked = CoordinatorFees(fee_fixed=Decimal(30), fee_per_mwh=Decimal(1), cap=Decimal(10))
    problem = small(fees=asked, may_leave=False, nobody_pays_more=False, offers=(_FLAT,))
    study = share_purchase(problem, remainder=remainder)
    assert study.total_eur == total
    assert any(said in phrase.tell(str) for phrase in study.assumptions)
    assert all(sum(s.share_eur for s in one.shares) == total for one in study.sharings)


_FLAT = offer("one", tier("0", "100"))


def test_tiers_that_a_coalition_does_not_reach_are_not_its_own() -> None:
    game = purchase_game(small()).game
    euros = dict(zip(map(_letters, range(8)), game.values / 100, strict=True))
    # one sells at 100 EUR/MWh; two at 90 from 100 MWh on, with 500 EUR to run
    assert euros == {
        "": 0, "a": 6000, "b": 3000, "c": 2000, "ab": 9000, "ac": 8000, "bc": 5000, "abc": 10400,
    }  # fmt: skip


def two_options(*rows: tuple[str, str, str | None, str, str]) -> PurchaseProblem:
    """a and c need one tariff option, b another; offers of (name, from, to, price, other)."""
    offers: dict[str, list[Tier]] = {}
    for name, floor, roof, price, other in rows:
        other_price = Price(tariff_code="OTHER", time_class="HPH", eur_per_mwh=Decimal(other))
        prices = (*tier(floor, price).prices, other_price)
        end = None if roof is None else Decimal(roof)
        made = Tier(from_mwh=Decimal(floor), to_mwh=end, prices=prices)
        offers.setdefault(name, []).append(made)
    return small(
        points=(point("a", "60"), point("b", "10", tariff_code="OTHER"), point("c", "50")),
        lots=(lot(running_alone_eur=Decimal(0)),),
        offers=tuple(offer(name, *tiers) for name, tiers in offers.items()),
    )


def test_who_is_dearer_in_the_offer_stays_alone_inside_a_coalition() -> None:
    problem = two_options(
        ("one", "0", "99.999999", "100", "200"),
        ("one", "100", None, "80", "200"),
        ("two", "0", None, "150", "90"),
    )
    values = at_once(problem, ("a", "b", "c"))
    assert values is not None
    euros = dict(zip(map(_letters, range(8)), values / 100, strict=True))
    # b buys by itself at 90 in every coalition; a and c reach 100 MWh only together
    assert euros == {
        "": 0, "a": 6000, "b": 900, "c": 5000, "ab": 6900, "ac": 8800, "bc": 5900, "abc": 9700,
    }  # fmt: skip
    game = of_purchase(problem, ("a", "b", "c"))
    assert game is not None
    assert game.total == 970_000


def test_a_tier_that_is_dearer_for_someone_is_no_game_of_sums() -> None:
    problem = two_options(
        ("one", "0", "99.999999", "100", "100"), ("one", "100", None, "80", "101")
    )
    assert of_purchase(problem, ("a", "b", "c")) is None
    hole = two_options(("one", "0", "90", "100", "100"), ("one", "100", None, "80", "100"))
    assert of_purchase(hole, ("a", "b", "c")) is None


def _letters(mask: int) -> str:
    return "".join(list_mask_players("abc", mask))


def test_a_supplier_that_may_win_one_lot_is_used_where_it_saves_most() -> None:
    problem = small(
        points=(point("a", "60"), point("b", "50", usage="public_lighting", id="b-light")),
        lots=(
            lot(running_alone_eur=Decimal(1000)),
            lot("lot-2", "public_lighting", running_alone_eur=Decimal(1000)),
        ),
        offers=(
            offer("one", tier("0", "100")),
            offer("two", tier("0", "90")),
            offer("one", tier("0", "100"), lot="lot-2"),
            offer("two", tier("0", "80"), lot="lot-2"),
        ),
        limits=(SupplierLimit(supplier="two", max_lots=1),),
    )
    values = purchase_game(problem).game.values / 100
    assert values.tolist() == [0, 5400, 4000, 10000]


def test_coalitions_are_solved_one_by_one_when_lots_depend_on_more() -> None:
    problem = small(
        lots=(lot(max_awards=None),), limits=(SupplierLimit(supplier="two", max_lots=0),)
    )
    made = purchase_game(problem)
    assert made.game.values[-1] == 1_100_000
    assert "optimum of its own purchase" in made.assumptions[1].text
    with pytest.raises(Cancelled):
        purchase_game(problem, cancel=iter([False, False, True, True]).__next__)


def test_too_many_members_to_solve_one_by_one_are_refused() -> None:
    many = tuple(point(f"m{i:02d}", "10") for i in range(14))
    problem = small(
        points=many,
        lots=(lot(max_awards=None),),
        limits=(SupplierLimit(supplier="two", max_lots=0),),
    )
    with pytest.raises(BadInput, match="14 members"):
        purchase_game(problem)


@st.composite
def falling(draw: st.DrawFn) -> PurchaseProblem:
    """Purchases whose tiers go down in a row, all in or all free."""
    made = draw(problems())
    free = draw(st.booleans())
    offers_ = []
    for one in made.offers:
        price = one.tiers[0].prices[0].eur_per_mwh - draw(st.integers(0, 30))
        cheaper = one.tiers[1].prices[0].model_copy(update={"eur_per_mwh": price})
        roof = one.tiers[1].from_mwh - Decimal("0.000001")
        first = one.tiers[0].model_copy(update={"to_mwh": roof})
        second = one.tiers[1].model_copy(update={"prices": (cheaper,)})
        offers_.append(one.model_copy(update={"tiers": (first, second)}))
    return made.model_copy(
        update={
            "offers": tuple(offers_),
            "lots": tuple(one.model_copy(update={"max_awards": 1}) for one in made.lots),
            "limits": (),
            "may_leave": free,
            "nobody_pays_more": free,
        }
    )


@settings(max_examples=60, deadline=None)
@given(falling())
def test_a_game_of_sums_costs_what_the_listed_one_does(problem: PurchaseProblem) -> None:
    players = _players(problem)
    game, values = of_purchase(problem, players), at_once(problem, players)
    assert values is not None
    if game is None:  # a tier dearer than the one before, or a blind member
        return
    n = len(players)
    found = game.costs(build_mask_flags(np.arange(1, 1 << n), n))
    assert np.array_equal(found, values[1:])


def test_forty_members_are_shared_without_listing_their_coalitions() -> None:
    many = tuple(point(f"m{i:02d}", str(5 + i)) for i in range(40))
    problem = small(
        points=many,
        offers=(offer("two", tier("0", "120", "99.999999"), tier("100", "90"), fixed="500"),),
    )
    study = share_purchase(problem)
    assert study.core_empty is False
    by_name = {one.method: one for one in study.sharings}
    assert {one.method for one in study.not_shared} == {"nucleolus"}
    assert by_name["shapley"].exact is False
    for sharing in study.sharings:
        assert sum(one.share_eur for one in sharing.shares) == study.total_eur
        assert sharing.in_core is not None
    assert by_name["equal_profit"].in_core
    assert all(one.half_width_eur for one in by_name["shapley"].shares)


@pytest.mark.parametrize("name", ["tqd_n13_s0", "tqd_n13_s1"])
def test_a_published_purchase_is_shared_in_its_core(name: str, shared: Path) -> None:
    problem = instances.tqd(shared, name)
    made = purchase_game(problem)
    assert made.game.total == float(100 * made.plan.objective_eur)
    known = instances.known(shared, "synergie-tqd")[name]
    assert made.game.total / 100 == pytest.approx(known["objective"], abs=0.01)
    some = [list_mask_players(made.game.players, mask) for mask in (1, 77, 4096, 5000, 8190)]
    for names in some:
        mask = sum(1 << made.game.players.index(one) for one in names)
        assert made.game.values[mask] == pytest.approx(_solved(problem, names), abs=1e-6)


def test_the_territory_is_shared_with_nobody_worse_off() -> None:
    problem = purchase_problem(needs(territory()))
    study = share_purchase(problem, methods=("shapley", "nucleolus", "equal_profit", "scrb"))
    plan = purchase.solve(problem)
    assert study.total_eur == plan.objective_eur
    assert study.inputs_digest == plan.inputs_digest
    assert study.core_empty is False
    for sharing in study.sharings:
        assert sum(one.share_eur for one in sharing.shares) == plan.objective_eur
        assert sharing.nobody_pays_more
        assert sharing.in_core
        elsewhere = sum((one.paid_elsewhere_eur or Decimal(0)) for one in sharing.shares)
        settled = sum((one.to_settle_eur or Decimal(0)) for one in sharing.shares)
        assert elsewhere + settled == plan.objective_eur
        paid = {p.member: Decimal(0) for p in plan.places}
        for place in plan.places:
            paid[place.member] += place.supply_eur
        assert {one.member: one.paid_elsewhere_eur for one in sharing.shares} == paid
