"""The checker of rules of one's own in a year: from the problem and the plan, nothing else."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise, product

from synergie.errors import Reason
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem, Visit
from synergie.maintenance.records.rule import MaintenanceRule, VisitSelector


def iterate_rule_faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """Hard rules that the plan breaks, and outcomes that do not say what it does."""
    if [one.rule for one in plan.rules] != [rule.id for rule in problem.rules]:
        yield Reason("the rules of the plan are not those of the problem, in their order")
        return
    yield from iterate_broken_rules(problem, plan)
    check = _Rules(problem, plan)
    for rule, outcome in zip(problem.rules, plan.rules, strict=True):
        missed = check.count(rule)
        if outcome.missed != missed:
            yield Reason("the rule {} misses {}, the plan says {}", rule.id, missed, outcome.missed)
        if outcome.penalty_eur != (rule.eur or Decimal(0)) * missed:
            yield Reason("the rule {} does not weigh {} EUR", rule.id, outcome.penalty_eur)


def iterate_broken_rules(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """Hard rules that the weeks and crews of *plan* break."""
    check = _Rules(problem, plan)
    for rule in problem.rules:
        missed = check.count(rule) if rule.hard else 0
        if missed:
            yield Reason("the rule {} is broken by {}", rule.id, missed)


class _Rules:
    """The weeks of one plan, for every rule."""

    def __init__(self, problem: MaintenanceProblem, plan: MaintenancePlan) -> None:
        self.problem, self.plan = problem, plan
        self.week = {one.id or one.cabinet: one.week for one in plan.visits}

    def select(self, of: VisitSelector) -> list[Visit]:
        """The visits whose names are those that are given."""
        asked = of.model_dump(exclude_none=True)
        found = []
        for visit in self.problem.visits:
            names = {**visit.model_dump(include=set(asked)), "visit": visit.id or visit.cabinet}
            if all(names[name] == value for name, value in asked.items()):
                found.append(visit)
        return sorted(found, key=lambda v: (v.first_week, v.id or v.cabinet))

    def at(self, visit: Visit) -> int:
        """Its week."""
        return self.week[visit.id or visit.cabinet]

    def count(self, rule: MaintenanceRule) -> int:
        """Whole units by which the plan does not keep *rule*."""
        if rule.kind == "never":
            return sum(
                crew.days
                for crew in self.plan.crews
                if crew.depot == rule.depot and rule.zone in (crew.zone, crew.other_zone)
            )
        mine = self.select(rule.of)
        if rule.kind == "at_most":
            inside = [self.at(visit) for visit in mine]
            if rule.weeks:
                return max(0, sum(week in rule.weeks for week in inside) - rule.visits)
            return sum(max(0, inside.count(week) - rule.visits) for week in set(inside))
        if rule.kind == "budget":
            spent = sum(
                (
                    visit.costs_eur[self.at(visit) - visit.first_week] + visit.hours * rule.rate_eur
                    for visit in mine
                    if self.at(visit) in (rule.weeks or {self.at(visit)})
                ),
                Decimal(0),
            )
            return max(0, int((spent - rule.max_eur).to_integral_value(ROUND_CEILING)))
        return self._count_visits(rule, mine)

    def _count_visits(self, rule: MaintenanceRule, mine: list[Visit]) -> int:
        if rule.kind == "pinned":
            return sum(self.at(visit) != rule.week for visit in mine)
        if rule.kind == "not_in":
            return sum(self.at(visit) in rule.weeks for visit in mine)
        if rule.kind == "keep":
            kept = {one.visit: one.week for one in self.problem.promised}
            return sum(self.at(v) != kept.get(v.id or v.cabinet, self.at(v)) for v in mine)
        return self._count_pairs(rule, mine)

    def _count_pairs(self, rule: MaintenanceRule, mine: list[Visit]) -> int:
        if rule.kind == "before":
            pairs = product(mine, self.select(rule.then))
            return sum(self.at(b) < self.at(a) + rule.weeks for a, b in pairs if a != b)
        if rule.kind == "apart":
            others = mine if rule.other is None else self.select(rule.other)
            near = {
                frozenset((a.id or a.cabinet, b.id or b.cabinet))
                for a, b in product(mine, others)
                if a != b and abs(self.at(a) - self.at(b)) < rule.weeks
            }
            return len(near)
        if rule.kind == "spacing":
            steps = [self.at(b) - self.at(a) for a, b in pairwise(mine)]
            most = 99 if rule.most_weeks is None else rule.most_weeks
            return sum(not rule.least_weeks <= step <= most for step in steps)
        raise TypeError(rule.kind)
