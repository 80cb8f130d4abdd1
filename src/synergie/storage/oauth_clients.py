"""Partners' programs (OAuth clients): no organisation's data, hence no Permit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from synergie.storage._access_tables import OAuthClientRow
from synergie.storage._once import insert_once
from synergie.storage._tables import OrganisationRow
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A partner's program: for whom it acts, its public keys and what it may ask for."""

    id: str
    organisation: str
    name: str
    jwks: str
    """Its public keys as it registered them: a JWK set (RFC 7517), JSON."""
    scopes: frozenset[str]
    enabled: bool
    created_at: datetime


def oauth_client(session: Session, client_id: str) -> OAuthClient | None:
    """The client *client_id*, enabled or not; None when there is none."""
    row = session.get(OAuthClientRow, client_id)
    return None if row is None else _client(row)


def oauth_clients(session: Session, organisation: str) -> list[OAuthClient]:
    """The clients of one organisation, by id."""
    query = select(OAuthClientRow).where(col(OAuthClientRow.organisation) == organisation)
    return [_client(row) for row in session.exec(query.order_by(col(OAuthClientRow.id)))]


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
    )


def change_oauth_client(
    session: Session, client_id: str, *, jwks: str | None = None, enabled: bool | None = None
) -> bool:
    """Give the client other keys, or open or close it; False when there is no such client."""
    wanted = {"jwks": jwks, "enabled": enabled}
    values = {name: value for name, value in wanted.items() if value is not None}
    query = update(OAuthClientRow).where(col(OAuthClientRow.id) == client_id).values(**values)
    return bool(session.connection().execute(query).rowcount)


def in_directory(session: Session, organisation: str) -> bool:
    """Whether the public directory knows *organisation*."""
    return session.get(OrganisationRow, organisation) is not None


def _client(row: OAuthClientRow) -> OAuthClient:
    return OAuthClient(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        jwks=row.jwks,
        scopes=frozenset(row.scopes.split()),
        enabled=row.enabled,
        created_at=row.created_at,
    )
