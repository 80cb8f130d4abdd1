"""Proofs and assertions that were used: each once, whichever process and thread it comes to.

On SQLite they are in a file beside the store, on PostgreSQL in the store itself (decision 0018).
What runs at each request speaks to the driver itself: SQLAlchemy would cost more than the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from synergie.storage._beside import Beside, Used
from synergie.storage.columns import instant_text
from synergie.storage.store import Store
from synergie.storage.trust import tokens
from synergie.storage.trust.tokens import LiveToken

_LIVE = """
SELECT c.id, c.organisation, c.scopes
FROM access_token t JOIN oauth_client c ON c.id = t.client
WHERE t.jti = ? AND t.jkt = ? AND t.expires_at > ? AND t.revoked_at IS NULL AND c.enabled
"""

_ADMIT = """
WITH asked AS (SELECT {}), live AS (
    SELECT a.n, a.jkt, a.proof, a.until, c.id, c.organisation, c.scopes
    FROM asked a
    JOIN access_token t ON t.jti = a.jti AND t.jkt = a.jkt
    JOIN oauth_client c ON c.id = t.client
    WHERE t.expires_at > a.now AND t.revoked_at IS NULL AND c.enabled
), used AS (
    INSERT INTO dpop_replay (jkt, jti, expires_at)
    SELECT jkt, proof, until FROM live ORDER BY jkt, proof
    ON CONFLICT DO NOTHING RETURNING jkt, jti
)
SELECT n, id, organisation, scopes, EXISTS (
    SELECT 1 FROM used u WHERE u.jkt = live.jkt AND u.jti = live.proof
) FROM live ORDER BY n
"""
"""One statement, hence one way there and back and one commit: at each request they are what it
costs (decision 0018). In order of the key, so that two servers never wait for each other."""

_ONE = _ADMIT.format(
    "1 AS n, %s::text AS jti, %s::text AS jkt, %s::text AS proof,"
    " %s::timestamptz AS until, %s::timestamptz AS now"
)
_MANY = _ADMIT.format(
    "n, jti, jkt, proof, until, now FROM unnest(%s::text[], %s::text[], %s::text[],"
    " %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS a (jti, jkt, proof, until, now, n)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that bears the token *jti*, and the proof of the key *jkt*."""

    jti: str
    jkt: str
    proof: str
    """The `jti` of the proof."""
    until: datetime
    """How long the proof is remembered."""
    now: datetime


type Answer = tuple[LiveToken | None, bool]
"""The token, if it holds and is bound to that key, and whether the proof is a new one."""


def admit_requests(store: Store, asks: Sequence[Ask]) -> list[Answer]:
    """What becomes of each of *asks*; all in one commit.

    A proof is used up, unless its token does not hold. Of two that are the same the first wins.
    """
    if store.beside is None:
        return _in_one(store, asks)
    return _admit_with_snapshot(store, store.beside, asks)


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


def delete_expired_replays(store: Store, *, now: datetime) -> int:
    """Remove what its time alone refuses; how many."""
    if store.beside is not None:
        return store.beside.forget(now=now)
    with store.write(essential=True) as session:
        return tokens.forget_used(session, now=now)


def _admit_with_snapshot(store: Store, beside: Beside, asks: Sequence[Ask]) -> list[Answer]:
    """The tokens in the store, in a snapshot that waits for nobody; then the proofs."""

    def look(cursor: Any) -> list[LiveToken | None]:
        return [
            _build_live_token(
                ask, cursor.execute(_LIVE, (ask.jti, ask.jkt, instant_text(ask.now))).fetchone()
            )
            for ask in asks
        ]

    found = store.at_once(look)
    uses: list[Used] = [
        ("proof", ask.jkt, ask.proof, ask.until)
        for ask, live in zip(asks, found, strict=True)
        if live
    ]
    first = iter(beside.note_all(uses))
    return [(live, next(first) if live else False) for live in found]


def _in_one(store: Store, asks: Sequence[Ask]) -> list[Answer]:
    rows = [(one.jti, one.jkt, tokens.digest(one.proof), one.until, one.now) for one in asks]
    columns = [list(column) for column in zip(*rows, strict=True)]
    statement, values = (_ONE, rows[0]) if len(rows) == 1 else (_MANY, columns)
    answers: list[Answer] = [(None, False)] * len(rows)
    seen: set[tuple[str, str]] = set()

    def run(cursor: Any) -> list[Any]:
        return list(cursor.execute(statement, values).fetchall())

    for n, client, organisation, scopes, new in store.at_once(run):
        key = rows[n - 1][1:3]
        answers[n - 1] = (
            _build_live_token(asks[n - 1], (client, organisation, scopes)),
            new and key not in seen,
        )
        seen.add(key)
    return answers


def _build_live_token(ask: Ask, row: tuple[str, str, str] | None) -> LiveToken | None:
    if row is None:
        return None
    client, organisation, scopes = row
    return LiveToken(
        client=client, organisation=organisation, scopes=frozenset(scopes.split()), jkt=ask.jkt
    )
