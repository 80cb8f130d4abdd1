"""Batches that were stored, and their receipts."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, false, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.readings.source_priority import MIDDLE
from synergie.schemas.readings.batch import Receipt
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import (
    find_bundled,
    find_digests,
    iterate_bundled,
    list_bundled,
    number_before,
)
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow


@dataclass(frozen=True, slots=True)
class Origin:
    """How a batch came: by the API (nothing is told), or in a file of *deposit*."""

    client: str
    deposit: str | None = None
    source: str | None = None


def compute_content_key(digest: str, priority: int) -> str:
    """Under which digest a content is looked for: of a better source it says more than before."""
    return digest if priority == MIDDLE else f"{digest}/{priority}"


def batch_by_digest(permit: Permit, session: Session, digest: str) -> Receipt | None:
    """The first receipt of a content of the bearer's, with what has superseded it since."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.digest) == digest)
    row = session.exec(query).first()
    return None if row is None else _build_receipt(row)


def batches_by_digest(
    permit: Permit, session: Session, digests: Iterable[str]
) -> dict[str, Receipt]:
    """As `batch_by_digest`, of several contents at once; unknown ones are left out."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.digest).in_(list(digests)))
    return {row.digest: _build_receipt(row) for row in session.exec(query)}


def batch(permit: Permit, session: Session, batch_id: str) -> Receipt | None:
    """One receipt of the bearer's, or None."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.id) == batch_id)
    row = session.exec(query).first()
    if row is not None:
        return _build_receipt(row)
    return _find_bundled_receipts(permit, session, [batch_id]).get(batch_id)


def batch_of(permit: Permit, session: Session, batch_id: str, series: str) -> Receipt | None:
    """One receipt of a curve of *series* of the bearer's, or None."""
    query = scoped_select(permit, BatchRow).where(
        col(BatchRow.id) == batch_id, col(BatchRow.subject) == series
    )
    row = session.exec(query.where(col(BatchRow.undone_at).is_(None))).first()
    if row is not None:
        return _build_receipt(row)
    of = col(BundleRow.series) == series
    return _find_bundled_receipts(permit, session, [batch_id], of).get(batch_id)


def some_batches(permit: Permit, session: Session, ids: Collection[str]) -> dict[str, Receipt]:
    """Receipts of the bearer's by their ids; unknown ones are left out."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.id).in_(list(ids)))
    found = {row.id: _build_receipt(row) for row in session.exec(query)}
    left = [one for one in ids if one not in found]
    return found | _find_bundled_receipts(permit, session, left)


def list_batches(permit: Permit, session: Session, *, after: str, limit: int) -> list[Receipt]:
    """Receipts of the bearer's by id, after *after*."""
    query = (
        scoped_select(permit, BatchRow)
        .where(col(BatchRow.id) > after)
        .order_by(col(BatchRow.id))
        .limit(limit)
    )
    found = [_build_receipt(row) for row in session.exec(query)]
    bundled = iterate_bundled(session, bundles_inside(permit), after=number_before(after))
    beyond = (_build_receipt(BatchRow(**one.batch_row())) for one in bundled if one.id > after)
    found += islice(beyond, limit)
    return sorted(found, key=lambda one: one.id)[:limit]


def find_replayed(
    permit: Permit, session: Session, known: str, *, of: tuple[str, int]
) -> Receipt | None:
    """As `batch_by_digest`, of a curve that is bundled; *of*: its series, and its first second."""
    series, start_s = of
    over = col(BundleRow.start_s) <= start_s, col(BundleRow.end_s) > start_s
    mine = bundles_inside(permit), col(BundleRow.series) == series
    for one in list_bundled(session, *mine, *over):
        if one.start_s == start_s and one.digest + one.known == known:
            return _build_receipt(BatchRow(**one.batch_row()))
    return None


def find_contents(permit: Permit, session: Session, digests: Collection[str]) -> frozenset[str]:
    """Those of *digests* that some batch of the bearer's has; bundles are looked through."""
    found = frozenset(batches_by_digest(permit, session, digests))
    return found | find_digests(session, set(digests) - found, bundles_inside(permit))


def bundles_inside(permit: Permit) -> ColumnElement[bool]:
    """The condition of the bundles inside the permit: the owner's own."""
    return col(BundleRow.owner) == permit.owner if permit.scope == "own" else false()


def _find_bundled_receipts(
    permit: Permit, session: Session, ids: Iterable[str], *conditions: ColumnElement[bool]
) -> dict[str, Receipt]:
    found = find_bundled(session, ids, bundles_inside(permit), *conditions)
    return {name: _build_receipt(BatchRow(**one.batch_row())) for name, one in found.items()}


