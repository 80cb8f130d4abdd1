"""Pooled purchase: brute force, invariants, requirements, diagnosis, published instances."""

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.errors import BadInput, Cancelled, Infeasible, OutOfTime
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import _verify
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import (
    ClassEnergy,
    Lot,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)
from tests.plan import instances

FTA = "BTINFMU4"
INSTANCES = ["n13_s0", "n13_s1", "n40_s0", "n40_s1", "n100_s0", "n100_s1", "n400_s0"]


def point(member: str, mwh: str, **changes: Any) -> PurchasePoint:
    given_ = {
        "id": f"{member}-{changes.get('usage', 'building')}-{mwh}",
        "member": member,
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": FTA,
        "energy": (ClassEnergy(time_class="HPH", mwh=Decimal(mwh)),),
    }
    return PurchasePoint.model_validate(given_ | changes)


def tier(floor: str, price: str, roof: str | None = None, subscription: str = "0") -> Tier:
    return Tier(
        from_mwh=Decimal(floor),
        to_mwh=None if roof is None else Decimal(roof),
        prices=(Price(tariff_code=FTA, time_class="HPH", eur_per_mwh=Decimal(price)),),
        subscriptions=(Subscription(tariff_code=FTA, eur_per_point=Decimal(subscription)),),
    )


def offer(name: str, *tiers: Tier, lot: str = "lot-1", fixed: str = "0") -> Offer:
    return Offer(id=f"{name}-{lot}", lot=lot, supplier=name, fixed_eur=Decimal(fixed), tiers=tiers)


def lot(name: str = "lot-1", usage: str = "building", **changes: Any) -> Lot:
    given_ = {"id": name, "name": name, "market_segments": ("C5",), "usages": (usage,)}
    return Lot.model_validate(given_ | changes)


def small(**changes: Any) -> PurchaseProblem:
    """Three members, two suppliers; the second is cheaper from 100 MWh on."""
    given_: dict[str, Any] = {
        "points": (point("a", "60"), point("b", "30"), point("c", "20")),
        "lots": (lot(),),
        "offers": (
            offer("one", tier("0", "100")),
            offer("two", tier("0", "120", "100"), tier("100", "90"), fixed="500"),
        ),
        "may_leave": True,
        "nobody_pays_more": True,
    }
    return PurchaseProblem.model_validate(given_ | changes)


@st.composite
def problems(draw: st.DrawFn) -> PurchaseProblem:
    """Two lots, up to four members, up to three offers a lot of two tiers, all switches."""
    members = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
    lots = ("lot-1", "lot-2")[: draw(st.integers(1, 2))]
    usage = dict(zip(lots, ("building", "public_lighting"), strict=False))
    several = draw(st.booleans())
    mwh = st.integers(0, 60)
    points = [
        point(member, str(draw(mwh)), id=f"{member}-{name}", usage=usage[name])
        for member in members
        for name in lots
    ]
    offers = [draw(_offers(name, f"s{i}")) for name in lots for i in range(draw(st.integers(1, 3)))]
    limits = draw(st.lists(st.sampled_from(["s0", "s1"]), max_size=2, unique=True))
    return PurchaseProblem(
        points=tuple(points),
        lots=tuple(
            lot(
                name,
                usage[name],
                max_awards=None if several else 1,
                running_alone_eur=draw(st.sampled_from([None, Decimal(0), Decimal(100)])),
            )
            for name in lots
        ),
        offers=tuple(offers),
        limits=tuple(SupplierLimit(supplier=s, max_lots=draw(st.integers(0, 1))) for s in limits),
        may_leave=draw(st.booleans()),
        nobody_pays_more=draw(st.booleans()),
        alone_tier=draw(st.sampled_from(["first", "own_volume"])),
    )


@st.composite
def _offers(draw: st.DrawFn, name: str, supplier: str) -> Offer:
    floor = str(draw(st.integers(20, 150)))
    price = st.integers(50, 120).map(str)
    first = tier("0", draw(price), floor, str(draw(st.integers(0, 50))))
    return offer(
        supplier,
        first,
        tier(floor, draw(price)),
        lot=name,
        fixed=str(draw(st.sampled_from([0, 300, 2000]))),
    )


