"""Pooled against alone for the Bassin: who supplies each lot, what it saves whom, until when.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from synergie.purchase.plan import award as purchase
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import tender
from synergie.samples import territory


def main() -> None:
    """Solve, and say what a councillor asks."""
    problem = tender(needs(territory()))
    plan = purchase.solve(problem)
    print(f"together {plan.objective_eur} EUR a year, each alone {plan.baseline_eur} EUR")
    print(f"nothing below {plan.bound_eur} EUR exists: gap {plan.gap}")
    print(f"decide before {plan.decide_before}, the first offer taken to expire")
    for award in plan.awards:
        rival = f"next best {award.runner_up}, {award.runner_up_eur} EUR more"
        print(f"{award.lot}: {award.supplier}, {award.cost_eur} EUR; {rival}")
    for refused in plan.refused:
        print(f"refused: {refused.offer}, {refused.reason.tell(str)}")
    for place in plan.places:
        if place.offer is None:
            print(f"stays out: {place.member} of {place.lot}, {place.supply_eur} EUR alone")
    least = next(one for one in plan.members if one.member == plan.least_gain)
    print(f"gains least: {least.member}, {least.gain_eur} EUR a year")
    print(sum(one.gain_eur is not None and one.gain_eur < 0 for one in plan.members), "pay more")


if __name__ == "__main__":
    main()
