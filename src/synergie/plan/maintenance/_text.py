"""Why each visit is in its week, in sentences a catalogue can translate."""

from synergie.schemas.maintenance import MaintenanceProblem, PlannedVisit, Visit
from synergie.schemas.plan import Phrase, PlanLine

CHEAPEST = "the cheapest week of its window"
SHARES = "{} EUR dearer than week {}, where it would need crew-days of its own or crews are taken"

ALONE_MODEL = "alone, each organisation has its own visits and its own whole crew-days, same costs"
ALONE_PROVED = "each organisation's plan alone is proved cheapest too"
ALONE_FOUND = "a plan alone is the best found in the time given, not proved cheapest"
ALONE_LATE = "time ran out before a plan alone was found for: {}"

WHOLE_DAYS = "a crew-day is paid whole, in one zone or in two neighbours less the travel between"
POOLED = "hours of a zone and week are pooled: a visit may go over two days of the same week"
USE = "each pays its visits and its hours of crew-days; nobody pays more than alone"
NO_PAIRS = "no neighbours were given: no crew-day is shared between zones"


def baseline(late: list[str], *, proved: bool) -> tuple[Phrase, ...]:
    """What "each alone" assumes; *late*: whose plan alone was not found in time."""
    said = [Phrase(text=ALONE_MODEL), Phrase(text=ALONE_PROVED if proved else ALONE_FOUND)]
    if late:
        said.append(Phrase(text=ALONE_LATE, values=(", ".join(late)[:200],)))
    return tuple(said)


def assumptions(problem: MaintenanceProblem) -> tuple[Phrase, ...]:
    """What was taken for granted."""
    texts = [WHOLE_DAYS, POOLED, USE] + ([] if problem.neighbours else [NO_PAIRS])
    return tuple(Phrase(text=text) for text in texts)


def line(visit: Visit, planned: PlannedVisit) -> PlanLine:
    """One visit, against the week that would cost least for it alone."""
    extra = planned.cost_eur - min(visit.costs_eur)
    chosen = f"week {planned.week}"
    if not extra:
        others = [
            cost for i, cost in enumerate(visit.costs_eur) if i != planned.week - visit.first_week
        ]
        second = min(others, default=None)
        return PlanLine(
            subject=visit.cabinet,
            chosen=chosen,
            runner_up=None if second is None else f"week {_week(visit, second, planned.week)}",
            difference_eur=None if second is None else second - planned.cost_eur,
            reason=Phrase(text=CHEAPEST),
        )
    return PlanLine(
        subject=visit.cabinet,
        chosen=chosen,
        runner_up=f"week {planned.cheapest_week}",
        difference_eur=-extra,
        binding=f"whole crew-days in {visit.zone}",
        reason=Phrase(text=SHARES, values=(str(extra), str(planned.cheapest_week))),
    )


def _week(visit: Visit, cost: object, taken: int) -> int:
    """The first week at *cost* other than the one taken."""
    weeks = enumerate(visit.costs_eur, visit.first_week)
    return next(week for week, other in weeks if other == cost and week != taken)
