"""What a public sandbox does to each request: says that nothing is kept, takes nothing real.

A delivery point's number (PRM, PCE) and an establishment's (SIRET) have 14 digits; those of tests
begin with 99, which no grid operator and no register gives. Any other is refused before it is read.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.errors import BadInput, SynergieError, TooLarge, TooSlow, Words
from synergie.schemas.readings import coding
from synergie.server.problems import Problems
from synergie.server.sandbox import HEADER

TEST = b"99"
"""How the numbers of a sandbox begin."""

_NUMBER = re.compile(rb"(?<![0-9A-Za-z_.])([0-9]{14})(?![0-9A-Za-z_.])")
_SPACE = rb"(?: |\xa0|\xc2\xa0|\xe2\x80\xaf)"
_SPACED = re.compile(
    rb"(?<![0-9])"
    + _SPACE.join((rb"([0-9]{3})", rb"([0-9]{3})", rb"([0-9]{3})", rb"([0-9]{5})"))
    + rb"(?![0-9])"
)
_OAUTH = {"/token", "/revoke", "/introspect"}
_PACKED = (b"PAR1", b"ARROW1")
_MEMBERS = 500
_SLOW_S = 30
_EXPECTED = "numbers of 14 digits that begin with 99: a sandbox takes nothing real"


@dataclass(slots=True)
class Banner:
    """ASGI middleware: each answer says that it is a sandbox's, and when all of it is removed."""

    app: ASGIApp
    ends_at: datetime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mark what comes back."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = f"nothing is kept; removed at {self.ends_at:%Y-%m-%dT%H:%M:%SZ}"
                MutableHeaders(scope=message)[HEADER] = told
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)


@dataclass(slots=True)
class NothingReal:
    """ASGI middleware: bodies that bear a number that could be real are refused (400)."""

    app: ASGIApp
    problems: Problems
    most: int
    """Most bytes of a body as it travels."""
    most_decoded: int
    """Most bytes of what it holds."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"} or scope["path"] in _OAUTH:
            await self.app(scope, receive, send)
            return
        try:
            body = await self._body(receive)
            coding = Headers(scope=scope).get("content-encoding", "")
            await run_in_threadpool(check, body, coding, self.most_decoded)
        except SynergieError as error:
            await self.problems.refuse(scope, error)(scope, receive, send)
            return
        await self.app(scope, _replay_body(body, receive), send)

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        with anyio.move_on_after(_SLOW_S):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > self.most:
                    raise TooLarge(self.most, "bytes")
                if not message.get("more_body", False):
                    return bytes(body)
        raise TooSlow(_SLOW_S)


def _replay_body(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives *body* once, then what else comes."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def check(body: bytes, codings: str, most: int) -> None:
    """Nothing when *body* bears no number that could be real. BadInput, TooLarge.

    Looks into what it is packed in: the coding, and the members of a ZIP (workbooks are one).
    Tables of packed columns (Parquet, Arrow) cannot be looked into and are refused.
    """
    for one in reversed([part.strip() for part in codings.split(",") if part.strip()]):
        body = coding.decompress(body, one.lower(), most)
    for text in _iterate_body_texts(body, most):
        if (found := real_number(text)) is not None:
            raise BadInput("body", found, _EXPECTED)


def real_number(text: bytes) -> str | None:
    """A number of 14 digits in *text* that could be somebody's; None without."""
    for match in _NUMBER.finditer(text):
        if not match[1].startswith(TEST) and not _is_moment(match[1]):
            return match[1].decode()
    for match in _SPACED.finditer(text):
        if not match[1].startswith(TEST):
            return b"".join(match.groups()).decode()
    return None


def _iterate_body_texts(body: bytes, most: int) -> Iterator[bytes]:
    if body.startswith(_PACKED):
        raise BadInput("body", Words("packed columns"), "a text, a workbook or a ZIP of them")
    yield body
    if b"\0" in body[:4096]:
        yield body.replace(b"\0", b"")  # UTF-16
    if zipfile.is_zipfile(io.BytesIO(body)):
        yield from _iterate_zip_members(body, most)


def _iterate_zip_members(body: bytes, most: int) -> Iterator[bytes]:
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for member in archive.infolist()[:_MEMBERS]:
                with archive.open(member) as source:
                    text = source.read(left + 1)
                left -= len(text)
                if left < 0:
                    raise TooLarge(most, "bytes")
                yield text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise BadInput("body", Words("a broken ZIP"), "a whole ZIP, not encrypted") from error


def _is_moment(digits: bytes) -> bool:
    """Whether *digits* are a moment as files write it without signs: 20261126101500."""
    try:
        return 1990 <= datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").year <= 2100  # noqa: DTZ007, PLR2004 (no moment is made)
    except ValueError:
        return False
