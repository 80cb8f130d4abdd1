"""The award by the published criteria: an independent scorer, ties, draws, what is refused."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.energy.records.offer import Offer, Price, Tier
from synergie.errors import BadInputs
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import check, proof
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.plan.offers.criteria import apply_criteria
from synergie.purchase.records.criteria import Scoring
from synergie.purchase.records.purchase import (
    ClassEnergy,
    Lot,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)
from synergie.schemas.assets.supply_point import MarketSegment
from tests.components import package

FTA = "BTINFMU4"
SEGMENTS: tuple[MarketSegment, ...] = ("C5", "C4", "C2")


def _offer(name: str, lot: int, eur: Decimal, **changes: Any) -> Offer:
    price = Price(tariff_code=FTA, time_class="BASE", eur_per_mwh=eur)
    told = {
        "id": name,
        "lot": f"lot-{lot}",
        "supplier": f"S-{name}",
        "tiers": (Tier(from_mwh=Decimal(0), prices=(price,)),),
    }
    return Offer.model_validate(told | changes)


def _problem(*offers: Offer, lots: int = 1, mwh: int = 100, **changes: Any) -> PurchaseProblem:
    told = {
        "points": tuple(
            PurchasePoint(
                id=f"p{n}-{member}",
                member=f"m{member}",
                market_segment=SEGMENTS[n],
                usage="building",
                tariff_code=FTA,
                energy=(ClassEnergy(time_class="BASE", mwh=Decimal(mwh)),),
            )
            for n in range(lots)
            for member in range(2)
        ),
        "lots": tuple(
            Lot(id=f"lot-{n}", name=f"L{n}", market_segments=(SEGMENTS[n],), usages=("building",))
            for n in range(lots)
        ),
        "offers": offers,
    }
    return PurchaseProblem.model_validate(told | changes)


def _random_tender(seed: int) -> PurchaseProblem:
    """One to three lots, offers that often tie, any formula, notes and a draw."""
    rng = Random(seed)  # noqa: S311 (a test)
    lots = rng.randint(1, 3)
    offers = tuple(
        _offer(
            f"{lot}-{n}",
            lot,
            Decimal(rng.randint(700, 710 if rng.random() < 0.5 else 1400)) / 10,
            fixed_eur=Decimal(rng.choice([0, 0, 250])),
            green_share=rng.choice([0, 0.25, 0.5, 1]),
        )
        for lot in range(lots)
        for n in range(rng.randint(1, 5))
    )
    names = ["Qualité", "Délai"][: rng.randint(0, 2)]
    price, green = rng.randint(30, 60), rng.randint(0, 20)
    weights = [10] * len(names)
    price += 100 - price - green - sum(weights)
    ties = [*names, "price", "green"]
    rng.shuffle(ties)
    formula = rng.choice(["lowest_over_price", "linear", "linear_to_highest", "scale"])
    steps = [("80", 1.0), ("100", 0.6), (None, 0.1)] if formula == "scale" else []
    drawn = [offer.id for offer in offers]
    rng.shuffle(drawn)
    scoring = {
        "price_weight": price,
        "price_formula": formula,
        "price_scale": [{"up_to_eur_per_mwh": end, "note": note} for end, note in steps],
        "green_weight": green,
        "criteria": [
            {"name": name, "weight": weight} for name, weight in zip(names, weights, strict=True)
        ],
        "ties": ties[: rng.randint(0, len(ties))],
        "notes": [
            {"offer": offer.id, "criterion": name, "note": rng.choice([0.2, 0.5, 0.5, 1])}
            for offer in offers
            for name in names
        ],
        "drawn": drawn,
    }
    return _problem(
        *offers,
        lots=lots,
        mwh=rng.randint(1, 300),
        scoring=Scoring.model_validate_json(json.dumps(scoring)),
        nobody_pays_more=rng.random() < 0.5,
    )


def _note_by_hand(
    scoring: Scoring, cost: Fraction, costs: list[Fraction], mwh: Decimal
) -> Fraction:
    least, most = min(costs), max(costs)
    match scoring.price_formula:
        case "lowest_over_price":
            return least / cost
        case "linear":
            return max(Fraction(0), 2 - cost / least)
        case "linear_to_highest":
            return Fraction(1) if most == least else (most - cost) / (most - least)
        case _:
            mean = cost / Fraction(mwh)
            return Fraction(1) if mean <= 80 else Fraction(6 if mean <= 100 else 1, 10)


def _score_by_hand(problem: PurchaseProblem, lot: str) -> dict[str, tuple[Decimal, list[Any]]]:
    """Offer → score and what decides ties: nothing of the plan's own code."""
    scoring = problem.scoring
    assert scoring is not None
    segment = next(one.market_segments for one in problem.lots if one.id == lot)
    mwh = sum((p.energy[0].mwh for p in problem.points if p.market_segment in segment), Decimal(0))
    costs = {
        offer.id: Fraction(mwh * offer.tiers[0].prices[0].eur_per_mwh + offer.fixed_eur)
        for offer in problem.offers
        if offer.lot == lot
    }
    found = {}
    for name, cost in costs.items():
        note = _note_by_hand(scoring, cost, list(costs.values()), mwh)
        green = next(Fraction(str(o.green_share)) for o in problem.offers if o.id == name)
        notes = {"price": note, "green": green}
        notes |= {n.criterion: Fraction(str(n.note)) for n in scoring.notes if n.offer == name}
        exact = note * scoring.price_weight + green * scoring.green_weight
        exact += sum(notes[one.name] * one.weight for one in scoring.criteria)
        cents = Decimal(exact.numerator * 10**6 // exact.denominator).scaleb(-6)
        score = cents.quantize(Decimal("0.01"), ROUND_HALF_UP)
        found[name] = score, [notes[one] for one in scoring.ties]
    return found


def test_the_award_is_the_published_scoring_in_fifty_random_tenders() -> None:
    package("pulp")
    dearer = 0
    for seed in range(50):
        problem = _random_tender(seed)
        scoring = problem.scoring
        assert scoring is not None
        given = apply_criteria(problem)
        plan = purchase.solve(given)
        won = {award.lot: award.offer for award in plan.awards}
        scores = {one.offer: one for lot in compare(problem).lots for one in lot.offers}
        for lot in problem.lots:
            by_hand = _score_by_hand(problem, lot.id)
            best = max(
                by_hand,
                key=lambda name: (*by_hand[name], -scoring.drawn.index(name)),
            )
            assert won[lot.id] == best, f"tender {seed}, {lot.id}"
            told = {name: scores[name].score for name in by_hand}
            assert told == {name: score for name, (score, _) in by_hand.items()}, seed
            dearer += scores[best].rank != 1
        assert proof.faults(given, plan) == ()
        assert plan.rules_price is not None
        least = purchase.solve(given.model_copy(update={"rules": (), "scoring": None}))
        assert plan.rules_price.cost_eur == plan.objective_eur - least.objective_eur
    assert dearer > 10, "criteria that always choose the cheapest prove nothing"


def _scored(*offers: Offer, **changes: Any) -> PurchaseProblem:
    told: dict[str, Any] = {"price_weight": 100, "price_formula": "lowest_over_price"}
    return _problem(*offers, scoring=Scoring.model_validate(told | changes))


def test_offers_that_stay_equal_are_not_awarded_before_they_are_drawn() -> None:
    same = _offer("a", 0, Decimal(80)), _offer("b", 0, Decimal(80), green_share=0.5)
    unsure = apply_criteria(_scored(*same))
    (fault,) = check.faults(unsure)
    assert (fault.kind, fault.where) == ("criteria", "/scoring/drawn")
    with pytest.raises(BadInputs):
        purchase.solve(unsure)
    ruled = apply_criteria(_scored(*same, ties=("green",)))
    assert [getattr(rule, "offer", None) for rule in ruled.rules] == ["b"]
    drawn = apply_criteria(_scored(*same, drawn=("a", "b")))
    assert [getattr(rule, "offer", None) for rule in drawn.rules] == ["a"]
    assert apply_criteria(drawn) == drawn


def test_a_problem_with_criteria_that_were_not_applied_makes_no_plan() -> None:
    with pytest.raises(BadInputs, match="the criteria choose no offer"):
        purchase.solve(_scored(_offer("a", 0, Decimal(80)), _offer("b", 0, Decimal(90))))


def test_holders_of_a_framework_are_ranked_and_no_plan_says_who_buys_from_whom() -> None:
    """Criteria of a framework of two holders: its first two; each call under it is a purchase."""
    offers = [_offer(name, 0, Decimal(eur)) for name, eur in (("c", 99), ("a", 80), ("b", 90))]
    one = _scored(*offers)
    several = one.model_copy(
        update={"lots": tuple(lot.model_copy(update={"max_awards": 2}) for lot in one.lots)}
    )
    ranks = {offer.offer: offer.score_rank for offer in compare(several).lots[0].offers}
    assert ranks == {"a": 1, "b": 2, "c": 3}
    (fault,) = check.faults(apply_criteria(several))
    assert (fault.where, fault.kind) == ("/lots/0/max_awards", "criteria")
    assert "R2162-10" in fault.tell(str)


def test_a_missing_note_is_named_and_nothing_is_awarded() -> None:
    scoring = Scoring.model_validate(
        {
            "price_weight": 60,
            "price_formula": "linear",
            "criteria": ({"name": "Service", "weight": 40},),
            "notes": ({"offer": "a", "criterion": "Service", "note": 1.0},),
        }
    )
    given = apply_criteria(
        _problem(_offer("a", 0, Decimal(80)), _offer("b", 0, Decimal(90)), scoring=scoring)
    )
    (fault,) = check.faults(given)
    assert fault.where == "/scoring/notes"
    assert "b: Service" in fault.tell(str)


def test_a_supplier_at_its_most_lots_is_passed_over_in_the_lots_that_follow() -> None:
    offers = [
        _offer(f"{name}{lot}", lot, Decimal(eur), supplier=name)
        for lot in range(2)
        for name, eur in (("best", 80), ("other", 90))
    ]
    given = apply_criteria(
        _problem(
            *offers,
            lots=2,
            limits=(SupplierLimit(supplier="best", max_lots=1),),
            scoring=Scoring(price_weight=100, price_formula="linear"),
        )
    )
    assert [getattr(rule, "offer", None) for rule in given.rules] == ["best0", "other1"]


def test_criteria_that_cannot_be_applied_are_refused() -> None:
    steps = [{"up_to_eur_per_mwh": Decimal(80), "note": 1.0}, {"note": 0.5}]
    right = {"price_weight": 100, "price_formula": "scale", "price_scale": tuple(steps)}
    assert Scoring.model_validate(right).price_scale
    wrong: list[dict[str, Any]] = [
        {"price_weight": 99},
        {"price_formula": "cheapest"},
        {"price_formula": "linear"},
        {"price_scale": ()},
        {"price_scale": (steps[0],)},
        {"price_scale": (steps[1], steps[1])},
        {"price_scale": (steps[0], {"note": 1.0} | {"note": 1.0}), "ties": ("service",)},
        {"price_scale": ({"up_to_eur_per_mwh": Decimal(80), "note": 0.1}, steps[1])},
        {"ties": ("price", "price")},
        {"drawn": ("a", "a")},
    ]
    for change in wrong:
        with pytest.raises(ValidationError):
            Scoring.model_validate(right | change)
