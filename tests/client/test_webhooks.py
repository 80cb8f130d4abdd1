"""Receiving webhooks: verified before anything is read, and each handled once."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synergie.client.trust import webhooks
from synergie.client.trust.webhooks import REMEMBERED_S, MessageStore, Notice, echo, receive
from synergie.errors import BadInput, NotAuthenticated
from synergie.proof import webhook as signed

SECRET = "whsk_" + b64encode(bytes(range(32))).decode()
KEY = signed.derive_receiver_key(SECRET)
NOW = 1_795_597_499
EVENT: dict[str, Any] = {
    "type": "agreement.revoked",
    "timestamp": "2026-11-25T10:00:00Z",
    "data": {"id": "agr_1", "version": 2, "changed": "agreement", "owner": "org-one", "seq": 7},
}


@pytest.fixture
def seen() -> Iterator[MessageStore]:
    with MessageStore() as memory:
        yield memory


def _body(**more: Any) -> bytes:
    return json.dumps(EVENT | more).encode()


def _take(
    body: bytes, seen: MessageStore, *, name: str = "msg_1", at: int = NOW, now: float = NOW
) -> Notice:
    headers = signed.headers([SECRET], id_=name, timestamp=at, body=body)
    with receive(headers, body, [KEY], seen=seen, clock=lambda: now) as notice:
        return notice


def test_a_message_tells_what_changed(seen: MessageStore) -> None:
    notice = _take(_body(), seen)
    assert (notice.id, notice.new) == ("msg_1", True)
    assert (notice.event.type, notice.event.data.id, notice.event.data.version) == (
        "agreement.revoked", "agr_1", 2,
    )  # fmt: skip


def test_the_same_message_again_is_not_new(seen: MessageStore) -> None:
    assert [_take(_body(), seen).new for _ in range(3)] == [True, False, False]
    assert _take(_body(), seen, name="msg_2").new


def test_a_message_whose_handling_failed_is_new_again(seen: MessageStore) -> None:
    body = _body()
    headers = signed.headers([SECRET], id_="msg_1", timestamp=NOW, body=body)

    def fail() -> None:
        with receive(headers, body, [KEY], seen=seen, clock=lambda: NOW):
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert _take(body, seen).new


def test_what_was_handled_is_known_after_a_restart_and_for_five_days(tmp_path: Path) -> None:
    seen = MessageStore(tmp_path / "seen.db")
    _take(_body(), seen)
    seen.close()
    again = MessageStore(tmp_path / "seen.db")
    assert not _take(_body(), again).new
    assert REMEMBERED_S >= 4 * 86_400
    again.add("msg_9", now=NOW + REMEMBERED_S)
    assert "msg_1" in again
    again.add("msg_9", now=NOW + REMEMBERED_S + 1)
    assert "msg_1" not in again
    again.close()


def test_several_threads_may_share_the_memory(seen: MessageStore) -> None:
    found: list[str] = []

    def work(thread: int) -> None:
        for n in range(50):
            _take(_body(), seen, name=f"msg_{thread}_{n}")
            found.append("x")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200


@pytest.mark.parametrize(
    ("body", "at", "keys"),
    [
        (b"not the one that was signed", NOW, [KEY]),
        (None, NOW - 301, [KEY]),
        (None, NOW, [signed.derive_receiver_key(signed.new_secret())]),
        (None, NOW, []),
        (b"x" * 70_000, NOW, [KEY]),
    ],
)
def test_what_is_not_from_the_server_is_not_read(
    body: bytes | None,
    at: int,
    keys: list[str],
    seen: MessageStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*args: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(webhooks, "_parse_event", never)
    headers = signed.headers([SECRET], id_="msg_1", timestamp=at, body=_body())
    with (
        pytest.raises(NotAuthenticated),
        receive(headers, body or _body(), keys, seen=seen, clock=lambda: NOW),
    ):
        pass


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"[" * 60_000, b'"x"', _body(type=3), _body(data=None), _body(data={})],
)
def test_a_signed_message_that_cannot_be_read_says_where(body: bytes, seen: MessageStore) -> None:
    with pytest.raises(BadInput):
        _take(body, seen)


def test_what_a_later_server_tells_more_is_left_out(seen: MessageStore) -> None:
    told = _body(added=1, data=EVENT["data"] | {"added": {"a": 1}})
    assert _take(told, seen).event.data.id == "agr_1"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("echo=abcdefghijklmnop-_1", b"abcdefghijklmnop-_1"),
        ("tenant=3&echo=abcdefghijklmnop", b"abcdefghijklmnop"),
        ("", None),
        ("echo=", None),
        ("echo=short", None),
        ("echo=<script>alert(1)</script>", None),
        ("echo=abcdefghijklmnop&echo=abcdefghijklmnop", None),
        ("echo=" + "x" * 300, None),
        ("echo=%C3%A9abcdefghijklmnopq", None),
    ],
)
def test_only_a_challenge_is_echoed(query: str, body: bytes | None) -> None:
    assert echo(query) == body


def _epochs(*numbers: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"id": name, "since_seq": seq} for name, seq in numbers]


def test_a_restore_of_the_server_is_told_once_with_what_still_stands(seen: MessageStore) -> None:
    first, second, third = ("aaa", 0), ("bbb", 40), ("ccc", 45)
    said = [
        _take(_body(epochs=_epochs(*known)), seen, name=f"msg_{place}").common_seq
        for place, known in enumerate(
            ([first], [first], [first, second, third], [first, second, third], [first])
        )
    ]
    assert said == [None, None, 40, None, None]  # the last one came late, from before


def test_a_receiver_that_missed_more_restores_than_are_named_forgets_everything(
    seen: MessageStore,
) -> None:
    _take(_body(epochs=_epochs(("aaa", 0))), seen, name="msg_1")
    later = _epochs(*((f"eee{n}", 50 + n) for n in range(8)))
    assert _take(_body(epochs=later), seen, name="msg_2").common_seq == 0


def test_a_message_of_an_earlier_version_tells_no_restore(seen: MessageStore) -> None:
    _take(_body(epochs=_epochs(("aaa", 0))), seen, name="msg_1")
    assert _take(_body(), seen, name="msg_2").common_seq is None
