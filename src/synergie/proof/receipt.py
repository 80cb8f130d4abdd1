"""Receipts: of a recipient for an export, of the server for what was sent to it.

Both are JWS of `typ` `synergie-receipt+jwt`; they are told apart by their claims, and verified
with the keys of whoever must have signed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from synergie.proof._claims import Jwks, claims_of, told
from synergie.proof.jose import Prover
from synergie.schemas.export import ReceiptClaims, StoredClaims

TYP = "synergie-receipt+jwt"
"""`typ` of the JWS (RFC 8725 §3.11)."""

_LIMIT = 8192

type Sign = Callable[[str, Mapping[str, Any]], str]
"""From a `typ` and claims to a compact JWS: what a Prover's `sign` is, or a program's own."""

__all__ = ["TYP", "signed", "stored", "verified", "verified_stored"]


def signed(sign: Sign, claims: ReceiptClaims) -> str:
    """The receipt of a recipient."""
    return sign(TYP, told(claims))


def verified(compact: str, jwks: Jwks) -> ReceiptClaims:
    """What a recipient's receipt says, verified with the recipient's keys; Unsigned otherwise."""
    return claims_of(compact, ReceiptClaims, TYP, jwks, limit=_LIMIT)


def stored(prover: Prover, claims: StoredClaims) -> str:
    """The server's receipt for a batch or a deposit."""
    return prover.sign(TYP, told(claims))


def verified_stored(compact: str, jwks: Jwks) -> StoredClaims:
    """What the server's receipt says, verified with the server's keys; Unsigned otherwise."""
    return claims_of(compact, StoredClaims, TYP, jwks)
