"""What makes an impossible year possible: one requirement gives way, each confirmed by a solve."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.maintenance.plan.study import _text as text
from synergie.maintenance.plan.study._again import Answer, Cancel, solve_again
from synergie.maintenance.records.maintenance import DayCost, Depot, MaintenanceProblem, Visit
from synergie.maintenance.records.study import MaintenanceWay, MaintenanceWays
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase

# The problem with one requirement less. None: it had no such requirement.


def drop_lateness_limits(problem: MaintenanceProblem) -> MaintenanceProblem | None:
    """Without limits of lateness."""
    if all(zone.most_late is None for zone in problem.zones):
        return None
    zones = tuple(zone.model_copy(update={"most_late": None}) for zone in problem.zones)
    return problem.model_copy(update={"zones": zones, "never_later_than_alone": False})


def opened(problem: MaintenanceProblem) -> MaintenanceProblem | None:
    """Without closed weeks."""
    if not any(visit.closed_weeks for visit in problem.visits):
        return None
    visits = tuple(visit.model_copy(update={"closed_weeks": ()}) for visit in problem.visits)
    return problem.model_copy(update={"visits": visits})


def extend_windows(
    problem: MaintenanceProblem, weeks: int
) -> tuple[MaintenanceProblem | None, int]:
    """Windows up to *weeks* longer, at the cost of their last week; and how many are."""
    visits = tuple(
        _extend_visit_window(visit, min(problem.weeks, visit.last_week + weeks))
        for visit in problem.visits
    )
    pairs = zip(visits, problem.visits, strict=True)
    count = sum(one.last_week != other.last_week for one, other in pairs)
    return (problem.model_copy(update={"visits": visits}) if count else None), count


def _extend_visit_window(visit: Visit, last: int) -> Visit:
    costs = visit.costs_eur + visit.costs_eur[-1:] * (last - visit.last_week)
    return visit.model_copy(update={"last_week": last, "costs_eur": costs})


def more_days(problem: MaintenanceProblem, depot_id: str, days: int) -> MaintenanceProblem:
    """*days* more at a depot, in each week."""
    depots = tuple(
        depot.model_copy(update={"crew_days": tuple(most + days for most in depot.crew_days)})
        if depot.id == depot_id
        else depot
        for depot in problem.depots
    )
    return problem.model_copy(update={"depots": depots})


def able_everywhere(problem: MaintenanceProblem, depot_id: str) -> MaintenanceProblem | None:
    """Crews of a depot able to make every visit, in zones not served at the dearest day there is.

    None when they are already.
    """
    depot = next(one for one in problem.depots if one.id == depot_id)
    skills = {skill for visit in problem.visits for skill in visit.skills}
    known = {cost.zone for cost in depot.day_costs}
    dearest = max((cost.eur for one in problem.depots for cost in one.day_costs), default=None)
    if dearest is None:
        return None
    others = tuple(DayCost(zone=z.id, eur=dearest) for z in problem.zones if z.id not in known)
    able = depot.model_copy(
        update={
            "skills": tuple(sorted(skills | set(depot.skills))),
            "network_mixes": ("separate", "shared_supports", "shared_neutral"),
            "day_costs": depot.day_costs + others,
        }
    )
    if able == depot:
        return None
    depots = tuple(able if one.id == depot_id else one for one in problem.depots)
    return problem.model_copy(update={"depots": depots})


def drop_impossible_visits(
    problem: MaintenanceProblem,
) -> tuple[MaintenanceProblem | None, tuple[str, ...]]:
    """Without the visits that no crew may make; and which ones."""
    stuck = [visit for visit in problem.visits if not _has_able_depot(problem, visit)]
    names = tuple(visit.id or visit.cabinet for visit in stuck)
    gone = set(names)
    visits = tuple(v for v in problem.visits if (v.id or v.cabinet) not in gone)
    promised = tuple(one for one in problem.promised if one.visit not in gone)
    if not names or not visits:
        return None, names
    return problem.model_copy(update={"visits": visits, "promised": promised}), names


def _has_able_depot(problem: MaintenanceProblem, visit: Visit) -> bool:
    return any(_can_depot_visit(depot, visit) for depot in problem.depots)


def _can_depot_visit(depot: Depot, visit: Visit) -> bool:
    """Whether crews of *depot* may make *visit*, in an open week in which they work."""
    weeks = set(range(visit.first_week, visit.last_week + 1)) - set(visit.closed_weeks)
    return (
        any(cost.zone == visit.zone for cost in depot.day_costs)
        and set(visit.skills) <= set(depot.skills)
        and (visit.network_mix is None or visit.network_mix in depot.network_mixes)
        and any(depot.crew_days[week - 1] for week in weeks if week <= len(depot.crew_days))
    )


_DAYS = (1, 2, 5, 10)
_WEEKS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class _Try:
    kind: str
    problem: MaintenanceProblem | None
    said: Phrase


@check_seconds
def ways_out(
    problem: MaintenanceProblem, *, most: int = 4, limit_s: float = 60, cancel: Cancel = None
) -> MaintenanceWays:
    """Why *problem* has no plan, and up to *most* ways to make it possible, the cheapest first.

    Of a requirement that gives by degrees (crew-days, weeks), the least degree that is enough is
    told. Both are empty when there is a plan.
    """
    now = solve_again(problem, limit_s=limit_s / 4, cancel=cancel)
    if not now.conflicts:
        return MaintenanceWays(conflicts=(), ways=())
    found = [
        way
        for group in _iterate_try_groups(problem)
        if (way := _find_first_way(group, limit_s / 12, cancel))
    ]
    found.sort(key=lambda way: (way.cost_eur, way.kind))
    return MaintenanceWays(conflicts=now.conflicts, ways=tuple(found[:most]))


def _find_first_way(group: Iterator[_Try], limit_s: float, cancel: Cancel) -> MaintenanceWay | None:
    """The first of a group, from the least change on, that has a plan."""
    for one in group:
        answer = Answer(None)
        if one.problem is not None:
            answer = solve_again(one.problem, limit_s=limit_s, cancel=cancel)
        if answer.plan is not None:
            return MaintenanceWay.model_validate(
                {
                    "kind": one.kind,
                    "said": one.said,
                    "cost_eur": answer.plan.objective_eur,
                    "proved": answer.proved,
                }
            )
    return None


def _iterate_try_groups(problem: MaintenanceProblem) -> Iterator[Iterator[_Try]]:
    yield _try_service_rules(problem)
    yield _try_closed_weeks(problem)
    yield _try_longer_windows(problem)
    for depot in problem.depots:
        yield (
            _Try(
                "crew_days",
                more_days(problem, depot.id, days),
                Phrase(text=text.WAY_DAYS, values=(str(days), depot.id)),
            )
            for days in _DAYS
        )
        crew = able_everywhere(problem, depot.id)
        yield iter([_Try("crew", crew, Phrase(text=text.WAY_CREW, values=(depot.id,)))])
    yield _try_without_visits(problem)


def _try_service_rules(problem: MaintenanceProblem) -> Iterator[_Try]:
    if problem.never_later_than_alone:
        free = problem.model_copy(update={"never_later_than_alone": False})
        yield _Try("service", free, Phrase(text=text.WAY_SERVICE))
    yield _Try("lateness", drop_lateness_limits(problem), Phrase(text=text.WAY_LATENESS))


def _try_closed_weeks(problem: MaintenanceProblem) -> Iterator[_Try]:
    count = sum(bool(visit.closed_weeks) for visit in problem.visits)
    said = Phrase(text=text.WAY_CLOSED, values=(str(count),))
    yield _Try("closed_weeks", opened(problem), said)


def _try_longer_windows(problem: MaintenanceProblem) -> Iterator[_Try]:
    for weeks in _WEEKS:
        then, count = extend_windows(problem, weeks)
        said = Phrase(text=text.WAY_WINDOWS, values=(str(count), str(weeks)))
        yield _Try("windows", then, said)


def _try_without_visits(problem: MaintenanceProblem) -> Iterator[_Try]:
    then, names = drop_impossible_visits(problem)
    values = (str(len(names)), ", ".join(names)[:200] or "–")
    yield _Try("left_out", then, Phrase(text=text.WAY_LEFT_OUT, values=values))
