"""Answers already given to a client's Idempotency-Key, kept for a day.

The row is claimed at the start of the transaction that acts: a second request with the same key
waits there, then finds the answer. It goes with the transaction when that rolls back.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col

from synergie.storage.readings.once import insert_once
from synergie.storage.store import Session
from synergie.storage.trust.access_tables import IdempotencyRow

KEPT = timedelta(hours=24)
"""A key is forgotten after that; the digest of a batch never is."""


def claim_key(session: Session, row: dict[str, str], *, now: datetime) -> bool:
    """True when the key was free and is now this request's; *row* names it."""
    return insert_once(session, IdempotencyRow, **row, status=0, answer="", created_at=now)


def find_kept_answer(session: Session, client: str, key: str) -> tuple[str, str, str] | None:
    """Request, body digest and answer kept under a client's key, or None."""
    row = session.get(IdempotencyRow, (client, key))
    return None if row is None else (row.request, row.body_sha256, row.answer)


def keep(session: Session, client: str, key: str, *, status: int, answer: str) -> None:
    """Keep the answer under the key that this transaction claimed."""
    session.connection().execute(
        update(IdempotencyRow)
        .where(col(IdempotencyRow.client) == client, col(IdempotencyRow.key) == key)
        .values(status=status, answer=answer)
    )


def delete_old_keys(session: Session, *, now: datetime) -> None:
    """Drop what is older than a day."""
    session.connection().execute(
        delete(IdempotencyRow).where(col(IdempotencyRow.created_at) < now - KEPT)
    )
