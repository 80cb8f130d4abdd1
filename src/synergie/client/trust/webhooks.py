"""Receiving webhooks: what a message tells, once it is known that the server sent it.

    from synergie.client.trust import webhooks

    seen = webhooks.Seen("webhooks.db")

    def hook(headers: Mapping[str, str], body: bytes) -> int:
        try:
            with webhooks.receive(headers, body, ["whpk_…"], seen=seen) as notice:
                if notice.common_seq is not None:
                    forget_after(notice.common_seq)  # the server was restored from a backup
                if notice.new:
                    fetch_again(notice.event.data.id)
        except NotAuthenticated:
            return 400
        return 204

A message says what changed and no more: the thing itself is asked for with a token, as ever.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

from pydantic import ValidationError

from synergie.errors import BadInput, NotAuthenticated
from synergie.proof import webhook
from synergie.schemas.faults import faults
from synergie.schemas.trust.webhook import WebhookEpoch, WebhookEvent, WebhookSubject

__all__ = [
    "MOST_BYTES",
    "MessageStore",
    "Notice",
    "WebhookEvent",
    "WebhookSubject",
    "echo",
    "receive",
]

MOST_BYTES = 64 * 1024
"""Most bytes of a body that is looked at; ours have less than 20,000."""
REMEMBERED_S = 5 * 86_400
"""How long the id of a message is remembered, seconds: longer than it is tried again."""

_LONGEST_ECHO = 256

type _Kind = type[WebhookEvent | WebhookSubject | WebhookEpoch]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that the server sent."""

    id: str
    """The same each time that one message is sent again."""
    event: WebhookEvent
    """What changed."""
    new: bool
    """False: it was handled before; answer as the first time, and do nothing."""
    common_seq: int | None = None
    """Not None: the server was restored from a backup since the message before. Forget what came
    with a `seq` above this number, then handle the message."""


class MessageStore:
    """The messages that were handled, in a SQLite file, so that a restart forgets none.

    `path` None keeps them in memory. Several threads may share one; several processes, one file.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._lock = threading.Lock()
        self._store = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, timeout=5
        )
        with self._lock, self._store:
            self._store.execute(
                "CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, at REAL NOT NULL)"
            )
            self._store.execute("CREATE TABLE IF NOT EXISTS epoch (id TEXT PRIMARY KEY)")

    def __contains__(self, id_: str) -> bool:
        with self._lock:
            query = "SELECT 1 FROM seen WHERE id = ?"
            return self._store.execute(query, (id_,)).fetchone() is not None

    def common_seq(self, epochs: Sequence[WebhookEpoch]) -> int | None:
        """Up to which change what was handled still stands, *epochs* being the server's latest.

        None: the server was not restored since. 0 when it was, oftener than it tells.
        """
        with self._lock:
            known = {id_ for (id_,) in self._store.execute("SELECT id FROM epoch")}
        if not known or not epochs or epochs[-1].id in known:
            return None
        places = [place for place, one in enumerate(epochs) if one.id in known]
        return min(one.since_seq for one in epochs[places[-1] + 1 :]) if places else 0

    def add(self, id_: str, *, now: float, epochs: Sequence[WebhookEpoch] = ()) -> None:
        """Remember a message that was handled at *now*, and forget those of 5 days ago."""
        with self._lock, self._store:
            self._store.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (id_, now))
            names = [(one.id,) for one in epochs]
            self._store.executemany("INSERT OR IGNORE INTO epoch VALUES (?)", names)
            self._store.execute("DELETE FROM seen WHERE at < ?", (now - REMEMBERED_S,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._store.close()


@contextmanager
def receive(
    headers: Mapping[str, str],
    body: bytes,
    keys: Sequence[str],
    *,
    seen: MessageStore,
    clock: Callable[[], float] = time.time,
) -> Iterator[Notice]:
    """The message of a webhook request: signed by one of *keys*, at most 5 min ago.

    *body*: the bytes as they came. *keys*: `whpk_…` or `whsec_…`, as the server told them at
    registration; two during a rotation. NotAuthenticated when it is not from who holds a key, and
    nothing of it is read then; BadInput when it is, and cannot be read. It is remembered as handled
    when the block ends without an exception: what fails comes again.
    """
    now = clock()
    if len(body) > MOST_BYTES:
        raise NotAuthenticated("message_too_long")
    try:
        envelope = webhook.verify_webhook(headers, body, keys, now=now)
    except webhook.Forged as error:
        raise NotAuthenticated("message_not_signed") from error
    new, event = envelope.id not in seen, _parse_event(body)
    yield Notice(envelope.id, event, new, seen.common_seq(event.epochs) if new else None)
    if new:
        seen.add(envelope.id, now=now, epochs=event.epochs)


def echo(query: str) -> bytes | None:
    """The body that answers the challenge of a registration, from the *query* of a GET.

    None when it is no challenge: letters, digits, `-` and `_`, 16 to 256 of them. Answer 200, with
    the type `text/plain`.
    """
    told = parse_qs(query).get("echo", [])
    if len(told) != 1 or not 16 <= len(told[0]) <= _LONGEST_ECHO:  # noqa: PLR2004 (as told above)
        return None
    value = told[0]
    if not value.isascii() or not value.replace("-", "").replace("_", "").isalnum():
        return None
    return value.encode()


def _parse_event(body: bytes) -> WebhookEvent:
    """What *body* tells; a later server may tell more, which is left out."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("body", body[:80].decode("utf-8", "replace"), "JSON") from error
    if not isinstance(told, dict):
        raise BadInput("body", type(told).__name__, "an object")
    known = _select_known_fields(told, WebhookEvent)
    if isinstance(told.get("data"), dict):
        known["data"] = _select_known_fields(told["data"], WebhookSubject)
    if isinstance(told.get("epochs"), list):
        known["epochs"] = [
            _select_known_fields(one, WebhookEpoch) if isinstance(one, dict) else one
            for one in told["epochs"]
        ]
    try:
        return WebhookEvent.model_validate(known)
    except ValidationError as error:
        raise faults(error)[0] from error


def _select_known_fields(told: dict[str, Any], kind: _Kind) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name in kind.model_fields}
