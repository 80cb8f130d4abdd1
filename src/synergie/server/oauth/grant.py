"""The client credentials grant: a token bound to the caller's key, narrowed if it asks so."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast, override

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from synergie.policy import Principal
from synergie.proof.jose import Unsigned
from synergie.server import dpop
from synergie.server.oauth import details
from synergie.server.oauth.assertion import METHOD, Partner
from synergie.server.oauth.call import Call
from synergie.server.oauth.refusals import InvalidProof, InvalidScopeError, InvalidTarget
from synergie.server.wall_clock import CLOCK, refuse_while_off


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a request for a token asks, once checked."""

    scopes: tuple[str, ...]
    proof: dpop.Proof
    details: tuple[dict[str, Any], ...] = ()


class Grant(ClientCredentialsGrant):  # type: ignore[misc]  # authlib has no types
    """RFC 6749 §4.4 with DPoP (RFC 9449), resource indicators (8707) and details (9396)."""

    TOKEN_ENDPOINT_AUTH_METHODS = (METHOD,)

    @override
    def validate_token_request(self) -> None:
        """The request, in the order that leaves nothing used up when a nonce is demanded."""
        call: Call = self.request
        self.server.demand_nonce(call)
        client: Partner = self.authenticate_token_endpoint_client()
        call.client = client
        self.server.quotas.token(client.id, client.organisation)
        scopes = _choose_token_scopes(call.field("scope"), client.scopes)
        proof = self._proof(call)
        if call.field("resource") not in (None, self.server.settings.resource):
            raise InvalidTarget
        principal = Principal(
            client_id=client.id, organisation=client.organisation, scopes=frozenset(scopes)
        )
        text = call.field("authorization_details")
        narrowed = details.parse_authorization_details(text, principal, self.server.live, call.now)
        self.asked = TokenRequest(scopes, proof, narrowed)

    @override
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """The answer of RFC 6749 §5.1. authlib's own writes the token to its log."""
        call: Call = self.request
        jti = secrets.token_urlsafe(24)
        life = self.server.settings.token_s
        begins = int(call.now.timestamp())
        claims = self._claims(begins) | {"jti": jti, "exp": begins + life}
        answer = {
            "access_token": self.server.signed(claims),
            "token_type": "DPoP",
            "expires_in": life,
            "scope": claims["scope"],
        }
        if self.asked.details:
            answer["authorization_details"] = list(self.asked.details)
        until = datetime.fromtimestamp(begins + life, UTC)
        jkt = self.asked.proof.jkt
        self.server.clients.save_token(
            jti, client=call.client.id, jkt=jkt, until=until, now=call.now
        )
        headers = [*self.TOKEN_RESPONSE_HEADER, *self.server.nonce_header(call)]
        return 200, answer, headers

    def _claims(self, begins: int) -> dict[str, Any]:
        """RFC 9068 §2.2, RFC 9449 §6, RFC 9396 §9.1."""
        client = cast(Partner, self.request.client)
        claims: dict[str, Any] = {
            "iss": self.server.settings.issuer,
            "aud": self.server.settings.resource,
            "sub": client.id,
            "client_id": client.id,
            "iat": begins,
            "scope": " ".join(self.asked.scopes),
            "cnf": {"jkt": self.asked.proof.jkt},
        }
        if self.asked.details:
            claims["authorization_details"] = list(self.asked.details)
        return claims

    def _proof(self, call: Call) -> dpop.Proof:
        url = f"{self.server.settings.issuer}/token"
        try:
            proof = dpop.check_dpop_proof(
                call.proofs, method="POST", url=url, token=None, now=call.now
            )
        except Unsigned as error:
            refuse_while_off(CLOCK)
            raise InvalidProof from error
        if not self.server.clients.remember_proof(proof.jkt, proof.jti, now=call.now):
            raise InvalidProof
        return proof


def _choose_token_scopes(wanted: str | None, allowed: frozenset[str]) -> tuple[str, ...]:
    """The scopes of the token: those asked, or all that the client may have."""
    if wanted is None:
        return tuple(sorted(allowed))
    words = tuple(dict.fromkeys(wanted.split(" ")))
    if not allowed.issuperset(words):
        raise InvalidScopeError
    return words
