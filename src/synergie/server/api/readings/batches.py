"""Batches that you sent, and their receipts."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import HeldReceipts, Receipt, UnknownBatches
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import READING, SD_JWT, SENDING, gives_receipt
from synergie.server.guard import Now
from synergie.server.house import InReadings, InTrust

router = router_of("batches")

Reader = Annotated[Principal, authorize_scope("batches:read")]


@router.get("", operation_id="list_batches", response_model=Page[Receipt], responses=READING)
def list_batches(
    *,
    request: Request,
    caller: Reader,
    readings: InReadings,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your receipts, by id."""
    return json_response(request, readings.batches.page(caller, after=after, limit=limit, now=now))


@router.post(
    "/unknown",
    operation_id="list_unknown_batches",
    response_model=UnknownBatches,
    responses=SENDING,
)
def list_unknown_batches(
    *,
    request: Request,
    caller: Reader,
    sent: Annotated[HeldReceipts, build_act_body(HeldReceipts)],
    readings: InReadings,
    now: Now,
) -> Response:
    """After a restore: which of the receipts you hold are of batches that are not here any more.

    Send their content again. No Idempotency-Key: it changes nothing.
    """
    unknown = readings.batches.unknown(caller, sent.receipts, now=now)
    return json_response(request, UnknownBatches(unknown=unknown))


@router.get("/{item_id}", operation_id="read_batch", response_model=Receipt, responses=READING)
def read_batch(
    *, request: Request, caller: Reader, item_id: ItemId, readings: InReadings, now: Now
) -> Response:
    """One receipt of yours; 404 for a batch of another, as for none."""
    return json_response(request, readings.batches.read(caller, item_id, now=now))


@router.get(
    "/{item_id}/receipt.jws",
    operation_id="read_signed_receipt",
    responses=READING | gives_receipt(),
    response_class=Response,
)
def read_signed_receipt(*, caller: Reader, item_id: ItemId, trust: InTrust, now: Now) -> Response:
    """The server's receipt for a batch of yours, signed: what was received, and when."""
    receipt = trust.receipts.batch(caller, item_id, now=now)
    return Response(receipt, media_type=SD_JWT)
