"""Answers already given to a client's Idempotency-Key, kept for a day.

The row is claimed at the start of the transaction that acts: a second request with the same key
waits there, then finds the answer. It goes with the transaction when that rolls back. Many answers
of one transaction are looked for together, and kept together as its last act: who finds then that
another kept one meanwhile begins again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlmodel import col, select

from synergie.storage.readings.once import insert_each_once, insert_once
from synergie.storage.store import Session
from synergie.storage.trust.access_tables import IdempotencyRow

KEPT = timedelta(hours=24)
"""A key is forgotten after that; the digest of a batch never is."""


_SOME = select(IdempotencyRow).where(
    col(IdempotencyRow.client) == bindparam("by"),
    col(IdempotencyRow.key).in_(bindparam("keys", expanding=True)),
)


def claim_key(session: Session, row: dict[str, str], *, now: datetime) -> bool:
    """True when the key was free and is now this request's; *row* names it."""
    values = {**row, "status": 0, "answer": "", "created_at": now}
    if insert_once(session, IdempotencyRow, **values):
        return True
    mine = col(IdempotencyRow.client) == row["client"], col(IdempotencyRow.key) == row["key"]
    gone = delete(IdempotencyRow).where(*mine, col(IdempotencyRow.created_at) < now - KEPT)
    if not session.connection().execute(gone).rowcount:
        return False
    return insert_once(session, IdempotencyRow, **values)


def find_kept_answers(
    session: Session, client: str, keys: Iterable[str], *, now: datetime
) -> dict[str, tuple[str, str, str]]:
    """As `find_kept_answer`, of several keys of a client; what is older than a day is dropped."""
    asked = {"by": client, "keys": sorted(set(keys))}
    found: dict[str, tuple[str, str, str]] = {}
    for row in session.exec(_SOME, params=asked):
        if row.created_at < now - KEPT:
            session.delete(row)
            session.flush()
        else:
            found[row.key] = row.request, row.body_sha256, row.answer
    return found


def keep_all(
    session: Session, rows: Sequence[dict[str, Any]], *, status: int, now: datetime
) -> bool:
    """Keep answers (*rows* of client, key, request, body_sha256, answer); False: one was there."""
    whole = [{**row, "status": status, "created_at": now} for row in rows]
    return len(insert_each_once(session, IdempotencyRow, whole, key="key")) == len(rows)


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
    """Drop what is older than a day: `find_kept_answers` and `claim_key` see none of it."""
    session.connection().execute(
        delete(IdempotencyRow).where(col(IdempotencyRow.created_at) < now - KEPT)
    )
