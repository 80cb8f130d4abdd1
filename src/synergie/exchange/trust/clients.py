"""Partners' programs and their tokens: who is registered, which token holds, what was used."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc.jwk import KeySet

from synergie.errors import BadInput, Conflict, NotAuthenticated, NotFound
from synergie.policy import permit_operator
from synergie.proof import jose
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session, Store
from synergie.storage.trust import oauth_clients, replays, tokens
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.oauth_clients import OAuthClient
from synergie.storage.trust.replays import Answer, Ask
from synergie.storage.trust.tokens import LiveToken

__all__ = [
    "Answer",
    "Ask",
    "Clients",
    "LiveToken",
    "OAuthClient",
    "add_client",
    "build_admission_request",
    "check_client_jwks",
    "check_scopes",
    "keys_of",
    "note",
    "require_live_token",
]  # fmt: skip

PROOF_MEMORY = timedelta(seconds=125)
"""How long a used proof is remembered: its window is 60 s each way, and a margin."""

BETWEEN_READS = timedelta(minutes=1)
"""Published keys of a client are read once in this time, of all workers together."""
CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}", re.ASCII)


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

        The operator answers for the keys; `Enrolment` has them proven. BadInput when a key is
        weak or private, or a scope unknown; Conflict when the id is taken.
        """
        client = OAuthClient(
            id=client_id,
            organisation=organisation,
            name=name,
            jwks=check_client_jwks(jwks),
            scopes=check_scopes(scopes),
            enabled=True,
            created_at=now,
        )
        with self.store.write() as session:
            add_client(session, client, now=now)
        return client

    def rekey(self, client_id: str, jwks: Mapping[str, Any], *, now: datetime) -> None:
        """Replace the client's keys; one that is gone is refused at the next token request."""
        values = {"jwks": check_client_jwks(jwks), "jwks_uri": None, "jwks_read_at": None}
        self._change(client_id, "client.changed", "keys", now=now, **values)

    def rescope(self, client_id: str, scopes: Iterable[str], *, now: datetime) -> None:
        """Give the client other scopes: its tokens open no more than these from now on."""
        values = {"scopes": " ".join(sorted(check_scopes(scopes)))}
        self._change(client_id, "client.changed", "scopes", now=now, **values)

    def disable(self, client_id: str, *, now: datetime) -> None:
        """Close the client: its next request is refused, with whatever token. NotFound.

        Its tokens end with it: to open it again revives none.
        """
        with self.store.write(essential=True) as session:
            self._changed(session, client_id, "client.disabled", None, now=now, enabled=False)
            tokens.revoke_of(session, client_id, now=now)

    def enable(self, client_id: str, *, now: datetime) -> None:
        """Open the client again. NotFound."""
        self._change(client_id, "client.enabled", None, now=now, enabled=True)

    def may_introspect(self, client_id: str, *, may: bool, now: datetime) -> None:
        """Let the client ask about the tokens of all (a resource server), or no more. NotFound."""
        since = now if may else None
        self._change(client_id, "client.changed", "introspection", now=now, introspects_since=since)

    def client(self, client_id: str) -> OAuthClient | None:
        """The client *client_id*, enabled or not; None when there is none."""
        if not CLIENT_ID.fullmatch(client_id):  # not looked up: it may hold NUL, or a megabyte
            return None
        with self.store.read() as session:
            return oauth_clients.oauth_client(session, client_id)

    def of(self, organisation: str) -> list[OAuthClient]:
        """The clients of *organisation*, by id."""
        with self.store.read() as session:
            return oauth_clients.oauth_clients(session, organisation)

    def reads_keys(self, client_id: str, *, now: datetime) -> bool:
        """Whether the caller is the one to read the published keys of the client now.

        At most once in `BETWEEN_READS` of all workers together.
        """
        with self.store.write(essential=True) as session:
            return oauth_clients.claim_reading(session, client_id, now=now, every=BETWEEN_READS)

    def keep_keys(
        self, client_id: str, jwks: Mapping[str, Any], *, url: str, now: datetime
    ) -> None:
        """Note the keys that a client publishes at *url*. BadInput when one is weak, or private.

        Nothing changes if it has others by now: the operator took that address away meanwhile.
        """
        text = check_client_jwks(jwks)
        with self.store.write(essential=True) as session:
            oauth_clients.keep_published_keys(session, client_id, url=url, jwks=text, now=now)

    def remember_assertion(self, client_id: str, jti: str, *, until: datetime) -> bool:
        """Note that the client used *jti*; False when it had. Of two racers one gets True."""
        return replays.remember_assertion(self.store, client_id, jti, until=until)

    def remember_proof(self, jkt: str, jti: str, *, now: datetime) -> bool:
        """Note that the key *jkt* used *jti* in a DPoP proof; False when it had."""
        return replays.remember_proof(self.store, jkt, jti, until=now + PROOF_MEMORY)

    def save_token(
        self, jti: str, *, client: str, jkt: str, until: datetime, now: datetime | None = None
    ) -> None:
        """Note a token that is being issued; without this it holds nowhere.

        With *now*, those that are expired then are forgotten.
        """
        with self.store.write(essential=True) as session:
            if now is not None:
                tokens.forget_tokens(session, now=now)
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
        """The token *jti* as it holds now, and its *proof* used up.

        NotAuthenticated when the token is expired, revoked or unknown, when its client is closed,
        or when the proof was used before.
        """
        return require_live_token(
            self.answers([build_admission_request(jti, jkt=jkt, proof=proof, now=now)])[0]
        )

    def answers(self, asks: Sequence[Ask]) -> list[Answer]:
        """What becomes of each of *asks*, in one transaction: for `admitted`."""
        return replays.admit_requests(self.store, asks)

    def forget_used(self, *, now: datetime) -> int:
        """Remove used proofs and assertions that their time alone refuses; how many.

        Waits for no long write.
        """
        return replays.delete_expired_replays(self.store, now=now)

    def revoke_all(self, *, now: datetime) -> int:
        """Revoke every token there is: when a key of ours is in other hands; how many."""
        with self.store.write(essential=True) as session:
            return tokens.revoke_all(session, now=now)

    def _change(
        self, client_id: str, event: JournalEvent, what: str | None, *, now: datetime, **values: Any
    ) -> None:
        with self.store.write(essential=True) as session:
            self._changed(session, client_id, event, what, now=now, **values)

    def _changed(
        self, session: Session, client_id: str, event: JournalEvent, what: str | None, *,
        now: datetime, **values: Any,
    ) -> None:  # fmt: skip
        found = oauth_clients.oauth_client(session, client_id)
        if found is None or not oauth_clients.change_oauth_client(session, client_id, **values):
            raise NotFound
        note(session, found, event, what, now=now)


