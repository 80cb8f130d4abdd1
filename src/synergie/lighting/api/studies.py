"""Joint lighting studies: announced by a coordinator, joined by bodies, decided step by step."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.lighting.records.exchange import (
    JointStudy,
    JointStudyAct,
    JointStudyActRequest,
    JointStudyInputs,
    JointStudyRecord,
)
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.services import LightingServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import BodiesRequest
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
acts = router_of("lighting-studies")
"""The acts: after every route with a last part of its own."""

Reader = Annotated[Principal, authorize_scope("lighting-studies:read")]
Writer = Annotated[Principal, authorize_scope("lighting-studies:write")]
InAct = Annotated[JointStudyAct, Path(description="What its coordinator does.")]
OptionsId = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="The options, by the identifier they got."),
]


@router.post(
    "",
    operation_id="create_lighting_study",
    status_code=201,
    response_model=JointStudy,
    responses=SENDING,
    openapi_extra=describe_request_body(JointStudyRecord),
)
def create_lighting_study(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[JointStudyRecord], build_keyed_body(JointStudyRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Announce a joint lighting study that you coordinate; nobody is invited yet."""
    made = house.of(LightingServices).studies.create(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get(
    "", operation_id="list_lighting_studies", response_model=Page[JointStudy], responses=READING
)
def list_lighting_studies(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the joint studies that you coordinate or were invited to, by id."""
    return json_response(
        request, house.of(LightingServices).studies.page(caller, after=after, limit=limit, now=now)
    )


@router.get(
    "/{item_id}", operation_id="read_lighting_study", response_model=JointStudy, responses=READING
)
def read_lighting_study(
    *, request: Request, caller: Reader, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """One joint study: its coordinator sees who takes part, a body itself alone; else 404."""
    return json_response(request, house.of(LightingServices).studies.read(caller, item_id, now=now))


@router.put(
    "/{item_id}",
    operation_id="change_lighting_study",
    response_model=JointStudy,
    responses=SENDING,
    openapi_extra=describe_request_body(JointStudyRecord, keyed=False),
)
def change_lighting_study(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[JointStudyRecord, build_replacement_body(JointStudyRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Say anew what you study together."""
    return json_response(
        request, house.of(LightingServices).studies.change(caller, item_id, sent, now=now)
    )


@router.put(
    "/{item_id}/bodies",
    operation_id="invite_lighting_bodies",
    response_model=JointStudy,
    responses=SENDING,
    openapi_extra=describe_request_body(BodiesRequest, keyed=False),
)
def invite_lighting_bodies(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodiesRequest, build_replacement_body(BodiesRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Invite organisations to a joint study that you coordinate; those already invited stay.

    To be invited opens nothing: a body joins by an agreement that opens its `assets` to you for
    `lighting_planning`. Invited, it reads the options that you publish.
    """
    found = house.of(LightingServices).studies.invite(caller, item_id, sent.bodies, now=now)
    return json_response(request, found)


@router.get(
    "/{item_id}/inputs",
    operation_id="read_lighting_inputs",
    response_model=JointStudyInputs,
    responses=READING,
)
def read_lighting_inputs(
    *, request: Request, caller: Reader, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """Whose assets agreements open to you now, how many and in which state; and who is missing.

    Read the assets themselves by their own routes. Recorded as read, body by body.
    """
    return json_response(
        request, house.of(LightingServices).comparisons.inputs(caller, item_id, now=now)
    )


@router.post(
    "/{item_id}/options",
    operation_id="publish_lighting_options",
    status_code=201,
    response_model=StudyOptions,
    responses=SENDING,
    openapi_extra=describe_request_body(OptionsRecord),
)
def publish_lighting_options(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[OptionsRecord], build_keyed_body(OptionsRecord)],
    house: InHouse,
    now: Now,
) -> Response:
    """Publish a version of the catalogue and the schedules to every body of the study."""
    made = house.of(LightingServices).options.publish(
        caller, item_id, sent.value, once=sent.once, now=now
    )
    return json_response(request, made, status=201)


@router.get(
    "/{item_id}/options",
    operation_id="list_lighting_options",
    response_model=Page[StudyOptions],
    responses=READING,
)
def list_lighting_options(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the versions of the options, by id, without what they say."""
    page = house.of(LightingServices).options.page(
        caller, item_id, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.get(
    "/{item_id}/options/{options_id}",
    operation_id="read_lighting_options",
    response_model=StudyOptions,
    responses=READING,
)
def read_lighting_options(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    options_id: OptionsId,
    house: InHouse,
    now: Now,
) -> Response:
    """One version of the options: what may be put in place, and how it may shine."""
    return json_response(
        request, house.of(LightingServices).options.read(caller, item_id, options_id, now=now)
    )


@acts.post(
    "/{item_id}/{act}",
    operation_id="act_on_lighting_study",
    response_model=JointStudy,
    responses=SENDING,
    openapi_extra=describe_request_body(JointStudyActRequest, keyed=False),
)
def act_on_lighting_study(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    act: InAct,
    sent: Annotated[JointStudyActRequest, build_act_body(JointStudyActRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Propose a comparison, withdraw it, collect the voices, adopt a scenario, or close the study.

    No Idempotency-Key: the same step again changes nothing.
    """
    return json_response(
        request, house.of(LightingServices).studies.act(caller, item_id, act, sent, now=now)
    )
