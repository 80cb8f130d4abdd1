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
from synergie.server.api.answers import told
from synergie.server.api.bodies import Sent, acting, creating, replacing
from synergie.server.api.door import may
from synergie.server.api.queries import After, ItemId, Limit, known_form, router_of
from synergie.server.api.words import READING, SENDING, accepts
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("lighting-studies")

Reader = Annotated[Principal, may("lighting-studies:read")]
Writer = Annotated[Principal, may("lighting-studies:write")]
ComparisonId = Annotated[
    str,
    AfterValidator(known_form),
    Path(description="The comparison, by the identifier it was given."),
]
ConsultationId = Annotated[
    str, AfterValidator(known_form), Path(description="The result, by the identifier it got.")
]


@router.post(
    "/{item_id}/comparisons/{comparison_id}/voice",
    operation_id="give_lighting_voice",
    response_model=StudyVoice,
    responses=SENDING,
    openapi_extra=accepts(VoiceRequest, keyed=False),
)
def give_lighting_voice(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    sent: Annotated[VoiceRequest, acting(VoiceRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Say the order, weights and vetoes of your council and of groups you asked; once.

    No Idempotency-Key: the same voice again changes nothing, another one is refused until the
    first is withdrawn. No orders of single people; no group of one to nine people.
    """
    said = house.of(LightingServices).voices.give(caller, item_id, comparison_id, sent, now=now)
    return told(request, said)


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
    return told(
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
    return told(request, found)


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
    return told(request, found)


@router.put(
    "/{item_id}/comparisons/{comparison_id}/weighing",
    operation_id="keep_lighting_weighing",
    response_model=KeptWeighing,
    responses=SENDING,
    openapi_extra=accepts(WeighingRequest, keyed=False),
)
def keep_lighting_weighing(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    comparison_id: ComparisonId,
    sent: Annotated[WeighingRequest, replacing(WeighingRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Keep the weighing that you computed from the collected voices, and tell it to every body."""
    done = house.of(LightingServices).weighings.keep(caller, item_id, comparison_id, sent, now=now)
    return told(request, done)


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
    return told(request, found)


@router.post(
    "/{item_id}/consultations",
    operation_id="publish_consultation",
    status_code=201,
    response_model=PublishedConsultation,
    responses=SENDING,
    openapi_extra=accepts(ConsultationRecord),
)
def publish_consultation(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[Sent[ConsultationRecord], creating(ConsultationRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Publish what came of a consultation of yours to every body of the study; once.

    Counts alone: 422 when a group, or a rest between groups, of one to nine people is in it.
    """
    made = house.of(LightingServices).consultations.publish(
        caller, item_id, sent.value, once=sent.once, now=now
    )
    return told(request, made, status=201)


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
    return told(request, page)


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
    return told(request, found)
