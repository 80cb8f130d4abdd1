"""Bodies and headers of requests: read in pieces, counted, bounded in time, strictly parsed.

Nothing here trusts a length, a type or a character that the caller wrote. What a body costs is
capped while it is read: 64 MiB as it travels, as much once unpacked for what is held whole, and a
rate under which a slow body is cut (reliability: no slot is held by who sends one byte a second).
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from synergie.errors import BadInput, BadSignature, TooLarge, TooSlow, UnsupportedMedia, Words
from synergie.exchange.readings.once import Once
from synergie.proof.jose import Unsigned
from synergie.proof.message import Digest
from synergie.schemas.faults import EXPECTED, SHOWN, list_error_entries
from synergie.schemas.first_faults import refuse_many_members, validate_to_first_faults
from synergie.schemas.readings.coding import FIRST_BYTES, build_decoder
from synergie.server.body_memory import count_values
from synergie.server.deadline import limit_waiting

JSON = "application/json"
HTML = "text/html"
_PROGRAMS = (JSON, "application/geo+json", "application/problem+json")

_KEY_FORM = "a text in double quotes, 1 to 255 characters (RFC 9651 string)"
_KEY = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"', re.ASCII)
_WEIGHT = re.compile(r"[01](\.[0-9]{0,3})?", re.ASCII)
_SHOWN = 80
_IN_MEMORY = 1 << 20
_PIECE = 64 * 1024
_MOST_VALUES = 2_000_000
_MOST_TOLD = 10_000
"""Values of a body of which all faults are told; of more, the first of each list."""
_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What one body may cost: bytes as they travel, bytes unpacked, and how slowly it may come.

    A body has *patience_s* to begin with, and a second more for each *slowest_bps* bytes.
    """

    travelling: int
    unpacked: int
    patience_s: float = 10.0
    slowest_bps: int = 1024


async def iterate_body_pieces(request: Request, limits: Limits) -> AsyncIterator[bytes]:
    """The body of *request*, unpacked, piece by piece, beyond 64 KiB of a chunk in a thread.

    TooLarge, TooSlow, UnsupportedMedia for a content coding that is not taken, BadInput for a
    broken or cut one.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > limits.travelling:
        raise TooLarge(limits.travelling, "bytes")
    coding = _get_content_coding(request)
    unpack = build_decoder(coding, limits.unpacked)
    digest = getattr(request.state, "digest", None)
    chunks = _iterate_raw_pieces(request, limits)
    async for chunk in chunks if digest is None else _spool_signed_body(chunks, digest):
        if coding in {"", "identity"}:
            yield next(unpack.feed(chunk), b"")
            continue
        async for piece in _unpack_in_thread(unpack.feed(chunk)):
            yield piece
    unpack.close()


async def _unpack_in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The first few of *pieces* at once, the others from a thread: health answers meanwhile."""
    for _ in range(_AT_ONCE):
        piece = next(pieces, None)
        if piece is None:
            return
        yield piece
        if len(piece) >= FIRST_BYTES:
            break
    while (piece := await run_in_threadpool(next, pieces, None)) is not None:
        yield piece


