"""Crews of equal skills and cost: the first by name go, whatever a solver chose."""

from collections import Counter
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from synergie.maintenance.plan.year import _solve
from synergie.maintenance.plan.year._decisions import Decisions, cost
from synergie.maintenance.plan.year._solve import order_crews
from synergie.maintenance.plan.year._split import cut_shared_days
from synergie.maintenance.plan.year._year import Way, Year, year
from tests.plan.maintenance_cases import depot, small, visit

DAY = 28
"""Ticks of a day of 7 h."""
ONE = (("g1", DAY),)
OTHER = (("g2", DAY),)
G2 = {"org-c": 120}
"""What a day in g2 costs beside, EUR: 100 for all others."""


def a_week(**have: int) -> Year:
    """One week; crews of so many days, at 100 EUR in either zone but for G2."""
    names = {name.replace("_", "-"): days for name, days in have.items()}
    depots = [depot(n, [d], {"g1": 100, "g2": G2.get(n, 100)}) for n, d in names.items()]
    visits = [visit("c1", "0.25", [0]), visit("c2", "0.25", [0], zone="g2")]
    return year(small(weeks=1, depots=tuple(depots), visits=tuple(visits)))


def sent(whole: Year, *days: tuple[str, Any]) -> Decisions:
    prices = {(way.depot, way.ticks[0][0]): way.cost for way in whole.ways}
    made = (Way(d, ticks, max(prices[d, zone] for zone, _ in ticks)) for d, ticks in days)
    return Decisions({"c1": 1, "c2": 1}, dict(Counter((way, 1) for way in made)))


def crews(plan: Decisions) -> list[tuple[str, Any, int]]:
    return sorted((way.depot, way.ticks, n) for (way, _), n in plan.days.items())


def test_any_choice_among_equal_crews_comes_to_the_first() -> None:
    """Those of c cost more in g2: they go to g1 alone, so that b is left for g2."""
    whole = a_week(org_a=1, org_b=2, org_c=2)
    shapes = (ONE, ONE, OTHER, (("g1", 6), ("g2", 20)))
    found, tries = set(), 0
    for names in product(("d-org-a", "d-org-b", "d-org-c"), repeat=len(shapes)):
        used = Counter(names)
        if any(used[d.id] > d.crew_days[0] for d in whole.depots) or "d-org-c" in names[2:]:
            continue
        plan = sent(whole, *zip(names, shapes, strict=True))
        done, tries = order_crews(whole, plan), tries + 1
        assert cost(whole, done) == cost(whole, plan) == Decimal(400)
        found.add(tuple(crews(done)))
    assert tries == 9
    assert found == {
        (
            ("d-org-a", ONE, 1),
            ("d-org-b", shapes[3], 1),
            ("d-org-b", OTHER, 1),
            ("d-org-c", ONE, 1),
        ),
    }


def test_a_day_makes_room_for_another_that_fewer_may_make() -> None:
    whole = a_week(org_a=1, org_c=1, org_e=1)
    for one, other in (("d-org-a", "d-org-e"), ("d-org-e", "d-org-a")):
        done = order_crews(whole, sent(whole, ("d-org-c", ONE), (one, OTHER), (other, ONE)))
        assert crews(done) == [("d-org-a", ONE, 1), ("d-org-c", ONE, 1), ("d-org-e", OTHER, 1)]
    done = order_crews(whole, sent(whole, ("d-org-c", ONE), ("d-org-a", OTHER)))
    assert crews(done) == [("d-org-a", ONE, 1), ("d-org-e", OTHER, 1)]


@pytest.mark.parametrize("change", [{"skills": ("nacelle",)}, {"network_mixes": ()}])
def test_crews_of_other_skills_are_not_exchanged(change: dict[str, Any]) -> None:
    first = depot("org-a", [2], {"g1": 100, "g2": 100}, **change)
    second = depot("org-b", [2], {"g1": 100, "g2": 100})
    whole = year(small(weeks=1, depots=(first, second), visits=(visit("c1", "1", [0]),)))
    for name in ("d-org-a", "d-org-b"):
        assert crews(order_crews(whole, sent(whole, (name, ONE)))) == [(name, ONE, 1)]


@pytest.mark.parametrize(
    ("cuts", "days"),
    [
        (((20, 4), (16, 4)), (ONE, (("g1", 8), ("g2", 8)))),
        (((4, 20), (4, 16)), (OTHER, (("g1", 8), ("g2", 8)))),
        (((6, 20), (12, 6)), (ONE, OTHER)),
        (((20, 6), (8, 16)), (ONE, OTHER)),
    ],
)
def test_days_shared_alike_are_whole_but_for_one(
    cuts: tuple[tuple[int, int], ...], days: tuple[Any, ...]
) -> None:
    whole = a_week(org_a=1, org_b=1)
    shared = [(("g1", one), ("g2", other)) for one, other in cuts]
    for names in (("d-org-a", "d-org-b"), ("d-org-b", "d-org-a")):
        done = order_crews(whole, sent(whole, *zip(names, shared, strict=True)))
        assert [ticks for _, ticks, _ in crews(done)] == list(days)
        assert cost(whole, done) == 200


def test_crews_of_too_many_depots_in_a_zone_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = a_week(org_a=1, org_b=3)
    plan = sent(whole, ("d-org-b", ONE), ("d-org-b", ONE))
    assert len(crews(order_crews(whole, plan))) == 2
    monkeypatch.setattr(_solve, "MOST_DEPOTS", 1)
    assert order_crews(whole, plan) == plan


def test_hours_of_a_day_that_comes_out_whole_are_taken_off_the_others() -> None:
    """8.25 h in g1 and 3 h in g2 by two shared days: one whole, 1.25 h of the other."""
    visits = (
        visit("c1", "4", [0]),
        visit("c2", "4.25", [0]),
        visit("c3", "3", [0], zone="g2"),
    )
    depots = [depot(name, [1], {"g1": 100, "g2": 100}) for name in ("org-a", "org-b")]
    whole = year(small(weeks=1, depots=tuple(depots), visits=visits))
    plan = Decisions({"c1": 1, "c2": 1, "c3": 1}, {})
    done = cut_shared_days(whole, plan, [(day, 1) for day in whole.shared])
    assert sorted(way.ticks for way, _ in done.days) == [(("g1", 5), ("g2", 12)), ONE]
