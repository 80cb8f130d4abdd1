"""A pooled purchase over HTTP: its record, needs, offers, and a plan that is proposed."""

import json
from typing import TYPE_CHECKING, Any

from synergie.purchase.plan.award import solve
from synergie.purchase.records.run import PurchaseInputs

if TYPE_CHECKING:
    from tests.server.place import Member


def purchase(**more: Any) -> dict[str, Any]:
    """What is bought: one lot of buildings."""
    lot = {
        "id": "lot-1",
        "name": "Bâtiments",
        "market_segments": ["C5"],
        "usages": ["building"],
        "running_alone_eur": "120.00",
    }
    return {
        "name": "Électricité 2028",
        "reference": "Convention constitutive du 12 mars 2026",
        "may_leave": True,
        "lots": [lot],
    } | more


def needs(member: "Member", code: str = "99000000000501", **more: Any) -> dict[str, Any]:
    """One delivery point of *member*."""
    point = {
        "id": code,
        "member": member.organisation,
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": "BTINFMUDT",
        "energy": [{"time_class": "HP", "mwh": "80"}, {"time_class": "HC", "mwh": "40.5"}],
    }
    return {"mandate": "Délibération 2026-041", "points": [point]} | more


def offer(key: str = "alize", hp: str = "84.10", **more: Any) -> dict[str, Any]:
    """An offer with one tier."""
    prices = [
        {"tariff_code": "BTINFMUDT", "time_class": name, "eur_per_mwh": price}
        for name, price in (("HP", hp), ("HC", "64.20"))
    ]
    return {
        "id": f"offre-{key}",
        "lot": "lot-1",
        "supplier": f"Fournisseur {key}",
        "fixed_eur": "90.00",
        "tiers": [{"from_mwh": "0", "prices": prices}],
    } | more


def offers(*some: dict[str, Any]) -> dict[str, Any]:
    return {"offers": list(some or (offer(), offer("boreal", "99.90")))}


def announced(coordinator: "Member", *members: "Member", **more: Any) -> str:
    """A purchase to which *members* were invited."""
    answer = coordinator.post("/v1/purchases", purchase(**more))
    assert answer.status_code == 201, answer.text
    made = str(answer.json()["id"])
    names = {"members": [one.organisation for one in members]}
    answer = coordinator.put(f"/v1/purchases/{made}/members", names)
    assert answer.status_code == 200, answer.text
    return made


def published(member: "Member", purchase_id: str, body: dict[str, Any] | None = None) -> None:
    answer = member.put(f"/v1/purchases/{purchase_id}/needs", body or needs(member))
    assert answer.status_code == 200, answer.text


def brought(coordinator: "Member", purchase_id: str, body: dict[str, Any] | None = None) -> None:
    answer = coordinator.put(f"/v1/purchases/{purchase_id}/offers", body or offers())
    assert answer.status_code == 200, answer.text


def proposed(coordinator: "Member", purchase_id: str) -> dict[str, str]:
    """A plan of the inputs as they are, proposed: its identifier, and how it was asked for."""
    told = coordinator.get(f"/v1/purchases/{purchase_id}/inputs")
    assert told.status_code == 200, told.text
    inputs = PurchaseInputs.model_validate_json(told.content)
    plan = solve(inputs.problem).model_dump(mode="json")
    request = {"problem_sha256": inputs.problem_sha256, "plan": plan}
    kept = coordinator.post(f"/v1/purchases/{purchase_id}/plans", request)
    assert kept.status_code == 201, kept.text
    plan_id = str(kept.json()["id"])
    for act, body in (("close_survey", {}), ("propose", {"plan": plan_id})):
        answer = coordinator.post(f"/v1/purchases/{purchase_id}/{act}", body)
        assert answer.status_code == 200, answer.text
    part = coordinator.get(f"/v1/purchases/{purchase_id}/plans/{plan_id}/part")
    assert part.status_code == 200, part.text
    return {
        "plan": plan_id,
        "plan_request": json.dumps(request),
        "part": str(part.json()["sha256"]),
    }


def furnished(owner: "Member", partner: "Member") -> dict[str, str]:
    """Purchases of *owner*: one that is open, one to act on, one with a plan; one of *partner*."""
    ids = {
        "purchase": announced(owner, owner),
        "stage": announced(owner, owner),
        "tender": announced(owner, owner),
        "group": announced(partner, owner),
    }
    for made in ids.values():
        published(owner, made)
    for noun in ("purchase", "tender"):
        brought(owner, ids[noun])
    return ids | proposed(owner, ids["tender"])


def market(member: "Member") -> dict[str, Any]:
    """One contract, of one member."""
    terms = {"lot": "lot-1", "supplier": "Fournisseur alize", "starts": "2028-01-01",
             "ends": "2029-01-01", "volume_mwh": "120.5"}  # fmt: skip
    members = [{"member": member.organisation, "mwh": "120.5"}]
    return {"contracts": [{"terms": terms, "members": members}]}


def forward() -> dict[str, Any]:
    """One day of one offer on a flat curve."""
    fixed = {"kind": "fixed", "id": "f", "supplier": "F", "eur_per_mwh": "80"}
    return {
        "problem": {"delivery": {"starts": "2028-01-01", "ends": "2028-01-02"}, "offers": [fixed]},
        "curve": {"quoted_on": "2026-11-25", "source": "S", "starts": "2027-12-31T23:00:00Z",
                  "eur_per_mwh": ["75"] * 24},
        "load_mw": [0.5] * 24,
        "load_name": "courbe",
    }  # fmt: skip
