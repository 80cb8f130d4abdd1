"""Agreements: drafted, proposed, accepted by a second signature, and ended."""

from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.trust.agreement import Act, ActRequest, Agreement, Terms
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, check_digits, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InTrust
from synergie.units import Instant

router = router_of("agreements")
acts = router_of("agreements")
"""The acts: after every route with a last part of its own."""

Writer = Annotated[Principal, authorize_scope("agreements:write")]
Reader = Annotated[Principal, authorize_scope("agreements:read")]
Since = Annotated[
    Instant | None,
    Query(description="Only those whose state changed from this moment on. Left out: all."),
]
Version = Annotated[
    Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(check_digits)] | None,
    Query(description="The version. Left out: the one that holds now."),
]
InAct = Annotated[Act, Path(description="What you do: each party has its own acts.")]


@router.post(
    "",
    operation_id="draft_agreement",
    status_code=201,
    response_model=Agreement,
    responses=SENDING,
    openapi_extra=describe_request_body(Terms),
)
def draft_agreement(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[Terms], build_keyed_body(Terms)],
    trust: InTrust,
    now: Now,
) -> Response:
    """Draft an agreement that you are a party of; only you see it until it is proposed."""
    made = trust.agreements.draft(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get("", operation_id="list_agreements", response_model=Page[Agreement], responses=READING)
def list_agreements(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
    changed_since: Since = None,
) -> Response:
    """A page of the agreements that you are a party of, by id, in the version that decides now.

    `changed_since` tells what the changes and the webhooks tell: acts, and what the clock alone
    does (a beginning, an end).
    """
    page = trust.agreements.page(
        caller, after=after, limit=limit, changed_since=changed_since, now=now
    )
    return json_response(request, page)


@router.get(
    "/{item_id}", operation_id="read_agreement", response_model=Agreement, responses=READING
)
def read_agreement(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    trust: InTrust,
    now: Now,
    version: Version = None,
) -> Response:
    """One agreement of yours, with its state now; 404 for one of others, as for none.

    `version_in_force` and `version_pending` say which version opens data, and which one waits for
    a signature: read that one before you sign it.
    """
    return json_response(request, trust.agreements.read(caller, item_id, version=version, now=now))


@router.get(
    "/{item_id}/versions",
    operation_id="list_agreement_versions",
    response_model=Page[Agreement],
    responses=READING,
)
def list_agreement_versions(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """Every version of an agreement of yours, oldest first: what was signed stays readable."""
    return json_response(request, trust.agreements.versions(caller, item_id, now=now))


@router.post(
    "/{item_id}/versions",
    operation_id="draft_agreement_version",
    status_code=201,
    response_model=Agreement,
    responses=SENDING,
    openapi_extra=describe_request_body(Terms),
)
def draft_agreement_version(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[Terms], build_keyed_body(Terms)],
    trust: InTrust,
    now: Now,
) -> Response:
    """Draft the next version of an agreement of yours, or your draft anew.

    It is proposed and accepted like the first one; the version in force stays until both have
    signed this one. Parties and purpose stay: another purpose is another agreement.
    """
    made = trust.agreements.redraft(caller, item_id, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@acts.post(
    "/{item_id}/{act}",
    operation_id="act_on_agreement",
    response_model=Agreement,
    responses=SENDING,
    openapi_extra=describe_request_body(ActRequest, keyed=False),
)
def act_on_agreement(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    act: InAct,
    sent: Annotated[ActRequest, build_act_body(ActRequest)],
    trust: InTrust,
    now: Now,
) -> Response:
    """Propose, withdraw, accept, suspend, resume, revoke or terminate an agreement of yours.

    No Idempotency-Key: the same act again by the same party changes nothing. A revocation holds
    from the next request on, and stops an export that runs.
    """
    moved = trust.agreements.act(caller, item_id, act, signature=sent.signature, now=now)
    return json_response(request, moved)
