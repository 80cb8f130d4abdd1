"""A year decided: the week of each visit, the crew-days of each week; what it costs and weighs."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.plan.year._year import Way, Year, count_weeks_late, format_visit_key

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The week of each visit, and how many crew-days of each way in each week."""

    weeks: dict[str, int]
    """By visit (`_year.format_visit_key`)."""
    days: dict[tuple[Way, int], int]

    def __or__(self, other: "Decisions") -> "Decisions":
        days = dict(self.days)
        for one, count in other.days.items():
            days[one] = days.get(one, 0) + count
        return Decisions(self.weeks | other.weeks, days)


def cost(year: Year, decisions: Decisions) -> Decimal:
    """Cost of the visits decided and of all crew-days, exact, EUR."""
    weeks = decisions.weeks
    visits = [
        visit.costs_eur[weeks[format_visit_key(visit)] - visit.first_week]
        for visit in year.visits
        if format_visit_key(visit) in weeks
    ]
    days = [way.cost * count for (way, _), count in decisions.days.items()]
    return sum(visits, _NONE) + sum(days, _NONE)


def list_moved_visits(year: Year, decisions: Decisions) -> tuple[str, ...]:
    """Promised visits that are in another week, in order."""
    weeks = decisions.weeks
    return tuple(
        name for name, week in sorted(year.promised.items()) if weeks.get(name, week) != week
    )


def compute_plan_weight(year: Year, decisions: Decisions) -> Decimal:
    """What is minimised: the cost, and the stated penalty of each promise that is moved, EUR."""
    moves = (year.moves[name] for name in list_moved_visits(year, decisions))
    return cost(year, decisions) + sum(moves, _NONE)


def count_zone_lateness(year: Year, decisions: Decisions) -> Counter[str]:
    """Light-point-weeks late, by zone."""
    total: Counter[str] = Counter()
    for visit in year.visits:
        if format_visit_key(visit) in decisions.weeks:
            total[visit.zone] += count_weeks_late(visit, decisions.weeks[format_visit_key(visit)])
    return total


def in_time(year: Year, decisions: Decisions) -> bool:
    """Whether no zone is later than it may be."""
    return all(
        n <= year.most_late.get(zone, n) for zone, n in count_zone_lateness(year, decisions).items()
    )
