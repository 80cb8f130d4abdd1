"""Proofs and assertions that were used: each once, whichever process and thread it comes to.

On SQLite they are in a file beside the store, on PostgreSQL in the store itself (decision 0018).
"""

from datetime import datetime

from sqlalchemy import text

from synergie.storage import tokens
from synergie.storage.store import Store
from synergie.storage.tokens import LiveToken

_ADMIT = text("""
WITH live AS (
    SELECT c.id, c.organisation, c.scopes, t.jkt
    FROM access_token t JOIN oauth_client c ON c.id = t.client
    WHERE t.jti = :jti AND t.jkt = :jkt AND t.expires_at > :now
    AND t.revoked_at IS NULL AND c.enabled
), used AS (
    INSERT INTO dpop_replay (jkt, jti, expires_at)
    SELECT jkt, :proof, :until FROM live ON CONFLICT DO NOTHING RETURNING 1
)
SELECT id, organisation, scopes, jkt, EXISTS (SELECT 1 FROM used) FROM live
""")
"""One statement, hence one way there and back and one commit: at each request they are what it
costs (decision 0018)."""


def admit(
    store: Store, jti: str, *, jkt: str, proof: str, until: datetime, now: datetime
) -> tuple[LiveToken | None, bool]:
    """The token *jti* if it holds now and is bound to *jkt*, and whether its *proof* is a new one.

    The proof is used up, unless the token does not hold.
    """
    if store.beside is None:
        return _in_one(store, jti=jti, jkt=jkt, proof=tokens.digest(proof), until=until, now=now)
    with store.read() as session:
        live = tokens.live_token(session, jti, now=now)
    if live is None or live.jkt != jkt:
        return None, False
    return live, store.beside.note("proof", jkt, proof, until=until)


def remember_proof(store: Store, jkt: str, jti: str, *, until: datetime) -> bool:
    """Note that the key *jkt* used *jti* in a DPoP proof; False when it had (RFC 9449 §11.1)."""
    if store.beside is not None:
        return store.beside.note("proof", jkt, jti, until=until)
    with store.write(essential=True) as session:
        return tokens.remember_proof(session, jkt, jti, until=until)


def remember_assertion(store: Store, client: str, jti: str, *, until: datetime) -> bool:
    """Note that *client* used *jti* in an assertion; False when it had (RFC 7523 §3)."""
    if store.beside is not None:
        return store.beside.note("assertion", client, jti, until=until)
    with store.write(essential=True) as session:
        return tokens.remember_assertion(session, client, jti, until=until)


def forget(store: Store, *, now: datetime) -> int:
    """Remove what its time alone refuses; how many."""
    if store.beside is not None:
        return store.beside.forget(now=now)
    with store.write(essential=True) as session:
        return tokens.forget_used(session, now=now)


def _in_one(store: Store, **values: object) -> tuple[LiveToken | None, bool]:
    with store.at_once() as connection:
        row = connection.execute(_ADMIT, values).first()
    if row is None:
        return None, False
    client, organisation, scopes, jkt, first = row
    live = LiveToken(
        client=client, organisation=organisation, scopes=frozenset(scopes.split()), jkt=jkt
    )
    return live, bool(first)
