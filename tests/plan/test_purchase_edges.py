"""Purchases at the edge: too few awards, a member without a cost alone and without a volume."""

from decimal import Decimal

import pytest

from synergie.energy.records.offer import Offer, Price, Tier
from synergie.errors import Infeasible
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import _verify
from synergie.purchase.records.purchase import AloneCost, CoordinatorFees, Lot
from tests.plan.test_purchase_features import FTA, offer, point, small


def tier(code: str = FTA, floor: str = "0") -> Tier:
    """100 EUR/MWh of one tariff option, from a volume on."""
    price = Price(tariff_code=code, time_class="HPH", eur_per_mwh=Decimal(100))
    return Tier(from_mwh=Decimal(floor), prices=(price,))


def test_members_that_need_more_offers_than_the_lot_awards_are_told_so() -> None:
    codes = ("BTINFCU4", "BTINFMU4", "BTINFLU")
    lot = Lot(id="lot-1", name="l", market_segments=("C5",), usages=("building",), max_awards=2)
    offers = tuple(offer(f"of-{code}", "100", tiers=(tier(code),)) for code in codes)
    points = tuple(point(m, "10", tariff_code=c) for m, c in zip("abc", codes, strict=True))
    with pytest.raises(Infeasible) as found:
        purchase.solve(small(points=points, offers=offers, lots=(lot,), alone=(), may_leave=False))
    assert list(map(str, found.value.conflicts)) == [
        "lot-1: at most 2 awards",
        "1 awards more in lot-1",
    ]


def offers() -> tuple[Offer, ...]:
    """One a lot; that of the second has no tier for who needs less than 20 MWh alone."""
    return offer("one", "100"), offer("two", "100", lot="lot-2", tiers=(tier(floor="20"),))


def test_a_fee_goes_to_the_place_without_a_cost_alone_even_if_it_needs_nothing() -> None:
    lots = (
        *small().lots,
        Lot(id="lot-2", name="l", market_segments=("C5",), usages=("public_lighting",)),
    )
    points = (
        point("a", "60"),
        point("b", "30"),
        point("a", "0", usage="public_lighting"),
        point("b", "30", usage="public_lighting"),
    )
    told = (("a", "lot-1", 6001), ("b", "lot-1", 9000), ("b", "lot-2", 9000))
    problem = small(
        points=points,
        lots=lots,
        offers=offers(),
        alone=tuple(
            AloneCost(member=member, lot=lot, eur=Decimal(eur), source="s")
            for member, lot, eur in told
        ),
        fees=CoordinatorFees(fee_fixed=Decimal(100)),
        may_leave=False,
    )
    plan = purchase.solve(problem)
    assert _verify.faults(problem, plan) == ()
    fees = {(place.member, place.lot): place.coordinator_eur for place in plan.places}
    assert (fees["a", "lot-1"], fees["a", "lot-2"]) == (Decimal(0), Decimal(100))
