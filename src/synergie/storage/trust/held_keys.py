"""The signing keys that organisations let this server hold: one each, sealed, or none."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.trust_tables import KeyCustodyRow

type Origin = Literal["made", "brought"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKey:
    """A held key as it is stored: nothing of it signs before it is opened."""

    kid: str
    sealed: bytes = field(repr=False)
    origin: Origin
    held_at: datetime
    held_by: str


def find_sealed_key(
    permit: Permit, session: Session, *, for_update: bool = False
) -> SealedKey | None:
    """The key that is held for the permit's owner, or None."""
    query = scoped_select(permit, KeyCustodyRow)
    row = session.exec(query.with_for_update() if for_update else query).first()
    if row is None:
        return None
    origin: Origin = "made" if row.origin == "made" else "brought"
    return SealedKey(
        kid=row.kid, sealed=row.sealed, origin=origin, held_at=row.held_at, held_by=row.held_by
    )


def save_held_key(permit: Permit, session: Session, body: SealedKey) -> None:
    """Hold a key for the permit's owner, in the place of the one before."""
    own_write(permit)
    session.merge(
        KeyCustodyRow(
            owner=permit.owner,
            kid=body.kid,
            sealed=body.sealed,
            origin=body.origin,
            held_at=body.held_at,
            held_by=body.held_by,
        )
    )
    session.flush()


def forget_held_key(permit: Permit, session: Session) -> None:
    """Hold no key for the permit's owner any more: the row is gone."""
    own_write(permit)
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # else the bytes stay in the file until reused
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    connection.execute(delete(KeyCustodyRow).where(col(KeyCustodyRow.owner) == permit.owner))
