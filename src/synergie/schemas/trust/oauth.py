"""What the authorization server answers (RFC 6749, 7517, 7662, 8414, 9728)."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from synergie.schemas.trust.agreement import Dataset, Granularity, Period, Purpose
from synergie.schemas.wire import Wire
from synergie.units import Instant, Many


class ServerMetadata(Wire):
    """The authorization server, described (RFC 8414 §2)."""

    issuer: str
    """Its name: the public address. Tokens bear it as `iss`, assertions as `aud`."""
    token_endpoint: str
    """Where tokens are asked for."""
    jwks_uri: str
    """Where its public keys are."""
    revocation_endpoint: str
    """Where a token is revoked (RFC 7009)."""
    introspection_endpoint: str
    """Where a client asks what its token says (RFC 7662)."""
    grant_types_supported: Many[str]
    """`client_credentials` only."""
    response_types_supported: Many[str]
    """Empty: there is no authorization endpoint."""
    token_endpoint_auth_methods_supported: Many[str]
    """`private_key_jwt` only."""
    token_endpoint_auth_signing_alg_values_supported: Many[str]
    """Signatures taken on assertions."""
    revocation_endpoint_auth_methods_supported: Many[str]
    """`private_key_jwt` only."""
    revocation_endpoint_auth_signing_alg_values_supported: Many[str]
    """Signatures taken on assertions."""
    introspection_endpoint_auth_methods_supported: Many[str]
    """`private_key_jwt` only."""
    introspection_endpoint_auth_signing_alg_values_supported: Many[str]
    """Signatures taken on assertions."""
    dpop_signing_alg_values_supported: Many[str]
    """Signatures taken on DPoP proofs (RFC 9449 §5.1)."""
    scopes_supported: Many[str]
    """Every scope of this server."""
    authorization_details_types_supported: Many[str]
    """Types of `authorization_details` (RFC 9396 §10)."""


class ResourceMetadata(Wire):
    """The protected resource, described (RFC 9728 §2)."""

    resource: str
    """Its name: the audience of tokens, and the base address of the API."""
    authorization_servers: Many[str]
    """Who issues tokens for it."""
    jwks_uri: str
    """Where its public keys are."""
    scopes_supported: Many[str]
    """Every scope of this server."""
    bearer_methods_supported: Many[str]
    """`header`: a token is taken in the Authorization header only."""
    dpop_bound_access_tokens_required: bool
    """True: a token without its proof opens nothing."""
    dpop_signing_alg_values_supported: Many[str]
    """Signatures taken on DPoP proofs."""
    authorization_details_types_supported: Many[str]
    """Types of `authorization_details`."""
    resource_signing_alg_values_supported: Many[str]
    """Signatures that the resource makes, on manifests, receipts and tree heads."""


class PublicKey(Wire):
    """A public key (RFC 7517)."""

    kty: Literal["EC"]
    """Kind of key."""
    crv: Literal["P-256"]
    """Its curve."""
    x: str
    """First coordinate, base64url."""
    y: str
    """Second coordinate, base64url."""
    kid: str
    """Its name: the thumbprint of RFC 7638."""
    alg: Literal["ES256"]
    """The signature it makes."""
    use: Literal["sig"]
    """It signs."""
    role: Literal["tokens", "proofs"]
    """What it signs: access tokens; or manifests, receipts of deposits and tree heads."""
    valid_from: Instant | None = None
    """When it began to sign. Absent: not yet; or it is the first key of its role."""
    valid_until: Instant | None = None
    """When it ceased to sign, excluded. Absent: it has not."""


class PublicKeys(Wire):
    """The keys of this server (RFC 7517 §5): of tokens those in use and to come, of proofs all.

    What was signed long ago verifies by a key that signs no more: between its two times.
    """

    keys: Many[PublicKey]
    """The keys."""


DETAILS_TYPE = "urn:synergie:data-sharing:1"
"""The one type of `authorization_details` (RFC 9396)."""


class Details(Wire):
    """One element of `authorization_details`: the token opens this agreement, or part of it.

    RFC 9396. What is absent is as the agreement has it; what is there must lie within it.
    """

    type: Literal["urn:synergie:data-sharing:1"]
    """The type of detail."""
    agreement: str
    """The agreement's identifier."""
    datasets: Annotated[Many[Dataset], Field(min_length=1, max_length=5)] | None = None
    """Only these kinds of data. Absent: all that the agreement opens."""
    granularity: Granularity | None = None
    """No finer than this step. Absent: as the agreement says."""
    period: Period | None = None
    """Only readings of this time. Absent: as the agreement says."""
    purpose: Purpose | None = None
    """The purpose, which must be the agreement's: the token then says it. Absent: the same."""


class Confirmation(Wire):
    """The key to which a token is bound (RFC 7800)."""

    jkt: str
    """Thumbprint of the key (RFC 7638)."""


class TokenAnswer(Wire):
    """A token (RFC 6749 §5.1)."""

    access_token: str
    """The token, a JWT; to the client a text without meaning."""
    token_type: Literal["DPoP"]
    """It is used with a proof (RFC 9449)."""
    expires_in: int
    """Its life, seconds."""
    scope: str
    """The scopes it opens, separated by spaces."""
    authorization_details: Many[Details] = ()
    """The agreements it was narrowed to. Absent: it was not narrowed."""


class Introspection(Wire):
    """What a token says (RFC 7662 §2.2); `active` alone when it opens nothing, or is another's."""

    model_config = ConfigDict(extra="ignore")

    active: bool
    """Whether it is live: ours, unexpired, not revoked, its client open."""
    token_type: Literal["DPoP"] | None = None
    """It is used with a proof."""
    iss: str | None = None
    """Who issued it."""
    aud: str | None = None
    """The resource it opens."""
    sub: str | None = None
    """The client."""
    client_id: str | None = None
    """The client."""
    iat: int | None = None
    """When it was issued, seconds since 1970."""
    exp: int | None = None
    """When it ends, seconds since 1970."""
    jti: str | None = None
    """Its identifier."""
    scope: str | None = None
    """The scopes it opens."""
    cnf: Confirmation | None = None
    """The key it is bound to."""
    authorization_details: Many[Details] = ()
    """The agreements it was narrowed to."""


class OAuthError(Wire):
    """A refusal of the authorization server (RFC 6749 §5.2)."""

    error: str
    """The code. Example: `invalid_client`."""
    error_description: str | None = None
    """In words, for a developer."""
