"""Profiles that you saved: how your suppliers' files are read."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, Limit, check_identifier_form, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InReadings

router = router_of("profiles")

Reader = Annotated[Principal, authorize_scope("profiles:read")]
Writer = Annotated[Principal, authorize_scope("profiles:write")]
Name = Annotated[
    str, AfterValidator(check_identifier_form), Path(description="Name of the profile.")
]
Sent = Annotated[SavedProfileRecord, build_act_body(SavedProfileRecord)]


@router.get("", operation_id="list_profiles", response_model=Page[SavedProfile], responses=READING)
def list_profiles(
    *,
    request: Request,
    caller: Reader,
    readings: InReadings,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the profiles that your organisation saved, by name."""
    return json_response(request, readings.profiles.page(caller, after=after, limit=limit, now=now))


@router.get("/{name}", operation_id="read_profile", response_model=SavedProfile, responses=READING)
def read_profile(
    *, request: Request, caller: Reader, name: Name, readings: InReadings, now: Now
) -> Response:
    """One of your profiles."""
    return json_response(request, readings.profiles.read(caller, name, now=now))


@router.put(
    "/{name}",
    operation_id="save_profile",
    response_model=SavedProfile,
    responses=SENDING,
    openapi_extra=describe_request_body(SavedProfileRecord, keyed=False),
)
def save_profile(
    *, request: Request, caller: Writer, name: Name, sent: Sent, readings: InReadings, now: Now
) -> Response:
    """Save a profile under this name, new or in place of the one before.

    The same again changes nothing; another body counts its version up. Deposits keep the profile
    they were read with.
    """
    return json_response(request, readings.profiles.save(caller, name, sent, now=now))
