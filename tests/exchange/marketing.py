"""The life of a contract of three communes, and a forward curve of one day."""

import json
from typing import Any

from synergie.purchase.records.market import ForwardRecord, MarketRecord
from tests.server import buying as sent


def contract(**more: Any) -> dict[str, Any]:
    """1,000 MWh a year of three members, within 10 %; 30 days of notice."""
    terms = {
        "lot": "lot-1", "supplier": "Fournisseur alize", "starts": "2026-01-01",
        "ends": "2029-01-01", "volume_mwh": "1000", "maximum_mwh": "9000", "notice_days": 30,
        "tunnel": {"below": 0.1, "above": 0.1, "below_eur_per_mwh": "5", "above_eur_per_mwh": "12"},
    }  # fmt: skip
    shares = {"aulnes": "600", "bouleaux": "400", "chenes": "0"}
    members = [{"member": name, "mwh": mwh} for name, mwh in shares.items()]
    return {"terms": terms, "members": members, "moves": [], "bought_mwh": "3000"} | more


def move(member: str, kind: str, day: str, mwh: str, **more: Any) -> dict[str, Any]:
    return {"point": f"p-{member}", "kind": kind, "day": day, "mwh": mwh, "member": member} | more


def market(*moves: dict[str, Any], **more: Any) -> MarketRecord:
    return MarketRecord.model_validate_json(
        json.dumps({"contracts": [contract(moves=list(moves), **more)]})
    )


def forward(**more: Any) -> ForwardRecord:
    return ForwardRecord.model_validate_json(json.dumps(sent.forward() | more))
