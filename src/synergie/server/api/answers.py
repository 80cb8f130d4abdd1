"""Answers that are held whole: JSON with a weak validator, so that "not modified" costs nothing."""

from hashlib import sha256

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from synergie.schemas.readings.batch import Receipt
from synergie.server.intake import JSON


def json_response(request: Request, answer: BaseModel, *, status: int = 200) -> Response:
    """*answer* as JSON; 304 when the reader of a GET has it already (RFC 9110 §13.1.2)."""
    return etag_response(request, answer.model_dump_json().encode(), status=status)


def etag_response(request: Request, body: bytes, *, status: int = 200) -> Response:
    """JSON that is already written. The validator is weak: it holds for every content coding."""
    if request.method != "GET":
        return Response(body, status, media_type=JSON)
    tag = f'W/"{sha256(body).hexdigest()[:32]}"'
    if tag in _parse_etags(request) or "*" in _parse_etags(request):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, status, {"ETag": tag}, JSON)


def receipt(request: Request, given: Receipt) -> Response:
    """A receipt: 201 when the batch was stored now, 200 when it was stored before."""
    return json_response(request, given, status=200 if given.replayed else 201)


def _parse_etags(request: Request) -> list[str]:
    sent = ",".join(request.headers.getlist("if-none-match"))
    return [_weaken_etag(tag.strip()) for tag in sent.split(",")] if sent else []


def _weaken_etag(tag: str) -> str:
    return f"W/{tag}" if tag.startswith('"') else tag