def brute_force(problem: PurchaseProblem) -> Decimal | None:
    """The least cost over every assignment and every active tier; None: no plan at all."""
    choices, alone = [], []
    for p in problem.points:
        here = next(one.id for one in problem.lots if p.usage in one.usages)
        own = [o for o in problem.offers if o.lot == here]
        alone.append(min(costs) if (costs := list(_alone(problem, p, own))) else None)
        stay = [None] if problem.may_leave and alone[-1] is not None else []
        choices.append([*own, *stay])
    totals = [
        cost
        for combination in itertools.product(*choices)
        if (cost := _cheapest_tiers(problem, combination, alone)) is not None
    ]
    return min(totals, default=None)


def _alone(problem: PurchaseProblem, p: PurchasePoint, own: list[Offer]) -> Any:
    mwh = p.energy[0].mwh
    for o in own:
        for k, t in enumerate(o.tiers):
            if k == 0 if problem.alone_tier == "first" else _fits(t, mwh):
                running = next(one.running_alone_eur for one in problem.lots if one.id == o.lot)
                yield _bill(p, t) + (o.fixed_eur if running is None else running)


def _fits(t: Tier, mwh: Decimal) -> bool:
    return t.from_mwh <= mwh and (t.to_mwh is None or mwh <= t.to_mwh)


def _bill(p: PurchasePoint, t: Tier) -> Decimal:
    return p.energy[0].mwh * t.prices[0].eur_per_mwh + t.subscriptions[0].eur_per_point


def _cheapest_tiers(
    problem: PurchaseProblem, chosen: tuple[Offer | None, ...], alone: list[Decimal | None]
) -> Decimal | None:
    used = {o.id: o for o in chosen if o is not None}
    for one in problem.lots:
        if one.max_awards == 1 and sum(o.lot == one.id for o in used.values()) > 1:
            return None
    for limit in problem.limits:
        won = sum(o.supplier == limit.supplier for o in used.values())
        if limit.max_lots is not None and won > limit.max_lots:
            return None
    total = sum(
        (a or Decimal(0) for a, o in zip(alone, chosen, strict=True) if o is None), Decimal(0)
    )
    for o in used.values():
        inside = [(p, a) for p, a, c in zip(problem.points, alone, chosen, strict=True) if c is o]
        costs = [cost for t in o.tiers if (cost := _at_tier(problem, o, t, inside)) is not None]
        if not costs:
            return None
        total += min(costs)
    return total


def _at_tier(
    problem: PurchaseProblem,
    o: Offer,
    t: Tier,
    inside: list[tuple[PurchasePoint, Decimal | None]],
) -> Decimal | None:
    if not _fits(t, sum((p.energy[0].mwh for p, _ in inside), Decimal(0))):
        return None
    bills = [_bill(p, t) for p, _ in inside]
    known = [(bill, a) for bill, (_, a) in zip(bills, inside, strict=True) if a is not None]
    if problem.nobody_pays_more:
        saved = [a - bill for bill, a in known]
        if any(s < 0 for s in saved) or (known and sum(saved) < o.fixed_eur):
            return None
    return sum(bills, o.fixed_eur)


@given(problems())
def test_the_plan_costs_what_brute_force_finds(problem: PurchaseProblem) -> None:
    best = brute_force(problem)
    if best is None:
        with pytest.raises(Infeasible) as caught:
            purchase.solve(problem)
        assert caught.value.conflicts
        return
    plan = purchase.solve(problem)
    assert plan.objective_eur == best
    assert (plan.status, plan.gap, plan.bound_eur) == ("proved", 0.0, best)
    assert _verify.faults(problem, plan) == ()


def test_a_plan_to_begin_from_that_is_not_the_best_is_left() -> None:
    """HiGHS 1.16 called "everybody alone" optimal here, and told a bound of half its cost."""
    rooms = {"lot-1": "building", "lot-2": "public_lighting"}
    needs = {("a", "lot-1"): "26"}
    problem = PurchaseProblem(
        points=tuple(
            point(member, needs.get((member, name), "0"), id=f"{member}-{name}", usage=usage)
            for member in "abcd"
            for name, usage in rooms.items()
        ),
        lots=tuple(lot(name, usage, max_awards=None) for name, usage in rooms.items()),
        offers=(
            offer("s0", tier("0", "103", "20"), tier("20", "50")),
            offer("s1", tier("0", "115", "20"), tier("20", "50")),
            offer("s2", tier("0", "99", "132"), tier("132", "50")),
            *(
                offer(f"s{n}", tier("0", "50", "20"), tier("20", "50"), lot="lot-2")
                for n in range(3)
            ),
        ),
        may_leave=True,
        nobody_pays_more=False,
        alone_tier="first",
    )
    plan = purchase.solve(problem)
    assert (plan.status, plan.objective_eur, plan.bound_eur) == (
        "proved",
        Decimal(1300),
        Decimal(1300),
    )


