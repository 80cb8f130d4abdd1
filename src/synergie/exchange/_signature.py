"""Verification of a party's signature over an agreement (RFC 7515, one `typ` a kind of JWS)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from synergie.errors import BadInput

TYP = "synergie-agreement+jwt"
ALGORITHMS = ["ES256", "PS256", "Ed25519"]
_WHERE = "/signature"


def verify(compact: str, keys: Sequence[Mapping[str, Any]], claims: dict[str, object]) -> int:
    """Check *compact* against *keys* (public JWKs) and the *claims* it must hold; its `iat`.

    BadInput at `/signature` says which part is not as expected.
    """
    if not keys:
        raise BadInput(_WHERE, "no key", "a signing key of the organisation in the directory")
    payload = _payload(compact, keys)
    for name, value in claims.items():
        if payload.get(name) != value:
            raise BadInput(_WHERE, payload.get(name), f"{name} {value}")
    issued = payload.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int) or not 0 < issued < 1 << 33:
        raise BadInput(_WHERE, issued, "iat, whole seconds since 1970")
    return issued


def _payload(compact: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    try:
        found = jws.deserialize_compact(
            compact, KeySet([import_key(dict(key)) for key in keys]), algorithms=ALGORITHMS
        )
        payload = json.loads(found.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise BadInput(
            _WHERE, compact, "a compact JWS by a registered key of the organisation"
        ) from error
    if found.headers().get("typ") != TYP:
        raise BadInput(_WHERE, found.headers().get("typ"), f"typ {TYP}")
    if not isinstance(payload, dict):
        raise BadInput(_WHERE, type(payload).__name__, "a JSON object signed")
    return payload
