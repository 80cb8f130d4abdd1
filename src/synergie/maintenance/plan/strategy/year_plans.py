"""A year plan as a policy: what it does comes back for years."""

from collections.abc import Collection, Mapping

from synergie.maintenance.plan.strategy._ground import WEEKS, StrategyInputs, count_light_points
from synergie.maintenance.plan.strategy.relamping import best_period
from synergie.maintenance.plan.strategy.studies import relamping_costs
from synergie.maintenance.records.maintenance import MaintenancePlan, PlannedVisit
from synergie.maintenance.records.strategy import (
    BodyPolicy,
    CabinetWeek,
    GroupPolicy,
    LampGroup,
    StrategyProblem,
    UpkeepPolicy,
)

_LONGEST = 50.0
"""Years of the longest period."""


def year_plan_policy(
    problem: StrategyProblem,
    plan: MaintenancePlan,
    *,
    every_years: float | None = None,
    tasks: Mapping[str, Collection[str]] | None = None,
) -> UpkeepPolicy:
    """The policy that repeats a year plan: its group relampings come back after *every_years*.

    None: after the period that is best for most lamps of the cabinet (S1). Groups are matched by
    their `cabinet`; the inspections of the plan give the period of each body (all its cabinets in
    a year: 12 months), its LED conversions the year of each group. Groups without a visit have spot
    work alone. *tasks*: all that is done in each visit, by its key; else the task that names it.
    """
    weeks, checked, led = {}, set(), {}
    for visit in plan.visits:
        done = _list_done_tasks(visit, tasks)
        if "group_relamping" in done:
            weeks[visit.cabinet] = visit.week
        if "inspection" in done:
            checked.add(visit.cabinet)
        if "led_conversion" in done:
            led[visit.cabinet] = min(round((visit.week - 1) / WEEKS), problem.years - 1)
    return UpkeepPolicy(
        groups=tuple(
            GroupPolicy(
                group=group.id,
                led_year=led.get(group.cabinet or "") if group.led_power_w is not None else None,
            )
            for group in problem.groups
        ),
        bodies=_build_body_policies(problem, checked),
        weeks=tuple(_list_cabinet_weeks(problem, weeks, every_years)),
    )


def _list_done_tasks(
    visit: PlannedVisit, tasks: Mapping[str, Collection[str]] | None
) -> Collection[str]:
    return (tasks or {}).get(visit.id or visit.cabinet, (visit.task,))


def _list_cabinet_weeks(
    problem: StrategyProblem, weeks: Mapping[str, int], every_years: float | None
) -> list[CabinetWeek]:
    ground = StrategyInputs.of(problem)
    most: dict[str, LampGroup] = {}
    for group in sorted(problem.groups, key=count_light_points):
        if group.cabinet and group.cabinet in weeks and ground.models[group.technology].shape > 1:
            most[group.cabinet] = group
    return [
        CabinetWeek(
            cabinet=cabinet,
            week=weeks[cabinet],
            every_years=every_years or _find_best_period(ground, group),
        )
        for cabinet, group in sorted(most.items())
    ]


def _find_best_period(ground: StrategyInputs, group: LampGroup) -> float:
    """The best period of its lamps, years; the longest when spot work alone is best."""
    best = best_period(ground.models[group.technology], **relamping_costs(ground, group))
    if best.period_hours is None:
        return _LONGEST
    return min(best.period_hours / group.burn_hours_year, _LONGEST)


def _build_body_policies(problem: StrategyProblem, checked: set[str]) -> tuple[BodyPolicy, ...]:
    bodies = []
    for name in sorted({group.organisation for group in problem.groups}):
        cabinets = {g.cabinet for g in problem.groups if g.organisation == name and g.cabinet}
        done = len(cabinets & checked)
        months = round(12 * len(cabinets) / done) if done else None
        bodies.append(BodyPolicy(organisation=name, inspection_months=months))
    return tuple(bodies)
