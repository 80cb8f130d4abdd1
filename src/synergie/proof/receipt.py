"""Receipts: of a recipient for an export, of the server for what was sent to it.

Both are JWS of `typ` `synergie-receipt+jwt`; they are told apart by their claims, and verified
with the keys of whoever must have signed. The server's conceals the digest of what came in, which
may be of one reading: its holder shows it with the receipt, or keeps it (SD-JWT, RFC 9901).
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from synergie.proof import jose
from synergie.proof._claims import LIMIT, Jwks, claims_of, dump_claims
from synergie.proof.disclosure import (
    append_disclosures,
    conceal_claims,
    resolve_disclosures,
    split_disclosures,
)
from synergie.proof.jose import Prover, Unsigned
from synergie.schemas.trust.export import ReceiptClaims, StoredClaims

TYP = "synergie-receipt+jwt"
"""`typ` of the JWS (RFC 8725 §3.11)."""

_LIMIT = 8192

type Sign = Callable[[str, Mapping[str, Any]], str]
"""From a `typ` and claims to a compact JWS: what a Prover's `sign` is, or a program's own."""

_CONCEALED = ("sha256",)

__all__ = [
    "TYP",
    "check_disclosed",
    "sign_receipt",
    "sign_stored_receipt",
    "verified_stored",
    "verify_receipt",
]


def sign_receipt(sign: Sign, claims: ReceiptClaims) -> str:
    """The receipt of a recipient."""
    return sign(TYP, dump_claims(claims))


def verify_receipt(compact: str, jwks: Jwks) -> ReceiptClaims:
    """What a recipient's receipt says, verified with the recipient's keys; Unsigned otherwise."""
    return claims_of(compact, ReceiptClaims, TYP, jwks, limit=_LIMIT)


def sign_stored_receipt(prover: Prover, claims: StoredClaims) -> str:
    """The server's receipt for a batch or a deposit: an SD-JWT that discloses its `sha256`."""
    signed_claims, disclosures = conceal_claims(dump_claims(claims), _CONCEALED)
    return append_disclosures(prover.sign(TYP, signed_claims), disclosures)


def check_disclosed(text: str) -> None:
    """Unsigned when a disclosure in *text* is not covered; its signature is **not** looked at."""
    compact, disclosures = split_disclosures(text)
    resolve_disclosures(jose.parse_unverified(compact, limit=LIMIT).claims, disclosures)


def verified_stored(text: str, jwks: Jwks) -> StoredClaims:
    """What the server's receipt says, verified with the server's keys; Unsigned otherwise.

    `sha256` is null when the receipt is shown without it. One of an earlier version tells it among
    its claims.
    """
    compact, disclosures = split_disclosures(text)
    said = claims_of(compact, StoredClaims, TYP, jwks)
    found = resolve_disclosures(jose.parse_unverified(compact, limit=LIMIT).claims, disclosures)
    if not set(found) <= set(_CONCEALED):
        raise Unsigned("a disclosure of another member")
    try:
        return StoredClaims.model_validate(said.model_dump() | found)
    except ValidationError as error:
        raise Unsigned("its claims are not those of its kind") from error