async def _spool_signed_body(chunks: AsyncIterator[bytes], digest: Digest) -> AsyncIterator[bytes]:
    """A signed body, kept on disk beyond 1 MiB until it is known to be the one that was signed.

    BadSignature when it is not: nothing of it was handed on.
    """
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        async for chunk in chunks:
            digest.feed(chunk)
            spool.write(chunk)
        try:
            digest.close()
        except Unsigned as error:
            raise BadSignature(str(error)) from error
        spool.seek(0)
        while piece := spool.read(_PIECE):
            yield piece


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of *request*, unpacked, in one piece."""
    return b"".join([piece async for piece in iterate_body_pieces(request, limits)])


async def _iterate_raw_pieces(request: Request, limits: Limits) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    began, size = loop.time(), 0
    stream = aiter(request.stream())
    while True:
        deadline = began + limits.patience_s + size / limits.slowest_bps
        try:
            async with limit_waiting(deadline):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise TooSlow(limits.slowest_bps) from None
        except ClientDisconnect:
            raise BadInput("body", Words("a cut body"), "a whole body") from None
        if chunk is None:
            return
        size += len(chunk)
        if size > limits.travelling:
            raise TooLarge(limits.travelling, "bytes")
        yield chunk


def _get_content_coding(request: Request) -> str:
    """The content coding, at most one; UnsupportedMedia for several."""
    told = ",".join(request.headers.getlist("content-encoding")).strip().lower()
    if "," in told:
        raise UnsupportedMedia(told, "one content coding")
    return told


def media_type(request: Request, *taken: str) -> str:
    """The content type of *request*, one of *taken*; UnsupportedMedia otherwise."""
    told = request.headers.getlist("content-type")
    kind, _, rest = (told[0] if len(told) == 1 else "").partition(";")
    kind, charset = kind.strip().lower(), rest.replace(" ", "").replace('"', "").lower()
    if kind not in taken or charset not in ("", "charset=utf-8"):
        raise UnsupportedMedia(", ".join(told) or "nothing", " or ".join(taken))
    return kind


def parse_json_body(body: bytes) -> Any:
    """The value written in *body*; BadInput for what is not JSON, or hides something.

    Traps closed: 10,000 levels, NaN and Infinity, a key twice, half of a surrogate pair, an
    integer of more digits than Python converts, millions of empty lists in a few megabytes.
    """
    refuse_swarm(body, _MOST_VALUES)
    try:
        from_json(body, allow_inf_nan=False, cache_strings="none")  # refuses what is too deep
        return json.loads(body, object_pairs_hook=_build_distinct_fields)
    except (ValueError, RecursionError) as error:
        shown = body[:_SHOWN].decode("utf-8", "replace")
        raise BadInput("body", shown, EXPECTED["json_invalid"]) from error


def refuse_swarm(body: bytes, most: int) -> None:
    """TooLarge when *body* could hold more than *most* lists, objects and members of them.

    An empty list takes 3 bytes on the wire and 64 in memory.
    """
    if count_values(body) > most:
        raise TooLarge(most, "values")


def _build_distinct_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    refuse_many_members(len(pairs))
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice")
    return fields


def read_as[ModelT: BaseModel](model: type[ModelT], body: bytes) -> ModelT:
    """*body* as a *model*; RequestValidationError tells what is wrong.

    Every place of a body of at most 10,000 values; of a larger one the first of each list, since
    each that pydantic tells takes more than a value does.
    """
    value = parse_json_body(body)
    try:
        return validate_to_first_faults(model, value)
    except ValidationError as error:
        if count_values(body) > _MOST_TOLD:
            raise _refusal(error) from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> RequestValidationError:
    found = list_error_entries(error)[:SHOWN]
    return RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found])


def likes_pages(headers: Headers) -> bool:
    """Whether `Accept` names HTML and likes it better than JSON (RFC 9110 §12.5.1).

    A program that names neither, or `*/*`, does not (QGIS, GDAL, curl).
    """
    liked = dict(
        _parse_media_weight(part) for part in ",".join(headers.getlist("accept")).lower().split(",")
    )
    page = liked.get(HTML, 0.0)
    named = max(liked.get(one, 0.0) for one in _PROGRAMS)
    ranged = max(liked.get(one, 0.0) for one in ("application/*", "*/*"))
    return page > named and page >= ranged


def _parse_media_weight(part: str) -> tuple[str, float]:
    """A media type and its weight; what is not a weight counts as 1."""
    kind, *rest = (one.strip() for one in part.split(";"))
    for one in rest:
        name, _, value = one.partition("=")
        if name == "q" and _WEIGHT.fullmatch(value):
            return kind, float(value)
    return kind, 1.0


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key (draft-ietf-httpapi-idempotency-key-header: a structured-field string).

    BadInput when it is missing, told twice, or not in quotes.
    """
    told = request.headers.getlist("idempotency-key")
    match = _KEY.fullmatch(told[0].strip()) if len(told) == 1 else None
    if match is None:
        found = ", ".join(told) or "nothing"
        raise BadInput("header Idempotency-Key", found, _KEY_FORM)
    return re.sub(r"\\(.)", r"\1", match[1])


def build_once_key(request: Request, client: str, key: str, body_sha256: str) -> Once:
    """The name under which the answer to *request* is kept, for *client*."""
    query = "&".join(sorted(request.url.query.split("&")))
    target = f"{request.method} {request.scope['path']}{'?' if query else ''}{query}"
    return Once(client=client, key=key, request=target, body_sha256=body_sha256)
