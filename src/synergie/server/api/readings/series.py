"""Series: what an owner declares, and who may read it."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.publication.publication import SeriesPublication
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.series import Series, SeriesRecord
from synergie.server.api.answers import json_response, receipt
from synergie.server.api.bodies import Batch, build_publication_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, ItemId, Limit, router_of
from synergie.server.api.words import PUBLISHING, READING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InReadings

router = router_of("series")

Writer = Annotated[Principal, authorize_scope("series:write")]
Reader = Annotated[Principal, authorize_scope("series:read")]
Sent = Annotated[Batch[SeriesRecord], build_publication_body(SeriesPublication)]


@router.post(
    "",
    operation_id="publish_series",
    status_code=201,
    response_model=Receipt,
    responses=PUBLISHING,
    openapi_extra=describe_request_body(SeriesPublication),
)
def publish_series(
    *, request: Request, caller: Writer, sent: Sent, readings: InReadings, now: Now
) -> Response:
    """Declare series of yours, new or changed, and get a receipt.

    200 with the first receipt when the same content was stored before.
    """
    return receipt(request, readings.series.publish(caller, sent.records, sent.how, now=now))


@router.get("", operation_id="list_series", response_model=Page[Series], responses=READING)
def list_series(
    *,
    request: Request,
    caller: Reader,
    readings: InReadings,
    now: Now,
    agreement: AgreementId = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your series, or of those that an agreement opens to you, by id."""
    page = readings.series.page(caller, agreement=agreement, after=after, limit=limit, now=now)
    return json_response(request, page)


@router.get("/{item_id}", operation_id="read_one_series", response_model=Series, responses=READING)
def read_one_series(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    readings: InReadings,
    now: Now,
    agreement: AgreementId = None,
) -> Response:
    """One of your series, or one that an agreement opens to you.

    404 when it does not exist or is not shared with you: the two look the same.
    """
    return json_response(
        request, readings.series.read(caller, item_id, agreement=agreement, now=now)
    )
