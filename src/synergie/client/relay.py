"""One reading after another passed on with a token and a proof: what `synergie proxy` is made of.

It reads and no more: GET and HEAD. Answers come as they are, refusals too, and are not kept.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, suppress
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, Self, override

import httpx2

from synergie.client._flow import Answer, Ask, Flow, Session
from synergie.client._http import TIMEOUT_S, Gathered, map_transport_errors, options
from synergie.client._problems import error_of, refuses_token
from synergie.client.auth import Auth
from synergie.client.calls import Call, model_of
from synergie.errors import NotAllowed, SynergieError, TooLarge
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.organisation import Organisation

type Fields = tuple[tuple[str, str], ...]
"""Names and values, in order; a name may come twice."""

_UNAUTHORIZED = 401
_AGREEMENT, _ORGANISATION = model_of(Agreement), model_of(Organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passed(Call[None]):
    """A reading that somebody else asks for, with the headers that are passed on."""

    passed: Mapping[str, str] = field(repr=False)

    @override
    def headers(self) -> dict[str, str]:
        return dict(self.passed)


@dataclass(frozen=True, slots=True)
class Relayed:
    """What the server answers. Use it as `async with`: its connection is given back at the end."""

    status: int
    headers: Fields
    """Names as the server wrote them; none is left out."""
    _: KW_ONLY
    _content: bytes = field(repr=False)
    _stream: httpx2.Response | None = field(repr=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        if self._stream is not None:
            await self._stream.aclose()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes, without its coding. Unreachable when it is cut."""
        if self._stream is None:
            yield self._content
            return
        with map_transport_errors():
            async for piece in self._stream.aiter_bytes():
                yield piece

    async def read_body(self, most: int) -> bytes:
        """The body at once. TooLarge over *most* bytes."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if len(found) > most:
                raise TooLarge(most, "bytes")
        return bytes(found)


class Relay:
    """A server of synergie, for programs that can neither get a token nor make a proof.

    *auth* says whose key works, and what it is narrowed to. Close it, or use `async with`.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        *,
        timeout: float = TIMEOUT_S,
        verify: ssl.SSLContext | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._session = Session(auth, base_url)
        self._http = httpx2.AsyncClient(transport=transport, **options(timeout, verify))
        self._one_refresh = asyncio.Lock()

    @property
    def server(self) -> str:
        """The server's public address, without its last slash."""
        return self._session.base_url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ready(self, agreement: str | None) -> None:
        """Nothing when a token is given, and *agreement* is shown if there is one; else its error.

        A program that may not read agreements is ready without: the guard decides at each reading.
        """
        await self._token()
        if agreement is not None:
            with suppress(NotAllowed):
                await self.agreement(agreement)

    async def read(
        self,
        path: str,
        params: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        *,
        method: Literal["GET", "HEAD"] = "GET",
    ) -> Relayed:
        """What the server answers to a reading of *path*, whatever its status.

        *headers* go as they are. A token that is refused is replaced once. NotAllowed or
        NotAuthenticated when no token is given any more, Unreachable when nobody answers.
        """
        call = _Passed(
            method=method,
            path=path,
            params=tuple(params),
            passed=headers or {"Accept": "application/json"},
            parse=lambda _: None,
        )
        token = await self._token()
        answer = await self._drive(self._session.request(call, token, stream=True))
        if refuses_token(answer.status, answer.headers):
            self._session.forget(token)
            token = await self._token()
            answer = await self._drive(self._session.request(call, token, stream=True))
        return _relay_answer(answer)

    async def agreement(self, agreement: str) -> Agreement:
        """One agreement, as it stands. The error of the server when it does not show it."""
        async with await self.read(f"/v1/agreements/{agreement}") as found:
            content = await found.read_body(1 << 20)
        if found.status // 100 != 2:  # noqa: PLR2004 (RFC 9110 §15)
            raise error_of(found.status, dict(found.headers), content)
        return _AGREEMENT(content)

    async def name_of(self, organisation: str) -> str:
        """What people call an organisation; its identifier when the server does not tell."""
        with suppress(SynergieError):
            async with await self.read(f"/v1/organisations/{organisation}") as found:
                content = await found.read_body(1 << 20)
            if found.status // 100 == 2:  # noqa: PLR2004 (RFC 9110 §15)
                return _ORGANISATION(content).name
        return organisation

    async def _token(self) -> str:
        async with self._one_refresh:
            return await self._drive(self._session.token())

    async def _drive[T](self, flow: Flow[httpx2.Response, T]) -> T:
        try:
            ask = next(flow)
            while True:
                ask = flow.send(await self._ask(ask))
        except StopIteration as done:
            result: T = done.value
            return result

    async def _ask(self, ask: Ask) -> Answer[httpx2.Response]:
        """Send one request. A reading stays open, unless it may have to be sent again."""
        with map_transport_errors():
            request = self._http.build_request(
                ask.method,
                ask.url,
                params=ask.params or None,
                headers=dict(ask.headers),
                content=None if ask.body is None else ask.body.content(),
            )
            response = await self._http.send(request, stream=True)
            if ask.stream and response.status_code != _UNAUTHORIZED:
                return Answer(response.status_code, response.headers, stream=response)
            gathered = Gathered(ask)
            async with aclosing(response):
                async for piece in response.aiter_bytes():
                    gathered.add(piece)
            return Answer(response.status_code, response.headers, gathered.content())


def _relay_answer(answer: Answer[httpx2.Response]) -> Relayed:
    headers = answer.headers
    told = tuple(headers.multi_items() if isinstance(headers, httpx2.Headers) else headers.items())
    return Relayed(answer.status, told, _content=answer.content, _stream=answer.stream)
