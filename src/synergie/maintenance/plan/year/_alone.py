"""What each organisation does alone: its own visits, its own crews, the same rules and costs."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import Infeasible
from synergie.maintenance.plan.year._blocks import YearSearchResult
from synergie.maintenance.plan.year._decisions import Decisions, cost, count_zone_lateness
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._search import find_cheapest_year
from synergie.maintenance.plan.year._year import Way, Year, year
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.plan.solver import Outcome

_NEAR = 5e-5  # relative gap of a plan alone: half the tolerance


@dataclass(frozen=True, slots=True)
class Alone:
    """One organisation alone. `decisions` None: it cannot, or time was short (not `proved`)."""

    decisions: Decisions | None
    cost: Decimal | None
    proved: bool
    late: Counter[str]
    """Light-point-weeks late of its visits, by zone."""
    outcomes: tuple[Outcome, ...] = ()

    @classmethod
    def of(cls, own: Year, found: YearSearchResult) -> "Alone":
        """What a search found for it."""
        plan = found.decisions
        if plan is None:
            return cls(None, None, proved=False, late=Counter(), outcomes=found.outcomes)
        proved = found.stop == "proved"
        return cls(plan, cost(own, plan), proved, count_zone_lateness(own, plan), found.outcomes)


def each_alone(problem: MaintenanceProblem, tick: Decimal, effort: Effort) -> dict[str, Alone]:
    """All of them, by name, in ticks of the whole; the time that one leaves goes to the others."""
    owners = {visit.organisation for visit in problem.visits}
    names = sorted(owners | {depot.organisation for depot in problem.depots})
    alone: dict[str, Alone] = {}
    for number, name in enumerate(names):
        left = effort.remaining_s()
        mine = _select_own_problem(problem, name)
        alone[name] = _solve_year_alone(mine, tick, effort.within(left / (len(names) - number)))
    return alone


def side_by_side(alone: Mapping[str, Alone]) -> Decisions | None:
    """All plans alone together, a plan of the whole. None: one of them is missing."""
    weeks: dict[str, int] = {}
    days: dict[tuple[Way, int], int] = defaultdict(int)
    for one in alone.values():
        if one.decisions is None:
            return None
        weeks |= one.decisions.weeks
        for what, count in one.decisions.days.items():
            days[what] += count
    return Decisions(weeks, dict(days))


def late_alone(problem: MaintenanceProblem, alone: Mapping[str, Alone]) -> dict[str, int]:
    """Light-point-weeks late of each zone with its organisations alone.

    A zone is left out when one of them cannot do its visits alone.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for visit in problem.visits:
        owners[visit.zone].add(visit.organisation)
    return {
        zone: sum(alone[name].late[zone] for name in names)
        for zone, names in owners.items()
        if all(alone[name].decisions is not None for name in names)
    }


def _select_own_problem(problem: MaintenanceProblem, name: str) -> MaintenanceProblem:
    """The problem with the visits and crews of one organisation only."""
    return problem.model_copy(
        update={
            "visits": tuple(v for v in problem.visits if v.organisation == name),
            "depots": tuple(d for d in problem.depots if d.organisation == name),
        }
    )


def _solve_year_alone(mine: MaintenanceProblem, tick: Decimal, effort: Effort) -> Alone:
    try:
        own = year(mine, tick=tick)
        return Alone.of(own, find_cheapest_year(own, effort, gap=_NEAR))
    except Infeasible:
        return Alone(None, None, proved=True, late=Counter())