@given(problems())
def test_the_plan_is_never_dearer_than_each_alone_when_members_may_leave(
    problem: PurchaseProblem,
) -> None:
    free = problem.model_copy(update={"may_leave": True})
    plan = purchase.solve(free)
    assert plan.baseline_eur is not None
    assert plan.objective_eur <= plan.baseline_eur
    if free.nobody_pays_more:
        assert all((m.gain_eur or Decimal(0)) >= 0 for m in plan.members)


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_the_plan(
    problem: PurchaseProblem, chance: Any
) -> None:
    free = problem.model_copy(update={"may_leave": True})
    changes = {
        name: tuple(chance.sample(getattr(free, name), len(getattr(free, name))))
        for name in ("points", "lots", "offers")
    }
    assert said(purchase.solve(free)) == said(purchase.solve(free.model_copy(update=changes)))


def said(plan: PurchasePlan) -> str:
    """The plan without what a second run may change: seconds, and the digest of another order."""
    return plan.model_dump_json(exclude={"inputs_digest": True, "run": {"seconds"}})


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = purchase.solve(small()), purchase.solve(small())
    assert said(first) == said(second)
    assert first.inputs_digest == second.inputs_digest
    assert len({first.inputs_digest, purchase.solve(small(may_leave=False)).inputs_digest}) == 2


def test_together_they_reach_the_tier_and_everybody_gains() -> None:
    plan = purchase.solve(small())
    assert plan.objective_eur == Decimal("10400.00")  # 110 MWh at 90 EUR, and 500 EUR
    assert plan.baseline_eur == Decimal("11000.00")
    (award,) = plan.awards
    assert (award.supplier, award.tier, award.above_floor_mwh) == ("two", 2, Decimal(10))
    assert award.to_next_mwh is None
    gains = {m.member: m.gain_eur or Decimal(0) for m in plan.members}
    assert sum(gains.values(), Decimal(0)) == 600
    assert plan.least_gain == "c" and min(gains.values()) > 0


def test_each_line_says_why() -> None:
    first = purchase.solve(small()).lines[0]
    assert (first.chosen, first.runner_up) == ("two-lot-1", "one-lot-1")
    assert first.difference_eur == Decimal("600.00")
    assert first.reason.tell(str) == (
        "cheapest of 2 offers for these members; the next costs 600.00 EUR more"
    )


def test_ten_times_the_prices_is_ten_times_the_cost() -> None:
    def ten(t: Tier) -> Tier:
        price = t.prices[0].model_copy(update={"eur_per_mwh": t.prices[0].eur_per_mwh * 10})
        return t.model_copy(update={"prices": (price,)})

    offers = tuple(
        o.model_copy(
            update={"fixed_eur": o.fixed_eur * 10, "tiers": tuple(ten(t) for t in o.tiers)}
        )
        for o in small().offers
    )
    plan, dear = purchase.solve(small()), purchase.solve(small(offers=offers))
    assert dear.objective_eur == 10 * plan.objective_eur
    assert [a.offer for a in dear.awards] == [a.offer for a in plan.awards]


def test_a_dominated_offer_changes_nothing() -> None:
    worse = (*small().offers, offer("zero", tier("0", "121"), fixed="900"))
    plan, same = purchase.solve(small()), purchase.solve(small(offers=worse))
    assert (same.objective_eur, same.awards) == (plan.objective_eur, plan.awards)


def test_points_of_a_member_are_summed_exactly() -> None:
    parts = [point("a", "0.060", id=f"p{i}") for i in range(1000)]
    whole = purchase.solve(small())
    split = purchase.solve(small(points=(*parts, point("b", "30"), point("c", "20"))))
    assert split.objective_eur == whole.objective_eur
    assert split.awards == whole.awards


