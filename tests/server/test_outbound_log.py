"""Calls of ours that came to nothing are in the log: the host and the reason, nothing more."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from synergie.client import outbound
from synergie.client.outbound import Allow
from synergie.errors import BadInput, TooLarge, Unreachable
from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from synergie.exchange.trust.webhooks.webhooks import WebhookKeys, Webhooks
from synergie.policy import Principal
from synergie.schemas.trust.webhook import WebhookRecord
from synergie.server import log
from synergie.storage.trust.oauth_clients import change_oauth_client
from tests.peer import Asked, Told, peer
from tests.server.partner import NOW, Partner, World
from tests.server.place import Furnished

HIDDEN = "geheim"
"""In the path and the query of the address, where partners put secrets."""


@pytest.fixture
def sink() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    log.start_logging(stream, level=logging.DEBUG)
    yield stream
    log.stop_logging()


def failed(sink: io.StringIO) -> list[dict[str, Any]]:
    """The events, without when and in whose request."""
    assert HIDDEN not in sink.getvalue()
    told = [json.loads(line) for line in sink.getvalue().splitlines()]
    return [
        {name: value for name, value in one.items() if name not in {"ts", "event", "trace_id"}}
        for one in told
        if one["event"] == "outbound.failed"
    ]


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (BadInput("/url", "x", "y"), "address"),
        (Unreachable("x"), "unreachable"),
        (TooLarge(1, "bytes"), "too-large"),
        ("status", "status"),
    ],
)
def test_the_host_is_told_and_the_reason(sink: io.StringIO, why: Any, reason: str) -> None:
    outbound.tell_failed("webhook", f"https://partner.example/{HIDDEN}?{HIDDEN}", why, webhook="w")
    assert failed(sink) == [
        {
            "purpose": "webhook",
            "host": "partner.example",
            "reason": reason,
            "webhook": "w",
            "level": "warning",
        }
    ]


def test_an_address_that_is_none_has_no_host(sink: io.StringIO) -> None:
    outbound.tell_failed("challenge", f"https://user:{HIDDEN}@partner.example/", "no_echo")
    (one,) = failed(sink)
    assert one["host"] is None


def test_a_challenge_and_a_message_that_fail_are_told(
    furnished: Furnished, sink: io.StringIO
) -> None:
    good = True

    def answer(asked: Asked) -> Told:
        value = asked.path.rpartition("echo=")[2].encode()
        return Told(200, [value]) if good and asked.method == "GET" else Told(500)

    with peer(answer) as receiver:
        allow = Allow(trusted=frozenset({("127.0.0.1", receiver.port)}))
        store, keys = furnished.place.store, WebhookKeys(bytes(32))
        webhooks = Webhooks(store, keys, allow)
        owner = Principal(
            client_id=furnished.owner.partner.client_id,
            organisation="org-one",
            scopes=frozenset({"webhooks:write", "changes:read"}),
        )
        record = WebhookRecord(url=f"{receiver.url}/{HIDDEN}?k={HIDDEN}")
        made = webhooks.register(owner, record, now=NOW)
        assert failed(sink) == []
        webhooks.test(owner, made.id, now=NOW)
        WebhookSender(store, keys, allow, lambda: NOW + timedelta(seconds=1)).run()
        good = False
        with pytest.raises(BadInput):
            webhooks.register(owner, record.model_copy(update={"url": f"{record.url}2"}), now=NOW)
    seen = {(one["purpose"], one["reason"], one.get("status"), one["host"]) for one in failed(sink)}
    assert seen == {
        ("webhook", "status", 500, "127.0.0.1"),
        ("challenge", "no_echo", None, "127.0.0.1"),
    }


def test_keys_that_cannot_be_read_are_told(world: World, sink: io.StringIO) -> None:
    uri = f"https://keys.example/{HIDDEN}"
    for content, reason in ((Unreachable("no answer"), "unreachable"), (["x"], "content")):
        world.published[uri] = content
        with world.clients.store.write() as session:
            change_oauth_client(
                session, world.p1.client_id, jwks_uri=uri, jwks_read_at=None, jwks_tried_at=None
            )
        world.ask(Partner(world.p1.client_id, world.clock, world.p1.key, world.p1.dpop))
        assert failed(sink)[-1] == {
            "purpose": "jwks_uri",
            "host": "keys.example",
            "reason": reason,
            "client": world.p1.client_id,
            "level": "warning",
        }
