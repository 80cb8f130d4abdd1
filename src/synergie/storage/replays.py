"""Proofs and assertions that were used: each once, whichever process and thread it comes to.

On SQLite they are in a file beside the store, on PostgreSQL in the store itself (decision 0018).
"""

from datetime import datetime

from synergie.storage import tokens
from synergie.storage.store import Store


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
