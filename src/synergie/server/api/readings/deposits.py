"""Deposits: a file as it is, recognised, read, and stored with a report."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.undone import Undone
from synergie.server import intake
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import Flag, ItemId, router_of
from synergie.server.api.words import READING, SD_JWT, SENDING, accepts_file, gives_receipt
from synergie.server.guard import Now
from synergie.server.house import InHouse, InReadings, InTrust, Services
from synergie.units import Text

router = router_of("deposits")

Writer = Annotated[Principal, authorize_scope("deposits:write")]
Reader = Annotated[Principal, authorize_scope("deposits:read")]
Format = Annotated[
    str | None,
    Query(pattern="^[a-z0-9][a-z0-9_-]{0,39}$", description="Its format. Left out: recognised."),
]

ProfileOf = Annotated[
    str | None,
    Query(
        pattern="^[a-z0-9][a-z0-9_-]{2,63}$",
        description="Name of a profile you saved. Left out: the one saved for tables of this head.",
    ),
]

_IN_MEMORY = 1024 * 1024


@router.post(
    "",
    operation_id="deposit_file",
    status_code=201,
    response_model=DepositReport,
    responses=SENDING,
    openapi_extra=accepts_file(),
)
async def deposit_file(
    *,
    request: Request,
    caller: Writer,
    house: InHouse,
    now: Now,
    name: Annotated[Text, Query(description="Its name, shown in the report.")],
    dry_run: Annotated[Flag, Query(description="Only report; store nothing.")] = False,
    file_format: Annotated[Format, Query(alias="format")] = None,
    profile: ProfileOf = None,
) -> Response:
    """Send a file as you have it: a load curve, an inventory. The good rows are stored.

    The report says what it is, what was kept, and each row left out with its line and reason.
    """
    key = intake.idempotency_key(request)
    async with _spool_deposit_body(request, house) as (file, digest):
        once = None if dry_run else intake.build_once_key(request, caller.client_id, key, digest)
        report = await run_in_threadpool(
            house.readings.deposits.deposit,
            caller,
            file,
            name=name,
            format=file_format,
            profile=profile,
            dry_run=dry_run,
            once=once,
            now=now,
        )
    return json_response(request, report, status=201)


@router.post(
    "/{item_id}/undo", operation_id="undo_deposit", response_model=Undone, responses=SENDING
)
def undo_deposit(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    readings: InReadings,
    now: Now,
    dry_run: Annotated[Flag, Query(description="Only tell what would be lost.")] = False,
) -> Response:
    """Undo a deposit of yours, or one batch by its receipt: what was there before holds again.

    Reads of a past moment still give what was undone. 409 when a later batch stands on it: its
    name is told. No Idempotency-Key: the same undo again changes nothing and is answered the same.
    """
    return json_response(request, readings.deposits.undo(caller, item_id, dry_run=dry_run, now=now))


@router.get(
    "/{item_id}/receipt.jws",
    operation_id="read_signed_deposit",
    responses=READING | gives_receipt(),
    response_class=Response,
)
def read_signed_deposit(*, caller: Reader, item_id: ItemId, trust: InTrust, now: Now) -> Response:
    """The server's receipt for a deposit of yours, signed: the file's digest, its rows, when."""
    receipt = trust.receipts.deposit(caller, item_id, now=now)
    return Response(receipt, media_type=SD_JWT)


@asynccontextmanager
async def _spool_deposit_body(
    request: Request, house: Services
) -> AsyncIterator[tuple[BinaryIO, str]]:
    """The body in a file of its own, beyond 1 MiB on disk, and its SHA-256; gone afterwards."""
    digest = sha256()
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        async for piece in intake.iterate_body_pieces(request, house.file):
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        yield cast(BinaryIO, file), digest.hexdigest()
