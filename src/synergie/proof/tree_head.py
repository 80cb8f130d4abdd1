"""Signed tree heads: the size and root of the journal, which partners keep as its witnesses.

A chain of hashes alone lets its keeper rewrite everything; a head that somebody else holds does
not (RFC 9162 §1). The root is told in hexadecimal.
"""

from datetime import datetime

from synergie.proof._claims import Jwks, claims_of, unverified_claims_of
from synergie.proof.jose import Prover
from synergie.schemas.trust.journal import TreeHeadClaims

TYP = "synergie-sth+jwt"
"""`typ` of the JWS (RFC 8725 §3.11)."""

_LIMIT = 4096

__all__ = ["TYP", "parse_tree_head", "sign_tree_head", "verify_tree_head"]


def sign_tree_head(prover: Prover, size: int, root: bytes, *, now: datetime) -> str:
    """The head of a journal of *size* records as a compact JWS by a key of *prover*."""
    claims = {"tree_size": size, "root": root.hex(), "iat": int(now.timestamp())}
    return prover.sign(TYP, claims)


def verify_tree_head(compact: str, jwks: Jwks) -> TreeHeadClaims:
    """What a head says, its signature verified with *jwks* (keys of the past may be in it).

    `proof.jose.Unsigned` otherwise.
    """
    return claims_of(compact, TreeHeadClaims, TYP, jwks, limit=_LIMIT)


def parse_tree_head(compact: str) -> TreeHeadClaims:
    """What a head says, its signature **not** looked at: for one kept by the reader themselves."""
    return unverified_claims_of(compact, TreeHeadClaims, TYP, limit=_LIMIT)
