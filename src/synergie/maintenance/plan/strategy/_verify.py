"""Check of a finished strategy that shares nothing with the model.

The faults are sentences, none when the plan holds. `solve` calls it before a plan leaves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log1p

from synergie.maintenance.records.strategy import (
    BodyPolicy,
    Criterion,
    GroupPolicy,
    LampGroup,
    StrategyPlan,
    StrategyProblem,
)
from synergie.park.records.park import FailureModel
from synergie.plan.verification import verify_plan_totals

# What lamps without wear are expected to cost and give, again, in closed form.
#
# A place that fails at rate a while lit and waits d on average fails a / (1 + a d) times a year.
# It shares no code with the weekly renewal of the model. Plans with lamps that wear, or whose
# sale ends in these years, have no such form: of them only the energy is added again, when no
# sale ends.

_YEAR_DAYS, _YEAR_HOURS, _MEGA = 365.25, 8766.0, 1e6
_NEAR, _SHAPE, _SELDOM = 5e-3, 1e-9, 0.05
"""Relative difference that weeks and the first days of a park make; that a shape of 1 may have;
share of a lamp's time that it waits for its repair at most."""


@dataclass
class _Sums:
    cost: float = 0.0
    out: float = 0.0
    faults: float = 0.0
    energy: float = 0.0
    hours: float = 0.0


