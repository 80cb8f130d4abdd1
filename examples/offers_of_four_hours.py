"""Offers that hold for four hours: one expires during the morning, and what that changes.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory

OPENED = datetime(2026, 11, 25, 8, tzinfo=ZoneInfo("Europe/Paris"))
"""The offers were opened at eight o'clock."""
HOURS = {"A": 4.0, "B": 2.5, "C": 4.0, "D": 4.0, "E": 4.0}
"""How long each supplier holds its prices."""


def main() -> None:
    """Compare at opening and at eleven; award both times; say what waiting cost."""
    problem = purchase_problem(needs(territory()))
    offers = tuple(
        offer.model_copy(
            update={"valid_until": OPENED + timedelta(hours=HOURS[offer.id.rpartition("-")[2]])}
        )
        for offer in problem.offers
    )
    held = problem.model_copy(update={"offers": offers})
    costs: list[Decimal] = []
    for moment in (OPENED, OPENED + timedelta(hours=3)):
        print(f"\nat {moment:%H:%M}, Paris time")
        for lot in compare(held, at=moment).lots:
            best = next(one for one in lot.offers if one.rank == 1)
            gone = [one.supplier for one in lot.offers if one.state == "expired"]
            print(
                f"  {lot.lot}: {best.supplier}, {best.mean_eur_per_mwh} EUR/MWh,",
                f"holds {(best.left_s or 0) / 3600:.1f} h more; expired: {', '.join(gone) or '-'}",
            )
        plan = purchase.solve(held.model_copy(update={"award_at": moment}))
        costs.append(plan.objective_eur)
        winners = ", ".join(f"{award.lot} {award.supplier}" for award in plan.awards)
        print(f"  award: {plan.objective_eur} EUR a year ({plan.status}): {winners}")
        if plan.decide_before is not None:
            local = plan.decide_before.astimezone(OPENED.tzinfo)
            print(f"  to be signed before {local:%H:%M}")
    print(f"\nthree hours cost {costs[1] - costs[0]} EUR a year")


if __name__ == "__main__":
    main()
