"""The lamps of a group week by week under one period of relamping, as expected, before any LED."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synergie.maintenance.plan.strategy._ground import (
    DAYS,
    WEEKS,
    Floats,
    StrategyInputs,
    count_light_points,
)
from synergie.maintenance.plan.strategy._streams import (
    Renewal,
    compute_renewal,
    first_failures,
    list_relamping_weeks,
)
from synergie.maintenance.records.strategy import LampGroup

_PARTS = 12
"""Parts of a group that take turns, at most: more cabinets take the same weeks."""


@dataclass(slots=True, eq=False)
class LampLife:
    """Numbers of lamps, by week."""

    relamp_years: float | None
    buys: bool
    """Whether lamps are bought before their sale ends; else a failed one becomes LED."""
    sold: int
    """Week from which lamps are sold no more; the number of weeks when they are to the end."""
    old: Floats
    """Failed and replaced in kind."""
    alone: Floats
    """Failed and replaced by a LED luminaire, one by one."""
    led: Floats
    """Failures of those."""
    relamped: Floats
    """Changed with their cabinet."""
    cabinets: Floats
    """Cabinets whose lamps are changed."""
    failing: Floats
    """Failures in the week before it, of the lamps that are changed with their cabinet."""
    converted: Floats
    """Failures of the whole group by week since its conversion to LED."""
    alone_too: bool = False
    """Whether the same is looked at with a last purchase."""

    def differs(self, end: int) -> bool:
        """Whether it is another choice than those before when all become LED in week *end*."""
        if self.relamp_years is not None and not self.relamped[:end].any():
            return False
        return self.buys or not self.alone_too or end > self.sold


def lamp_lives(ground: StrategyInputs, group: LampGroup) -> Iterator[LampLife]:
    """Spot work alone, then each period of relamping; each with and without a last purchase."""
    ends = ground.sold_until(group)
    sold = ground.steps if ends is None else round(ends * WEEKS)
    ways = [True] if ends is None else [True, False]
    if sold == 0 and group.led_power_w is not None:
        ways = [False]
    if group.led_power_w is None:
        ways = [True]
    periods: list[float | None] = [None]
    if ground.models[group.technology].shape > 1:
        limit = sold / WEEKS
        periods += [p for p in sorted(set(ground.problem.relamp_years)) if p / 2 < limit]
    for period in periods:
        for buys in ways:
            yield _build_lamp_life(ground, group, period, buys=buys, sold=sold)


def _build_lamp_life(
    ground: StrategyInputs, group: LampGroup, period: float | None, *, buys: bool, sold: int
) -> LampLife:
    steps, delay = ground.steps, ground.delay_days("point") / DAYS
    model = ground.models[group.technology]
    kind = compute_renewal(model, group.burn_hours_year, delay, steps)
    old, alone, led, relamped, cabinets, failing, converted = np.zeros((7, steps))
    life = LampLife(period, buys, sold, old, alone, led, relamped, cabinets, failing, converted)
    life.alone_too = 0 < sold < steps and group.led_power_w is not None
    number, parts = count_light_points(group), max(min(group.cabinets, _PARTS), 1)
    start = first_failures(group, model, steps) / parts
    weeks = [[]] * parts if period is None else list_relamping_weeks(period, parts, sold / WEEKS)
    for mine in weeks:
        _add_part(life, kind, start, number=number / parts, weeks=mine)
        life.relamped[mine] += number / parts
        life.cabinets[mine] += max(group.cabinets, 1) / parts
    if group.led_power_w is not None:
        light = compute_renewal(ground.models["LED"], group.burn_hours_year, delay, steps)
        life.led = np.maximum(light.of(life.alone) - life.alone, 0.0)
        life.converted = light.of(light.first * number)
    return life


def _add_part(
    life: LampLife, kind: Renewal, start: Floats, *, number: float, weeks: list[int]
) -> None:
    """Failures of lamps that are changed together in *weeks*, and of those they have now."""
    steps = len(life.old)
    ends = [*weeks, steps]
    for first, begin, end in zip(
        [start, *[kind.first * number] * len(weeks)], [0, *weeks], ends, strict=True
    ):
        last = life.sold - begin
        keeps = life.buys or last >= end - begin
        stream = (kind.of(first) if keeps else kind.until(first, last))[: end - begin]
        cut = end - begin if keeps else last
        life.old[begin : begin + cut] += stream[:cut]
        life.alone[begin + cut : end] += stream[cut:]
        if end < steps and len(stream):
            life.failing[end] += stream[-1]
