"""What if a member leaves the purchase group: which tier falls, who pays more, and how much.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from decimal import Decimal

from synergie.purchase.plan import award as purchase
from synergie.purchase.plan import what_if
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory


def main() -> None:
    """Let each member leave, then say what would change each award and how stable the plan is."""
    problem = purchase_problem(needs(territory()))
    plan = purchase.solve(problem)
    print(f"together {plan.objective_eur} EUR a year")

    found = what_if.departures(problem, plan)
    worst = sorted(found, key=lambda one: one.difference_eur or 0, reverse=True)
    for one in worst[:5]:
        fallen = ", ".join(cliff.lot for cliff in one.cliffs if cliff.falls) or "no lot"
        print(f"without {one.member}: {one.difference_eur:+} EUR for the others; {fallen} falls")
        for lot in one.lots:
            then = f"{lot.offer} tier {lot.tier}" if lot.offer else "no award: each buys alone"
            print(f"    {lot.lot}: {lot.planned_offer} tier {lot.planned_tier} becomes {then}")

    hardest = max(worst[0].others, key=lambda one: one.difference_eur)
    print(f"it weighs most on {hardest.member}: {hardest.difference_eur:+} EUR a year")

    for flip in what_if.flips(problem, plan):
        rise, rival = flip.may_rise_eur_per_mwh, flip.rival or "buying alone"
        print(f"{flip.lot}: {flip.offer} may rise by {rise} EUR/MWh before {rival} is as cheap")

    for percent in map(Decimal, (0, 1, 5)):
        floor = what_if.gain_floor(problem, plan, percent, seek=False)
        print(floor.said.tell(str))


if __name__ == "__main__":
    main()
