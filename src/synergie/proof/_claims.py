"""Claims of one kind of JWS: its `typ` looked at first, its key found by name, then its signature.

RFC 8725 §3.11: each kind has a `typ` of its own, and each verifier takes exactly one. Claims that
we do not know are left alone (RFC 7519 §4): a later version may tell more.
"""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from synergie.errors import BadInput
from synergie.proof import jose
from synergie.proof.jose import Key, Signed, Unsigned
from synergie.units import parse_instant

LIMIT = 262_144
"""Most characters of a signed text that is read."""

_PROOFS = "proofs"
"""`role` of a server's keys for proofs: those of its tokens never sign one."""

type Jwks = Mapping[str, Any]
"""A JSON Web Key Set (RFC 7517) of public keys, those of the past with them."""


def claims_of[ModelT: BaseModel](
    compact: str, kind: type[ModelT], typ: str, jwks: Jwks, *, limit: int = LIMIT
) -> ModelT:
    """The claims of *compact*, verified with the key of *jwks* that its `kid` names.

    Unsigned for another `typ`, an unknown or other key, a changed text, or claims that are not
    those of *kind*.
    """
    signed = jose.parse_unverified(compact, limit=limit)
    if signed.header.get("typ") != typ:
        raise Unsigned("another kind of signed text")
    return _parse_claims(jose.verify_signature(signed, _find_signing_key(signed, jwks)), kind)


def unverified_claims_of[ModelT: BaseModel](
    compact: str, kind: type[ModelT], typ: str, *, limit: int = LIMIT
) -> ModelT:
    """The claims of *compact*, its signature **not** looked at; Unsigned for another kind."""
    signed = jose.parse_unverified(compact, limit=limit)
    if signed.header.get("typ") != typ:
        raise Unsigned("another kind of signed text")
    return _parse_claims(signed, kind)


def _find_signing_key(signed: Signed, jwks: Jwks) -> Key:
    keys = jwks.get("keys")
    kid = signed.header.get("kid")
    found = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
    named = [one for one in found if one.get("kid") == kid]
    if not isinstance(kid, str) or len(named) != 1:
        raise Unsigned("no key of that name")
    if named[0].get("role", _PROOFS) != _PROOFS or not _in_its_time(signed, named[0]):
        raise Unsigned("a key that did not sign such texts then")
    return jose.public_key(named[0])


def _in_its_time(signed: Signed, jwk: Mapping[str, Any]) -> bool:
    """Whether the key signed when the text says it was signed; a key without times always did."""
    issued = jose.time_of(signed, "iat")
    first, last = _parse_key_time(jwk.get("valid_from")), _parse_key_time(jwk.get("valid_until"))
    if issued is None:
        return first is None and last is None
    return (first is None or math.floor(first) <= issued) and (last is None or issued < last)


def _parse_key_time(told: object) -> float | None:
    if told is None:
        return None
    try:
        return parse_instant(str(told), "key").timestamp()
    except BadInput as error:
        raise Unsigned("a key whose times cannot be read") from error


def _parse_claims[ModelT: BaseModel](signed: Signed, kind: type[ModelT]) -> ModelT:
    known = {name: signed.claims[name] for name in kind.model_fields if name in signed.claims}
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        raise Unsigned("its claims are not those of its kind") from error


def dump_claims(claims: BaseModel) -> dict[str, Any]:
    """*claims* as they are signed: what is null is left out."""
    return claims.model_dump(mode="json", exclude_none=True)
