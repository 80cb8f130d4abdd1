"""The server is killed while it writes and tells: an act and its record are there both, or none."""

import json
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Any, override

import pytest
from sqlalchemy import text

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.policy import permit_operator
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_audit import audit_journal
from tests.faults.process import Process, until

KILLS = 6
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.faults
def test_an_act_and_its_record_are_there_both_or_none(
    process: Process, record_property: Callable[[str, object], None]
) -> None:
    seed = randbelow(1 << 32)
    record_property("seed", seed)
    chance = random.Random(seed)  # noqa: S311 (when to kill: no secret)
    with process.client("owner") as owner, process.client("reader") as reader:
        site = _shared(owner, reader)
        workers = [_Worker(lambda n: _write(owner, n)), _Worker(lambda _: reader.site(site))]
        for worker in workers:
            worker.start()
        for n in range(KILLS):
            threading.Event().wait(chance.uniform(0.05, 0.6))
            workers[0].past(n)
            process.kill()
            process.start()
        for worker, least in zip(workers, (KILLS, 0), strict=True):
            worker.past(least)
            worker.stop()
    store = Store.open(process.store_url)
    records, batches = _kept(store)
    with store.read() as session:
        found = audit_journal(permit_operator(now=NOW), session)
    store.close()
    assert found.fault is None, seed
    assert [one["seq"] for one in records] == list(range(len(records))), seed
    written = [one["subjects"][0] for one in records if one["event"] == "data.written"]
    assert sorted(written) == sorted(batches), seed
    assert len(written) >= workers[0].done > KILLS, f"too little was sent (seed {seed})"
    reads = sum(one["event"] == "data.read" for one in records)
    assert reads >= workers[1].done > 0, f"an answered read was not recorded (seed {seed})"


def _shared(owner: Client, reader: Client) -> str:
    (item,) = owner.publish_sites([_site("shared")]).items
    now = datetime.now(UTC)  # noqa: TID251 (the real server reads the real clock)
    terms = Terms(
        owner="owner", recipient="reader", title="Suivi", datasets=("assets",),
        selector=Selector(sites=(item.id,)), granularity="day", purpose="energy_monitoring",
        legal_basis="contract", data_period=Period(start=now - timedelta(days=365)),
        valid_from=now - timedelta(days=1), valid_until=now + timedelta(days=90),
        retention_days=30,
    )  # fmt: skip
    draft = owner.draft(terms)
    owner.propose(draft.id, terms_sha256=draft.terms_sha256)
    reader.accept(draft.id)
    return item.id


def _site(name: str) -> SiteRecord:
    return SiteRecord(external_id=name, name=name, kind="building", provenance="synthetic")


def _write(client: Client, n: int) -> None:
    client.publish_sites([_site(f"S{n}")], key=f"site-{n}")


def _kept(store: Store) -> tuple[list[dict[str, Any]], list[str]]:
    with store.read() as session:
        connection = session.connection()
        rows = connection.execute(text("SELECT record FROM journal ORDER BY seq")).scalars()
        records = [json.loads(bytes(row)) for row in rows]
        return records, list(connection.execute(text("SELECT id FROM batch")).scalars())


class _Worker(threading.Thread):
    """Does an act again and again; one that got no answer is done again."""

    def __init__(self, act: Callable[[int], object]) -> None:
        super().__init__(daemon=True)
        self.act, self.done = act, 0
        self._stop_asked = threading.Event()

    @override
    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self.act(self.done)
            except SynergieError:
                threading.Event().wait(0.05)
            else:
                self.done += 1

    def past(self, n: int) -> None:
        """Wait until more than *n* acts are done."""
        until(lambda: self.done > n)

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(120)
        assert not self.is_alive()
