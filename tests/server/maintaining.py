"""A maintenance campaign over HTTP: its record, a plan that is kept and proposed."""

import json
from typing import TYPE_CHECKING, Any

from synergie.plan.maintenance import solve
from synergie.schemas.maintenance import MaintenanceProblem

if TYPE_CHECKING:
    from tests.server.place import Member


def campaign(**more: Any) -> dict[str, Any]:
    """What is maintained."""
    return {
        "name": "Entretien en commun 2027",
        "reference": "Convention d'entente du 12 mars 2026",
    } | more


def plan_request(*visits: tuple[str, str], zone: str = "54430") -> dict[str, Any]:
    """A problem and its plan: a visit to each cabinet (owner, name), by crews of the first."""
    problem = MaintenanceProblem.model_validate(
        {
            "weeks": 2,
            "crew_day_hours": "7.00",
            "starts_on": "2026-11-02",
            "zones": [{"id": zone, "name": "Commune"}],
            "depots": [
                {
                    "id": "depot",
                    "organisation": visits[0][0],
                    "crew_days": [5, 5],
                    "day_costs": [{"zone": zone, "eur": "400.00"}],
                }
            ],
            "visits": [
                {
                    "cabinet": cabinet,
                    "organisation": organisation,
                    "zone": zone,
                    "hours": "1.75",
                    "first_week": 1,
                    "last_week": 2,
                    "costs_eur": ["10.00", "11.00"],
                }
                for organisation, cabinet in visits
            ],
        }
    )
    plan = solve(problem).model_dump(mode="json")
    return {"problem": problem.model_dump(mode="json"), "plan": plan}


def announced(coordinator: "Member", *bodies: "Member", **more: Any) -> str:
    """A campaign to which *bodies* were invited."""
    answer = coordinator.post("/v1/campaigns", campaign(**more))
    assert answer.status_code == 201, answer.text
    made = str(answer.json()["id"])
    names = {"bodies": [one.organisation for one in bodies]}
    answer = coordinator.put(f"/v1/campaigns/{made}/bodies", names)
    assert answer.status_code == 200, answer.text
    return made


def proposed(coordinator: "Member", campaign_id: str, *visits: tuple[str, str]) -> dict[str, str]:
    """A plan of *visits*, proposed: its identifier, and how it was asked for."""
    request = plan_request(*visits)
    kept = coordinator.post(f"/v1/campaigns/{campaign_id}/plans", request)
    assert kept.status_code == 201, kept.text
    plan = str(kept.json()["id"])
    answer = coordinator.post(f"/v1/campaigns/{campaign_id}/propose", {"plan": plan})
    assert answer.status_code == 200, answer.text
    part = coordinator.get(f"/v1/campaigns/{campaign_id}/plans/{plan}/part")
    assert part.status_code == 200, part.text
    return {
        "year": plan,
        "year_request": json.dumps(request),
        "year_part": str(part.json()["sha256"]),
    }


def furnished(owner: "Member", cabinet: str) -> dict[str, str]:
    """Campaigns of *owner*: one that is open, one to act on, one with a plan of its cabinet."""
    ids = {noun: announced(owner, owner) for noun in ("campaign", "ending", "season")}
    return ids | proposed(owner, ids["season"], (owner.organisation, cabinet))
