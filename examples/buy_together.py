"""A purchase group of 16 members: who supplies each lot, who gains least, how sure it is.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from synergie.plan import purchase
from synergie.samples import territory
from synergie.samples.needs import needs
from synergie.samples.purchase import purchase_problem


def main() -> None:
    """Solve, and say what a councillor asks."""
    plan = purchase.solve(purchase_problem(needs(territory())))
    print(f"together {plan.objective_eur} EUR a year, each alone {plan.baseline_eur} EUR")
    print(f"nothing below {plan.bound_eur} EUR exists: gap {plan.gap}")
    for line in plan.lines[:4]:
        print(f"{line.subject}: {line.chosen}, {line.reason.tell(str)}")
    least = next(one for one in plan.members if one.member == plan.least_gain)
    print(f"gains least: {least.member}, {least.gain_eur} EUR a year")
    print(sum(one.gain_eur is not None and one.gain_eur < 0 for one in plan.members), "pay more")


if __name__ == "__main__":
    main()
