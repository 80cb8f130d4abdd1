"""Maintenance campaigns: announced by a coordinator, joined by bodies, decided step by step."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from synergie.maintenance.records.campaign import (
    Campaign,
    CampaignAct,
    CampaignActRequest,
    CampaignRecord,
)
from synergie.maintenance.records.progress import CampaignProgress
from synergie.maintenance.services import MaintenanceServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import BodiesRequest
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import (
    BodyWithKey,
    build_act_body,
    build_keyed_body,
    build_replacement_body,
)
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.shared_plans import OfItem
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("campaigns")
acts = router_of("campaigns")
"""The acts: after every route with a last part of its own."""

Reader = Annotated[Principal, authorize_scope("campaigns:read")]
Writer = Annotated[Principal, authorize_scope("campaigns:write")]
InAct = Annotated[CampaignAct, Path(description="What its coordinator does.")]


@router.post(
    "",
    operation_id="create_campaign",
    status_code=201,
    response_model=Campaign,
    responses=SENDING,
    openapi_extra=describe_request_body(CampaignRecord),
)
def create_campaign(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[CampaignRecord], build_keyed_body(CampaignRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Announce a maintenance campaign that you coordinate; nobody is invited yet."""
    made = house.of(MaintenanceServices).campaigns.create(
        caller, sent.value, once=sent.once, now=now
    )
    return json_response(request, made, status=201)


@router.get("", operation_id="list_campaigns", response_model=Page[Campaign], responses=READING)
def list_campaigns(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the campaigns that you coordinate or were invited to, by id, without bodies."""
    return json_response(
        request,
        house.of(MaintenanceServices).campaigns.page(caller, after=after, limit=limit, now=now),
    )


@router.get("/{item_id}", operation_id="read_campaign", response_model=Campaign, responses=READING)
def read_campaign(*, caller: Reader, asked: OfItem) -> Response:
    """One campaign: its coordinator sees who takes part, a body itself alone; else 404."""
    return asked.build_response(
        asked.house.of(MaintenanceServices).campaigns.read(caller, asked.item, now=asked.now)
    )


@router.put(
    "/{item_id}",
    operation_id="change_campaign",
    response_model=Campaign,
    responses=SENDING,
    openapi_extra=describe_request_body(CampaignRecord, keyed=False),
)
def change_campaign(
    *,
    caller: Writer,
    sent: Annotated[CampaignRecord, build_replacement_body(CampaignRecord)],
    asked: OfItem,
) -> Response:
    """Say anew what you maintain together."""
    return asked.build_response(
        asked.house.of(MaintenanceServices).campaigns.change(
            caller, asked.item, sent, now=asked.now
        )
    )


@router.put(
    "/{item_id}/bodies",
    operation_id="invite_bodies",
    response_model=Campaign,
    responses=SENDING,
    openapi_extra=describe_request_body(BodiesRequest, keyed=False),
)
def invite_bodies(
    *,
    caller: Writer,
    sent: Annotated[BodiesRequest, build_replacement_body(BodiesRequest)],
    asked: OfItem,
) -> Response:
    """Invite organisations to a campaign that you coordinate; those already invited stay.

    To be invited opens nothing: a body joins by an agreement that opens its `assets` to you for
    `joint_maintenance`, and its `work_orders` for you to follow what is done.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).campaigns.invite(
            caller, asked.item, sent.bodies, now=asked.now
        )
    )


@router.get(
    "/{item_id}/progress",
    operation_id="read_campaign_progress",
    response_model=CampaignProgress,
    responses=READING,
)
def read_campaign_progress(*, caller: Reader, asked: OfItem) -> Response:
    """How far the plan in force is: planned, done, late, by the work orders that came back.

    A body sees its own. The coordinator sees those whose assets and work orders agreements open to
    it now, and why the others are not told; that is recorded before it is told.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).progress.read(caller, asked.item, now=asked.now)
    )


@acts.post(
    "/{item_id}/{act}",
    operation_id="act_on_campaign",
    response_model=Campaign,
    responses=SENDING,
    openapi_extra=describe_request_body(CampaignActRequest, keyed=False),
)
def act_on_campaign(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    act: InAct,
    sent: Annotated[CampaignActRequest, build_act_body(CampaignActRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Propose a plan to the bodies, withdraw it, adopt it, or close the campaign.

    No Idempotency-Key: the same act again changes nothing. A plan is proposed and adopted only
    while agreements open every cabinet in it, and adopted once each body has accepted its part. One
    that is proposed while another is in force is a revision of it.
    """
    return json_response(
        request,
        house.of(MaintenanceServices).campaigns.act(caller, item_id, act, plan=sent.plan, now=now),
    )
