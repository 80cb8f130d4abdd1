"""Partners' programs and their tokens: who is registered, which token holds, what was used."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc.jwk import KeySet

from synergie.errors import BadInput, Conflict, NotAuthenticated, NotFound
from synergie.proof import jose
from synergie.schemas.scopes import SCOPES
from synergie.storage import oauth_clients, tokens
from synergie.storage.oauth_clients import OAuthClient
from synergie.storage.store import Store
from synergie.storage.tokens import LiveToken

__all__ = ["Clients", "LiveToken", "OAuthClient", "keys_of"]

PROOF_MEMORY = timedelta(seconds=125)
"""How long a used proof is remembered: its window is 60 s each way, and a margin."""

_CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Clients:
    """What the authorization server keeps; one transaction each."""

    store: Store

    def register(
        self,
        client_id: str,
        organisation: str,
        *,
        name: str,
        jwks: Mapping[str, Any],
        scopes: Iterable[str],
        now: datetime,
    ) -> OAuthClient:
        """A new client of *organisation*, with its public keys and the scopes it may ask for.

        BadInput when a key is weak or private, or a scope unknown; Conflict when the id is taken.
        """
        if not _CLIENT_ID.fullmatch(client_id):
            raise BadInput("/client_id", client_id, "3 to 64 of a-z, 0-9, dot, dash, underscore")
        client = OAuthClient(
            id=client_id,
            organisation=organisation,
            name=name,
            jwks=_checked(jwks),
            scopes=_known(scopes),
            enabled=True,
            created_at=now,
        )
        with self.store.write() as session:
            if not oauth_clients.in_directory(session, organisation):
                raise BadInput("/organisation", organisation, "an organisation of the directory")
            if not oauth_clients.add_oauth_client(session, client):
                raise Conflict("registered", "an id that no client has")
        return client

    def client(self, client_id: str) -> OAuthClient | None:
        """The client *client_id*, enabled or not; None when there is none."""
        if not _CLIENT_ID.fullmatch(client_id):  # not looked up: it may hold NUL, or a megabyte
            return None
        with self.store.read() as session:
            return oauth_clients.oauth_client(session, client_id)

    def of(self, organisation: str) -> list[OAuthClient]:
        """The clients of *organisation*, by id."""
        with self.store.read() as session:
            return oauth_clients.oauth_clients(session, organisation)

    def rekey(self, client_id: str, jwks: Mapping[str, Any]) -> None:
        """Replace the client's keys; one that is gone is refused at the next token request."""
        self._change(client_id, jwks=_checked(jwks))

    def disable(self, client_id: str) -> None:
        """Close the client: its next request is refused, with whatever token. NotFound."""
        self._change(client_id, enabled=False)

    def enable(self, client_id: str) -> None:
        """Open the client again. NotFound."""
        self._change(client_id, enabled=True)

    def remember_assertion(self, client_id: str, jti: str, *, until: datetime) -> bool:
        """Note that the client used *jti*; False when it had. Of two racers one gets True."""
        with self.store.write(essential=True) as session:
            return tokens.remember_assertion(session, client_id, jti, until=until)

    def remember_proof(self, jkt: str, jti: str, *, now: datetime) -> bool:
        """Note that the key *jkt* used *jti* in a DPoP proof; False when it had."""
        with self.store.write(essential=True) as session:
            return tokens.remember_proof(session, jkt, jti, until=now + PROOF_MEMORY)

    def save_token(self, jti: str, *, client: str, jkt: str, until: datetime) -> None:
        """Note a token that is being issued; without this it holds nowhere."""
        with self.store.write(essential=True) as session:
            tokens.add_token(session, jti, client=client, jkt=jkt, until=until)

    def live_token(self, jti: str, *, now: datetime) -> LiveToken | None:
        """The token if it holds now: issued, not expired, not revoked, its client open."""
        with self.store.read() as session:
            return tokens.live_token(session, jti, now=now)

    def revoke_token(self, jti: str, *, client: str, now: datetime) -> bool:
        """Revoke *client*'s token, from its next request on; False when it has no such token."""
        with self.store.write(essential=True) as session:
            return tokens.revoke_token(session, jti, client=client, now=now)

    def admit(self, jti: str, *, jkt: str, proof: str, now: datetime) -> LiveToken:
        """The token *jti* as it holds now, and its *proof* used up, in one transaction.

        NotAuthenticated when the token is expired, revoked or unknown, when its client is closed,
        or when the proof was used before.
        """
        with self.store.write(essential=True) as session:
            live = tokens.live_token(session, jti, now=now)
            if live is None or live.jkt != jkt:
                raise NotAuthenticated("invalid_token")
            if not tokens.remember_proof(session, jkt, proof, until=now + PROOF_MEMORY):
                raise NotAuthenticated("invalid_dpop_proof")
        return live

    def forget_expired(self, *, now: datetime) -> int:
        """Remove used proofs, assertions and tokens that their time alone refuses; how many."""
        with self.store.write(essential=True) as session:
            return tokens.forget_expired(session, now=now)

    def _change(self, client_id: str, **values: Any) -> None:
        with self.store.write(essential=True) as session:
            if not oauth_clients.change_oauth_client(session, client_id, **values):
                raise NotFound


@lru_cache(maxsize=1024)
def keys_of(jwks: str) -> KeySet:
    """The keys of a client from the text it was stored with."""
    return jose.public_keys(json.loads(jwks))


def _checked(jwks: Mapping[str, Any]) -> str:
    jose.public_keys(jwks)
    return json.dumps(jwks, sort_keys=True, separators=(",", ":"))


def _known(scopes: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(scopes)
    for scope in sorted(wanted.difference(SCOPES)):
        raise BadInput("/scopes", scope, f"one of: {', '.join(SCOPES)}")
    return wanted
