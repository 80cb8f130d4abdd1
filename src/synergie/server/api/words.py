"""What the OpenAPI document says of every route beside its own words."""

from typing import Any

from pydantic import BaseModel

from synergie.schemas.readings import ndjson
from synergie.schemas.readings.batch import Receipt
from synergie.server.intake import JSON
from synergie.server.problems import responses

SD_JWT = "application/sd-jwt"
"""Media type of a receipt of the server (RFC 9901 §12.4)."""

READING = {
    304: {"description": "Not modified: the validator sent in `If-None-Match` still holds"},
    **responses(401, 403, 404, 422, 429, 503),
}
"""Answers of a route that reads one thing, or a page."""

FOLLOWING = responses(401, 403, 404, 410, 422, 429, 503)
"""Answers of a route that streams, or that follows a cursor."""

SENDING: dict[int | str, dict[str, Any]] = responses(
    400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 507
)
"""Answers of a route that takes a body."""

PUBLISHING = SENDING | {
    200: {"model": Receipt, "description": "Stored before: the first receipt, `replayed`"}
}
"""Answers of a route that stores a batch and gives its receipt."""

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A text in double quotes (RFC 9651 string), chosen by you, new for each batch. "
    "The same key with the same body is answered as the first time; with another body it is "
    "refused.",
    "schema": {"type": "string", "minLength": 3, "maxLength": 257},
    "example": '"2026-11-25-0001"',
}


def describe_request_body(
    model: type[BaseModel], *, keyed: bool = True, lines: bool = False
) -> dict[str, Any]:
    """The request body of a route that reads it itself: JSON of *model*; *lines* of it as well."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content: dict[str, Any] = {JSON: {"schema": schema}}
    if lines:
        text = f"One `{model.__name__}` a line (JSON, UTF-8)."
        content[ndjson.MEDIA_TYPE] = {"schema": {"type": "string", "description": text}}
    return _describe_body_content(content, keyed=keyed)


def describe_idempotency_key() -> dict[str, Any]:
    """What a POST without a body bears: an Idempotency-Key."""
    return {"parameters": [_KEY]}


def accepts_file() -> dict[str, Any]:
    """The request body of a route that takes a file as it is."""
    schema = {"type": "string", "description": "The file, as it is."}
    return _describe_body_content({"application/octet-stream": {"schema": schema}}, keyed=True)


def _describe_body_content(content: dict[str, Any], *, keyed: bool) -> dict[str, Any]:
    body = {"requestBody": {"required": True, "content": content}}
    return body | ({"parameters": [_KEY]} if keyed else {})


def gives_file(description: str, *kinds: str) -> dict[int | str, Any]:
    """The 200 of a route that answers a file of one of *kinds*, its media types."""
    schema = {"type": "string", "description": "The file, as it is."}
    content = {kind: {"schema": schema} for kind in kinds}
    return {200: {"description": description, "content": content}}


def gives_jws(description: str) -> dict[int | str, Any]:
    """The 200 of a route that answers a compact JWS."""
    schema = {"type": "string", "description": "A compact JWS (RFC 7515)."}
    return {200: {"description": description, "content": {"application/jose": {"schema": schema}}}}


def gives_receipt() -> dict[int | str, Any]:
    """The 200 of a route that answers a receipt of the server."""
    said = "A compact JWS, `~`, the disclosure of `sha256` under its salt, `~` (SD-JWT, RFC 9901)."
    content = {SD_JWT: {"schema": {"type": "string", "description": said}}}
    return {200: {"description": "The receipt, `typ` `synergie-receipt+jwt`", "content": content}}


def describe_line_stream(
    description: str, *, whole: type[BaseModel] | None = None
) -> dict[int | str, Any]:
    """The 200 of a route that answers lines, and JSON of *whole* when there is one."""
    lines = {
        "schema": {
            "type": "string",
            "description": 'One record a line; the last line is `{"end":{"lines":n}}`, or '
            '`{"error":Problem}` when the stream was stopped on its way.',
        }
    }
    content: dict[str, Any] = {ndjson.MEDIA_TYPE: lines}
    if whole is not None:
        content = {JSON: {"schema": {"$ref": f"#/components/schemas/{whole.__name__}"}}} | content
    return {200: {"description": description, "content": content}}