def test_a_missing_price_is_not_priced_and_never_zero() -> None:
    other = point("d", "50", tariff_code="BTINFLU")
    full = tier("0", "130")
    price = Price(tariff_code="BTINFLU", time_class="HPH", eur_per_mwh=Decimal(130))
    full = full.model_copy(update={"prices": (*full.prices, price)})
    problem = small(points=(*small().points, other), offers=(*small().offers, offer("full", full)))
    plan = purchase.solve(problem)
    assert {gap.offer for gap in plan.not_priced} == {"one-lot-1", "two-lot-1"}
    assert {award.supplier for award in plan.awards} <= {"full"}


def test_a_missing_price_for_no_energy_is_allowed() -> None:
    idle = point("d", "0", tariff_code="BTINFLU")
    plan = purchase.solve(small(points=(*small().points, idle)))
    assert plan.not_priced == ()
    assert plan.awards[0].supplier == "two"


def test_a_member_that_nobody_prices_is_named() -> None:
    problem = small(points=(point("d", "5", tariff_code="BTINFLU"),))
    with pytest.raises(BadInput, match="no price for BTINFLU HPH"):
        purchase.solve(problem)
    with pytest.raises(Infeasible, match="d has no offer in lot-1 that prices all it needs"):
        purchase.solve_near(problem)


def test_a_point_that_no_lot_takes_is_bad_input() -> None:
    with pytest.raises(BadInput) as caught:
        purchase.solve(small(points=(point("a", "1", usage="water"),)))
    assert caught.value.where == "/points/0"


def test_things_named_twice_are_bad_input() -> None:
    with pytest.raises(BadInput, match="each point once"):
        purchase.solve(small(points=(point("a", "1"), point("a", "1"))))
    with pytest.raises(BadInput, match="a lot of the problem"):
        purchase.solve(small(offers=(offer("one", tier("0", "1"), lot="lot-9"),)))


def test_a_tier_that_cannot_be_reached_says_what_is_missing() -> None:
    far = (offer("far", tier("200", "80")),)
    with pytest.raises(Infeasible) as caught:
        purchase.solve(small(offers=far, may_leave=False))
    assert caught.value.conflicts == (
        "far-lot-1, tier 1: at least 200 MWh",
        "90 MWh more for far-lot-1, tier 1",
    )


def test_a_cap_on_suppliers_that_leaves_a_lot_empty_is_named() -> None:
    both = (lot(), lot("lot-2", "water"))
    offers = (offer("one", tier("0", "80")), offer("one", tier("0", "80"), lot="lot-2"))
    points = (*small().points, point("a", "9", usage="water"))
    limits = (SupplierLimit(supplier="one", max_lots=1),)
    problem = small(lots=both, offers=offers, points=points, limits=limits, may_leave=False)
    with pytest.raises(Infeasible) as caught:
        purchase.solve(problem)
    assert caught.value.conflicts == ("one: at most 1 lots", "1 lots more for one")


def test_a_cap_on_suppliers_gives_the_second_lot_to_the_runner_up() -> None:
    both = (lot(), lot("lot-2", "water"))
    offers = tuple(
        offer(name, tier("0", price), lot=where)
        for name, price in (("one", "80"), ("two", "85"))
        for where in ("lot-1", "lot-2")
    )
    points = (*small().points, point("a", "9", usage="water"))
    limits = (SupplierLimit(supplier="one", max_lots=1),)
    plan = purchase.solve(
        small(
            lots=both,
            offers=offers,
            points=points,
            limits=limits,
            nobody_pays_more=False,
            may_leave=False,
        )
    )
    assert {a.lot: a.supplier for a in plan.awards} == {"lot-1": "one", "lot-2": "two"}
    second = next(line for line in plan.lines if line.subject == "lot-2")
    assert (second.runner_up, second.difference_eur) == ("one-lot-2", Decimal("-45.00"))
    assert second.binding


