"""Both clients follow a real server through a restore, and say what to send again."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text

from synergie import AsyncClient
from synergie.errors import CursorExpired
from synergie.policy import permit_operator
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.batch import Receipt
from synergie.server import run
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.epochs import begin_epoch
from synergie.storage.head import head
from synergie.storage.store import Store
from tests.client.test_real_server import _OWNER, _READER, World


class Restorable(World):
    """A server that a backup of an earlier moment takes the place of, at the same address."""

    store: Store

    def restore(self, n: int) -> None:
        with self.store.write() as session:
            connection = session.connection()
            connection.execute(text("DELETE FROM batch WHERE seq > :n"), {"n": n})
            connection.execute(text("DELETE FROM change WHERE seq > :n"), {"n": n})
            connection.execute(text("UPDATE head SET n = :n"), {"n": n})
            connection.execute(text("DELETE FROM site"))
            session.expire_all()
            begin_epoch(permit_operator(now=self.now), session, "restored", now=self.now)

    def head(self) -> int:
        with self.store.read() as session:
            return head(session).n


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Restorable]:
    told = {"dev": True, "limits": False, "header_s": 60, "body_s": 60}
    chosen = Settings.read({}, **{"port": 0, "data_dir": tmp_path} | told)
    listening, settings = run.listening_on(chosen)
    store = Store.open(settings.store_url)
    ready = threading.Event()
    server = run.server_of(create_app(store, settings), settings, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert ready.wait(60)
        made = Restorable(settings, store)
        made.store = store
        yield made
    finally:
        server.stop()
        thread.join()
        listening.close()
        store.close()


def record(name: str) -> SiteRecord:
    return SiteRecord(external_id=name, name=name, kind="building", provenance="synthetic")


def test_both_clients_go_on_by_themselves_once_they_forgot_what_was_lost(
    world: Restorable,
) -> None:
    with world.client(_OWNER) as client:
        before = client.publish_sites([record("before")])
        n = world.head()
        lost = client.publish_sites([record("lost")])
        changes = client.changes()
        copy = {change.seq: change.id for change in changes}
        assert lost.seq in copy
        world.restore(n)
        news = [client.publish_sites([record(f"new-{place}")]) for place in range(3)]
        assert news[0].seq == lost.seq, "the number comes a second time"
        with pytest.raises(CursorExpired) as refused:
            list(client.changes(changes.cursor))
        assert refused.value.common_seq == n
        drops, saved = list[int](), list[str]()
        follower = client.follow(changes.cursor, drop=drops.append, save=saved.append, wait_s=1)
        assert [change.id for change in islice(follower, 3)] == [one.id for one in news]
        again = client.changes(changes.cursor, drop=drops.append)
        assert [change.id for change in again] == [one.id for one in news]
        assert drops == [n, n]
        assert list(client.unknown_batches([before, lost])) == [lost]
    told, dropped, unknown = asyncio.run(_awaited(world, changes.cursor, [before, lost]))
    assert told == [one.id for one in news] * 2
    assert (dropped, unknown) == ([n, n], [lost])


def test_what_came_again_or_was_undone_is_not_sent_again(world: Restorable) -> None:
    with world.client(_OWNER) as client:
        undone = client.publish_sites([record("undone")])
        client.undo(undone.id)
        n = world.head()
        lost = [client.publish_sites([record(f"lost-{at}")]) for at in range(3)]
        world.restore(n)
        again = client.publish_sites([record("lost-1")])
        assert again.id != lost[1].id, "the same content by another name"
        held = [undone, *lost]
        assert list(client.unknown_batches(held)) == [lost[0], lost[2]]
        assert list(client.unknown_batches(held * 600)) == [lost[0], lost[2]] * 600
        assert list(client.unknown_batches([])) == []
        for one in client.unknown_batches(held):
            client.publish_sites([record("lost-0" if one is lost[0] else "lost-2")])
        assert list(client.unknown_batches(held)) == []


def test_of_another_body_everything_is_unknown(world: Restorable) -> None:
    """The digest of what another sent is no way to learn that it did."""
    with world.client(_OWNER) as client:
        theirs = client.publish_sites([record("theirs")])
    with world.client(_READER) as client:
        assert list(client.unknown_batches([theirs])) == [theirs]


async def _awaited(
    world: Restorable, cursor: str | None, receipts: list[Receipt]
) -> tuple[list[str], list[int], list[Receipt]]:
    told, drops = list[str](), list[int]()
    async with AsyncClient(world.url, world.auth(_OWNER)) as client:
        told += [change.id async for change in client.changes(cursor, drop=drops.append)]
        async for change in client.follow(cursor, drop=drops.append, wait_s=1):
            told.append(change.id)
            if len(told) == 6:
                break
        unknown = [one async for one in client.unknown_batches(receipts)]
    return told, drops, unknown
