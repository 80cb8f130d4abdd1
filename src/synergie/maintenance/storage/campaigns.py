"""Campaigns and their bodies: the coordinator's, and of each body its own standing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from synergie.maintenance.records.campaign import CampaignRecord, CampaignState, CampaignStep
from synergie.maintenance.storage._tables import CampaignBodyRow, CampaignRow
from synergie.policy import Permit
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCampaign:
    """A campaign as it is stored, and how many were invited."""

    id: str
    owner: str
    version: int
    state: CampaignState
    plan: str | None
    proposed: str | None
    record: CampaignRecord
    history: tuple[CampaignStep, ...]
    n_bodies: int


def find_campaign(
    permit: Permit, session: Session, campaign_id: str, *, for_update: bool = False
) -> StoredCampaign | None:
    """One campaign that the bearer coordinates or was invited to, or None.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    row = _shared_plan.find_shared_row(
        permit, session, CampaignRow, col(CampaignRow.id) == campaign_id, for_update=for_update
    )
    return None if row is None else _build_stored_campaign(session, row)


def list_campaigns(
    permit: Permit, session: Session, *, after: str, limit: int
) -> list[StoredCampaign]:
    """Campaigns that the bearer coordinates or was invited to, by id, after *after*."""
    rows = _shared_plan.list_shared_rows(
        permit, session, CampaignRow, by=CampaignRow.id, after=after, limit=limit
    )
    return [_build_stored_campaign(session, row) for row in rows]


def save_campaign(permit: Permit, session: Session, body: StoredCampaign, *, now: datetime) -> None:
    """Write a campaign of the bearer's own, new or in the place of what it was."""
    own_write(permit)
    if body.owner != permit.owner:
        raise TypeError("a campaign is its coordinator's")
    steps = [step.model_dump(mode="json") for step in body.history]
    session.merge(
        CampaignRow(
            id=body.id,
            owner=body.owner,
            version=body.version,
            state=body.state,
            plan=body.plan,
            proposed=body.proposed,
            body=body.record.model_dump_json(),
            history=json.dumps(steps),
            changed_at=now,
        )
    )


def taking_part(permit: Permit, session: Session, campaign_id: str) -> dict[str, datetime]:
    """Who was invited to a campaign and when, by body: all to its coordinator, else oneself."""
    row = CampaignBodyRow
    to_it = col(row.campaign) == campaign_id
    return _shared_plan.find_invitations(permit, session, row, to_it, who=row.body)


def invite_bodies(
    permit: Permit, session: Session, campaign_id: str, bodies: Iterable[str], *, now: datetime
) -> list[str]:
    """Add *bodies* to a campaign of the bearer's own; those who are new."""
    row = CampaignBodyRow
    return _shared_plan.invite(
        permit,
        session,
        row,
        named=row.campaign,
        to=campaign_id,
        who=row.body,
        names=bodies,
        now=now,
    )


def _build_stored_campaign(session: Session, row: CampaignRow) -> StoredCampaign:
    to_it = col(CampaignBodyRow.campaign) == row.id
    state: CampaignState = row.state  # type: ignore[assignment]  # written from a state only
    return StoredCampaign(
        id=row.id,
        owner=row.owner,
        version=row.version,
        state=state,
        plan=row.plan,
        proposed=row.proposed,
        record=CampaignRecord.model_validate_json(row.body),
        history=tuple(CampaignStep.model_validate(one) for one in json.loads(row.history)),
        n_bodies=_shared_plan.count_shared_rows(session, CampaignBodyRow, to_it),
    )
