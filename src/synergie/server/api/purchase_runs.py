"""Plans of a purchase: their inputs, their proof, and each member's part and answer."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.purchase_run import (
    PartRequest,
    PlanRequest,
    PurchaseInputs,
    PurchasePart,
    PurchaseRun,
)
from synergie.server.api._answers import told
from synergie.server.api._bodies import Sent, acting, creating
from synergie.server.api._door import may
from synergie.server.api._house import InHouse
from synergie.server.api._queries import After, ItemId, Limit, known_form, router_of
from synergie.server.api._words import READING, SENDING, accepts
from synergie.server.guard import Now

router = router_of("purchases")

Reader = Annotated[Principal, may("purchases:read")]
Writer = Annotated[Principal, may("purchases:write")]
PlanId = Annotated[
    str, AfterValidator(known_form), Path(description="The plan, by the identifier it was given.")
]


@router.get(
    "/{item_id}/inputs",
    operation_id="read_purchase_inputs",
    response_model=PurchaseInputs,
    responses=READING,
)
def read_purchase_inputs(
    *, request: Request, caller: Reader, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """What a plan is computed from now: the needs that agreements open, and the offers.

    It says who is missing, and why. Each member's needs are recorded as read before they leave.
    """
    return told(request, house.purchase_runs.inputs(caller, item_id, now=now))


@router.post(
    "/{item_id}/plans",
    operation_id="keep_plan",
    status_code=201,
    response_model=PurchaseRun,
    responses=SENDING,
    openapi_extra=accepts(PlanRequest),
)
def keep_plan(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[Sent[PlanRequest], creating(PlanRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Keep a plan that you computed from the inputs as they are now.

    Each amount is added again, and each requirement held against it, before it is kept.
    """
    made = house.purchase_runs.keep(caller, item_id, sent.value, once=sent.once, now=now)
    return told(request, made, status=201)


@router.get(
    "/{item_id}/plans",
    operation_id="list_plans",
    response_model=Page[PurchaseRun],
    responses=READING,
)
def list_plans(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the plans of a purchase that you coordinate, by id, without what they say."""
    page = house.purchase_runs.page(caller, item_id, after=after, limit=limit, now=now)
    return told(request, page)


@router.get(
    "/{item_id}/plans/{plan_id}",
    operation_id="read_plan",
    response_model=PurchaseRun,
    responses=READING,
)
def read_plan(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    plan_id: PlanId,
    house: InHouse,
    now: Now,
) -> Response:
    """One plan with the digests of its inputs, for the coordinator."""
    return told(request, house.purchase_runs.read(caller, item_id, plan_id, now=now))


@router.get(
    "/{item_id}/plans/{plan_id}/inputs",
    operation_id="read_plan_inputs",
    response_model=PurchaseInputs,
    responses=READING,
)
def read_plan_inputs(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    plan_id: PlanId,
    house: InHouse,
    now: Now,
) -> Response:
    """The inputs of a plan, to the byte: solved again they give the same plan, to the byte.

    Each agreement is asked again: 403 with the first that does not open its needs any more.
    """
    return told(request, house.purchase_runs.inputs_of(caller, item_id, plan_id, now=now))


@router.get(
    "/{item_id}/plans/{plan_id}/parts",
    operation_id="list_parts",
    response_model=Page[PurchasePart],
    responses=READING,
)
def list_parts(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    plan_id: PlanId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the parts of a plan with their answers, by member; for the coordinator."""
    page = house.purchase_parts.page(caller, item_id, plan_id, after=after, limit=limit, now=now)
    return told(request, page)


@router.get(
    "/{item_id}/plans/{plan_id}/part",
    operation_id="read_part",
    response_model=PurchasePart,
    responses=READING,
)
def read_part(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    plan_id: PlanId,
    house: InHouse,
    now: Now,
) -> Response:
    """Your part of a plan that was proposed: what you buy, from whom, at which prices, your gain.

    Nothing of another member is in it. That you read it is recorded.
    """
    return told(request, house.purchase_parts.read(caller, item_id, plan_id, now=now))


@router.post(
    "/{item_id}/plans/{plan_id}/answer",
    operation_id="answer_part",
    response_model=PurchasePart,
    responses=SENDING,
    openapi_extra=accepts(PartRequest, keyed=False),
)
def answer_part(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    plan_id: PlanId,
    sent: Annotated[PartRequest, acting(PartRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Accept or decline your part, by the digest of what you read; once.

    No Idempotency-Key: the same answer again changes nothing, another one is refused until the
    first is withdrawn.
    """
    found = house.purchase_parts.answer(caller, item_id, plan_id, sent, now=now)
    return told(request, found)


@router.post(
    "/{item_id}/plans/{plan_id}/answer/withdraw",
    operation_id="withdraw_answer",
    response_model=PurchasePart,
    responses=SENDING,
)
def withdraw_answer(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    plan_id: PlanId,
    house: InHouse,
    now: Now,
) -> Response:
    """Take your answer back, while the plan is not awarded. No body; again changes nothing."""
    return told(request, house.purchase_parts.withdraw(caller, item_id, plan_id, now=now))