def iterate_figure_faults(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    """Figures of the plan that differ from those added again."""
    days = (problem.years + 1) * _YEAR_DAYS
    if any(
        g.purchasable_until and (g.purchasable_until - problem.starts_on).days < days
        for g in problem.groups
    ):
        return
    models: dict[str, FailureModel] = {model.technology: model for model in problem.models}
    again = _Again(problem, models)
    policies = {one.group: one for one in plan.policy.groups}
    for group in problem.groups:
        if group.id not in policies:
            return
        again.lamps(group, policies[group.id])
    for body in plan.policy.bodies:
        again.body(body)
    used: set[str] = {group.technology for group in problem.groups}
    used |= {"LED", "cabinet"} & models.keys()
    kinds = [(g, kind) for g in problem.groups for kind in {g.technology, *({"LED"} & used)}]
    closed_form = all(abs(models[kind].shape - 1) <= _SHAPE for kind in used)
    closed_form &= all(again.seldom(group, kind) for group, kind in kinds)
    sums, told = again.sums, plan.criteria
    pairs = {"energy": (told.energy, sums.energy)}
    if closed_form:
        pairs |= {
            "cost": (float(told.cost_eur), sums.cost),
            "light-point-days out": (told.out, sums.out),
            "faults": (told.faults, sums.faults),
            "crew-hours": (told.hours, sums.hours),
        }
    for name, (said, found) in pairs.items():
        if abs(said - found) > _NEAR * abs(found) + 1.0:
            yield f"{name}: the plan says {said:.6g}, {found:.6g} are expected"


class _Again:
    """Sums over groups and bodies."""

    def __init__(self, problem: StrategyProblem, models: dict[str, FailureModel]) -> None:
        self.problem, self.models, self.sums = problem, models, _Sums()
        self.delay = {
            one.severity: one.unseen_days + sum(d.days * d.share for d in one.delays)
            for one in problem.responses
        }

    def _worth(self, start: float, end: float) -> float:
        """A euro a year from *start* to *end*, as of the first day."""
        force = log1p(self.problem.discount)
        return (exp(-force * start) - exp(-force * end)) / force if force else end - start

    def _square(self) -> float:
        """Mean square of the days from a point's fault to its repair."""
        told = next(one for one in self.problem.responses if one.severity == "point")
        unseen, mean = told.unseen_days, self.delay["point"] - told.unseen_days
        square = sum(one.days**2 * one.share for one in told.delays)
        return 2 * unseen**2 + 2 * unseen * mean + square

    def seldom(self, group: LampGroup, kind: str) -> bool:
        """Whether a lamp fails so seldom that the first days of a park do not matter."""
        a_day = group.burn_hours_year / self.models[kind].scale_hours / _YEAR_DAYS
        return a_day * self.delay["point"] <= _SELDOM

    def lamps(self, group: LampGroup, policy: GroupPolicy) -> None:
        """Spot work, energy, and a conversion."""
        costs, years = self.problem.costs, self.problem.years
        number = sum(age.count for age in group.lamps)
        end = years if policy.led_year is None else policy.led_year
        lit = number * group.burn_hours_year / _MEGA
        self._power(lit * group.power_w, 0, end)
        each = float(costs.spot_eur + group.lamp_eur)
        rate = self._spot(group, self.models[group.technology], (0, end), each)
        if policy.led_year is None:
            return
        self._power(lit * (group.led_power_w or 0), end, years)
        self._spot(
            group, self.models["LED"], (end, years), float(costs.spot_eur + costs.led_part_eur)
        )
        put, grown = number * float(costs.led_eur), 1 + self.problem.discount
        kept = put * max(1 - (years - end) / costs.led_life_years, 0.0)
        waiting = rate * self.delay["point"] / _YEAR_DAYS if end else 0.0
        dark = rate / _YEAR_DAYS * self._square() / 2 if end else 0.0
        spared = waiting * each + dark * float(costs.out_day_eur)
        self.sums.out -= dark
        self.sums.cost += (put - spared) * grown**-end - kept * grown**-years
        self.sums.hours += number * float(costs.led_hours) - waiting * float(costs.spot_hours)

    def _spot(
        self, group: LampGroup, model: FailureModel, span: tuple[int, int], each: float
    ) -> float:
        """Failures and their repairs in a span of years; failures a year."""
        costs, days = self.problem.costs, self.delay["point"]
        alone = group.burn_hours_year / model.scale_hours
        number = sum(age.count for age in group.lamps)
        rate = number * alone / (1 + alone * days / _YEAR_DAYS)
        failed = rate * (span[1] - span[0])
        self.sums.faults += failed
        self.sums.out += failed * days
        self.sums.hours += failed * float(costs.spot_hours)
        dark = days * float(costs.out_day_eur)
        self.sums.cost += rate * self._worth(*span) * (each + dark)
        return rate

    def _power(self, mwh: float, start: float, end: float) -> None:
        self.sums.energy += mwh * (end - start)
        price = float(self.problem.costs.energy_eur_mwh)
        self.sums.cost += mwh * self._worth(start, end) * price

    def body(self, policy: BodyPolicy) -> None:
        """Inspections with the cabinet faults that are left, and cleaning."""
        costs, years = self.problem.costs, self.problem.years
        mine = [g for g in self.problem.groups if g.organisation == policy.organisation]
        lamps, worth = sum(a.count for g in mine for a in g.lamps), self._worth(0, years)
        if policy.cleaning_years is not None:
            cleaned = lamps / policy.cleaning_years
            self.sums.hours += cleaned * years * float(costs.cleaning_lamp_hours)
            self.sums.cost += cleaned * worth * float(costs.cleaning_lamp_eur)
        boxes, model = sum(g.cabinets for g in mine), self.models.get("cabinet")
        if not boxes or model is None:
            return
        left, visits = 1.0, 0.0
        rule, months = self.problem.inspection, policy.inspection_months
        if rule is not None and months is not None:
            visits = boxes * 12 / months
            warned = rule.warning_months / months
            left = 1 - rule.finds * warned * (1 - exp(-1 / warned))
        rate = left * _YEAR_HOURS / model.scale_hours
        dark = lamps * rate * self.delay["street"]
        self.sums.faults += boxes * rate * years
        self.sums.out += dark * years
        hours = boxes * rate * float(costs.cabinet_fault_hours)
        self.sums.hours += (hours + visits * float(costs.inspection_hours)) * years
        money = boxes * rate * float(costs.cabinet_fault_eur)
        money += visits * float(costs.inspection_eur) + dark * float(costs.out_day_eur)
        self.sums.cost += money * worth


_ZERO = Decimal(0)


def faults(
    problem: StrategyProblem, plan: StrategyPlan, most: Mapping[Criterion, float] | None = None
) -> tuple[str, ...]:
    """What is wrong with a strategy."""
    return (
        *_every_group_once(problem, plan),
        *_within_budgets(problem, plan),
        *_iterate_legal_faults(problem, plan),
        *_within_limits(plan, most or {}),
        *_nobody_above_alone(plan),
        *iterate_figure_faults(problem, plan),
        *verify_plan_totals(plan),
    )


def _every_group_once(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    told = [one.group for one in plan.policy.groups]
    if sorted(told) != sorted(group.id for group in problem.groups):
        yield "a group is not decided exactly once"
    for one in plan.policy.groups:
        if one.relamp_years is not None and one.relamp_years not in problem.relamp_years:
            yield f"{one.group}: {one.relamp_years} years is no period of the problem"


def _within_budgets(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    """The LED investment of each year, added again from the groups."""
    spent: dict[int, Decimal] = defaultdict(Decimal)
    groups = {group.id: group for group in problem.groups}
    for one in plan.policy.groups:
        group = groups.get(one.group)
        if one.led_year is None or group is None:
            continue
        if group.led_power_w is None or one.led_year >= problem.years:
            yield f"{one.group} may not become LED in year {one.led_year}"
        lamps = sum(age.count for age in group.lamps)
        spent[one.led_year] += lamps * problem.costs.led_eur
    for year, told in enumerate(plan.invested_eur):
        if abs(spent[year] - told) > Decimal("0.01") * len(problem.groups):
            yield f"year {year}: {spent[year]} EUR of LED, the plan says {told}"
        if problem.led_budgets_eur and spent[year] > problem.led_budgets_eur[year]:
            yield f"year {year}: {spent[year]} EUR of LED, {problem.led_budgets_eur[year]} allowed"


def _iterate_legal_faults(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    """No inspection later than the law says, no luminaire dirtier than asked."""
    for body in plan.policy.bodies:
        rule, dirt = problem.inspection, problem.cleaning
        if rule and body.inspection_months and body.inspection_months > rule.longest_months:
            yield f"{body.organisation}: inspection every {body.inspection_months} months"
        if dirt and body.cleaning_years is not None:
            kept = (1 - dirt.loss_year) ** body.cleaning_years
            if kept < dirt.least_light:
                yield f"{body.organisation}: {kept:.3f} of the light is left"


def _within_limits(plan: StrategyPlan, most: Mapping[Criterion, float]) -> Iterator[str]:
    for criterion, limit in most.items():
        given = plan.criteria.cost_eur if criterion == "cost" else getattr(plan.criteria, criterion)
        if float(given) > limit * (1 + 1e-9) + 1e-9:
            yield f"{criterion}: {given} is above {limit}"


def _nobody_above_alone(plan: StrategyPlan) -> Iterator[str]:
    if plan.criteria.cost_eur != plan.objective_eur:
        yield f"the criteria say {plan.criteria.cost_eur} EUR, the plan {plan.objective_eur}"
    if plan.baseline_eur is None:
        return
    if plan.objective_eur > plan.baseline_eur:
        yield f"together costs {plan.objective_eur} EUR, alone {plan.baseline_eur}"
    for member in plan.members:
        if member.alone_eur is not None and member.cost_eur > member.alone_eur:
            yield f"{member.member}: pays {member.cost_eur} EUR, alone {member.alone_eur}"
