"""What the authorization server and the resource say of themselves (RFC 8414, RFC 9728)."""

from synergie.proof.jose import ALGORITHMS
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.oauth import ResourceMetadata, ServerMetadata
from synergie.server.oauth.assertion import METHOD
from synergie.server.oauth.details import DETAILS_TYPE
from synergie.server.settings import Settings


def server_metadata(settings: Settings) -> ServerMetadata:
    """RFC 8414; each address is built from the configured public one."""
    url = settings.public_url
    return ServerMetadata(
        issuer=settings.issuer,
        token_endpoint=f"{url}/token",
        jwks_uri=f"{url}/jwks",
        revocation_endpoint=f"{url}/revoke",
        introspection_endpoint=f"{url}/introspect",
        grant_types_supported=("client_credentials",),
        response_types_supported=(),
        token_endpoint_auth_methods_supported=(METHOD,),
        token_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        revocation_endpoint_auth_methods_supported=(METHOD,),
        revocation_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        introspection_endpoint_auth_methods_supported=(METHOD,),
        introspection_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        dpop_signing_alg_values_supported=ALGORITHMS,
        scopes_supported=SCOPES,
        authorization_details_types_supported=(DETAILS_TYPE,),
    )


def resource_metadata(settings: Settings) -> ResourceMetadata:
    """RFC 9728."""
    return ResourceMetadata(
        resource=settings.resource,
        authorization_servers=(settings.issuer,),
        jwks_uri=f"{settings.public_url}/jwks",
        scopes_supported=SCOPES,
        bearer_methods_supported=("header",),
        dpop_bound_access_tokens_required=True,
        dpop_signing_alg_values_supported=ALGORITHMS,
        authorization_details_types_supported=(DETAILS_TYPE,),
        resource_signing_alg_values_supported=("ES256",),
    )
