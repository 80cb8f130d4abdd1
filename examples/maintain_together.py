"""A joint maintenance year of 191 cabinets and three bodies: crew-days, and what each gains.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.samples.maintenance import maintenance_problem, upkeep
from synergie.samples import territory


def main() -> None:
    """Solve, and say who goes where in the first weeks."""
    plan = maintenance.solve(maintenance_problem(upkeep(territory())))
    print(f"together {plan.objective_eur} EUR, each alone {plan.baseline_eur} EUR, gap {plan.gap}")
    for crew in plan.crews[:5]:
        print(f"week {crew.week}: {crew.days} days to {crew.zone} from {crew.depot}")
    for member in plan.members:
        print(f"{member.member} gains {member.gain_eur} EUR")


if __name__ == "__main__":
    main()
