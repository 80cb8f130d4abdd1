"""The relay as an ASGI application: the door, what is passed on, the forms for tools, its page."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from synergie.client.relay import Relay, Relayed
from synergie.errors import NotAllowed, NotAuthenticated, SynergieError, Unreachable
from synergie.proxy import passing, said
from synergie.proxy.door import Door
from synergie.proxy.forms import Form, Forms
from synergie.proxy.page import Page
from synergie.proxy.said import BilingualText, Language, Opened, Refusal

type Log = Callable[[str], None]
"""Takes one line a request: no secret, no query, no token."""

_CACHE = "cache-control"
_NO_STORE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """The relay: *door* says who may knock, *relay* reads. One agreement, or one's own data."""

    relay: Relay
    opened: Opened
    door: Door
    clock: Callable[[], datetime]
    language: Language = "fr"
    log: Log = field(default=lambda _line: None)

    @property
    def home(self) -> str:
        """The address of its page, pass word included: all that a tool needs to know."""
        name = next(name for name in sorted(self.door.hosts) if not name.startswith("localhost"))
        return f"http://{name}/{self.door.secret}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing a tool sends beside its head is read."""
        if scope["type"] != "http":
            return
        asked = _RequestHead(scope)
        told = _ResponseRecorder(send)
        try:
            await self._answer(asked, scope, receive, told)
        finally:
            shown = self.door.inner(asked.path) or "-"
            line = (
                f"{self.clock():%H:%M:%S} {asked.method} "
                f"{_escape_log_path(shown)} {told.status or '-'}"
            )
            self.log(f"{line} {told.sent} B")

    async def _answer(
        self, asked: "_RequestHead", scope: Scope, receive: Receive, send: "_ResponseRecorder"
    ) -> None:
        refused = self.door.refusal(asked.method, asked.path, asked.headers)
        if refused is not None:
            await self._refuse(refused)(scope, receive, send)
            return
        inner = self.door.inner(asked.path) or "/"
        here = f"http://{asked.headers['host']}/{self.door.secret}"
        try:
            await self._within(asked, inner, here)(scope, receive, send)
        except SynergieError as error:
            if send.status:
                raise  # the answer has begun: its connection is cut, and the tool sees it
            await self._refuse(_refusal_of(error, self.opened))(scope, receive, send)

    def _within(self, asked: "_RequestHead", inner: str, here: str) -> "_Work":
        """What answers behind the pass word."""
        if f"/{self.door.secret}" == asked.path:
            return _forbid_storing(RedirectResponse(f"{here}/", 308))
        if inner in {"/", "/relais.css"}:
            page = Page(self.relay, self.opened, now=self.clock())
            return page.style if inner == "/relais.css" else page.at(here, self.language)
        forms = Forms(self.relay, self.opened)
        if (form := forms.of(inner, asked.params)) is not None:
            return self._form(form)
        if not passing.opened(inner):
            return self._refuse(Refusal(404, said.NOT_OPENED))
        return self._passed(asked, inner, here)

    def _form(self, form: "Form | Refusal") -> "_Work":
        return self._refuse(form) if isinstance(form, Refusal) else _Formed(form)

    def _passed(self, asked: "_RequestHead", inner: str, here: str) -> "_Work":
        params, only = asked.params, self.opened.agreement
        named = {value for name, value in params if name == "agreement"}
        named |= passing.agreement_of(inner)
        if only is not None and named - {only}:
            return self._refuse(Refusal(403, said.OTHER_AGREEMENT))
        if only is not None and not named and passing.is_under(inner):
            params = [*params, ("agreement", only)]
        return _Passed(self.relay, asked, inner, params, here)

    def _refuse(self, refusal: Refusal) -> Response:
        """A problem document (RFC 9457) in the words of the relay."""
        title = HTTPStatus(refusal.status).phrase
        told = {"type": "about:blank", "title": title, "status": refusal.status}
        told["detail"] = refusal.said.to(self.language)
        return Response(
            json.dumps(told, ensure_ascii=False).encode(),
            refusal.status,
            _NO_STORE | dict(refusal.headers),
            "application/problem+json",
        )


