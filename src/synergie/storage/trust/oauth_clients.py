"""Partners' programs (OAuth clients): no organisation's data, hence no Permit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import col, select

from synergie.storage.readings.once import insert_once
from synergie.storage.store import Session
from synergie.storage.tables import OrganisationRow
from synergie.storage.trust.access_tables import InvitationRow, OAuthClientRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A partner's program: for whom it acts, its public keys and what it may ask for."""

    id: str
    organisation: str
    name: str
    jwks: str
    """Its public keys: a JWK set (RFC 7517), JSON; as it registered them, or as read last."""
    scopes: frozenset[str]
    enabled: bool
    created_at: datetime
    jwks_uri: str | None = None
    """Where it publishes its keys. None: they are those it registered."""
    jwks_read_at: datetime | None = None
    """When its keys were read there."""
    jwks_tried_at: datetime | None = None
    """When somebody last began to read them."""
    request: str | None = None
    """The signed request it was registered from. None: the operator brought its keys."""
    introspects_since: datetime | None = None
    """Since when it may ask about the tokens of others. None: it may not."""


def oauth_client(session: Session, client_id: str) -> OAuthClient | None:
    """The client *client_id*, enabled or not; None when there is none."""
    row = session.get(OAuthClientRow, client_id)
    return None if row is None else _build_client(row)


def oauth_clients(session: Session, organisation: str) -> list[OAuthClient]:
    """The clients of one organisation, by id."""
    query = select(OAuthClientRow).where(col(OAuthClientRow.organisation) == organisation)
    return [_build_client(row) for row in session.exec(query.order_by(col(OAuthClientRow.id)))]


def add_oauth_client(session: Session, client: OAuthClient) -> bool:
    """Store a new client; False when the id is taken."""
    return insert_once(
        session,
        OAuthClientRow,
        id=client.id,
        organisation=client.organisation,
        name=client.name,
        jwks=client.jwks,
        scopes=" ".join(sorted(client.scopes)),
        enabled=client.enabled,
        created_at=client.created_at,
        jwks_uri=client.jwks_uri,
        jwks_read_at=client.jwks_read_at,
        jwks_tried_at=client.jwks_tried_at,
        request=client.request,
    )


def change_oauth_client(session: Session, client_id: str, **values: Any) -> bool:
    """Give the client other *values*, columns by name; False when there is no such client."""
    query = update(OAuthClientRow).where(col(OAuthClientRow.id) == client_id).values(**values)
    return bool(session.connection().execute(query).rowcount)


def keep_published_keys(
    session: Session, client_id: str, *, url: str, jwks: str, now: datetime
) -> None:
    """Keep the keys that the client publishes at *url*; nothing if they are elsewhere by now."""
    here = col(OAuthClientRow.id) == client_id, col(OAuthClientRow.jwks_uri) == url
    values = {"jwks": jwks, "jwks_read_at": now}
    session.connection().execute(update(OAuthClientRow).where(*here).values(**values))


def claim_reading(session: Session, client_id: str, *, now: datetime, every: timedelta) -> bool:
    """Whether the caller is the one to read the client's published keys now.

    True once in *every*, to one of all workers: the others go on with the keys that are known.
    """
    tried = col(OAuthClientRow.jwks_tried_at)
    query = (
        update(OAuthClientRow)
        .where(
            col(OAuthClientRow.id) == client_id,
            col(OAuthClientRow.jwks_uri).is_not(None),
            or_(tried.is_(None), tried <= now - every),
        )
        .values(jwks_tried_at=now)
    )
    return bool(session.connection().execute(query).rowcount)


def invite(session: Session, word: str, organisation: str, *, until: datetime) -> None:
    """Note a *word* with which *organisation* may ask once, before *until*; its hash is kept."""
    session.add(
        InvitationRow(word=_hash_invitation_word(word), organisation=organisation, expires_at=until)
    )


def take_invitation(session: Session, word: str, organisation: str, *, now: datetime) -> bool:
    """Use up the invitation of *organisation*; False when there is none, or it is used or over."""
    query = (
        update(InvitationRow)
        .where(
            col(InvitationRow.word) == _hash_invitation_word(word),
            col(InvitationRow.organisation) == organisation,
            col(InvitationRow.expires_at) > now,
            col(InvitationRow.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return bool(session.connection().execute(query).rowcount)


def in_directory(session: Session, organisation: str) -> bool:
    """Whether the public directory knows *organisation*."""
    return session.get(OrganisationRow, organisation) is not None


def _build_client(row: OAuthClientRow) -> OAuthClient:
    return OAuthClient(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        jwks=row.jwks,
        scopes=frozenset(row.scopes.split()),
        enabled=row.enabled,
        created_at=row.created_at,
        jwks_uri=row.jwks_uri,
        jwks_read_at=row.jwks_read_at,
        jwks_tried_at=row.jwks_tried_at,
        request=row.request,
        introspects_since=row.introspects_since,
    )


def _hash_invitation_word(word: str) -> str:
    return sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
