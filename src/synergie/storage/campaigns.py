"""Campaigns and their bodies: the coordinator's, and of each body its own standing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from synergie.policy import Permit
from synergie.schemas.campaign import CampaignRecord, CampaignState, CampaignStep
from synergie.storage._campaign_tables import CampaignBodyRow, CampaignRow
from synergie.storage._once import insert_once
from synergie.storage._scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
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


def campaign(
    permit: Permit, session: Session, campaign_id: str, *, for_update: bool = False
) -> Held | None:
    """One campaign that the bearer coordinates or was invited to, or None.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    query = scoped_select(permit, CampaignRow).where(col(CampaignRow.id) == campaign_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _held(session, row)


def campaigns(permit: Permit, session: Session, *, after: str, limit: int) -> list[Held]:
    """Campaigns that the bearer coordinates or was invited to, by id, after *after*."""
    query = (
        scoped_select(permit, CampaignRow)
        .where(col(CampaignRow.id) > after)
        .order_by(col(CampaignRow.id))
        .limit(limit)
    )
    return [_held(session, row) for row in session.exec(query)]


def save_campaign(permit: Permit, session: Session, body: Held, *, now: datetime) -> None:
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
    query = (
        scoped_select(permit, CampaignBodyRow)
        .where(col(CampaignBodyRow.campaign) == campaign_id)
        .order_by(col(CampaignBodyRow.body))
    )
    return {row.body: row.invited_at for row in session.exec(query)}


def invite_bodies(
    permit: Permit, session: Session, campaign_id: str, bodies: Iterable[str], *, now: datetime
) -> list[str]:
    """Add *bodies* to a campaign of the bearer's own; those who are new."""
    own_write(permit)
    return [
        one
        for one in dict.fromkeys(bodies)
        if insert_once(
            session,
            CampaignBodyRow,
            campaign=campaign_id,
            body=one,
            owner=permit.owner,
            invited_at=now,
        )
    ]


def _held(session: Session, row: CampaignRow) -> Held:
    counted = select(func.count()).select_from(CampaignBodyRow)
    query = counted.where(col(CampaignBodyRow.campaign) == row.id)
    state: CampaignState = row.state  # type: ignore[assignment]  # written from a state only
    return Held(
        id=row.id,
        owner=row.owner,
        version=row.version,
        state=state,
        plan=row.plan,
        proposed=row.proposed,
        record=CampaignRecord.model_validate_json(row.body),
        history=tuple(CampaignStep.model_validate(one) for one in json.loads(row.history)),
        n_bodies=int(session.exec(query).one()),
    )
