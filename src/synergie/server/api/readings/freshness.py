"""How fresh data are, why they are late and who can act."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, Limit, router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InReadings

router = router_of("freshness")

Reader = Annotated[Principal, authorize_scope("freshness:read")]


@router.get(
    "", operation_id="list_freshness", response_model=Page[FreshnessLine], responses=READING
)
def list_freshness(
    *,
    request: Request,
    caller: Reader,
    readings: InReadings,
    now: Now,
    agreement: AgreementId = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of how fresh your flows and your series are; of the series an agreement opens.

    Under an agreement nothing finer is told than what it grants, and no flow.
    """
    page = readings.freshness.page(caller, agreement=agreement, after=after, limit=limit, now=now)
    return json_response(request, page)
