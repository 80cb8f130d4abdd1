"""Exports that were made: read by both parties, kept for ever without their files."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.trust.agreement import Dataset
from synergie.schemas.trust.export import Export, ExportReceipt
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.export_tables import ExportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportProofs:
    """An export with its proofs.

    `agreement`: its id. `grants`: the fingerprint of the permit of each dataset. `subjects`: what
    is in it of each dataset. `tree_head`: the signed head of the journal that its manifest names;
    None without journal.
    """

    export: Export
    agreement: str | None
    client: str
    grants: Mapping[Dataset, str]
    subjects: Mapping[Dataset, tuple[str, ...]]
    manifest: str
    tree_head: str | None
    receipt: ExportReceipt | None = None
    removed_at: datetime | None = None


def find_export(
    permit: Permit, session: Session, export_id: str, *, for_update: bool = False
) -> ExportProofs | None:
    """One export that the bearer is a party of, or None."""
    query = scoped_select(permit, ExportRow).where(col(ExportRow.id) == export_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _build_export_proofs(row)


def list_exports(
    permit: Permit,
    session: Session,
    *,
    after: str,
    limit: int,
    agreements: Collection[str] | None = None,
) -> list[Export]:
    """Exports that the bearer is a party of, by id, after *after*.

    *agreements* narrows it to those under one of them; None leaves all.
    """
    query = scoped_select(permit, ExportRow).where(col(ExportRow.id) > after)
    if agreements is not None:
        query = query.where(col(ExportRow.agreement).in_(sorted(agreements)))
    rows = session.exec(query.order_by(col(ExportRow.id)).limit(limit))
    return [_build_export(row) for row in rows]


def save_export(permit: Permit, session: Session, made: ExportProofs) -> None:
    """Keep a new export of the bearer's."""
    told = made.export
    if permit.bearer != told.recipient or permit.owner != told.owner:
        raise TypeError("an export is kept under the permit that it was read with")
    session.add(
        ExportRow(
            id=told.id,
            recipient=told.recipient,
            owner=told.owner,
            agreement=made.agreement,
            client=made.client,
            made_at=told.made_at,
            kept_until=told.kept_until,
            body=told.model_dump_json(),
            subjects=json.dumps(dict(made.subjects)),
            grants=json.dumps(dict(made.grants)),
            manifest=made.manifest,
            tree_head=made.tree_head,
        )
    )


def save_export_receipt(permit: Permit, session: Session, receipt: ExportReceipt) -> None:
    """Keep the recipient's receipt in the place of one before."""
    if permit.scope != "party" or permit.bearer != receipt.by:
        raise TypeError("a receipt is the recipient's own")
    session.connection().execute(
        update(ExportRow)
        .where(col(ExportRow.id) == receipt.export, col(ExportRow.recipient) == permit.bearer)
        .values(receipt=receipt.model_dump_json())
    )


def list_expired_exports(permit: Permit, session: Session) -> list[str]:
    """Exports whose time is over and whose files may still be there; the operator's broom."""
    _check_cleanup_permit(permit)
    now = permit.decided_at
    query = select(ExportRow.id).where(
        col(ExportRow.removed_at).is_(None), col(ExportRow.kept_until) <= now
    )
    return list(session.exec(query))


def note_removed(permit: Permit, session: Session, ids: Iterable[str]) -> None:
    """Say that the files of these exports are gone."""
    _check_cleanup_permit(permit)
    now = permit.decided_at
    session.connection().execute(
        update(ExportRow).where(col(ExportRow.id).in_(list(ids))).values(removed_at=now)
    )


def with_files(permit: Permit, session: Session, ids: Iterable[str]) -> set[str]:
    """Those of *ids* that are exports whose files are to be there."""
    _check_cleanup_permit(permit)
    query = select(ExportRow.id).where(
        col(ExportRow.id).in_(list(ids)), col(ExportRow.removed_at).is_(None)
    )
    return set(session.exec(query))


def _check_cleanup_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator sweeps")


def _build_export(row: ExportRow) -> Export:
    told = Export.model_validate_json(row.body)
    receipt = _parse_export_receipt(row)
    return told.model_copy(update={"received": None if receipt is None else receipt.files_ok})


def _parse_export_receipt(row: ExportRow) -> ExportReceipt | None:
    return None if row.receipt is None else ExportReceipt.model_validate_json(row.receipt)


def _build_export_proofs(row: ExportRow) -> ExportProofs:
    return ExportProofs(
        export=_build_export(row),
        agreement=row.agreement,
        client=row.client,
        subjects={name: tuple(ids) for name, ids in json.loads(row.subjects).items()},
        grants=json.loads(row.grants),
        manifest=row.manifest,
        tree_head=row.tree_head,
        receipt=_parse_export_receipt(row),
        removed_at=row.removed_at,
    )
