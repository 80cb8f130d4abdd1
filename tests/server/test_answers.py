"""Answers: validators, HEAD, content codings, and the headers that each one bears."""

import gzip
import json

import pytest

from synergie.schemas.readings.coding import compress, decompress
from synergie.server.edge.pack import choose_content_coding
from tests.server.place import Furnished, curve, site

PERIOD = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"


def reads(furnished: Furnished) -> list[str]:
    ids = furnished.ids
    return [
        f"/v1/sites/{ids['site']}",
        "/v1/sites",
        f"/v1/cabinets/{ids['cabinet']}",
        f"/v1/agreements/{ids['agreement']}",
        f"/v1/batches/{ids['batch']}",
        f"/v1/series/{ids['series']}/curve?{PERIOD}",
    ]


def test_what_is_known_already_is_304(furnished: Furnished) -> None:
    for path in reads(furnished):
        tag = furnished.owner.get(path).headers["ETag"]
        for told in (tag, f'"x", {tag}', "*", tag.removeprefix("W/")):
            answer = furnished.owner.get(path, headers={"If-None-Match": told})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"] == tag


def test_what_has_changed_is_given_again(furnished: Furnished) -> None:
    path = f"/v1/sites/{furnished.ids['site']}"
    tag = furnished.owner.get(path).headers["ETag"]
    furnished.owner.post("/v1/sites", {"items": [site(name="École du parc")]})
    answer = furnished.owner.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["name"] == "École du parc"


def test_head_is_get_without_its_body(furnished: Furnished) -> None:
    for path in [*reads(furnished), f"/v1/curves?{PERIOD}"]:
        head, get = furnished.owner.call("HEAD", path), furnished.owner.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        ignored = {"synergie-trace-id", "content-length", "content-encoding"}
        assert {n: v for n, v in head.headers.items() if n not in ignored} == {
            n: v for n, v in get.headers.items() if n not in ignored
        }


def test_a_proof_for_get_does_not_open_head(furnished: Furnished) -> None:
    path = f"/v1/sites/{furnished.ids['site']}"
    headers = furnished.owner.headers("GET", path)
    assert furnished.place.http.head(path, headers=headers).status_code == 401


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_body_may_come_packed(furnished: Furnished, coding: str) -> None:
    body = json.dumps({"items": [site(f"{coding}{i}") for i in range(50)]}).encode()
    packed = compress(body, coding)
    answer = furnished.owner.post("/v1/sites", packed, headers={"Content-Encoding": coding})
    assert answer.json()["kept"] == 50


def test_several_members_of_gzip_are_one_body(furnished: Furnished) -> None:
    body = json.dumps({"items": [site("TWO")]}).encode()
    packed = gzip.compress(body[:10]) + gzip.compress(body[10:])
    answer = furnished.owner.post("/v1/sites", packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 201


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_long_answer_is_packed_as_the_caller_accepts(furnished: Furnished, coding: str) -> None:
    path = "/v1/sites"
    furnished.owner.made(path, *(site(f"{coding}-{i}") for i in range(40)))
    plain = furnished.owner.get(path, headers={"Accept-Encoding": "identity"})
    headers = furnished.owner.headers("GET", path) | {"Accept-Encoding": coding}
    with furnished.place.http.stream("GET", path, headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert decompress(raw, coding, 1 << 20) == plain.content
    assert answer.headers["ETag"] == plain.headers["ETag"]


def test_a_short_answer_is_not_packed(furnished: Furnished) -> None:
    answer = furnished.owner.get(f"/v1/sites/{furnished.ids['site']}")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("told", "coding"),
    [
        ([], None),
        (["gzip"], "gzip"),
        (["gzip, zstd"], "zstd"),
        (["gzip;q=1, zstd;q=0.5"], "gzip"),
        (["*"], "zstd"),
        (["*;q=0"], None),
        (["zstd;q=0, *"], "gzip"),
        (["identity"], None),
        (["GZIP"], "gzip"),
        (["zstd;q=x"], None),
    ],
)
def test_the_coding_is_the_one_wanted_most(told: list[str], coding: str | None) -> None:
    assert choose_content_coding(told) == coding


def test_every_answer_bears_the_same_fixed_headers(furnished: Furnished) -> None:
    answers = [
        furnished.owner.get("/v1/sites"),
        furnished.owner.get("/v1/sites/none"),
        furnished.place.http.get("/v1/sites"),
        furnished.place.http.get("/nowhere"),
        furnished.place.http.put("/v1/sites"),
        furnished.owner.post("/v1/sites", b"["),
    ]
    assert [one.status_code for one in answers] == [200, 404, 401, 404, 405, 400]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers["Synergie-Trace-Id"]) == 32
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_trace_of_the_caller_goes_on(furnished: Furnished) -> None:
    told = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    answer = furnished.place.http.get("/health/live", headers=told)
    assert answer.headers["Synergie-Trace-Id"] == "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    "told",
    [
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "0af7651916cd43dd8448eb211c80319c",
        "",
    ],
)
def test_a_trace_that_is_ill_formed_is_not_taken(furnished: Furnished, told: str) -> None:
    answer = furnished.place.http.get("/health/live", headers={"traceparent": told})
    trace = answer.headers["Synergie-Trace-Id"]
    assert len(trace) == 32
    assert set(trace) <= set("0123456789abcdef")
    assert trace not in told


def test_what_is_absent_and_what_is_of_another_are_the_same_bytes(furnished: Furnished) -> None:
    absent = furnished.stranger.get("/v1/sites/site_22222222222222222222")
    for path in (
        f"/v1/sites/{furnished.ids['site']}",
        "/v1/sites/%00",
        "/v1/sites/..%2F..",
        "/v1/none",
    ):
        foreign = furnished.stranger.get(path)
        assert (foreign.status_code, foreign.content) == (404, absent.content)


def test_one_reads_what_one_wrote(furnished: Furnished) -> None:
    for i in range(20):
        (made,) = furnished.owner.made("/v1/sites", site(f"RYW{i}"))
        assert furnished.owner.get(f"/v1/sites/{made}").json()["external_id"] == f"RYW{i}"
        assert made in {one["id"] for one in furnished.owner.every("/v1/sites")}


def test_a_flood_of_one_client_is_429_and_does_not_touch_another(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = furnished.place.app.state.house.quotas.requests
    monkeypatch.setattr(quota, "burst", 5)
    monkeypatch.setattr(quota, "per_s", 0.01)
    furnished.stranger.usual()
    answers = [furnished.stranger.get("/v1/sites") for _ in range(7)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 1
    assert furnished.partner.get("/v1/sites").status_code == 200


@pytest.mark.parametrize("path", ["/v1/sites", "/v1/curves"])
def test_bodies_are_counted_in_the_memory_of_the_server(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    budget = furnished.place.app.state.house.readings.deposits.budget
    site = {
        "external_id": "RYW-M",
        "name": "x" * 200,
        "kind": "building",
        "provenance": "synthetic",
    }
    body = {"items": [site]} if path == "/v1/sites" else curve(furnished.ids["series"])
    monkeypatch.setattr(budget, "share", 100)
    answer = furnished.owner.post(path, body)
    assert answer.status_code == 413
    (fault,) = answer.json()["faults"]
    assert (fault["where"], fault["expected"]) == ("body", "at most 100 bytes of memory")
    monkeypatch.undo()
    with budget.reserve("others", budget.share), budget.reserve("else", budget.share):
        answer = furnished.owner.post(path, body)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert furnished.owner.post(path, body).is_success
    assert budget._taken.total() == 0, "given back with the answer"
