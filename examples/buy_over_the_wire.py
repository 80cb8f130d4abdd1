"""Buy together over the API: needs under agreements, a plan on your machine, each its own part.

Run it as it stands: a server starts on this machine and is gone at the end.
"""

import json
from datetime import timedelta
from pathlib import Path

from synergie import testing
from synergie.purchase.plan.award import solve
from synergie.purchase.records.group import PurchaseRecord
from synergie.purchase.records.needs import NeedsRecord
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.trust.agreement import Period, Selector, Terms


def main() -> None:
    """Survey, plan, parts, award: what each pays, and what it would pay alone."""
    file = Path(__file__).with_name("achat-groupe.json")
    given = PurchaseProblem.model_validate(json.loads(file.read_text(encoding="utf-8")))
    names = sorted({point.member for point in given.points})

    with testing.server() as running:
        syndicat, now = running.client("syndicat"), running.now()
        purchase = syndicat.purchases.create(
            PurchaseRecord(
                name="Électricité 2028", reference="Convention du 12 mars", lots=given.lots
            )
        )
        members = {name: running.client(name) for name in names}
        syndicat.purchases.invite(purchase.id, names)
        for name, member in members.items():
            draft = member.draft(
                Terms(
                    owner=name, recipient="syndicat", title="Achat groupé", datasets=("needs",),
                    selector=Selector(purchases=(purchase.id,)), granularity="year",
                    purpose="joint_purchase", legal_basis="contract", data_period=Period(start=now),
                    valid_from=now, valid_until=now + timedelta(days=365), retention_days=365,
                )
            )  # fmt: skip
            member.propose(draft.id)
            syndicat.accept(draft.id)
            mine = tuple(point for point in given.points if point.member == name)
            needs = NeedsRecord(mandate=f"Délibération de {name}", points=mine)
            member.purchases.publish_needs(purchase.id, needs)

        syndicat.purchases.save_offers(purchase.id, given.offers)
        syndicat.purchases.close_survey(purchase.id)
        run = syndicat.purchases.compute(purchase.id, solve)
        syndicat.purchases.propose(purchase.id, run.id)
        for name, member in members.items():
            part = member.purchases.part(purchase.id, run.id)
            print(f"{name}: pays {part.view.cost_eur} EUR, alone {part.view.alone_eur} EUR")
            member.purchases.accept(part)
        print("state:", syndicat.purchases.award(purchase.id, run.id).state)
        print("the same plan again:", syndicat.purchases.reproduced(purchase.id, run.id, solve))


if __name__ == "__main__":
    main()
