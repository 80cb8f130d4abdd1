"""The problem with one requirement less. None: it had no such requirement."""

from synergie.maintenance.records.maintenance import DayCost, Depot, MaintenanceProblem, Visit


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
