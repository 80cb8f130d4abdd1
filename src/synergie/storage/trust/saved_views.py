"""Addresses of pages that people of an organisation keep by a name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, false, or_, true
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.account_tables import SavedViewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One view. `client`: who saved it; `shared`: whether all of the organisation see it."""

    id: str
    client: str
    shared: bool
    name: str
    address: str
    """Path and query of a page of this server."""
    saved_at: datetime


def save_view(permit: Permit, session: Session, view: SavedView) -> None:
    """Keep a view, new or with another name."""
    own_write(permit)
    session.merge(
        SavedViewRow(
            id=view.id,
            owner=permit.owner,
            client=view.client,
            is_shared=view.shared,
            name=view.name,
            address=view.address,
            saved_at=view.saved_at,
        )
    )
    session.flush()


def list_views(permit: Permit, session: Session, client: str) -> list[SavedView]:
    """Those of *client*, and those that others share, the oldest first."""
    seen = or_(col(SavedViewRow.client) == client, col(SavedViewRow.is_shared).is_(true()))
    query = scoped_select(permit, SavedViewRow).where(seen)
    some = query.order_by(col(SavedViewRow.saved_at), col(SavedViewRow.id))
    return [
        SavedView(
            id=row.id,
            client=row.client,
            shared=row.is_shared,
            name=row.name,
            address=row.address,
            saved_at=row.saved_at,
        )
        for row in session.exec(some)
    ]


def delete_view(permit: Permit, session: Session, view: str) -> None:
    """Forget a view of the owner's."""
    own_write(permit)
    one = col(SavedViewRow.owner) == permit.owner, col(SavedViewRow.id) == view
    session.connection().execute(delete(SavedViewRow).where(*one))


def delete_views_of(permit: Permit, session: Session, client: str) -> None:
    """Forget what *client* saved for itself; what it shared stays."""
    own_write(permit)
    table = SavedViewRow
    theirs = col(table.client) == client, col(table.is_shared).is_(false())
    mine = col(table.owner) == permit.owner
    session.connection().execute(delete(table).where(mine, *theirs))