def test_a_member_that_would_lose_stays_out_and_is_shown() -> None:
    price = Price(tariff_code="BTINFLU", time_class="HPH", eur_per_mwh=Decimal(99))
    dear = price.model_copy(update={"eur_per_mwh": Decimal(150)})
    one = tier("0", "100").model_copy(update={"prices": (*tier("0", "100").prices, price)})
    two = [tier("0", "120", "100"), tier("100", "90")]
    offers = (
        offer("one", one),
        offer("two", *(t.model_copy(update={"prices": (*t.prices, dear)}) for t in two)),
    )
    lonely = point("z", "10", tariff_code="BTINFLU")
    plan = purchase.solve(small(points=(*small().points, lonely), offers=offers))
    out = next(place for place in plan.places if place.member == "z")
    assert (out.offer, out.supply_eur) == (None, Decimal("990.00"))
    assert any("buys alone" in line.reason.tell(str) for line in plan.lines)


def test_nobody_pays_more_is_a_requirement_that_can_fail_by_a_named_amount() -> None:
    offers = (
        offer("one", tier("0", "100", "60")),
        offer("two", tier("0", "130", "110"), tier("110", "101")),
    )
    with pytest.raises(Infeasible) as caught:
        purchase.solve(small(offers=offers, may_leave=False))
    assert any("no more than alone" in said for said in caught.value.conflicts)
    assert any("EUR less asked of" in said for said in caught.value.conflicts)


def test_a_fixed_cost_that_the_members_do_not_save_is_named() -> None:
    costly = (offer("one", tier("0", "100"), fixed="500"),)
    lots = (lot(running_alone_eur=Decimal(100)),)
    with pytest.raises(Infeasible) as caught:
        purchase.solve(small(lots=lots, offers=costly, may_leave=False))
    assert caught.value.conflicts == (
        "one-lot-1: its members together save its fixed cost, 500 EUR",
        "200 EUR less of fixed cost for one-lot-1",
    )
    stays = purchase.solve(small(lots=lots, offers=costly))
    assert all(place.offer is None for place in stays.places)


def test_no_time_is_out_of_time_and_cancelling_first_is_cancelled() -> None:
    with pytest.raises(Cancelled):
        purchase.solve(small(), cancel=lambda: True)
    with pytest.raises(OutOfTime):
        purchase.solve(small(may_leave=False, lots=(lot(max_awards=None),)), limit_s=0)


def test_a_purchase_of_nothing_costs_nothing() -> None:
    plan = purchase.solve(small(points=()))
    assert (plan.objective_eur, plan.gap, len(plan.awards)) == (Decimal(0), 0.0, 0)


@pytest.mark.parametrize(
    ("field", "value", "said_"),
    [
        ("objective_eur", Decimal(1), "members pay"),
        ("bound_eur", Decimal(99999), "above the cost"),
        ("awards", (), "is not awarded there"),
        ("places", (), "not placed exactly once"),
    ],
)
def test_the_checker_sees_a_plan_that_was_changed(field: str, value: Any, said_: str) -> None:
    plan = purchase.solve(small()).model_copy(update={field: value})
    assert any(said_ in fault for fault in _verify.faults(small(), plan))


def test_the_checker_sees_a_tier_missed_by_a_hair() -> None:
    plan = purchase.solve(small())
    points = (point("a", "49.999999"), point("b", "30"), point("c", "20"))
    faults = _verify.faults(small(points=points), plan)
    assert any("is not in its tier" in fault for fault in faults)


def test_a_tier_missed_by_a_hair_is_not_given() -> None:
    points = (point("a", "49.999999"), point("b", "30"), point("c", "20"))
    plan = purchase.solve(small(points=points))
    assert [a.supplier for a in plan.awards] != ["two"]


@pytest.mark.parametrize("name", INSTANCES)
def test_published_instances_are_proved_to_the_cent(name: str, shared: Path) -> None:
    known = instances.known(shared, "synergie-tqd")[f"tqd_{name}"]
    plan = purchase.solve(instances.tqd(shared, f"tqd_{name}"))
    assert (plan.status, plan.gap) == ("proved", 0.0)
    assert abs(plan.objective_eur - Decimal(str(known["objective"]))) <= Decimal("0.01")
    # the file takes the cheapest supplier, then adds its fixed cost; ours minimises the sum
    assert plan.baseline_eur is not None
    assert plan.baseline_eur <= Decimal(str(known["alone_tier0_eur"]))
