"""What is written of an agreement: clauses, ODRL, and the paper that is printed and signed."""

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from synergie.schemas.trust.agreement_proof import AgreementProof
from synergie.schemas.trust.clause import Clauses
from synergie.server.api.answers import json_response
from synergie.server.api.queries import ItemId, router_of
from synergie.server.api.trust.agreements import Reader, Version
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InTrust
from synergie.server.problems import responses

router = router_of("agreements")

JSON_LD = "application/ld+json"
_HIDDEN = {"Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"}


def _describe_document_response(
    media_type: str, description: str, schema: dict[str, Any]
) -> dict[int | str, Any]:
    content = {media_type: {"schema": schema}}
    return READING | {200: {"description": description, "content": content}}


_TEXT = {"type": "string"}
_BYTES = {"type": "string", "format": "binary"}


@router.get(
    "/{item_id}/clauses",
    operation_id="read_agreement_clauses",
    response_model=Clauses,
    responses=READING,
)
def read_agreement_clauses(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    trust: InTrust,
    now: Now,
    version: Version = None,
) -> Response:
    """An agreement of yours clause by clause, in French, each with what it means."""
    return json_response(request, trust.papers.clauses(caller, item_id, version=version, now=now))


@router.get(
    "/{item_id}/proof",
    operation_id="read_agreement_proof",
    response_model=AgreementProof,
    responses=READING,
)
def read_agreement_proof(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    trust: InTrust,
    now: Now,
    version: Version = None,
) -> Response:
    """An agreement of yours to be verified without us: the exact text signed, signatures, keys."""
    return json_response(request, trust.papers.proof(caller, item_id, version=version, now=now))


@router.get(
    "/{item_id}/odrl",
    operation_id="read_agreement_odrl",
    responses=_describe_document_response(JSON_LD, "The policy, JSON-LD", {"type": "object"}),
    response_class=Response,
)
def read_agreement_odrl(
    *, caller: Reader, item_id: ItemId, trust: InTrust, now: Now, version: Version = None
) -> Response:
    """An agreement of yours as a W3C ODRL 2.2 Agreement; its digest is that of the signed terms."""
    policy = trust.papers.odrl(caller, item_id, version=version, now=now)
    return Response(json.dumps(policy, ensure_ascii=False).encode(), media_type=JSON_LD)


@router.get(
    "/{item_id}/document.html",
    operation_id="read_agreement_page",
    responses=_describe_document_response(
        "text/html", "One HTML file that needs nothing else", _TEXT
    ),
    response_class=Response,
)
def read_agreement_page(
    *, caller: Reader, item_id: ItemId, trust: InTrust, now: Now, version: Version = None
) -> Response:
    """An agreement of yours to read, print and sign, in French; no script, nothing from outside."""
    sheet = trust.papers.html(caller, item_id, version=version, now=now)
    headers = {"Content-Security-Policy": sheet.policy, **_HIDDEN}
    return Response(sheet.text, headers=headers, media_type="text/html")


@router.get(
    "/{item_id}/document.pdf",
    operation_id="read_agreement_pdf",
    responses=_describe_document_response("application/pdf", "A tagged PDF (PDF/UA-1)", _BYTES)
    | responses(501),
    response_class=Response,
)
def read_agreement_pdf(
    *, caller: Reader, item_id: ItemId, trust: InTrust, now: Now, version: Version = None
) -> Response:
    """The same as a tagged PDF, which bears the date of the last change of the agreement."""
    paper = trust.papers.pdf(caller, item_id, version=version, now=now)
    headers = {"Content-Disposition": f'inline; filename="accord-{item_id}.pdf"', **_HIDDEN}
    return Response(paper, headers=headers, media_type="application/pdf")
