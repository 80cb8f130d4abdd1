"""Authentication of a client by a signed assertion: `private_key_jwt` (RFC 7523, FAPI 2.0)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import override

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion

from synergie.exchange.trust.clients import Clients, OAuthClient
from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned
from synergie.server.oauth.call import Call
from synergie.server.oauth.partner_keys import PartnerKeys
from synergie.server.oauth.refusals import InvalidClientError
from synergie.server.wall_clock import CLOCK, refuse_while_off

METHOD = "private_key_jwt"
LEEWAY_S = 10
"""A clock may be this much ahead or behind (FAPI 2.0 §5.3.2.1-13)."""

LONGEST_S = 3600
"""An assertion may last this long: authlib's own client writes an hour and cannot do otherwise."""

_LIMIT = 8192
_MOST_JTI = 255
_TYPES = (None, "JWT", "jwt", "client-authentication+jwt")


class Partner(ClientMixin):  # type: ignore[misc]  # authlib has no types
    """A registered client, as authlib asks about it."""

    def __init__(self, client: OAuthClient) -> None:
        self.id, self.scopes, self.enabled = client.id, client.scopes, client.enabled
        self.organisation = client.organisation
        self.introspects = client.introspects_since is not None
        self.registered = client

    @override
    def get_client_id(self) -> str:
        return self.id

    @override
    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(word for word in scope.split() if word in self.scopes)

    @override
    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == METHOD

    @override
    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]  # authlib has no types
    """One assertion, once. Whatever is wrong with it, the answer is the same."""

    CLIENT_AUTH_METHOD = METHOD

    def __init__(self, issuer: str, clients: Clients, keys: PartnerKeys) -> None:
        super().__init__(leeway=LEEWAY_S)
        self.issuer, self.clients, self.keys = issuer, clients, keys

    @override
    def get_audiences(self) -> list[str]:
        return [self.issuer]  # never the token endpoint

    @override
    def __call__(self, query_client: Callable[[str], Partner | None], request: Call) -> Partner:
        assertion = request.field("client_assertion")
        kind = request.field("client_assertion_type")
        if (
            assertion is None
            or kind != self.CLIENT_ASSERTION_TYPE
            or "client_secret" in request.form
        ):
            raise InvalidClientError(description="the client authenticates by private_key_jwt")
        try:
            return self._authenticated(query_client, request, assertion)
        except Unsigned as error:
            refuse_while_off(CLOCK)
            raise InvalidClientError(description="the client is not authenticated") from error

    def _authenticated(
        self, query_client: Callable[[str], Partner | None], request: Call, assertion: str
    ) -> Partner:
        signed = jose.parse_unverified(assertion, limit=_LIMIT)
        client = query_client(jose.text_of(signed, "sub"))
        if client is None or signed.header.get("typ") not in _TYPES:
            raise Unsigned("no such client, or another kind of JWT")
        jose.verify_signature(signed, self.keys.of(client.registered, signed, now=request.now))
        if client.enabled:
            _note_clock(signed, client.organisation, request.now)
        jti, ends = self._claims(signed, client, request.now.timestamp())
        if not client.enabled or request.field("client_id") not in (None, client.id):
            raise Unsigned("the client is closed, or another one")
        until = datetime.fromtimestamp(ends + 2 * LEEWAY_S, UTC)
        if not self.clients.remember_assertion(client.id, jti, until=until):
            raise Unsigned("used before")
        return client

    def _claims(self, signed: Signed, client: Partner, now: float) -> tuple[str, float]:
        """The identifier and the end of an assertion whose claims hold (RFC 7523 §3)."""
        names = [jose.text_of(signed, name) for name in ("iss", "sub", "aud")]
        if names != [client.id, client.id, self.issuer]:  # `aud` in a list is refused (FAPI 2.0)
            raise Unsigned("for another server, or by another client")
        ends = jose.time_of(signed, "exp")
        if ends is None or not now - LEEWAY_S < ends <= now + LONGEST_S:
            raise Unsigned("expired, or lasting too long")
        for name in ("iat", "nbf"):
            begins = jose.time_of(signed, name)
            if begins is not None and begins > now + LEEWAY_S:
                raise Unsigned("made in the future")
        return jose.text_of(signed, "jti", limit=_MOST_JTI), ends


def _note_clock(signed: Signed, organisation: str, now: datetime) -> None:
    """What a program of *organisation*, whose signature holds, shows of its clock beside ours."""
    made = jose.time_of(signed, "iat")
    if made is not None:
        CLOCK.add_witness(organisation, timedelta(seconds=made - now.timestamp()))
