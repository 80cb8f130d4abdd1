"""What a form brings: read within limits, from our own pages only, and never lost.

A form of ours is told from a forged one by what browsers say and pages cannot (`Origin`,
`Sec-Fetch-Site`; OWASP CSRF Prevention), then by its token, compared in constant time. A form of
ours whose token is old, or whose sitting ended meanwhile, comes back on a page, to be sent again.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from synergie.errors import BadInput, TooLarge, UnsupportedMedia, Words
from synergie.server.house import get_services
from synergie.server.intake import Limits, iterate_body_pieces, media_type, read_body

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
CSRF = "_csrf"
SECRETS = frozenset({"key", "jeton", "reponse"})
"""Fields that no page shows again: they are typed anew."""

_UNPACKED = "a form as browsers send it, without a content coding"
_NO_NUL = "text without the character NUL"
_MOST_BYTES = 1 << 20
_MOST_FIELDS = 1_000
_MOST_FILES = 20


class FormToResend(Exception):
    """A form of ours that could not be taken: its `fields` come back on a page to be sent again.

    `ended`: because the person is logged in no more. `files`: names of files, which are lost, as
    secrets are (`SECRETS`): no page shows one.
    """

    def __init__(self, form: FormData, *, ended: bool) -> None:
        super().__init__(ended)
        self.ended = ended
        self.fields = [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and name != CSRF and name not in SECRETS
        ]
        self.files = [
            value.filename or "" for _, value in form.multi_items() if isinstance(value, UploadFile)
        ]
        self.secret = any(form.get(name) for name in SECRETS)


class Forged(Exception):
    """A form that another site sent in the person's name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: `known` when the browser says it, `ours` when it is this."""

    known: bool
    ours: bool


def origin_of(request: Request) -> Origin:
    """What the browser says of where *request* comes from."""
    told = []
    if "sec-fetch-site" in request.headers:
        told.append(request.headers["sec-fetch-site"] in ("same-origin", "none"))
    if "origin" in request.headers:
        ours = get_services(request).problems.settings.origin
        told.append(request.headers.getlist("origin") == [ours])
    return Origin(known=bool(told), ours=bool(told) and all(told))


async def form_of(request: Request) -> FormData:
    """The form in the body. TooLarge, UnsupportedMedia, BadInput at `body` for what is none.

    Browsers pack no form: what comes packed is made to become large here, before anybody is known.
    """
    if packed := request.headers.get("content-encoding"):
        raise UnsupportedMedia(packed, _UNPACKED)
    kind = media_type_of(request)
    form = await (_parse_multipart_form if kind == MULTIPART else _parse_urlencoded_form)(request)
    if any(
        "\0" in part for name, value in form.multi_items() for part in (name, _get_form_text(value))
    ):
        await form.close()
        raise BadInput("body", Words("NUL"), _NO_NUL)
    return form


def media_type_of(request: Request) -> str:
    """`FORM` or `MULTIPART`; UnsupportedMedia for anything else."""
    told = request.headers.get("content-type", "")
    if told.partition(";")[0].strip().lower() == MULTIPART:
        return MULTIPART
    return media_type(request, FORM)


async def _parse_urlencoded_form(request: Request) -> FormData:
    body = await read_body(request, Limits(_MOST_BYTES, _MOST_BYTES))
    if body.count(b"&") >= _MOST_FIELDS:
        raise TooLarge(_MOST_FIELDS, "fields")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise BadInput("body", Words("bytes that are no form"), "a form, UTF-8") from error
    return FormData(list[tuple[str, str | UploadFile]](pairs))


async def _parse_multipart_form(request: Request) -> FormData:
    parser = MultiPartParser(
        request.headers,
        iterate_body_pieces(request, get_services(request).file),  # type: ignore[arg-type]  # an AsyncIterator is enough
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=_MOST_BYTES,
    )
    try:
        request.state.form = await parser.parse()
    except MultiPartException as error:
        raise BadInput("body", Words("bytes that are no form"), "multipart/form-data") from error
    form: FormData = request.state.form
    return form


def _get_form_text(value: str | UploadFile) -> str:
    return value if isinstance(value, str) else value.filename or ""


async def let_go(request: Request) -> None:
    """Remove the files that a form brought and that nobody kept."""
    form: FormData | None = getattr(request.state, "form", None)
    if form is not None:
        await form.close()


def has_masked_value(told: Any, expected: bytes) -> bool:
    """Whether the text of a form is *expected* under its mask."""
    size = len(expected)
    try:
        raw = urlsafe_b64decode(str(told))
    except (Error, ValueError):
        return False
    if len(raw) != 2 * size:
        return False
    secret = bytes(a ^ b for a, b in zip(raw[:size], raw[size:], strict=True))
    return hmac.compare_digest(secret, expected)
