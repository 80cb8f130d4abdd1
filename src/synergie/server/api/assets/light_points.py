"""Light points: what an owner declares, and who may read it."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.assets.light_point import LightPoint, LightPointRecord
from synergie.schemas.page import Page
from synergie.schemas.publication.publication import LightPointPublication
from synergie.schemas.readings.batch import Receipt
from synergie.server.api.answers import json_response, receipt
from synergie.server.api.bodies import Batch, build_publication_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, ItemId, Limit, router_of
from synergie.server.api.words import PUBLISHING, READING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InAssets

router = router_of("light-points")

Writer = Annotated[Principal, authorize_scope("light-points:write")]
Reader = Annotated[Principal, authorize_scope("light-points:read")]
Sent = Annotated[Batch[LightPointRecord], build_publication_body(LightPointPublication)]


@router.post(
    "",
    operation_id="publish_light_points",
    status_code=201,
    response_model=Receipt,
    responses=PUBLISHING,
    openapi_extra=describe_request_body(LightPointPublication),
)
def publish_light_points(
    *, request: Request, caller: Writer, sent: Sent, assets: InAssets, now: Now
) -> Response:
    """Declare light points of yours, new or changed, and get a receipt.

    200 with the first receipt when the same content was stored before.
    """
    return receipt(request, assets.light_points.publish(caller, sent.records, sent.how, now=now))


@router.get(
    "", operation_id="list_light_points", response_model=Page[LightPoint], responses=READING
)
def list_light_points(
    *,
    request: Request,
    caller: Reader,
    assets: InAssets,
    now: Now,
    agreement: AgreementId = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your light points, or of those that an agreement opens to you, by id."""
    page = assets.light_points.page(caller, agreement=agreement, after=after, limit=limit, now=now)
    return json_response(request, page)


@router.get(
    "/{item_id}", operation_id="read_light_point", response_model=LightPoint, responses=READING
)
def read_light_point(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    assets: InAssets,
    now: Now,
    agreement: AgreementId = None,
) -> Response:
    """One of your light points, or one that an agreement opens to you.

    404 when it does not exist or is not shared with you: the two look the same.
    """
    return json_response(
        request, assets.light_points.read(caller, item_id, agreement=agreement, now=now)
    )
