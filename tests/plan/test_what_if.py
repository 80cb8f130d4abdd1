"""What-ifs of a purchase: against problems solved anew, against brute force, and by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synergie.energy.records.offer import Offer, VolumeTunnel
from synergie.errors import BadInput, Infeasible
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan import what_if
from synergie.purchase.plan.what_if._answers import clause_eur
from synergie.purchase.records.limits import Requirement
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import AloneCost, PurchaseProblem, SupplierLimit
from synergie.purchase.records.study import PurchaseCase
from tests.plan.test_purchase import brute_force, lot, offer, point, problems, small, tier

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TUNNEL = VolumeTunnel(
    below=0.1, above=0.1, below_eur_per_mwh=Decimal(30), above_eur_per_mwh=Decimal(20)
)


def solved(problem: PurchaseProblem) -> PurchasePlan:
    """The plan of *problem*; a draw without one is left."""
    try:
        return purchase.solve(problem)
    except Infeasible:
        assume(False)
        raise


def case(kind: Any, **changes: Any) -> PurchaseCase:
    return PurchaseCase(kind=kind, **changes)


@given(problems(), st.sampled_from("abcd"))
def test_a_departure_is_the_problem_without_the_member(
    problem: PurchaseProblem, member: str
) -> None:
    plan = solved(problem)
    assume(any(p.member == member for p in problem.points))
    found = what_if.departure(problem, plan, member)
    rest = tuple(p for p in problem.points if p.member != member)
    assert found.others_then_eur == brute_force(problem.model_copy(update={"points": rest}))
    assert found.proved
    if found.others_then_eur is None:
        assert found.conflicts and not found.others
    else:
        change = sum((one.difference_eur for one in found.others), Decimal(0))
        assert change == found.difference_eur
        assert found.others_planned_eur + change == found.others_then_eur
        assert found.pay_more == sum(one.difference_eur > 0 for one in found.others)


def test_the_cliff_of_a_tier_is_told_with_what_it_costs_the_others() -> None:
    plan = purchase.solve(small())
    found = what_if.departure(small(), plan, "c")
    (cliff,) = found.cliffs
    assert [cliff.above_floor_mwh, cliff.volume_mwh] == [10, 20] and cliff.falls
    (change,) = found.lots
    assert (change.planned_offer, change.planned_tier) == ("two-lot-1", 2)
    assert (change.offer, change.tier) == ("one-lot-1", 1) or change.offer is None
    assert found.others_then_eur == 9000  # 90 MWh at 100 EUR
    assert found.difference_eur == 9000 - found.others_planned_eur > 0
    assert found.pay_more == 2 and found.paid_more_eur == found.difference_eur


def test_who_is_not_in_the_plan_cannot_leave_it() -> None:
    with pytest.raises(BadInput, match="a member of the plan"):
        what_if.departure(small(), purchase.solve(small()), "z")


@given(problems(), st.integers(-100, 60).map(Decimal), st.sampled_from([None, "a"]))
def test_no_plan_kept_is_cheaper_than_the_best(
    problem: PurchaseProblem, percent: Decimal, member: str | None
) -> None:
    plan = solved(problem)
    assume(member is None or any(p.member == member for p in problem.points))
    free = problem.model_copy(update={"nobody_pays_more": False})
    plan = purchase.solve(free)
    found = what_if.answer(free, plan, case("volumes", percent=percent, member=member))
    assert found.best_eur == brute_force(what_if.apply_case(free, found.case))
    if found.kept_eur is None:
        assert found.breaks
    else:
        assert found.best_eur is not None
        assert found.regret_eur == found.kept_eur - found.best_eur >= 0


@given(problems())
def test_what_does_not_change_is_not_regretted(problem: PurchaseProblem) -> None:
    plan = solved(problem)
    found = what_if.answer(problem, plan, case("volumes", percent=Decimal(0)))
    assert found.kept_eur == found.best_eur == plan.objective_eur
    assert found.regret_eur == 0 and not found.lots and not found.breaks


def test_a_tier_that_is_lost_is_regretted() -> None:
    plan = purchase.solve(small())
    found = what_if.answer(small(), plan, case("volumes", percent=Decimal(-10)))
    assert found.kept_eur == 99 * 120 + 500  # two, at its first tier
    assert found.best_eur == 9900
    assert found.regret_eur == 99 * 20 + 500
    assert any("more than alone" in one.tell(str) for one in found.breaks)


def test_a_volume_clause_keeps_the_price_and_asks_for_what_is_outside() -> None:
    one, two = small().offers
    problem = small(offers=(one, two.model_copy(update={"tunnel": TUNNEL})))
    plan = purchase.solve(problem)
    inside = what_if.answer(problem, plan, case("volumes", percent=Decimal(-10)))
    assert inside.kept_eur == 99 * 90 + 500  # the tier of the contract, nothing due
    assert inside.regret_eur == 0
    outside = what_if.answer(problem, plan, case("volumes", percent=Decimal(-20)))
    assert outside.kept_eur == 88 * 90 + 500 + 11 * 30
    more = what_if.answer(problem, plan, case("volumes", percent=Decimal(20)))
    assert more.kept_eur == 132 * 90 + 500 + 11 * 20


@pytest.mark.parametrize(
    ("taken", "due"),
    [("90", "0"), ("110", "0"), ("100", "0"), ("89.99", "0.30"), ("110.5", "10"), ("0", "2700")],
)
def test_a_volume_clause_is_priced_to_the_cent(taken: str, due: str) -> None:
    assert clause_eur(TUNNEL, Decimal(100), Decimal(taken)) == Decimal(due)


def test_a_member_that_stays_out_is_not_moved_by_a_volume_clause() -> None:
    """Its cost alone follows from the offers as they were, not from the contract's one tier."""
    problem = small(
        offers=(offer("two", tier("0", "90"), fixed="400").model_copy(update={"tunnel": TUNNEL}),),
        lots=(lot(running_alone_eur=Decimal(1)),),
        points=(point("a", "60"), point("b", "30")),
    )
    plan = purchase.solve(problem)
    assert all(place.offer is None for place in plan.places)
    found = what_if.answer(problem, plan, case("volumes", percent=Decimal(10)))
    assert found.kept_eur == found.best_eur == 99 * 90 + 2


