"""Revocation (RFC 7009) and introspection (RFC 7662): of one's own tokens."""

from datetime import datetime
from typing import Any, override

from authlib.oauth2.rfc6749 import TokenMixin
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from synergie.errors import NotAuthenticated
from synergie.server.guard import AccessToken
from synergie.server.oauth.assertion import METHOD, Partner
from synergie.server.oauth.call import Call
from synergie.server.oauth.refusals import InvalidRequestError

_SHOWN = (
    "iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope", "cnf", "authorization_details",
)  # fmt: skip


class TokenAdapter(TokenMixin):  # type: ignore[misc]  # authlib has no types
    """A token of ours, as authlib asks about it; only live ones are made."""

    def __init__(self, token: AccessToken) -> None:
        self.token = token

    @override
    def check_client(self, client: Partner) -> bool:
        return self.token.client == client.id

    @override
    def is_expired(self) -> bool:
        return False

    @override
    def is_revoked(self) -> bool:
        return False


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # authlib has no types
    """A token is revoked for good; one that is unknown, or another's, changes nothing: 200."""

    CLIENT_AUTH_METHODS = (METHOD,)

    @override
    def authenticate_token(self, request: Call, client: Partner) -> TokenAdapter | None:
        return _find_client_token(self.server, request, client)

    @override
    def revoke_token(self, token: TokenAdapter, request: Call) -> None:
        self.server.clients.revoke_token(
            token.token.jti, client=token.token.client, now=request.now
        )


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]  # authlib has no types
    """What a live token of the caller says; of any other, that it is not active.

    A resource server, a client that the operator lets ask, is told of everybody's.
    """

    CLIENT_AUTH_METHODS = (METHOD,)

    @override
    def authenticate_token(self, request: Call, client: Partner) -> TokenAdapter | None:
        held = _find_client_token(self.server, request, client, others=client.introspects)
        if held is None or not _is_token_live(self.server, held, request.now):
            return None
        return held

    @override
    def introspect_token(self, token: TokenAdapter) -> dict[str, Any]:
        claims = token.token.claims
        shown = {name: claims[name] for name in _SHOWN if name in claims}
        return {"active": True, "token_type": "DPoP", **shown}


def _find_client_token(
    server: Any, call: Call, client: Partner, *, others: bool = False
) -> TokenAdapter | None:
    """The token that *call* names, if it is *client*'s, or may be of *others*.

    Hints are ignored (RFC 7009 §2.1).
    """
    text = call.field("token")
    if text is None:
        raise InvalidRequestError(description="the parameter token is missing")
    try:
        held = TokenAdapter(server.guard.token(text, now=call.now))
    except NotAuthenticated:
        return None
    return held if others or held.check_client(client) else None


def _is_token_live(server: Any, held: TokenAdapter, now: datetime) -> bool:
    return server.clients.live_token(held.token.jti, now=now) is not None
