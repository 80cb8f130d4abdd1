"""The authorization server: authlib's synchronous core, with our keys, clients and rules."""

from typing import Any, override

from authlib.oauth2 import AuthorizationServer
from starlette.responses import JSONResponse, Response

from synergie.exchange.trust.clients import Clients
from synergie.proof import jose
from synergie.proof.jose import Unsigned
from synergie.server import dpop
from synergie.server.guard import Guard
from synergie.server.keyring import Keyring
from synergie.server.oauth.assertion import METHOD, Assertion, Partner
from synergie.server.oauth.call import Call
from synergie.server.oauth.details import Live
from synergie.server.oauth.endpoints import Introspection, Revocation
from synergie.server.oauth.grant import Grant
from synergie.server.oauth.partner_keys import PartnerKeys
from synergie.server.oauth.refusals import NonceDemanded, OAuth2Error, UnsupportedGrant
from synergie.server.quota import Quotas
from synergie.server.settings import Settings


class Authority(AuthorizationServer):  # type: ignore[misc]  # authlib has no types
    """Issues, revokes and explains tokens.

    `live` tells which agreements may narrow one; `keys` are those of clients.
    """

    def __init__(
        self,
        settings: Settings,
        keyring: Keyring,
        clients: Clients,
        guard: Guard,
        *,
        live: Live,
        keys: PartnerKeys,
    ) -> None:
        super().__init__()
        self.settings, self.keyring, self.clients = settings, keyring, clients
        self.guard, self.live, self.quotas = guard, live, Quotas.of(settings)
        self.keys = keys
        self.register_client_auth_method(METHOD, Assertion(settings.issuer, clients, keys))
        self.register_grant(Grant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def signed(self, claims: dict[str, Any]) -> str:
        """An access token that says *claims* (RFC 9068)."""
        return jose.sign_compact(self.keyring.current, "at+jwt", claims)

    def demand_nonce(self, call: Call) -> None:
        """NonceDemanded when the proof bears no nonce of ours; one that cannot be read fails later.

        It is looked at before the assertion is used up: a client that sends the same assertion
        again with a better proof is served.
        """
        if not self.settings.demand_nonce:
            return
        try:
            nonce = dpop.nonce_of(dpop.parse_single_proof(call.proofs))
        except Unsigned:
            return
        if not self.guard.nonces.holds(nonce, call.now):
            raise NonceDemanded(self.guard.nonces.fresh(call.now))

    def nonce_header(self, call: Call) -> list[tuple[str, str]]:
        """The nonce to use next, with a good answer."""
        if not self.settings.demand_nonce:
            return []
        return [("DPoP-Nonce", self.guard.nonces.fresh(call.now))]

    @override
    def get_token_grant(self, request: Call) -> Any:
        if request.field("grant_type") != Grant.GRANT_TYPE:
            raise UnsupportedGrant
        return super().get_token_grant(request)

    @override
    def query_client(self, client_id: str) -> Partner | None:
        client = self.clients.client(client_id)
        return None if client is None else Partner(client)

    @override
    def create_oauth2_request(self, request: Call) -> Call:
        return request

    @override
    def handle_response(
        self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]
    ) -> Response:
        return JSONResponse(body, status, dict(headers))

    @override
    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def refuse(self, error: OAuth2Error) -> Response:
        """*error* as RFC 6749 §5.2 writes it."""
        return self.handle_response(*error())
