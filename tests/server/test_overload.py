"""More than can be done, at a real server: what is refused costs little, the others are served."""

import asyncio
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import httpx2
import pytest

from tests.faults.process import Process
from tests.server.load import (
    HEALTH,
    STRANGER,
    Lines,
    Program,
    Seen,
    arrive,
    keep_asking,
    loop_s,
    processor_s,
)

FEW = 4
_NUMBERS = count(1)
TOKEN = (
    b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 9\r\n\r\n"
)


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[Process]:
    environment = {f"SYNERGIE_{name.upper()}": text for name, text in settings.items()}
    with Process.started(folder, f"sqlite:///{folder}/store.db", environment) as process:
        yield process


@pytest.fixture(scope="module")
def one_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server that does one thing at once."""
    with started(tmp_path_factory.mktemp("one"), max_requests="1") as process:
        yield process


@pytest.fixture
def one(one_place: Process) -> Program:
    """Another one for each test, as `member`."""
    return Program.of(one_place, f"org-one-{next(_NUMBERS)}")


@pytest.fixture(scope="module")
def few_lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server that takes four connections: all is refused while they work for a fifth."""
    with started(tmp_path_factory.mktemp("few"), max_connections=str(FEW)) as process:
        yield process


@pytest.fixture
def member(few_lines: Process) -> Program:
    """Another one for each test: a token of the first may be over when the last begins."""
    return Program.of(few_lines, f"org-few-{next(_NUMBERS)}")


@contextmanager
def held(process: Process, member: Program, n: int = FEW) -> Iterator[None]:
    """As many connections as may be, at work for *member*: a body is awaited."""
    with ExitStack() as stack:
        for _ in range(n):
            await_body(stack.enter_context(connect(process)), member.write())
        yield


def await_body(raw: socket.socket, request: bytes) -> None:
    """Begin *request*, and wait until the server works on it."""
    head, _, _ = request.partition(b"\r\n\r\n")
    raw.settimeout(30)
    raw.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
    assert raw.recv(65_536).startswith(b"HTTP/1.1 100")


def answer(raw: socket.socket, request: bytes) -> bytes:
    """What comes back, as far as its length says."""
    raw.sendall(request)
    return read(raw)


def read(raw: socket.socket) -> bytes:
    raw.settimeout(30)
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := raw.recv(65_536)):
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += raw.recv(65_536)
    return head + b"\r\n\r\n" + body


