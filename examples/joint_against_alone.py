"""A year of the Bassin's cabinets, together and each body alone: euros, crew-days, weeks late.

Needs `pip install synergie[plan]`. The park is synthetic, the crew book made for demonstration.
"""

from datetime import UTC, date, datetime

from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.upkeep import year_problem
from synergie.maintenance.samples.crews import crew_book
from synergie.park.plan import Owned, state
from synergie.park.records.park import ParkState
from synergie.samples import territory

NOW = datetime(2026, 12, 28, 12, tzinfo=UTC)


def park() -> ParkState:
    """The state of the demonstration park, without a fault."""
    holdings = territory().holdings
    cabinets = [Owned(held.owner, one) for held in holdings for one in held.cabinets]
    points = [Owned(held.owner, one) for held in holdings for one in held.light_points]
    return state(cabinets, points, [], as_of=NOW)


def main() -> None:
    """Plan 26 weeks, and say what each body gains and what each commune gets."""
    case = year_problem(park(), crew_book(), starts_on=date(2027, 1, 4), weeks=26)
    plan = maintenance.solve(case.problem, limit_s=15)
    print(f"together {plan.objective_eur} EUR, at most {plan.gap or 0:.2%} above the best")
    print(f"each alone {plan.baseline_eur} EUR")
    print(f"crew-days: {plan.crew_days}, each alone {plan.crew_days_alone}")
    for member in plan.members:
        print(f"{member.member}: {member.cost_eur} EUR, alone {member.alone_eur} EUR")
    for zone in plan.zones:
        print(f"commune {zone.zone}: late {zone.late} light-point-weeks, alone {zone.late_alone}")
    for phrase in case.assumptions:
        print("assumed:", phrase.tell(str))


if __name__ == "__main__":
    main()
