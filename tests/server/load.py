"""Many requests at a real server from raw sockets, signed before: what became of them."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import override

import httpx2

from synergie.client import Auth
from tests.faults.process import Process

SIGNED_S = 40.0
"""Seconds that a proof made before may be sent in."""
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
STRANGER = b"GET /v1/sites?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP nobody\r\n\r\n"


@dataclass
class Program:
    """A program with a live token, whose requests can be signed before they are sent."""

    auth: Auth
    url: str
    token: str
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, process: Process, organisation: str) -> "Program":
        """A new program of *organisation*, let in once."""
        auth, url = process.auth(organisation), process.url
        proof = auth.proof("POST", f"{url}/token", token=None, nonce=None)
        form = auth.token_form(f"{url}/v1")
        with httpx2.Client(trust_env=False, timeout=60) as http:
            answer = http.post(f"{url}/token", data=form, headers={"DPoP": proof})
            assert answer.status_code == 200, answer.text
            made = cls(auth, url, answer.json()["access_token"])
            headers = made.headers("GET")
            assert http.get(f"{url}/v1/sites", headers=headers).status_code == 200
        return made

    def headers(self, method: str) -> dict[str, str]:
        """Of one request for sites."""
        proof = self.auth.proof(method, f"{self.url}/v1/sites", token=self.token, nonce=None)
        return {"Authorization": f"DPoP {self.token}", "DPoP": proof}

    def read(self) -> bytes:
        """A small read, signed."""
        return _raw("GET /v1/sites?limit=1", self.headers("GET"), b"")

    def write(self) -> bytes:
        """The writing of a new site, signed."""
        number = next(self._numbers)
        site = {
            "external_id": f"L{number}",
            "name": "École",
            "kind": "building",
            "provenance": "synthetic",
        }
        told = {"Content-Type": "application/json", "Idempotency-Key": f'"load-{number}"'}
        body = json.dumps({"items": [site]}).encode()
        return _raw("POST /v1/sites", self.headers("POST") | told, body)


def _raw(line: str, headers: dict[str, str], body: bytes) -> bytes:
    told = {"Host": "x", **headers} | ({"Content-Length": str(len(body))} if body else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{line} HTTP/1.1\r\n{head}\r\n".encode() + body


@dataclass
class Seen:
    """What became of requests: how many by status, and the seconds of each that was served."""

    statuses: Counter[int] = field(default_factory=Counter)
    """0: no answer."""
    served_s: list[float] = field(default_factory=list)
    served_at: list[float] = field(default_factory=list)
    """When each was served, seconds from the beginning."""

    @property
    def sent(self) -> int:
        """How many were sent."""
        return self.statuses.total()

    @property
    def refused(self) -> int:
        """How many were told to come back."""
        return self.statuses[503] + self.statuses[429]

    @property
    def served(self) -> int:
        """How many were answered with 2xx."""
        return sum(n for status, n in self.statuses.items() if 200 <= status < 300)

    def slowest(self, share: float) -> float:
        """The seconds that this *share* of the served ones took at most."""
        ordered = sorted(self.served_s) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Line(asyncio.Protocol):
    """One connection: a request, its answer, the next one."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[int] | None = None
        self._data = b""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._end(0)

    @override
    def data_received(self, data: bytes) -> None:
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        if not end:
            return
        lower = head.lower()
        length = lower.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        chunked = b"transfer-encoding: chunked" in lower
        if body.endswith(b"0\r\n\r\n") if chunked else len(body) >= int(length or 0):
            if b"connection: close" in lower and self.transport is not None:
                self.transport.close()
                self.transport = None
            self._data = b""
            self._end(int(head[9:12]))

    async def ask(self, request: bytes) -> int:
        """The status of the answer to *request*; 0 when the connection is lost."""
        if self.transport is None:
            return 0
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def _end(self, status: int) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(status)


@dataclass
class Lines:
    """Connections to one server, opened when none is at rest."""

    port: int
    most: int = 1_500
    open: int = 0
    _rest: list[Line] = field(default_factory=list)
    _made: list[Line] = field(default_factory=list)

    async def ask(self, request: bytes, patience_s: float) -> int:
        """The status of the answer; 0 without one in time."""
        line = await self._line()
        if line is None:
            return 0
        try:
            async with asyncio.timeout(patience_s):
                status = await line.ask(request)
        except TimeoutError:
            status = 0
            if line.transport is not None:
                line.transport.abort()
        if line.transport is not None and status:
            self._rest.append(line)
        else:
            self.open -= 1
        return status

    async def _line(self) -> Line | None:
        while self._rest:
            line = self._rest.pop()
            if line.transport is not None:
                return line
            self.open -= 1
        if self.open >= self.most:
            return None
        self.open += 1
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(Line, "127.0.0.1", self.port)
        except OSError:
            self.open -= 1
            return None
        self._made.append(line)
        return line

    async def hold(self, n: int) -> None:
        """Open *n* connections that say nothing."""
        found = [await self._line() for _ in range(n)]
        self._rest += [line for line in found if line is not None]

    async def close(self) -> None:
        """Close all."""
        for line in self._made:
            if line.transport is not None:
                line.transport.abort()
        await asyncio.sleep(0.01)  # until the loop has closed them


