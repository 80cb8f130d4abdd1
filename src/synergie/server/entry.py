"""Where a request enters: refused from its head, or given a place and answered at its turn."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, override

import httptools
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from synergie.errors import Overloaded, TooManyRequests
from synergie.server.capacity import (
    Capacity,
    ConcurrencyLimit,
    Judge,
    Phase,
    Place,
    PlaceRequest,
    Rank,
    Refusals,
    Refused,
    build_overloaded_error,
    lang_of,
    put_place,
)
from synergie.server.connection import PIECE, Connection, connection_of
from synergie.server.edge.caller import Network, read_caller
from synergie.server.pages import render_refusal_page
from synergie.server.peers import PeerConnection, Peers
from synergie.server.quota import get_source_name
from synergie.server.settings import Settings

if TYPE_CHECKING:
    from synergie.server.metrics import Meter

_TOKENS_A_CORE = 2
_REFUSALS_A_READING = 4
"""Refusals in one reading of a connection; beyond, it is closed: others wait meanwhile."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the connections of one process have in common."""

    judge: Judge
    refusals: Refusals
    peers: Peers[PeerConnection]
    proxies: tuple[Network, ...] = ()
    """Those that are believed when they name the caller."""

    @property
    def capacity(self) -> Capacity:
        """Who works and who waits."""
        return self.judge.capacity

    def state(self) -> dict[str, object]:
        """What there is to do now, for the log."""
        one = self.capacity
        return {
            "limit": int(one.limit.value),
            "working": one.working,
            "waiting": len(one.waiting),
            "crowded": one.waiting.crowded,
        }


