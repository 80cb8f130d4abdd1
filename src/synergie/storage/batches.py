"""Batches that were stored, and their receipts."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.batch import Receipt
from synergie.storage._scope import scoped_select
from synergie.storage._tables import BatchRow
from synergie.storage.store import Session


def batch_by_digest(permit: Permit, session: Session, digest: str) -> Receipt | None:
    """The first receipt of a content of the bearer's, with what has superseded it since."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.digest) == digest)
    row = session.exec(query).first()
    return None if row is None else _wire(row)


def batches_by_digest(
    permit: Permit, session: Session, digests: Iterable[str]
) -> dict[str, Receipt]:
    """As `batch_by_digest`, of several contents at once; unknown ones are left out."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.digest).in_(list(digests)))
    return {row.digest: _wire(row) for row in session.exec(query)}


def batch(permit: Permit, session: Session, batch_id: str) -> Receipt | None:
    """One receipt of the bearer's, or None."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.id) == batch_id)
    row = session.exec(query).first()
    return None if row is None else _wire(row)


def batch_of(permit: Permit, session: Session, batch_id: str, series: str) -> Receipt | None:
    """One receipt of a curve of *series* of the bearer's, or None."""
    query = scoped_select(permit, BatchRow).where(
        col(BatchRow.id) == batch_id, col(BatchRow.subject) == series
    )
    row = session.exec(query).first()
    return None if row is None else _wire(row)


def batches(permit: Permit, session: Session, *, after: str, limit: int) -> list[Receipt]:
    """Receipts of the bearer's by id, after *after*."""
    query = (
        scoped_select(permit, BatchRow)
        .where(col(BatchRow.id) > after)
        .order_by(col(BatchRow.id))
        .limit(limit)
    )
    return [_wire(row) for row in session.exec(query)]


def save_batch(
    permit: Permit, session: Session, receipt: Receipt, *, client: str, subject: str | None = None
) -> None:
    """Keep the receipt of what was just stored; *subject* is the series of a curve."""
    if permit.action != "write":
        raise TypeError("a permit to write is needed")
    session.add(
        BatchRow(
            id=receipt.id,
            owner=receipt.owner,
            kind=receipt.kind,
            digest=receipt.digest,
            subject=subject,
            seq=receipt.seq,
            received_at=receipt.received_at,
            client=client,
            receipt=receipt.model_dump_json(),
        )
    )


def supersede(permit: Permit, session: Session, older: list[str], *, by: str) -> None:
    """Say of the batches *older* that what they held was replaced by the batch *by*, the newest."""
    session.connection().execute(
        update(BatchRow)
        .where(col(BatchRow.owner) == permit.owner, col(BatchRow.id).in_(older))
        .values(superseded_by=by)
    )


def _wire(row: BatchRow) -> Receipt:
    receipt = Receipt.model_validate_json(row.receipt)
    return receipt.model_copy(update={"superseded_by": row.superseded_by})
