"""Plans of a purchase: their inputs, their proof, and each member's part and answer."""

from typing import Annotated

from starlette.responses import Response

from synergie.policy import Principal
from synergie.purchase.records.run import PlanRequest, PurchaseInputs, PurchasePart, PurchaseRun
from synergie.purchase.services import PurchaseServices
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import PartRequest
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, Limit, router_of
from synergie.server.api.shared_plans import OfItem, OfPlan
from synergie.server.api.words import READING, SENDING, describe_request_body

router = router_of("purchases")

Reader = Annotated[Principal, authorize_scope("purchases:read")]
Writer = Annotated[Principal, authorize_scope("purchases:write")]


@router.get(
    "/{item_id}/inputs",
    operation_id="read_purchase_inputs",
    response_model=PurchaseInputs,
    responses=READING,
)
def read_purchase_inputs(*, caller: Reader, asked: OfItem) -> Response:
    """What a plan is computed from now: the needs that agreements open, and the offers.

    It says who is missing, and why. Each member's needs are recorded as read before they leave.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).runs.inputs(caller, asked.item, now=asked.now)
    )


@router.post(
    "/{item_id}/plans",
    operation_id="keep_plan",
    status_code=201,
    response_model=PurchaseRun,
    responses=SENDING,
    openapi_extra=describe_request_body(PlanRequest),
)
def keep_plan(
    *,
    caller: Writer,
    sent: Annotated[BodyWithKey[PlanRequest], build_keyed_body(PlanRequest)],
    asked: OfItem,
) -> Response:
    """Keep a plan that you computed from the inputs as they are now.

    Each amount is added again, and each requirement held against it, before it is kept.
    """
    made = asked.house.of(PurchaseServices).runs.keep(
        caller, asked.item, sent.value, once=sent.once, now=asked.now
    )
    return asked.build_response(made, status=201)


@router.get(
    "/{item_id}/plans",
    operation_id="list_plans",
    response_model=Page[PurchaseRun],
    responses=READING,
)
def list_plans(
    *, caller: Reader, asked: OfItem, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the plans of a purchase that you coordinate, by id, without what they say."""
    page = asked.house.of(PurchaseServices).runs.page(
        caller, asked.item, after=after, limit=limit, now=asked.now
    )
    return asked.build_response(page)


@router.get(
    "/{item_id}/plans/{plan_id}",
    operation_id="read_plan",
    response_model=PurchaseRun,
    responses=READING,
)
def read_plan(*, caller: Reader, asked: OfPlan) -> Response:
    """One plan with the digests of its inputs, for the coordinator."""
    return asked.build_response(
        asked.house.of(PurchaseServices).runs.read(caller, asked.item, asked.plan, now=asked.now)
    )


@router.get(
    "/{item_id}/plans/{plan_id}/inputs",
    operation_id="read_plan_inputs",
    response_model=PurchaseInputs,
    responses=READING,
)
def read_plan_inputs(*, caller: Reader, asked: OfPlan) -> Response:
    """The inputs of a plan, to the byte: solved again they give the same plan, to the byte.

    Each agreement is asked again: 403 with the first that does not open its needs any more.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).runs.inputs_of(
            caller, asked.item, asked.plan, now=asked.now
        )
    )


@router.get(
    "/{item_id}/plans/{plan_id}/parts",
    operation_id="list_parts",
    response_model=Page[PurchasePart],
    responses=READING,
)
def list_parts(
    *, caller: Reader, asked: OfPlan, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the parts of a plan with their answers, by member; for the coordinator."""
    page = asked.house.of(PurchaseServices).parts.page(
        caller, asked.item, asked.plan, after=after, limit=limit, now=asked.now
    )
    return asked.build_response(page)


@router.get(
    "/{item_id}/plans/{plan_id}/part",
    operation_id="read_part",
    response_model=PurchasePart,
    responses=READING,
)
def read_part(*, caller: Reader, asked: OfPlan) -> Response:
    """Your part of a plan that was proposed: what you buy, from whom, at which prices, your gain.

    Nothing of another member is in it. That you read it is recorded.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).parts.read(caller, asked.item, asked.plan, now=asked.now)
    )


@router.post(
    "/{item_id}/plans/{plan_id}/answer",
    operation_id="answer_part",
    response_model=PurchasePart,
    responses=SENDING,
    openapi_extra=describe_request_body(PartRequest, keyed=False),
)
def answer_part(
    *, caller: Writer, sent: Annotated[PartRequest, build_act_body(PartRequest)], asked: OfPlan
) -> Response:
    """Accept or decline your part, by the digest of what you read; once.

    No Idempotency-Key: the same answer again changes nothing, another one is refused until the
    first is withdrawn.
    """
    found = asked.house.of(PurchaseServices).parts.answer(
        caller, asked.item, asked.plan, sent, now=asked.now
    )
    return asked.build_response(found)


@router.post(
    "/{item_id}/plans/{plan_id}/answer/withdraw",
    operation_id="withdraw_answer",
    response_model=PurchasePart,
    responses=SENDING,
)
def withdraw_answer(*, caller: Writer, asked: OfPlan) -> Response:
    """Take your answer back, while the plan is not awarded. No body; again changes nothing."""
    return asked.build_response(
        asked.house.of(PurchaseServices).parts.withdraw(
            caller, asked.item, asked.plan, now=asked.now
        )
    )
