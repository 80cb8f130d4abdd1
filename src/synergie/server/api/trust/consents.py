"""Consents that persons gave: recorded, and withdrawn as easily."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.trust.consent import Consent, ConsentRecord
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InTrust

router = router_of("consents")

Reader = Annotated[Principal, authorize_scope("consents:read")]
Writer = Annotated[Principal, authorize_scope("consents:write")]


@router.post(
    "",
    operation_id="give_consent",
    status_code=201,
    response_model=Consent,
    responses=SENDING,
    openapi_extra=describe_request_body(ConsentRecord),
)
def give_consent(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[ConsentRecord], build_keyed_body(ConsentRecord)],
    trust: InTrust,
    now: Now,
) -> Response:
    """Record a consent that a person gave you, without a name; agreements may rely on its id."""
    made = trust.consents.give(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get("", operation_id="list_consents", response_model=Page[Consent], responses=READING)
def list_consents(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the consents that you recorded, by id; nobody else sees one."""
    return json_response(request, trust.consents.page(caller, after=after, limit=limit, now=now))


@router.get("/{item_id}", operation_id="read_consent", response_model=Consent, responses=READING)
def read_consent(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """One consent that you recorded; 404 for one of others, as for none."""
    return json_response(request, trust.consents.read(caller, item_id, now=now))


@router.post(
    "/{item_id}/withdraw",
    operation_id="withdraw_consent",
    response_model=Consent,
    responses=SENDING,
)
def withdraw_consent(
    *, request: Request, caller: Writer, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """Withdraw a consent: from the next request on it opens nothing, for ever.

    No body and no Idempotency-Key: again changes nothing.
    """
    return json_response(request, trust.consents.withdraw(caller, item_id, now=now))
