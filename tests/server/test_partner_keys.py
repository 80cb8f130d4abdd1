"""Clients that publish their keys: read rarely, refreshed once for a new key, dead after 20 min."""

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from synergie.client import outbound
from synergie.errors import BadInput, Overloaded, Unreachable
from synergie.proof import jose
from synergie.server import app
from synergie.server.capacity import (
    Capacity,
    ConcurrencyLimit,
    Lane,
    Place,
    PlaceRequest,
    Rank,
    put_place,
)
from synergie.server.oauth import partner_keys
from synergie.server.oauth.partner_keys import PartnerKeys
from synergie.storage.trust.oauth_clients import change_oauth_client
from tests.server.partner import URL, Partner, Signer, World, ec_signer, rsa_signer

URI = "https://keys.one.example/jwks"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def publishing(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The client of p1 publishes its keys, and they were read a moment ago."""
    monkeypatch.setattr(partner_keys, "_TURN_S", 600.0)  # a machine may stand still
    publish(world, world.p1.key)
    with world.clients.store.write() as session:
        now = world.clock.now
        change_oauth_client(
            session, world.p1.client_id, jwks_uri=URI, jwks_read_at=now, jwks_tried_at=now
        )
    return world


def publish(world: World, *keys: Signer) -> None:
    world.published[URI] = {"keys": [key.jwks["keys"][0] for key in keys]}


def status(world: World, key: Signer | None = None) -> int:
    partner = Partner(world.p1.client_id, world.clock, key or world.p1.key, world.p1.dpop)
    return world.ask(partner).status_code


def test_known_keys_are_used_without_a_call(publishing: World) -> None:
    publishing.clock.now += 9 * MINUTE
    assert [status(publishing) for _ in range(3)] == [200] * 3
    assert publishing.calls == []


def test_old_keys_are_read_again_once(publishing: World) -> None:
    publishing.clock.now += 10 * MINUTE
    assert [status(publishing) for _ in range(3)] == [200] * 3
    assert publishing.calls == [URI]


def test_a_new_key_is_read_at_its_first_use(publishing: World) -> None:
    publishing.clock.now += 2 * MINUTE
    fresh = ec_signer("k2")
    publish(publishing, publishing.p1.key, fresh)
    assert status(publishing, fresh) == 200
    assert status(publishing) == 200
    assert publishing.calls == [URI]


def test_an_unknown_key_makes_one_call_a_minute(publishing: World) -> None:
    publishing.clock.now += 2 * MINUTE
    for _ in range(5):
        assert status(publishing, ec_signer("unknown")) == 400
    assert publishing.calls == [URI]
    publishing.clock.now += timedelta(seconds=59)
    assert status(publishing, ec_signer("unknown")) == 400
    assert publishing.calls == [URI]
    publishing.clock.now += timedelta(seconds=1)
    assert status(publishing, ec_signer("unknown")) == 400
    assert publishing.calls == [URI, URI]
    assert status(publishing) == 200  # the one that is known works all along


def test_a_removed_key_is_refused_after_twenty_minutes_at_the_latest(publishing: World) -> None:
    publish(publishing, ec_signer("k2"))
    publishing.clock.now += 10 * MINUTE
    assert status(publishing) == 400


@pytest.mark.parametrize(
    "found",
    [
        Unreachable("gone"),
        b"",
        b"[]",
        b"{}",
        b'{"keys":[]}',
        b'{"keys":[{"kty":"oct","k":"AAAA","kid":"k1"}]}',
        {"keys": [rsa_signer(2048).jwks["keys"][0]]},
        {"keys": [{**ec_signer().private_jwk, "kid": "k1"}]},
    ],
    ids=["gone", "empty", "list", "object", "no key", "shared", "short RSA", "private"],
)
def test_keys_that_cannot_be_read_live_on_for_twenty_minutes(publishing: World, found: Any) -> None:
    publishing.published[URI] = found
    publishing.clock.now += 15 * MINUTE
    assert status(publishing) == 200
    publishing.clock.now += 5 * MINUTE
    assert status(publishing) == 400
    publish(publishing, publishing.p1.key)
    publishing.clock.now += MINUTE
    assert status(publishing) == 200


def test_of_two_workers_one_asks(publishing: World) -> None:
    """The moment of the last try is in the store: a second worker, here the same store, waits."""
    publishing.clock.now += 12 * MINUTE
    now = publishing.clock.now
    claimed = [publishing.clients.reads_keys(publishing.p1.client_id, now=now) for _ in range(3)]
    assert claimed == [True, False, False]


def test_a_client_with_keys_of_its_own_makes_no_call(world: World) -> None:
    assert not world.clients.reads_keys(world.p1.client_id, now=world.clock.now)
    assert status(world, ec_signer("unknown")) == 400
    assert world.calls == []


def test_a_server_that_calls_nobody_calls_nobody() -> None:
    with pytest.raises(Exception, match="https"):
        partner_keys.refuse_key_fetch(URI)


def test_a_key_taken_from_the_list_is_refused_at_the_next_request(world: World) -> None:
    old, new = world.p1.key, ec_signer("k2")
    both = {"keys": [old.jwks["keys"][0], new.jwks["keys"][0]]}
    world.clients.rekey(world.p1.client_id, both, now=world.clock.now)
    assert (status(world), status(world, new)) == (200, 200)
    world.clients.rekey(world.p1.client_id, new.jwks, now=world.clock.now)
    assert (status(world), status(world, new)) == (400, 200)


def test_keys_of_the_same_name_are_told_apart_by_their_kind(world: World) -> None:
    ours, other = ec_signer("k"), Signer(rsa_signer().key, "PS256", "k")
    for keys in ([ours, other], [other, ours]):
        both = {"keys": [key.jwks["keys"][0] for key in keys]}
        world.clients.rekey(world.p1.client_id, both, now=world.clock.now)
        assert (status(world, ours), status(world, other)) == (200, 200)
    twins = {"keys": [ec_signer("k").jwks["keys"][0] for _ in range(2)]}
    with pytest.raises(BadInput, match="told apart"):
        world.clients.rekey(world.p1.client_id, twins, now=world.clock.now)


def test_keys_are_not_awaited_for_as_long_as_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few are awaited at once."""
    seconds: list[float] = []

    def fetch(_url: str, *, timeout: float = outbound.TIMEOUT_S, **_told: Any) -> outbound.Reply:
        seconds.append(timeout)
        return outbound.Reply(200, {}, b"{}")

    monkeypatch.setattr(outbound, "fetch_url", fetch)
    assert app._build_key_fetcher(outbound.PUBLIC)(URI) == b"{}"
    assert max(seconds) <= 3


def placed(app: ASGIApp, capacity: Capacity) -> ASGIApp:
    """*app*, whose requests take places of *capacity*."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        turn = asyncio.Event()
        place = Place(PlaceRequest(Rank.TOKEN, "caller", Lane.TOKEN), turn.set, turn.set)
        scope = {**scope, "state": {}}
        put_place(scope, place, capacity)
        capacity.enter(place)
        await turn.wait()
        await app(scope, receive, send)
        capacity.leave(place)

    return call


async def ask(http: httpx2.AsyncClient, partner: Partner) -> int:
    headers = {"DPoP": partner.proof("POST", f"{URL}/token")}
    return (await http.post("/token", data=partner.form(), headers=headers)).status_code


def test_keys_are_awaited_without_a_place_and_once_for_all_that_ask(publishing: World) -> None:
    asked, answers = threading.Event(), threading.Event()

    def keys() -> Any:
        asked.set()
        assert answers.wait(60)
        return {"keys": [publishing.p1.key.jwks["keys"][0]]}

    publishing.published[URI] = keys
    publishing.clock.now += 12 * MINUTE
    capacity = Capacity(ConcurrencyLimit(most=1), tokens=1, clock=lambda: 0.0)

    async def test() -> None:
        transport = httpx2.ASGITransport(app=placed(publishing.app, capacity))
        async with httpx2.AsyncClient(transport=transport, base_url=URL) as http:
            first = asyncio.create_task(ask(http, publishing.p1))
            assert await asyncio.to_thread(asked.wait, 60)
            second = asyncio.create_task(ask(http, publishing.p1))
            assert await ask(http, publishing.p2) == 200
            assert not first.done()
            answers.set()
            assert [await first, await second] == [200, 200]

    try:
        asyncio.run(test())
    finally:
        answers.set()
    assert publishing.calls == [URI]
    assert capacity.working == 0


def test_of_two_workers_the_second_reads_what_waits_for_a_thread_of_the_first(
    publishing: World,
) -> None:
    """It was told after five seconds that it is nobody (400), while the read had not begun."""
    publish(publishing, publishing.p1.key)
    publishing.clock.now += 25 * MINUTE
    name, clients = publishing.p1.client_id, publishing.clients
    reads: list[str] = []

    def read(which: str) -> Callable[[str], bytes]:
        def found(url: str) -> bytes:
            reads.append(which)
            return json.dumps(publishing.published[url]).encode()

        return found

    first, second = (PartnerKeys(clients, read(which)) for which in ("first", "second"))
    signed = jose.parse_unverified(publishing.p1.form()["client_assertion"], limit=8192)

    def keys_of(worker: PartnerKeys) -> int:
        client = clients.client(name)
        assert client is not None
        return len(worker.of(client, signed, now=publishing.clock.now).keys)

    async def test() -> None:
        for n in range(8):
            first._threads.acquire_on_behalf_of_nowait(n)  # all its threads await others
        waits = asyncio.create_task(first.with_keys({"state": {}}, keys_of, first))
        while not first._reading:  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0)
        publishing.clock.now += timedelta(seconds=6)
        assert await second.with_keys({"state": {}}, keys_of, second) == 1
        for n in range(8):
            first._threads.release_on_behalf_of(n)
        assert await waits == 1
        assert reads == ["second"], "what it has read is not read again"

    asyncio.run(test())


def test_who_finds_all_threads_at_the_keys_of_others_is_told_to_come_again(
    publishing: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers of keys that hang hold a thread for seconds each, and token requests queued."""
    publishing.clock.now += 25 * MINUTE
    threads, read = anyio.CapacityLimiter(1), PartnerKeys._read_once
    monkeypatch.setattr(partner_keys, "_TURN_S", 0.05)

    async def read_once(self: PartnerKeys, *told: Any) -> None:
        object.__setattr__(self, "_threads", threads)
        await read(self, *told)

    monkeypatch.setattr(PartnerKeys, "_read_once", read_once)

    async def test() -> None:
        threads.acquire_on_behalf_of_nowait("another")
        transport = httpx2.ASGITransport(app=publishing.app)
        async with httpx2.AsyncClient(transport=transport, base_url=URL) as http:
            async with asyncio.timeout(60):
                assert await ask(http, publishing.p1) == 503
            assert publishing.calls == []
            threads.release_on_behalf_of("another")
            monkeypatch.setattr(partner_keys, "_TURN_S", 600.0)
            assert await ask(http, publishing.p1) == 200
        assert threads.borrowed_tokens == 0

    asyncio.run(test())
    assert publishing.calls == [URI]


def test_who_comes_to_a_second_worker_while_the_first_reads_is_told_to_come_again(
    publishing: World,
) -> None:
    publish(publishing, publishing.p1.key)
    publishing.clock.now += 25 * MINUTE
    second: list[int] = []

    def keys() -> Any:
        publishing.clock.now += timedelta(seconds=2)
        other = PartnerKeys(publishing.clients, partner_keys.refuse_key_fetch)
        client = publishing.clients.client(publishing.p1.client_id)
        signed = jose.parse_unverified(publishing.p1.form()["client_assertion"], limit=8192)
        assert client is not None
        with pytest.raises(Overloaded) as caught:
            other.of(client, signed, now=publishing.clock.now)
        second.append(round(caught.value.retry_after))
        return publishing.p1.key.jwks

    publishing.published[URI] = keys
    assert status(publishing) == 200
    assert second == [5]


@pytest.mark.parametrize("minutes", [2, 25], ids=["a new key", "dead keys"])
def test_who_comes_while_another_worker_reads_the_keys_is_told_to_come_again(
    publishing: World, minutes: int
) -> None:
    """It was told that it is nobody (400), which no program tries again."""
    fresh = ec_signer("k2") if minutes < 20 else publishing.p1.key
    publish(publishing, fresh)
    publishing.clock.now += minutes * MINUTE
    began, name = publishing.clock.now, publishing.p1.client_id
    assert publishing.clients.reads_keys(name, now=began)
    assert status(publishing, fresh) == 503
    publishing.clients.keep_keys(name, fresh.jwks, url=URI, now=began)
    assert status(publishing, fresh) == 200
    publishing.clock.now += timedelta(seconds=10)
    assert status(publishing, ec_signer("unknown")) == 400
    assert publishing.calls == []


def test_a_read_of_another_worker_of_which_nothing_comes_is_not_awaited_for_ever(
    publishing: World,
) -> None:
    publishing.clock.now += 25 * MINUTE
    publishing.clients.reads_keys(publishing.p1.client_id, now=publishing.clock.now)
    publishing.clock.now += timedelta(seconds=5)
    assert status(publishing) == 400


def test_keys_of_an_address_that_the_operator_took_away_meanwhile_are_not_kept(
    publishing: World,
) -> None:
    """They would stay for good: nothing reads them again."""
    stolen, good = ec_signer("stolen"), ec_signer("good")

    def keys() -> Any:
        publishing.clients.rekey(publishing.p1.client_id, good.jwks, now=publishing.clock.now)
        return stolen.jwks

    publishing.published[URI] = keys
    publishing.clock.now += 2 * MINUTE
    assert [status(publishing, key) for key in (stolen, stolen, good)] == [400, 400, 200]
