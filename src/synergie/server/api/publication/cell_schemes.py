"""Cell schemes: the fixed groups of points whose sums may be published."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.server.api.answers import told
from synergie.server.api.bodies import acting
from synergie.server.api.door import may
from synergie.server.api.queries import After, Limit, known_form, router_of
from synergie.server.api.words import READING, SENDING, accepts
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("cell-schemes")

Reader = Annotated[Principal, may("aggregates:read")]
Writer = Annotated[Principal, may("aggregates:write")]
Name = Annotated[
    str, AfterValidator(known_form), Path(alias="scheme", description="Your name for the scheme.")
]
Either = Annotated[
    str,
    AfterValidator(known_form),
    Path(description="Your name for a scheme of yours, or the `id` of anybody's."),
]
Sent = Annotated[CellSchemeRecord, acting(CellSchemeRecord)]


@router.get(
    "", operation_id="list_cell_schemes", response_model=Page[CellScheme], responses=READING
)
def list_cell_schemes(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the cell schemes that you defined, by name, each in its newest version."""
    return told(request, house.cell_schemes.page(caller, after=after, limit=limit, now=now))


@router.get(
    "/{scheme}", operation_id="read_cell_scheme", response_model=CellScheme, responses=READING
)
def read_cell_scheme(
    *, request: Request, caller: Reader, scheme: Either, house: InHouse, now: Now
) -> Response:
    """A cell scheme: it tells of communes and categories, never of points.

    Whoever is asked to sign an agreement that names one may read it.
    """
    return told(request, house.cell_schemes.read(caller, scheme, now=now))


@router.put(
    "/{scheme}",
    operation_id="save_cell_scheme",
    response_model=CellScheme,
    responses=SENDING,
    openapi_extra=accepts(CellSchemeRecord, keyed=False),
)
def save_cell_scheme(
    *, request: Request, caller: Writer, name: Name, sent: Sent, house: InHouse, now: Now
) -> Response:
    """Define a cell scheme under this name, new or as the next version.

    Each point of a commune must fall in exactly one leaf. A calendar year of which something is
    out keeps the version it has; the same again changes nothing.
    """
    return told(request, house.cell_schemes.save(caller, name, sent, now=now))
