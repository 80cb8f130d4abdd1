"""An agreement with all that proves it: what was signed, by whom, and the keys of both parties."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from synergie.schemas.trust.agreement import Signature
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Sha256, Text


class AgreementKey(Wire):
    """A public key with which a party signs, or signed."""

    organisation: OrganisationId
    """Whose it is."""
    kid: Text
    """Its name in the header of a signature."""
    jwk: Mapping[str, str]
    """The key (RFC 7517): EC P-256, Ed25519, or RSA."""
    thumbprint: Text
    """SHA-256 of the key (RFC 7638), base64url: as papers print it."""
    valid_from: Instant
    """From when the server took signatures by it."""
    valid_until: Instant | None = None
    """Until when; what it signed before still holds. Null: it signs still."""


class AgreementKeys(Wire):
    """The public keys of both parties, those that are retired with them."""

    keys: Many[AgreementKey]
    """By organisation, the oldest first."""


class AgreementProof(AgreementKeys):
    """One version of an agreement, to be verified without a server."""

    agreement: Id
    """The agreement."""
    version: Annotated[int, Field(ge=1)]
    """Its version."""
    signed_text: str
    """What both parties sign, to the byte: JSON in UTF-8 in the canonical form of RFC 8785, an
    object of `agreement`, `version` and `terms`. A term that came after the first version of
    agreements is left out while it says what held before it."""
    terms_sha256: Sha256
    """SHA-256 of the bytes of `signed_text`: what each signature is over."""
    signatures: Many[Signature]
    """Those that were made, at most one a party."""
