"""What each body of a maintenance plan is told that it pays at most: it tells little of others.

A crew-day is paid by hours: who knows its cost and reads its own share works out the hours of all
others on it. Beside its own hours, hence, each visit of another counts with the next power of two
below its hours. Whatever a body varies, in however many plans, and whoever joins it: of the hours
of the others it reads that sum, which is more than half of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from synergie.maintenance.plan.year._proof_shares import (
    Worked,
    compute_crew_shares,
    sum_member_use,
    sum_worked_hours,
)
from synergie.maintenance.records.maintenance import CrewDays, MaintenancePlan, MaintenanceProblem
from synergie.plan.money import CENT
from synergie.policy.shared_plan import round_up

_NONE = Fraction(0)


def compute_cost_ceilings(problem: MaintenanceProblem, plan: MaintenancePlan) -> dict[str, Decimal]:
    """By member, what it pays at most, EUR: never below its cost, nor above its cost alone.

    Its own visits, and the days on which crews work for it alone, are exact; its part of all other
    days is rounded up to the euro. When another pays no more than alone and somebody takes what it
    saves by that, its cost alone stands here: what it takes is in proportion to what all save. Of
    what nobody can take, who cannot do without bears at most the next of 1, 2, 5, 10… euros.
    """
    most = compute_exact_ceilings(problem, plan)
    return {
        one.member: max(one.cost_eur, _round_up_to_cent(most[one.member])) for one in plan.members
    }


def compute_exact_ceilings(
    problem: MaintenanceProblem, plan: MaintenancePlan
) -> dict[str, Fraction]:
    """The same as it follows from the rule of sharing: a plan may be some cents off it."""
    exact = sum_member_use(problem, plan)
    own, shared = _sum_own_and_shared_costs(problem, plan)
    alone = {one.member: one.alone_eur for one in plan.members}
    over = [exact[name] - Fraction(eur) for name, eur in alone.items() if eur is not None]
    excess = sum((eur for eur in over if eur > 0), _NONE)
    rest = max(_NONE, excess + sum((eur for eur in over if eur < 0), _NONE))
    told = {}
    for one in plan.members:
        most = own[one.member] + _round_fraction_up(shared[one.member])
        if one.alone_eur is None or one.cost_eur > one.alone_eur:
            most += Fraction(round_up(_round_up_to_cent(_round_fraction_up(rest))))
        elif excess > 1:
            most = Fraction(one.alone_eur)
        else:
            most = min(Fraction(one.alone_eur), most + _round_fraction_up(excess))
        told[one.member] = most
    return told


def floor_hours(hours: Fraction) -> Fraction:
    """The next power of two at or below *hours*, h; 0 stays 0."""
    if not hours:
        return hours
    power = Fraction(2) ** (hours.numerator.bit_length() - hours.denominator.bit_length())
    return power if power <= hours else power / 2


def _sum_own_and_shared_costs(
    problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """By member, its visits and the days that are its alone; and its part of all others at most."""
    owners = {one.id or one.cabinet: one.organisation for one in problem.visits}
    own, shared = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    names = [one.member for one in plan.members]
    for planned in plan.visits:
        own[owners[planned.id or planned.cabinet]] += Fraction(planned.cost_eur)
    exact, coarse = sum_worked_hours(problem, plan), sum_worked_hours(problem, plan, of=floor_hours)
    for crew in plan.crews:
        for name, part in _iterate_member_parts(crew, exact, coarse, names):
            cost = Fraction(crew.cost_eur) * part
            if part == 1:
                own[name] += cost
            else:
                shared[name] += max(_NONE, cost + Fraction(CENT))
    return own, shared


def _iterate_member_parts(
    crew: CrewDays, exact: Worked, coarse: Worked, names: Sequence[str]
) -> Iterator[tuple[str, Fraction]]:
    """By member, its part of a crew-day at most: where others work they count with as little.

    Of a day in two zones, its part of the one in which it has most: how the day is divided between
    them follows from the exact hours of all.
    """
    here = compute_crew_shares(crew, exact)
    if not any(here.values()):
        among = here or dict.fromkeys(names, _NONE)
        yield from ((name, Fraction(1, len(among))) for name in among)
        return
    zones = [(zone, crew.week) for zone in (crew.zone, crew.other_zone) if zone is not None]
    for name in here:
        yield (
            name,
            max(
                _compute_member_part(name, exact.get(zone, {}), coarse.get(zone, {}))
                for zone in zones
            ),
        )


def _compute_member_part(
    name: str, exact: Mapping[str, Fraction], coarse: Mapping[str, Fraction]
) -> Fraction:
    """Its exact hours beside the coarse ones of all others."""
    mine = exact.get(name, _NONE)
    theirs = sum((hours for one, hours in coarse.items() if one != name), _NONE)
    return mine / (mine + theirs) if mine else _NONE


def _round_fraction_up(amount: Fraction) -> Fraction:
    return Fraction(-(-amount.numerator // amount.denominator))


def _round_up_to_cent(amount: Fraction) -> Decimal:
    whole = Decimal(amount.numerator) / Decimal(amount.denominator)
    return whole.quantize(CENT, ROUND_CEILING)
