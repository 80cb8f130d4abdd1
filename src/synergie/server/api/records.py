"""Records of files that are neither curves nor declared things: facts."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.readings.fact import Fact, FactKind
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, AsOf, Limit, router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InReadings
from synergie.units import Instant, Text

router = router_of("records")

Reader = Annotated[Principal, authorize_scope("records:read")]
Kind = Annotated[FactKind, Path(description="Kind of the records, as a file report counts it.")]
Subject = Annotated[
    Text | None,
    Query(
        description="Only of this delivery point (`prm:…`; under an agreement its `sp_…`), device "
        "or zone. Left out: of all."
    ),
]
Since = Annotated[
    Instant | None, Query(description="Only of this moment or later. Left out: of all times.")
]


@dataclass(frozen=True, slots=True)
class RecordsQuery:
    """Which records of a kind."""

    agreement: AgreementId = None
    subject: Subject = None
    since: Since = None
    as_of: AsOf = None


InAsked = Annotated[RecordsQuery, Depends()]


@router.get("/{kind}", operation_id="list_records", response_model=Page[Fact], responses=READING)
def list_records(
    *,
    request: Request,
    caller: Reader,
    kind: Kind,
    readings: InReadings,
    now: Now,
    asked: InAsked,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of records of one kind, by their key: your own, or what an agreement opens.

    An agreement opens works (`work_orders`) on the cabinets and light points it covers; terms and
    lines of bills (`contracts`), indexes and readings (`consumption` at `raw`) of its delivery
    points. The other kinds are their owner's alone.
    """
    page = readings.facts.page(
        caller,
        kind,
        agreement=asked.agreement,
        subject=asked.subject,
        since=asked.since,
        as_of=asked.as_of,
        after=after,
        limit=limit,
        now=now,
    )
    return json_response(request, page)
