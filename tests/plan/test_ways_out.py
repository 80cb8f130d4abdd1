"""Ways out of an impossible purchase: each makes it possible, and none gives more than it must."""

from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from synergie.errors import Infeasible, Reason
from synergie.plan.conflicts import compute_shortfalls
from synergie.purchase.plan import what_if
from synergie.purchase.plan.award import baskets, solve_near
from synergie.purchase.plan.what_if import _ways_out
from synergie.purchase.plan.what_if._relaxed import relax_requirement
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit
from tests.plan.test_purchase import brute_force, lot, offer, point, problems, small, tier

LIMIT_S = 30


def told(phrases: Any) -> list[str]:
    return [phrase.tell(str) for phrase in phrases]


@st.composite
def impossible(draw: st.DrawFn) -> PurchaseProblem:
    """A problem without a plan, nobody free to leave."""
    problem = draw(problems()).model_copy(update={"may_leave": False})
    assume(brute_force(problem) is None)
    return problem


@given(impossible())
def test_each_way_out_makes_it_possible_at_the_cost_it_tells(problem: PurchaseProblem) -> None:
    found = what_if.ways_out(problem, most=9)
    assert found.conflicts
    costs = [way.cost_eur for way in found.ways]
    assert costs == sorted(costs)
    tries = {
        (one.kind, one.said): one.problem for one in _ways_out.iterate_attempts(problem, LIMIT_S)
    }
    for way in found.ways:
        assert way.proved
        if (way.kind, way.said) not in tries:
            continue  # two kinds at once: seen below
        then = tries[way.kind, way.said]
        if "alone" in way.kind:  # brute force has no costs alone of its own
            then = then.model_copy(update={"nobody_pays_more": False})
            assert brute_force(then) is not None
            continue
        assert brute_force(then) == way.cost_eur


@st.composite
def short_by_one(draw: st.DrawFn) -> tuple[str, PurchaseProblem]:
    """A floor out of reach, a roof too low or a fixed cost that is not saved: and by how much."""
    volumes = draw(st.lists(st.decimals("0.01", "90", places=2), min_size=1, max_size=4))
    total, gap = sum(volumes, Decimal(0)), draw(st.decimals("0.03", "50", places=2))
    kind = draw(st.sampled_from(["floor", "roof", "fixed"]))
    if kind == "floor":
        offers = [offer("one", tier(str(total + gap), "80"))]
        offers += [offer("two", tier(str(total + gap + 1), "70"))] * draw(st.booleans())
    elif kind == "roof":
        assume(total > gap)
        offers = [offer("one", tier("0", "80", str(total - gap)))]
    else:
        saved = 100 * len(volumes)
        offers = [offer("one", tier("0", "80"), fixed=str(saved + gap))]
    points = tuple(point(f"m{i}", f"{mwh}", id=f"p{i}") for i, mwh in enumerate(volumes))
    problem = small(
        points=points,
        offers=tuple(offers),
        lots=(lot(running_alone_eur=Decimal(100)),),
        may_leave=False,
        nobody_pays_more=kind == "fixed",
    )
    return kind, problem


@given(short_by_one())
def test_a_hair_less_does_not_make_it_possible(case: tuple[str, PurchaseProblem]) -> None:
    """Held where one requirement gives: with several, the sum is least, not each."""
    kind, problem = case
    assert brute_force(problem) is None
    book = baskets.build_book(problem)
    lacks = compute_shortfalls(_ways_out.model_of(problem), frozenset({kind}), limit_s=LIMIT_S)
    assert lacks is not None
    ((need, much),) = lacks
    enough = relax_requirement(problem, book, need, much)
    less = relax_requirement(problem, book, need, much - 0.02)
    assert enough is not None and less is not None
    assert brute_force(enough.problem) is not None
    assert brute_force(less.problem) is None


def test_a_tier_out_of_reach_has_three_ways_out() -> None:
    far = small(
        offers=(
            offer("far", tier("0", "150", "20"), tier("200", "80")),
            offer("two", tier("120", "90")),
        ),
        may_leave=False,
        nobody_pays_more=False,
    )
    found = what_if.ways_out(far)
    assert "two-lot-1, tier 1: at least 120 MWh" in told(found.conflicts)
    (way, *_) = found.ways
    assert told(way.said) == ["10 MWh more in lot-1, or the tier 1 of two-lot-1 from 110 MWh on"]
    assert way.kind == "floor" and way.cost_eur == 9900 and way.proved


