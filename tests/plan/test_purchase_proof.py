"""A plan that somebody else computed: it holds as it is, and no figure of it may be another."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.purchase.plan.award import solve
from synergie.purchase.plan.award.proof import faults
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem

CENT = Decimal("0.01")


def _offer(key: str, price: str, fixed: str) -> dict[str, Any]:
    def tier(start: str, end: str | None, eur: str) -> dict[str, Any]:
        cell = {"tariff_code": "BTINFMUDT", "time_class": "HP", "eur_per_mwh": eur}
        return {"from_mwh": start, "to_mwh": end, "prices": [cell]}

    cheap = str(Decimal(price) - 8)
    tiers = [tier("0", "199.999999", price), tier("200", None, cheap)]
    return {"id": key, "lot": "lot-1", "supplier": key, "fixed_eur": fixed, "tiers": tiers}


def _problem(volumes: list[str]) -> PurchaseProblem:
    points = [
        {
            "id": f"p-{n}",
            "member": f"commune-{n}",
            "market_segment": "C5",
            "usage": "building",
            "tariff_code": "BTINFMUDT",
            "energy": [{"time_class": "HP", "mwh": mwh}],
        }
        for n, mwh in enumerate(volumes)
    ]
    lot = {
        "id": "lot-1",
        "name": "Bâtiments",
        "market_segments": ["C5"],
        "usages": ["building"],
        "running_alone_eur": "120.00",
    }
    offers = [_offer("a", "90.00", "150.00"), _offer("b", "95.00", "10.00")]
    told = {"points": points, "lots": [lot], "offers": offers, "may_leave": True}
    return PurchaseProblem.model_validate(told)


@given(st.lists(st.integers(1, 300).map(str), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_every_plan_of_ours_holds(volumes: list[str]) -> None:
    problem = _problem(volumes)
    assert faults(problem, solve(problem)) == ()


@pytest.fixture(scope="module")
def problem() -> PurchaseProblem:
    return _problem(["100", "80.5", "60"])


@pytest.fixture(scope="module")
def plan(problem: PurchaseProblem) -> PurchasePlan:
    return solve(problem)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ("places", "supply_eur"),
        ("places", "fee_eur"),
        ("places", "coordinator_eur"),
        ("places", "alone_eur"),
        ("members", "cost_eur"),
        ("members", "alone_eur"),
        ("members", "gain_eur"),
        ("awards", "cost_eur"),
        ("awards", "volume_mwh"),
        ("awards", "above_floor_mwh"),
        (None, "objective_eur"),
        (None, "baseline_eur"),
        (None, "bound_eur"),
    ],
)
def test_an_amount_that_is_another_is_found(
    problem: PurchaseProblem, plan: PurchasePlan, record: str | None, field: str
) -> None:
    if record is None:
        wrong = {field: getattr(plan, field) + CENT}
    else:
        first, *others = getattr(plan, record)
        wrong = {record: (first.model_copy(update={field: getattr(first, field) + CENT}), *others)}
    assert faults(problem, plan.model_copy(update=wrong)) != ()


def test_what_the_problem_does_not_know_is_found_before_anything_is_added(
    problem: PurchaseProblem, plan: PurchasePlan
) -> None:
    place, award = plan.places[0], plan.awards[0]
    for wrong in (
        {"places": (place.model_copy(update={"member": "x"}), *plan.places[1:])},
        {"places": (place.model_copy(update={"lot": "x"}), *plan.places[1:])},
        {"places": (place.model_copy(update={"offer": "x"}), *plan.places[1:])},
        {"awards": (award.model_copy(update={"offer": "x"}),)},
        {"awards": (award.model_copy(update={"tier": 9}),)},
        {"members": plan.members[:-1]},
        {"members": (*plan.members, plan.members[0])},
        {"places": plan.places[:-1]},
        {"places": (*plan.places, place)},
        {"awards": (award, award)},
        {"status": "feasible"},
    ):
        assert faults(problem, plan.model_copy(update=wrong)) != (), wrong
