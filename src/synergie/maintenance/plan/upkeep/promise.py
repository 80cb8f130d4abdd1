"""Rounds of a week in the crew-days that the year plan promised for it; else it is told.

Rounds are paid by the hour and the year by whole crew-days: two half days may cost less on the road
than one whole day, and still be a crew-day more than was promised.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.done import part_of
from synergie.maintenance.plan.upkeep.week import WeekCase, YearPlan
from synergie.maintenance.records.rounds import CrewShift, RoundsPlan, RoundsProblem
from synergie.schemas.plan import Phrase

_NONE = Decimal(0)


def plan_promised_week(
    year: YearPlan | None,
    case: WeekCase,
    monday: date,
    solve: Callable[[RoundsProblem], RoundsPlan],
) -> tuple[WeekCase, RoundsPlan]:
    """The rounds of *case*, in the crew-days that *year* has in the week where they hold its stops.

    Rounds that take more are made again by as many shifts, those that did most; they are kept when
    nothing more is left out. A week with a danger keeps its first rounds: it goes before promises.
    Without a *year* nothing is promised. The case that is given back has the shifts that were
    asked; *solve* is called twice at most.
    """
    plan = solve(case.problem)
    promised = _count_promised_days(year, monday) if year is not None else 0
    shifts = _select_busiest_shifts(case.problem, plan, promised)
    danger = any(stop.severity == "danger" for stop in case.problem.stops)
    if not shifts or danger:
        return case, plan
    fewer = case.problem.model_copy(update={"shifts": shifts})
    again = solve(fewer)
    left = {one.stop for one in plan.left_out}
    if {one.stop for one in again.left_out} <= left:
        return replace(case, problem=fewer), again
    return case, plan


def _select_busiest_shifts(
    problem: RoundsProblem, plan: RoundsPlan, most: int
) -> tuple[CrewShift, ...]:
    """As many shifts as *most*, those with most stops. Empty: the rounds take no more."""
    if not 0 < most < len(plan.rounds):
        return ()
    rounds = sorted(plan.rounds, key=lambda one: (-len(one.stops), one.day, one.crew))
    kept = {(one.crew, one.day) for one in rounds[:most]}
    return tuple(one for one in problem.shifts if (one.crew, one.day) in kept)


def _count_promised_days(year: YearPlan, monday: date) -> int:
    week = (monday - year.starts_on()).days // 7 + 1
    return sum(one.days for one in year.plan.crews if one.week == week)


def compare_crew_days(
    year: YearPlan, case: WeekCase, rounds: RoundsPlan, monday: date
) -> tuple[Phrase, ...]:
    """The sentence that tells another number of crew-days than *year* has in the week of *monday*.

    With the EUR of both, and how many rounds have no visit of the year: faults and work left of
    earlier weeks. Empty: as many as promised.
    """
    week = (monday - year.starts_on()).days // 7 + 1
    promised = [one for one in year.plan.crews if one.week == week]
    days = sum(one.days for one in promised)
    if days == len(rounds.rounds):
        return ()
    visits = {stop.id for stop in case.problem.stops if part_of(stop.id)[0] in case.occasions}
    other = sum(not any(stop.stop in visits for stop in one.stops) for one in rounds.rounds)
    values = (
        str(days),
        f"{sum((one.cost_eur for one in promised), _NONE):.2f}",
        str(len(rounds.rounds)),
        f"{sum((one.cost_eur for one in rounds.rounds), _NONE):.2f}",
        str(other),
    )
    return (Phrase(text=_text.OTHER_DAYS, values=values),)
