"""Following changes: nothing is skipped, whoever writes; waiting costs no thread."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from synergie.exchange.readings.changes import Changes
from synergie.exchange.trust.clients import Clients
from synergie.server.api.readings import changes
from synergie.server.life import ChangeSignal
from tests.server.partner import NOW
from tests.server.place import Furnished, Member, active, curve, site


def follow(member: Member, after: str | None = None, **more: Any) -> dict[str, Any]:
    """One page of changes."""
    query = {"after": after, **more}
    text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    answer = member.get(f"/v1/changes?{text}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def up_to_date(member: Member) -> str:
    """The cursor after everything that happened."""
    page = follow(member, limit=1000)
    while page["more"]:
        page = follow(member, page["next"], limit=1000)
    return str(page["next"])


def test_each_change_comes_once_and_in_order(furnished: Furnished) -> None:
    cursor = up_to_date(furnished.owner)
    names = [token_hex(4) for _ in range(7)]
    for name in names:
        furnished.owner.made("/v1/sites", site(name))
    seen: list[dict[str, Any]] = []
    more = True
    while more:
        page = follow(furnished.owner, cursor, limit=2)
        seen += page["items"]
        cursor, more = page["next"], page["more"]
    assert [one["kind"] for one in seen] == ["site"] * 7
    assert [one["seq"] for one in seen] == sorted({one["seq"] for one in seen})
    assert follow(furnished.owner, cursor)["items"] == []


def test_changes_of_others_are_not_told(furnished: Furnished) -> None:
    cursor = up_to_date(furnished.stranger)
    furnished.owner.made("/v1/sites", site(token_hex(4)))
    assert follow(furnished.stranger, cursor)["items"] == []


def test_both_sides_hear_of_an_agreement(furnished: Furnished) -> None:
    sides = (furnished.owner, furnished.partner)
    cursors = [up_to_date(side) for side in sides]
    made = active(*sides, selector={"sites": [furnished.ids["site"]]})
    furnished.owner.post(f"/v1/agreements/{made}/revoke", {})
    for side, cursor, acts in zip(
        sides,
        cursors,
        (["draft", "propose", "accept", "revoke"], ["propose", "accept", "revoke"]),
        strict=True,
    ):
        told = follow(side, cursor)["items"]
        assert [(one["id"], one["act"]) for one in told] == [(made, act) for act in acts]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é" * 3, "a" * 512])
def test_a_cursor_that_is_not_ours_is_404(furnished: Furnished, cursor: str) -> None:
    assert furnished.owner.get(f"/v1/changes?after={cursor}").status_code == 404


def test_a_cursor_is_bound_to_who_got_it(furnished: Furnished) -> None:
    cursor = up_to_date(furnished.owner)
    assert furnished.stranger.get(f"/v1/changes?after={cursor}").status_code == 404


def test_what_is_stored_rings_the_bell_and_what_is_read_does_not(furnished: Furnished) -> None:
    bell = furnished.place.app.state.house.bell
    waiting = asyncio.Event()
    furnished.owner.usual()
    bell._waiting.add(waiting)
    furnished.owner.get("/v1/sites")
    furnished.owner.post("/v1/sites", {"nothing": "of it is stored"})
    assert not waiting.is_set()
    furnished.owner.made("/v1/sites", site(token_hex(4)))
    assert waiting.is_set()
    bell._waiting.discard(waiting)


@pytest.mark.parametrize("act", ["suspend", "revoke"])
def test_what_takes_rights_away_rings_the_bell(furnished: Furnished, act: str) -> None:
    """It is served beside the others, and who waits hears of it."""
    bell, waiting = furnished.place.app.state.house.bell, asyncio.Event()
    made = active(furnished.owner, furnished.partner, selector={"sites": [furnished.ids["site"]]})
    bell._waiting.add(waiting)
    assert furnished.owner.post(f"/v1/agreements/{made}/{act}", {}).status_code == 200
    assert waiting.is_set()
    bell._waiting.discard(waiting)


def test_the_bell_wakes_all_who_wait_and_forgets_them() -> None:
    async def wait_all() -> None:
        bell, loop = ChangeSignal(), asyncio.get_running_loop()
        loop.call_later(0.05, bell.ring)
        async with asyncio.timeout(60):
            await asyncio.gather(*(bell.wait(3_600) for _ in range(5)))
            await bell.wait(0.01)
        assert bell._waiting == set()

    asyncio.run(wait_all())


@pytest.fixture
def unhurried(live: Furnished, monkeypatch: pytest.MonkeyPatch) -> Furnished:
    """The same, where who waits for news waits for an hour, longer than its caller listens.

    Only the bell wakes who waits.
    """

    def in_an_hour(*_: object) -> float:
        return asyncio.get_running_loop().time() + 3_600

    monkeypatch.setattr(changes, "_end_of_wait", in_an_hour)
    monkeypatch.setattr(changes, "_LOOK_S", 3_600.0)
    return live


def await_waiting(live: Furnished, n: int) -> None:
    """Until *n* requests wait for news."""
    end = time.monotonic() + 60
    while len(live.place.app.state.house.bell._waiting) < n:
        assert time.monotonic() < end, "they do not wait"
        time.sleep(0.01)


def test_waiting_ends_with_the_change(unhurried: Furnished) -> None:
    cursor = up_to_date(unhurried.owner)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(follow, unhurried.owner, cursor, wait=30)
        await_waiting(unhurried, 1)
        unhurried.owner.made("/v1/sites", site("SOON"))
        page = waiting.result()
    assert [one["kind"] for one in page["items"]] == ["site"]


def test_who_is_shut_out_while_waiting_is_told_nothing_more(unhurried: Furnished) -> None:
    cursor = up_to_date(unhurried.partner)
    path = f"/v1/changes?after={cursor}&wait=30"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(unhurried.partner.get, path)
        await_waiting(unhurried, 1)
        Clients(unhurried.place.store).disable(unhurried.partner.partner.client_id, now=NOW)
        done = unhurried.owner.act(unhurried.ids["agreement"], "suspend")
        assert done.status_code == 200, done.text
        unhurried.owner.made("/v1/sites", site("WAKE"))
        answer = waiting.result()
    assert answer.status_code == 401, answer.text


def test_waiting_without_news_ends_in_time_with_a_cursor(live: Furnished) -> None:
    cursor = up_to_date(live.owner)
    began = time.monotonic()
    page = follow(live.owner, cursor, wait=1)
    assert page["items"] == []
    assert not page["more"]
    assert time.monotonic() - began >= 1


def test_who_waits_takes_no_thread_from_who_works(unhurried: Furnished) -> None:
    live = unhurried
    cursor = up_to_date(live.owner)
    with ThreadPoolExecutor(48) as pool:  # more than the server has threads
        waiting = [pool.submit(follow, live.owner, cursor, wait=30) for _ in range(48)]
        await_waiting(live, 48)
        assert live.partner.get("/v1/sites").status_code == 200
        live.owner.made("/v1/sites", site("WAKE"))
        pages = [one.result() for one in waiting]
    assert all(len(page["items"]) == 1 for page in pages)


def test_those_of_one_organisation_that_a_bell_wakes_look_a_few_at_a_time(
    unhurried: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = unhurried
    cursor, plain = up_to_date(live.owner), Changes.after
    counting, lock = threading.Event(), threading.Lock()
    looking = most = 0

    def after(self: Changes, *args: Any, **more: Any) -> Any:
        nonlocal looking, most
        with lock:
            looking += 1
            most = max(most, looking if counting.is_set() else 0)
        try:
            if counting.is_set():
                time.sleep(0.1)  # whoever else may look comes in meanwhile
            return plain(self, *args, **more)
        finally:
            with lock:
                looking -= 1

    monkeypatch.setattr(Changes, "after", after)
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(follow, live.owner, cursor, wait=30) for _ in range(16)]
        await_waiting(live, 16)  # at first each looked without waiting for others
        counting.set()
        live.owner.made("/v1/sites", site("FEW"))
        pages = [one.result() for one in waiting]
    assert all(len(page["items"]) == 1 for page in pages)
    assert 1 <= most <= 4


def test_a_follower_misses_nothing_of_many_writers(live: Furnished) -> None:
    cursor = up_to_date(live.owner)
    live.owner.usual()
    writers, each = 8, 6
    stop = threading.Event()
    seen: list[int] = []

    def read_on() -> None:
        place: str | None = cursor
        while True:
            last = stop.is_set()
            page = follow(live.owner, place, limit=3)
            seen.extend(one["seq"] for one in page["items"])
            place = page["next"]
            if last and not page["items"]:
                return

    def write(name: int) -> list[int]:
        bodies = (
            curve(
                live.ids["series"],
                values=[name, i],
                start=f"2025-{name + 1:02d}-0{i + 1}T00:00:00Z",
            )
            for i in range(each)
        )
        return [int(live.owner.post("/v1/curves", body).json()["seq"]) for body in bodies]

    with ThreadPoolExecutor(writers + 1) as pool:
        reading = pool.submit(read_on)
        try:
            written = [seq for seqs in pool.map(write, range(writers)) for seq in seqs]
        finally:
            stop.set()
        reading.result()
    assert sorted(written) == seen, "each once, in order"
