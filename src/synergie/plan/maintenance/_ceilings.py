"""What each body of a maintenance plan is told that it pays at most: it tells little of others.

A crew-day is paid by hours: who knows its cost and reads its own share works out the hours of all
others on it. Beside its own hours, hence, each visit of another counts with the next power of two
below its hours. Whatever a body varies, in however many plans, and whoever joins it: of the hours
of the others it reads that sum, which is more than half of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from synergie.plan._money import CENT
from synergie.plan.maintenance._proof_shares import used, weights, worked
from synergie.policy.purchase_rounding import round_up
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem

_NONE = Fraction(0)


def ceilings(problem: MaintenanceProblem, plan: MaintenancePlan) -> dict[str, Decimal]:
    """By member, what it pays at most, EUR: never below its cost, nor above its cost alone.

    Its own visits, and the days on which crews work for it alone, are exact; its part of all other
    days is rounded up to the euro. When another pays no more than alone and somebody takes what it
    saves by that, its cost alone stands here: what it takes is in proportion to what all save. Of
    what nobody can take, who cannot do without bears at most the next of 1, 2, 5, 10… euros.
    """
    most = rule(problem, plan)
    return {one.member: max(one.cost_eur, _cents(most[one.member])) for one in plan.members}


def rule(problem: MaintenanceProblem, plan: MaintenancePlan) -> dict[str, Fraction]:
    """The same as it follows from the rule of sharing: a plan may be some cents off it."""
    exact = used(problem, plan)
    own, shared = _added(problem, plan)
    alone = {one.member: one.alone_eur for one in plan.members}
    over = [exact[name] - Fraction(eur) for name, eur in alone.items() if eur is not None]
    excess = sum((eur for eur in over if eur > 0), _NONE)
    rest = max(_NONE, excess + sum((eur for eur in over if eur < 0), _NONE))
    told = {}
    for one in plan.members:
        most = own[one.member] + _whole(shared[one.member])
        if one.alone_eur is None or one.cost_eur > one.alone_eur:
            most += Fraction(round_up(_cents(_whole(rest))))
        elif excess > 1:
            most = Fraction(one.alone_eur)
        else:
            most = min(Fraction(one.alone_eur), most + _whole(excess))
        told[one.member] = most
    return told


def floor_hours(hours: Fraction) -> Fraction:
    """The next power of two at or below *hours*, h; 0 stays 0."""
    if not hours:
        return hours
    power = Fraction(2) ** (hours.numerator.bit_length() - hours.denominator.bit_length())
    return power if power <= hours else power / 2


def _added(
    problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """By member, its visits and the days that are its alone; and its part of all others at most."""
    owners = {one.id or one.cabinet: one.organisation for one in problem.visits}
    own, shared = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    names = [one.member for one in plan.members]
    for planned in plan.visits:
        own[owners[planned.id or planned.cabinet]] += Fraction(planned.cost_eur)
    exact, coarse = worked(problem, plan), worked(problem, plan, of=floor_hours)
    for crew in plan.crews:
        here = weights(crew, exact)
        low = weights(crew, coarse, among=exact)
        for name, part in _parts(here or dict.fromkeys(names, _NONE), low):
            cost = Fraction(crew.cost_eur) * part
            if part == 1:
                own[name] += cost
            else:
                shared[name] += max(_NONE, cost + Fraction(CENT))
    return own, shared


def _parts(
    here: Mapping[str, Fraction], low: Mapping[str, Fraction]
) -> Iterator[tuple[str, Fraction]]:
    """By member, its part of a crew-day at most: all beside it count with as little as *low*."""
    whole = sum(low.values(), _NONE)
    for name, mine in here.items():
        theirs = whole - low.get(name, _NONE)
        yield name, mine / (mine + theirs) if mine + theirs else Fraction(1, len(here))


def _whole(amount: Fraction) -> Fraction:
    return Fraction(-(-amount.numerator // amount.denominator))


def _cents(amount: Fraction) -> Decimal:
    whole = Decimal(amount.numerator) / Decimal(amount.denominator)
    return whole.quantize(CENT, ROUND_CEILING)
