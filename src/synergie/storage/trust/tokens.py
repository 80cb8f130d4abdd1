"""Access tokens that were issued, and the proofs and assertions that were used.

No organisation's data, hence no Permit. Identifiers chosen by the caller are stored as SHA-256:
they may be long, or hold what a database refuses in a text.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, update
from sqlmodel import col, select

from synergie.storage.readings.once import insert_once
from synergie.storage.store import Session
from synergie.storage.trust.access_tables import (
    AccessTokenRow,
    AssertionReplayRow,
    DpopReplayRow,
    OAuthClientRow,
)

_LIVE = (
    select(
        OAuthClientRow.id, OAuthClientRow.organisation, OAuthClientRow.scopes, AccessTokenRow.jkt
    )
    .join(AccessTokenRow, col(AccessTokenRow.client) == col(OAuthClientRow.id))
    .where(
        col(AccessTokenRow.jti) == bindparam("jti"),
        col(AccessTokenRow.expires_at) > bindparam("now"),
        col(AccessTokenRow.revoked_at).is_(None),
        col(OAuthClientRow.enabled),
    )
)
"""Built once: it runs at every request, and to build it costs more than to run it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveToken:
    """A token that holds now: its client, the client's organisation and present scopes."""

    client: str
    organisation: str
    scopes: frozenset[str]
    jkt: str


def remember_proof(session: Session, jkt: str, jti: str, *, until: datetime) -> bool:
    """Note that the key *jkt* used *jti* in a DPoP proof; False when it had (RFC 9449 §11.1)."""
    return insert_once(session, DpopReplayRow, jkt=jkt, jti=digest(jti), expires_at=until)


def remember_assertion(session: Session, client: str, jti: str, *, until: datetime) -> bool:
    """Note that *client* used *jti* in an assertion; False when it had (RFC 7523 §3)."""
    return insert_once(
        session, AssertionReplayRow, client=client, jti=digest(jti), expires_at=until
    )


def add_token(session: Session, jti: str, *, client: str, jkt: str, until: datetime) -> None:
    """Note a token that is being issued: from now on it is live until *until*."""
    session.add(AccessTokenRow(jti=jti, client=client, jkt=jkt, expires_at=until))


def live_token(session: Session, jti: str, *, now: datetime) -> LiveToken | None:
    """The token *jti* if it was issued, is neither expired nor revoked, and its client is open."""
    row = session.connection().execute(_LIVE, {"jti": jti, "now": now}).first()
    if row is None:
        return None
    client, organisation, scopes, jkt = row
    return LiveToken(
        client=client, organisation=organisation, scopes=frozenset(scopes.split()), jkt=jkt
    )


def revoke_token(session: Session, jti: str, *, client: str, now: datetime) -> bool:
    """Revoke *client*'s token *jti* from *now* on; False when it has no such live token."""
    query = (
        update(AccessTokenRow)
        .where(
            col(AccessTokenRow.jti) == jti,
            col(AccessTokenRow.client) == client,
            col(AccessTokenRow.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    )
    return bool(session.connection().execute(query).rowcount)


def revoke_of(session: Session, client: str, *, now: datetime) -> int:
    """Revoke every token of *client* that holds, from *now* on; how many."""
    query = (
        update(AccessTokenRow)
        .where(col(AccessTokenRow.client) == client, col(AccessTokenRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    return int(session.connection().execute(query).rowcount)


def revoke_all(session: Session, *, now: datetime) -> int:
    """Revoke every token that holds, from *now* on; how many."""
    query = (
        update(AccessTokenRow)
        .where(col(AccessTokenRow.expires_at) > now, col(AccessTokenRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    return int(session.connection().execute(query).rowcount)


def forget_used(session: Session, *, now: datetime) -> int:
    """Remove used proofs and assertions that can be refused by their time alone; how many."""
    return sum(
        _delete_expired_rows(session, table, now) for table in (DpopReplayRow, AssertionReplayRow)
    )


def forget_tokens(session: Session, *, now: datetime) -> int:
    """Remove tokens that are expired; how many."""
    return _delete_expired_rows(session, AccessTokenRow, now)


def _delete_expired_rows(
    session: Session,
    table: type[DpopReplayRow] | type[AssertionReplayRow] | type[AccessTokenRow],
    now: datetime,
) -> int:
    query = delete(table).where(col(table.expires_at) < now)
    return int(session.connection().execute(query).rowcount)


def digest(jti: str) -> str:
    """What is kept of an identifier that a caller chose."""
    return sha256(jti.encode("utf-8", "surrogatepass")).hexdigest()
