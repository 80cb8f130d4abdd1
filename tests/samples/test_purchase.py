from decimal import Decimal

import pytest

from synergie.purchase.plan.award import solve
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.samples.needs import needs, sum_point_volumes
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory

FASTS = (False, True)


@pytest.fixture(scope="module", params=FASTS, ids=["whole", "fast"])
def problem(request: pytest.FixtureRequest) -> PurchaseProblem:
    return purchase_problem(needs(territory(fast=request.param)))


@pytest.fixture(scope="module")
def plan(problem: PurchaseProblem) -> PurchasePlan:
    return solve(problem)


def test_every_point_has_one_lot_with_three_to_five_offers(problem: PurchaseProblem) -> None:
    assert len(problem.lots) == 4
    for point in problem.points:
        homes = [
            lot
            for lot in problem.lots
            if point.market_segment in lot.market_segments and point.usage in lot.usages
        ]
        assert len(homes) == 1
    for lot in problem.lots:
        assert 3 <= sum(offer.lot == lot.id for offer in problem.offers) <= 5


def test_suppliers_say_that_they_do_not_exist(problem: PurchaseProblem) -> None:
    assert all("(fictif)" in offer.supplier for offer in problem.offers)


def test_tiers_leave_no_volume_without_a_price(problem: PurchaseProblem) -> None:
    for offer in problem.offers:
        assert offer.tiers[0].from_mwh == 0
        assert offer.tiers[-1].to_mwh is None
        for low, high in zip(offer.tiers, offer.tiers[1:], strict=False):
            assert low.to_mwh == high.from_mwh - Decimal("0.000001")


def test_prices_stay_near_the_real_schedule_and_fall_with_volume(problem: PurchaseProblem) -> None:
    real = {"BTINFCU4": {"HPH": 117.16, "HCH": 85.53, "HPB": 63.33, "HCB": 58.42}}
    for offer in problem.offers:
        cells = [
            {(p.tariff_code, p.time_class): p.eur_per_mwh for p in t.prices} for t in offer.tiers
        ]
        for (tariff, name), first in cells[0].items():
            assert cells[-1][tariff, name] < first
            level = real.get(tariff, {}).get(name)
            assert level is None or float(first) == pytest.approx(level, rel=0.05)


def test_the_plan_is_proved_and_nobody_pays_more_than_alone(plan: PurchasePlan) -> None:
    assert plan.status == "proved"
    assert plan.gap == 0
    assert plan.bound_eur == plan.objective_eur
    for member in plan.members:
        assert member.gain_eur is not None and member.gain_eur >= 0
    assert plan.baseline_eur is not None and plan.objective_eur < plan.baseline_eur


def test_an_offer_with_a_blank_price_is_said_and_never_taken(plan: PurchasePlan) -> None:
    assert {cell.offer for cell in plan.not_priced} == {"lot-1-E"}
    assert "lot-1-E" not in {award.offer for award in plan.awards}


def test_the_awarded_volume_is_that_of_the_lot(
    problem: PurchaseProblem, plan: PurchasePlan
) -> None:
    lighting = [point for point in problem.points if point.usage == "public_lighting"]
    award = next(award for award in plan.awards if award.lot == "lot-1")
    assert award.volume_mwh == sum_point_volumes(lighting)