class Entry(Connection):
    """A connection whose requests are refused before anything is made of them, or take turns."""

    entrance: ClassVar[Entrance]
    _asked: PlaceRequest | None = None
    """What the request that begins counts as, once judged."""
    _place: Place | None = None
    _refused = 0
    """Refusals in this reading."""
    _ends = False
    """Whether it is closed once the body of what was refused is read: before, who still sends would
    lose the answer (RFC 9112 §9.6)."""
    _handshake: PeerConnection | None = None
    """What was counted in its place until it was secured."""
    _source = ""
    """The address that its connections are counted by; none for a proxy's."""
    _context: Context
    """Of the connection: a request begins in it, whoever leaves it the place."""
    heard = False
    """Whether a request on it has begun, ever."""
    known = False
    """Whether the last of them came from a caller that was let in lately."""

    @property
    def is_unread(self) -> bool:
        """Whether an answer waits for its reader; of TLS the last 64 KiB are not seen."""
        return self.transport.get_write_buffer_size() > 0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._context = copy_context()
        super().connection_made(transport)
        if self._handshake is not None:
            self.entrance.peers.remove(self._handshake, self._source)
        self._source = get_source_name(self._address(()))
        self._seat(self)

    def follow(self, handshake: PeerConnection, peer: str) -> None:
        """*handshake* with *peer* has begun: it is counted until it becomes this connection."""
        self._handshake, self.client = handshake, (peer, 0)
        self._source = get_source_name(self._address(()))
        self._seat(handshake)

    def leave(self, handshake: PeerConnection) -> None:
        """*handshake* is over, whatever came of it."""
        self.entrance.peers.remove(handshake, self._source)

    def cut(self) -> None:
        """End it now: closed, it would wait for who does not read."""
        self.transport.abort()

    def _seat(self, one: PeerConnection) -> None:
        other = self.entrance.peers.add(one, self._source)
        if other is not None:
            other.cut()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        place = self._place
        if place is not None and place.phase is Phase.WAITS and not place.returns:
            self.entrance.capacity.leave(place)
        self.entrance.peers.remove(self, self._source)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        self._refused = 0
        super().data_received(data)

    @override
    def enter_request(self) -> None:
        if self.in_hand() or self.pipeline:  # it is judged at its turn
            super().enter_request()
            return
        method = self.parser.get_method()
        asked, error, reason = self._judge(method, self.url, self.headers)
        if error is None:
            self._asked = asked
            super().enter_request()
            return
        keeps = self.parser.should_keep_alive() and not self.expect_100_continue
        keeps = self._may_keep(asked, reason) and keeps
        self.cycle = _ANSWERED  # its body is read, and thrown away
        lang = lang_of(self.url, self.headers)
        self._write(asked, Refused(error, reason, method, lang, close=not keeps))
        self._ends = not keeps
        self.entrance.peers.rest(self, self._source)
        if self.expect_100_continue:  # no body comes
            self._end()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._ends:
            self._end()

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.in_hand():
            self.entrance.peers.rest(self, self._source)

    def _end(self) -> None:
        self.close()
        raise httptools.HttpParserError("what follows is not read")

    def _may_keep(self, asked: PlaceRequest, reason: str) -> bool:
        """Whether the connection is kept after one more refusal."""
        self._refused += 1
        if reason == "connections" and asked.rank not in (Rank.USUAL, Rank.LARGE):
            return False  # kept, it would be one of those that are too many
        return self._refused < _REFUSALS_A_READING and not self.flow.write_paused

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Give the request of *cycle* a place, or refuse it and go on to the next one."""
        while not self._take_place(cycle, app):
            if self.transport.is_closing() or not self.pipeline:
                self.on_response_complete()
                return
            cycle, app = self.pipeline.pop()

    def _take_place(self, cycle: RequestResponseCycle, app: Any) -> bool:
        asked, self._asked = self._asked, None
        if asked is None:
            asked, error, reason = self._judge(*_get_request_head(cycle))
            if error is not None:
                self._answer(cycle, asked, error, reason)
                return False
        self.entrance.peers.use(self, self._source)
        place = Place(asked, _do_nothing, _do_nothing)
        place.begin = partial(self._run, cycle, app, place)
        place.refuse = partial(self.loop.call_soon, self._refuse_waiting, cycle, asked)
        self._place = place
        put_place(cycle.scope, place, self.entrance.capacity)
        self.entrance.capacity.enter(place)
        return True

    def _run(self, cycle: RequestResponseCycle, app: Any, place: Place) -> None:
        served: Any = _InPlace(app, cycle, place, self.entrance.capacity)
        task = self.loop.create_task(cycle.run_asgi(served), context=self._context.copy())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(lambda _task: self.bound_closing())
        task.add_done_callback(
            lambda _task: self.entrance.capacity.leave(place), context=self._context
        )

    def _judge(
        self, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]]
    ) -> tuple[PlaceRequest, Overloaded | TooManyRequests | None, str]:
        verdict = self.entrance.judge.judge(method, target, headers, self._address(headers))
        asked, error, _ = verdict
        self.heard, self.known = True, asked.known
        if error is not None or asked.rank is Rank.VITAL:
            return verdict
        seated, other = self.entrance.peers.ask(self, self._source, known=asked.known)
        if other is not None:
            other.cut()
        return verdict if seated else (asked, build_overloaded_error(), "connections")

    def _address(self, headers: Sequence[tuple[bytes, bytes]]) -> str:
        peer = self.client[0] if self.client else ""
        proxies = self.entrance.proxies
        return read_caller(peer, headers, proxies) if proxies else peer

    def _refuse_waiting(self, cycle: RequestResponseCycle, asked: PlaceRequest) -> None:
        """Its turn did not come in time."""
        if cycle.disconnected or self.transport.is_closing():
            return
        self._answer(cycle, asked, build_overloaded_error(), "late")
        self.on_response_complete()

    def _answer(
        self,
        cycle: RequestResponseCycle,
        asked: PlaceRequest,
        error: Overloaded | TooManyRequests,
        reason: str,
    ) -> None:
        keeps = cycle.keep_alive and not cycle.waiting_for_100_continue
        keeps = self._may_keep(asked, reason) and keeps
        method, target, headers = _get_request_head(cycle)
        lang = lang_of(target, headers)
        self._write(asked, Refused(error, reason, method, lang, close=not keeps))
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        if not keeps:
            comes = self._in_message and cycle is self.cycle and not cycle.waiting_for_100_continue
            self._ends = comes
            if not comes:
                self.close()

    def _write(self, asked: PlaceRequest, refused: Refused) -> None:
        entrance = self.entrance
        made = entrance.refusals.bytes_of(refused, self.server_state.default_headers)
        self.transport.write(made)
        entrance.refusals.note(asked.rank, refused.reason, entrance.state)


class _Answered:
    """The cycle of a request that was answered from its head."""

    response_complete = True
    keep_alive = True
    disconnected = False

    @property
    def message_event(self) -> "_Answered":
        """Nobody waits for it."""
        return self

    def set(self) -> None:
        """Wake nobody."""


_ANSWERED: Any = _Answered()


@dataclass(slots=True)
class _InPlace:
    """The application, for a request whose place is lent while it waits for its caller."""

    app: ASGIApp
    cycle: RequestResponseCycle
    place: Place
    capacity: Capacity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = self.cycle

        async def body() -> Message:
            if not cycle.more_body or cycle.message_event.is_set() or cycle.response_started:
                return await receive()
            async with self.place.lent(self.capacity):
                return await receive()

        async def answer(message: Message) -> None:
            for part in _split_long_message(message):
                if cycle.flow.write_paused and not cycle.disconnected:
                    async with self.place.lent(self.capacity, at_once=True):
                        await cycle.flow.drain()
                await send(part)
            if message["type"] == "http.response.start" and self.place.phase is Phase.LENT:
                self.capacity.take_at_once(self.place)  # who answers works, whatever is awaited
                cycle.message_event.set()

        await self.app(scope, body, answer)


def _split_long_message(message: Message) -> Iterator[Message]:
    """*message*, a long body in pieces: what its reader takes of it shows, and is bounded."""
    body = message.get("body", b"")
    if message["type"] != "http.response.body" or len(body) <= PIECE:
        yield message
        return
    view = memoryview(body)
    for start in range(0, len(body), PIECE):
        more = message.get("more_body", False) or start + PIECE < len(body)
        yield {**message, "body": view[start : start + PIECE], "more_body": more}


def entry_of(app: FastAPI, settings: Settings) -> type[Entry]:
    """The connections of *app*."""
    house = app.state.house
    limit = ConcurrencyLimit(most=min(settings.max_requests, settings.threads))
    cores = max(1, (os.cpu_count() or 1) // settings.workers)
    capacity = Capacity(limit, tokens=_TOKENS_A_CORE * cores, streams=settings.max_streams)
    https = settings.public_url.startswith("https:")
    meter: Meter | None = app.state.meter
    if meter is not None:
        meter.capacity = capacity
    count = None if meter is None else meter.count_refusal
    kind = connection_of(settings, Entry)
    kind.entrance = Entrance(
        Judge(capacity, app.state.recent, house.quotas),
        Refusals(house.problems, render_refusal_page, https=https, app=app, count=count),
        Peers(settings.max_connections_each, settings.max_connections),
        settings.proxies if settings.proxied else (),
    )
    return kind


def _get_request_head(
    cycle: RequestResponseCycle,
) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    """The method, target and headers of a request that was read whole."""
    scope = cycle.scope
    query = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    return scope["method"].encode(), target, list(scope["headers"])


def _do_nothing() -> None: ...
