"""A year as a choice of bundles: the same optimum as by visits and days, and bounds that hold.

The oracle is the model over visits and days, which shares no row with the programme over bundles.
"""

import random
from decimal import Decimal

import pytest

from synergie.errors import Infeasible
from synergie.maintenance.plan.year import _partition
from synergie.maintenance.plan.year._blocks import YearSearchResult
from synergie.maintenance.plan.year._bundles import list_bundles
from synergie.maintenance.plan.year._decisions import compute_plan_weight, in_time
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._partition import find_partition
from synergie.maintenance.plan.year._year import Year, open_weeks, year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.records.maintenance import MaintenanceProblem, Promised
from tests.depth import times
from tests.plan.maintenance_cases import THIRDS, hard_year

LONG = 3_000.0
HOURS = (("1.75", "3.5", "2", "5", "7"), THIRDS, ("0.41", "6.97"), ("8.5", "3", "11"))


def draw_year(seed: int) -> MaintenanceProblem:
    """Few visits, with closed weeks, limits of lateness and promises; some of it infeasible."""
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    zones = chance.randint(3, 6)
    problem = hard_year(
        seed, visits=chance.randint(4, 9), zones=zones, depots=chance.randint(1, 3),
        pairs=chance.randint(2, zones * (zones - 1) // 2), weeks=chance.choice([4, 6]),
        day_eur=chance.choice([0, 50, 400]), hours=chance.choice(HOURS),
    )  # fmt: skip
    limits = [chance.choice([None, chance.randint(0, 60)]) for _ in range(zones)]
    visits = tuple(
        visit.model_copy(
            update={
                "due_week": chance.randint(1, problem.weeks),
                "light_points": chance.randint(0, 20),
                "closed_weeks": tuple(
                    w for w in range(visit.first_week, visit.last_week) if chance.random() < 0.2
                ),
            }
        )
        for visit in problem.visits
    )
    promised = [
        Promised(visit=visit.cabinet, week=chance.randint(1, problem.weeks))
        for visit in visits
        if chance.random() < 0.3
    ]
    return problem.model_copy(
        update={
            "zones": tuple(
                zone.model_copy(update={"most_late": most})
                for zone, most in zip(problem.zones, limits, strict=True)
            ),
            "visits": visits,
            "promised": tuple(promised),
            "move_eur": Decimal(7),
        }
    )


def find_least_weight(given: Year) -> float | None:
    """What the cheapest year weighs by the model of visits and days. None: there is none."""
    model, _ = block_model(given, frozenset(given.zones()))
    outcome = model.minimise(limit_s=LONG)
    assert outcome.stop in {"proved", "infeasible"}
    return outcome.objective


def check_partition(given: Year, found: YearSearchResult, least: float | None) -> float:
    """How far its bound is below its plan, EUR."""
    if found.decisions is None:
        return float("inf")
    assert least is not None, "a plan of a year that has none"
    assert in_time(given, found.decisions)
    weight = float(compute_plan_weight(given, found.decisions))
    assert weight >= least - 0.01, "a plan that is none"
    if found.bound is None:
        return float("inf")
    assert found.bound <= least + 0.01, "a bound above the optimum"
    return weight - found.bound


@pytest.mark.parametrize("most_days", [2, 4])
def test_bundles_give_the_optimum_of_visits_and_days(
    most_days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With bundles of two days alone the bound counts those of more."""
    monkeypatch.setattr(_partition, "_MOST_DAYS", most_days)
    monkeypatch.setattr(_partition, "_ENOUGH", 2)
    feasible = proved = 0
    for seed in range(times(10, deep=200)):
        try:
            given = year(draw_year(seed))
        except Infeasible:
            continue
        least = find_least_weight(given)
        gap = check_partition(given, find_partition(given, Effort(0.009, LONG), None), least)
        feasible += least is not None
        proved += gap <= 0.01
    assert feasible >= 6
    assert proved >= feasible / 2


def test_a_plan_that_is_known_is_kept_when_it_is_the_cheapest() -> None:
    given = year(hard_year(3, visits=8, zones=5, pairs=6, weeks=6))
    best = find_partition(given, Effort(0.009, LONG), None)
    assert best.decisions is not None and best.bound is not None
    again = find_partition(given, Effort(0.009, LONG), best.decisions)
    assert again.decisions is not None
    weight = compute_plan_weight(given, best.decisions)
    assert compute_plan_weight(given, again.decisions) == weight
    assert best.bound == pytest.approx(float(weight)) == again.bound


def test_too_many_bundles_or_no_time_say_nothing() -> None:
    many = year(hard_year(1, visits=80, zones=4, depots=4, pairs=6))
    assert list_bundles(many, 2) is None
    assert find_partition(many, Effort(0.009, LONG), None).decisions is None
    given = year(hard_year(3, visits=8, zones=5, pairs=6, weeks=6))
    found = find_partition(given, Effort(0.009, 0.0), None)
    assert (found.decisions, found.bound) == (None, None)


def test_a_bundle_is_listed_once_a_set_of_depots_and_fits_its_days() -> None:
    given = year(hard_year(5, visits=9, zones=4, pairs=4, weeks=8))
    lists = list_bundles(given, 3)
    assert lists is not None and lists.most_days == 3
    seen = set()
    for bundle in lists.bundles:
        chosen = [v for i, v in enumerate(given.visits) if bundle.visits >> i & 1]
        key = bundle.visits, tuple(sorted(day.depot for day in bundle.days))
        assert key not in seen
        seen.add(key)
        assert bundle.cost == sum(float(day.cost) for day in bundle.days)
        assert sum(given.ticks(visit) for visit in chosen) <= given.day * len(bundle.days)
        assert {visit.zone for visit in chosen} == frozenset().union(
            *(d.zones for d in bundle.days)
        )
        common = frozenset.intersection(*(frozenset(open_weeks(visit)) for visit in chosen))
        assert {week for week in range(1, 9) if bundle.weeks >> week & 1} == common
