"""Streams of lines that come in: each line is a batch, each answer line its receipt.

Reading, storing and answering go on side by side. A client may well read nothing before it has
sent everything (most HTTP clients do): receipts then wait in memory, a few hundred bytes each, and
the number of lines is capped; a sender and a server that each wait for the other is not possible.
Who sends slowly lends its place, and takes turns for what comes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import override

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from synergie.errors import Overloaded, SynergieError, TooLarge
from synergie.schemas.readings import ndjson
from synergie.server.capacity import lent_place
from synergie.server.house import Services

_MOST = 64
_MOST_BYTES = 4 * 1024 * 1024
_AGAIN_S = 0.1
"""Pause after a turn that did not come, seconds."""
_TURN_S = 30.0
"""For how long turns are waited for, seconds: the sender, who hears nothing meanwhile, gives up
after a minute."""

type Storing = Callable[[Sequence[tuple[int, bytes]]], Awaitable[bytes]]
"""Stores numbered lines in one transaction; gives the answer lines."""


@dataclass(slots=True)
class _Inbox:
    """Lines that were read and not yet stored: at most 64, or 4 MiB and one line."""

    lines: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0
    ended: bool = False
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def put(self, number: int, line: bytes) -> None:
        async with self.news:
            await self.news.wait_for(lambda: len(self.lines) < _MOST and self.size < _MOST_BYTES)
            self.lines.append((number, line))
            self.size += len(line)
            self.news.notify_all()

    async def end(self) -> None:
        async with self.news:
            self.ended = True
            self.news.notify_all()

    @property
    def ready(self) -> bool:
        """Whether there is something to take, or no more to come."""
        return bool(self.lines) or self.ended

    async def wait(self) -> None:
        """Until there is something to take, or the end."""
        async with self.news:
            await self.news.wait_for(lambda: self.ready)

    async def take(self) -> list[tuple[int, bytes]]:
        """All that is there, at once, so that a slow sender gets its receipts without delay."""
        await self.wait()
        async with self.news:
            taken, self.lines, self.size = self.lines, [], 0
            self.news.notify_all()
        return taken


class Upload(Response):
    """An NDJSON answer that is written while the NDJSON body is read."""

    media_type = ndjson.MEDIA_TYPE

    def __init__(self, body: AsyncIterator[bytes], store: Storing, house: Services) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._pieces, self._store, self._house = body, store, house

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, store and answer until the body ends or fails."""
        inbox, outbox = _Inbox(), asyncio.Queue[bytes | None]()
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fill(scope, inbox, outbox))
            while (lines := await outbox.get()) is not None:
                await send({"type": "http.response.body", "body": lines, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _fill(
        self, scope: Scope, inbox: _Inbox, outbox: "asyncio.Queue[bytes | None]"
    ) -> None:
        """Everything that is answered, the last line included, then None."""
        reading = asyncio.create_task(self._read(inbox))
        try:
            while lines := await self._next(scope, inbox):
                outbox.put_nowait(await self._store(lines))
                self._house.bell.ring()
            outbox.put_nowait(ndjson.end_line(await reading))
        except SynergieError as error:
            problem = self._house.problems.document(error).model_dump_json().encode()
            outbox.put_nowait(ndjson.error_line(problem))
        finally:
            reading.cancel()
            outbox.put_nowait(None)

    async def _next(self, scope: Scope, inbox: _Inbox) -> list[tuple[int, bytes]]:
        """What is to be stored; while nothing is there, another request may work.

        Overloaded when its turn does not come for `_TURN_S`.
        """
        turn, began = inbox.ready, None
        while not turn:
            try:
                async with lent_place(scope):
                    await inbox.wait()
                turn = True
            except Overloaded:  # the sender waits meanwhile: what came was not refused
                began = began or time.monotonic()
                if self._house.life.stopping or time.monotonic() - began >= _TURN_S:
                    raise
                await asyncio.sleep(_AGAIN_S)
        return await inbox.take()

    async def _read(self, inbox: _Inbox) -> int:
        """The body into the inbox, line by line; how many lines there were."""
        split, number = ndjson.LineSplitter(), 0
        try:
            async for piece in self._pieces:
                for line in split.feed(piece):
                    number += 1
                    self._check(number)
                    await inbox.put(number, line)
            for line in split.close():
                number += 1
                await inbox.put(number, line)
        finally:
            await inbox.end()
        return number

    def _check(self, number: int) -> None:
        if number > self._house.most_lines:
            raise TooLarge(self._house.most_lines, "lines")
        if self._house.life.stopping:
            raise Overloaded(5)
