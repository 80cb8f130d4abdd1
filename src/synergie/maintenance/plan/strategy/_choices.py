"""What may be chosen for each group, with what each choice gives, as expected.

Money is EUR of the first day, rounded to the cent: the choice between them is then exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.maintenance.plan.strategy._bodies import iterate_body_items
from synergie.maintenance.plan.strategy._ground import (
    DAYS,
    WEEKS,
    Floats,
    StrategyInputs,
    compute_weekly_discounts,
    count_light_points,
)
from synergie.maintenance.plan.strategy._options import (
    Gives,
    Item,
    Option,
    select_efficient_options,
)
from synergie.maintenance.plan.strategy._streams import (
    Renewal,
    compute_renewal,
    first_failures,
    list_relamping_weeks,
)
from synergie.maintenance.plan.strategy.spares import compute_demand_probabilities, solve_newsvendor
from synergie.maintenance.records.strategy import LampGroup
from synergie.plan.money import round_to_cents

# The lamps of a group week by week under one period of relamping, as expected, before any LED.

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


_MEGA = 1e6
_WEEK = DAYS / WEEKS
"""Days of a week of which a year has 52."""


def items(ground: StrategyInputs) -> tuple[Item, ...]:
    """Groups in the order of the problem, then inspection and cleaning of each body."""
    groups = [
        Item("lamps", group.id, group.organisation, tuple(_lamp_options(ground, group)))
        for group in ground.problem.groups
    ]
    return (*groups, *iterate_body_items(ground))


def _lamp_options(ground: StrategyInputs, group: LampGroup) -> Iterator[Option]:
    """Without those that another beats in money and in all else, LED in the same year."""
    years: list[int | None] = [None]
    if group.led_power_w is not None:
        years += list(range(ground.problem.years))
    by_year: dict[int | None, list[Option]] = {year: [] for year in years}
    for life in lamp_lives(ground, group):
        sums = _Sums(ground, group, life)
        for year in years:
            if life.differs(ground.steps if year is None else year * WEEKS):
                by_year[year].append(sums.option(year))
    for options in by_year.values():
        yield from select_efficient_options(options)


class _Sums:
    """Running sums of one lamp life, so that each year of conversion is a look-up."""

    def __init__(self, ground: StrategyInputs, group: LampGroup, life: LampLife) -> None:
        self.ground, self.group, self.life = ground, group, life
        self.worth = compute_weekly_discounts(ground)
        self.number = count_light_points(group)
        self.days = ground.delay_days("point")
        self.late = ground.beyond("point", group.contract)
        self.failed = life.old + life.alone + life.led

    def option(self, year: int | None) -> Option:
        """Converted at the start of *year*; None: not in these years."""
        end = self.ground.steps if year is None else year * WEEKS
        gives = self._before(end) + self._after(end)
        buy, spent = self._stock(end)
        money = spent + self._work(end) + self._led(end, year) + self._running(end)
        costs = self.ground.problem.costs
        return Option(
            round_to_cents(Decimal(money)),
            gives,
            self.life.relamp_years,
            year,
            buy,
            Decimal(0) if year is None else round_to_cents(costs.led_eur * self.number),
        )

    def _before(self, end: int) -> Gives:
        life, costs = self.life, self.ground.problem.costs
        failed = float(self.failed[:end].sum())
        spot = failed - float(self._failures_until(end)[: end + 1].sum()) * self.days
        lamps, cabinets = float(life.relamped[:end].sum()), float(life.cabinets[:end].sum())
        hours = spot * float(costs.spot_hours) + lamps * float(costs.group_lamp_hours)
        hours += cabinets * float(costs.group_cabinet_hours)
        out = float(self._dark(end).sum())
        return self._gives(failed, float(self._mwh()[:end].sum()), hours, out)

    def _failures_until(self, end: int) -> Floats:
        """Failures a day when group work or a conversion comes, by week: it mends what waits.

        Of failures at a steady rate those of the last D days wait, D the delay of each: rate E[D]
        in all, and each waits less: rate E[D²] / 2 days in all.
        """
        found = np.append(self.life.failing / _WEEK, 0.0)
        if 0 < end < self.ground.steps:
            found[end] = self.failed[end - 1] / _WEEK
        return found

    def _dark(self, end: int) -> Floats:
        """Light-point-days out by week, before a conversion in week *end*."""
        dark = np.append(self.failed[:end] * self.days, 0.0)
        dark -= self._failures_until(end)[: end + 1] * self.ground.delay_squared("point") / 2
        found: Floats = dark
        return found

    def _after(self, end: int) -> Gives:
        """All of it LED from *end* on."""
        costs, steps = self.ground.problem.costs, self.ground.steps
        if end == steps:
            return Gives()
        spot = float(self.life.converted[: steps - end].sum())
        power = self.group.led_power_w or 0
        energy = self.number * power * self.group.burn_hours_year * (steps - end) / WEEKS / _MEGA
        hours = spot * float(costs.spot_hours) + self.number * float(costs.led_hours)
        return self._gives(spot, energy, hours, spot * self.days)

    def _gives(self, spot: float, energy: float, hours: float, out: float) -> Gives:
        co2 = energy * self.ground.problem.costs.co2_kg_mwh / 1000
        return Gives(out, spot * self.late, spot, energy, hours, co2)

    def _mwh(self) -> Floats:
        """MWh of each week before a conversion."""
        led = np.cumsum(self.life.alone)
        power = self.group.power_w * (self.number - led) + (self.group.led_power_w or 0) * led
        found: Floats = power * self.group.burn_hours_year / WEEKS / _MEGA
        return found

    def _work(self, end: int) -> float:
        """Spot work, group work and LED luminaires put in one by one, before *end*."""
        life, costs, worth = self.life, self.ground.problem.costs, self.worth[:end]
        lamp, spot = float(self.group.lamp_eur), float(costs.spot_eur)
        bought = life.old * (np.arange(self.ground.steps) < life.sold)
        each = life.old * spot + bought * lamp + life.led * (spot + float(costs.led_part_eur))
        each = each + life.relamped * (float(costs.group_lamp_eur) + lamp)
        each = each + life.cabinets * float(costs.group_cabinet_eur)
        each = each + life.alone * float(costs.led_alone_eur)
        spared = self._failures_until(end)[: end + 1] * self.days * (spot + lamp)
        each[:end] -= spared[:end]
        grown = float((1 + self.ground.problem.discount) ** (-end / WEEKS))
        return float(worth @ each[:end]) - float(spared[end]) * grown - self._residual_value(end)

    def _residual_value(self, end: int) -> float:
        """What LED luminaires put in one by one before *end* are still worth at the last day."""
        if end < self.ground.steps or not self.life.alone.any():
            return 0.0
        costs, years = self.ground.problem.costs, self.ground.problem.years
        age = years - (np.arange(end) + 0.5) / WEEKS
        kept = np.maximum(1 - age / costs.led_life_years, 0.0) * float(costs.led_eur)
        return float(self.life.alone @ kept) * (1 + self.ground.problem.discount) ** -years

    def _led(self, end: int, year: int | None) -> float:
        """Conversion of the group, its later failures, less its worth at the end."""
        if year is None:
            return 0.0
        costs, problem = self.ground.problem.costs, self.ground.problem
        failures = self.life.converted[: self.ground.steps - end]
        later = float(self.worth[end:] @ failures)
        put = self.number * float(costs.led_eur)
        kept = max(1 - (problem.years - year) / costs.led_life_years, 0.0)
        grown = 1 + problem.discount
        part = float(costs.spot_eur + costs.led_part_eur)
        return put * grown**-year + later * part - put * kept * grown**-problem.years

    def _stock(self, end: int) -> tuple[int, float]:
        """Lamps bought before their sale ends for what fails between then and *end*."""
        asked = float(self.life.old[self.life.sold : end].sum()) if self.life.buys else 0.0
        if asked <= 0:
            return 0, 0.0
        costs = self.ground.problem.costs
        lamp, alone = float(self.group.lamp_eur), float(costs.led_alone_eur)
        quantity, cost = solve_newsvendor(compute_demand_probabilities(asked), lamp, alone)
        return quantity, cost * float(self.worth[max(self.life.sold - 1, 0)])

    def _running(self, end: int) -> float:
        """Energy and the dark, as of the first day."""
        costs = self.ground.problem.costs
        power = (self.group.led_power_w or 0) * self.number * self.group.burn_hours_year
        mwh = np.concatenate(
            [self._mwh()[:end], np.full(len(self.worth) - end, power / WEEKS / _MEGA)]
        )
        life = self.life
        dark = self._dark(end)
        later = life.converted[: len(self.worth) - end] * self.days
        penalty = np.concatenate([dark[:end], later]) * float(costs.out_day_eur)
        return float(self.worth @ (mwh * float(costs.energy_eur_mwh) + penalty))