type _Work = Callable[[Scope, Receive, Send], Any]


class _RequestHead:
    """The head of one request."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.partition(b"?")[0].decode("ascii", "replace")
        self.headers = Headers(scope=scope)
        query = scope.get("query_string", b"").decode("ascii", "replace")
        self.params = parse_qsl(query, keep_blank_values=True)


class _ResponseRecorder:
    """The `send` of one request, which remembers what went out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.sent = 0, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.sent += len(message.get("body", b""))
        await self._send(message)


@dataclass(frozen=True, slots=True)
class _Passed:
    """A reading that goes on to the server as it is, and its answer that comes back."""

    relay: Relay
    asked: _RequestHead
    path: str
    params: list[tuple[str, str]]
    here: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method: Literal["GET", "HEAD"] = "HEAD" if self.asked.method == "HEAD" else "GET"
        headers = passing.select_request_headers(self.asked.headers)
        answer = await self.relay.read(self.path, self.params, headers, method=method)
        async with answer:
            links = self._links(answer)
            kept = passing.rewrite_answer_headers(
                answer.headers, self.relay.server, self.here, same_length=links is None
            )
            told = _build_stream_response(
                answer.status, _add_relay_headers(kept), _rewrite_links(answer.pieces(), links)
            )
            await told(scope, receive, send)

    def _links(self, answer: Relayed) -> passing.Links | None:
        lower = {name.lower(): value for name, value in answer.headers}
        turned = passing.has_links(self.path, lower)
        return passing.Links(self.relay.server, self.here) if turned else None


@dataclass(frozen=True, slots=True)
class _Formed:
    """A form for a tool, or the server's own answer when it did not give the data."""

    form: Form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            status, kind, pieces = await self.form.begin(stack)
            told = _build_stream_response(
                status, {"Content-Type": kind, **_NO_STORE}.items(), pieces
            )
            await told(scope, receive, send)


def _add_relay_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """*headers* with those of the relay over them; how long it may be kept is the server's word."""
    ours = {name.lower(): value for name, value in _NO_STORE.items()}
    kept = [(name, value) for name, value in headers if name not in ours or name == _CACHE]
    if any(name == _CACHE for name, _ in kept):
        del ours[_CACHE]
    return [*kept, *ours.items()]


def _forbid_storing(response: Response) -> _Work:
    for name, value in _NO_STORE.items():
        response.headers[name] = value
    return response


def _build_stream_response(
    status: int, headers: Iterable[tuple[str, str]], pieces: AsyncIterator[bytes]
) -> Response:
    """An answer piece by piece; a tool that leaves ends the reading on the server, too."""
    answer = StreamingResponse(pieces, status)
    answer.raw_headers = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in headers
    ]
    return answer


async def _rewrite_links(
    pieces: AsyncIterator[bytes], links: passing.Links | None
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece if links is None else links.feed(piece)
    if links is not None:
        yield links.close()


def _refusal_of(error: SynergieError, opened: Opened) -> Refusal:
    """The answer of the relay when the server gave none that could be passed on."""
    if isinstance(error, Unreachable):
        return Refusal(502, _fill_text(said.UNREACHABLE, opened.server, error.tell(str)))
    if isinstance(error, NotAllowed):
        return Refusal(403, _fill_text(said.NO_TOKEN, str(error.args[0])))
    if isinstance(error, NotAuthenticated):
        return Refusal(502, _fill_text(said.NOT_KNOWN, str(error.args[0])))
    if (wait := getattr(error, "retry_after", None)) is not None:
        wait = max(1, round(float(wait)))
        return Refusal(503, _fill_text(said.BUSY, wait), (("Retry-After", str(wait)),))
    return Refusal(502, _fill_text(said.ODD, error.code))


def _fill_text(text: BilingualText, *values: object) -> BilingualText:
    return BilingualText(text.fr.format(*values), text.en.format(*values))


def _escape_log_path(path: str) -> str:
    """*path* for one line of a log: printable ASCII, 120 signs."""
    return "".join(sign if "!" <= sign <= "~" else "?" for sign in path[:120])
