"""Exports: files made on the server, their signed manifest, and the receipt of who took them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response, StreamingResponse

from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.readings import ndjson
from synergie.schemas.trust.export import Export, ExportReceipt, ExportRequest, ReceiptRequest
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import BodyWithKey, build_act_body, build_keyed_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, ItemId, Limit, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body, gives_file, gives_jws
from synergie.server.guard import Clock, Guard, Now
from synergie.server.house import InGuard, InTrust

router = router_of("exports")

Writer = Annotated[Principal, authorize_scope("exports:write")]
Reader = Annotated[Principal, authorize_scope("exports:read")]
FileName = Annotated[str, Path(description="Name of the file, as the export lists it.")]

JOSE = "application/jose"
"""A compact JWS (RFC 7515 §9.2.1)."""


@router.post(
    "",
    operation_id="make_export",
    status_code=201,
    response_model=Export,
    responses=SENDING,
    openapi_extra=describe_request_body(ExportRequest),
)
def make_export(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BodyWithKey[ExportRequest], build_keyed_body(ExportRequest)],
    trust: InTrust,
    guard: InGuard,
    clock: Clock,
) -> Response:
    """Make files of your own data, or of what an agreement opens, with a signed manifest.

    What you may see is decided again for each page: a revocation stops it, and nothing is kept.
    The answer comes when the files are whole.
    """
    made = trust.exports.make(
        caller, sent.value, once=sent.once, clock=_build_token_clock(guard, caller, clock)
    )
    return json_response(request, made, status=201)


@router.get("", operation_id="list_exports", response_model=Page[Export], responses=READING)
def list_exports(
    *,
    request: Request,
    caller: Reader,
    trust: InTrust,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of exports, by id: those you made, and those that hold data of yours."""
    return json_response(request, trust.exports.page(caller, after=after, limit=limit, now=now))


@router.get("/{item_id}", operation_id="read_export", response_model=Export, responses=READING)
def read_export(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """One export that you made or that holds data of yours; 404 for one of others, as for none."""
    return json_response(request, trust.exports.read(caller, item_id, now=now))


@router.get(
    "/{item_id}/files/{name}",
    operation_id="download_export",
    responses=READING
    | gives_file("The file, as its manifest tells it", ndjson.MEDIA_TYPE, "text/csv"),
    response_class=Response,
)
def download_export(
    *, caller: Reader, item_id: ItemId, name: FileName, trust: InTrust, guard: InGuard, clock: Clock
) -> Response:
    """One file of an export that you made, while the agreement opens what it opened then.

    Decided again now and on the way: a revocation cuts the answer short of its `Content-Length`.
    """
    taken = trust.exports.download(
        caller, item_id, name, clock=_build_token_clock(guard, caller, clock)
    )
    headers = {
        "Content-Length": str(taken.file.bytes),
        "Content-Disposition": f'attachment; filename="{taken.file.name}"',  # only [a-z0-9_.-]
    }
    return StreamingResponse(taken.pieces(), headers=headers, media_type=taken.file.media_type)


@router.get(
    "/{item_id}/manifest.jws",
    operation_id="read_manifest",
    responses=READING | gives_jws("The manifest, `typ` `synergie-manifest+jwt`"),
    response_class=Response,
)
def read_manifest(*, caller: Reader, item_id: ItemId, trust: InTrust, now: Now) -> Response:
    """The signed manifest of an export: what was handed over, to whom, under which agreement.

    For both parties, and for ever: it holds no data.
    """
    return Response(trust.exports.manifest(caller, item_id, now=now), media_type=JOSE)


@router.get(
    "/{item_id}/tree-head.jws",
    operation_id="read_export_tree_head",
    responses=READING | gives_jws("The head of the journal, `typ` `synergie-sth+jwt`"),
    response_class=Response,
)
def read_export_tree_head(*, caller: Reader, item_id: ItemId, trust: InTrust, now: Now) -> Response:
    """The signed head of the journal that the manifest names: keep it, you are its witness."""
    return Response(trust.exports.tree_head(caller, item_id, now=now), media_type=JOSE)


@router.get(
    "/{item_id}/receipt",
    operation_id="read_export_receipt",
    response_model=ExportReceipt,
    responses=READING,
)
def read_export_receipt(
    *, request: Request, caller: Reader, item_id: ItemId, trust: InTrust, now: Now
) -> Response:
    """The recipient's receipt, for both parties; 404 while there is none."""
    return json_response(request, trust.exports.receipt(caller, item_id, now=now))


@router.post(
    "/{item_id}/receipt",
    operation_id="receive_export",
    response_model=ExportReceipt,
    responses=SENDING,
    openapi_extra=describe_request_body(ReceiptRequest, keyed=False),
)
def receive_export(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[ReceiptRequest, build_act_body(ReceiptRequest)],
    trust: InTrust,
    now: Now,
) -> Response:
    """Acknowledge an export that you made: what arrived, signed by a key you registered.

    No Idempotency-Key: the same receipt again changes nothing. One that refused files may be
    followed by another; one that says all is well stays.
    """
    return json_response(request, trust.exports.receive(caller, item_id, sent.receipt, now=now))


def _build_token_clock(
    guard: Guard, caller: Principal, clock: Callable[[], datetime]
) -> Callable[[], datetime]:
    """The time of a decision, given only while the token still holds."""

    def asking() -> datetime:
        moment = clock()
        guard.still(caller, now=moment)
        return moment

    return asking