def save_batch(
    permit: Permit,
    session: Session,
    receipt: Receipt,
    *,
    origin: Origin,
    subject: str | None = None,
    known: str | None = None,
) -> None:
    """Keep the receipt of what was just stored; *subject* is the series of a curve.

    *known*: what it is known by when that is not its digest alone (`known_as`).
    """
    own_write(permit)
    session.add(
        BatchRow(
            id=receipt.id,
            owner=receipt.owner,
            kind=receipt.kind,
            digest=known or receipt.digest,
            subject=subject,
            seq=receipt.seq,
            received_at=receipt.received_at,
            client=origin.client,
            receipt=_encode_rest(receipt, known or receipt.digest),
            deposit=origin.deposit,
            source=origin.source,
        )
    )


def supersede_batches(permit: Permit, session: Session, older: list[str], *, by: str) -> None:
    """Say of the batches *older* that what they held was replaced by the batch *by*, the newest."""
    own_write(permit)
    session.connection().execute(
        update(BatchRow)
        .where(col(BatchRow.owner) == permit.owner, col(BatchRow.id).in_(older))
        .values(superseded_by=by)
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """A batch as an undo needs it: `subject` is the series of a curve."""

    receipt: Receipt
    deposit: str | None
    subject: str | None
    undone_by: str | None


def list_stored_batches(
    permit: Permit, session: Session, *, batch_id: str | None = None, deposit: str | None = None
) -> list[Stored]:
    """One batch of the bearer's, or those of one deposit, the newest first."""
    one = col(BatchRow.id) == batch_id if deposit is None else col(BatchRow.deposit) == deposit
    query = scoped_select(permit, BatchRow).where(one).order_by(col(BatchRow.seq).desc())
    bundled = find_bundled(session, [batch_id] if batch_id else [], bundles_inside(permit))
    found = [
        Stored(_build_receipt(row), row.deposit, row.subject, row.undone_by)
        for row in session.exec(query)  # after the bundles: another may make rows of them meanwhile
    ]
    return found or [
        Stored(_build_receipt(BatchRow(**one.batch_row())), None, one.series, None)
        for one in bundled.values()
    ]


def batches_of(permit: Permit, session: Session, deposit: str) -> frozenset[str]:
    """The ids of the batches of one deposit of the bearer's."""
    query = scoped_select(permit, BatchRow).where(col(BatchRow.deposit) == deposit)
    found = session.connection().execute(query.with_only_columns(col(BatchRow.id)))
    return frozenset(found.scalars())


def mark_undone(
    permit: Permit, session: Session, ids: Sequence[str], *, by: str, now: datetime
) -> None:
    """Say of batches that they hold no more; their content may come again."""
    own_write(permit)
    digest = col(BatchRow.digest).concat("/").concat(col(BatchRow.id))
    session.connection().execute(
        update(BatchRow)
        .where(col(BatchRow.owner) == permit.owner, col(BatchRow.id).in_(ids))
        .where(col(BatchRow.undone_at).is_(None))
        .values(undone_at=now, undone_by=by, digest=digest, superseded_by=None)
    )


def set_superseded(permit: Permit, session: Session, newest: dict[str, str | None]) -> None:
    """Say of batches which one holds in their place now; None: they hold again."""
    own_write(permit)
    for older, by in newest.items():
        session.connection().execute(
            update(BatchRow)
            .where(col(BatchRow.owner) == permit.owner, col(BatchRow.id) == older)
            .values(superseded_by=by)
        )


_IN_COLUMNS = frozenset({"id", "owner", "kind", "seq", "received_at"})
"""Fields of a receipt that columns of its row hold; one of an earlier version has them twice."""
_LATER = frozenset({"replayed", "superseded_by", "undone_at"})
"""Fields that tell what became of it since."""


def _encode_rest(receipt: Receipt, known: str) -> str:
    """What of *receipt* the columns do not hold, as JSON; nor what is as it is by default."""
    held = _IN_COLUMNS | _LATER
    if _find_digest(known) == receipt.digest:
        held |= {"digest"}
    return receipt.model_dump_json(exclude=set(held), exclude_defaults=True)


def _find_digest(known: str) -> str:
    """The digest of a content in what it is known by."""
    return known.partition("/")[0]


def _build_receipt(row: BatchRow) -> Receipt:
    columns = {name: getattr(row, name) for name in _IN_COLUMNS}
    columns |= {"digest": _find_digest(row.digest), "received_at": row.received_at.isoformat()}
    receipt = Receipt.model_validate_json(json.dumps(columns | json.loads(row.receipt)))
    now = {"superseded_by": row.superseded_by, "undone_at": row.undone_at}
    return receipt.model_copy(update=now)