def test_the_award_is_planned_at_each_moment_when_an_offer_expires() -> None:
    one, two = small().offers
    late = [two.model_copy(update={"valid_until": NOON + timedelta(hours=4)})]
    late += [one.model_copy(update={"valid_until": NOON + timedelta(hours=6)})]
    problem = small(offers=tuple(late), award_at=NOON)
    plan = purchase.solve(problem)
    cases = what_if.expiries(problem)
    assert [one.at for one in cases] == [NOON + timedelta(hours=4), NOON + timedelta(hours=6)]
    first, last = what_if.answers(problem, plan, cases)
    assert first.kept_eur is first.regret_eur is None and first.best_eur == 11000
    assert first.breaks[0].tell(str) == "the offer two-lot-1 is no longer there"
    assert (last.best_eur, last.proved) == (None, True)
    assert last.conflicts


def test_a_late_offer_is_regretted_when_it_is_cheaper() -> None:
    plan = purchase.solve(small())
    cheap = what_if.answer(
        small(), plan, case("late_offers", offers=(offer("three", tier("0", "80")),))
    )
    assert [cheap.best_eur, cheap.kept_eur, cheap.regret_eur] == [8800, 10400, 1600]
    dear = what_if.answer(
        small(), plan, case("late_offers", offers=(offer("three", tier("0", "180")),))
    )
    assert dear.regret_eur == 0 and not dear.lots


def test_a_late_offer_with_the_same_id_replaces() -> None:
    again = offer("two", tier("0", "70"))
    found = what_if.apply_case(small(), case("late_offers", offers=(again,)))
    assert [one for one in found.offers if one.id == again.id] == [again]


def test_a_member_that_comes_in_is_placed() -> None:
    plan = purchase.solve(small())
    found = what_if.answer(small(), plan, case("member_in", points=(point("d", "50"),)))
    assert found.best_eur == found.kept_eur == 160 * 90 + 500


