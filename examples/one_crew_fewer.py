"""What a year costs with one crew fewer: three communes of the Bassin, each crew left out in turn.

Needs `pip install synergie[plan]`. The park is synthetic, the crew book made for demonstration.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from synergie.errors import Infeasible
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.upkeep import year_problem
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.samples.crews import crew_book
from synergie.park.plan import Owned, state
from synergie.park.records.crew import Crew
from synergie.park.records.park import ParkState
from synergie.samples import territory
from synergie.samples.communes import FAST

MONDAY = date(2027, 1, 4)


def park() -> ParkState:
    """Three communes, one of each body."""
    holdings = territory().holdings
    found = state(
        [Owned(held.owner, one) for held in holdings for one in held.cabinets],
        [Owned(held.owner, one) for held in holdings for one in held.light_points],
        [],
        as_of=datetime(2026, 12, 28, 12, tzinfo=UTC),
    )
    kept = tuple(one for one in found.cabinets if one.insee_code in FAST)
    return found.model_copy(update={"cabinets": kept})


def without(problem: MaintenanceProblem, crew: Crew) -> MaintenanceProblem:
    """The same year, the same windows, without the days of one crew."""
    lost = len(crew.weekdays)
    depots = tuple(
        depot.model_copy(update={"crew_days": tuple(max(0, n - lost) for n in depot.crew_days)})
        if depot.id == crew.depot
        else depot
        for depot in problem.depots
    )
    return problem.model_copy(update={"depots": depots})


def cost(problem: MaintenanceProblem) -> Decimal | None:
    """The cheapest year, EUR. None: the crews cannot do it."""
    try:
        return maintenance.solve(problem, limit_s=8).objective_eur
    except Infeasible:
        return None


def main() -> None:
    """The six crews, then five of them."""
    book = crew_book()
    problem = year_problem(park(), book, starts_on=MONDAY, weeks=26).problem
    problem = problem.model_copy(update={"never_later_than_alone": False})  # alone changes, too
    whole = cost(problem)
    print(f"six crews: {whole} EUR")
    for crew in book.crews:
        fewer = cost(without(problem, crew))
        told = "not possible" if fewer is None or whole is None else f"{fewer - whole} EUR more"
        print(f"without {crew.id}: {told}")


if __name__ == "__main__":
    main()
