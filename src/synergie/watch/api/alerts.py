"""Alerts of the watch: listed, read, judged, turned into tickets."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, ItemId, Limit, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InHouse
from synergie.watch.records.alert import Alert, AlertState, AlertVerdictRequest
from synergie.watch.services import WatchServices

router = router_of("alerts")

Reader = Annotated[Principal, authorize_scope("alerts:read")]
Writer = Annotated[Principal, authorize_scope("alerts:write")]
State = Annotated[
    AlertState | None, Query(description="Only those that stand so. Left out: all of them.")
]


@router.get("", operation_id="list_alerts", response_model=Page[Alert], responses=READING)
def list_alerts(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    state: State = None,
    agreement: AgreementId = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of alerts of your cabinets, or of those whose raw curves an agreement opens, by id.

    Under an agreement that opens no raw curve: 403 `granularity_too_fine`.
    """
    page = house.of(WatchServices).alerts.page(
        caller, state=state, agreement=agreement, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get("/{item_id}", operation_id="read_alert", response_model=Alert, responses=READING)
def read_alert(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    now: Now,
    agreement: AgreementId = None,
) -> Response:
    """One alert of yours, or one that an agreement to raw curves opens to you: named, else 404."""
    found = house.of(WatchServices).alerts.read(caller, item_id, agreement=agreement, now=now)
    return json_response(request, found)


@router.post(
    "/{item_id}/verdict",
    operation_id="judge_alert",
    response_model=Alert,
    responses=SENDING,
    openapi_extra=describe_request_body(AlertVerdictRequest, keyed=False),
)
def judge_alert(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[AlertVerdictRequest, build_act_body(AlertVerdictRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Say whether an alert of yours is true, false, or explained by known works.

    No Idempotency-Key: the same verdict again changes nothing, another one takes its place.
    """
    said = house.of(WatchServices).alerts.judge(caller, item_id, sent, now=now)
    return json_response(request, said)


@router.post(
    "/{item_id}/ticket", operation_id="make_alert_ticket", response_model=Alert, responses=SENDING
)
def make_alert_ticket(
    *, request: Request, caller: Writer, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """Make a ticket of maintenance of an alert of yours, once. No body, no Idempotency-Key.

    The ticket is a work order of kind `report` that maintenance plans read. The alert is closed
    when a work order of its number comes back as done, or after three normal nights. 409: the alert
    is over, or it is of whoever sends readings or keeps contracts.
    """
    made = house.of(WatchServices).alerts.make_ticket(caller, item_id, now=now)
    return json_response(request, made)
