"""Plans of a campaign: what they stand on, their proof, and each body's part and answer."""

from typing import Annotated

from starlette.responses import Response

from synergie.maintenance.records.run import (
    CampaignInputs,
    CampaignPart,
    CampaignPlanRequest,
    CampaignProblem,
    CampaignRun,
)
from synergie.maintenance.services import MaintenanceServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import PartRequest
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, Limit, router_of
from synergie.server.api.shared_plans import OfItem, OfPlan
from synergie.server.api.words import READING, SENDING, describe_request_body

router = router_of("campaigns")

Reader = Annotated[Principal, authorize_scope("campaigns:read")]
Writer = Annotated[Principal, authorize_scope("campaigns:write")]


@router.get(
    "/{item_id}/inputs",
    operation_id="read_campaign_inputs",
    response_model=CampaignInputs,
    responses=READING,
)
def read_campaign_inputs(*, caller: Reader, asked: OfItem) -> Response:
    """Whose assets agreements open to you now, how many and in which state; and who is missing.

    Read the assets themselves by their own routes. Recorded as read, body by body.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).runs.inputs(caller, asked.item, now=asked.now)
    )


@router.post(
    "/{item_id}/plans",
    operation_id="keep_campaign_plan",
    status_code=201,
    response_model=CampaignRun,
    responses=SENDING,
    openapi_extra=describe_request_body(CampaignPlanRequest),
)
def keep_campaign_plan(
    *,
    caller: Writer,
    sent: Annotated[BodyWithKey[CampaignPlanRequest], build_keyed_body(CampaignPlanRequest)],
    asked: OfItem,
) -> Response:
    """Keep a plan that you computed, with its problem, of cabinets that are open to you now.

    Each amount is added again, and each requirement held against it, before it is kept.
    """
    made = asked.house.of(MaintenanceServices).runs.keep(
        caller, asked.item, sent.value, once=sent.once, now=asked.now
    )
    return asked.build_response(made, status=201)


@router.get(
    "/{item_id}/plans",
    operation_id="list_campaign_plans",
    response_model=Page[CampaignRun],
    responses=READING,
)
def list_campaign_plans(
    *, caller: Reader, asked: OfItem, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the plans of a campaign that you coordinate, by id, without what they say."""
    page = asked.house.of(MaintenanceServices).runs.page(
        caller, asked.item, after=after, limit=limit, now=asked.now
    )
    return asked.build_response(page)


@router.get(
    "/{item_id}/plans/{plan_id}",
    operation_id="read_campaign_plan",
    response_model=CampaignRun,
    responses=READING,
)
def read_campaign_plan(*, caller: Reader, asked: OfPlan) -> Response:
    """One plan with what it says and its digests, for the coordinator.

    It names cabinets, so each agreement is asked again: 403 with the first that does not open them
    any more.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).runs.read(caller, asked.item, asked.plan, now=asked.now)
    )


@router.get(
    "/{item_id}/plans/{plan_id}/problem",
    operation_id="read_campaign_problem",
    response_model=CampaignProblem,
    responses=READING,
)
def read_campaign_problem(*, caller: Reader, asked: OfPlan) -> Response:
    """The problem that a plan solves, to the byte: solved again it gives the same plan.

    Each agreement is asked again: 403 with the first that does not open its assets any more.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).runs.problem_of(
            caller, asked.item, asked.plan, now=asked.now
        )
    )


@router.get(
    "/{item_id}/plans/{plan_id}/parts",
    operation_id="list_campaign_parts",
    response_model=Page[CampaignPart],
    responses=READING,
)
def list_campaign_parts(
    *, caller: Reader, asked: OfPlan, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the parts of a plan with their answers, by body; for the coordinator."""
    page = asked.house.of(MaintenanceServices).parts.page(
        caller, asked.item, asked.plan, after=after, limit=limit, now=asked.now
    )
    return asked.build_response(page)


@router.get(
    "/{item_id}/plans/{plan_id}/part",
    operation_id="read_campaign_part",
    response_model=CampaignPart,
    responses=READING,
)
def read_campaign_part(*, caller: Reader, asked: OfPlan) -> Response:
    """Your part of a plan that was proposed: your visits by week, who comes, your cost and gain.

    Nothing of another body is in it. That you read it is recorded.
    """
    return asked.build_response(
        asked.house.of(MaintenanceServices).parts.read(
            caller, asked.item, asked.plan, now=asked.now
        )
    )


@router.post(
    "/{item_id}/plans/{plan_id}/answer",
    operation_id="answer_campaign_part",
    response_model=CampaignPart,
    responses=SENDING,
    openapi_extra=describe_request_body(PartRequest, keyed=False),
)
def answer_campaign_part(
    *, caller: Writer, sent: Annotated[PartRequest, build_act_body(PartRequest)], asked: OfPlan
) -> Response:
    """Accept or decline your part, by the digest of what you read; once.

    No Idempotency-Key: the same answer again changes nothing, another one is refused until the
    first is withdrawn.
    """
    found = asked.house.of(MaintenanceServices).parts.answer(
        caller, asked.item, asked.plan, sent, now=asked.now
    )
    return asked.build_response(found)


@router.post(
    "/{item_id}/plans/{plan_id}/answer/withdraw",
    operation_id="withdraw_campaign_answer",
    response_model=CampaignPart,
    responses=SENDING,
)
def withdraw_campaign_answer(*, caller: Writer, asked: OfPlan) -> Response:
    """Take your answer back, while the plan is not adopted. No body; again changes nothing."""
    return asked.build_response(
        asked.house.of(MaintenanceServices).parts.withdraw(
            caller, asked.item, asked.plan, now=asked.now
        )
    )