async def arrive(
    port: int, requests: list[bytes], a_second: float, *, patience_s: float = 2.0
) -> Seen:
    """Send *requests* so many *a_second*, whatever becomes of those before."""
    seen, lines, loop = Seen(), Lines(port), asyncio.get_running_loop()
    began = loop.time()

    async def one(request: bytes, due: float) -> None:
        status = await lines.ask(request, patience_s)
        at = loop.time()
        seen.statuses[status] += 1
        if 200 <= status < 300:
            seen.served_s.append(at - due)
            seen.served_at.append(at - began)

    async with asyncio.TaskGroup() as group:
        for number, request in enumerate(requests):
            due = began + number / a_second
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            group.create_task(one(request, due))
    await lines.close()
    return seen


async def keep_asking(
    port: int,
    make: Callable[[], bytes | None],
    *,
    at_once: int,
    seconds: float,
    rest_s: float = 0.0,
) -> Seen:
    """Send the next request when one is answered, *at_once* of them at a time.

    Who is told to come back rests for *rest_s* seconds.
    """
    seen, lines, loop = Seen(), Lines(port), asyncio.get_running_loop()
    began = loop.time()

    async def one() -> None:
        while loop.time() < began + seconds and (request := make()) is not None:
            sent = loop.time()
            status = await lines.ask(request, 30)
            at = loop.time()
            seen.statuses[status] += 1
            if 200 <= status < 300:
                seen.served_s.append(at - sent)
                seen.served_at.append(at - began)
            elif status in (429, 503):
                await asyncio.sleep(rest_s)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one())
    finally:
        await lines.close()
    return seen


@contextmanager
def on_cores(server: int) -> Iterator[None]:
    """The process *server* on the first core, this one on the last one, meanwhile."""
    mine = os.sched_getaffinity(0)
    first, *_, last = sorted(mine) * 2
    for task in Path(f"/proc/{server}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), {first})
    os.sched_setaffinity(0, {last})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


def processor_s(pid: int) -> float:
    """Seconds of processor that the process *pid* has taken, all its threads."""
    took = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # the thread has ended meanwhile
            took += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return took / 1e9


def loop_s(pid: int) -> float:
    """Seconds of processor that the event loop of the server *pid* has taken: its first thread."""
    return (
        int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    )


@dataclass
class Spent:
    """What a stretch of time took."""

    server_s: float = 0.0
    client_s: float = 0.0
    wall_s: float = 0.0

    @property
    def client_share(self) -> float:
        """Of its core; above 0.8 it was the client that was measured."""
        return self.client_s / self.wall_s


@contextmanager
def spending(pid: int) -> Iterator[Spent]:
    """What the server *pid* and this process take meanwhile."""
    spent = Spent()
    server, client, wall = processor_s(pid), time.process_time(), time.monotonic()
    yield spent
    spent.server_s = processor_s(pid) - server
    spent.client_s, spent.wall_s = time.process_time() - client, time.monotonic() - wall


class NoQuota(Exception):
    """The processor of a process cannot be limited here."""


@contextmanager
def quota(pid: int, share: float) -> Iterator[None]:
    """The process *pid* has this *share* of one core, meanwhile: a control group. NoQuota."""
    name = f"synergie-load-{pid}"
    first, second = Path("/sys/fs/cgroup/cpu") / name, Path("/sys/fs/cgroup") / name
    folder = first if first.parent.is_dir() else second
    period = 20_000
    limit = int(period * share)
    told = {"cpu.cfs_period_us": f"{period}", "cpu.cfs_quota_us": f"{limit}"}
    told = told if folder is first else {"cpu.max": f"{limit} {period}"}
    try:
        folder.mkdir()
        for file, text in (told | {"cgroup.procs": f"{pid}"}).items():
            (folder / file).write_text(text)
        yield
    except OSError as error:
        raise NoQuota(f"a control group cannot be made, or takes no quota: {error}") from error
    finally:
        with suppress(OSError):
            (folder.parent / "cgroup.procs").write_text(f"{pid}")
            folder.rmdir()
