"""Agreements: drafted, proposed, accepted by a second signature, and ended."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.agreement import Act, ActRequest, Agreement, Terms
from synergie.schemas.page import Page
from synergie.server.api._answers import told
from synergie.server.api._bodies import Sent, acting, creating
from synergie.server.api._door import may
from synergie.server.api._house import InHouse
from synergie.server.api._queries import After, ItemId, Limit, router_of
from synergie.server.api._words import READING, SENDING, accepts
from synergie.server.guard import Now

router = router_of("agreements")

Writer = Annotated[Principal, may("agreements:write")]
Reader = Annotated[Principal, may("agreements:read")]
InAct = Annotated[Act, Path(description="What you do: each party has its own acts.")]


@router.post(
    "",
    operation_id="draft_agreement",
    status_code=201,
    response_model=Agreement,
    responses=SENDING,
    openapi_extra=accepts(Terms),
)
def draft_agreement(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[Sent[Terms], creating(Terms)],
    house: InHouse,
    now: Now,
) -> Response:
    """Draft an agreement that you are a party of; only you see it until it is proposed."""
    made = house.agreements.draft(caller, sent.value, once=sent.once, now=now)
    return told(request, made, status=201)


@router.get("", operation_id="list_agreements", response_model=Page[Agreement], responses=READING)
def list_agreements(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the agreements that you are a party of, by id."""
    return told(request, house.agreements.page(caller, after=after, limit=limit, now=now))


@router.get(
    "/{item_id}", operation_id="read_agreement", response_model=Agreement, responses=READING
)
def read_agreement(
    *, request: Request, caller: Reader, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """One agreement of yours, with its state now; 404 for one of others, as for none."""
    return told(request, house.agreements.read(caller, item_id, now=now))


@router.post(
    "/{item_id}/{act}",
    operation_id="act_on_agreement",
    response_model=Agreement,
    responses=SENDING,
    openapi_extra=accepts(ActRequest, keyed=False),
)
def act_on_agreement(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    act: InAct,
    sent: Annotated[ActRequest, acting(ActRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Propose, withdraw, accept, suspend, resume, revoke or terminate an agreement of yours.

    No Idempotency-Key: the same act again by the same party changes nothing. A revocation holds
    from the next request on, and stops an export that runs.
    """
    moved = house.agreements.act(caller, item_id, act, signature=sent.signature, now=now)
    return told(request, moved)
