"""Following changes: nothing is skipped, whoever writes; waiting costs no thread."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from synergie.exchange.changes import Changes
from synergie.exchange.clients import Clients
from synergie.server.life import Bell
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
    assert not waiting.is_set()
    furnished.owner.made("/v1/sites", site(token_hex(4)))
    assert waiting.is_set()
    bell._waiting.discard(waiting)


def test_the_bell_wakes_all_who_wait_and_forgets_them() -> None:
    async def wait_all() -> float:
        bell, loop = Bell(), asyncio.get_running_loop()
        began = loop.time()
        loop.call_later(0.05, bell.ring)
        await asyncio.gather(*(bell.wait(30) for _ in range(5)))
        await bell.wait(0.01)
        assert bell._waiting == set()
        return loop.time() - began

    assert asyncio.run(wait_all()) < 10


def test_waiting_ends_with_the_change(live: Furnished) -> None:
    cursor = up_to_date(live.owner)
    live.partner.usual()

    def write_soon() -> None:
        time.sleep(0.3)
        live.owner.made("/v1/sites", site("SOON"))

    writer = threading.Thread(target=write_soon)
    began = time.monotonic()
    writer.start()
    page = follow(live.owner, cursor, wait=20)
    took = time.monotonic() - began
    writer.join()
    assert [one["kind"] for one in page["items"]] == ["site"]
    assert 0.3 <= took < 15


def test_who_is_shut_out_while_waiting_is_told_nothing_more(live: Furnished) -> None:
    cursor = up_to_date(live.partner)
    live.owner.usual()

    def shut_out() -> None:
        time.sleep(0.3)
        Clients(live.place.store).disable(live.partner.partner.client_id, now=NOW)
        live.owner.act(live.ids["agreement"], "suspend")

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(shut_out)
        answer = live.partner.get(f"/v1/changes?after={cursor}&wait=20")
        done.result()
    assert answer.status_code == 401, answer.text


def test_waiting_without_news_ends_in_time_with_a_cursor(live: Furnished) -> None:
    cursor = up_to_date(live.owner)
    began = time.monotonic()
    page = follow(live.owner, cursor, wait=1)
    assert page["items"] == []
    assert not page["more"]
    assert 1 <= time.monotonic() - began < 15


def test_who_waits_takes_no_thread_from_who_works(live: Furnished) -> None:
    cursor = up_to_date(live.owner)
    with ThreadPoolExecutor(48) as pool:  # more than the server has threads
        waiting = [pool.submit(follow, live.owner, cursor, wait=25) for _ in range(48)]
        time.sleep(1)
        began = time.monotonic()
        assert live.partner.get("/v1/sites").status_code == 200
        assert time.monotonic() - began < 15
        live.owner.made("/v1/sites", site("WAKE"))
        pages = [one.result(timeout=60) for one in waiting]
    assert all(len(page["items"]) == 1 for page in pages)


def test_those_of_one_organisation_that_a_bell_wakes_look_a_few_at_a_time(
    live: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor, plain = up_to_date(live.owner), Changes.after
    counting, lock = threading.Event(), threading.Lock()
    looking = looked = most = 0

    def after(self: Changes, *args: Any, **more: Any) -> Any:
        nonlocal looking, looked, most
        with lock:
            looking += 1
            most = max(most, looking if counting.is_set() else 0)
        try:
            if counting.is_set():
                time.sleep(0.1)  # whoever else may look comes in meanwhile
            return plain(self, *args, **more)
        finally:
            with lock:
                looking, looked = looking - 1, looked + 1

    monkeypatch.setattr(Changes, "after", after)
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(follow, live.owner, cursor, wait=25) for _ in range(16)]
        while looked < 16:  # at first each looks without waiting for others
            time.sleep(0.05)
        counting.set()
        live.owner.made("/v1/sites", site("FEW"))
        pages = [one.result(timeout=60) for one in waiting]
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

    reader = threading.Thread(target=read_on)
    reader.start()
    with ThreadPoolExecutor(writers) as pool:
        written = [seq for seqs in pool.map(write, range(writers)) for seq in seqs]
    stop.set()
    reader.join(60)
    assert sorted(written) == seen, "each once, in order"
