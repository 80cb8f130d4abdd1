"""Whether the costs that a maintenance plan tells its members follow the rule that it names.

Each pays its visits and its hours of crew-days; who would pay more than alone pays as much, and the
others take the rest in proportion to what they save. In fractions, hence to the grain that the
solver rounds each crew's cost to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from synergie.errors import Reason
from synergie.maintenance.records.maintenance import CrewDays, MaintenancePlan, MaintenanceProblem
from synergie.plan.verification import compute_dues

_CENT, _NONE = Fraction(1, 100), Fraction(0)


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """The members whose cost is not theirs; of a plan whose names the problem knows."""
    names, book = [one.member for one in plan.members], _build_share_book(problem, plan)
    owed = compute_dues(book.used, {one.member: one.alone_eur for one in plan.members})
    for one in plan.members:
        near = _CENT * (book.rounded[one.member] + 2 * len(names) + 2)
        if abs(Fraction(one.cost_eur) - owed[one.member]) > near:
            yield Reason(
                "{}: pays {} EUR, its visits and hours are another share", one.member, one.cost_eur
            )


def sum_member_use(problem: MaintenanceProblem, plan: MaintenancePlan) -> Mapping[str, Fraction]:
    """By member, what its visits and its hours of crew-days cost, EUR."""
    return _build_share_book(problem, plan).used


def _build_share_book(problem: MaintenanceProblem, plan: MaintenancePlan) -> "_Book":
    book = _Book([one.member for one in plan.members])
    done = sum_worked_hours(problem, plan)
    for planned in plan.visits:
        visit = book.owner(problem, planned.id or planned.cabinet)
        book.used[visit] += Fraction(planned.cost_eur)
    for crew in plan.crews:
        book.share(Fraction(crew.cost_eur), compute_crew_shares(crew, done))
    return book


@dataclass
class _Book:
    """What each member uses, and how many amounts of it were rounded."""

    names: list[str]
    used: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    rounded: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _owners: dict[str, str] = field(default_factory=dict)

    def owner(self, problem: MaintenanceProblem, key: str) -> str:
        """Who answers for a visit."""
        if not self._owners:
            self._owners = {one.id or one.cabinet: one.organisation for one in problem.visits}
        return self._owners[key]

    def share(self, cost: Fraction, weights: Mapping[str, Fraction]) -> None:
        """Add *cost* in proportion; among all when nobody has work there."""
        total = sum(weights.values(), _NONE)
        among = weights if total else dict.fromkeys(weights or self.names, Fraction(1))
        whole = total or Fraction(len(among))
        for name, weight in among.items():
            self.used[name] += cost * weight / whole
            self.rounded[name] += 1


type Worked = Mapping[tuple[str, int], Mapping[str, Fraction]]
"""By zone and week, the hours worked for each member."""


def sum_worked_hours(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    of: Callable[[Fraction], Fraction] = lambda hours: hours,
) -> Worked:
    """By zone and week, the hours for each member; a visit counts with *of* its hours."""
    weeks = {one.id or one.cabinet: one.week for one in plan.visits}
    made: dict[tuple[str, int], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for visit in problem.visits:
        week = weeks[visit.id or visit.cabinet]
        made[visit.zone, week][visit.organisation] += of(Fraction(visit.hours))
    return made


def compute_crew_shares(crew: CrewDays, done: Worked) -> dict[str, Fraction]:
    """By member, its hours on a crew-day: its part of what is *done* there."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for zone, hours in ((crew.zone, crew.hours), (crew.other_zone, crew.other_hours)):
        here = done.get((zone, crew.week), {}) if zone is not None else {}
        total = sum(here.values(), _NONE)
        for name, part in here.items():
            found[name] += Fraction(hours or 0) * part / total if total else _NONE
    return found
