"""Verification of a party's signature over an agreement (RFC 7515, one `typ` a kind of JWS)."""

from collections.abc import Mapping, Sequence
from typing import Any

from synergie.errors import BadInput, Words
from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned

TYP = "synergie-agreement+jwt"
_WHERE = "/signature"
_LIMIT = 4096


def verify(compact: str, keys: Sequence[Mapping[str, Any]], claims: Mapping[str, object]) -> float:
    """Check *compact* against *keys* (public JWKs) and the *claims* it must hold; its `iat`.

    BadInput at `/signature` says which part is not as expected.
    """
    if not keys:
        raise BadInput(
            _WHERE, Words("no key"), "a signing key of the organisation in the directory"
        )
    signed = _signed(compact, keys)
    for name, value in claims.items():
        if signed.claims.get(name) != value:
            raise BadInput(_WHERE, signed.claims.get(name), f"{name} {value}")
    try:
        issued = jose.time_of(signed, "iat")
    except Unsigned:
        issued = None
    if issued is None or issued < 0:
        raise BadInput(_WHERE, signed.claims.get("iat"), "iat, seconds since 1970")
    return issued


def _signed(compact: str, keys: Sequence[Mapping[str, Any]]) -> Signed:
    try:
        signed = jose.peek(compact, limit=_LIMIT)
        if signed.header.get("typ") != TYP:
            raise BadInput(_WHERE, signed.header.get("typ"), f"typ {TYP}")
        return jose.verified(signed, jose.public_keys({"keys": list(keys)}))
    except Unsigned as error:
        expected = "a compact JWS by a registered key of the organisation"
        raise BadInput(_WHERE, compact, expected) from error
