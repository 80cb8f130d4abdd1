"""Curves as lines, both ways, over a real socket: receipts, cuts, revocations, slow readers."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import httpx2
import pytest
from starlette.types import Message

from synergie.errors import Overloaded
from synergie.exchange.files.byte_budget import ByteBudget
from synergie.schemas.readings.coding import compress
from synergie.schemas.readings.curve import MAX_VALUES
from synergie.server.api import bodies
from synergie.server.api._upload import Upload
from tests.server.partner import URL
from tests.server.place import Furnished, Member, active, curve, point, series, site

NDJSON = "application/x-ndjson"
LINES = {"Content-Type": NDJSON}
MARCH = "start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z"
YEAR = "start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z"


def lines(*curves: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in curves)


def days(series_id: str, n: int, month: int = 3) -> list[dict[str, Any]]:
    """*n* days of one series, as *n* curves."""
    return [
        curve(series_id, start=f"2026-{month:02d}-{day + 1:02d}T00:00:00Z", values=[day + 1] * 48)
        for day in range(n)
    ]


def told(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == NDJSON
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_line_has_its_receipt_in_order_and_the_last_says_how_many(live: Furnished) -> None:
    sent = days(live.ids["series"], 28)
    *receipts, end = told(live.owner.post("/v1/curves", lines(*sent), headers=LINES))
    assert end == {"end": {"lines": 28}}
    assert [receipt["kept"] for receipt in receipts] == [48] * 28
    assert len({receipt["id"] for receipt in receipts}) == 28


def test_a_wrong_line_does_not_touch_the_others(live: Furnished) -> None:
    good = days(live.ids["series"], 3)
    body = lines(good[0]) + b"not JSON\n\n" + lines(good[1] | {"unit": "kW"}, good[2])
    first, second, third, fourth, end = told(live.owner.post("/v1/curves", body, headers=LINES))
    assert (first["kept"], fourth["kept"]) == (48, 48)
    assert (second["line"], second["error"]["status"]) == (2, 400)
    assert (third["line"], third["error"]["faults"][0]["where"]) == (3, "/unit")
    assert end == {"end": {"lines": 4}}


def test_the_same_stream_again_gives_the_same_lines(live: Furnished) -> None:
    body = lines(*days(live.ids["series"], 5))
    first, again = (live.owner.post("/v1/curves", body, key="k", headers=LINES) for _ in range(2))
    assert first.content == again.content


def test_a_longer_stream_with_the_same_key_goes_on_where_it_was_cut(live: Furnished) -> None:
    sent = days(live.ids["series"], 6)
    begun = told(live.owner.post("/v1/curves", lines(*sent[:2]), key="k", headers=LINES))
    whole = told(live.owner.post("/v1/curves", lines(*sent), key="k", headers=LINES))
    assert whole[:2] == begun[:2]
    assert len({receipt["id"] for receipt in whole[:-1]}) == 6


def test_another_line_under_the_same_key_is_refused_alone(live: Furnished) -> None:
    sent = days(live.ids["series"], 3)
    live.owner.post("/v1/curves", lines(*sent), key="k", headers=LINES)
    changed = [sent[0], sent[1] | {"values": [9] * 48}, sent[2]]
    first, second, third, _ = told(
        live.owner.post("/v1/curves", lines(*changed), key="k", headers=LINES)
    )
    assert second["error"]["type"].endswith("/idempotency-key-reused")
    assert (first["kept"], third["kept"]) == (48, 48)


def test_a_stream_may_come_packed(live: Furnished) -> None:
    body = compress(lines(*days(live.ids["series"], 10)), "zstd")
    answer = live.owner.post("/v1/curves", body, headers=LINES | {"Content-Encoding": "zstd"})
    assert told(answer)[-1] == {"end": {"lines": 10}}


def test_a_receipt_comes_while_the_sender_still_speaks(live: Furnished) -> None:
    first, second = days(live.ids["series"], 2)
    with _speaking(live) as speaker:
        speaker.say(lines(first))
        assert speaker.hear()["kept"] == 48
        speaker.say(lines(second))
        assert speaker.hear()["kept"] == 48
        speaker.end()
        assert speaker.hear() == {"end": {"lines": 2}}


def test_a_sender_who_reads_nothing_until_the_end_is_not_stuck(furnished: Furnished) -> None:
    told = asyncio.Event()
    answered: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(1_000):
            yield b'{"n":%d}\n' % number
        told.set()

    async def store(numbered: Sequence[tuple[int, bytes]]) -> bytes:
        return b"".join(b"receipt %d\n" % number for number, _ in numbered)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await told.wait()
        answered.append(message.get("body", b""))

    async def receive() -> Message:
        raise AssertionError("the body is read through the intake")

    async def run() -> None:
        async with asyncio.timeout(60):
            await Upload(body(), store, furnished.place.app.state.house)({}, receive, send)

    asyncio.run(run())
    assert b"".join(answered).splitlines()[-2:] == [b"receipt 1000", b'{"end":{"lines":1000}}']


@pytest.mark.parametrize(("tries", "end"), [(3, "end"), (2, "error")])
def test_lines_wait_for_memory_that_others_have_and_not_for_ever(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch, tries: int, end: str
) -> None:
    budget: ByteBudget = furnished.place.app.state.house.readings.deposits.budget
    plain, sizes = ByteBudget.reserve, list[int]()

    @contextmanager
    def reserve(self: ByteBudget, organisation: str, size: int) -> Iterator[None]:
        sizes.append(size)
        if len(sizes) < 3:
            raise Overloaded(1)
        with plain(self, organisation, size):
            yield

    monkeypatch.setattr(ByteBudget, "reserve", reserve)
    monkeypatch.setattr(bodies, "_MEMORY_PAUSE_S", 0)
    monkeypatch.setattr(bodies, "_MEMORY_TRIES", tries)
    body = lines(*days(furnished.ids["series"], 2))
    last = told(furnished.owner.post("/v1/curves", body, headers=LINES))[-1]
    assert list(last) == [end]
    assert end == "end" or last["error"]["type"].endswith("/overloaded")
    assert sizes[0] >= 40 * 47 and sizes[0] == sizes[1]
    assert budget._taken.total() == 0


def test_a_body_cut_in_the_middle_keeps_the_lines_that_came_whole(live: Furnished) -> None:
    first, second = days(live.ids["series"], 2)
    with _speaking(live) as speaker:
        speaker.say(lines(first) + lines(second)[:40])
        assert speaker.hear()["kept"] == 48
        speaker.socket.shutdown(socket.SHUT_WR)
        assert speaker.is_cut()
    extract = live.owner.get(f"/v1/series/{live.ids['series']}/curve?{MARCH}").json()
    (run,) = extract["runs"]
    assert (run["start"], run["values"]) == (first["start"], first["values"])


def test_a_line_that_is_too_long_ends_the_stream_with_a_reason(live: Furnished) -> None:
    (good,) = days(live.ids["series"], 1)
    body = lines(good) + b" " * (9 << 20)
    answers = told(live.owner.post("/v1/curves", body, headers=LINES))
    assert answers[0]["kept"] == 48
    assert answers[-1]["error"]["type"].endswith("/too-large")


def test_more_lines_than_a_stream_may_have_end_it_with_a_reason(live: Furnished) -> None:
    house = live.place.app.state.house
    object.__setattr__(house, "most_lines", 3)
    answers = told(
        live.owner.post("/v1/curves", lines(*days(live.ids["series"], 5)), headers=LINES)
    )
    assert [one.get("kept") for one in answers[:3]] == [48] * 3
    assert answers[-1]["error"]["type"].endswith("/too-large")


def test_a_stream_without_key_or_scope_is_refused_before_it_begins(live: Furnished) -> None:
    body = lines(*days(live.ids["series"], 1))
    token = live.owner.token("curves:read")
    assert live.owner.post("/v1/curves", body, headers=LINES, token=token).status_code == 403
    bare = live.owner.headers("POST", "/v1/curves") | LINES
    assert live.place.http.post("/v1/curves", content=body, headers=bare).status_code == 400


def test_what_is_exported_is_what_was_sent(live: Furnished) -> None:
    sent = days(live.ids["series"], 28)
    live.owner.post("/v1/curves", lines(*sent), headers=LINES)
    march = "start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z"
    *curves, end = told(live.owner.get(f"/v1/curves?{march}"))
    assert end == {"end": {"lines": len(curves)}}
    values = [value for one in curves for value in one["values"]]
    assert values == [day + 1 for day in range(28) for _ in range(48)]
    path = f"/v1/series/{live.ids['series']}/curve?{march}"
    *same, _ = told(live.owner.get(path, headers={"Accept": NDJSON}))
    assert [value for one in same for value in one["values"]] == values


def test_an_export_that_is_refused_is_an_answer_of_its_own(live: Furnished) -> None:
    answer = live.stranger.get(f"/v1/curves?{YEAR}&agreement={live.ids['agreement']}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    fine = live.partner.get(f"/v1/curves?{YEAR}&granularity=raw&agreement={live.ids['agreement']}")
    assert (fine.status_code, fine.json()["reason"]) == (403, "granularity_too_fine")


def test_a_revocation_cuts_an_export_that_runs(live: Furnished) -> None:
    agreement = _much_is_shared(live)
    reader = _slow_export(live, agreement)
    next(reader)
    assert live.owner.post(f"/v1/agreements/{agreement}/revoke", {}).status_code == 200
    rest = b"".join(reader)
    last = json.loads(rest.rstrip().rpartition(b"\n")[2])
    assert last["error"]["type"].endswith("/not-allowed")
    assert last["error"]["reason"] == "ended"
    assert len(rest) < 1 << 20, "what was in flight is bounded"


def test_a_revoked_token_cuts_an_export_that_runs(live: Furnished) -> None:
    agreement = _much_is_shared(live)
    token = live.partner.token()
    reader = _slow_export(live, agreement, token)
    next(reader)
    form = live.partner.partner.form(token=token)
    for name in ("grant_type", "scope"):
        form.pop(name)
    assert live.place.http.post("/revoke", data=form).status_code == 200
    last = json.loads(b"".join(reader).rstrip().rpartition(b"\n")[2])
    assert last["error"]["type"].endswith("/not-authenticated")


def test_stopping_ends_an_export_with_a_reason(live: Furnished) -> None:
    agreement = _much_is_shared(live)
    reader = _slow_export(live, agreement)
    next(reader)
    live.place.app.state.house.life.stopping = True
    last = json.loads(b"".join(reader).rstrip().rpartition(b"\n")[2])
    assert last["error"]["type"].endswith("/overloaded")


def _much_is_shared(live: Furnished) -> str:
    """Five megabytes of readings, opened raw to the partner."""
    codes = [f"990000000001{i:02d}" for i in range(12)]
    points = live.owner.made("/v1/supply-points", *(point(code) for code in codes))
    made = live.owner.made("/v1/series", *(series(code) for code in codes))
    for one in made:
        body = curve(one, start="2024-01-01T00:00:00Z", step="PT10M", values=[123456] * 100_000)
        assert live.owner.post("/v1/curves", body).status_code == 201
    return active(live.owner, live.partner, selector={"supply_points": points}, granularity="raw")


def _slow_export(live: Furnished, agreement: str, token: str | None = None) -> Iterator[bytes]:
    """The export as a reader takes it who stops after the first piece, and goes on when asked."""
    path = f"/v1/curves?start=2024-01-01T00:00:00Z&end=2026-01-01T00:00:00Z&agreement={agreement}"
    headers = live.partner.headers("GET", path, token) | {"Accept-Encoding": "identity"}
    with _connected(live, buffer=65_536) as raw:
        raw.sendall(_head("GET", path, headers))
        source = raw.makefile("rb")
        while source.readline() != b"\r\n":
            pass
        while size := int(source.readline(), 16):
            yield source.read(size)
            source.readline()


def test_a_body_that_comes_too_slowly_is_408(live: Furnished) -> None:
    house = live.place.app.state.house
    quick = type(house.records)(1 << 20, 1 << 20, 0.2)
    object.__setattr__(house, "records", quick)
    headers = live.owner.headers("POST", "/v1/sites") | {
        "Content-Type": "application/json",
        "Idempotency-Key": '"k"',
        "Content-Length": "1000",
    }
    with _connected(live) as raw:
        raw.sendall(_head("POST", "/v1/sites", headers) + b"{")
        assert raw.recv(1000).startswith(b"HTTP/1.1 408")


def test_a_curve_of_the_longest_kind_goes_in_and_comes_out(live: Furnished) -> None:
    values = list(range(MAX_VALUES))
    body = curve(live.ids["series"], start="2024-01-01T00:00:00Z", step="PT10M", values=values)
    assert live.owner.post("/v1/curves", body).json()["kept"] == MAX_VALUES
    period = "start=2024-01-01T00:00:00Z&end=2026-02-03T00:00:00Z"
    answer = live.owner.get(f"/v1/series/{live.ids['series']}/curve?{period}")
    assert [v for run in answer.json()["runs"] for v in run["values"]] == values


def test_many_readers_and_writers_at_once_each_get_their_own(live: Furnished) -> None:
    failures: list[str] = []

    def work(member: Member, name: str) -> None:
        for i in range(5):
            (made,) = member.made("/v1/sites", site(f"{name}-{i}"))
            found = member.get(f"/v1/sites/{made}").json()
            if found.get("external_id") != f"{name}-{i}" or found["owner"] != member.organisation:
                failures.append(str(found))

    members = [(live.owner, "o"), (live.partner, "p"), (live.stranger, "s")] * 2
    threads = [
        threading.Thread(target=work, args=(m, f"{n}{i}")) for i, (m, n) in enumerate(members)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def _connected(live: Furnished, *, buffer: int | None = None) -> socket.socket:
    """A raw connection, with a small receive *buffer* for who reads slowly."""
    base = live.place.http.base_url
    raw = socket.socket()
    if buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    raw.settimeout(20)
    raw.connect((base.host, base.port))
    return raw


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\nHost: {URL}\r\n{told}\r\n".encode()


class _speaking:  # noqa: N801 (reads as a verb in `with`)
    """A chunked POST of lines that is written and read by hand."""

    def __init__(self, live: Furnished) -> None:
        headers = live.owner.headers("POST", "/v1/curves") | LINES
        headers |= {"Idempotency-Key": '"s"', "Transfer-Encoding": "chunked"}
        self.socket = _connected(live)
        self.socket.sendall(_head("POST", "/v1/curves", headers))
        self._source = self.socket.makefile("rb")
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()
        self.socket.close()

    def say(self, data: bytes) -> None:
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        self.socket.sendall(b"0\r\n\r\n")

    def is_cut(self) -> bool:
        """Whether the server closed without a last line."""
        return self._source.readline() == b""

    def hear(self) -> Any:
        """The next line of the answer; lines do not share chunks in these tests."""
        while not self._begun:
            self._begun = self._source.readline() == b"\r\n"
        size = int(self._source.readline(), 16)
        data = self._source.read(size)
        self._source.readline()
        return json.loads(data)
