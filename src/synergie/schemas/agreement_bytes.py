"""The bytes that both parties of an agreement sign (RFC 8785), and their digest."""

from hashlib import sha256

import rfc8785

from synergie.schemas.agreement import Terms

SIGNATURE_TYPE = "synergie-agreement+jwt"
"""`typ` of the JWS by which a party signs."""


def signed_bytes(agreement_id: str, version: int, terms: Terms) -> bytes:
    """The bytes both parties sign: RFC 8785 of id, version and terms."""
    return rfc8785.dumps(
        {"agreement": agreement_id, "version": version, "terms": terms.model_dump(mode="json")}
    )


def terms_digest(agreement_id: str, version: int, terms: Terms) -> str:
    """SHA-256 of `signed_bytes`, in hexadecimal."""
    return sha256(signed_bytes(agreement_id, version, terms)).hexdigest()
