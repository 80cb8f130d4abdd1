"""Rounds of a campaign: kept by the coordinator, told to each body in its part."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.maintenance.records.campaign_rounds import (
    CampaignRounds,
    CampaignRoundsPart,
    CampaignRoundsRequest,
)
from synergie.maintenance.services import MaintenanceServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, check_identifier_form, router_of
from synergie.server.api.shared_plans import OfItem
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("campaigns")

Reader = Annotated[Principal, authorize_scope("campaigns:read")]
Writer = Annotated[Principal, authorize_scope("campaigns:write")]
RoundsId = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="The rounds, by the identifier they got."),
]


@router.post(
    "/{item_id}/rounds",
    operation_id="keep_rounds",
    status_code=201,
    response_model=CampaignRounds,
    responses=SENDING,
    openapi_extra=describe_request_body(CampaignRoundsRequest),
)
def keep_rounds(
    *,
    caller: Writer,
    sent: Annotated[BodyWithKey[CampaignRoundsRequest], build_keyed_body(CampaignRoundsRequest)],
    asked: OfItem,
) -> Response:
    """Keep rounds of a week or a day that you computed, and tell each body its part.

    A plan is in force; each asset is open to you now. Each time and amount is looked at again.
    """
    made = asked.house.of(MaintenanceServices).rounds.keep(
        caller, asked.item, sent.value, once=sent.once, now=asked.now
    )
    return asked.build_response(made, status=201)


@router.get(
    "/{item_id}/rounds",
    operation_id="list_rounds",
    response_model=Page[CampaignRounds],
    responses=READING,
)
def list_rounds(
    *, caller: Reader, asked: OfItem, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the rounds of a campaign, by id: all to its coordinator, to a body those of it."""
    page = asked.house.of(MaintenanceServices).rounds.page(
        caller, asked.item, after=after, limit=limit, now=asked.now
    )
    return asked.build_response(page)


@router.get(
    "/{item_id}/rounds/{rounds_id}",
    operation_id="read_rounds",
    response_model=CampaignRounds,
    responses=READING,
)
def read_rounds(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    rounds_id: RoundsId,
    house: InHouse,
    now: Now,
) -> Response:
    """Rounds whole, with the problem they solve, for the coordinator; 403 as for a plan."""
    return json_response(
        request, house.of(MaintenanceServices).rounds.read(caller, item_id, rounds_id, now=now)
    )


@router.get(
    "/{item_id}/rounds/{rounds_id}/part",
    operation_id="read_rounds_part",
    response_model=CampaignRoundsPart,
    responses=READING,
)
def read_rounds_part(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    rounds_id: RoundsId,
    house: InHouse,
    now: Now,
) -> Response:
    """Your part of rounds: when which crew comes to which of your assets, and your crews' days.

    Nothing of another body is in it. That you read it is recorded.
    """
    return json_response(
        request, house.of(MaintenanceServices).rounds.part(caller, item_id, rounds_id, now=now)
    )
