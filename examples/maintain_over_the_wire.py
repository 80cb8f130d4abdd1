"""Maintain together over the API: cabinets under agreements, a year on your machine, each its part.

Run it as it stands: a server starts on this machine and is gone at the end.
"""

import json
from datetime import date, timedelta
from pathlib import Path

from synergie import testing
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.campaign import CampaignRecord
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms


def main() -> None:
    """Agreements, plan, parts, adoption: what each pays, and what it would pay alone."""
    file = Path(__file__).with_name("entretien-commun.json")
    read = MaintenanceProblem.model_validate(json.loads(file.read_text(encoding="utf-8")))
    given = read.model_copy(update={"starts_on": date(2027, 1, 4)})
    names = sorted({visit.organisation for visit in given.visits})

    with testing.server() as running:
        syndicat, now = running.client("syndicat"), running.now()
        campaign = syndicat.campaigns.create(
            CampaignRecord(name="Entretien en commun 2027", reference="Convention du 12 mars")
        )
        bodies = {name: running.client(name) for name in names}
        syndicat.campaigns.invite(campaign.id, names)
        for name, body in bodies.items():
            mine = sorted({one.cabinet for one in given.visits if one.organisation == name})
            records = [CabinetRecord(external_id=one, provenance="synthetic") for one in mine]
            covered = tuple(one.id for one in body.publish_cabinets(records).items)
            draft = body.draft(
                Terms(
                    owner=name, recipient="syndicat", title="Entretien en commun",
                    datasets=("assets", "work_orders"), selector=Selector(cabinets=covered),
                    granularity="day", purpose="joint_maintenance", legal_basis="contract",
                    data_period=Period(start=now), valid_from=now,
                    valid_until=now + timedelta(days=400), retention_days=365,
                )
            )  # fmt: skip
            body.propose(draft.id)
            syndicat.accept(draft.id)

        run = syndicat.campaigns.compute(campaign.id, given, solve)
        syndicat.campaigns.propose(campaign.id, run.id)
        for name, body in bodies.items():
            part = body.campaigns.part(campaign.id, run.id)
            weeks = ", ".join(f"{one.cabinet} week {one.week}" for one in part.view.visits)
            print(f"{name}: pays {part.view.cost_eur} EUR, alone {part.view.alone_eur}: {weeks}")
            body.campaigns.accept(part)
        print("state:", syndicat.campaigns.adopt(campaign.id, run.id).state)
        print("the same plan again:", syndicat.campaigns.reproduced(campaign.id, run.id, solve))


if __name__ == "__main__":
    main()
