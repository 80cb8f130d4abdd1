"""Verification of an organisation's signature (RFC 7515): one `typ` a kind of JWS."""

from collections.abc import Mapping, Sequence
from typing import Any

from synergie.errors import BadInput, Words
from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned
from synergie.schemas.trust.agreement_bytes import SIGNATURE_TYPE

_WHERE = "/signature"
_MOST = 4096


def verify(
    compact: str,
    keys: Sequence[Mapping[str, Any]],
    claims: Mapping[str, object],
    *,
    typ: str = SIGNATURE_TYPE,
    most: int = _MOST,
) -> float:
    """Check *compact* against *keys* (public JWKs) and the *claims* it must hold; its `iat`.

    *typ*: the kind of JWS, of at most *most* characters. BadInput at `/signature` says which part
    is not as expected.
    """
    if not keys:
        raise BadInput(
            _WHERE, Words("no key"), "a signing key of the organisation in the directory"
        )
    signed = _verify_compact_signature(compact, keys, typ, most)
    for name, value in claims.items():
        found = signed.claims.get(name)
        if found != value or type(found) is not type(value):  # JSON's true is no 1
            wanted = "as they were shown" if isinstance(value, Mapping) else value
            raise BadInput(_WHERE, found, f"{name} {wanted}")
    try:
        issued = jose.time_of(signed, "iat")
    except Unsigned:
        issued = None
    if issued is None or issued < 0:
        raise BadInput(_WHERE, signed.claims.get("iat"), "iat, seconds since 1970")
    return issued


def _verify_compact_signature(
    compact: str, keys: Sequence[Mapping[str, Any]], typ: str, most: int
) -> Signed:
    try:
        signed = jose.parse_unverified(compact, limit=most)
        if signed.header.get("typ") != typ:
            raise BadInput(_WHERE, signed.header.get("typ"), f"typ {typ}")
        return jose.verify_signature(signed, jose.public_keys({"keys": list(keys)}))
    except Unsigned as error:
        expected = "a compact JWS by a registered key of the organisation"
        raise BadInput(_WHERE, compact, expected) from error
