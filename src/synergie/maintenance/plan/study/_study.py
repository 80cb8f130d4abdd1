"""The whole study of one plan, and what it comes to in sentences."""

from collections.abc import Iterator

from synergie.errors import BadInput
from synergie.maintenance.plan.study import _text as text
from synergie.maintenance.plan.study._again import Cancel
from synergie.maintenance.plan.study._crew_days import CREW, WEEKS, worth
from synergie.maintenance.plan.study._fairness import fairness
from synergie.maintenance.plan.study._sharing import MOST, list_sharing_organisations, share
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.study import CrewDayWorth, FairnessPoint, MaintenanceStudy
from synergie.plan import record as _record
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase


@check_seconds
def study(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    crew: int = CREW,
    limit_s: float = 120,
    cancel: Cancel = None,
) -> MaintenanceStudy:
    """What crew-days are worth, what fairness costs, how the cost may be shared.

    *plan* is that of *problem*; *crew*: crew-days of one crew in a week; *limit_s* for all solves
    together. Raises BadInput when *plan* is of another problem.
    """
    if plan.inputs_digest != _record.digest(problem):
        raise BadInput("/inputs_digest", plan.inputs_digest, "the digest of this problem")
    part = limit_s / 3
    days = worth(problem, plan, crew=crew, limit_s=part, cancel=cancel)
    points = fairness(problem, plan, limit_s=part, cancel=cancel)
    shared = 1 < len(list_sharing_organisations(problem)) <= MOST
    return MaintenanceStudy(
        inputs_digest=plan.inputs_digest,
        cost_eur=plan.objective_eur,
        crew_days=days,
        fairness=points,
        sharing=share(problem, limit_s=part, cancel=cancel) if shared else None,
        said=(*_describe_crew_day_worths(problem, plan, days), *_describe_fairness_cost(points)),
        assumptions=(
            Phrase(text=text.WHOLE_SOLVES),
            Phrase(text=text.DAYS_PAID),
            Phrase(text=text.FULL_WEEKS, values=(str(WEEKS),)),
        ),
    )


def _describe_crew_day_worths(
    problem: MaintenanceProblem, plan: MaintenancePlan, rows: tuple[CrewDayWorth, ...]
) -> Iterator[Phrase]:
    for depot in problem.depots:
        mine = [row for row in rows if row.depot == depot.id]
        yield _best_day(depot.id, [row for row in mine if row.week is not None])
        for row in mine:
            if row.week is None:
                yield _describe_crew_worth(plan, row)


def _best_day(depot: str, rows: list[CrewDayWorth]) -> Phrase:
    if not rows:
        return Phrase(text=text.NEVER_FULL, values=(depot,))
    best = max(rows, key=lambda row: row.saves_eur or 0)
    if not best.saves_eur or best.saves_eur < 0:
        return Phrase(text=text.NO_DAY_MORE, values=(depot,))
    return Phrase(text=text.DAY_MORE, values=(depot, str(best.week), f"{best.saves_eur:.2f}"))


def _describe_crew_worth(plan: MaintenancePlan, row: CrewDayWorth) -> Phrase:
    much = str(abs(row.days))
    if row.saves_eur is None:
        if row.conflicts:
            return Phrase(text=text.CREW_NEEDED, values=(row.depot, much))
        return Phrase(text=text.NOT_FOUND, values=(row.depot, str(row.days)))
    if not row.saves_eur and row.late == sum(zone.late for zone in plan.zones):
        nothing = text.CREW_MORE_NOTHING if row.days > 0 else text.CREW_FEWER_NOTHING
        return Phrase(text=nothing, values=(row.depot, much))
    if row.days > 0:
        return Phrase(text=text.CREW_MORE, values=(row.depot, much, f"{row.saves_eur:.2f}"))
    dearer = f"{-row.saves_eur:.2f}"
    later = (row.late or 0) - sum(zone.late for zone in plan.zones)
    if later > 0:
        return Phrase(text=text.CREW_FEWER_LATE, values=(row.depot, much, dearer, str(later)))
    return Phrase(text=text.CREW_FEWER, values=(row.depot, much, dearer))


def _describe_fairness_cost(points: tuple[FairnessPoint, ...]) -> Iterator[Phrase]:
    if points and not points[0].most_late:
        yield Phrase(text=text.ON_TIME)
    elif len(points) < 2:  # noqa: PLR2004 (the plan alone)
        yield Phrase(text=text.FAIR_ALREADY)
    else:
        more = points[-1].cost_eur - points[0].cost_eur
        values = (f"{points[-1].most_late:.2f}", f"{more:.2f}")
        yield Phrase(text=text.FAIRER, values=values)
