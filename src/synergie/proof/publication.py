"""The signature under which sums are open to everybody: who opened which, under which terms."""

from synergie.proof._claims import Jwks, claims_of, unverified_claims_of
from synergie.schemas.publication.open_publication import MOST_SIGNATURE
from synergie.schemas.publication.signed_publication import PUBLICATION_TYPE, PublicationClaims


def verify_publication(compact: str, jwks: Jwks) -> PublicationClaims:
    """What the signature says, once verified with *jwks*: the publisher's keys, past ones as well.

    `proof.jose.Unsigned` otherwise; for a key that was not in use when the text says it was signed,
    too. Whether the sums are those that were signed is for the caller to look at.
    """
    return claims_of(compact, PublicationClaims, PUBLICATION_TYPE, jwks, limit=MOST_SIGNATURE)


def parse_publication_claims(compact: str) -> PublicationClaims:
    """What a signature says that was verified when it was kept; it is **not** verified here."""
    return unverified_claims_of(compact, PublicationClaims, PUBLICATION_TYPE, limit=MOST_SIGNATURE)
