"""Who holds a place, in whose context it works and when a connection ends: bytes in, bytes out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast, override

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from uvicorn.server import ServerState

from synergie.errors import TooManyRequests
from synergie.reports.language import get_language, use_language
from synergie.server import connection
from synergie.server.api import _upload
from synergie.server.api._upload import Upload
from synergie.server.capacity import (
    Capacity,
    ConcurrencyLimit,
    Judge,
    PlaceRequest,
    Rank,
    Refusals,
    waiting,
)
from synergie.server.capacity.judge import Verdict
from synergie.server.connection import connection_of
from synergie.server.entry import Entrance, Entry
from synergie.server.life import Life
from synergie.server.pages import render_refusal_page
from synergie.server.peers import Peers
from synergie.server.problems import Problems
from synergie.server.settings import Settings

LONG = "x" * 1_000_000
REFUSED = b"GET /refused HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
"""Of a request that works until its body has come."""


@pytest.fixture(autouse=True)
def _time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a place is not refused because this process stood still."""
    monkeypatch.setattr(waiting, "_LATE_S", 600.0)
    monkeypatch.setattr(waiting, "_LATEST_S", 600.0)


class Doorman(Judge):
    """Refuses what is called so; all others are one known caller's."""

    @override
    def judge(
        self, method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]], address: str
    ) -> Verdict:
        vital, stranger = b"health" in target, b"open" in target
        rank = Rank.VITAL if vital else Rank.STRANGER if stranger else Rank.USUAL
        error = TooManyRequests(5) if b"refused" in target else None
        return PlaceRequest(rank, "caller", known=not stranger), error, "quota" if error else ""


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        super().__init__({"peername": (address, 9), "socket": _Socket(address)})
        self.sent = b""
        self.unread = 0
        self.closed = self.gone = False
        self.protocol: Entry | None = None

    @override
    def write(self, data: Any) -> None:
        self.sent += bytes(data)

    @override
    def close(self) -> None:
        self.closed = True
        if not self.unread:
            self.abort()

    @override
    def abort(self) -> None:
        assert self.protocol is not None
        if not self.gone:
            self.closed = self.gone = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    @override
    def get_write_buffer_size(self) -> int:
        return self.unread

    @override
    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    @override
    def is_closing(self) -> bool:
        return self.closed

    @override
    def pause_reading(self) -> None: ...

    @override
    def resume_reading(self) -> None: ...

    @property
    def statuses(self) -> list[bytes]:
        """Of the answers so far."""
        return [one[:3] for one in self.sent.split(b"HTTP/1.1 ")[1:]]


class SlowWire(Wire):
    """A transport whose reader takes what it is told to, and no more."""

    @override
    def write(self, data: Any) -> None:
        assert self.protocol is not None
        assert len(data) <= connection.PIECE
        super().write(data)
        self.unread += len(data)
        if self.unread > connection.PIECE:
            self.protocol.pause_writing()

    def read(self, size: int) -> None:
        """The reader takes *size* bytes."""
        assert self.protocol is not None
        self.unread = max(0, self.unread - size)
        if self.unread <= connection.PIECE:
            self.protocol.resume_writing()


@dataclass
class _Socket:
    address: str

    def getpeername(self) -> tuple[str, int]:
        return self.address, 9

    def getsockname(self) -> tuple[str, int]:
        return "192.0.2.9", 80

    def setsockopt(self, *told: int) -> None:
        """Nothing."""


@dataclass
class House:
    """What an upload asks of the house."""

    most_lines: int = 10
    problems: Problems = field(default_factory=lambda: Problems(Settings(data_dir=Path("unused"))))
    life: Life = field(default_factory=Life)
    stored: list[bytes] = field(default_factory=list)

    @property
    def bell(self) -> "House":
        return self

    def ring(self) -> None:
        """Nobody listens."""


