"""PostgreSQL is restarted, and crashes, under load: 503 with Retry-After, and nothing is lost."""

import json
import threading
from collections import Counter
from pathlib import Path
from typing import override

import pytest

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.schemas.assets.site import SiteRecord
from tests.depth import times
from tests.faults.cluster import cluster
from tests.faults.process import Process, until

RESTARTS = times(4, deep=20)


@pytest.mark.faults
@pytest.mark.postgres
def test_a_database_that_goes_away_is_an_answer_to_wait_for(tmp_path: Path) -> None:
    with cluster() as server, Process.started(tmp_path, server.url) as process:
        senders = [_Sender(process.client(f"owner-{n}"), n) for n in range(4)]
        for sender in senders:
            sender.start()
        for n in range(RESTARTS):
            until(lambda: all(sender.passed > n for sender in senders))  # noqa: B023
            server.stop("immediate" if n % 2 else "fast")
            threading.Event().wait(0.5)
            server.start()
        for sender in senders:
            sender.stop()
        for sender in senders:
            names = {site.name for site in sender.client.sites()}
            assert names.issuperset(sender.stored), "something acknowledged is not there"
            sender.client.close()
        statuses = _statuses(tmp_path / "server.log")
    assert not {status for status in statuses if status >= 500} - {503}, statuses
    assert statuses[503] > 0, "no request fell into a restart"


class _Sender(threading.Thread):
    """Writes and reads until it is told to stop; `passed` counts what was acknowledged."""

    def __init__(self, client: Client, n: int) -> None:
        super().__init__(daemon=True)
        self.client, self.n = client, n
        self.stored: list[str] = []
        self.passed = 0
        self._over = threading.Event()

    @override
    def run(self) -> None:
        n = 0
        while not self._over.is_set():
            n += 1
            name = f"Site {self.n}-{n}"
            site = SiteRecord(external_id=name, name=name, kind="building", provenance="synthetic")
            try:
                self.client.publish_sites([site])
            except SynergieError:
                continue
            self.stored.append(name)
            try:
                list(self.client.sites())
            except SynergieError:
                continue
            self.passed += 1

    def stop(self) -> None:
        self._over.set()
        self.join(120)
        assert not self.is_alive()


def _statuses(log: Path) -> Counter[int]:
    """How many answers had which status, from the log of the server."""
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    return Counter(line["status"] for line in lines if line.get("event") == "http.request")
