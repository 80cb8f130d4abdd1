"""The endpoints of the authorization server; each hands a form to authlib in a thread."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from synergie.schemas.trust.oauth import (
    Introspection,
    OAuthError,
    PublicKeys,
    ResourceMetadata,
    ServerMetadata,
    TokenAnswer,
)
from synergie.server import problems
from synergie.server.guard import Now
from synergie.server.log import logger
from synergie.server.oauth.authority import Authority
from synergie.server.oauth.call import MEDIA_TYPE, Call, read_call
from synergie.server.oauth.metadata import resource_metadata, server_metadata
from synergie.server.oauth.refusals import OAuth2Error
from synergie.server.router import Router

_CACHED = {"Cache-Control": "max-age=600"}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": OAuthError, "description": "Refused (RFC 6749 §5.2)"},
    **problems.responses(429),
}
_CLIENT = {
    "client_assertion_type": "`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.",
    "client_assertion": "A JWT signed by the client (RFC 7523), once.",
    "client_id": "The client's id; when given, that of the assertion.",
}


def oauth_router(authority: Authority) -> Router:
    """The routes of *authority*: metadata, keys, token, revocation, introspection."""
    router = Router(tags=["oauth"])
    _add_metadata_routes(router, authority)
    _add_client_routes(router, authority)
    return router


def _add_metadata_routes(router: Router, authority: Authority) -> None:
    """What anyone may read."""
    server = server_metadata(authority.settings)
    resource = resource_metadata(authority.settings)

    @router.get("/.well-known/oauth-authorization-server")
    async def authorization_server(response: Response) -> ServerMetadata:
        """The authorization server, described (RFC 8414)."""
        response.headers.update(_CACHED)
        return server

    @router.get("/.well-known/oauth-protected-resource/v1")
    async def protected_resource(response: Response) -> ResourceMetadata:
        """The API as a protected resource, described (RFC 9728)."""
        response.headers.update(_CACHED)
        return resource

    @router.get("/jwks", response_model_exclude_none=True)
    async def jwks(response: Response) -> PublicKeys:
        """The public keys of this server: those of tokens that hold, and those of all proofs."""
        response.headers.update(_CACHED)
        return PublicKeys.model_validate({"keys": authority.keyring.published()})


def _add_client_routes(router: Router, authority: Authority) -> None:
    """What a client asks, authenticated by its assertion."""

    @router.post(
        "/token",
        response_model=TokenAnswer,
        responses=_REFUSED,
        openapi_extra=_describe_form_body(
            ("grant_type", *_CLIENT.keys() - {"client_id"}),
            grant_type="`client_credentials`.",
            scope="Scopes, separated by spaces. Absent: all that the client may have.",
            resource="The resource of the metadata (RFC 8707).",
            authorization_details="JSON list of agreements to narrow the token to (RFC 9396).",
        ),
    )
    async def token(request: Request, now: Now) -> Response:
        """A token, bound to the key of the request's `DPoP` proof (RFC 9449 §5)."""
        return await _answer_client_call(authority, request, now, authority.create_token_response)

    @router.post("/revoke", responses=_REFUSED, openapi_extra=_form_of_token())
    async def revoke(request: Request, now: Now) -> Response:
        """Revoke a token of the caller (RFC 7009), from its next request on."""
        return await _answer_client_call(
            authority, request, now, _build_endpoint_answer(authority, "revocation")
        )

    @router.post(
        "/introspect",
        response_model=Introspection,
        responses=_REFUSED,
        openapi_extra=_form_of_token(),
    )
    async def introspect(request: Request, now: Now) -> Response:
        """What a live token of the caller says (RFC 7662)."""
        return await _answer_client_call(
            authority, request, now, _build_endpoint_answer(authority, "introspection")
        )


async def _answer_client_call(
    authority: Authority, request: Request, now: Now, answer: Callable[[Call], Response]
) -> Response:
    client = None
    authority.quotas.call(request.client.host if request.client else "")
    try:
        call = await read_call(request, now=now, settings=authority.settings)
        response = await authority.keys.with_keys(request.scope, answer, call)
        client = call.client.id if call.client else None
    except OAuth2Error as error:
        response = authority.refuse(error)
    _log_oauth_event(request.url.path, response, client)
    return response


def _log_oauth_event(path: str, response: Response, client: str | None) -> None:
    """One event; *client* is known once authenticated. Never a token, an assertion or a proof."""
    status = response.status_code
    if status == HTTPStatus.OK:
        logger().info("oauth.answered", path=path, status=status, client=client, outcome="served")
        return
    reason = OAuthError.model_validate_json(bytes(response.body)).error
    logger().info(
        "oauth.refused", path=path, status=status, client=client, outcome="refused", reason=reason
    )


def _build_endpoint_answer(authority: Authority, name: str) -> Callable[[Call], Response]:
    def answer(call: Call) -> Response:
        response: Response = authority.create_endpoint_response(name, call)
        return response

    return answer


def _describe_form_body(required: tuple[str, ...], **fields: str) -> dict[str, Any]:
    """The body of an operation, for the OpenAPI document: FastAPI does not read these forms."""
    told = {**fields, **_CLIENT}
    properties = {name: {"type": "string", "description": text} for name, text in told.items()}
    schema = {"type": "object", "properties": properties, "required": sorted(required)}
    return {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}}}


def _form_of_token() -> dict[str, Any]:
    return _describe_form_body(("token", *_CLIENT.keys() - {"client_id"}), token="The token.")  # noqa: S106
