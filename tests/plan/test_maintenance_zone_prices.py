"""Zones at prices of crew-days: each zone's year is the optimum, the bound is below every plan."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import Infeasible
from synergie.maintenance.plan.year._decisions import compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._year import Year, format_visit_key, open_weeks, year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.plan.year._zone import part_of
from synergie.maintenance.plan.year._zone_prices import find_by_zone_prices
from synergie.maintenance.plan.year._zone_year import _MOST_OPEN, prepare_zone
from synergie.maintenance.records.maintenance import MaintenanceProblem
from tests.depth import times
from tests.plan.maintenance_cases import THIRDS, hard_year, services, small

LONG = 3_000.0
"""Seconds that no test comes near."""


def read_year(problem: MaintenanceProblem) -> Year:
    """*problem* without shared days and limits of lateness."""
    free = tuple(zone.model_copy(update={"most_late": None}) for zone in problem.zones)
    try:
        return year(problem.model_copy(update={"neighbours": (), "zones": free}))
    except Infeasible:
        assume(condition=False)
        raise


def count_days(made: Year) -> dict[tuple[str, int], int]:
    return {(d.id, week): n for d in made.depots for week, n in enumerate(d.crew_days, 1)}


def least_by_model(made: Year, prices: dict[tuple[str, int], float]) -> float | None:
    """The least weight by the compact model, which shares nothing with the sets of visits."""
    model, _ = block_model(made, frozenset(made.zones()), prices=prices)
    outcome = model.minimise(limit_s=LONG)
    assert outcome.stop in {"proved", "infeasible"}
    return outcome.objective if outcome.values else None


@settings(max_examples=times(40, deep=1_000))
@given(problem=services(), data=st.data())
def test_the_year_of_a_zone_is_the_optimum_at_any_prices(
    problem: MaintenanceProblem, data: st.DataObject
) -> None:
    made = read_year(problem)
    zone = data.draw(st.sampled_from(made.zones()))
    part = part_of(made, frozenset([zone]))
    have = count_days(part)
    prices = {at: float(data.draw(st.integers(0, 90))) for at in sorted(have)}
    prepared = prepare_zone(part)
    assert prepared is not None
    found, least = prepared.minimise(prices, have), least_by_model(part, prices)
    assert (found is None) == (least is None)
    if found is not None and least is not None:
        weight, plan = found
        paid = sum(prices[way.depot, week] * n for (way, week), n in plan.days.items())
        assert weight == pytest.approx(least, abs=1e-6)
        assert weight == pytest.approx(float(compute_plan_weight(part, plan)) + paid, abs=1e-6)


@settings(max_examples=times(40, deep=1_000))
@given(problem=services())
def test_the_bound_is_below_the_optimum_and_the_plan_is_not(problem: MaintenanceProblem) -> None:
    made = read_year(problem)
    found, least = find_by_zone_prices(made, Effort(0.009, LONG), None), least_by_model(made, {})
    if least is None:
        assert found.decisions is None
        return
    if found.bound is not None:
        assert found.bound <= least + 1e-6
    assert found.decisions is not None
    assert float(compute_plan_weight(made, found.decisions)) >= least - 1e-6


@pytest.mark.parametrize("hours", [("1.75", "3.5", "2", "5", "7"), THIRDS])
@pytest.mark.parametrize("depots", [1, 2, 3])
def test_a_year_is_proved_and_keeps_windows_skills_and_crew_days(
    depots: int, hours: tuple[str, ...]
) -> None:
    made = year(hard_year(7, visits=18, zones=3, depots=depots, pairs=0, weeks=26, hours=hours))
    found = find_by_zone_prices(made, Effort(0.009, LONG), None)
    assert found.decisions is not None and found.bound is not None
    weight = float(compute_plan_weight(made, found.decisions))
    assert found.bound <= weight <= found.bound * 1.005
    used: Counter[tuple[str, int]] = Counter()
    for (way, week), n in found.decisions.days.items():
        used[way.depot, week] += n
    assert all(n <= count_days(made)[at] for at, n in used.items())
    weeks = found.decisions.weeks
    assert all(weeks[format_visit_key(one)] in open_weeks(one) for one in made.visits)


def test_what_is_not_made_of_zone_years_is_left_to_others() -> None:
    shared, plain = year(small()), year(small(neighbours=()))
    assert find_by_zone_prices(shared, Effort(0.009, LONG), None).bound is None
    assert find_by_zone_prices(plain, Effort(0.009, 0.0), None).bound is None
    late = small(neighbours=(), zones=(
        small().zones[0].model_copy(update={"most_late": 0}), small().zones[1],
    ))  # fmt: skip
    assert find_by_zone_prices(year(late), Effort(0.009, LONG), None).bound is None
    many = hard_year(1, visits=_MOST_OPEN + 1, zones=1, pairs=0, weeks=1)
    assert prepare_zone(year(many)) is None
    assert find_by_zone_prices(plain, Effort(0.009, LONG), None).bound is not None
