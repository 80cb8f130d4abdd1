"""Small maintenance years with rules of one's own, by trying every week and every crew."""

import itertools
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from synergie.maintenance.records.maintenance import MaintenanceProblem, Visit
from synergie.maintenance.records.rule import MaintenanceRule
from tests.plan import maintenance_force as force

type Chosen = tuple[int, ...]


def best_year(problem: MaintenanceProblem, rules: tuple[MaintenanceRule, ...]) -> Decimal | None:
    """The least of cost, moves and weights over every choice. None: no plan keeps hard rules."""
    sent = [_list_sets(problem, rules, week) for week in range(1, problem.weeks + 1)]
    totals = []
    for chosen in itertools.product(*map(force._weeks, problem.visits)):
        if not force._in_time(problem, chosen):
            continue
        pairs = zip(problem.visits, chosen, strict=True)
        total = sum((v.costs_eur[w - v.first_week] for v, w in pairs), Decimal(0))
        total += problem.move_eur * force._moves(problem, chosen)
        for rule in rules:
            missed = 0 if rule.kind == "never" else missed_units(problem, rule, chosen)
            total += missed * (Decimal(10**9) if rule.eur is None else rule.eur)
        for week, sets in enumerate(sent, 1):
            here = [v for v, w in zip(problem.visits, chosen, strict=True) if w == week]
            cheapest = next((c for c, days in sets if force._enough(problem, here, days)), None)
            if cheapest is None:
                break
            total += cheapest
        else:
            if total < 10**9:
                totals.append(total)
    return min(totals, default=None)


def _list_sets(problem: MaintenanceProblem, rules: tuple[MaintenanceRule, ...], week: int) -> Any:
    """Sets of crew-days with their cost and what `never` makes of it, the cheapest first."""
    found = []
    for cost, days in force._crews(problem, week):
        weight = Decimal(0)
        for rule in rules:
            if rule.kind == "never":
                place: int = {"g1": 1, "g2": 2}[rule.zone]
                sent = sum(day[0] == rule.depot and bool(day[place]) for day in days)
                weight += sent * (Decimal(10**9) if rule.eur is None else rule.eur)
        found.append((cost + weight, days))
    return sorted(found, key=lambda one: one[0])


def _name(visit: Visit) -> str:
    return visit.id or visit.cabinet


def _selects(of: Any, visit: Visit) -> bool:
    return (
        (of.visit is None or of.visit == _name(visit))
        and (of.cabinet is None or of.cabinet == visit.cabinet)
        and (of.task is None or of.task == visit.task)
        and (of.zone is None or of.zone == visit.zone)
        and (of.organisation is None or of.organisation == visit.organisation)
    )


def missed_units(problem: MaintenanceProblem, rule: Any, chosen: Chosen) -> int:
    """By how many units these weeks do not keep the rule."""
    at = {_name(v): w for v, w in zip(problem.visits, chosen, strict=True)}
    mine = sorted(
        (v for v in problem.visits if _selects(rule.of, v)), key=lambda v: (v.first_week, _name(v))
    )
    names = [_name(v) for v in mine]
    if rule.kind in {"before", "apart", "spacing"}:
        return _missed_pairs(problem, rule, names, at)
    if rule.kind == "at_most":
        spans = [rule.weeks] if rule.weeks else [(w,) for w in range(1, problem.weeks + 1)]
        return sum(max(0, sum(at[n] in span for n in names) - rule.visits) for span in spans)
    if rule.kind == "budget":
        spent = sum(
            (
                Fraction(v.costs_eur[at[_name(v)] - v.first_week])
                + Fraction(v.hours) * Fraction(rule.rate_eur)
                for v in mine
                if not rule.weeks or at[_name(v)] in rule.weeks
            ),
            Fraction(0),
        )
        return max(0, ceil(spent - Fraction(rule.max_eur)))
    told = {one.visit: one.week for one in problem.promised}
    wrong = {
        "pinned": lambda n: at[n] != rule.week,
        "not_in": lambda n: at[n] in rule.weeks,
        "keep": lambda n: n in told and told[n] != at[n],
    }[rule.kind]
    return sum(map(wrong, names))


def _missed_pairs(
    problem: MaintenanceProblem, rule: Any, names: list[str], at: dict[str, int]
) -> int:
    if rule.kind == "spacing":
        most = 99 if rule.most_weeks is None else rule.most_weeks
        steps = [at[b] - at[a] for a, b in itertools.pairwise(names)]
        return sum(step < rule.least_weeks or step > most for step in steps)
    if rule.kind == "before":
        later = [_name(v) for v in problem.visits if _selects(rule.then, v)]
        return sum(at[b] - at[a] < rule.weeks for a in names for b in later if a != b)
    others = names
    if rule.other is not None:
        others = [_name(v) for v in problem.visits if _selects(rule.other, v)]
    pairs = {frozenset((a, b)) for a in names for b in others if a != b}
    return sum(abs(at[a] - at[b]) < rule.weeks for a, b in map(tuple, pairs))


def list_smallest_clashes(
    problem: MaintenanceProblem, rules: tuple[MaintenanceRule, ...]
) -> list[frozenset[str]]:
    """The smallest sets of *rules* that no plan keeps together; empty: all hold."""
    for size in range(len(rules) + 1):
        found = [
            frozenset(rule.id for rule in some)
            for some in itertools.combinations(rules, size)
            if best_year(problem, some) is None
        ]
        if found:
            return found
    return []