class Server:
    """A server of one place, without sockets."""

    def __init__(self, **entrance: Any) -> None:
        self.capacity = Capacity(ConcurrencyLimit(most=1))
        self.house = House()
        self.go_on = asyncio.Event()
        settings = Settings(data_dir=Path("unused"), header_s=600)
        self.kind = connection_of(settings, Entry)
        self.config = uvicorn.Config(
            self.answer,
            http=self.kind,
            ws="none",
            interface="asgi3",
            proxy_headers=False,
            log_config=None,
            timeout_keep_alive=600,
        )
        self.config.load()
        self.state = ServerState()
        judge = Doorman(self.capacity, cast(Any, None), cast(Any, None))
        refusals = Refusals(Problems(settings), render_refusal_page, https=False, app=FastAPI())
        told: dict[str, Any] = {"peers": Peers(100, 100)} | entrance
        self.kind.entrance = Entrance(judge, refusals, **told)

    def connect(self, address: str = "192.0.2.1", kind: type[Wire] = Wire) -> Wire:
        wire = kind(address)
        wire.protocol = self.kind(self.config, self.state, {})
        wire.protocol.connection_made(wire)
        return wire

    def say(self, wire: Wire, data: bytes) -> None:
        assert wire.protocol is not None
        wire.protocol.data_received(data)

    def ask(self, line: bytes, headers: bytes = b"", body: bytes = b"") -> Wire:
        """A new connection that says this."""
        wire = self.connect()
        self.say(wire, line + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n" + body)
        return wire

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application."""
        path = scope["path"]
        if path == "/cut":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        elif path == "/stream":
            await StreamingResponse(self._pieces())(scope, receive, send)
        elif path == "/long":
            await PlainTextResponse(LONG)(scope, receive, send)
        elif path == "/upload":
            upload = Upload(_body(receive), self._store, cast(Any, self.house))
            await upload(scope, receive, send)
        elif path == "/english":
            with use_language("en"):
                await _read(receive)
                await PlainTextResponse("done")(scope, receive, send)
        else:
            await _read(receive)
            await PlainTextResponse(get_language())(scope, receive, send)

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield b"begun"
        await self.go_on.wait()
        yield b"ended"

    async def _store(self, lines: Sequence[tuple[int, bytes]]) -> bytes:
        assert self.capacity.working == 1
        self.house.stored += [line for _, line in lines]
        return b"receipt\n" * len(lines)


async def _read(receive: Receive) -> None:
    more = True
    while more:
        message: Message = await receive()
        more = message.get("more_body", False)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if holds():
                return
            await asyncio.sleep(0)


async def settle() -> None:
    """Let all go on that can without news."""
    for _ in range(50):
        await asyncio.sleep(0)


def run(test: Coroutine[Any, Any, None]) -> None:
    with use_language("fr"):
        asyncio.run(test)


def test_an_upload_that_trickles_lends_its_place_and_stores_in_it() -> None:
    async def test() -> None:
        server = Server()
        upload = server.ask(b"POST /upload", b"Transfer-Encoding: chunked\r\n")
        await until(lambda: upload.statuses == [b"200"])
        for line in (b"1\n", b"2\n"):
            await until(lambda: server.capacity.working == 0)
            other = server.ask(b"GET /")
            await until(lambda wire=other: wire.statuses == [b"200"])  # type: ignore[misc]
            server.say(upload, b"2\r\n%s\r\n" % line)
            await until(lambda stored=line: stored.strip() in server.house.stored[-1:])  # type: ignore[misc]
        server.say(upload, b"0\r\n\r\n")
        await until(lambda: b'{"end":{"lines":2}}' in upload.sent)
        await until(lambda: server.capacity.working == 0)

    run(test())


def test_an_upload_whose_turn_does_not_come_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "_LATEST_S", 0.05)
    monkeypatch.setattr(waiting, "_LATE_S", 0.05)  # what holds once a stall looks like a crowd
    monkeypatch.setattr(_upload, "_TURN_S", 0.2)

    async def test() -> None:
        server = Server()
        upload = server.ask(b"POST /upload", b"Transfer-Encoding: chunked\r\n")
        await until(lambda: upload.statuses == [b"200"] and server.capacity.working == 0)
        stream = server.ask(b"GET /stream", b"Content-Length: 5\r\n")
        await until(lambda: b"begun" in stream.sent)
        server.say(upload, b"2\r\n1\n\r\n")
        await until(lambda: b"/overloaded" in upload.sent)
        assert server.house.stored == []
        server.go_on.set()
        await until(lambda: b"ended" in stream.sent)

    run(test())


def test_a_stream_whose_request_has_a_body_that_does_not_come_holds_its_place() -> None:
    async def test() -> None:
        server = Server()
        first = server.ask(b"GET /stream", b"Content-Length: 5\r\n")
        await until(lambda: b"begun" in first.sent)
        assert server.capacity.working == 1
        second = server.ask(b"GET /stream", b"Content-Length: 5\r\n")
        assert first.protocol is not None
        first.protocol.pause_writing()
        first.protocol.resume_writing()
        await settle()
        assert b"begun" not in second.sent
        server.go_on.set()
        await until(lambda: b"ended" in first.sent and b"ended" in second.sent)
        await until(lambda: server.capacity.working == 0)

    run(test())


def test_a_request_is_told_nothing_of_the_one_that_left_it_the_place() -> None:
    async def test() -> None:
        server = Server()
        english = server.ask(b"POST /english", b"Content-Length: 5\r\n")
        french = server.ask(b"GET /")
        await until(lambda: french.statuses == [b"200"])
        assert french.sent.endswith(b"fr")
        server.say(english, b"12345")
        await until(lambda: english.statuses == [b"200"])

    run(test())


def test_who_does_not_read_refusals_is_closed() -> None:
    async def test() -> None:
        server = Server()
        wire = server.connect()
        server.say(wire, REFUSED)
        assert (wire.statuses, wire.closed) == ([b"429"], False)
        assert wire.protocol is not None
        wire.protocol.pause_writing()
        server.say(wire, REFUSED)
        assert (wire.statuses, wire.closed) == ([b"429"] * 2, True)
        assert wire.sent.lower().count(b"connection: close") == 1

    run(test())


def test_a_second_head_that_comes_too_slowly_is_cut_and_a_connection_at_rest_is_not() -> None:
    async def test() -> None:
        server = Server()
        wire = server.ask(b"GET /")
        await until(lambda: wire.statuses == [b"200"])
        server.kind.header_s = 0
        await settle()
        assert not wire.closed
        server.say(wire, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: wire.statuses == [b"200"] * 2)
        server.say(wire, b"GET / HTTP/1.1\r\nX-Slow: ")
        await until(lambda: wire.gone)

    run(test())


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", id="answer"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", id="kept for a while"),
        pytest.param(b"GET /cut HTTP/1.1\r\nHost: x\r\n\r\n", id="answer that breaks off"),
        pytest.param(b"no request\r\n\r\n", id="unreadable"),
        pytest.param(b"GET / HTT", id="head that does not come"),
        pytest.param(REFUSED * 4, id="refusals"),
        pytest.param(HEAD.replace(b"/", b"/refused", 1).replace(b"5", b"5\r\nConnection: close", 1)
                     + b"12345", id="refused body"),
    ],
)  # fmt: skip
def test_what_is_closed_and_never_read_is_cut(
    request_: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With less unread than the bound above which writing stops nothing else told of it."""
    monkeypatch.setattr(connection, "_LISTEN_S", 0)

    async def test() -> None:
        server = Server()
        server.config.timeout_keep_alive = server.kind.header_s = 0
        wire = server.connect()
        wire.unread = 1
        server.say(wire, request_)
        await until(lambda: wire.gone)
        await settle()
        assert not server.state.connections

    run(test())


def test_what_is_closed_while_much_is_unread_is_cut_though_some_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        server = Server()
        wire = server.connect()
        wire.unread = 1
        assert wire.protocol is not None
        server.say(wire, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await until(lambda: wire.closed)
        wire.protocol.pause_writing()
        await settle()
        assert not wire.gone
        monkeypatch.setattr(connection, "_LISTEN_S", 0)
        wire.protocol.resume_writing()
        await until(lambda: wire.gone)

    run(test())


def test_a_reader_that_takes_an_answer_slowly_has_all_of_it() -> None:
    """It had a minute for all, so 8 MB at less than 140 kB a second were cut."""

    async def test() -> None:
        server = Server()
        wire = server.connect(kind=SlowWire)
        assert isinstance(wire, SlowWire)
        server.say(wire, b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        protocol, pauses, ends = wire.protocol, 0, []
        assert protocol is not None
        while protocol.in_hand():
            await until(lambda: protocol.flow.write_paused or not protocol.in_hand())
            if not protocol.in_hand():
                break
            assert server.capacity.working == 0, "the place is lent meanwhile"
            assert protocol._deaf is not None
            ends.append(protocol._deaf._handle.when())
            pauses += 1
            wire.read(connection.PIECE)
        assert wire.sent.count(b"x") >= len(LONG)
        assert pauses > 10
        assert ends == sorted(set(ends)), "each piece that is taken gives another minute"
        wire.read(connection.PIECE)
        assert not wire.closed

    run(test())


def test_a_reader_that_takes_no_more_of_an_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        server = Server()
        wire = server.connect(kind=SlowWire)
        assert isinstance(wire, SlowWire)
        server.say(wire, b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: wire.unread > connection.PIECE)
        wire.read(connection.PIECE - 1)  # less than a piece, in two readings
        wire.read(0)
        assert not wire.gone
        monkeypatch.setattr(connection, "_LISTEN_S", 0)
        wire.read(1)
        await until(lambda: wire.gone)
        await until(lambda: server.capacity.working == 0)
        assert len(wire.sent) < len(LONG)

    run(test())


def test_an_answer_that_waits_for_its_reader_is_not_cut_for_a_new_connection() -> None:
    async def test() -> None:
        server = Server(peers=Peers(100, 2, standing=0))
        slow, other = server.ask(b"GET /"), server.ask(b"GET /")
        await until(lambda: slow.statuses == other.statuses == [b"200"])
        slow.unread = 1
        server.connect("192.0.2.2")
        assert [slow.closed, other.closed] == [False, True]

    run(test())


def test_refusals_behind_one_that_works_end_the_connection_too() -> None:
    async def test() -> None:
        server = Server()
        wire = server.ask(b"GET /", body=REFUSED * 100)
        await until(lambda: wire.closed)
        assert wire.statuses == [b"200"] + [b"429"] * 4

    run(test())


@pytest.mark.parametrize("behind", [False, True])
def test_a_refused_body_is_read_before_the_connection_ends(*, behind: bool) -> None:
    """Or the kernel would reset it, and who still sends would lose the answer."""

    async def test() -> None:
        server = Server()
        wire = server.connect()
        head = (
            b"POST /refused HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20\r\n\r\n"
        )
        server.say(wire, (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" if behind else b"") + head)
        await until(lambda: wire.statuses[-1:] == [b"429"])
        assert wire.sent.lower().count(b"connection: close") == 1
        for piece in (b"1" * 10, b"2" * 10 + REFUSED):
            assert not wire.closed
            server.say(wire, piece)
            await settle()
        assert wire.closed
        assert wire.statuses.count(b"429") == 1

    run(test())


def test_a_stranger_refused_for_the_number_of_connections_is_closed() -> None:
    async def test() -> None:
        server = Server(peers=Peers(100, 2))
        held = [server.ask(b"POST /", b"Content-Length: 5\r\n") for _ in range(2)]
        stranger = server.ask(b"GET /open")
        assert (stranger.statuses, stranger.closed) == ([b"503"], True)
        await settle()
        known = server.ask(b"GET /")
        assert (known.statuses, known.closed) == ([b"503"], False), "all others are known, too"
        for wire in held:
            wire.close()
        await settle()
        server.say(known, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: known.statuses == [b"503", b"200"])

    run(test())


def test_one_address_has_a_bound_of_its_own_and_what_rests_gives_way() -> None:
    async def test() -> None:
        server = Server(peers=Peers(2, 100, standing=0))
        works = server.ask(b"POST /", b"Content-Length: 5\r\n")
        rests = server.ask(b"GET /")
        await until(lambda: rests.statuses == [b"200"])
        new = server.connect()
        assert [works.closed, rests.closed, new.closed] == [False, True, False]
        server.say(new, HEAD)
        late, other = server.connect(), server.connect("192.0.2.2")
        assert [works.closed, new.closed, late.closed, other.closed] == [False, False, True, False]
        works.close()
        await settle()
        assert not server.connect().closed, "one was left"

    run(test())


def test_what_has_rested_longest_of_the_address_with_most_gives_way() -> None:
    async def test() -> None:
        server = Server(peers=Peers(100, 5))
        many = [server.connect("192.0.2.1") for _ in range(3)]
        few = [server.connect("192.0.2.2") for _ in range(2)]
        for wire in (*reversed(many), *few):
            server.say(wire, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await until(lambda wire=wire: wire.statuses == [b"200"])  # type: ignore[misc]
        await settle()
        assert not server.connect("192.0.2.3").closed
        assert [wire.closed for wire in (*many, *few)] == [False, False, True, False, False]
        assert not server.connect("192.0.2.1").closed, "who opens one more closes one of its own"
        assert [wire.closed for wire in (*many, *few)] == [False, True, True, False, False]

    run(test())


def test_who_was_let_in_takes_the_connection_of_a_stranger_that_works() -> None:
    async def test() -> None:
        server = Server(peers=Peers(100, 3))
        known = server.ask(b"POST /", b"Content-Length: 5\r\n")
        strangers = [server.ask(b"POST /open", b"Content-Length: 5\r\n") for _ in range(2)]
        new = server.ask(b"GET /")
        assert [wire.closed for wire in (known, *strangers)] == [False, True, False]
        await until(lambda: new.statuses == [b"200"])
        server.say(known, b"12345")
        await until(lambda: known.statuses == [b"200"])

    run(test())


def test_a_head_is_awaited_beyond_the_bounds_but_not_of_any_number() -> None:
    """A caller that was let in is known by it: others that open connections put nobody out."""

    async def test() -> None:
        server = Server(peers=Peers(100, 2, standing=2))
        held = [server.ask(b"POST /open", b"Content-Length: 5\r\n") for _ in range(2)]
        new = [server.connect(f"192.0.2.{n}") for n in range(10, 12)]
        assert not any(wire.closed for wire in (*held, *new))
        server.connect("192.0.2.13")
        assert [wire.closed for wire in (*held, *new)] == [False, False, True, False]
        server.say(new[1], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: new[1].statuses == [b"200"])

    run(test())


def test_who_was_silent_and_is_refused_gives_way_from_then_on() -> None:
    async def test() -> None:
        server = Server(peers=Peers(100, 2))
        first, other = server.connect("192.0.2.2"), server.connect("192.0.2.3")
        server.connect("192.0.2.4")
        server.say(first, REFUSED)
        server.connect("192.0.2.5")
        assert [first.closed, other.closed] == [True, False]

    run(test())


def test_the_connections_of_a_trusted_proxy_are_counted_among_all_alone() -> None:
    async def test() -> None:
        proxies = (ip_network("192.0.2.1/32"),)
        server = Server(peers=Peers(1, 5, standing=0), proxies=proxies)
        proxied = [server.connect() for _ in range(3)]
        first, second = server.connect("192.0.2.3"), server.connect("192.0.2.3")
        assert (first.closed, second.closed) == (False, True)
        server.connect("192.0.2.4")
        assert not any(wire.closed for wire in proxied)
        server.say(first, b"GET /refused HTTP/1.1\r\nHost: x\r\n\r\n")
        server.connect()
        assert [wire.closed for wire in (*proxied, first)] == [False, False, False, True]

    run(test())
