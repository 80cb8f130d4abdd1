"""Webhooks: addresses of yours that are told what changes."""

from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from synergie.exchange.readings.once import Once
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.trust.webhook import Delivery, Webhook, WebhookRecord
from synergie.server import intake
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import (
    READING,
    SENDING,
    describe_idempotency_key,
    describe_request_body,
)
from synergie.server.guard import Now
from synergie.server.house import InHouse, InTrust
from synergie.server.problems import responses

router = router_of("webhooks")

Reader = Annotated[Principal, authorize_scope("webhooks:read")]
Writer = Annotated[Principal, authorize_scope("webhooks:write")]
Sent = Annotated[WebhookRecord, build_act_body(WebhookRecord)]


async def _get_empty_body_key(request: Request, house: InHouse) -> Once:
    """The Idempotency-Key of a POST without a body."""
    key = intake.idempotency_key(request)
    digest = sha256()
    async for piece in intake.iterate_body_pieces(request, house.curve):
        digest.update(piece)
    return intake.build_once_key(
        request, request.state.principal.client_id, key, digest.hexdigest()
    )


Named = Annotated[Once, Depends(_get_empty_body_key)]

_ACTING = responses(400, 401, 403, 404, 409, 422, 429, 503, 507)


@router.post(
    "",
    operation_id="register_webhook",
    status_code=201,
    response_model=Webhook,
    responses=SENDING,
    openapi_extra=describe_request_body(WebhookRecord, keyed=False),
)
def register_webhook(
    *, request: Request, caller: Writer, sent: Sent, trust: InTrust, now: Now
) -> Response:
    """Register an address that is told what changes in your things and agreements.

    It is called before: `GET url?echo=<value>` must answer 200 with that value alone; what else it
    answers is never shown. The same address again changes its `kinds`, or opens it when it was
    disabled. The program must be registered with `changes:read`, too. A shared secret (`v1`) is
    told here once.
    """
    return json_response(request, trust.webhooks.register(caller, sent, now=now), status=201)


@router.get("", operation_id="list_webhooks", response_model=Page[Webhook], responses=READING)
def list_webhooks(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your organisation's webhooks, by id; those disabled say why."""
    return json_response(request, trust.webhooks.page(caller, after=after, limit=limit, now=now))


@router.get("/{item_id}", operation_id="read_webhook", response_model=Webhook, responses=READING)
def read_webhook(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """One of your webhooks."""
    return json_response(request, trust.webhooks.read(caller, item_id, now=now))


@router.delete(
    "/{item_id}",
    operation_id="remove_webhook",
    status_code=204,
    responses=_ACTING,
    response_class=Response,
)
def remove_webhook(*, caller: Writer, item_id: ItemId, trust: InTrust, now: Now) -> Response:
    """Remove a webhook, with the messages that were still to be sent."""
    trust.webhooks.remove(caller, item_id, now=now)
    return Response(status_code=204)


@router.post(
    "/{item_id}/rotate",
    operation_id="rotate_webhook_key",
    response_model=Webhook,
    responses=_ACTING,
    openapi_extra=describe_idempotency_key(),
)
def rotate_webhook_key(
    *, request: Request, caller: Writer, item_id: ItemId, named: Named, trust: InTrust, now: Now
) -> Response:
    """Give a webhook a new key; for 7 days messages are signed with the one before, too.

    A shared secret (`v1`) is told here once, and not again to the same Idempotency-Key.
    """
    return json_response(request, trust.webhooks.rotate(caller, item_id, once=named, now=now))


@router.post(
    "/{item_id}/test",
    operation_id="test_webhook",
    status_code=202,
    response_model=Delivery,
    responses=_ACTING,
    openapi_extra=describe_idempotency_key(),
)
def test_webhook(
    *, request: Request, caller: Writer, item_id: ItemId, named: Named, trust: InTrust, now: Now
) -> Response:
    """Have a message sent that tells nothing (`webhook.test`); see its deliveries."""
    return json_response(
        request, trust.webhooks.test(caller, item_id, once=named, now=now), status=202
    )


@router.get(
    "/{item_id}/deliveries",
    operation_id="list_webhook_deliveries",
    response_model=Page[Delivery],
    responses=READING,
)
def list_webhook_deliveries(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the messages of a webhook of the last 30 days, the newest first.

    Status and time of the last try, and when the next one comes; what the receiver answered is
    kept by nobody.
    """
    page = trust.webhooks.deliveries(caller, item_id, after=after, limit=limit, now=now)
    return json_response(request, page)
