"""Answers of `/ogc`: bytes with a weak validator, and how long others may keep them."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from fastapi import Request
from starlette.responses import Response

JSON = "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
_CACHED_S = 60
"""An agreement that ends closes what stands on it: nobody keeps a public answer for long."""


def build_ogc_response(
    request: Request,
    body: bytes | dict[str, Any],
    media_type: str = JSON,
    *,
    public: bool,
    headers: dict[str, str] | None = None,
    at: datetime | None = None,
) -> Response:
    """*body* as an answer; 304 when its reader has it already (RFC 9110 §13.1.2).

    *at* is told as its `timeStamp` (OGC 17-069r4 §7.16.2); the validator is of all but that.
    """
    content = body if isinstance(body, bytes) else encode_html_safe_json(body)
    tag = f'W/"{sha256(content).hexdigest()[:32]}"'  # processors have it built in
    kept = {"ETag": tag, **(headers or {}), **getattr(request.state, "headers", {})}
    if public:
        kept["Cache-Control"] = f"public, max-age={_CACHED_S}"
    sent = ",".join(request.headers.getlist("if-none-match"))
    if tag.removeprefix("W/") in sent or sent.strip() == "*":
        return Response(status_code=304, headers=kept)
    if at is not None:
        content = b"".join((content[:-1], f',"timeStamp":"{format_utc_moment(at)}"}}'.encode()))
    return Response(content, headers=kept, media_type=media_type)


def format_utc_moment(at: datetime) -> str:
    """A moment in UTC, whole seconds (RFC 3339)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def encode_html_safe_json(document: dict[str, Any]) -> bytes:
    """JSON that stays harmless within HTML: no `<` stands in it as such."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return escape_html_json(text.encode("utf-8", "replace"))


def escape_html_json(body: bytes) -> bytes:
    """JSON in which `<` is escaped: it stands in texts only, and reads the same."""
    return body.replace(b"<", b"\\u003c")


def build_feature_collection(features: bytes, about: dict[str, Any]) -> bytes:
    """A FeatureCollection of features that are written already."""
    head = encode_html_safe_json({"type": "FeatureCollection", **about})[:-1]
    return b"".join((head, b',"features":', escape_html_json(features), b"}"))
