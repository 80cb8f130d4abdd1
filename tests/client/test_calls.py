"""Every row of the API, from both clients: method, path, query, body and what comes back."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.client import AsyncClient, Client, calls
from synergie.errors import BadInput, TooLarge
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.saved_profile import SavedProfileRecord
from synergie.schemas.series import SeriesRecord
from tests.client.fake import Fake, page
from tests.client.things import (
    END,
    ORGANISATION,
    START,
    agreement,
    curve,
    extract,
    extract_json,
    receipt,
    terms,
)

_SITE = SiteRecord(
    external_id="EP-1", name="Armoire", kind="public_lighting", provenance="synthetic"
)
_SERIES = SeriesRecord(
    supply_point="prm:99000000000017", quantity="active_power", form="mean_power", unit="W",
    provenance="synthetic",
)  # fmt: skip
_RECEIPT = json.dumps(receipt()).encode()
_AGREEMENT = agreement().model_dump_json().encode()
_HELD = {"id": "thing_1", "owner": "sdel-54", "updated_at": "2026-01-01T00:00:00Z"}
_LAMP = {"external_id": "EP-1", "provenance": "synthetic"}
_POINT = {"scheme": "prm", "code": "99000000000017", "personal_data": "none"}
_SAVED = SavedProfileRecord(format="enedis-hdm-curve", profile=Profile(stamp="end"))
_PROFILE = json.dumps({
    **_SAVED.model_dump(mode="json"), "name": "linky", "owner": "sdel-54", "version": 1,
    "updated_at": "2026-01-01T00:00:00Z",
}).encode()  # fmt: skip
_CHANGES = b'{"items":[],"next":"c1","more":false}'
_HOOK = json.dumps(
    {
        "id": "wh_1", "url": "https://a.example/h", "signature": "v1a", "kinds": [],
        "state": "active", "created_at": "2026-01-01T00:00:00Z",
    }
).encode()  # fmt: skip
_DELIVERY = json.dumps(
    {
        "id": "msg_1", "type": "webhook.test", "state": "waiting", "attempts": 0,
        "created_at": "2026-01-01T00:00:00Z",
    }
).encode()  # fmt: skip
_EMPTY = b'{"items":[],"next":null}'
_UNDONE = b'{"id":"dep_1","undone_at":null,"batches":[],"stays":[]}'
_END = b'{"end":{"lines":0}}\n'
_WINDOW = "start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z"

type Do = Callable[[Any], Any]

ROWS: list[tuple[Do, str, str, bytes]] = [
    (lambda c: c.organisations(), "GET /v1/organisations", "", _EMPTY),
    (
        lambda c: c.organisation("sdel-54"),
        "GET /v1/organisations/sdel-54",
        "",
        json.dumps(ORGANISATION).encode(),
    ),
    (lambda c: c.sites(), "GET /v1/sites", "", _EMPTY),
    (lambda c: c.sites(agreement="agr_1"), "GET /v1/sites", "agreement=agr_1", _EMPTY),
    (lambda c: c.supply_points(), "GET /v1/supply-points", "", _EMPTY),
    (lambda c: c.series(), "GET /v1/series", "", _EMPTY),
    (lambda c: c.cabinets(), "GET /v1/cabinets", "", _EMPTY),
    (lambda c: c.light_points(), "GET /v1/light-points", "", _EMPTY),
    (lambda c: c.publish_sites([_SITE]), "POST /v1/sites", "mode=strict", _RECEIPT),
    (lambda c: c.publish_sites([], mode="keep"), "POST /v1/sites", "mode=keep", _RECEIPT),
    (lambda c: c.publish_supply_points([]), "POST /v1/supply-points", "mode=strict", _RECEIPT),
    (lambda c: c.publish_series([_SERIES]), "POST /v1/series", "mode=strict", _RECEIPT),
    (lambda c: c.publish_cabinets([]), "POST /v1/cabinets", "mode=strict", _RECEIPT),
    (lambda c: c.publish_light_points([]), "POST /v1/light-points", "mode=strict", _RECEIPT),
    (lambda c: c.send_curve(curve()), "POST /v1/curves", "", _RECEIPT),
    (
        lambda c: c.curve("ser_1", start=START, end=END),
        "GET /v1/series/ser_1/curve",
        _WINDOW,
        extract_json(),
    ),
    (
        lambda c: c.curve(
            "ser_1", start=START, end=END, granularity="day", as_of=START, agreement="agr_1"
        ),
        "GET /v1/series/ser_1/curve",
        f"{_WINDOW}&granularity=day&as_of=2026-01-01T00:00:00Z&agreement=agr_1",
        extract_json(),
    ),
    (
        lambda c: c.export(start=START, end=END, series=["ser_1", "ser_2"], agreement="agr_1"),
        "GET /v1/curves",
        f"{_WINDOW}&agreement=agr_1&series=ser_1&series=ser_2",
        _END,
    ),
    *(
        (
            lambda c, one=one: getattr(c, one)("thing_1", agreement="agr_1"),
            f"GET /v1/{path}/thing_1",
            "agreement=agr_1",
            json.dumps({**_HELD, **fields}).encode(),
        )
        for one, path, fields in (
            ("site", "sites", _SITE.model_dump()),
            ("supply_point", "supply-points", {**_POINT, "provenance": "synthetic"}),
            ("cabinet", "cabinets", _LAMP),
            ("light_point", "light-points", _LAMP),
            (
                "get_series",
                "series",
                {
                    **_SERIES.model_dump(),
                    "supply_point_id": "sup_1",
                    "time_zone": "Europe/Paris",
                    "freshness": extract().freshness.model_dump(mode="json"),
                },
            ),
        )
    ),
    (lambda c: c.draft(terms()), "POST /v1/agreements", "", _AGREEMENT),
    (lambda c: c.agreements(), "GET /v1/agreements", "", _EMPTY),
    (lambda c: c.agreement("agr_1"), "GET /v1/agreements/agr_1", "", _AGREEMENT),
    *(
        (
            lambda c, act=act: getattr(c, act)("agr_1"),
            f"POST /v1/agreements/agr_1/{act}",
            "",
            _AGREEMENT,
        )
        for act in ("withdraw", "suspend", "resume", "revoke", "terminate")
    ),
    (lambda c: c.profiles(), "GET /v1/profiles", "", _EMPTY),
    (lambda c: c.profile("linky"), "GET /v1/profiles/linky", "", _PROFILE),
    (lambda c: c.save_profile("linky", _SAVED), "PUT /v1/profiles/linky", "", _PROFILE),
    (lambda c: c.undo("dep_1"), "POST /v1/deposits/dep_1/undo", "", _UNDONE),
    (
        lambda c: c.undo("bat_1", dry_run=True),
        "POST /v1/deposits/bat_1/undo",
        "dry_run=true",
        _UNDONE,
    ),
    (lambda c: c.records("circuit"), "GET /v1/records/circuit", "", _EMPTY),
    (
        lambda c: c.records("supply_terms", subject="prm:1", since=START, as_of=END),
        "GET /v1/records/supply_terms",
        "subject=prm:1&since=2026-01-01T00:00:00Z&as_of=2026-02-01T00:00:00Z",
        _EMPTY,
    ),
    (lambda c: c.batches(), "GET /v1/batches", "", _EMPTY),
    (lambda c: c.years(), "GET /v1/years", "", b'{"lines":[]}'),
    (lambda c: c.years(site="site_1"), "GET /v1/years", "site=site_1", b'{"lines":[]}'),
    (lambda c: c.freshness(), "GET /v1/freshness", "", _EMPTY),
    (lambda c: c.freshness(agreement="a1"), "GET /v1/freshness", "agreement=a1", _EMPTY),
    (lambda c: c.batch("rec_1"), "GET /v1/batches/rec_1", "", _RECEIPT),
    (lambda c: c.webhooks.list(), "GET /v1/webhooks", "", _EMPTY),
    (lambda c: c.webhooks.get("wh_1"), "GET /v1/webhooks/wh_1", "", _HOOK),
    (lambda c: c.webhooks.register("https://a.example/h"), "POST /v1/webhooks", "", _HOOK),
    (lambda c: c.webhooks.rotate("wh_1"), "POST /v1/webhooks/wh_1/rotate", "", _HOOK),
    (lambda c: c.webhooks.remove("wh_1"), "DELETE /v1/webhooks/wh_1", "", b""),
    (lambda c: c.webhooks.test("wh_1"), "POST /v1/webhooks/wh_1/test", "", _DELIVERY),
    (lambda c: c.webhooks.deliveries("wh_1"), "GET /v1/webhooks/wh_1/deliveries", "", _EMPTY),
    (lambda c: c.changes("c0"), "GET /v1/changes", "after=c0", _CHANGES),
    (lambda c: c.changes(agreement="agr_1"), "GET /v1/changes", "agreement=agr_1", _CHANGES),
]


async def _awaited(client: AsyncClient, do: Do) -> Any:
    async with client:
        got = do(client)
        return await got if inspect.isawaitable(got) else [item async for item in got]


@pytest.mark.parametrize(
    ("do", "line", "query", "body"), ROWS, ids=[f"{row[1]} {row[2]}" for row in ROWS]
)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_each_call_asks_what_the_api_wants(
    do: Do, line: str, query: str, body: bytes, *, asynchronous: bool
) -> None:
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, lambda _: httpx2.Response(200, content=body))
    if asynchronous:
        asyncio.run(_awaited(fake.async_client(), do))
    else:
        with fake.client() as client:
            got = do(client)
            _ = got if got is None or hasattr(got, "model_dump") else list(got)
    (seen,) = fake.seen
    assert "&".join(f"{name}={value}" for name, value in seen.queries) == query
    assert ("idempotency-key" in seen.headers) == (method == "POST")


def test_the_two_clients_have_the_same_calls() -> None:
    def names(kind: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(method).parameters)
            for name, method in vars(kind).items()
            if callable(method) and not name.startswith("_") and name not in {"close", "aclose"}
        }

    assert names(Client) == names(AsyncClient)
    assert len(names(Client)) == len(set(names(Client))) >= 35


def test_pages_are_followed_behind_the_iterator() -> None:
    fake = Fake()
    fake.on("GET", "/v1/organisations", page(ORGANISATION, after="c1"), page(ORGANISATION))
    with fake.client() as client:
        listed = client.organisations()
        assert fake.sent == []
        assert [item.id for item in listed] == ["cc-bassin-de-pompey"] * 2
        assert [seen.query for seen in fake.seen] == [{}, {"after": "c1"}]
        fake.on("GET", "/v1/organisations", page(ORGANISATION, after="c1"), page(ORGANISATION))
        assert [found.next for found in listed.pages()] == ["c1", None]
        assert [found.next for found in listed.pages("c1")] == [None]


def _change(seq: int) -> dict[str, Any]:
    return {
        "seq": seq, "at": "2026-11-25T10:00:00Z", "kind": "curve", "id": "rec_1",
        "owner": "sdel-54", "act": "published",
    }  # fmt: skip


def _changes(*seqs: int, after: str, more: bool) -> httpx2.Response:
    items = [_change(seq) for seq in seqs]
    return httpx2.Response(200, json={"items": items, "next": after, "more": more})


def test_changes_are_read_until_up_to_date_and_the_cursor_follows_what_was_handled() -> None:
    fake = Fake()
    fake.on(
        "GET",
        "/v1/changes",
        lambda _: _changes(1, 2, after="c1", more=True),
        lambda _: _changes(3, after="c2", more=False),
    )
    with fake.client() as client:
        changes = client.changes()
        told = [(change.seq, changes.cursor) for change in changes]
    assert told == [(1, None), (2, None), (3, "c1")]
    assert changes.cursor == "c2"
    assert fake.seen[1].query == {"after": "c1"}


def test_the_cursor_of_a_follower_is_saved_after_the_last_change_of_its_page() -> None:
    fake = Fake()
    fake.on(
        "GET",
        "/v1/changes",
        lambda _: _changes(1, 2, after="c1", more=False),
        lambda _: _changes(3, after="c2", more=False),
    )
    saved: list[str] = []
    with fake.client() as client:
        told = []
        for change in client.follow("c0", save=saved.append):
            told.append((change.seq, tuple(saved)))
            if change.seq == 3:
                break
    assert told == [(1, ()), (2, ()), (3, ("c1",))]
    assert saved == ["c1"]
    assert [seen.query for seen in fake.seen] == [
        {"after": "c0", "wait": "30"},
        {"after": "c1", "wait": "30"},
    ]


def test_an_asynchronous_follower_saves_its_cursor_too() -> None:
    fake = Fake()
    fake.on(
        "GET",
        "/v1/changes",
        lambda _: _changes(1, after="c1", more=False),
        lambda _: _changes(2, after="c2", more=False),
    )
    saved: list[str] = []

    async def follow() -> None:
        async with fake.async_client() as client:
            following: AsyncIterator[Any] = client.follow(save=saved.append, wait_s=5)
            async for change in following:
                if change.seq == 2:
                    break
            await following.aclose()  # type: ignore[attr-defined]  # an asynchronous generator

    asyncio.run(follow())
    assert saved == ["c1"]
    assert fake.seen[0].query == {"wait": "5"}


@pytest.mark.parametrize("name", ["start", "end", "as_of"])
def test_a_naive_time_is_a_type_error_that_says_which_zone_to_write(name: str) -> None:
    fake = Fake()
    times = {"start": START, "end": END, name: datetime(2026, 3, 29, 2, 30)}  # noqa: DTZ001
    with fake.client() as client:
        with pytest.raises(TypeError, match=f'{name}: .*ZoneInfo\\("Europe/Paris"\\)'):
            client.curve("ser_1", **times)  # type: ignore[arg-type]  # times by their names
        if name != "as_of":
            with pytest.raises(TypeError, match=name):
                client.export(**times)  # type: ignore[arg-type]  # times by their names
    assert fake.sent == []


def test_a_date_is_a_type_error_too() -> None:
    window = calls.Window(start=START.date(), end=END)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="start: found date"):
        window.params()


def test_identifiers_cannot_leave_their_part_of_the_path() -> None:
    fake = Fake()
    fake.on("GET", "/v1/sites/a/../b?c", httpx2.Response(404))
    with fake.client() as client:
        with pytest.raises(Exception, match="not found"):
            client.site("a/../b?c")
        for odd in ("", ".", ".."):
            with pytest.raises(ValueError, match="identifier"):
                client.site(odd)
    assert fake.sent[-1].url.raw_path == b"/v1/sites/a%2F..%2Fb%3Fc"


def test_records_travel_whole_and_packed() -> None:
    fake = Fake()
    fake.on("POST", "/v1/sites", httpx2.Response(201, json=receipt()))
    with fake.client() as client:
        client.publish_sites([_SITE] * 50)
    items = json.loads(fake.seen[0].body)["items"]
    assert [SiteRecord.model_validate(item) for item in items] == [_SITE] * 50
    assert fake.seen[0].headers["content-encoding"] == "zstd"


def test_more_records_than_a_batch_holds_are_refused_here() -> None:
    fake = Fake()
    with fake.client() as client, pytest.raises(TooLarge, match="10000 records"):
        client.publish_sites([_SITE] * 10_001)
    assert fake.sent == []


def _deposited(**more: Any) -> httpx2.Response:
    report = {
        "format": "enedis-hdm-curve", "records": 1, "refused": [], "series": [], "warnings": [],
        "assets": {"sources": {}}, "name": "relevé.csv", "sha256": "0" * 64, "dry_run": False,
    }  # fmt: skip
    return httpx2.Response(201, json={**report, **more})


@pytest.mark.parametrize("size", [0, 10, 900_000])
def test_a_file_is_deposited_as_it_is(tmp_path: Path, size: int) -> None:
    fake = Fake()
    fake.on("POST", "/v1/deposits", httpx2.ReadError("reset"), _deposited())
    path = tmp_path / "relevé.csv"
    path.write_bytes(bytes(index % 251 for index in range(size)))
    with fake.client() as client:
        assert client.deposit(
            path, dry_run=True, format="enedis-hdm-curve", profile="linky"
        ).records
    first, second = fake.seen
    assert first.query == {
        "name": "relevé.csv", "dry_run": "true", "format": "enedis-hdm-curve", "profile": "linky",
    }  # fmt: skip
    assert first.body == second.body == path.read_bytes()
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_a_file_that_is_absent_or_too_large_is_refused_here(tmp_path: Path) -> None:
    fake = Fake()
    large = tmp_path / "large.bin"
    with large.open("wb") as sink:
        sink.truncate(64 * 1024 * 1024 + 1)
    with fake.client() as client:
        with pytest.raises(BadInput, match="a file that can be read"):
            client.deposit(tmp_path / "absent.csv")
        with pytest.raises(TooLarge):
            client.deposit(large)
    assert fake.sent == []


def test_an_answer_that_does_not_hold_is_our_error_with_its_place() -> None:
    fake = Fake()
    fake.on("GET", "/v1/batches/rec_1", httpx2.Response(200, json=receipt(seq=0)))
    with fake.client() as client, pytest.raises(BadInput, match="answer of the server/seq"):
        client.batch("rec_1")


def test_an_answer_that_unpacks_to_too_much_is_stopped() -> None:
    fake = Fake()
    fake.metadata["padding"] = "x" * 300_000
    with fake.client() as client, pytest.raises(TooLarge):
        client.batch("rec_1")


def test_times_are_sent_in_utc() -> None:
    moment = datetime(2026, 10, 25, 1, tzinfo=UTC).astimezone()
    window = calls.Window(start=moment, end=END)
    assert dict(window.params())["start"] == "2026-10-25T01:00:00Z"
