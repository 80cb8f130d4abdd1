"""A process that stood still for longer than callers may take: what they sent in time counts."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import ClassVar, cast

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.loops.auto import auto_loop_factory
from uvicorn.server import ServerState

from synergie.server import deadline, tls_door
from synergie.server.connection import Connection, connection_of
from synergie.server.deadline import Deadline, limit_waiting
from synergie.server.entry import Entry
from synergie.server.settings import Settings
from synergie.server.tls_door import TlsDoor
from tests.authority import Certificates

TIME_S = 0.05
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


def run(test: Callable[[], Awaitable[None]]) -> None:
    """In a loop as the server's."""

    async def main() -> None:
        async with asyncio.timeout(60):
            await test()

    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main())


@contextmanager
def standing_still(begin: Callable[[], object]) -> Iterator[None]:
    """After *begin* the loop stops where it reads a socket: in uvloop timers come next."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()

    def stand_still() -> None:
        loop.remove_reader(theirs)
        begin()
        time.sleep(2 * TIME_S)

    with ours, theirs:
        ours.send(b"x")
        loop.add_reader(theirs, stand_still)
        yield


async def hear(caller: socket.socket) -> bytes:
    """What comes next; nothing when the server has ended it."""
    try:
        return await asyncio.get_running_loop().sock_recv(caller, 1 << 16)
    except ConnectionResetError:
        return b""


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[socket.socket, Connection]]:
    """A caller, and the server's side of it."""
    kind = connection_of(Settings(data_dir=Path("unused"), header_s=600), Connection)
    config = uvicorn.Config(PlainTextResponse("here"), http=kind, ws="none", log_config=None)
    config.load()
    one = kind(config, ServerState(), {})
    server = await asyncio.get_running_loop().create_server(lambda: one, "127.0.0.1", 0)
    with socket.create_connection(server.sockets[0].getsockname()) as caller:
        caller.setblocking(False)
        while one not in one.connections:  # noqa: ASYNC110 (nobody is told)
            await asyncio.sleep(0.001)
        try:
            yield caller, one
        finally:
            server.close()


@pytest.mark.parametrize(
    ("rest", "answer"), [(b"\r\n", b"HTTP/1.1 200 OK"), (b"X-More: to come", b"")]
)
def test_a_head_that_came_in_time_is_answered_and_half_of_one_is_not(
    rest: bytes, answer: bytes
) -> None:
    async def test() -> None:
        async with connection() as (caller, one):

            def begin() -> None:
                one._disarm()
                one.header_s = TIME_S  # type: ignore[misc]
                one._arm()
                caller.send(GET + rest)

            with standing_still(begin):
                assert (await hear(caller))[:15] == answer

    run(test)


def test_a_request_that_came_before_the_rest_was_over_is_answered() -> None:
    async def test() -> None:
        async with connection() as (caller, one):

            def begin() -> None:
                one._disarm()
                one.timeout_keep_alive = cast(int, TIME_S)
                one._wait_for_the_next()
                caller.send(GET + b"\r\n")

            with standing_still(begin):
                assert (await hear(caller))[:15] == b"HTTP/1.1 200 OK"

    run(test)


class Secured(Connection):
    """A connection that is counted nowhere."""

    def follow(self, handshake: object, peer: str) -> None:
        """*handshake* with *peer* has begun."""

    def leave(self, handshake: object) -> None:
        """*handshake* is over."""


class Rearmed(Deadline):
    """Far away, until it is armed anew: how busy the machine is until then changes nothing."""

    of: ClassVar[list["Rearmed"]] = []

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], object]
    ) -> None:
        super().__init__(loop, 600 + seconds, act)
        self.of.append(self)

    def arm(self) -> None:
        """So that it is over before the loop looks at its sockets."""
        self.cancel()
        self._handle = self._loop.call_later(TIME_S, self._look)


async def begun() -> Rearmed:
    """The deadline of a handshake, once its socket is listened to."""
    while not Rearmed.of:  # noqa: ASYNC110 (nobody is told)
        await asyncio.sleep(0.001)
    for _ in range(50):  # turns of the loop, not time: how many it takes is the loop's own
        await asyncio.sleep(0)
    return Rearmed.of.pop()


def test_a_body_that_came_in_time_is_read_and_another_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.setblocking(False)

            def begin() -> None:
                Rearmed.of.pop().arm()
                ours.send(b"body")

            with monkeypatch.context() as patch, standing_still(begin):
                patch.setattr(deadline, "Deadline", Rearmed)
                async with limit_waiting(loop.time() + TIME_S):
                    assert await loop.sock_recv(theirs, 9) == b"body"
            with pytest.raises(TimeoutError):
                async with limit_waiting(loop.time() + TIME_S):
                    await loop.sock_recv(theirs, 9)

    run(test)


@pytest.mark.parametrize("speaks", [True, False])
def test_a_handshake_that_came_in_time_goes_on_and_one_that_did_not_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, speaks: bool
) -> None:
    monkeypatch.setattr(tls_door, "Deadline", Rearmed)
    told = Certificates.made(tmp_path).settings()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(told["tls_cert"], told["tls_key"])
    kind = connection_of(Settings(data_dir=Path("unused")), Secured)
    config = uvicorn.Config(PlainTextResponse("here"), http=kind, ws="none", log_config=None)
    config.load()

    async def test() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            made = cast("Callable[[], Entry]", lambda: kind(config, ServerState(), {}))
            door = TlsDoor(listening, context, made, seconds=TIME_S)
            try:
                with socket.create_connection(listening.getsockname()) as caller:
                    caller.setblocking(False)
                    late = await begun()

                    def begin() -> None:
                        late.arm()
                        caller.send(hello() if speaks else hello()[:9])

                    with standing_still(begin):
                        assert bool(await hear(caller)) is speaks
            finally:
                door.close()
                await door.wait_closed()

    run(test)


def hello() -> bytes:
    """What a client says first."""
    comes, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(comes, goes, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return goes.read()
