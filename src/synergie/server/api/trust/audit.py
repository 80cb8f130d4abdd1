"""The journal: its signed head and proofs for anyone, and who saw what for those concerned."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.trust.journal import (
    Access,
    ConsistencyProof,
    InclusionProof,
    KeptRecord,
    TreeHead,
)
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import (
    After,
    Limit,
    check_digits,
    check_identifier_form,
    check_query_parameters,
    place,
    router_of,
)
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InTrust
from synergie.server.intake import JSON
from synergie.server.problems import responses
from synergie.server.router import Router
from synergie.units import Instant

public = Router(prefix="/audit", tags=["audit"], dependencies=[Depends(check_query_parameters)])
router = router_of("audit")

_CACHED_S = 10
_ANYONE = responses(422, 429, 503)

Reader = Annotated[Principal, authorize_scope("audit:read")]
_Whole = (Field(ge=0, le=2**53 - 1), BeforeValidator(check_digits))  # in this order: see `Limit`
First = Annotated[int, *_Whole, Query(description="Size of the earlier tree, 1 or more.")]
Second = Annotated[int, *_Whole, Query(description="Size of the later tree.")]
Size = Annotated[int, *_Whole, Query(description="Size of the tree, 1 or more.")]
Seq = Annotated[int, *_Whole, Query(description="Place of the record in the journal, from 0.")]
Place = Annotated[str, Path(description="Place of the record in the journal, from 0.")]


@public.get("/head", operation_id="read_tree_head", response_model=TreeHead, responses=_ANYONE)
def read_tree_head(*, trust: InTrust, now: Now) -> Response:
    """The signed head of the journal (RFC 9162): its size and root. Keep its `jws`.

    Whoever holds a head can have it shown that nothing before it was changed or left out.
    """
    head = trust.journal.head(now=now)
    kept = {"Cache-Control": f"public, max-age={_CACHED_S}"}
    return Response(head.model_dump_json().encode(), headers=kept, media_type=JSON)


@public.get("/proof", operation_id="prove_consistency", responses=_ANYONE)
def prove_consistency(*, trust: InTrust, first: First, second: Second) -> ConsistencyProof:
    """Hashes that show that the journal of one size only added to the one of an earlier size."""
    return trust.journal.proof(first, second)


@public.get("/inclusion", operation_id="prove_inclusion", responses=_ANYONE)
def prove_inclusion(*, trust: InTrust, seq: Seq, size: Size) -> InclusionProof:
    """Hashes that lead from one record to the root of a size: it tells nothing of the record."""
    return trust.journal.inclusion(seq, size)


@dataclass(frozen=True, slots=True)
class AccessesQuery:
    """Which accesses."""

    subject: Annotated[
        str | None,
        Query(description="Only to this thing, and to yours that hang on it. Left out: to all."),
    ] = None
    since: Annotated[
        Instant | None, Query(description="Only of this moment or later. Left out: of all times.")
    ] = None


@router.get(
    "/accesses", operation_id="list_accesses", response_model=Page[Access], responses=READING
)
def list_accesses(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    asked: Annotated[AccessesQuery, Depends()],
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """Who saw, or was refused, data of yours, and what you saw of others; newest first.

    Each with the agreement, the period and how fine, and one French sentence. Nobody else's.
    """
    page = trust.journal.accesses(
        caller,
        subject=None if asked.subject is None else check_identifier_form(asked.subject),
        since=asked.since,
        after=after,
        limit=limit,
        now=now,
    )
    return json_response(request, page)


@router.get(
    "/records/{seq}", operation_id="read_record", response_model=KeptRecord, responses=READING
)
def read_record(
    *, request: Request, caller: Reader, seq: Place, trust: InTrust, now: Now
) -> Response:
    """One record that concerns you, with its salt, so that you check its place by yourself.

    404 for a record of others, as for none and for one that was erased.
    """
    return json_response(request, trust.journal.record(caller, place(seq), now=now))