def test_a_supplier_that_withdraws_leaves_the_second_best() -> None:
    plan = purchase.solve(small())
    found = what_if.answer(small(), plan, case("supplier_out", supplier="two"))
    assert found.kept_eur is None and found.best_eur == 11000
    (change,) = found.lots
    assert change.planned_offer == "two-lot-1"
    other = what_if.answer(small(), plan, case("supplier_out", supplier="one"))
    assert other.kept_eur == other.best_eur == 10400


@pytest.mark.parametrize(
    "wrong",
    [
        case("volumes", percent=Decimal(-101)),
        case("volumes", percent=Decimal(5), member="z"),
        case("prices", percent=Decimal(5), supplier="z"),
        case("member_out", member="z"),
        case("supplier_out", supplier="z"),
        case("offers_at"),
    ],
    ids=lambda one: f"{one.kind}-{one.percent}",
)
def test_a_case_that_names_what_is_not_there_is_refused(wrong: PurchaseCase) -> None:
    with pytest.raises(BadInput):
        what_if.apply_case(small(), wrong)


def test_every_usual_case_is_answered_and_told() -> None:
    plan = purchase.solve(small())
    cases = what_if.usual(small())
    found = what_if.answers(small(), plan, cases)
    told = [one.said.tell(str) for one in found]
    assert len(set(told)) == len(told) == len(cases)
    assert "the volumes of a change by -10 %" in told
    whole = what_if.stability(found)
    assert whole.cases == len(cases)
    worst = max(one.regret_eur for one in found if one.regret_eur is not None)
    assert whole.worst_regret_eur == worst > 0
    assert whole.worst in [one.said for one in found if one.regret_eur == worst]
    assert whole.cannot_keep == 1  # only the supplier that wins can make it impossible
    assert what_if.stability([]).said[0].tell(str) == "no case was looked at"


@given(problems())
def test_a_floor_of_nothing_costs_nothing(problem: PurchaseProblem) -> None:
    fair = problem.model_copy(update={"nobody_pays_more": True})
    plan = solved(fair)
    found = what_if.gain_floor(fair, plan, Decimal(0))
    assert found.extra_eur == 0 and found.cost_eur == plan.objective_eur


@given(problems(), st.integers(1, 60).map(Decimal))
def test_a_floor_is_never_cheaper_and_the_greatest_one_holds(
    problem: PurchaseProblem, percent: Decimal
) -> None:
    fair = problem.model_copy(update={"nobody_pays_more": True})
    plan = solved(fair)
    found = what_if.gain_floor(fair, plan, percent)
    if found.extra_eur is not None:
        assert found.extra_eur >= 0
        return
    assert found.conflicts or found.blockers
    top = found.greatest_percent
    assert top is not None and 0 <= top < percent
    assert what_if.gain_floor(fair, plan, top, seek=False).extra_eur is not None
    above = what_if.gain_floor(fair, plan, top + Decimal("0.1"), seek=False)
    assert above.extra_eur is None


def test_a_floor_names_who_cannot_reach_it() -> None:
    plan = purchase.solve(small())
    # two costs 90 where alone costs 100: 10 % at most, and the 500 EUR come off
    found = what_if.gain_floor(small(), plan, Decimal(12))
    assert {one.member for one in found.blockers} == {"a", "b", "c"}
    assert all(one.best_percent == 10 for one in found.blockers)
    together = what_if.gain_floor(small(), plan, Decimal(9))
    assert together.blockers == () and together.extra_eur is None
    assert together.greatest_percent == Decimal("5.4")  # (1100 - 500) / 11000
    assert "at once" in together.said.tell(str)
    assert what_if.gain_floor(small(), plan, Decimal(5)).extra_eur == 0


def test_a_floor_may_cost_the_group() -> None:
    """The cheapest award gains 4 % for b; the next one 13 % for b and still 26 % for a."""
    known = {"a": "1500", "b": "1000"}
    problem = PurchaseProblem(
        points=(point("a", "100"), point("b", "10", tariff_code="BTINFLU")),
        lots=(lot(),),
        offers=(_two_options("one", "10", "96"), _two_options("two", "11", "87")),
        alone=tuple(
            AloneCost(member=name, lot="lot-1", eur=Decimal(eur), source="contrat en cours")
            for name, eur in known.items()
        ),
        may_leave=False,
    )
    plan = purchase.solve(problem)
    assert plan.objective_eur == 1960
    found = what_if.gain_floor(problem, plan, Decimal(10))
    assert found.cost_eur == 1970 and found.extra_eur == 10
    assert "10.00 EUR more" in found.said.tell(str)
    blocked = what_if.gain_floor(problem, plan, Decimal(20))
    (one,) = blocked.blockers
    assert one.member == "b" and one.best_percent == blocked.greatest_percent == 13


