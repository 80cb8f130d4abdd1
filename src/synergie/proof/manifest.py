"""The manifest of an export: what was handed over, to whom, under which agreement, and signed."""

from hashlib import sha256

from synergie.proof._claims import Jwks, claims_of, dump_claims
from synergie.proof.jose import Prover
from synergie.schemas.trust.export import ManifestClaims

TYP = "synergie-manifest+jwt"
"""`typ` of the JWS (RFC 8725 §3.11)."""

__all__ = ["TYP", "digest", "sign_manifest", "verify_manifest"]


def sign_manifest(prover: Prover, claims: ManifestClaims) -> str:
    """*claims* as a compact JWS by a key of *prover*."""
    return prover.sign(TYP, dump_claims(claims))


def verify_manifest(compact: str, jwks: Jwks) -> ManifestClaims:
    """What the manifest says, its signature verified with *jwks* (keys of the past may be in it).

    `proof.jose.Unsigned` otherwise. Whether issuer and recipient are the expected ones is for the
    caller to look at.
    """
    return claims_of(compact, ManifestClaims, TYP, jwks)


def digest(compact: str) -> str:
    """SHA-256 of the compact manifest's bytes, in hexadecimal: what a receipt names."""
    return sha256(compact.encode("ascii")).hexdigest()
