"""The life of a park for years when the year that was planned for it is kept up, in one call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synergie.errors import BadInput
from synergie.maintenance.plan.strategy import assumed
from synergie.maintenance.plan.strategy.parks import groups
from synergie.maintenance.plan.strategy.promises import broken, promise
from synergie.maintenance.plan.strategy.simulation import simulate
from synergie.maintenance.plan.strategy.year_plans import year_plan_policy
from synergie.maintenance.plan.upkeep import YearCase
from synergie.maintenance.records.maintenance import MaintenancePlan
from synergie.maintenance.records.strategy import (
    Promise,
    Response,
    SimulatedLife,
    StrategyProblem,
    UpkeepCosts,
    UpkeepPolicy,
)
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import ParkState
from synergie.schemas.plan import Phrase


@dataclass(frozen=True, slots=True)
class PlanLife:
    """What a year plan promises for the years to come, and whether other lives hold it."""

    problem: StrategyProblem
    policy: UpkeepPolicy
    promise: Promise
    life: SimulatedLife
    """Drawn with other seeds than the promise."""
    broken: tuple[Phrase, ...]
    """Figures that those lives do not hold. Empty: the promise is kept."""
    notes: tuple[Phrase, ...]
    """What was assumed or left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the life depends on beside the plan; `assumed` where nothing is told."""

    years: int = 10
    costs: UpkeepCosts | None = None
    responses: Sequence[Response] | None = None
    repairs_week: int | None = None
    """Most spot repairs a week. None: no limit."""
    targets: Sequence[ServiceTarget] = ()


_PLAIN = Setting()


def life_of_plan(
    park: ParkState,
    case: YearCase,
    plan: MaintenancePlan,
    *,
    setting: Setting = _PLAIN,
    lives: int = 200,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> PlanLife:
    """The promise of *plan* from *lives* lives, held to as many others (seed + 1).

    *case*: the year problem that *plan* answers. Raises BadInput, Cancelled.
    """
    problem, notes = plan_problem(park, case, setting)
    policy = year_plan_policy(problem, plan, tasks=tasks_of(case))
    told = promise(problem, policy, lives=lives, seed=seed, cancel=cancel)
    life = simulate(problem, policy, lives=lives, seed=seed + 1, cancel=cancel)
    return PlanLife(problem, policy, told, life, broken(told, life), notes)


def plan_problem(
    park: ParkState, case: YearCase, setting: Setting = _PLAIN
) -> tuple[StrategyProblem, tuple[Phrase, ...]]:
    """The lamps of each cabinet from the first day of *case* on; what was assumed or left out."""
    starts_on = case.problem.starts_on
    if starts_on is None:
        raise BadInput("/starts_on", None, "the Monday of the first week")
    found = groups(park, by="cabinet")
    problem = StrategyProblem(
        starts_on=starts_on,
        years=setting.years,
        groups=found.groups,
        models=park.models,
        costs=setting.costs or assumed.costs(),
        responses=tuple(setting.responses or assumed.responses()),
        repairs_week=setting.repairs_week,
        inspection=assumed.inspection(),
        targets=tuple(setting.targets),
    )
    return problem, found.notes


def tasks_of(case: YearCase) -> dict[str, frozenset[str]]:
    """All that is done in each visit: a visit is named by the most important of its tasks."""
    return {
        key: frozenset(work.task for work in occasion.works)
        for key, occasion in case.occasions.items()
    }