def _two_options(name: str, main: str, lights: str) -> Offer:
    made = offer(name, tier("0", main))
    cell = made.tiers[0].prices[0]
    other = cell.model_copy(update={"tariff_code": "BTINFLU", "eur_per_mwh": Decimal(lights)})
    whole = made.tiers[0].model_copy(update={"prices": (cell, other)})
    return made.model_copy(update={"tiers": (whole,)})


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_floor_is_a_percentage(percent: int) -> None:
    with pytest.raises(BadInput):
        what_if.gain_floor(small(), purchase.solve(small()), Decimal(percent))


def _moved(problem: PurchaseProblem, name: str, shift: Decimal) -> PurchaseProblem:
    """*problem* with the prices of one offer moved: written apart from the library's."""
    offers = []
    for one in problem.offers:
        tiers = []
        for t in one.tiers:
            cells = [c.model_copy(update={"eur_per_mwh": c.eur_per_mwh + shift}) for c in t.prices]
            tiers.append(t.model_copy(update={"prices": tuple(cells)}))
        same = one.id != name
        offers.append(one if same else one.model_copy(update={"tiers": tuple(tiers)}))
    return problem.model_copy(update={"offers": tuple(offers)})


def _flipped(problem: PurchaseProblem, name: str) -> bool:
    """Whether a plan without the offer costs no more than the best, by brute force."""
    offers = tuple(
        one.model_copy(update={"supplier": "shut"}) if one.id == name else one
        for one in problem.offers
    )
    limits = (*problem.limits, SupplierLimit(supplier="shut", max_lots=0))
    whole = brute_force(problem)
    without = brute_force(problem.model_copy(update={"offers": offers, "limits": limits}))
    return whole is None or (without is not None and without <= whole)


@given(problems())
def test_a_cent_beyond_flips_the_award_and_a_cent_before_does_not(
    problem: PurchaseProblem,
) -> None:
    cent = Decimal("0.01")
    plan = solved(problem)
    for flip in what_if.flips(problem, plan)[:2]:
        rise, fall = flip.may_rise_eur_per_mwh, flip.rival_must_fall_eur_per_mwh
        if _flipped(problem, flip.offer):  # a tie: another plan costs as much already
            assert rise == 0 and fall in {0, None}
            continue
        if rise is not None:
            assert _flipped(_moved(problem, flip.offer, rise), flip.offer)
            assert not _flipped(_moved(problem, flip.offer, rise - cent), flip.offer)
        if fall is not None:
            assert flip.rival is not None
            assert _flipped(_moved(problem, flip.rival, -fall), flip.offer)
            assert not _flipped(_moved(problem, flip.rival, cent - fall), flip.offer)


def test_the_price_that_flips_is_the_one_by_hand() -> None:
    problem = small(may_leave=False, nobody_pays_more=False)
    (flip,) = what_if.flips(problem, purchase.solve(problem))
    assert (flip.offer, flip.rival) == ("two-lot-1", "one-lot-1")
    assert flip.rival_costs_more_eur == 600
    # 600 EUR over 110 MWh: 5.45 is short by 0.50 EUR, 5.46 is enough
    assert flip.may_rise_eur_per_mwh == flip.rival_must_fall_eur_per_mwh == Decimal("5.46")


def test_the_only_offer_wins_at_any_price() -> None:
    problem = small(offers=small().offers[:1], may_leave=False, nobody_pays_more=False)
    (flip,) = what_if.flips(problem, purchase.solve(problem))
    assert (flip.rival, flip.rival_costs_more_eur) == (None, None)
    assert flip.may_rise_eur_per_mwh is flip.rival_must_fall_eur_per_mwh is None
    assert flip.fewer_mwh is flip.more_mwh is None


