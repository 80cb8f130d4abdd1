"""Curves streamed both ways: nothing lost, a cut is told, memory does not grow."""

import asyncio
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import stamina

from synergie.client import _bodies
from synergie.errors import BadInput, NotAllowed, NotFound, StreamCut, SynergieError
from synergie.schemas.readings import coding, curve_json
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.ndjson import end_line, error_line
from tests.client.fake import Fake, Route, Seen, problem
from tests.client.things import END, START, curve, receipt

_CURVES = [curve(number) for number in range(5)]
_LINES = b"".join(curve_json.encode(item) + b"\n" for item in _CURVES)
_PROBLEM = problem(403, "not-allowed", reason="ended", agreement="agr_1").content


@pytest.fixture
def fake() -> Fake:
    return Fake()


def _export(fake: Fake, answer: httpx2.Response | Exception | Route) -> list[Curve]:
    fake.on("GET", "/v1/curves", answer)
    found: list[Curve] = []
    with fake.client() as client:
        try:
            for item in client.export(start=START, end=END):
                found.append(item)  # noqa: PERF402 (what came before an error counts)
        except SynergieError as error:
            error.add_note(str(len(found)))
            raise
    return found


def _packed(name: str, data: bytes) -> bytes:
    return zlib.compress(data) if name == "deflate" else coding.compress(data, name)


@pytest.mark.parametrize("name", ["identity", "zstd", "gzip", "deflate"])
def test_an_export_gives_every_curve_whatever_its_coding(fake: Fake, name: str) -> None:
    content = _packed(name, _LINES + end_line(5))
    answer = httpx2.Response(200, content=content, headers={"Content-Encoding": name})
    assert _export(fake, answer) == _CURVES
    assert fake.seen[0].headers["accept"] == "application/x-ndjson"
    assert fake.seen[0].headers["accept-encoding"] == "zstd, gzip"


@pytest.mark.parametrize(
    ("content", "before"),
    [
        (b"", 0),
        (_LINES, 5),
        (_LINES[:-20], 4),
        (_LINES + end_line(5)[:-5], 5),
        (_LINES + end_line(6), 5),
        (end_line(0) + _LINES, 0),
    ],
)
def test_an_export_without_its_true_closing_line_was_cut(
    fake: Fake, content: bytes, before: int
) -> None:
    with pytest.raises(StreamCut) as caught:
        _export(fake, httpx2.Response(200, content=content))
    assert caught.value.lines == before
    assert caught.value.__notes__ == [str(before)]


def test_a_closing_line_without_newline_closes(fake: Fake) -> None:
    assert _export(fake, httpx2.Response(200, content=_LINES + end_line(5).strip())) == _CURVES


def test_a_connection_dropped_in_the_middle_is_a_cut(fake: Fake) -> None:
    def chunks() -> Iterator[bytes]:
        yield _LINES
        raise httpx2.ReadError("reset")

    def route(_seen: Seen) -> httpx2.Response:
        return httpx2.Response(200, content=chunks())

    with pytest.raises(StreamCut) as caught:
        _export(fake, route)
    assert caught.value.lines == 5


def test_a_cut_zstd_stream_is_a_cut(fake: Fake) -> None:
    content = coding.compress(_LINES + end_line(5))[:-9]
    with pytest.raises(StreamCut):
        _export(
            fake,
            lambda _seen: httpx2.Response(
                200, content=iter([content]), headers={"Content-Encoding": "zstd"}
            ),
        )


def test_an_error_line_raises_what_it_tells_after_the_curves_before_it(fake: Fake) -> None:
    answer = httpx2.Response(200, content=_LINES + error_line(_PROBLEM))
    with pytest.raises(NotAllowed) as caught:
        _export(fake, answer)
    assert (caught.value.reason, caught.value.agreement) == ("ended", "agr_1")
    assert caught.value.__notes__ == ["5"]


def test_an_export_that_is_refused_raises_before_any_curve(fake: Fake) -> None:
    with pytest.raises(NotFound):
        _export(fake, problem(404, "not-found"))


def test_an_export_that_is_left_closes_its_connection(fake: Fake) -> None:
    answer = httpx2.Response(200, content=iter([_LINES, end_line(5)]))
    fake.on("GET", "/v1/curves", answer)
    with fake.client() as client:
        curves = client.export(start=START, end=END)
        assert next(curves) == _CURVES[0]
        curves.close()  # type: ignore[attr-defined]  # a generator
    assert answer.is_closed


def _store(seen: Seen) -> httpx2.Response:
    """A receipt a line, with the key of the line in its digest's place."""
    assert seen.headers["content-type"] == "application/x-ndjson"
    key = seen.headers["idempotency-key"].strip('"')
    lines = seen.body.splitlines()
    given = [receipt(id=f"rec_{key.lower()}_{number}") for number, _ in enumerate(lines)]
    content = b"".join(json.dumps(item).encode() + b"\n" for item in given)
    return httpx2.Response(200, content=content + end_line(len(lines)))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bodies, "_PART_CURVES", 2)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("asynchronous", [None, "iterable", "async iterable"])
def test_curves_are_sent_in_parts_and_each_has_its_receipt(
    fake: Fake, asynchronous: str | None
) -> None:
    fake.on("POST", "/v1/curves", _store)
    if asynchronous is None:
        with fake.client() as client:
            ids = [given.id for given in client.send_curves(iter(_CURVES), key="k")]
    else:
        ids = asyncio.run(_sent(fake, feed=asynchronous))
    assert ids == ["rec_k-0_0", "rec_k-0_1", "rec_k-1_0", "rec_k-1_1", "rec_k-2_0"]
    sent = b"".join(seen.body for seen in fake.seen)
    assert sent == _LINES


