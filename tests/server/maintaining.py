"""A maintenance campaign over HTTP: its record, a plan that is kept and proposed."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from synergie.maintenance.plan.rounds import solve as rounds_of
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.rounds import RoundsProblem

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
    return {"problem": problem.model_dump(mode="json"), "plan": _solved(problem)}


@cache
def _solved(problem: MaintenanceProblem) -> dict[str, Any]:
    return solve(problem).model_dump(mode="json")


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
    """Campaigns of *owner*: open, to act on, with a plan of its cabinet proposed, with rounds."""
    ids = {noun: announced(owner, owner) for noun in ("campaign", "ending", "season", "works")}
    mine = owner.organisation, cabinet
    year = proposed(owner, ids["works"], mine)["year"]
    adopted(owner, ids["works"], year, owner)
    ids |= toured(owner, ids["works"], year, mine)
    return ids | proposed(owner, ids["season"], mine)


def rounds_problem(*stops: tuple[str, str]) -> RoundsProblem:
    """A day of one crew of the first owner, with a stop at each cabinet (owner, name)."""
    day = "2026-11-30"
    shift = {
        "crew": "equipe-1",
        "organisation": stops[0][0],
        "day": day,
        "start_place": "depot",
        "end_place": "depot",
        "starts_at": f"{day}T07:00:00Z",
        "ends_at": f"{day}T15:00:00Z",
        "hour_eur": "60.00",
        "km_eur": "0.50",
    }
    places = [{"id": "depot", "location": {"longitude": 6.12, "latitude": 48.77}}]
    places += [
        {"id": f"lieu-{n}", "location": {"longitude": 6.13 + n / 100, "latitude": 48.78}}
        for n, _ in enumerate(stops)
    ]
    return RoundsProblem.model_validate(
        {
            "places": places,
            "shifts": [shift],
            "stops": [
                {
                    "id": f"arret-{n}",
                    "organisation": organisation,
                    "place": f"lieu-{n}",
                    "task": "cabinet_visit",
                    "asset": cabinet,
                    "minutes": 30,
                }
                for n, (organisation, cabinet) in enumerate(stops)
            ],
        }
    )


def rounds_request(*stops: tuple[str, str]) -> dict[str, Any]:
    """Rounds to be kept: their problem, and the day that was found."""
    problem = rounds_problem(*stops)
    return {"problem": problem.model_dump(mode="json"), "rounds": _toured(problem)}


@cache
def _toured(problem: RoundsProblem) -> dict[str, Any]:
    return rounds_of(problem, iterations=20).model_dump(mode="json")


def adopted(coordinator: "Member", campaign_id: str, plan: str, *bodies: "Member") -> None:
    """The plan that is proposed, accepted by each of *bodies* and put in force."""
    place = f"/v1/campaigns/{campaign_id}"
    for body in bodies:
        part = body.get(f"{place}/plans/{plan}/part")
        said = {"answer": "accept", "part_sha256": part.json()["sha256"]}
        answer = body.post(f"{place}/plans/{plan}/answer", said)
        assert answer.status_code == 200, answer.text
    answer = coordinator.post(f"{place}/adopt", {"plan": plan})
    assert answer.status_code == 200, answer.text


def toured(
    coordinator: "Member", campaign_id: str, plan: str, *stops: tuple[str, str]
) -> dict[str, str]:
    """Rounds kept under the plan in force: their identifier, and how they were asked for."""
    request = rounds_request(*stops)
    answer = coordinator.post(f"/v1/campaigns/{campaign_id}/rounds", request)
    assert answer.status_code == 201, answer.text
    assert answer.json()["plan"] == plan
    return {"tour": str(answer.json()["id"]), "tour_request": json.dumps(request)}