def test_volumes_turn_where_the_lines_cross() -> None:
    """two costs 500 + 90 v from 100 MWh on, 500 + 120 v below; one costs 100 v."""
    problem = small(may_leave=False, nobody_pays_more=False)
    (flip,) = what_if.flips(problem, purchase.solve(problem))
    assert flip.fewer_mwh == 100 and flip.more_mwh is None
    near = small(
        offers=(
            offer("one", tier("0", "100", "200"), tier("200", "80")),
            offer("two", tier("0", "90"), fixed="500"),
            offer("far", tier("0", "10", "10"), tier("10", "150", "400"), tier("400", "20")),
        ),
        may_leave=False,
        nobody_pays_more=False,
    )
    (flip,) = what_if.flips(near, purchase.solve(near))
    assert [flip.fewer_mwh, flip.more_mwh] == [50, 200]  # 10 v = 500; the tier of one


@given(problems())
def test_a_relaxed_requirement_is_never_dearer(problem: PurchaseProblem) -> None:
    plan = _or_none(problem)
    asked: list[tuple[Requirement, tuple[int, ...], str | None]] = [
        ("may_leave", (0, 1), None),
        ("nobody_pays_more", (1, 0), None),
        ("max_lots", (0, 1, 2), "s0"),
    ]
    for requirement, values, about in asked:
        found = what_if.frontier(
            problem, plan, requirement, [Decimal(v) for v in values], about=about
        )
        costs = [one.cost_eur for one in found.points]
        known = [cost for cost in costs if cost is not None]
        assert costs[: len(costs) - len(known)] == [None] * (len(costs) - len(known))
        assert known == sorted(known, reverse=True)


def _or_none(problem: PurchaseProblem) -> PurchasePlan | None:
    try:
        return purchase.solve(problem)
    except Infeasible:
        return None


def test_a_limit_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="the supplier that is limited"):
        what_if.frontier(small(), None, "max_lots", [Decimal(1)])


@given(problems(), st.sampled_from([5, 30]))
def test_certainty_is_never_cheaper_and_its_tiers_hold(problem: PurchaseProblem, less: int) -> None:
    plan = _or_none(problem)
    assume(plan is not None)
    found = what_if.certainty(problem, less_percent=Decimal(less))
    costs = [one.cost_eur for one in found]
    known = [cost for cost in costs if cost is not None]
    assert known == sorted(known) and costs[: len(known)] == known
    assert found[0].price_eur in {0, None}


def test_the_price_of_certainty_by_hand() -> None:
    """110 MWh over a floor of 100: one member less by 10 % keeps it, all three do not."""
    found = what_if.certainty(small(), gammas=(0, 1, 1.5, 3))
    assert [one.cost_eur for one in found] == [10400, 10400, 10400, 11000]
    lost = what_if.certainty(small(), gammas=(1, 2), less_percent=Decimal(12))
    assert [one.cost_eur for one in lost] == [10400, 11000]  # 7.2 MWh; 7.2 + 3.6 is too much
    assert [one.price_eur for one in lost] == [0, 600]


def test_an_equation_that_the_presolve_of_the_solver_lost_costs_nobody_anything() -> None:
    """78 MWh at 51 EUR keep 55 whoever takes 5 % less; 4,000 EUR were told, and called proved."""
    problem = small(
        points=(point("a", "56"), point("b", "1"), point("c", "2"), point("d", "19")),
        offers=(
            offer("s0", tier("0", "50", "78"), tier("78", "50"), fixed="300"),
            offer("s1", tier("0", "52", "55"), tier("55", "51")),
        ),
        nobody_pays_more=False,
    )
    found = what_if.certainty(problem, less_percent=Decimal(5))
    assert [one.cost_eur for one in found] == [3978, 3978, 3978]


def test_a_study_is_the_same_on_two_processes() -> None:
    plan = purchase.solve(small())
    cases = what_if.usual(small())[:4]
    alone = what_if.study(small(), plan, cases)
    both = what_if.study(small(), plan, cases, where=what_if.Where(processes=2))
    assert alone.model_dump_json() == both.model_dump_json()
    assert [one.member for one in alone.departures] == ["a", "b", "c"]
    assert alone.stability == what_if.stability(alone.cases)
