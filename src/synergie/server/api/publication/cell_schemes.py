"""Cell schemes: the fixed groups of points whose sums may be published."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, Limit, check_identifier_form, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InPublication

router = router_of("cell-schemes")

Reader = Annotated[Principal, authorize_scope("aggregates:read")]
Writer = Annotated[Principal, authorize_scope("aggregates:write")]
Name = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(alias="scheme", description="Your name for the scheme."),
]
Either = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="Your name for a scheme of yours, or the `id` of anybody's."),
]
Sent = Annotated[CellSchemeRecord, build_act_body(CellSchemeRecord)]


@router.get(
    "", operation_id="list_cell_schemes", response_model=Page[CellScheme], responses=READING
)
def list_cell_schemes(
    *,
    request: Request,
    caller: Reader,
    publication: InPublication,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the cell schemes that you defined, by name, each in its newest version."""
    return json_response(
        request, publication.cell_schemes.page(caller, after=after, limit=limit, now=now)
    )


@router.get(
    "/{scheme}", operation_id="read_cell_scheme", response_model=CellScheme, responses=READING
)
def read_cell_scheme(
    *, request: Request, caller: Reader, scheme: Either, publication: InPublication, now: Now
) -> Response:
    """A cell scheme: it tells of communes and categories, never of points.

    Whoever is asked to sign an agreement that names one may read it.
    """
    return json_response(request, publication.cell_schemes.read(caller, scheme, now=now))


@router.put(
    "/{scheme}",
    operation_id="save_cell_scheme",
    response_model=CellScheme,
    responses=SENDING,
    openapi_extra=describe_request_body(CellSchemeRecord, keyed=False),
)
def save_cell_scheme(
    *,
    request: Request,
    caller: Writer,
    name: Name,
    sent: Sent,
    publication: InPublication,
    now: Now,
) -> Response:
    """Define a cell scheme under this name, new or as the next version.

    Each point of a commune must fall in exactly one leaf. A calendar year of which something is
    out keeps the version it has; the same again changes nothing.
    """
    return json_response(request, publication.cell_schemes.save(caller, name, sent, now=now))
