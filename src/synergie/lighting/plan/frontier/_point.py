"""A point opened as a scenario, and measured as one: its values are those of a comparison."""

from collections import defaultdict
from decimal import Decimal

from synergie.lighting.plan.criteria import CRITERIA, ScenarioEvaluation, StudyContext, View
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.money import money_of
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.frontier import CabinetChoice, LightingPlanPoint
from synergie.lighting.records.study import LightingAction, LightingScenario


def scenario_of(point: LightingPlanPoint) -> LightingScenario:
    """The scenario that a point is: one measure for all cabinets that do the same.

    In the study of the frontier, `compare` gives it the values of the point.
    """
    return build_point_scenario(point.id, point.choices, point.sized_among)


def build_point_scenario(
    name: str, choices: tuple[CabinetChoice, ...], sized_among: tuple[str, ...] = ()
) -> LightingScenario:
    """The scenario of these choices; cabinets that change nothing are in no measure."""
    same: dict[tuple[str | None, bool, str | None, int | None], list[str]] = defaultdict(list)
    for one in choices:
        if one.year is not None:
            same[one.retrofit, one.is_sized, one.schedule, one.year].append(one.cabinet)
    actions = tuple(
        LightingAction(
            cabinets=tuple(cabinets),
            retrofit=retrofit,
            retrofit_among=sized_among if is_sized else (),
            schedule=schedule,
            year=year,
        )
        for (retrofit, is_sized, schedule, year), cabinets in same.items()
    )
    return LightingScenario(id=name, name=name, actions=actions)


def measured_values(
    setting: Setting,
    ground: StudyContext,
    one: LightingScenario,
    criteria: tuple[LightingCriterion, ...],
) -> tuple[tuple[float | None, ...], bool]:
    """Each criterion of a scenario as `compare` finds it, and whether it keeps all budgets."""
    found = setting.measured(one)
    money = money_of(found)
    view = View(ScenarioEvaluation(found, money, ground, None), None)
    return tuple(
        CRITERIA[name].measure_view(view).value for name in criteria
    ), not money.over_budget


def restore_value_signs(values: tuple[Decimal, ...], signs: tuple[int, ...]) -> tuple[float, ...]:
    """Values of the programme in the direction of their criteria."""
    return tuple(sign * float(one) + 0.0 for sign, one in zip(signs, values, strict=True))
