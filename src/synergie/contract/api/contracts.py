"""Performance contracts: plans of measurement and statements, made, read, signed."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from synergie.contract.records.document import (
    ContractDocument,
    ContractHead,
    ContractRequest,
    ContractSignatureRequest,
    DocumentKind,
    StatementRequest,
)
from synergie.contract.services import ContractServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("contracts")

Reader = Annotated[Principal, authorize_scope("contracts:read")]
Writer = Annotated[Principal, authorize_scope("contracts:write")]
Kind = Annotated[
    DocumentKind | None, Query(description="Only plans, or only statements. Left out: both.")
]


@router.post(
    "",
    operation_id="create_contract",
    status_code=201,
    response_model=ContractDocument,
    responses=SENDING,
    openapi_extra=describe_request_body(ContractRequest),
)
def create_contract(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[ContractRequest], build_keyed_body(ContractRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Make the plan of measurement of a contract of yours, from readings that the server holds.

    A draft that you alone read until you sign it; a draft of the same number is replaced. Points of
    others are read under the agreements that you name.
    """
    contracts = house.of(ContractServices).contracts
    made = contracts.create(caller, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@router.get("", operation_id="list_contracts", response_model=Page[ContractHead], responses=READING)
def list_contracts(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    kind: Kind = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of plans and statements that you are a party of, or a member in, without bodies."""
    contracts = house.of(ContractServices).contracts
    page = contracts.page(caller, kind=kind, after=after, limit=limit, now=now)
    return json_response(request, page)


@router.get(
    "/{item_id}",
    operation_id="read_contract",
    response_model=ContractDocument,
    responses=READING,
)
def read_contract(
    *, request: Request, caller: Reader, item_id: ItemId, house: InHouse, now: Now
) -> Response:
    """One plan or statement: whole to both parties, to a member its own points."""
    found = house.of(ContractServices).contracts.read(caller, item_id, now=now)
    return json_response(request, found)


@router.post(
    "/{item_id}/sign",
    operation_id="sign_contract",
    response_model=ContractDocument,
    responses=SENDING,
    openapi_extra=describe_request_body(ContractSignatureRequest, keyed=False),
)
def sign_contract(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[ContractSignatureRequest, build_act_body(ContractSignatureRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Sign a plan or a statement by a key of your organisation. No Idempotency-Key.

    The client signs first, which proposes it: agreements must open every point to the operator by
    day. Once more changes nothing.
    """
    contracts = house.of(ContractServices).contracts
    return json_response(request, contracts.sign(caller, item_id, sent.signature, now=now))


@router.post(
    "/{item_id}/statements",
    operation_id="create_statement",
    status_code=201,
    response_model=ContractDocument,
    responses=SENDING,
    openapi_extra=describe_request_body(StatementRequest),
)
def create_statement(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[StatementRequest], build_keyed_body(StatementRequest)],
    house: InHouse,
    now: Now,
) -> Response:
    """Make the statement of a year of a signed contract of yours, from readings held here.

    A draft, as a plan is one. 422 names what is missing: days, weather, prices, overlapping
    adjustments; then nothing is kept.
    """
    made = house.of(ContractServices).contracts.create_statement(
        caller, item_id, sent.value, once=sent.once, now=now
    )
    return json_response(request, made, status=201)
