"""The digest of a release, and of any record: SHA-256 of its RFC 8785 bytes."""

from hashlib import sha256
from typing import Any

import rfc8785

from synergie.errors import BadInput, Words
from synergie.schemas.publication.release import Release


def release_digest(told: Release) -> str:
    """The digest of *told* as others read it: of all its fields but `sha256` itself."""
    return digest_of(told.model_dump(mode="json", exclude={"sha256"}))


def digest_of(told: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal. BadInput for a number that RFC 8785 does not tell exactly."""
    try:
        return sha256(rfc8785.dumps(told)).hexdigest()
    except rfc8785.CanonicalizationError as error:
        found = Words("a number that is too large")
        raise BadInput("cells", found, "whole numbers below 2^53 (RFC 8785)") from error
