"""From a territory to ten years under its year plan: its promise holds, a wrong one does not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.maintenance.plan import strategy
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.strategy import PlanLife, Setting
from synergie.maintenance.plan.strategy._ground import StrategyInputs
from synergie.maintenance.plan.strategy._places import build_places
from synergie.maintenance.plan.upkeep import YearCase, year_problem
from synergie.maintenance.records.maintenance import MaintenancePlan, PlannedVisit
from synergie.maintenance.records.strategy import (
    CabinetWeek,
    Response,
    SimulatedLife,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.maintenance.samples.crews import crew_book
from synergie.park.plan import Owned, state
from synergie.park.records.park import ParkState
from synergie.samples import territory
from tests.plan.strategy_cases import group, problem, spot

NOW = datetime(2026, 12, 28, 12, tzinfo=UTC)
LIVES = 60


def park() -> ParkState:
    holdings = territory().holdings
    cabinets = [Owned(held.owner, one) for held in holdings for one in held.cabinets]
    points = [Owned(held.owner, one) for held in holdings for one in held.light_points]
    return state(cabinets, points, [], as_of=NOW)


@cache
def lived() -> tuple[ParkState, YearCase, MaintenancePlan, PlanLife]:
    """The Bassin: 7,500 light points, 52 weeks planned, ten years lived."""
    before = park()
    case = year_problem(before, crew_book(), starts_on=date(2027, 1, 4), weeks=52)
    plan = maintenance.solve(case.problem, limit_s=10)
    return before, case, plan, strategy.life_of_plan(before, case, plan, lives=LIVES, seed=20)


def slower(responses: Sequence[Response], times: float) -> tuple[Response, ...]:
    return tuple(
        response.model_copy(
            update={
                "delays": tuple(
                    delay.model_copy(update={"days": delay.days * times})
                    for delay in response.delays
                )
            }
        )
        for response in responses
    )


def other(told: StrategyProblem, policy: UpkeepPolicy, lives: int = LIVES) -> SimulatedLife:
    return strategy.simulate(told, policy, lives=lives, seed=99)


def test_ten_years_under_the_year_plan_of_the_bassin_hold_its_promise() -> None:
    _, case, plan, found = lived()
    assert sum(age.count for g in found.problem.groups for age in g.lamps) == 7_500
    relamped = {v.cabinet for v in plan.visits if v.task == "group_relamping"}
    assert {one.cabinet for one in found.policy.weeks} == relamped and len(relamped) > 20
    assert all(1 <= one.week <= case.problem.weeks for one in found.policy.weeks)
    assert {body.inspection_months for body in found.policy.bodies} == {12}
    assert found.broken == ()
    assert {(f.figure, f.severity) for f in found.promise.figures} == {
        ("out_share", None),
        ("worst_year_out_share", None),
        ("mean_days", "street"),
        ("beyond", "street"),
        ("mean_days", "point"),
        ("beyond", "point"),
    }
    for seed in (3, 4):
        life = strategy.simulate(found.problem, found.policy, lives=LIVES, seed=seed)
        assert strategy.broken(found.promise, life) == ()


def test_the_promise_is_broken_without_the_group_visits_of_the_plan() -> None:
    _, _, _, found = lived()
    without = found.policy.model_copy(update={"weeks": ()})
    life = other(found.problem, without)
    texts = [phrase.tell(str) for phrase in strategy.broken(found.promise, life)]
    assert any(text.startswith("share of light points out") for text in texts)
    assert life.out_share.mean > found.promise.figures[0].interval.high


def test_the_promise_is_broken_without_the_inspections_of_the_plan() -> None:
    _, _, _, found = lived()
    without = found.policy.model_copy(update={"bodies": ()})
    assert strategy.broken(found.promise, other(found.problem, without))


def test_the_promise_is_broken_when_repairs_take_twice_as_long() -> None:
    _, _, _, found = lived()
    slow = found.problem.model_copy(update={"responses": slower(found.problem.responses, 2)})
    texts = [
        phrase.tell(str) for phrase in strategy.broken(found.promise, other(slow, found.policy))
    ]
    assert sum(text.startswith("mean days to repair") for text in texts) == 2
    assert any(text.startswith("share of light points out") for text in texts)


def test_the_promise_is_broken_when_crews_are_too_few() -> None:
    _, _, _, found = lived()
    few = found.problem.model_copy(update={"repairs_week": 14})
    assert strategy.broken(found.promise, other(few, found.policy, lives=10))


def test_the_same_call_gives_the_same_and_its_setting_is_told() -> None:
    before, case, plan, found = lived()
    short = Setting(years=2, repairs_week=30, costs=found.problem.costs)
    one, two = (strategy.life_of_plan(before, case, plan, setting=short, lives=3) for _ in range(2))
    assert one == two and one.problem.repairs_week == 30 and one.promise.years == 2
    undated = YearCase(case.problem.model_copy(update={"starts_on": None}), case.occasions, (), ())
    with pytest.raises(BadInput, match="/starts_on"):
        strategy.life_of_plan(before, undated, plan)


def visit(cabinet: str, task: str, week: int) -> PlannedVisit:
    return PlannedVisit.model_validate(
        {
            "id": f"{cabinet}.{task}",
            "cabinet": cabinet,
            "task": task,
            "zone": "z",
            "week": week,
            "cost_eur": "0",
            "cheapest_week": week,
        }
    )


def test_all_tasks_of_a_visit_count_and_not_only_the_one_that_names_it() -> None:
    given = problem(
        group("a", cabinet="A", cabinets=1, led_power_w=40),
        group("b", cabinet="B", cabinets=1, led_power_w=40),
    )
    visits = (visit("A", "led_conversion", 40), visit("B", "group_relamping", 10))
    made: dict[str, Any] = {"visits": visits}
    plan = MaintenancePlan.model_construct(**made)
    tasks = {"A.led_conversion": {"led_conversion", "inspection"}}
    policy = strategy.year_plan_policy(given, plan, tasks=tasks)
    assert [one.led_year for one in policy.groups] == [1, None]
    assert [body.inspection_months for body in policy.bodies] == [24]
    (week,) = policy.weeks
    best = strategy.best_period(given.models[0], spot_eur=107, group_eur=46 + 33 / 400)
    assert best.period_hours is not None
    assert week.every_years == pytest.approx(best.period_hours / 4100)


@pytest.mark.parametrize(
    ("told", "weeks"),
    [
        ({}, [9, 113, 217, 321, 425]),
        ({"technology": "LED", "led_power_w": None}, []),
        ({"purchasable_until": date(2030, 1, 1)}, [9, 113]),
        ({"purchasable_until": date(2027, 2, 1)}, [9]),
        ({"purchasable_until": date(2026, 1, 1)}, []),
    ],
    ids=["sold", "no-wear", "end-of-sale", "bought-in-time", "sold-no-more"],
)
def test_lamps_that_wear_are_changed_as_long_as_they_are_sold(
    told: dict[str, object], weeks: list[int]
) -> None:
    fields: dict[str, Any] = {"cabinet": "A", "cabinets": 1, "led_power_w": 40} | told
    given = problem(group("a", lamp_eur=Decimal(15), **fields))
    told_weeks = (CabinetWeek(cabinet="A", week=10, every_years=2.0),)
    policy = spot(given).model_copy(update={"weeks": told_weeks})
    assert sorted(build_places(StrategyInputs.of(given), policy).relamped) == weeks
