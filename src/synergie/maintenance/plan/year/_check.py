"""What must hold of a maintenance problem before anything is built from it."""

from collections import Counter
from collections.abc import Iterable

from synergie.errors import BadInput
from synergie.maintenance.records.maintenance import Depot, MaintenanceProblem, Visit

_WEEKS = frozenset({"pinned", "not_in", "at_most", "budget"})
"""Kinds of rule that name weeks."""


def check_maintenance_problem(problem: MaintenanceProblem) -> None:
    """Raises BadInput at the first thing out of place."""
    zones = {zone.id for zone in problem.zones}
    _check_unique_names("/zones", [zone.id for zone in problem.zones])
    _check_unique_names("/depots", [depot.id for depot in problem.depots])
    _check_unique_names("/visits", [visit.id or visit.cabinet for visit in problem.visits])
    _check_unique_names("/promised", [one.visit for one in problem.promised])
    _check_unique_names(
        "/neighbours", ["|".join(sorted((p.first, p.second))) for p in problem.neighbours]
    )
    for i, pair in enumerate(problem.neighbours):
        for name in (pair.first, pair.second):
            if name not in zones or pair.first == pair.second:
                raise BadInput(f"/neighbours/{i}", name, "two different zones of the problem")
    for i, depot in enumerate(problem.depots):
        _check_depot(problem, f"/depots/{i}", depot, zones)
    for i, visit in enumerate(problem.visits):
        _check_visit(problem, f"/visits/{i}", visit, zones)
    check_rule_names(problem)
    _check_move_prices(problem)


def _check_move_prices(problem: MaintenanceProblem) -> None:
    prices = {"/move_eur": problem.move_eur}
    prices |= {f"/promised/{i}/move_eur": p.move_eur for i, p in enumerate(problem.promised)
               if p.move_eur is not None}  # fmt: skip
    for where, price in prices.items():
        if price < 0:
            raise BadInput(where, price, "an amount of zero or more")


def check_rule_names(problem: MaintenanceProblem) -> None:
    """Raises BadInput for a rule told twice, or of a name that the problem does not have."""
    _check_unique_names("/rules", [rule.id for rule in problem.rules])
    names: dict[str, set[str]] = {
        "visit": {visit.id or visit.cabinet for visit in problem.visits},
        "cabinet": {visit.cabinet for visit in problem.visits},
        "zone": {zone.id for zone in problem.zones},
        "depot": {depot.id for depot in problem.depots},
        "organisation": {visit.organisation for visit in problem.visits},
    }
    for i, rule in enumerate(problem.rules):
        asked = rule.model_dump(exclude_none=True)
        for part in ("of", "then", "other", ""):
            for field, name in (asked.get(part, {}) if part else asked).items():
                if field in names and name not in names[field]:
                    where = "/".join(filter(None, ("", "rules", str(i), part, field)))
                    raise BadInput(f"/{where}", name, "a name of the problem")
        weeks = {*asked.get("weeks", ()), asked.get("week", 1)} if rule.kind in _WEEKS else set()
        if weeks and max(weeks) > problem.weeks:
            found = max(weeks)
            raise BadInput(f"/rules/{i}/weeks", found, "weeks of the plan")


def _check_depot(problem: MaintenanceProblem, where: str, depot: Depot, zones: set[str]) -> None:
    if len(depot.crew_days) != problem.weeks:
        found = f"{len(depot.crew_days)} weeks"
        raise BadInput(f"{where}/crew_days", found, "one number for each week of the plan")
    _check_unique_names(f"{where}/day_costs", [cost.zone for cost in depot.day_costs])
    for cost in depot.day_costs:
        if cost.zone not in zones:
            raise BadInput(f"{where}/day_costs", cost.zone, "a zone of the problem")


def _check_visit(problem: MaintenanceProblem, where: str, visit: Visit, zones: set[str]) -> None:
    if visit.zone not in zones:
        raise BadInput(f"{where}/zone", visit.zone, "a zone of the problem")
    if not visit.hours:
        raise BadInput(f"{where}/hours", visit.hours, "a duration above zero")
    if not visit.first_week <= visit.last_week <= problem.weeks:
        found = f"{visit.first_week} to {visit.last_week}"
        raise BadInput(f"{where}/first_week", found, "a window inside the weeks of the plan")
    if len(visit.costs_eur) != visit.last_week - visit.first_week + 1:
        found = f"{len(visit.costs_eur)} amounts"
        raise BadInput(f"{where}/costs_eur", found, "one amount for each week of the window")
    if frozenset(range(visit.first_week, visit.last_week + 1)) <= frozenset(visit.closed_weeks):
        found = f"{visit.first_week} to {visit.last_week}"
        raise BadInput(f"{where}/closed_weeks", found, "at least one week of the window left open")


def _check_unique_names(where: str, ids: Iterable[str]) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise BadInput(where, twice[0], "each of them once")
