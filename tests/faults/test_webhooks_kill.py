"""Couriers as processes of their own: racing, and killed in the middle of a message."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from synergie.client.keys import new_key, public_jwks
from synergie.client.outbound import Allow
from synergie.exchange.assets.sites import Sites
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.webhooks.webhooks import WebhookKeys, Webhooks
from synergie.schemas.trust.webhook import WebhookRecord
from synergie.server.keyring import Keyring
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, site
from tests.peer import Asked, Peer, Told, peer

_LONG_S = 300.0
"""For a process to end by itself, however busy the machine is."""


@dataclass
class Place:
    """A store with a registered webhook, and the processes that send from it."""

    store: Store
    folder: Path
    receiver: Peer
    owner: Body

    def publish(self, n: int) -> None:
        for number in range(n):
            Sites(self.store).publish(self.owner.caller, [site(f"S{number}")], now=NOW)

    def courier(self) -> subprocess.Popen[bytes]:
        """A process that sends what is due, and ends."""
        environment = os.environ | {
            "SYNERGIE_DATA_DIR": str(self.folder),
            "SYNERGIE_DATABASE_URL": self.store.url,
            "SYNERGIE_OUTBOUND_TRUSTED": urlsplit(self.receiver.url).netloc,
            "SYNERGIE_DEV": "true",
        }
        command = [sys.executable, "-m", "synergie", "webhooks", "deliver", "--once"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def sent(self) -> list[str]:
        """The ids of the messages that came, in order."""
        posts = [one for one in self.receiver.asked if one.method == "POST"]
        return [one.headers["webhook-id"] for one in posts]

    def states(self) -> Counter[str]:
        with self.store.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT state FROM webhook_delivery").scalars()
            return Counter(rows)


@contextmanager
def _place(store: Store, folder: Path, hold: threading.Event) -> Iterator[Place]:
    """A place whose receiver answers a message once *hold* is set."""

    def answer(asked: Asked) -> Told:
        if asked.method == "GET":
            return Told(200, [parse_qs(urlsplit(asked.path).query)["echo"][0].encode()])
        hold.wait(120)
        return Told(204)

    owner = body(store, "owner")
    scopes = frozenset({"webhooks:write", "changes:read"})
    caller = replace(owner.caller, scopes=scopes)
    Clients(store).register(
        caller.client_id, "owner", name="x", jwks=public_jwks(new_key()), scopes=scopes, now=NOW
    )
    keys = WebhookKeys(Keyring.open(folder / "keys").secret_for("webhooks"))
    with peer(answer) as receiver:
        allow = Allow(trusted=frozenset({("127.0.0.1", receiver.port)}))
        record = WebhookRecord(url=f"{receiver.url}/hook")
        Webhooks(store, keys, allow).register(caller, record, now=NOW)
        yield Place(store, folder, receiver, owner)


def test_processes_that_race_send_each_message_once(store: Store, tmp_path: Path) -> None:
    free = threading.Event()
    free.set()
    with _place(store, tmp_path / "data", free) as place:
        place.publish(12)
        racing = [place.courier() for _ in range(3)]
        assert [one.wait(_LONG_S) for one in racing] == [0, 0, 0]
        last = place.courier()  # what a racer had in hand when the others looked is done by now
        assert last.wait(_LONG_S) == 0
        assert len(place.sent()) == len(set(place.sent())) == 12
        assert place.states() == {"delivered": 12}


def test_a_message_in_hand_of_a_process_that_is_killed_is_sent_again_by_another(
    store: Store, tmp_path: Path
) -> None:
    hold = threading.Event()
    with _place(store, tmp_path / "data", hold) as place:
        place.publish(1)
        first = place.courier()
        while not place.sent():
            assert first.poll() is None, "it ended before it sent anything"
        first.kill()
        first.wait(_LONG_S)
        hold.set()
        with store.engine.begin() as connection:  # a minute, which a busy machine may let pass
            connection.exec_driver_sql(
                "UPDATE webhook_delivery SET lease_until = '2100-01-01T00:00:00.000000Z'"
                " WHERE lease_until IS NOT NULL"
            )
        second = place.courier()
        assert second.wait(_LONG_S) == 0
        assert len(place.sent()) == 1  # it is in hand until the lease is over
        assert place.states() == {"waiting": 1}
        with store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE webhook_delivery SET lease_until = next_at")
        third = place.courier()
        assert third.wait(_LONG_S) == 0
        assert len(place.sent()) == 2
        assert len(set(place.sent())) == 1
        assert place.states() == {"delivered": 1}
