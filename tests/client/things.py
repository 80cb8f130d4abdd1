"""What the fake server answers with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from synergie.client.keys import Jwk
from synergie.schemas.freshness import Freshness
from synergie.schemas.readings import curve_json
from synergie.schemas.readings.curve import Curve, CurveExtract, CurveRun
from synergie.schemas.trust.agreement import Agreement, Period, Selector, Terms
from synergie.schemas.trust.agreement_bytes import terms_digest

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 2, 1, tzinfo=UTC)
NONE: Jwk = {}

ORGANISATION = {
    "id": "cc-bassin-de-pompey", "name": "CC du Bassin de Pompey", "kind": "epci", "siren": None,
    "insee_code": None, "parent": None, "provenance": "synthetic",
}  # fmt: skip


def receipt(**changes: Any) -> dict[str, Any]:
    """A receipt as JSON."""
    fields = {
        "id": "rec_0001", "owner": "cc-bassin-de-pompey", "kind": "curve", "digest": "0" * 64,
        "seq": 1, "received_at": "2026-11-25T10:00:00Z", "received": 1, "kept": 1, "unchanged": 0,
        "refused": 0,
    }  # fmt: skip
    return {**fields, **changes}


def curve(number: int = 0, n: int = 4) -> Curve:
    """A short curve."""
    return Curve(series=f"ser_{number:04}", start=START, step="PT30M", unit="W", values=[*range(n)])


def extract(step: str = "PT30M", start: datetime = START, n: int = 4, **more: Any) -> CurveExtract:
    """An extract of one run."""
    fields: dict[str, Any] = {
        "series": "ser_0001", "unit": "W", "granularity": "raw", "time_zone": "Europe/Paris",
        "start": start, "end": start + timedelta(days=60), "as_of": None, "agreement": None,
        "runs": (CurveRun.model_validate({"start": start, "step": step, "values": [*range(n)]}),),
        "freshness": Freshness(
            state="late", last_reading=start, received_at=None, expected_by=None,
            reason="Dernier dépôt il y a 9 jours", who_can_act=None,
        ),
    }  # fmt: skip
    return CurveExtract.model_validate({**fields, **more})


def extract_json() -> bytes:
    """The same as the server writes it."""
    return curve_json.encode_extract(extract())


def terms() -> Terms:
    """Terms between two organisations."""
    return Terms(
        owner="cc-bassin-de-pompey", recipient="sdel-54", title="Éclairage en commun",
        datasets=("assets",), selector=Selector(cabinets=("cab_0001",)), granularity="month",
        purpose="joint_maintenance", legal_basis="public_task", data_period=Period(start=START),
        valid_from=START, valid_until=END, retention_days=365,
    )  # fmt: skip


def agreement(**changes: Any) -> Agreement:
    """A draft over `terms`, with their true digest."""
    fields: dict[str, Any] = {
        "id": "agr_0001", "version": 1, "terms": terms(), "state": "draft", "signatures": (),
        "terms_sha256": terms_digest("agr_0001", 1, terms()), "history": (), "summary": "Partage.",
    }  # fmt: skip
    return Agreement.model_validate({**fields, **changes})
