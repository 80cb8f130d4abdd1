"""Energy and cost by civil year: of one point, of one site, or of all."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.errors import BadInput
from synergie.policy import Principal
from synergie.schemas.readings.year_table import YearTable
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import check_identifier_form, router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InReadings

router = router_of("years")

Reader = Annotated[Principal, authorize_scope("records:read")]
_FORM = AfterValidator(lambda value: value if value is None else check_identifier_form(value))
Point = Annotated[
    str | None, _FORM, Query(description="Only of this delivery point, by source with its files.")
]
Site = Annotated[str | None, _FORM, Query(description="Only of the points of this site.")]


@router.get("", operation_id="read_years", response_model=YearTable, responses=READING)
def read_years(
    *,
    request: Request,
    caller: Reader,
    readings: InReadings,
    now: Now,
    supply_point: Point = None,
    site: Site = None,
) -> Response:
    """Every year of your own points: energy, cost, and what of it is in part, suspect, estimated.

    Bills and indexes stand beside curves, with the gap between both; they are never added. No
    agreement opens it: of what is shared with you ask for curves and records.
    404 when the point or the site does not exist or is not yours.
    """
    if supply_point is not None and site is not None:
        raise BadInput("site", site, "a delivery point or a site, one of the two")
    if supply_point is not None:
        return json_response(request, readings.years.point(caller, supply_point, now=now))
    if site is not None:
        return json_response(request, readings.years.site(caller, site, now=now))
    return json_response(request, readings.years.all(caller, now=now))
