"""Why each visit is in its week, in sentences a catalogue can translate."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.plan.year._decisions import Decisions, count_zone_lateness
from synergie.maintenance.plan.year._year import (
    Year,
    compute_crew_need,
    count_weeks_late,
    format_visit_key,
    has_able_crews,
    open_weeks,
)
from synergie.maintenance.records.maintenance import MaintenanceProblem, Visit
from synergie.schemas.plan import Phrase, PlanLine

CHEAPEST = "the cheapest week of its window"
OPEN = "the cheapest of its open weeks; week {}, which is closed, would be {} EUR cheaper"
SHARES = "{} EUR dearer than week {}, where it would need crew-days of its own or crews are taken"
TAKEN = "{} EUR dearer than week {}, in which every crew that may do it is taken"
TOLD = "{} EUR dearer than week {}, and kept in the week that was told before"
IN_TIME = "{} EUR dearer than week {}, which would make {} later than it may be"

WHOLE = "whole crew-days in {}"
CREWS = "crew-days of week {}"
CLOSED = "closed weeks"
PROMISE = "the week told before"
LATENESS = "lateness of {}"

ALONE_MODEL = "alone, each organisation has its own visits and its own whole crew-days, same costs"
ALONE_PROVED = "the plan of each organisation alone reaches the bound of the solver, too"
ALONE_FOUND = "a plan alone is the best found in the time given, its bound is not reached"
TOO_LATE = (
    "the plans alone, side by side, make a zone later than it may be: keeping it in time may cost"
    " more than all alone, and all pay an even part of that"
)
OUT_OF_TIME = (
    "the time ran out before this plan reached its bound: no plan costs less than {} EUR; "
    "more time, or fewer pairs of neighbours, would bring the two nearer"
)
ALONE_LATE = "time ran out before a plan alone was found for: {}"

WHOLE_DAYS = "a crew-day is paid whole, in one zone or in two neighbours less the travel between"
POOLED = "hours of a zone and week are pooled: a visit may go over two days of the same week"
USE = "each pays its visits and its hours of crew-days; nobody pays more than alone"
NO_PAIRS = "no neighbours were given: no crew-day is shared between zones"
IDLE = "the crews of {} may do none of the visits"
NO_LATER = "no zone is later than with its own organisations alone, where each of them can"
MOVES_BY_NOTICE = (
    "moving a promised visit weighs up to {} EUR in the choice, less the more notice is left, and "
    "is no cost of the plan: {} are moved"
)
MOVES = (
    "moving a promised visit weighs {} EUR in the choice and is no cost of the plan: {} are moved;"
    " the bound is that of the plans that move no more"
)


def describe_year_baseline(missed: list[str], *, proved: bool) -> tuple[Phrase, ...]:
    """What "each alone" assumes; *missed*: whose plan alone was not found in time."""
    said = [Phrase(text=ALONE_MODEL), Phrase(text=ALONE_PROVED if proved else ALONE_FOUND)]
    if missed:
        said.append(Phrase(text=ALONE_LATE, values=(", ".join(missed)[:200],)))
    return tuple(said)


def out_of_time(stop: str, bound_eur: Decimal | None) -> tuple[Phrase, ...]:
    """What is said of a plan that the time ended before its proof."""
    if stop != "time" or bound_eur is None:
        return ()
    return (Phrase(text=OUT_OF_TIME, values=(f"{bound_eur:.2f}",)),)


def list_year_assumptions(
    problem: MaintenanceProblem, year: Year, moved: tuple[str, ...]
) -> tuple[Phrase, ...]:
    """What was taken for granted, and which crews have nothing they may do."""
    texts = [WHOLE_DAYS, POOLED, USE] + ([] if problem.neighbours else [NO_PAIRS])
    texts += [NO_LATER] if problem.never_later_than_alone else []
    said = [Phrase(text=text) for text in texts]
    prices = set(year.moves.values())
    if any(prices):
        text = MOVES if len(prices) == 1 else MOVES_BY_NOTICE
        said.append(Phrase(text=text, values=(str(max(prices)), str(len(moved)))))
    kinds = {compute_crew_need(visit) for visit in year.visits}
    idle = [d.id for d in year.depots if kinds and not any(has_able_crews(d, one) for one in kinds)]
    return (*said, *(Phrase(text=IDLE, values=(name,)) for name in idle))


def build_visit_lines(year: Year, decisions: Decisions) -> tuple[PlanLine, ...]:
    """Each visit, against the open week that would cost least for it alone."""
    used: Counter[tuple[str, int]] = Counter()
    for (way, week), count in decisions.days.items():
        used[way.depot, week] += count
    service = _Service(year, decisions, used, count_zone_lateness(year, decisions))
    return tuple(service.line(visit) for visit in year.visits)


@dataclass(frozen=True, slots=True)
class _Service:
    """What a plan uses up, to say what keeps a visit out of a cheaper week."""

    year: Year
    decisions: Decisions
    used: Counter[tuple[str, int]]
    late: Counter[str]

    def line(self, visit: Visit) -> PlanLine:
        taken = self.decisions.weeks[format_visit_key(visit)]
        costs = {week: visit.costs_eur[week - visit.first_week] for week in open_weeks(visit)}
        best = min(costs, key=lambda week: (costs[week], week))
        extra = costs[taken] - costs[best]
        if not extra:
            return self._cheapest(visit, taken, costs)
        binding, reason = self._why(visit, taken, best, str(extra))
        return PlanLine(
            subject=format_visit_key(visit),
            chosen=f"week {taken}",
            runner_up=f"week {best}",
            difference_eur=-extra,
            binding=binding,
            reason=reason,
        )

    def _cheapest(self, visit: Visit, taken: int, costs: dict[int, Decimal]) -> PlanLine:
        others = {week: cost for week, cost in costs.items() if week != taken}
        second = min(others, key=lambda week: (others[week], week), default=None)
        closed = visit.first_week + visit.costs_eur.index(min(visit.costs_eur))
        less = costs[taken] - min(visit.costs_eur)
        reason = Phrase(text=OPEN, values=(str(closed), str(less))) if less else None
        return PlanLine(
            subject=format_visit_key(visit),
            chosen=f"week {taken}",
            runner_up=None if second is None else f"week {second}",
            difference_eur=None if second is None else others[second] - costs[taken],
            binding=CLOSED if less else None,
            reason=reason or Phrase(text=CHEAPEST),
        )

    def _why(self, visit: Visit, taken: int, best: int, extra: str) -> tuple[str, Phrase]:
        """What binds, and the sentence that says so."""
        zone, most = visit.zone, self.year.most_late.get(visit.zone)
        name = format_visit_key(visit)
        if self.year.moves.get(name) and self.year.promised[name] == taken:
            return PROMISE, Phrase(text=TOLD, values=(extra, str(best)))
        more = count_weeks_late(visit, best) - count_weeks_late(visit, taken)
        if most is not None and more > 0 and self.late[zone] + more > most:
            return LATENESS.format(zone), Phrase(text=IN_TIME, values=(extra, str(best), zone))
        if self._all_taken(visit, best):
            return CREWS.format(best), Phrase(text=TAKEN, values=(extra, str(best)))
        return WHOLE.format(zone), Phrase(text=SHARES, values=(extra, str(best)))

    def _all_taken(self, visit: Visit, week: int) -> bool:
        """Whether no crew that may do it has a day left in *week*."""
        return not any(
            has_able_crews(depot, compute_crew_need(visit))
            and depot.crew_days[week - 1] > self.used[depot.id, week]
            for depot in self.year.depots
            if any(cost.zone == visit.zone for cost in depot.day_costs)
        )