async def _sent(fake: Fake, feed: str) -> list[str]:
    async def later() -> AsyncIterator[Curve]:
        for item in _CURVES:
            yield item

    async with fake.async_client() as client:
        curves = later() if feed == "async iterable" else _CURVES
        return [given.id async for given in client.send_curves(curves, key="k")]


def test_no_curve_is_no_request(fake: Fake) -> None:
    with fake.client() as client:
        assert list(client.send_curves([])) == []
    assert fake.sent == []


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "fault",
    [
        httpx2.WriteError("reset"),
        problem(503, "overloaded"),
        httpx2.Response(200, content=json.dumps(receipt()).encode() + b"\n"),
        httpx2.Response(200, content=json.dumps(receipt()).encode() + b"\n" + end_line(2)),
    ],
)
def test_a_part_that_failed_is_sent_again_the_same_under_the_same_key(
    fake: Fake, fault: httpx2.Response | Exception
) -> None:
    fake.nonces = True
    fake.on("POST", "/v1/curves", _store, fault, _store)
    with fake.client() as client, stamina.set_testing(True, attempts=4, cap=True):
        receipts = list(client.send_curves(iter(_CURVES), key="k"))
    assert len(receipts) == 5
    bodies = [(seen.headers["idempotency-key"], seen.body) for seen in fake.seen]
    assert [key for key, _ in bodies] == ['"k-0"', '"k-1"', '"k-1"', '"k-2"']
    assert bodies[1] == bodies[2]


@pytest.mark.usefixtures("small_parts")
def test_a_curve_that_is_refused_raises_with_its_place_after_those_before_it(fake: Fake) -> None:
    fault = {"where": "/unit", "found": "kW", "expected": "W"}
    told = problem(422, "bad-input", faults=[fault], trace_id="t1").content
    line = json.dumps(receipt()).encode() + b"\n"
    refusal = httpx2.Response(200, content=line + error_line(told, 1) + end_line(2))
    fake.on("POST", "/v1/curves", _store, refusal)
    with fake.client() as client:
        receipts = client.send_curves(_CURVES)
        assert [next(receipts).id for _ in range(3)][2] == "rec_0001"
        with pytest.raises(BadInput) as caught:
            next(receipts)
    assert caught.value.where == "curve 4/unit"
    assert caught.value.reference == "t1"


def test_a_stream_that_failed_as_a_whole_raises(fake: Fake) -> None:
    content = json.dumps(receipt()).encode() + b"\n" + error_line(_PROBLEM)
    fake.on("POST", "/v1/curves", httpx2.Response(200, content=content))
    with fake.client() as client, pytest.raises(NotAllowed):
        list(client.send_curves(_CURVES))


def test_a_curve_that_is_not_finite_stops_before_it_is_sent(fake: Fake) -> None:
    odd = _CURVES[0].model_copy(update={"values": [float("nan")]})
    fake.on("POST", "/v1/curves", _store)
    with fake.client() as client, pytest.raises(BadInput, match="/values/0"):
        list(client.send_curves([odd]))
    assert fake.seen == []


def test_memory_does_not_grow_with_the_number_of_curves() -> None:
    """By parts alone: the fake transport would keep every body."""

    def peak(count: int) -> int:
        many = (curve(number, n=1_000) for number in range(count))
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for part in _bodies.split_curves_into_parts(many):
            assert sum(map(len, part.content())) > 0
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        few, more = peak(300), peak(1_200)
    finally:
        tracemalloc.stop()
    assert more < 1.3 * few


def test_a_part_holds_at_most_256_curves_or_about_8_mebibytes() -> None:
    sizes = []
    for part in _bodies.split_curves_into_parts(curve(number) for number in range(600)):
        assert b"".join(part.content())
        sizes.append(part.curves)
    assert sizes == [256, 256, 88]
    large = [curve(number, n=100_000) for number in range(20)]
    for part in _bodies.split_curves_into_parts(large):
        first = b"".join(part.content())
        assert first == b"".join(part.content())
        assert part.curves < 20


def _answers(*contents: bytes) -> Iterator[httpx2.Response]:
    for content in contents:
        yield httpx2.Response(200, content=content)


def test_an_export_that_is_cut_goes_on_where_it_was(fake: Fake) -> None:
    half = _LINES[: len(_LINES) // 2]
    answers = _answers(half, _LINES[:-20], _LINES[:-20], _LINES + end_line(5))
    assert _export(fake, lambda _seen: next(answers)) == _CURVES


def test_an_asynchronous_export_goes_on_too(fake: Fake) -> None:
    answers = _answers(_LINES[: len(_LINES) // 2], _LINES + end_line(5))
    fake.on("GET", "/v1/curves", lambda _seen: next(answers))

    async def found() -> list[Curve]:
        async with fake.async_client() as client:
            return [item async for item in client.export(start=START, end=END)]

    assert asyncio.run(found()) == _CURVES


def test_two_halves_of_what_changed_meanwhile_are_not_one_whole(fake: Fake) -> None:
    other = _LINES.replace(b"[", b"[7,", 1) + end_line(5)
    answers = _answers(_LINES[:-20], other, other)
    with pytest.raises(StreamCut) as caught:
        _export(fake, lambda _seen: next(answers))
    assert caught.value.__notes__ == ["4"], "nothing of the second half was given"
