"""The webhooks of one server, a courier whose clock the test sets, and a receiver."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from synergie.client.keys import new_key, public_jwks
from synergie.client.outbound import Allow
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.webhooks.webhook_courier import DeliveryAttempt, WebhookSender
from synergie.exchange.trust.webhooks.webhooks import WebhookKeys, Webhooks
from synergie.policy import Principal
from synergie.schemas.trust.webhook import Delivery, Webhook, WebhookRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.peer import Asked, Peer, Told, peer

ROOT = bytes(range(32))
SCOPES = frozenset({"webhooks:write", "changes:read"})


@dataclass
class Office:
    """One server's webhooks, a courier whose clock the test sets, and a receiver."""

    store: Store
    receiver: Peer
    now: datetime = NOW
    answers: list[int] = field(default_factory=list)
    """Statuses that the receiver gives before it gives 204."""

    @property
    def allow(self) -> Allow:
        return Allow(trusted=frozenset({("127.0.0.1", self.receiver.port)}))

    @property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.store, WebhookKeys(ROOT), self.allow)

    def courier(self, **more: Any) -> WebhookSender:
        values: dict[str, Any] = {"keys": WebhookKeys(ROOT), "allow": self.allow, "timeout": 60.0}
        return WebhookSender(self.store, clock=lambda: self.now, **(values | more))

    def run(self, **more: Any) -> list[DeliveryAttempt]:
        return self.courier(**more).run()

    def register(self, who: Body, path: str = "/hook", **more: Any) -> Webhook:
        record = WebhookRecord(url=f"{self.receiver.url}{path}", **more)
        return self.webhooks.register(caller(who), record, now=self.now)

    def log(self, who: Body, hook: Webhook) -> list[Delivery]:
        return list(self.webhooks.deliveries(caller(who), hook.id, now=self.now).items)

    def took(self, path: str = "/hook") -> list[Asked]:
        """The messages that came, without the challenges."""
        return [one for one in self.receiver.asked if one.method == "POST" and one.path == path]

    def told(self, path: str = "/hook") -> list[tuple[str, str]]:
        """What the messages told: kind and act, and whose."""
        bodies = [json.loads(one.body) for one in self.took(path)]
        return [(one["type"], one["data"]["owner"]) for one in bodies]


@contextmanager
def opened(store: Store, *organisations: Body) -> Iterator[Office]:
    """An office; each of *organisations* has a program that may follow changes."""
    for who in organisations:
        Clients(store).register(
            who.caller.client_id,
            who.caller.organisation,
            name="A program",
            jwks=public_jwks(new_key()),
            scopes=SCOPES,
            now=NOW,
        )
    with peer(lambda asked: answered(made, asked)) as receiver:
        made = Office(store, receiver)
        yield made


def answered(office: Office, asked: Asked) -> Told:
    """The challenge told back; else what the office says."""
    if asked.method == "GET":
        return Told(200, [parse_qs(urlsplit(asked.path).query)["echo"][0].encode()])
    return Told(office.answers.pop(0) if office.answers else 204)


def caller(who: Body) -> Principal:
    return replace(who.caller, scopes=SCOPES)
