"""Pooled purchase with all its requirements, against brute force and by what must not change."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.errors import BadInput, Infeasible
from synergie.plan import record as _record
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import _award_lot, _kernel, _verify
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import (
    AloneCost,
    ClassEnergy,
    CoordinatorFees,
    DeliveryPeriod,
    Lot,
    PurchaseMember,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)
from tests.bench import purchase_cases
from tests.plan.purchase_force import Force

FTA = "BTINFCU4"
CLASSES = ("HPH", "HPB", "BASE")
USAGES = ("building", "public_lighting")
YEARS = DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2029, 1, 1))
PART = DeliveryPeriod(starts=date(2027, 3, 15), ends=date(2028, 11, 20))
AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def euros(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(Decimal)


def shares() -> st.SearchStrategy[float]:
    return st.sampled_from([0, 0, 0.5, 1])


@st.composite
def _points(draw: st.DrawFn, member: str, usage: str, *, dated: bool) -> PurchasePoint:
    name = draw(st.sampled_from(CLASSES))
    days = [None, None, date(2027, 7, 1), date(2028, 2, 29)]
    entry = draw(st.sampled_from(days)) if dated else None
    return PurchasePoint(
        id=f"{member}-{usage}",
        member=member,
        market_segment="C5",
        usage=usage,  # type: ignore[arg-type]
        tariff_code=FTA,
        energy=(ClassEnergy(time_class=name, mwh=draw(euros(0, 60))),),
        entry=entry,
        green_share=draw(shares()),
    )


@st.composite
def _tiers(draw: st.DrawFn, floor: Decimal, roof: Decimal | None, *, dated: bool) -> Tier:
    base = draw(st.integers(50, 120))
    years = [None, *([2028] if dated and draw(st.booleans()) else [])]
    return Tier(
        from_mwh=floor,
        to_mwh=roof,
        prices=tuple(
            Price(
                tariff_code=FTA,
                time_class=name,
                eur_per_mwh=Decimal(base + 7 * i - (9 if year else 0)),
                year=year,
            )
            for i, name in enumerate(CLASSES)
            for year in years
        ),
        subscriptions=(Subscription(tariff_code=FTA, eur_per_point=draw(euros(0, 30))),),
    )


@st.composite
def _offers(draw: st.DrawFn, lot: str, supplier: str, *, dated: bool) -> Offer:
    cut = draw(euros(10, 150))
    tiers = [draw(_tiers(Decimal(0), cut, dated=dated)), draw(_tiers(cut, None, dated=dated))]
    return Offer(
        id=f"{supplier}-{lot}",
        lot=lot,
        supplier=supplier,
        fixed_eur=draw(st.sampled_from([Decimal(0), Decimal(300), Decimal(1500)])),
        tiers=tuple(tiers[: draw(st.integers(1, 2))]),
        green_share=draw(shares()),
        green_eur_per_mwh=draw(st.sampled_from([None, Decimal(2), Decimal(5)])),
    )


@st.composite
def problems(draw: st.DrawFn) -> PurchaseProblem:
    """One lot and up to five members, or two lots and two members; every requirement."""
    count = draw(st.integers(1, 2))
    members = "abcde"[: draw(st.integers(1, 5 if count == 1 else 2))]
    delivery = draw(st.sampled_from([None, None, YEARS, PART]))
    dated = delivery is not None
    lots = [f"lot-{n}" for n in range(count)]
    offers = [
        draw(_offers(lot, f"s{n}", dated=dated))
        for lot in lots
        for n in range(draw(st.integers(1, 3)))
    ]
    return PurchaseProblem(
        points=tuple(draw(_points(m, u, dated=dated)) for m in members for u in USAGES[:count]),
        lots=tuple(draw(_lots(lot, USAGES[n])) for n, lot in enumerate(lots)),
        offers=tuple(offers),
        limits=tuple(draw(_limits(f"s{n}")) for n in range(draw(st.integers(0, 2)))),
        may_leave=draw(st.booleans()),
        nobody_pays_more=draw(st.booleans()),
        alone_tier=draw(st.sampled_from(["first", "own_volume"])),
        members=tuple(
            PurchaseMember(id=m, mandate="d", may_leave=draw(st.sampled_from([None, True, False])))
            for m in members
        ),
        fees=draw(st.one_of(st.none(), _fees())),
        alone=tuple(
            AloneCost(member=m, lot=lots[0], eur=draw(euros(0, 9000)), source="s")
            for m in members
            if draw(st.integers(0, 3)) == 0
        ),
        delivery=delivery,
        green_share=draw(st.sampled_from([0, 0, 0, 0.3, 0.8])),
    )


@st.composite
def _lots(draw: st.DrawFn, name: str, usage: str) -> Lot:
    least = draw(st.sampled_from([0, 0, 0, 2]))
    return Lot(
        id=name,
        name=name,
        market_segments=("C5",),
        usages=(usage,),  # type: ignore[arg-type]
        max_awards=draw(st.sampled_from([None, 2] if least else [None, 1, 1, 2])),
        min_awards=least,
        running_alone_eur=draw(st.sampled_from([None, Decimal(0), Decimal(700)])),
        green_share=draw(st.sampled_from([0, 0, 0.4])),
    )


@st.composite
def _limits(draw: st.DrawFn, supplier: str) -> SupplierLimit:
    most = draw(st.one_of(st.none(), euros(20, 200)))
    least = draw(st.one_of(st.none(), st.none(), euros(0, 60)))
    return SupplierLimit(
        supplier=supplier,
        max_lots=draw(st.sampled_from([None, None, 0, 1])),
        max_mwh=most,
        min_mwh=least if most is None or least is None else min(least, most),
    )


@st.composite
def _fees(draw: st.DrawFn) -> CoordinatorFees:
    return CoordinatorFees(
        fee_fixed=draw(st.sampled_from([Decimal(0), Decimal(50), Decimal(400)])),
        fee_per_pdl=draw(st.sampled_from([Decimal(0), Decimal(12)])),
        fee_per_mwh=draw(st.sampled_from([Decimal(0), Decimal("0.75"), Decimal(4)])),
        cap=draw(st.sampled_from([None, None, Decimal(90), Decimal(420)])),
    )


def solved(problem: PurchaseProblem) -> PurchasePlan | None:
    """The plan; None: there is none."""
    try:
        return purchase.solve_near(problem)
    except Infeasible as error:
        told = error.conflicts
    assert told
    return None


@given(problems(), st.floats(0, 1), st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_the_digest_is_that_of_rfc_8785(problem: PurchaseProblem, share: float, name: str) -> None:
    lots = (problem.lots[0].model_copy(update={"green_share": share, "name": name}),)
    odd = problem.model_copy(update={"lots": lots})
    for one in (problem, odd):
        assert _record.build_canonical_bytes(one) == rfc8785.dumps(one.model_dump(mode="json"))


@given(problems())
def test_the_plan_costs_what_brute_force_finds(problem: PurchaseProblem) -> None:
    plan, force = solved(problem), Force(problem)
    needed = {need.lot.id for need in force.needs}
    if not needed <= {offer.lot for offer in force.offers}:
        assert plan is None  # a lot that lost its last offer is not bought
        return
    best = force.best()
    assert (None if plan is None else Fraction(plan.objective_eur)) == best
    if plan is not None:
        assert (plan.status, plan.gap, plan.bound_eur) == ("proved", 0.0, plan.objective_eur)
        assert _verify.faults(problem, plan) == ()


@given(problems())
def test_a_small_purchase_solved_by_its_gates_costs_the_same(problem: PurchaseProblem) -> None:
    plan = solved(problem)
    with (
        patch.object(_kernel, "SMALL", 0),
        patch.object(_award_lot, "find_cheapest_award", _undecided),
    ):
        same = solved(problem)
    assert (plan is None) == (same is None)
    if plan is not None and same is not None:
        assert (same.objective_eur, same.gap) == (plan.objective_eur, 0.0)


def _undecided(*_: object) -> None:
    """As if every lot needed a solver."""


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(problem: PurchaseProblem, chance: Any) -> None:
    names = ("points", "lots", "offers", "limits", "members", "alone")
    other = problem.model_copy(
        update={n: tuple(chance.sample(v, len(v))) for n in names if (v := getattr(problem, n))}
    )
    first, second = solved(problem), solved(other)
    hidden: Any = {"inputs_digest": True, "refused": True, "run": {"seconds"}}
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert first.model_dump_json(exclude=hidden) == second.model_dump_json(exclude=hidden)


@given(problems(), st.data())
def test_a_cheaper_offer_never_raises_the_total(problem: PurchaseProblem, data: Any) -> None:
    """When the costs alone are stated: else a cheaper offer makes being alone cheaper, too."""
    plan = solved(_stated(problem))
    assume(plan is not None)
    n = data.draw(st.integers(0, len(problem.offers) - 1))
    cheaper = _priced(problem.offers[n], Decimal(-1))
    offers = (*problem.offers[:n], cheaper, *problem.offers[n + 1 :])
    better = solved(_stated(problem).model_copy(update={"offers": offers}))
    assert plan is not None and better is not None
    assert better.objective_eur <= plan.objective_eur


def _stated(problem: PurchaseProblem) -> PurchaseProblem:
    """The same with every cost alone stated."""
    force = Force(problem)
    costs = [
        AloneCost(
            member=need.member,
            lot=need.lot.id,
            eur=Decimal(9000) if alone is None else Decimal(int(alone * 100)).scaleb(-2),
            source="s",
        )
        for need, alone in zip(force.needs, force.alone, strict=True)
    ]
    return problem.model_copy(update={"alone": tuple(costs)})


def _priced(offer: Offer, more: Decimal) -> Offer:
    tiers = []
    for tier in offer.tiers:
        prices = [p.model_copy(update={"eur_per_mwh": p.eur_per_mwh + more}) for p in tier.prices]
        tiers.append(tier.model_copy(update={"prices": tuple(prices)}))
    return offer.model_copy(update={"tiers": tuple(tiers)})


@given(problems())
def test_more_capacity_is_never_dearer(problem: PurchaseProblem) -> None:
    plan = solved(problem)
    assume(plan is not None)
    limits = tuple(
        limit.model_copy(update={"max_mwh": limit.max_mwh + 10 if limit.max_mwh else None})
        for limit in problem.limits
    )
    roomy = solved(problem.model_copy(update={"limits": limits}))
    assert plan is not None and roomy is not None
    assert roomy.objective_eur <= plan.objective_eur


@given(problems())
def test_nobody_pays_more_than_alone_whoever_joins(problem: PurchaseProblem) -> None:
    fair = problem.model_copy(update={"nobody_pays_more": True})
    for count in range(1, len(fair.members) + 1):
        names = {member.id for member in fair.members[:count]}
        part = fair.model_copy(
            update={
                "points": tuple(p for p in fair.points if p.member in names),
                "alone": tuple(c for c in fair.alone if c.member in names),
            }
        )
        plan = solved(part)
        gains = [m.gain_eur for m in plan.members if m.gain_eur is not None] if plan else []
        assert all(gain >= 0 for gain in gains)


@given(problems())
def test_one_cent_more_on_an_offer_that_is_not_taken_changes_nothing(
    problem: PurchaseProblem,
) -> None:
    stated = _stated(problem)
    plan = solved(stated)
    assume(plan is not None and len(plan.awards) < len(problem.offers))
    assert plan is not None
    taken = {award.offer for award in plan.awards}
    offers = tuple(o if o.id in taken else _priced(o, Decimal("0.01")) for o in stated.offers)
    same = solved(stated.model_copy(update={"offers": offers}))
    assert same is not None
    assert same.objective_eur == plan.objective_eur


def point(member: str, mwh: str, **changes: Any) -> PurchasePoint:
    given_ = {
        "id": f"{member}-{mwh}-{changes.get('usage', '')}",
        "member": member,
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": FTA,
        "energy": (ClassEnergy(time_class="HPH", mwh=Decimal(mwh)),),
    }
    return PurchasePoint.model_validate(given_ | changes)


def offer(name: str, price: str, **changes: Any) -> Offer:
    tier = Tier(
        from_mwh=Decimal(0),
        prices=(Price(tariff_code=FTA, time_class="HPH", eur_per_mwh=Decimal(price)),),
    )
    given_ = {"id": name, "lot": "lot-1", "supplier": name, "tiers": (tier,)}
    return Offer.model_validate(given_ | changes)


def small(**changes: Any) -> PurchaseProblem:
    given_: dict[str, Any] = {
        "points": (point("a", "60"), point("b", "30")),
        "lots": (Lot(id="lot-1", name="l", market_segments=("C5",), usages=("building",)),),
        "offers": (offer("one", "100"), offer("two", "90")),
        "alone": tuple(
            AloneCost(member=m, lot="lot-1", eur=Decimal(9000), source="s") for m in "ab"
        ),
        "may_leave": True,
        "nobody_pays_more": True,
    }
    return PurchaseProblem.model_validate(given_ | changes)


def test_an_award_says_what_the_next_best_costs_and_at_which_rise_it_is_as_cheap() -> None:
    (award,) = purchase.solve(small()).awards
    assert (award.offer, award.runner_up, award.runner_up_eur) == ("two", "one", Decimal(900))
    assert award.flips_at_percent == pytest.approx(100 / 9)
    for percent, winner in ((Decimal("11.11"), "two"), (Decimal("11.12"), "one")):
        price = Decimal(90) * (1 + percent / 100)
        offers = (offer("one", "100"), offer("two", str(price)))
        assert purchase.solve(small(offers=offers)).awards[0].offer == winner


def test_an_expired_offer_is_refused_with_its_reason_and_who() -> None:
    late = offer("two", "90", valid_until=datetime(2026, 11, 25, 11, 0, tzinfo=UTC))
    soon = offer("one", "100", valid_until=datetime(2026, 11, 25, 16, 0, tzinfo=UTC))
    plan = purchase.solve(small(offers=(soon, late), award_at=AT))
    (refused,) = plan.refused
    assert (refused.offer, refused.kind, refused.who) == ("two", "expired", "two")
    assert refused.where == "/offers/1/valid_until"
    assert plan.decide_before == plan.awards[0].expires_at == soon.valid_until
    with pytest.raises(BadInput, match="valid"):
        purchase.solve(small(offers=(late,), award_at=AT))
    with pytest.raises(Infeasible, match="lot-1: no offer is left"):
        purchase.solve_near(small(offers=(late,), award_at=AT))


def test_an_offer_is_valid_until_its_last_moment_and_not_at_it() -> None:
    for until, count in ((AT.replace(minute=1), 0), (AT, 1)):
        offers = (offer("one", "100"), offer("two", "90", valid_until=until))
        assert len(purchase.solve(small(offers=offers, award_at=AT)).refused) == count


def test_an_offer_that_is_not_valid_yet_is_refused() -> None:
    early = offer("two", "90", valid_from=datetime(2026, 11, 26, tzinfo=UTC))
    plan = purchase.solve(small(offers=(offer("one", "100"), early), award_at=AT))
    assert [r.kind for r in plan.refused] == ["not_yet_valid"]
    assert plan.awards[0].offer == "one"


def test_green_energy_is_priced_where_the_prices_do_not_hold_it() -> None:
    asks = (point("a", "60", green_share=0.5), point("b", "30"))
    offers = (offer("one", "100"), offer("two", "90", green_eur_per_mwh=Decimal(2)))
    plan = purchase.solve(small(points=asks, offers=offers))
    assert plan.objective_eur == 90 * 90 + 30 * 2
    assert [r.kind for r in plan.refused] == ["green"]


def test_the_share_of_green_energy_is_kept_and_its_cost_is_said() -> None:
    offers = (offer("one", "100", green_share=1), offer("two", "90"))
    plan = purchase.solve(small(offers=offers, green_share=0.5, may_leave=False))
    assert plan.awards[0].offer == "one"
    assert plan.binding[0].tell(str) == (
        "at least 50 % of all energy is green: without this, the purchase costs 900.00 EUR less"
    )
    assert "green" in plan.lines[0].reason.tell(str)
    grey = (offer("two", "90"),)
    with pytest.raises(Infeasible, match="MWh more of green energy"):
        purchase.solve(small(offers=grey, green_share=0.5, may_leave=False))


def test_a_capacity_is_kept_and_says_what_a_megawatt_hour_more_saves() -> None:
    limits = (SupplierLimit(supplier="two", max_mwh=Decimal(70)),)
    lots = (small().lots[0].model_copy(update={"max_awards": 2}),)
    plan = purchase.solve(small(limits=limits, lots=lots, may_leave=False))
    assert {a.offer: a.volume_mwh for a in plan.awards} == {"one": 30, "two": 60}
    assert plan.binding[0].tell(str) == (
        "two supplies at most 70 MWh a year: without this, the purchase costs 300.00 EUR less, "
        "10.00 EUR for each of the 30 MWh more"
    )
    alone = (offer("two", "90"),)
    with pytest.raises(Infeasible, match=r"20(\.00)? MWh more of capacity of two"):
        purchase.solve(small(limits=limits, offers=alone, may_leave=False))


def test_a_framework_has_its_awardees_and_says_what_they_cost() -> None:
    lots = (small().lots[0].model_copy(update={"max_awards": None, "min_awards": 2}),)
    plan = purchase.solve(small(lots=lots))
    assert plan.objective_eur == 60 * 90 + 30 * 100
    assert "at least 2 awards" in plan.binding[0].tell(str)
    with pytest.raises(Infeasible, match="awards"):
        purchase.solve(small(lots=lots, offers=(offer("one", "100"),), may_leave=False))


def test_fees_are_paid_and_compared_with_alone() -> None:
    fees = CoordinatorFees(
        fee_fixed=Decimal(10), fee_per_mwh=Decimal(1), fee_per_pdl=Decimal(5), cap=Decimal(50)
    )
    plan = purchase.solve(small(fees=fees))
    assert {p.member: p.coordinator_eur for p in plan.places} == {"a": 50, "b": 45}
    assert plan.objective_eur == 90 * 90 + 95
    alone = (
        AloneCost(member="a", lot="lot-1", eur=Decimal(5449), source="s"),
        AloneCost(member="b", lot="lot-1", eur=Decimal(2745), source="s"),
    )
    plan = purchase.solve(small(fees=fees, alone=alone))
    assert {p.member: p.offer for p in plan.places} == {"a": None, "b": "two"}
    said = [line.reason.tell(str) for line in plan.lines if line.subject.startswith("a,")]
    (told,) = said
    assert told == (
        "buys alone for 5449.00 EUR: two asks 1.00 EUR more of it; "
        "prices 0.02 % lower would bring it in"
    )
    with pytest.raises(Infeasible, match="a pays in lot-1 no more than alone"):
        purchase.solve(small(fees=fees, alone=alone, may_leave=False))


def test_a_member_that_may_not_leave_stays_and_another_leaves() -> None:
    alone = tuple(AloneCost(member=m, lot="lot-1", eur=Decimal(1), source="s") for m in "ab")
    members = (
        PurchaseMember(id="a", mandate="d", may_leave=False),
        PurchaseMember(id="b", mandate="d", may_leave=True),
    )
    plan = purchase.solve(small(alone=alone, members=members, nobody_pays_more=False))
    assert {p.member: p.offer for p in plan.places} == {"a": "two", "b": None}


def test_two_years_cost_the_sum_of_their_prices_and_tiers_look_at_the_mean() -> None:
    tier = offer("x", "90").tiers[0]
    prices = (
        *tier.prices,
        Price(tariff_code=FTA, time_class="HPH", eur_per_mwh=Decimal(70), year=2028),
    )
    dear = tier.model_copy(update={"to_mwh": Decimal("89.999999")})
    cheap = tier.model_copy(update={"from_mwh": Decimal(90), "prices": prices})
    both = offer("two", "90", tiers=(dear, cheap), fixed_eur=Decimal(50))
    plan = purchase.solve(small(offers=(both,), delivery=YEARS, may_leave=False, alone=()))
    (award,) = plan.awards
    said = (award.tier, award.volume_mwh, award.above_floor_mwh)
    assert said == (2, Decimal(90), Decimal(0))
    assert plan.objective_eur == 90 * 90 + 90 * 70 + 2 * 50


def test_a_point_is_bought_for_on_the_days_it_is_in() -> None:
    """HPH is spread over the 151 days of November to March: 59 of them before 1 March 2027."""
    late = point("b", "30.2", entry=date(2027, 1, 1), exit=date(2027, 3, 1))
    plan = purchase.solve(
        small(
            points=(point("a", "60"), late),
            delivery=DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2028, 1, 1)),
        )
    )
    assert next(p.volume_mwh for p in plan.places if p.member == "b") == Decimal("11.8")
    with pytest.raises(BadInput, match="the delivery of the purchase"):
        purchase.solve_near(small(points=(late,)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fee_eur": Decimal(1)}, "are not its fixed cost"),
        ({"coordinator_eur": Decimal(1)}, "its fee is"),
        ({"supply_eur": Decimal(1)}, "expected"),
        ({"alone_eur": Decimal(1)}, "stated"),
        ({"offer": None}, "expected"),
    ],
)
def test_the_checker_sees_a_place_that_was_changed(change: dict[str, Any], said: str) -> None:
    plan = purchase.solve(small())
    places = (plan.places[0].model_copy(update=change), *plan.places[1:])
    faults = _verify.faults(small(), plan.model_copy(update={"places": places}))
    assert any(said in fault for fault in faults)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limits": (SupplierLimit(supplier="two", max_mwh=Decimal(80)),)}, "at most 80"),
        ({"limits": (SupplierLimit(supplier="two", min_mwh=Decimal(91)),)}, "at least 91"),
        ({"limits": (SupplierLimit(supplier="two", max_lots=0),)}, "at most 0"),
        ({"green_share": 0.1}, "are green"),
        ({"fees": CoordinatorFees(fee_fixed=Decimal(1))}, "its fee is 1"),
        ({"delivery": YEARS}, "expected"),
        (
            {
                "award_at": AT,
                "offers": (offer("one", "100"), offer("two", "90", valid_until=AT)),
            },
            "not valid at the award",
        ),
        ({"alone": (AloneCost(member="a", lot="lot-1", eur=Decimal(5), source="s"),)}, "alone"),
    ],
)
def test_the_checker_sees_a_requirement_that_a_plan_does_not_keep(
    change: dict[str, Any], said: str
) -> None:
    faults = _verify.faults(small(**change), purchase.solve(small()))
    assert any(said in fault for fault in faults)


def two_lots(**changes: Any) -> PurchaseProblem:
    """Two lots of one award; "two" is the cheapest in both."""
    second = Lot(id="lot-2", name="l", market_segments=("C5",), usages=("water",))
    return small(
        points=(point("a", "60"), point("b", "30"), point("a", "50", usage="water")),
        lots=(*small().lots, second),
        offers=tuple(
            offer(f"{name}-{lot}", price, lot=lot, supplier=name)
            for name, price in (("one", "100"), ("two", "90"))
            for lot in ("lot-1", "lot-2")
        ),
        **changes,
    )


def test_a_limit_over_two_lots_ties_them() -> None:
    for limit in (
        SupplierLimit(supplier="two", max_lots=1),
        SupplierLimit(supplier="two", max_mwh=Decimal(120)),
    ):
        plan = purchase.solve(two_lots(limits=(limit,), may_leave=False, nobody_pays_more=False))
        assert {a.offer for a in plan.awards} == {"two-lot-1", "one-lot-2"}
        assert plan.objective_eur == 90 * 90 + 50 * 100
        assert plan.binding and plan.gap == 0
    free = purchase.solve(two_lots())
    assert {a.supplier for a in free.awards} == {"two"}


def test_members_of_a_candidate_lot_save_its_fixed_cost_or_it_is_not_taken() -> None:
    lots = (small().lots[0].model_copy(update={"max_awards": None}),)
    offers = (offer("one", "100", fixed_eur=Decimal(1000)),)
    alone = (
        AloneCost(member="a", lot="lot-1", eur=Decimal(6500), source="s"),
        AloneCost(member="b", lot="lot-1", eur=Decimal(3499), source="s"),
    )
    with pytest.raises(Infeasible, match="save its fixed cost"):
        purchase.solve(small(lots=lots, offers=offers, alone=alone, may_leave=False))
    plan = purchase.solve(small(lots=lots, offers=offers, alone=alone))
    assert all(place.offer is None for place in plan.places)


@pytest.mark.parametrize("seed", [2, 3, 7])
def test_gates_and_the_solver_alone_agree_where_the_relaxation_opens_the_wrong_tiers(
    seed: int,
) -> None:
    problem = purchase_cases.as_problem(purchase_cases.discounts(seed, 12, 5, 3))
    plan = purchase.solve(problem)
    with patch.object(_kernel, "SMALL", 10**9):
        same = purchase.solve(problem)
    assert (plan.objective_eur, plan.bound_eur) == (same.objective_eur, same.bound_eur)
    assert plan.gap == 0


def test_a_place_that_only_the_fee_makes_dearer_than_alone_is_named() -> None:
    path = Path(__file__).with_name("purchase_fee_too_high.json")
    problem = PurchaseProblem.model_validate_json(path.read_text("utf-8"))
    assert Force(problem).best() is None
    with pytest.raises(Infeasible) as found:
        purchase.solve(problem)
    assert str(found.value.conflicts[0]) == "b pays in lot-0 no more than alone, 50 EUR"
