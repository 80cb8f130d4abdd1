"""Offers side by side: tiers at their edges, the clock to the second, ranks, scores, lots."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.plan.offers.lots import proposed, survey
from synergie.purchase.records.criteria import Criterion, Note, Scoring
from synergie.purchase.records.offer_comparison import ComparedOffer
from synergie.purchase.records.purchase import ClassEnergy, Lot, PurchasePoint, PurchaseProblem
from tests.components import package

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
FTA = "BTINFMU4"


def point(name: str, mwh: str, **changes: Any) -> PurchasePoint:
    told = {
        "id": name,
        "member": f"m-{name}",
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": FTA,
        "energy": (ClassEnergy(time_class="HPH", mwh=Decimal(mwh)),),
    }
    return PurchasePoint.model_validate(told | changes)


def tier(start: str, end: str | None, eur: str, **changes: Any) -> Tier:
    told = {
        "from_mwh": Decimal(start),
        "to_mwh": None if end is None else Decimal(end),
        "prices": (Price(tariff_code=FTA, time_class="HPH", eur_per_mwh=Decimal(eur)),),
    }
    return Tier.model_validate(told | changes)


def offer(name: str, *tiers: Tier, **changes: Any) -> Offer:
    told = {"id": name, "lot": "lot-1", "supplier": f"S-{name}", "tiers": tiers}
    return Offer.model_validate(told | changes)


def problem(*offers: Offer, mwh: str = "100", **changes: Any) -> PurchaseProblem:
    told = {
        "points": (point("p", mwh),),
        "lots": (Lot(id="lot-1", name="L", market_segments=("C5",), usages=("building",)),),
        "offers": offers,
    }
    return PurchaseProblem.model_validate(told | changes)


def one_lot(told: PurchaseProblem, **more: Any) -> dict[str, ComparedOffer]:
    (lot,) = compare(told, **more).lots
    return {one.offer: one for one in lot.offers}


@pytest.mark.parametrize(
    ("mwh", "tier_", "cost"),
    [
        ("99.999999", 1, "10000.00"),
        ("100", 2, "9000.00"),  # both are for 100 MWh: the cheaper one
        ("100.000001", 2, "9000.00"),
        ("200", 2, "18000.00"),
        ("200.000001", None, None),
    ],
)
def test_the_tier_is_exact_at_its_edges(mwh: str, tier_: int | None, cost: str | None) -> None:
    both = offer("a", tier("0", "100", "100"), tier("100", "200", "90"))
    found = one_lot(problem(both, mwh=mwh))["a"]
    assert found.tier == tier_
    assert found.cost_eur == (None if cost is None else Decimal(cost))
    assert found.state == ("no_tier" if tier_ is None else "priced")


def test_cost_mean_rank_and_distance_to_the_best() -> None:
    a = offer("a", tier("0", None, "100"), fixed_eur=Decimal(50))
    yearly = (Subscription(tariff_code=FTA, eur_per_point=Decimal(12)),)
    b = offer("b", tier("0", None, "90", subscriptions=yearly))
    c = offer("c", tier("0", None, "90.12"))
    (lot,) = compare(problem(a, b, c)).lots
    told = [
        (one.offer, one.rank, str(one.cost_eur), str(one.mean_eur_per_mwh), str(one.above_best_eur))
        for one in lot.offers
    ]
    assert told == [
        ("b", 1, "9012.00", "90.12", "0.00"),
        ("c", 1, "9012.00", "90.12", "0.00"),
        ("a", 3, "10050.00", "100.50", "1038.00"),
    ]


def test_a_missing_price_is_not_priced_and_names_its_cell() -> None:
    found = one_lot(problem(offer("a", tier("0", None, "90", prices=()))))["a"]
    assert (found.state, found.cost_eur, found.rank) == ("not_priced", None, None)
    assert [(gap.tariff_code, gap.time_class, gap.tier) for gap in found.missing] == [
        (FTA, "HPH", 1)
    ]


@pytest.mark.parametrize(
    ("seconds", "state", "left"),
    [(1, "priced", 1.0), (0, "expired", 0.0), (-1, "expired", -1.0)],
)
def test_an_offer_expires_to_the_second(seconds: int, state: str, left: float) -> None:
    until = NOW + timedelta(seconds=seconds)
    told = problem(
        offer("a", tier("0", None, "90"), valid_until=until), offer("b", tier("0", None, "99"))
    )
    found = one_lot(told, at=NOW)
    assert (found["a"].state, found["a"].left_s) == (state, left)
    assert (found["a"].rank is None) == (state == "expired")
    assert found["a"].cost_eur == Decimal("9000.00"), "what it would have cost is still shown"
    assert found["b"].rank == (1 if state == "expired" else 2)


def test_the_clock_change_counts_in_real_hours() -> None:
    """From 01:30 to 02:30 of the second time in the night of October two hours pass."""
    since = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    until = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    told = problem(offer("a", tier("0", None, "90"), valid_until=until))
    assert one_lot(told, at=since)["a"].left_s == 2 * 3600


def test_the_first_end_of_those_that_may_be_taken_is_when_to_decide() -> None:
    told = problem(
        offer("a", tier("0", None, "90"), valid_until=NOW - timedelta(hours=1)),
        offer("b", tier("0", None, "95"), valid_until=NOW + timedelta(hours=3)),
        offer("c", tier("0", None, "99"), valid_until=NOW + timedelta(hours=2)),
        offer("d", tier("0", None, "99"), valid_from=NOW + timedelta(minutes=1)),
    )
    (lot,) = compare(told, at=NOW).lots
    assert lot.decide_before == NOW + timedelta(hours=2)
    assert [one.offer for one in lot.offers] == ["b", "c", "a", "d"]
    assert lot.offers[3].state == "not_yet_valid"


def test_green_energy_that_is_asked_is_bought_with_the_option_or_not_at_all() -> None:
    told = problem(
        offer("a", tier("0", None, "90"), green_eur_per_mwh=Decimal(2)),
        offer("b", tier("0", None, "90")),
        offer("c", tier("0", None, "91"), green_share=0.5),
        points=(point("p", "100", green_share=0.5),),
    )
    found = one_lot(told)
    assert found["a"].cost_eur == Decimal("9100.00")  # 50 MWh at 2 EUR beside
    assert (found["b"].state, found["b"].rank) == ("not_green", None)
    assert found["c"].cost_eur == Decimal("9100.00")


def test_a_price_that_moves_is_said_not_to_be_comparable() -> None:
    told = problem(offer("a", tier("0", None, "90"), pricing="indexed", index="Cal-27"))
    (remark,) = one_lot(told)["a"].remarks
    assert "Cal-27" in remark.tell(str) and "not comparable" in remark.tell(str)


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.integers(50, 120), st.integers(50, 120), st.integers(1, 400)),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_the_cost_is_what_is_added_by_hand(
    volumes: list[int], schedules: list[tuple[int, int, int]]
) -> None:
    offers = [
        offer(f"o{n}", tier("0", str(edge), str(low)), tier(str(edge), None, str(high)))
        for n, (low, high, edge) in enumerate(schedules)
    ]
    points = tuple(point(f"p{n}", str(mwh)) for n, mwh in enumerate(volumes))
    found = one_lot(problem(*offers, points=points))
    total = sum(volumes)
    by_hand = {}
    for n, (low, high, edge) in enumerate(schedules):
        costs = [low * total] * (total <= edge) + [high * total] * (total >= edge)
        by_hand[f"o{n}"] = min(costs)
    assert {name: int(one.cost_eur or 0) for name, one in found.items()} == by_hand
    assert found[min(by_hand, key=lambda name: by_hand[name])].rank == 1


def test_the_best_of_each_lot_is_what_the_award_takes_when_everybody_joins() -> None:
    package("pulp")
    from synergie.purchase.samples.needs import needs
    from synergie.purchase.samples.purchase import purchase_problem
    from synergie.samples import territory

    told = purchase_problem(needs(territory())).model_copy(
        update={"may_leave": False, "nobody_pays_more": False, "limits": ()}
    )
    plan = purchase.solve(told)
    best = {lot.lot: (lot.offers[0].offer, lot.offers[0].cost_eur) for lot in compare(told).lots}
    assert best == {award.lot: (award.offer, award.cost_eur) for award in plan.awards}


WEIGHTS = Scoring(
    price_weight=60,
    price_formula="lowest_over_price",
    green_weight=10,
    criteria=(Criterion(name="service", weight=30),),
    notes=(
        Note(offer="a", criterion="service", note=0.5),
        Note(offer="b", criterion="service", note=0.9),
    ),
)


def test_a_score_follows_the_published_formula_and_rounds_once() -> None:
    told = problem(
        offer("a", tier("0", None, "90"), green_share=0.25),
        offer("b", tier("0", None, "97")),
        offer("c", tier("0", None, "80")),
    )
    found = one_lot(told, scoring=WEIGHTS)
    exact = Fraction(80, 97) * 60 + 27
    assert found["b"].score == Decimal(round(float(exact) * 100)).scaleb(-2) == Decimal("76.48")
    assert found["a"].score == Decimal("70.83")  # 80/90 of 60, 2.5, 15
    assert (found["b"].score_rank, found["a"].score_rank) == (1, 2)
    assert (found["b"].rank, found["a"].rank) == (3, 2)
    assert found["c"].score is None
    assert "no note for service" in found["c"].remarks[0].tell(str)


def test_the_linear_formula_is_another_and_never_negative() -> None:
    linear = Scoring(price_weight=100, price_formula="linear")
    told = problem(
        offer("a", tier("0", None, "80")), offer("b", tier("0", None, "90")),
        offer("c", tier("0", None, "200")),
    )  # fmt: skip
    found = one_lot(told, scoring=linear)
    assert [str(found[name].score) for name in "abc"] == ["100.00", "87.50", "0.00"]
    half = problem(offer("a", tier("0", None, "80")), offer("b", tier("0", None, "80.004")))
    assert str(one_lot(half, scoring=linear)["b"].score) == "100.00"  # 99.995, half up


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price_weight": 61}, "weights that sum to 100"),
        ({"notes": (Note(offer="a", criterion="price", note=0.5),)}, "one note an offer"),
        ({"notes": (WEIGHTS.notes[0], WEIGHTS.notes[0])}, "one note an offer"),
    ],
)
def test_weights_that_were_not_published_whole_are_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Scoring.model_validate(dict(WEIGHTS) | changes)


def test_lots_follow_segment_and_usage_and_every_point_fits_one() -> None:
    points = (
        point("ep", "4", usage="public_lighting"),
        point("ecole", "10"),
        point("borne", "3", usage="charging"),
        point("gymnase", "110", market_segment="C4"),
        point("stade", "50", market_segment="C4", usage="public_lighting"),
        point("piscine", "900", market_segment="C2"),
        point("toit", "9", market_segment="P4"),
    )
    lots = proposed(points)
    assert [lot.id for lot in lots] == ["lot-ep", "lot-c5", "lot-c4", "lot-c2-c3"]
    told = survey(points, lots)
    assert [(one.lot, one.points, one.mwh) for one in told.lots] == [
        ("lot-ep", 1, Decimal(4)), ("lot-c5", 2, Decimal(13)), ("lot-c4", 2, Decimal(160)),
        ("lot-c2-c3", 1, Decimal(900)),
    ]  # fmt: skip
    (unfit,) = told.unfit
    assert (unfit.point, unfit.lots) == ("toit", ())


def test_a_lot_without_points_is_shown_and_a_point_of_two_lots_is_in_none() -> None:
    lots = [Lot(id=name, name=name, market_segments=("C5",), usages=("building",)) for name in "ab"]
    told = survey((point("p", "1"),), [*lots, lots[0].model_copy(update={"id": "c", "usages": ()})])
    assert [one.points for one in told.lots] == [0, 0, 0]
    assert told.unfit[0].lots == ("a", "b")


def test_a_delivery_of_three_years_costs_three_times() -> None:
    from synergie.purchase.records.purchase import DeliveryPeriod

    one = problem(offer("a", tier("0", None, "90"), fixed_eur=Decimal(10)))
    three = one.model_copy(
        update={"delivery": DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2030, 1, 1))}
    )
    assert one_lot(three)["a"].cost_eur == 3 * (one_lot(one)["a"].cost_eur or 0)
    assert one_lot(three)["a"].tier == 1
