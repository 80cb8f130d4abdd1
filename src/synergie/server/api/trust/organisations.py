"""The directory of organisations: the same for every authenticated caller."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.trust.organisation import Organisation
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InTrust

router = router_of("organisations")

Reader = Annotated[Principal, authorize_scope("organisations:read")]


@router.get(
    "", operation_id="list_organisations", response_model=Page[Organisation], responses=READING
)
def list_organisations(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the organisations known to this server, by id."""
    return json_response(request, trust.directory.page(caller, after=after, limit=limit, now=now))


@router.get(
    "/{item_id}", operation_id="read_organisation", response_model=Organisation, responses=READING
)
def read_organisation(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """One organisation of the directory."""
    return json_response(request, trust.directory.read(caller, item_id, now=now))
