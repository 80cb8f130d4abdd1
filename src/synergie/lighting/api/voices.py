"""Voices on a comparison, their weighing, and results of consultations of a joint study."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.lighting.records.part import StudyPart
from synergie.lighting.records.voice import (
    CollectedVoices,
    ConsultationRecord,
    KeptWeighing,
    PublishedConsultation,
    StudyVoice,
    VoiceRequest,
    WeighingRequest,
)
from synergie.lighting.services import LightingServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import (
    BodyWithKey,
    build_act_body,
    build_keyed_body,
    build_replacement_body,
)
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
ConsultationId = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="The result, by the identifier it got."),
]


@router.post(
    "/{item_id}/comparisons/{comparison_id}/voice",
    operation_id="give_lighting_voice",
    response_model=StudyVoice,
    responses=SENDING,
    openapi_extra=describe_request_body(VoiceRequest, keyed=False),
)
def give_lighting_voice(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    sent: Annotated[VoiceRequest, build_act_body(VoiceRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Say the order, weights and vetoes of your council and of groups you asked; once.

    No Idempotency-Key: the same voice again changes nothing, another one is refused until the
    first is withdrawn. No orders of single people; no group of one to nine people.
    """
    said = house.of(LightingServices).voices.give(caller, item_id, comparison_id, sent, now=now)
    return json_response(request, said)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/voice",
    operation_id="read_lighting_voice",
    response_model=StudyVoice,
    responses=READING,
)
def read_lighting_voice(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """What you said yourself; nobody else reads it before voices are collected."""
    return json_response(
        request, house.of(LightingServices).voices.read(caller, item_id, comparison_id, now=now)
    )


@router.post(
    "/{item_id}/comparisons/{comparison_id}/voice/withdraw",
    operation_id="withdraw_lighting_voice",
    response_model=StudyPart,
    responses=SENDING,
)
def withdraw_lighting_voice(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """Take your voice back while voices are taken; nothing of it stays. No body."""
    found = house.of(LightingServices).voices.withdraw(caller, item_id, comparison_id, now=now)
    return json_response(request, found)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/voices",
    operation_id="read_lighting_voices",
    response_model=CollectedVoices,
    responses=READING,
)
def read_lighting_voices(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """All voices once they are collected, for the coordinator: what the weighing is made from.

    409 while voices are taken. Recorded for each body that spoke.
    """
    found = house.of(LightingServices).weighings.voices(caller, item_id, comparison_id, now=now)
    return json_response(request, found)


@router.put(
    "/{item_id}/comparisons/{comparison_id}/weighing",
    operation_id="keep_lighting_weighing",
    response_model=KeptWeighing,
    responses=SENDING,
    openapi_extra=describe_request_body(WeighingRequest, keyed=False),
)
def keep_lighting_weighing(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    sent: Annotated[WeighingRequest, build_replacement_body(WeighingRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Keep the weighing that you computed from the collected voices, and tell it to every body."""
    done = house.of(LightingServices).weighings.keep(caller, item_id, comparison_id, sent, now=now)
    return json_response(request, done)


@router.get(
    "/{item_id}/comparisons/{comparison_id}/weighing",
    operation_id="read_lighting_weighing",
    response_model=KeptWeighing,
    responses=READING,
)
def read_lighting_weighing(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    comparison_id: ComparisonId,
    house: InHouse,
    now: Now,
) -> Response:
    """The weighing, groups side by side: for the coordinator, and each body with a part."""
    found = house.of(LightingServices).weighings.read(caller, item_id, comparison_id, now=now)
    return json_response(request, found)


@router.post(
    "/{item_id}/consultations",
    operation_id="publish_consultation",
    status_code=201,
    response_model=PublishedConsultation,
    responses=SENDING,
    openapi_extra=describe_request_body(ConsultationRecord),
)
def publish_consultation(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[ConsultationRecord], build_keyed_body(ConsultationRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Publish what came of a consultation of yours to every body of the study; once.

    Counts alone: 422 when a group, or a rest between groups, of one to nine people is in it.
    """
    made = house.of(LightingServices).consultations.publish(
        caller, item_id, sent.value, once=sent.once, now=now
    )
    return json_response(request, made, status=201)


@router.get(
    "/{item_id}/consultations",
    operation_id="list_consultations",
    response_model=Page[PublishedConsultation],
    responses=READING,
)
def list_consultations(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the results that bodies of the study published, without what they say."""
    page = house.of(LightingServices).consultations.page(
        caller, item_id, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get(
    "/{item_id}/consultations/{consultation_id}",
    operation_id="read_consultation",
    response_model=PublishedConsultation,
    responses=READING,
)
def read_consultation(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    consultation_id: ConsultationId,
    house: InHouse,
    now: Now,
) -> Response:
    """One result: what was asked, how many answered, what groups put first."""
    found = house.of(LightingServices).consultations.read(caller, item_id, consultation_id, now=now)
    return json_response(request, found)
