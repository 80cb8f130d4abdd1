"""The places that fail in a simulation, one column each: lamps first, then cabinets."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from synergie.maintenance.plan.strategy._bodies import compute_avoided_failures
from synergie.maintenance.plan.strategy._ground import (
    HOURS,
    WEEKS,
    Floats,
    Kind,
    StrategyInputs,
    count_light_points,
)
from synergie.maintenance.plan.strategy._streams import list_relamping_weeks
from synergie.maintenance.records.strategy import CabinetWeek, LampGroup, UpkeepPolicy
from synergie.park.plan.models import mean_life

type Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Arrays by column."""

    group: Numbers
    """Number of its group."""
    lamps: int
    """Columns that are lamps; the others are cabinets."""
    shape: Floats
    scale: Floats
    """Weibull scale, years of its own burning."""
    age: Floats
    """Age at the start, in scales."""
    led_shape: Floats
    led_scale: Floats
    weight: Floats
    """Light points that are dark when it fails."""
    kind: Numbers
    """Number of its severity and contract in `kinds`."""
    kinds: tuple[tuple[Kind, str | None], ...]
    relamped: dict[int, list[Numbers]]
    """By week: the columns of each cabinet whose lamps are changed."""
    converted: dict[int, list[int]]
    """By week: the groups that become LED."""


def build_places(ground: StrategyInputs, policy: UpkeepPolicy) -> Places:
    """Of a problem under a policy."""
    groups = ground.problem.groups
    sizes = [count_light_points(group) for group in groups]
    kinds = _list_fault_kinds(ground)
    lamp = np.repeat(np.arange(len(groups)), sizes)
    boxes = np.repeat(np.arange(len(groups)), [_count_cabinets(ground, g) for g in groups])
    models = [ground.models[g.technology] for g in groups]
    scales = np.array(
        [m.scale_hours / g.burn_hours_year for m, g in zip(models, groups, strict=True)]
    )
    shapes = np.array([m.shape for m in models])
    rates = np.array([_box_years(ground, policy, g) for g in groups])
    burned = [a.burned_hours for g in groups for a in g.lamps for _ in range(a.count)]
    lives = np.array([m.scale_hours for m in models])[lamp]
    led = [_find_led_law(ground, g) for g in groups]
    index = {key: n for n, key in enumerate(kinds)}
    return Places(
        group=np.concatenate([lamp, boxes]),
        lamps=len(lamp),
        shape=np.concatenate([shapes[lamp], np.ones(len(boxes))]),
        scale=np.concatenate([scales[lamp], rates[boxes]]),
        age=np.concatenate([np.array(burned) / lives, np.zeros(len(boxes))]),
        led_shape=np.concatenate([np.array([k for k, _ in led])[lamp], np.ones(len(boxes))]),
        led_scale=np.concatenate([np.array([s for _, s in led])[lamp], np.ones(len(boxes))]),
        weight=np.concatenate([np.ones(len(lamp)), _count_points_per_cabinet(ground)[boxes]]),
        kind=np.array(
            [index["point", groups[g].contract] for g in lamp]
            + [index["street", groups[g].contract] for g in boxes],
            dtype=np.int64,
        ),
        kinds=kinds,
        relamped=_schedule_relampings(ground, policy, sizes),
        converted=_group_led_conversions(ground, policy),
    )


def _list_fault_kinds(ground: StrategyInputs) -> tuple[tuple[Kind, str | None], ...]:
    contracts = sorted(
        {g.contract for g in ground.problem.groups}, key=lambda c: (c is not None, c)
    )
    severities: tuple[Kind, ...] = ("street", "point")
    return tuple((severity, contract) for severity in severities for contract in contracts)


def _count_cabinets(ground: StrategyInputs, group: LampGroup) -> int:
    return group.cabinets if "cabinet" in ground.models else 0


def _box_years(ground: StrategyInputs, policy: UpkeepPolicy, group: LampGroup) -> float:
    """Mean years between two faults of a cabinet, inspections counted."""
    if "cabinet" not in ground.models:
        return 1.0
    years = mean_life(ground.models["cabinet"]) / HOURS
    bodies = {body.organisation: body.inspection_months for body in policy.bodies}
    rule, months = ground.problem.inspection, bodies.get(group.organisation)
    return (
        years
        if rule is None or months is None
        else years / (1 - compute_avoided_failures(rule, months))
    )


def _find_led_law(ground: StrategyInputs, group: LampGroup) -> tuple[float, float]:
    model = ground.models.get("LED")
    if model is None:
        return 1.0, 1.0
    return model.shape, model.scale_hours / group.burn_hours_year


def _count_points_per_cabinet(ground: StrategyInputs) -> Floats:
    """Light points behind a cabinet of each group.

    Lamps whose cabinet is counted elsewhere are spread over the cabinets of their body.
    """
    groups = ground.problem.groups
    every: dict[str, int] = {}
    behind: dict[str, int] = {}
    for group in groups:
        every[group.organisation] = every.get(group.organisation, 0) + count_light_points(group)
        held = count_light_points(group) if group.cabinets else 0
        behind[group.organisation] = behind.get(group.organisation, 0) + held
    return np.array(
        [
            count_light_points(g) / g.cabinets * every[g.organisation] / behind[g.organisation]
            if g.cabinets
            else 0
            for g in groups
        ]
    )


def _schedule_relampings(
    ground: StrategyInputs, policy: UpkeepPolicy, sizes: list[int]
) -> dict[int, list[Numbers]]:
    """Cabinet by cabinet, in the weeks a year plan tells, or in turn over the period."""
    told = {one.cabinet: one for one in policy.weeks}
    period = {one.group: one.relamp_years for one in policy.groups}
    found: dict[int, list[Numbers]] = {}
    start = 0
    for group, size in zip(ground.problem.groups, sizes, strict=True):
        columns = np.arange(start, start + size)
        start += size
        ends = ground.sold_until(group)
        until = ground.problem.years if ends is None else ends
        week = told.get(group.cabinet or "")
        every = period.get(group.id)
        if week is not None:
            weeks = [_weeks_of(ground, group, week)]
        elif every is not None:
            weeks = list_relamping_weeks(every, max(group.cabinets, 1), until)
        else:
            continue
        for mine, part in zip(
            weeks, np.array_split(_deal_columns(columns, len(weeks)), len(weeks)), strict=True
        ):
            for w in mine:
                found.setdefault(w, []).append(part)
    return found


def _weeks_of(ground: StrategyInputs, group: LampGroup, told: CabinetWeek) -> list[int]:
    """The week of a year plan and its returns, for lamps that wear and are sold on the first day.

    The lamps of that year are bought in time; no return after the end of sale.
    """
    ends = ground.sold_until(group)
    if ends == 0 or ground.models[group.technology].shape <= 1:
        return []
    until = round((ground.problem.years if ends is None else ends) * WEEKS)
    step = max(round(told.every_years * WEEKS), 1)
    return [told.week - 1, *range(told.week - 1 + step, until, step)]


def _deal_columns(columns: Numbers, parts: int) -> Numbers:
    """Columns dealt to cabinets in turn, so that each has lamps of all ages."""
    order = np.argsort(np.arange(len(columns)) % parts, kind="stable")
    return columns[order]


def _group_led_conversions(ground: StrategyInputs, policy: UpkeepPolicy) -> dict[int, list[int]]:
    number = {group.id: n for n, group in enumerate(ground.problem.groups)}
    found: dict[int, list[int]] = {}
    for one in policy.groups:
        if one.led_year is not None:
            found.setdefault(one.led_year * WEEKS, []).append(number[one.group])
    return found
