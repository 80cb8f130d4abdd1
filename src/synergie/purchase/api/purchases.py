"""Pooled purchases: announced by a coordinator, joined by members, decided step by step."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.purchase.records.group import (
    MembersRequest,
    Purchase,
    PurchaseAct,
    PurchaseActRequest,
    PurchaseRecord,
)
from synergie.purchase.services import PurchaseServices
from synergie.schemas.page import Page
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

router = router_of("purchases")
acts = router_of("purchases")
"""The acts: after every route with a last part of its own."""

Reader = Annotated[Principal, authorize_scope("purchases:read")]
Writer = Annotated[Principal, authorize_scope("purchases:write")]
InAct = Annotated[PurchaseAct, Path(description="What its coordinator does.")]


@router.post(
    "",
    operation_id="create_purchase",
    status_code=201,
    response_model=Purchase,
    responses=SENDING,
    openapi_extra=describe_request_body(PurchaseRecord),
)
def create_purchase(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[PurchaseRecord], build_keyed_body(PurchaseRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Announce a purchase that you coordinate; its survey of needs is open, and nobody invited."""
    made = house.of(PurchaseServices).purchases.create(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get("", operation_id="list_purchases", response_model=Page[Purchase], responses=READING)
def list_purchases(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the purchases that you coordinate or were invited to, by id, without members."""
    return json_response(
        request,
        house.of(PurchaseServices).purchases.page(caller, after=after, limit=limit, now=now),
    )


@router.get("/{item_id}", operation_id="read_purchase", response_model=Purchase, responses=READING)
def read_purchase(*, caller: Reader, asked: OfItem) -> Response:
    """One purchase: its coordinator sees who takes part, a member itself alone; else 404."""
    return asked.build_response(
        asked.house.of(PurchaseServices).purchases.read(caller, asked.item, now=asked.now)
    )


@router.put(
    "/{item_id}",
    operation_id="change_purchase",
    response_model=Purchase,
    responses=SENDING,
    openapi_extra=describe_request_body(PurchaseRecord, keyed=False),
)
def change_purchase(
    *,
    caller: Writer,
    sent: Annotated[PurchaseRecord, build_replacement_body(PurchaseRecord)],
    asked: OfItem,
) -> Response:
    """Say anew what you buy together: lots are often drawn once the needs are known."""
    return asked.build_response(
        asked.house.of(PurchaseServices).purchases.change(caller, asked.item, sent, now=asked.now)
    )


@router.put(
    "/{item_id}/members",
    operation_id="invite_members",
    response_model=Purchase,
    responses=SENDING,
    openapi_extra=describe_request_body(MembersRequest, keyed=False),
)
def invite_members(
    *,
    caller: Writer,
    sent: Annotated[MembersRequest, build_replacement_body(MembersRequest)],
    asked: OfItem,
) -> Response:
    """Invite organisations to a purchase that you coordinate; those already invited stay.

    To be invited opens nothing: a member joins by an agreement that opens its `needs` to you.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).purchases.invite(
            caller, asked.item, sent.members, now=asked.now
        )
    )


@acts.post(
    "/{item_id}/{act}",
    operation_id="act_on_purchase",
    response_model=Purchase,
    responses=SENDING,
    openapi_extra=describe_request_body(PurchaseActRequest, keyed=False),
)
def act_on_purchase(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    act: InAct,
    sent: Annotated[PurchaseActRequest, build_act_body(PurchaseActRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Open or close the survey, propose a plan to the members, award it, close the purchase.

    No Idempotency-Key: the same act again changes nothing. A plan is proposed and awarded only
    while needs, agreements and offers are those that it was computed from.
    """
    return json_response(
        request,
        house.of(PurchaseServices).purchases.act(caller, item_id, act, plan=sent.plan, now=now),
    )
