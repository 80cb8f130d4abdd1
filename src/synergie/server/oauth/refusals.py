"""The errors of the authorization server, each with constant ASCII words.

authlib raises ValueError for a description with any character that RFC 6749 §5.2 excludes, so
that copying a library's message, which quotes the request, would turn a hostile request into a
500. Nothing of the request is ever put here.
"""

from typing import Any, override

from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)

__all__ = [
    "InvalidClientError",
    "InvalidDetails",
    "InvalidProof",
    "InvalidRequestError",
    "InvalidScopeError",
    "InvalidTarget",
    "NonceDemanded",
    "OAuth2Error",
    "UnsupportedGrant",
]


class UnsupportedGrant(UnsupportedGrantTypeError):  # type: ignore[misc]  # authlib has no types
    """A grant other than client_credentials; authlib's own words quote the request."""

    def __init__(self) -> None:
        super().__init__(None)

    @override
    def get_error_description(self) -> str:
        return "the grant is client_credentials"


class InvalidProof(OAuth2Error):  # type: ignore[misc]  # authlib has no types
    """RFC 9449 §5."""

    error = "invalid_dpop_proof"
    description = "one fresh DPoP proof for this address is needed"


class NonceDemanded(OAuth2Error):  # type: ignore[misc]  # authlib has no types
    """RFC 9449 §8: the whole request is to be made again with *nonce*, the assertion too."""

    error = "use_dpop_nonce"
    description = "the proof must bear the nonce of the DPoP-Nonce header"

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce

    @override
    def get_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, Any]] = super().get_headers()
        return [*headers, ("DPoP-Nonce", self.nonce)]


class InvalidTarget(OAuth2Error):  # type: ignore[misc]  # authlib has no types
    """RFC 8707 §2."""

    error = "invalid_target"
    description = "the resource is the one of the metadata"


class InvalidDetails(OAuth2Error):  # type: ignore[misc]  # authlib has no types
    """RFC 9396 §5."""

    error = "invalid_authorization_details"
    description = "each element lies within an agreement in force of this client"