def connect(process: Process, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", process.port), source_address=(source, 0))


def test_a_refusal_costs_a_small_part_of_what_is_served(
    few_lines: Process, member: Program
) -> None:
    """A refusal is all in the event loop; other threads look after the store meanwhile."""
    assert few_lines.process is not None
    pid = few_lines.process.pid

    def cost(make: Callable[[], bytes], seconds: Callable[[int], float]) -> tuple[float, Seen]:
        """The least of twenty times fifty: what others do on the machine makes some dearer."""
        costs, every = [], Seen()
        for _ in range(20):
            requests = iter([make() for _ in range(50)])
            before = seconds(pid)
            following = partial(next, requests, None)
            asked = keep_asking(few_lines.port, following, at_once=2, seconds=600)
            every.statuses += asyncio.run(asked).statuses
            costs.append((seconds(pid) - before) / 50)
        return min(costs), every

    served, seen = cost(member.read, processor_s)
    assert seen.served == 1_000
    again = member.read()
    with held(few_lines, member):
        refused, seen = cost(lambda: again, loop_s)
        assert seen.refused == 1_000
        stranger, seen = cost(lambda: STRANGER, loop_s)
        assert seen.refused == 1_000
    assert refused < served / 8
    assert stranger < served / 8


def test_health_answers_and_a_live_token_is_served_in_a_flood_of_strangers(
    tmp_path: Path,
) -> None:
    with started(tmp_path, max_requests="4") as process:
        live = Program.of(process, "org-live")
        over = threading.Event()

        def flood() -> int:
            sent = 0
            while not over.is_set():
                sent += asyncio.run(arrive(process.port, [STRANGER] * 200, 2_000)).sent
            return sent

        async def beside() -> tuple[list[int], list[int]]:
            lines = Lines(process.port)
            health = [await lines.ask(HEALTH, 60) for _ in range(20)]
            reads = [await lines.ask(live.read(), 60) for _ in range(20)]
            await lines.close()
            return health, reads

        with ThreadPoolExecutor(1) as pool:
            flooding = pool.submit(flood)
            try:
                health, reads = asyncio.run(beside())
            finally:
                over.set()
            assert flooding.result() >= 200
        assert health == [200] * 20
        assert reads.count(200) >= 15, "a machine that stands still for a second may refuse some"


def test_a_flood_of_one_program_takes_nothing_from_another(tmp_path: Path) -> None:
    with started(tmp_path, max_requests="4") as process:
        flooding, other = Program.of(process, "org-flood"), Program.of(process, "org-other")

        async def both() -> Seen:
            mine = [other.read() for _ in range(30)]
            flood = asyncio.create_task(
                keep_asking(process.port, flooding.read, at_once=100, seconds=600)
            )
            requests = iter(mine)
            seen = await keep_asking(
                process.port, lambda: next(requests, None), at_once=1, seconds=600
            )
            flood.cancel()
            await asyncio.wait([flood])
            return seen

        seen = asyncio.run(both())
        assert seen.sent == seen.served + seen.refused == 30
        assert seen.served >= 25, "a machine that stands still for a second may refuse one"


def test_connections_that_rest_at_four_addresses_put_nobody_out(tmp_path: Path) -> None:
    bounds = {"max_connections": "8", "max_connections_each": "2"}
    with started(tmp_path, **bounds) as process, ExitStack() as stack:
        member = Program.of(process, "org-live")
        many = [f"127.0.0.{n}" for n in range(2, 6)] * 2
        rest = [stack.enter_context(connect(process, one)) for one in many]
        for raw in rest:
            assert answer(raw, HEALTH).startswith(b"HTTP/1.1 200")
        with connect(process, "127.0.0.9") as stranger, connect(process) as live:
            assert answer(stranger, STRANGER).startswith(b"HTTP/1.1 401")
            assert answer(live, member.read()).startswith(b"HTTP/1.1 200")
        works = [stack.enter_context(connect(process, one)) for one in many]
        for raw in works:
            await_body(raw, TOKEN)
        with connect(process, "127.0.0.9") as stranger:
            assert answer(stranger, STRANGER).startswith(b"HTTP/1.1 503")
        with connect(process) as live:
            assert answer(live, member.read()).startswith(b"HTTP/1.1 200")
        gone = select.select(works, [], [], 30)[0]
        assert len(gone) == 1, "a stranger's gave way to who was let in"


def test_what_is_refused_is_a_problem_with_the_headers_of_every_answer(
    few_lines: Process, member: Program
) -> None:
    with held(few_lines, member), connect(few_lines) as raw:
        told = answer(raw, member.read())
        head, _, body = told.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        assert headers[b"content-type"] == b"application/problem+json"
        assert 1 <= int(headers[b"retry-after"]) <= 5
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert len(headers[b"synergie-trace-id"]) == 32
        assert b"date" in headers
        problem = json.loads(body)
        assert problem["type"].endswith("/overloaded")
        assert problem["status"] == 503
        again = answer(raw, member.read())
        assert again.startswith(b"HTTP/1.1 503"), "the connection was kept"
        assert again.partition(b"trace-id: ")[2][:32] != told.partition(b"trace-id: ")[2][:32]


def test_over_capacity_health_and_what_takes_rights_away_go_on(
    few_lines: Process, member: Program
) -> None:
    vital = {
        b"GET /health/live": b"200",
        b"GET /health/ready": b"200",
        b"GET /jwks": b"200",
        b"POST /revoke": b"400",  # nothing was sent with it
        b"POST /v1/agreements/none/suspend": b"401",
        b"POST /v1/agreements/none/resume": b"503",
    }
    with held(few_lines, member), connect(few_lines) as raw:
        for line, status in vital.items():
            told = answer(raw, line + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            assert told.split(b" ")[1] == status, line


def test_a_person_is_told_on_a_page_in_her_language(few_lines: Process, member: Program) -> None:
    for cookie, words in (("", "Réessayez dans"), ("Cookie: lang=en\r\n", "Try again in")):
        with held(few_lines, member), connect(few_lines) as raw:
            page = answer(
                raw, f"GET /sites HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n{cookie}\r\n".encode()
            )
        assert page.startswith(b"HTTP/1.1 503")
        assert b"text/html" in page
        assert words in page.decode()


def test_the_head_of_a_refusal_alone_answers_head(few_lines: Process, member: Program) -> None:
    with held(few_lines, member), connect(few_lines) as raw:
        raw.sendall(member.read().replace(b"GET", b"HEAD", 1) + HEALTH)
        raw.settimeout(30)
        data = b""
        while b'"live"' not in data:
            data += raw.recv(65_536)
    first, second = data.split(b"\r\n\r\n", 1)
    assert first.startswith(b"HTTP/1.1 503")
    assert second.startswith(b"HTTP/1.1 200"), "no body came between"


def test_a_body_that_is_not_sent_yet_is_not_asked_for(few_lines: Process, member: Program) -> None:
    head, _, _ = member.write().partition(b"\r\n\r\n")
    with held(few_lines, member), connect(few_lines) as raw:
        told = answer(raw, head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 503")
        assert b"connection: close" in told.lower()
        assert raw.recv(100) == b""


def test_the_body_of_what_is_refused_is_thrown_away(few_lines: Process, member: Program) -> None:
    write = member.write()
    with held(few_lines, member), connect(few_lines) as raw:
        assert answer(raw, write[:-20]).startswith(b"HTTP/1.1 503")
        assert answer(raw, write[-20:] + HEALTH).startswith(b"HTTP/1.1 200")


def test_who_still_sends_a_refused_body_reads_the_answer(
    few_lines: Process, member: Program
) -> None:
    size = 8_000_000
    told = b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size
    head = member.read().replace(b"GET", b"POST", 1).removesuffix(b"\r\n") + told
    with held(few_lines, member), connect(few_lines) as raw:
        raw.settimeout(60)
        raw.sendall(head)
        raw.sendall(bytes(size))
        assert read(raw).startswith(b"HTTP/1.1 503")
        assert raw.recv(100) == b""


def test_refusals_that_are_asked_for_in_one_go_end_the_connection(
    few_lines: Process, member: Program
) -> None:
    """Or one connection would hold the process while a quarter of a megabyte is refused."""
    with held(few_lines, member), connect(few_lines) as raw:
        raw.sendall(member.read() * 30)
        raw.settimeout(30)
        data = b""
        try:
            while piece := raw.recv(65_536):
                data += piece
        except ConnectionResetError:
            pass
    assert data.count(b"HTTP/1.1 503") == 4


def test_requests_sent_together_are_answered_in_their_order(
    one_place: Process, one: Program
) -> None:
    with connect(one_place) as raw:
        raw.sendall(one.read() + STRANGER + HEALTH)
        statuses = [read_one(raw) for _ in range(3)]
    assert statuses == [b"200", b"401", b"200"]


_left: dict[int, bytes] = {}


def read_one(raw: socket.socket) -> bytes:
    """The status of the next answer."""
    raw.settimeout(30)
    data = _left.pop(raw.fileno(), b"")
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if end and len(body) >= length:
            _left[raw.fileno()] = body[length:]
            return head.split(b" ")[1]
        piece = raw.recv(65_536)
        assert piece, data
        data += piece


def test_who_waits_for_news_holds_no_place(one_place: Process, one: Program) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(one_place)) for _ in range(3)]
        for raw in lines:
            raw.sendall(wait_of(one, 30))
        for _ in range(5):
            ask_until(one_place, one.read, b"200")
        assert len(select.select(lines, [], [], 0)[0]) < len(lines), "not all have been answered"
        ask_until(one_place, one.write, b"201")
        for raw in lines:  # who wrote rang the bell; a slow machine may tell some to come back
            assert read(raw).split(b" ")[1] in {b"200", b"503"}


def ask_until(process: Process, make: Callable[[], bytes], status: bytes) -> None:
    """Ask until the answer is *status*; meanwhile it may be to come back."""
    end = time.monotonic() + 120
    with connect(process) as raw:
        while (told := answer(raw, make()).split(b" ")[1]) != status:
            assert told == b"503", told
            assert time.monotonic() < end
            time.sleep(0.1)


def wait_of(program: Program, seconds: int) -> bytes:
    url = f"{program.url}/v1/changes"
    proof = program.auth.proof("GET", url, token=program.token, nonce=None)
    line = f"GET /v1/changes?after={head_of(program)}&wait={seconds} HTTP/1.1"
    told = f"Host: x\r\nAuthorization: DPoP {program.token}\r\nDPoP: {proof}"
    return f"{line}\r\n{told}\r\n\r\n".encode()


def head_of(program: Program) -> str:
    """The cursor after all that was stored."""
    url = f"{program.url}/v1/changes"
    cursor, more = "", True
    while more:
        proof = program.auth.proof("GET", url, token=program.token, nonce=None)
        headers = {"Authorization": f"DPoP {program.token}", "DPoP": proof}
        params = {"after": cursor} if cursor else {}
        reply = httpx2.get(url, params=params, headers=headers, trust_env=False, timeout=60)
        assert reply.status_code == 200, reply.text
        page = reply.json()
        cursor, more = str(page["next"]), page["more"]
    return cursor


def test_a_body_that_is_awaited_holds_no_place(one_place: Process, one: Program) -> None:
    with ExitStack() as stack:
        lines = []
        for _ in range(3):
            raw, write = stack.enter_context(connect(one_place)), one.write()
            raw.sendall(write[:-20])
            lines.append((raw, write[-20:]))
        for _ in range(5):
            ask_until(one_place, one.read, b"200")
        answered = select.select([raw for raw, _ in lines], [], [], 0)[0]
        assert len(answered) < len(lines), "not all have been answered"
        for raw, rest in lines:
            assert answer(raw, rest).split(b" ")[1] in {b"201", b"503"}


def test_who_leaves_while_waiting_leaves_the_place_to_others(
    one_place: Process, one: Program
) -> None:
    for _ in range(3):
        lines = [connect(one_place) for _ in range(40)]
        for raw in lines:
            raw.sendall(one.read())
        for raw in lines:
            raw.close()
    ask_until(one_place, one.read, b"200")


def test_the_log_says_once_a_second_how_many_were_refused(tmp_path: Path) -> None:
    with started(tmp_path, max_connections="1") as process, ExitStack() as stack:
        stack.enter_context(held(process, Program.of(process, "org-log"), 1))
        asyncio.run(arrive(process.port, [STRANGER] * 300, 1_000, patience_s=60))
        end = time.monotonic() + 60
        while sum(told := refused_in(tmp_path)) < 300:
            assert time.monotonic() < end, told
            time.sleep(0.1)
    assert len(told) < 100
    lines = (tmp_path / "server.log").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(one) for one in lines if '"/v1/sites"' in one]
    # The request that held the connection may be told as well: its body was cut at the end.
    assert [one["status"] for one in asked if one["method"] == "GET"] == [200], asked


def refused_in(folder: Path) -> list[int]:
    lines = (folder / "server.log").read_text(encoding="utf-8").splitlines()
    events = [json.loads(one) for one in lines if '"load.refused"' in one]
    assert all({"limit", "working", "waiting", "crowded"} <= event.keys() for event in events)
    return [event["refused"]["connections stranger"] for event in events]
