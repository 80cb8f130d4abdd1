"""Whether rounds that somebody else computed hold: no search, each time and amount anew."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from synergie.errors import Reason
from synergie.maintenance.plan.rounds import _verify
from synergie.maintenance.plan.rounds._refuse import check_rounds_problem
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.plan import record as _record
from synergie.plan.verification import compute_dues

MOST_LEFT = 200_000
"""Shifts times stops that must be done and are left out: each is tried in each."""
_CENT = Fraction(1, 100)


def faults(problem: RoundsProblem, plan: RoundsPlan) -> tuple[str, ...]:
    """What is wrong with *plan* as the rounds of *problem*; empty when it holds.

    BadInput for a problem of which nothing can be made. It does not show that what each would pay
    alone is true: `solve` anew does.
    """
    try:
        check_rounds_problem(problem)
        if plan.inputs_digest != _record.digest(problem):
            return (Reason("its digest is not that of the problem"),)
        if _count_left_mandatory(problem, plan) > MOST_LEFT:
            return (Reason("too much that must be done is left out for so many shifts"),)
        return _verify.faults(problem, plan) or (
            *_iterate_member_faults(problem, plan),
            *_iterate_gain_faults(plan),
        )
    except OverflowError:
        return (Reason("a time of it is in no calendar"),)


def _count_left_mandatory(problem: RoundsProblem, plan: RoundsPlan) -> int:
    must = {stop.id for stop in problem.stops if stop.skip_eur is None}
    return len(problem.shifts) * sum(one.stop in must for one in plan.left_out)


def _iterate_member_faults(problem: RoundsProblem, plan: RoundsPlan) -> Iterator[str]:
    """Each body with work or crews once, at its cost by the rule of sharing."""
    bodies = {stop.organisation for stop in problem.stops}
    bodies |= {shift.organisation for shift in problem.shifts}
    named = [one.member for one in plan.members]
    if sorted(named) != sorted(bodies):
        yield Reason("its members are not the bodies of the problem, each once")
        return
    owed = compute_dues(
        _sum_used_costs(problem, plan), {one.member: one.alone_eur for one in plan.members}
    )
    near = _CENT * (len(plan.rounds) + 2 * len(named) + 2)
    for one in plan.members:
        if abs(Fraction(one.cost_eur) - owed[one.member]) > near:
            yield Reason("{} does not pay its share", one.member)


def _sum_used_costs(problem: RoundsProblem, plan: RoundsPlan) -> dict[str, Fraction]:
    """EUR by body: its part of each round by the time on site, and what is left of its work."""
    stops = {stop.id: stop for stop in problem.stops}
    used: dict[str, Fraction] = defaultdict(Fraction)
    for one in plan.rounds:
        for planned in one.stops:
            stop = stops[planned.stop]
            part = Fraction(stop.minutes, one.work_minutes)
            used[stop.organisation] += Fraction(one.cost_eur) * part
    for left in plan.left_out:
        used[stops[left.stop].organisation] += Fraction(left.skip_eur)
    return used


def _iterate_gain_faults(plan: RoundsPlan) -> Iterator[str]:
    """Gains follow from costs, and the sum of all alone from what each pays alone."""
    for one in plan.members:
        if one != _record.outcome_of(one.member, one.cost_eur, one.alone_eur):
            yield Reason("{}: its gain is not the cost alone less its cost", one.member)
    if plan.least_gain != _record.find_least_gainer(plan.members):
        yield Reason("{} does not gain least", plan.least_gain)
