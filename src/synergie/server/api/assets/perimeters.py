"""Named perimeters: lists of your things, in versions that agreements may name."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.trust.agreements import Version
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InAssets

router = router_of("perimeters")

Reader = Annotated[Principal, authorize_scope("perimeters:read")]
Writer = Annotated[Principal, authorize_scope("perimeters:write")]


@router.put(
    "",
    operation_id="save_perimeter",
    response_model=NamedPerimeter,
    responses=SENDING,
    openapi_extra=describe_request_body(NamedPerimeterRecord, keyed=False),
)
def save_perimeter(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[NamedPerimeterRecord, build_act_body(NamedPerimeterRecord)],
    assets: InAssets,
    now: Now,
) -> Response:
    """Save a perimeter under its name: another list of things is a new version.

    The same list changes nothing. An agreement names one version, and covers nothing of a later
    one.
    """
    return json_response(request, assets.perimeters.save(caller, sent, now=now))


@router.get(
    "", operation_id="list_perimeters", response_model=Page[NamedPerimeter], responses=READING
)
def list_perimeters(
    *,
    request: Request,
    caller: Reader,
    assets: InAssets,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of your perimeters in their newest version, by id."""
    return json_response(request, assets.perimeters.page(caller, after=after, limit=limit, now=now))


@router.get(
    "/{item_id}", operation_id="read_perimeter", response_model=NamedPerimeter, responses=READING
)
def read_perimeter(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    assets: InAssets,
    now: Now,
    version: Version = None,
) -> Response:
    """One perimeter of yours, the newest version or the one asked for.

    With `version`, also one of another's that an agreement of yours names: identifiers only.
    """
    return json_response(request, assets.perimeters.read(caller, item_id, version=version, now=now))
