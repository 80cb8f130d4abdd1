"""Purchases of electricity and gas in one plan, against brute force; lots of one energy only."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.errors import Infeasible
from synergie.plan.certificate import certify_plan
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import check
from synergie.purchase.plan.award.certificate import KIND
from synergie.purchase.plan.offers.lots import STANDARD, proposed
from synergie.purchase.records.purchase import (
    Lot,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)
from synergie.schemas.assets.supply_point import GAS_SEGMENTS
from tests.depth import times
from tests.plan.purchase_force import Force

DRAWS = settings(max_examples=times(30, deep=1000))
LOTS = (
    Lot(id="elec", name="Électricité", market_segments=("C5",), usages=("building",), max_awards=1),
    Lot(id="gaz", name="Gaz", market_segments=("T1", "T2"), usages=("building",), max_awards=1),
)


def point(member: str, segment: str, option: str, mwh: int) -> PurchasePoint:
    return PurchasePoint.model_validate({
        "id": f"{member}-{segment}", "member": member, "market_segment": segment,
        "usage": "building", "tariff_code": option,
        "energy": [{"time_class": "BASE", "mwh": str(mwh)}],
    })  # fmt: skip


def tier(floor: str, roof: str | None, prices: dict[str, int]) -> Tier:
    return Tier(
        from_mwh=Decimal(floor),
        to_mwh=None if roof is None else Decimal(roof),
        prices=tuple(
            Price(tariff_code=code, time_class="BASE", eur_per_mwh=Decimal(eur))
            for code, eur in prices.items()
        ),
        subscriptions=tuple(
            Subscription(tariff_code=code, eur_per_point=Decimal(10)) for code in prices
        ),
    )


@st.composite
def problems(draw: st.DrawFn) -> PurchaseProblem:
    """Two members, two energies, two suppliers of both, one of them with a roof over both."""
    mwh, gas = st.integers(1, 80), draw(st.sampled_from(["T1", "T2"]))
    points = [
        one
        for member in ("a", "b")
        for one in (
            point(member, "C5", "BTINFLU", draw(mwh)),
            point(member, gas, gas, draw(mwh)),
        )
    ]
    euros = st.integers(40, 120)
    offers = [
        Offer(
            id=f"{supplier}-{lot}",
            lot=lot,
            supplier=supplier,
            fixed_eur=Decimal(draw(st.sampled_from([0, 300]))),
            tiers=(
                tier("0", "60", {code: draw(euros) for code in codes}),
                tier("60", None, {code: draw(euros) for code in codes}),
            ),
        )
        for supplier in ("s0", "s1")
        for lot, codes in (("elec", ("BTINFLU",)), ("gaz", (gas,)))
    ]
    roof = Decimal(draw(st.integers(60, 250)))
    return PurchaseProblem(
        points=tuple(points),
        lots=LOTS,
        offers=tuple(offers),
        limits=(SupplierLimit(supplier="s0", max_mwh=roof),) if draw(st.booleans()) else (),
        may_leave=draw(st.booleans()),
        nobody_pays_more=False,
    )


@DRAWS
@given(problems())
def test_both_energies_in_one_plan_cost_what_brute_force_finds(problem: PurchaseProblem) -> None:
    best = Force(problem).best()
    try:
        plan = purchase.solve(problem, explain=False)
    except Infeasible:
        assert best is None
        return
    assert best is not None
    assert plan.objective_eur == Decimal(best.numerator) / Decimal(best.denominator)
    assert certify_plan(KIND, problem, plan).proves(plan)


def test_a_lot_of_both_energies_is_a_fault() -> None:
    mixed = LOTS[0].model_copy(update={"market_segments": ("C5", "T2")})
    problem = PurchaseProblem(
        points=(point("a", "C5", "BTINFLU", 10),),
        lots=(mixed,),
        offers=(Offer(id="o", lot="elec", supplier="s", fixed_eur=Decimal(0),
                      tiers=(tier("0", None, {"BTINFLU": 80}),)),),
    )  # fmt: skip
    (fault,) = [one for one in check.faults(problem) if one.where == "/lots/0/market_segments"]
    assert fault.severity == "blocking"
    assert fault.found.tell(str) == "the lot elec takes C5, T2"


def test_the_usual_lots_take_each_point_of_gas_once() -> None:
    points = [point("a", option, option, 5) for option in GAS_SEGMENTS]
    lots = proposed([*points, point("a", "C5", "BTINFLU", 10)])
    assert [lot.id for lot in lots] == ["lot-c5", "lot-gaz-t1-t2", "lot-gaz-t3", "lot-gaz-t4"]
    for one in points:
        assert sum(one.market_segment in lot.market_segments for lot in lots) == 1
    assert {s for _, _, segments, _ in STANDARD for s in segments} >= set(GAS_SEGMENTS)


@pytest.mark.parametrize(
    ("option", "mwh", "told"), [("T1", 7, True), ("T2", 300, False), ("T3", 6000, True)]
)
def test_a_volume_that_the_option_is_not_for_is_told(option: str, mwh: int, *, told: bool) -> None:
    problem = PurchaseProblem(
        points=(point("a", option, option, mwh),),
        lots=proposed([point("a", option, option, mwh)]),
        offers=(),
    )
    kinds = [one.kind for one in check.faults(problem) if one.where.endswith("/energy")]
    assert ("volume_unit" in kinds) == told
