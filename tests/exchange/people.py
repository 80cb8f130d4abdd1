"""Organisations with their signing keys, and the records they declare."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.trust.agreement import Agreement, Granularity, Terms
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Body:
    """An organisation of a test: its caller and its signing key."""

    caller: Principal
    key: ECKey

    def sign(self, agreement: Agreement, other: dict[str, Any] | None = None) -> str:
        """The compact JWS this organisation signs *agreement* with; *other* replaces claims."""
        role = "owner" if agreement.terms.owner == self.caller.organisation else "recipient"
        claims = {
            "agreement": agreement.id,
            "version": agreement.version,
            "terms_sha256": agreement.terms_sha256,
            "role": role,
            "org": self.caller.organisation,
            "iat": int(time.time()),
        } | (other or {})
        header = {"alg": "ES256", "kid": self.key.kid, "typ": "synergie-agreement+jwt"}
        return jws.serialize_compact(header, json.dumps(claims), self.key, algorithms=["ES256"])


def body(store: Store, name: str) -> Body:
    """An organisation of the directory with a signing key of its own."""
    key = ECKey.generate_key("P-256", {"kid": f"{name}-1"})
    organisation = Organisation(
        id=name,
        name=name.title(),
        kind="epci",
        siren=None,
        insee_code=None,
        parent=None,
        provenance="synthetic",
    )
    Directory(store).add(organisation, {"keys": [key.as_dict(private=False)]}, now=NOW)
    caller = Principal(client_id=f"{name}-app", organisation=name, scopes=frozenset())
    return Body(caller, key)


def site(external_id: str = "S1", **more: Any) -> SiteRecord:
    """A site record with defaults."""
    values: dict[str, Any] = {
        "external_id": external_id,
        "name": f"Site {external_id}",
        "kind": "building",
        "provenance": "synthetic",
    }
    return SiteRecord.model_validate(values | more)


def point(code: str = "99000000000017", **more: Any) -> SupplyPointRecord:
    """A delivery point record with defaults."""
    values: dict[str, Any] = {
        "scheme": "prm",
        "code": code,
        "personal_data": "none",
        "provenance": "synthetic",
    }
    return SupplyPointRecord.model_validate(values | more)


def terms(owner: Body, partner: Body, selector: dict[str, list[str]], **more: Any) -> Terms:
    """Terms between two organisations of the test."""
    granularity: Granularity = "day"
    values: dict[str, Any] = {
        "owner": owner.caller.organisation,
        "recipient": partner.caller.organisation,
        "title": "Achat groupé 2027",
        "datasets": ["consumption", "assets"],
        "selector": selector,
        "granularity": granularity,
        "purpose": "joint_purchase",
        "legal_basis": "contract",
        "data_period": {"start": "2020-01-01T00:00:00Z"},
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=365),
        "retention_days": 365,
    }
    return Terms.model_validate(values | more)