def build_admission_request(jti: str, *, jkt: str, proof: str, now: datetime) -> Ask:
    """That the token *jti* be admitted with the *proof* of the key *jkt*."""
    return Ask(jti=jti, jkt=jkt, proof=proof, until=now + PROOF_MEMORY, now=now)


def require_live_token(answer: Answer) -> LiveToken:
    """The token of an *answer* that is good. NotAuthenticated."""
    live, first = answer
    if live is None:
        raise NotAuthenticated("invalid_token")
    if not first:
        raise NotAuthenticated("invalid_dpop_proof")
    return live


def add_client(session: Session, client: OAuthClient, *, now: datetime) -> None:
    """Store a new client, in the transaction of *session*, and record it in the journal."""
    if not CLIENT_ID.fullmatch(client.id):
        raise BadInput("/client_id", client.id, "3 to 64 of a-z, 0-9, dot, dash, underscore")
    if not oauth_clients.in_directory(session, client.organisation):
        raise BadInput("/organisation", client.organisation, "an organisation of the directory")
    if not oauth_clients.add_oauth_client(session, client):
        raise Conflict("registered", "an id that no client has")
    note(session, client, "client.registered", None, now=now)


def note(
    session: Session, client: OAuthClient, event: JournalEvent, what: str | None, *, now: datetime
) -> None:
    """Record an act of the operator on *client* in the journal."""
    entry = Entry(
        event, by="operator", owner=client.organisation, subjects=(client.id,), reason=what
    )
    append(permit_operator(now=now), session, entry, now=now)


@lru_cache(maxsize=1024)
def keys_of(jwks: str) -> KeySet:
    """The keys of a client from the text it was stored with."""
    return jose.public_keys(json.loads(jwks))


def check_client_jwks(jwks: Mapping[str, Any]) -> str:
    """A JWK set as it is stored. BadInput when a key is weak or private."""
    jose.public_keys(jwks, least_rsa_bits=jose.LEAST_NEW_RSA_BITS)
    return json.dumps(jwks, sort_keys=True, separators=(",", ":"))


def check_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """*scopes*, each one of this server. BadInput otherwise."""
    wanted = frozenset(scopes)
    for scope in sorted(wanted.difference(SCOPES)):
        raise BadInput("/scopes", scope, f"one of: {', '.join(SCOPES)}")
    return wanted
