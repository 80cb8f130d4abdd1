"""The receipt of whoever took an export, held against the manifest and the registered keys."""

import json
from typing import Any

from synergie.errors import BadInput
from synergie.policy import Principal
from synergie.proof import manifest, receipt
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.export import ReceiptClaims
from synergie.storage.store import Session
from synergie.storage.trust.exports import ExportProofs
from synergie.storage.trust.oauth_clients import oauth_client
from synergie.storage.trust.organisations import signing_keys

_WHERE = "/receipt"
_SIGNED = "a JWS of typ synergie-receipt+jwt by a registered key of the organisation or its program"


def check_export_receipt(
    session: Session, caller: Principal, made: ExportProofs, jws: str, *, issuer: str
) -> ReceiptClaims:
    """What *jws* says, when the caller's organisation signed it for the manifest of *made*.

    BadInput at `/receipt` says what is not as expected.
    """
    claims = _verify_receipt_signature(session, caller, jws)
    expected = {
        "iss": caller.organisation,
        "aud": issuer,
        "manifest_sha256": manifest.digest(made.manifest),
    }
    for name, value in expected.items():
        found = getattr(claims, name)
        if found != value:
            raise BadInput(f"{_WHERE}/{name}", found, value)
    names = {file.name for file in made.export.files}
    for one in claims.refused:
        if one.name not in names:
            raise BadInput(f"{_WHERE}/refused", one.name, "a file of the manifest")
    return claims


def _verify_receipt_signature(session: Session, caller: Principal, jws: str) -> ReceiptClaims:
    """A kid may stand for one key of the organisation and for another of its program."""
    last: Unsigned | None = None
    for keys in (signing_keys(session, caller.organisation), _program_keys(session, caller)):
        try:
            return receipt.verify_receipt(jws, {"keys": keys})
        except Unsigned as error:
            last = error
    raise BadInput(_WHERE, jws, _SIGNED) from last


def _program_keys(session: Session, caller: Principal) -> list[dict[str, Any]]:
    client = oauth_client(session, caller.client_id)
    if client is None or not client.jwks:
        return []
    keys: list[dict[str, Any]] = json.loads(client.jwks)["keys"]
    return keys
