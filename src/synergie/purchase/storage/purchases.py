"""Purchases and their members: the coordinator's, and of each member its own membership."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.records.group import PurchaseRecord, PurchaseState, PurchaseStep
from synergie.purchase.storage._tables import PurchaseMemberRow, PurchaseRow
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseSnapshot:
    """A purchase as it is stored, and how many were invited."""

    id: str
    owner: str
    version: int
    state: PurchaseState
    plan: str | None
    record: PurchaseRecord
    history: tuple[PurchaseStep, ...]
    n_members: int


def load_purchase(
    permit: Permit, session: Session, purchase_id: str, *, for_update: bool = False
) -> PurchaseSnapshot | None:
    """One purchase that the bearer coordinates or was invited to, or None.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    row = _shared_plan.find_shared_row(
        permit, session, PurchaseRow, col(PurchaseRow.id) == purchase_id, for_update=for_update
    )
    return None if row is None else _build_purchase_snapshot(session, row)


def list_purchases(
    permit: Permit, session: Session, *, after: str, limit: int
) -> list[PurchaseSnapshot]:
    """Purchases that the bearer coordinates or was invited to, by id, after *after*."""
    rows = _shared_plan.list_shared_rows(
        permit, session, PurchaseRow, by=PurchaseRow.id, after=after, limit=limit
    )
    return [_build_purchase_snapshot(session, row) for row in rows]


def save_purchase(
    permit: Permit, session: Session, body: PurchaseSnapshot, *, now: datetime
) -> None:
    """Write a purchase of the bearer's own, new or in the place of what it was."""
    own_write(permit)
    if body.owner != permit.owner:
        raise TypeError("a purchase is its coordinator's")
    steps = [step.model_dump(mode="json") for step in body.history]
    session.merge(
        PurchaseRow(
            id=body.id,
            owner=body.owner,
            version=body.version,
            state=body.state,
            plan=body.plan,
            body=body.record.model_dump_json(),
            history=json.dumps(steps),
            changed_at=now,
        )
    )


def list_invitations(permit: Permit, session: Session, purchase_id: str) -> dict[str, datetime]:
    """Who was invited to a purchase and when, by member: all to its coordinator, else oneself."""
    row = PurchaseMemberRow
    to_it = col(row.purchase) == purchase_id
    return _shared_plan.find_invitations(permit, session, row, to_it, who=row.member)


def invite(
    permit: Permit, session: Session, purchase_id: str, members: Iterable[str], *, now: datetime
) -> list[str]:
    """Add *members* to a purchase of the bearer's own; those who are new."""
    row = PurchaseMemberRow
    return _shared_plan.invite(
        permit,
        session,
        row,
        named=row.purchase,
        to=purchase_id,
        who=row.member,
        names=members,
        now=now,
    )


def _build_purchase_snapshot(session: Session, row: PurchaseRow) -> PurchaseSnapshot:
    to_it = col(PurchaseMemberRow.purchase) == row.id
    state: PurchaseState = row.state  # type: ignore[assignment]  # written from a state only
    return PurchaseSnapshot(
        id=row.id,
        owner=row.owner,
        version=row.version,
        state=state,
        plan=row.plan,
        record=PurchaseRecord.model_validate_json(row.body),
        history=tuple(PurchaseStep.model_validate(one) for one in json.loads(row.history)),
        n_members=_shared_plan.count_shared_rows(session, PurchaseMemberRow, to_it),
    )
