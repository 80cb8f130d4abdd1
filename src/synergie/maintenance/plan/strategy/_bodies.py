"""What may be chosen for all that one body has: periods of inspection and of cleaning."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from synergie.maintenance.plan.strategy._ground import (
    HOURS,
    WEEKS,
    StrategyInputs,
    compute_weekly_discounts,
    count_light_points,
)
from synergie.maintenance.plan.strategy._options import Gives, Item, Option
from synergie.maintenance.records.strategy import Cleaning, Inspection, LampGroup
from synergie.park.plan.models import mean_life
from synergie.plan.money import round_to_cents


def iterate_body_items(ground: StrategyInputs) -> Iterator[Item]:
    """Inspection and cleaning of each body, in the order of their names."""
    inspection, cleaning = ground.problem.inspection, ground.problem.cleaning
    for name in ground.organisations():
        groups = [group for group in ground.problem.groups if group.organisation == name]
        if "cabinet" in ground.models and any(group.cabinets for group in groups):
            yield Item(
                "inspection",
                name,
                name,
                tuple(_iterate_inspection_options(ground, groups, inspection)),
            )
        if cleaning is not None:
            yield Item(
                "cleaning", name, name, tuple(_iterate_cleaning_options(ground, groups, cleaning))
            )


def _iterate_inspection_options(
    ground: StrategyInputs, groups: list[LampGroup], rule: Inspection | None
) -> Iterator[Option]:
    if rule is None:
        yield _build_inspection_option(ground, groups, None, 0.0)
        return
    for months in sorted({m for m in rule.choices_months if m <= rule.longest_months}):
        yield _build_inspection_option(
            ground, groups, months, compute_avoided_failures(rule, months)
        )


def compute_avoided_failures(rule: Inspection, months: int) -> float:
    """Share of cabinet failures avoided: the delay-time model (Christer 1999).

    A defect shows for an exponential time h before the failure; inspections each p find it in
    time with probability (h / p) (1 - exp(-p / h)) when they see all that shows.
    """
    ratio = rule.warning_months / months
    return rule.finds * ratio * -float(np.expm1(-1 / ratio))


def _build_inspection_option(
    ground: StrategyInputs, groups: list[LampGroup], months: int | None, avoided: float
) -> Option:
    costs, years = ground.problem.costs, ground.problem.years
    rate = HOURS / mean_life(ground.models["cabinet"]) * (1 - avoided)
    cabinets = sum(group.cabinets for group in groups)
    visits = 0.0 if months is None else cabinets * 12 / months
    days = ground.delay_days("street")
    dark = sum(count_light_points(group) for group in groups) * rate * days
    faults, worth = cabinets * rate, float(compute_weekly_discounts(ground).sum()) / WEEKS
    money = faults * float(costs.cabinet_fault_eur) + visits * float(costs.inspection_eur)
    late = sum(g.cabinets * rate * ground.beyond("street", g.contract) for g in groups)
    hours = faults * float(costs.cabinet_fault_hours) + visits * float(costs.inspection_hours)
    gives = Gives(dark * years, late * years, faults * years, 0.0, hours * years, 0.0)
    total = (money + dark * float(costs.out_day_eur)) * worth
    return Option(round_to_cents(Decimal(total)), gives, months=months)


def _iterate_cleaning_options(
    ground: StrategyInputs, groups: list[LampGroup], rule: Cleaning
) -> Iterator[Option]:
    """Periods at whose end enough light is left; none is counted when no dirt is."""
    costs, worth = ground.problem.costs, float(compute_weekly_discounts(ground).sum()) / WEEKS
    lamps = sum(count_light_points(group) for group in groups)
    for years in sorted(set(rule.choices_years)):
        if light_kept(rule, years) < rule.least_light:
            continue
        each = lamps / years
        money = round_to_cents(Decimal(each * float(costs.cleaning_lamp_eur) * worth))
        hours = each * float(costs.cleaning_lamp_hours) * ground.problem.years
        yield Option(money, Gives(hours=hours), clean_years=years)


def light_kept(rule: Cleaning, years: float) -> float:
    """Share of a clean luminaire's light after *years* without cleaning."""
    return float((1 - rule.loss_year) ** years)
