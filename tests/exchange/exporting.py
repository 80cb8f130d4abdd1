"""What tests of exports share: requests, receipts, and what is left on the disk."""

import json
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from sqlalchemy import text

from synergie.exchange.trust.exports.exports import Exports
from synergie.proof import receipt
from synergie.schemas.trust.export import Export, ExportRequest
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.proof.signers import ISSUER

SPAN: dict[str, Any] = {
    "start": datetime(2026, 5, 31, tzinfo=UTC),
    "end": datetime(2026, 7, 1, tzinfo=UTC),
}


def asked(*kinds: str, **more: Any) -> ExportRequest:
    span = SPAN if "curves" in kinds else {}
    return ExportRequest.model_validate({"kinds": kinds, **span, **more})


def now() -> datetime:
    return NOW


def held(desk: Exports) -> list[str]:
    """What is in the folder of exports."""
    folder = desk.care.folder
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def events(store: Store, *names: str) -> list[dict[str, Any]]:
    """The journal's records of these kinds, in order."""
    with store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        told = [json.loads(bytes(row.record)) for row in rows]
    return [one for one in told if one["event"] in names]


def acknowledged(made: Export, who: Body, **more: Any) -> str:
    """The receipt of *who* for *made*, but for *more*."""
    claims = {
        "iss": who.caller.organisation,
        "aud": ISSUER,
        "iat": int(NOW.timestamp()),
        "manifest_sha256": made.manifest_sha256,
        "received_at": "2026-11-25T10:00:00Z",
        "files_ok": True,
    }
    typ = more.pop("typ", receipt.TYP)
    key = more.pop("key", who.key)
    header = {"alg": "ES256", "kid": who.key.kid, "typ": typ}
    return jws.serialize_compact(header, json.dumps(claims | more), key, algorithms=["ES256"])