def test_a_cap_on_lots_is_lifted_or_members_leave() -> None:
    problem = small(
        lots=(lot(), lot("lot-2", "water")),
        offers=(offer("one", tier("0", "80")), offer("one", tier("0", "80"), lot="lot-2")),
        points=(*small().points, point("a", "9", usage="water")),
        limits=(SupplierLimit(supplier="one", max_lots=1),),
        may_leave=False,
    )
    found = what_if.ways_out(problem)
    said = {way.kind: told(way.said) for way in found.ways}
    assert said["max_lots"] == ["one may win 2 lots, 1 more"]
    assert said["may_leave"] == ["members may stay out of a lot and buy alone"]
    (out,) = [way for way in found.ways if way.kind == "may_leave"]
    assert "a stays out of lot-2" in told(out.dearer)


def test_who_pays_more_than_alone_is_named_with_the_amount() -> None:
    offers = (
        offer("one", tier("0", "100", "60")),
        offer("two", tier("0", "130", "10"), tier("110", "101")),
    )
    found = what_if.ways_out(small(offers=offers, may_leave=False))
    (way,) = [way for way in found.ways if way.kind == "alone"]
    assert told(way.said) == [
        "a accepts in lot-1 up to 60.00 EUR more than alone",
        "b accepts in lot-1 up to 30.00 EUR more than alone",
        "c accepts in lot-1 up to 20.00 EUR more than alone",
    ]
    assert way.cost_eur == 110 * 101
    assert told(way.dearer)[0] == "a pays 60.00 EUR more than alone in lot-1"


def test_a_fixed_cost_that_is_too_high_has_a_way_out() -> None:
    problem = small(
        offers=(offer("one", tier("0", "100"), fixed="500"),),
        lots=(lot(running_alone_eur=Decimal(100)),),
        may_leave=False,
    )
    found = what_if.ways_out(problem)
    (way,) = [way for way in found.ways if way.kind == "fixed"]
    assert told(way.said) == ["a fixed cost of 300.00 EUR for one-lot-1, 200.00 EUR less"]
    assert way.cost_eur == 11300


def test_too_much_green_energy_is_asked() -> None:
    grey, green = small().offers
    green = green.model_copy(update={"green_share": 0.7})
    problem = small(offers=(grey, green), green_share=0.9, may_leave=False, nobody_pays_more=False)
    found = what_if.ways_out(problem)
    (way,) = [way for way in found.ways if way.kind == "green"]
    assert told(way.said) == ["70 % of green energy instead of 90 %"]
    assert way.cost_eur == 10400


def test_a_framework_of_more_awards_than_there_are_has_a_way_out() -> None:
    problem = small(
        lots=(lot(max_awards=3, min_awards=3),), may_leave=False, nobody_pays_more=False
    )
    found = what_if.ways_out(problem)
    (way,) = [way for way in found.ways if way.kind == "min_awards"]
    assert told(way.said) == ["at least 2 offers taken in lot-1 instead of 3"]


def test_expired_offers_are_a_way_out() -> None:
    from datetime import UTC, datetime, timedelta

    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    old = tuple(one.model_copy(update={"valid_until": noon}) for one in small().offers)
    problem = small(offers=old, award_at=noon + timedelta(hours=1), may_leave=False)
    found = what_if.ways_out(problem)
    (way,) = [way for way in found.ways if way.kind == "expired"]
    assert told(way.said) == ["these offers are extended: one-lot-1, two-lot-1"]
    assert way.cost_eur == 10400


def test_a_price_that_is_missing_has_no_way_out_but_is_named() -> None:
    problem = small(points=(point("d", "5", tariff_code="BTINFLU"),), may_leave=False)
    found = what_if.ways_out(problem)
    assert told(found.conflicts) == ["d has no offer in lot-1 that prices all it needs"]
    assert found.ways == ()


def test_what_is_possible_needs_no_way_out() -> None:
    assert what_if.ways_out(small()) == what_if.ways_out(small(), most=0)
    assert what_if.ways_out(small()).conflicts == ()


def test_conflicts_are_sentences_of_the_catalogue() -> None:
    """Each is a constant text with values: a catalogue translates it, a reader's amounts fit."""
    try:
        solve_near(small(offers=(offer("far", tier("200", "80")),), may_leave=False))
    except Infeasible as error:
        first, second = error.conflicts
        assert isinstance(first, Reason) and isinstance(second, Reason)
        assert first.text == "{}, tier {}: at least {} MWh"
        assert second.values == (Decimal("90.00"), "far-lot-1", 1)
        french = {second.text: "il manque {} MWh à {}, tranche {}"}
        said = error.tell(lambda text: french.get(text, text), lambda value: f"<{value}>")
        assert "il manque <90.00> MWh à far-lot-1, tranche <1>" in said
    else:
        raise AssertionError("a plan was found")
