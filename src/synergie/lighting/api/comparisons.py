"""Comparisons of a joint study: kept with what they are of, told to each body in its part."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.lighting.records.kept import ComparisonRequest, KeptComparison, KeptProblem
from synergie.lighting.records.part import StudyAnswerRequest, StudyPart
from synergie.lighting.services import LightingServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, check_identifier_form, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("lighting-studies")

Reader = Annotated[Principal, authorize_scope("lighting-studies:read")]
Writer = Annotated[Principal, authorize_scope("lighting-studies:write")]
ComparisonId = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="The comparison, by the identifier it was given."),
]


@router.post(
    "/{item_id}/comparisons",
    operation_id="keep_lighting_comparison",
    status_code=201,
    response_model=KeptComparison,
    responses=SENDING,
    openapi_extra=describe_request_body(ComparisonRequest),
)
def keep_lighting_comparison(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[ComparisonRequest], build_keyed_body(ComparisonRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Keep a comparison that you computed, with its study, of assets that are open to you now.

    Each sum is added again before it is kept; what is not opened and what does not exist are
    refused alike.
    """
    made = house.of(LightingServices).comparisons.keep(
        caller, item_id, sent.value, once=sent.once, now=now
    )
    return json_response(request, made, status=201)


@router.get(
    "/{item_id}/comparisons",
    operation_id="list_lighting_comparisons",
    response_model=Page[KeptComparison],
    responses=READING,
)
def list_lighting_comparisons(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the comparisons of a study that you coordinate, without what they say."""
    page = house.of(LightingServices).comparisons.page(
        caller, item_id, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get(
    "/{item_id}/comparisons/{comparison_id}",
    operation_id="read_lighting_comparison",
    response_model=KeptComparison,
    responses=READING,
)
def read_lighting_comparison(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """One comparison whole, with its digests, for the coordinator.

    It names cabinets, so each agreement is asked again: 403 with the first that does not open them
    any more.
    """
    found = house.of(LightingServices).comparisons.read(caller, item_id, comparison_id, now=now)
    return json_response(request, found)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/problem",
    operation_id="read_lighting_problem",
    response_model=KeptProblem,
    responses=READING,
)
def read_lighting_problem(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """The study that a comparison is of, to the byte: compared again it gives the same bytes.

    Each agreement is asked again: 403 with the first that does not open its assets any more.
    """
    found = house.of(LightingServices).comparisons.problem_of(
        caller, item_id, comparison_id, now=now
    )
    return json_response(request, found)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/parts",
    operation_id="list_lighting_parts",
    response_model=Page[StudyPart],
    responses=READING,
)
def list_lighting_parts(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the parts with their answers, by body; for the coordinator."""
    page = house.of(LightingServices).parts.page(
        caller, item_id, comparison_id, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/part",
    operation_id="read_lighting_part",
    response_model=StudyPart,
    responses=READING,
)
def read_lighting_part(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """Your part of what was proposed: effects on your communes and cabinets, what you pay.

    Nothing of another body is in it. That you read it is recorded.
    """
    return json_response(
        request, house.of(LightingServices).parts.read(caller, item_id, comparison_id, now=now)
    )


@router.post(
    "/{item_id}/comparisons/{comparison_id}/answer",
    operation_id="answer_lighting_part",
    response_model=StudyPart,
    responses=SENDING,
    openapi_extra=describe_request_body(StudyAnswerRequest, keyed=False),
)
def answer_lighting_part(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    sent: Annotated[StudyAnswerRequest, build_act_body(StudyAnswerRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Take a scenario or decline it, by the digest of what you read; once.

    No Idempotency-Key: the same answer again changes nothing, another one is refused until the
    first is withdrawn.
    """
    found = house.of(LightingServices).parts.answer(caller, item_id, comparison_id, sent, now=now)
    return json_response(request, found)


@router.post(
    "/{item_id}/comparisons/{comparison_id}/answer/withdraw",
    operation_id="withdraw_lighting_answer",
    response_model=StudyPart,
    responses=SENDING,
)
def withdraw_lighting_answer(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """Take your answer back, while nothing is adopted. No body; again changes nothing."""
    found = house.of(LightingServices).parts.withdraw(caller, item_id, comparison_id, now=now)
    return json_response(request, found)
