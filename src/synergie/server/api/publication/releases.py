"""Releases: sums of a closed period over the cells of a scheme, published once they may be told."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.publication.release import Release, ReleaseRequest
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, ItemId, Limit, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InPublication

router = router_of("releases")

Reader = Annotated[Principal, authorize_scope("aggregates:read")]
Writer = Annotated[Principal, authorize_scope("aggregates:write")]


@router.post(
    "",
    operation_id="publish_release",
    status_code=201,
    response_model=Release,
    responses=SENDING,
    openapi_extra=describe_request_body(ReleaseRequest),
)
def publish_release(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[ReleaseRequest], build_keyed_body(ReleaseRequest)],
    publication: InPublication,
    now: Now,
) -> Response:
    """Sum a closed month or year over the cells of your scheme, and publish what may be told.

    Counted are your own points, and those that agreements open to sums over this scheme. Each
    cell is checked together with all that is out of the same year: what would tell a smaller set
    by difference is hidden, with its reason. A period that is out is published again, as its next
    version, only when the points that changed may be told by themselves.
    """
    made = publication.aggregates.release(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get("", operation_id="list_releases", response_model=Page[Release], responses=READING)
def list_releases(
    *,
    request: Request,
    caller: Reader,
    publication: InPublication,
    now: Now,
    agreement: AgreementId = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your releases, or of those of the scheme that an agreement opens, by id."""
    page = publication.aggregates.page(
        caller, agreement=agreement, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get("/{item_id}", operation_id="read_release", response_model=Release, responses=READING)
def read_release(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    publication: InPublication,
    now: Now,
    agreement: AgreementId = None,
) -> Response:
    """One release; 404 for one that you may not read, as for none."""
    return json_response(
        request, publication.aggregates.read(caller, item_id, agreement=agreement, now=now)
    )
