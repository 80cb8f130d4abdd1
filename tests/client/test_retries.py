"""What is tried again, how often, and what never is."""

import logging
from typing import Any

import httpx2
import pytest
import stamina
from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks

from synergie.client import AsyncClient, Client
from synergie.client._wait import LIMIT_S, Patience, find_retry_wait, silence_retry_log
from synergie.errors import (
    BadInput,
    InProgress,
    NotFound,
    Overloaded,
    ServerFault,
    StorageFull,
    StreamCut,
    SynergieError,
    TooManyRequests,
    Unreachable,
)
from tests.client.fake import BASE, Fake, page, problem
from tests.client.things import ORGANISATION, curve, receipt

_LIST = ("GET", "/v1/organisations")
_STORE = ("POST", "/v1/curves")
_GOOD = page(ORGANISATION)


@pytest.fixture
def fake() -> Fake:
    return Fake()


def _tries(fake: Fake) -> int:
    with fake.client() as client, stamina.set_testing(True, attempts=4, cap=True):
        list(client.organisations())
    return len(fake.seen)


@pytest.mark.parametrize(
    "fault",
    [
        httpx2.ConnectError("no"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("dropped"),
        httpx2.ReadTimeout("slow"),
        httpx2.Response(502),
        httpx2.Response(504, text="<html>"),
        httpx2.Response(503, headers={"Retry-After": "1"}),
        problem(429, "too-many-requests", retry_after=1.0),
        problem(503, "overloaded"),
        problem(409, "in-progress", retry_after=1.0),
        problem(507, "storage-full", retry_after=1.0),
    ],
)
def test_what_passes_is_tried_again(fake: Fake, fault: httpx2.Response | Exception) -> None:
    fake.on(*_LIST, fault, fault, _GOOD)
    assert _tries(fake) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (problem(422, "bad-input"), BadInput),
        (problem(404, "not-found"), NotFound),
        (problem(500, "server-fault", trace_id="abc"), ServerFault),
        (httpx2.Response(418), SynergieError),
    ],
)
def test_what_does_not_pass_is_not_tried_again(
    fake: Fake, fault: httpx2.Response, kind: type[SynergieError]
) -> None:
    fake.on(*_LIST, fault)
    with pytest.raises(kind):
        _tries(fake)
    assert len(fake.seen) == 1


def test_four_tries_are_the_most_and_the_error_tells_where_why_and_for_how_long(fake: Fake) -> None:
    fake.on(*_LIST, httpx2.ConnectError("no"))
    with pytest.raises(Unreachable) as error:
        _tries(fake)
    assert len(fake.seen) == 4
    address = f"{BASE}/v1/organisations"
    assert error.value.tried is not None
    assert error.value.tried[:2] == (address, 4)
    assert str(error.value).startswith(f"no connection to the server ({address}: tries: 4, within")


def test_a_caller_says_for_how_long_a_call_is_tried(fake: Fake) -> None:
    fake.on(*_STORE, problem(503, "overloaded", retry_after=7.0))
    with fake.client(deadline=6.0) as client, pytest.raises(Overloaded, match="tries: 1, within"):
        list(client.send_curves([curve()]))
    assert len(fake.seen) == 1


def test_a_store_is_repeated_with_its_first_key_and_body(fake: Fake) -> None:
    fault = problem(500, "server-fault", trace_id="abc")
    fake.on(*_STORE, httpx2.ReadError("reset"), fault, httpx2.Response(201, json=receipt()))
    with fake.client() as client, stamina.set_testing(True, attempts=4, cap=True):
        assert client.send_curve(curve()).id == "rec_0001"
    keys = {seen.headers["idempotency-key"] for seen in fake.seen}
    assert len(fake.seen) == 3
    assert len(keys) == 1
    assert len({seen.body for seen in fake.seen}) == 1
    assert keys.pop().strip('"').count("-") == 4


def test_two_stores_have_two_keys(fake: Fake) -> None:
    fake.on(*_STORE, httpx2.Response(201, json=receipt()))
    with fake.client() as client:
        client.send_curve(curve())
        client.send_curve(curve())
        client.send_curve(curve(), key="mine-7")
    keys = [seen.headers["idempotency-key"] for seen in fake.seen]
    assert len(set(keys)) == 3
    assert keys[2] == '"mine-7"'


@pytest.mark.parametrize("key", ["", 'a"b', "a\\b", "é", "a\nb", "k" * 201])
def test_a_key_that_cannot_travel_is_refused(fake: Fake, key: str) -> None:
    with fake.client() as client, pytest.raises(ValueError, match="key"):
        client.send_curve(curve(), key=key)
    assert fake.sent == []


def test_the_token_endpoint_is_tried_again_too(fake: Fake) -> None:
    fake.token_answers = [httpx2.Response(503, headers={"Retry-After": "1"})]
    fake.on(*_LIST, _GOOD)
    assert _tries(fake) == 1
    assert len(fake.forms) == 1


def test_a_call_without_key_that_is_no_read_is_never_repeated() -> None:
    wait = Patience().hook(repeatable=False, keyed=False)
    assert wait(Unreachable("no")) is False


def test_retry_after_is_the_lower_bound_of_the_wait() -> None:
    for _ in range(20):
        wait = Patience().hook(repeatable=True, keyed=False)
        assert wait(Overloaded(7.0)) == 7.0
        assert 0 <= wait(Unreachable("no")) <= 1.0


def test_a_wait_beyond_the_limit_gives_up_at_once() -> None:
    assert Patience().hook(repeatable=True, keyed=False)(Overloaded(LIMIT_S + 1)) is False


def test_the_limit_counts_from_the_first_try() -> None:
    now = 0.0
    wait = Patience(60.0, clock=lambda: now).hook(repeatable=True, keyed=False, address="there")
    now, error = 40.0, Overloaded(25.0)
    assert wait(Overloaded(15.0)) == 15.0
    assert wait(error) is False
    assert error.tried == ("there", 2, 40.0)


def test_retries_are_a_tenth_of_the_calls_after_ten_in_hand() -> None:
    patience = Patience()

    def retried() -> bool:
        return patience.hook(repeatable=True, keyed=True)(Unreachable("no")) is not False

    first = [retried() for _ in range(10)]
    later = [retried() for _ in range(100)]
    assert all(first)
    assert 9 <= sum(later) <= 12


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TooManyRequests(3.0), 3.0),
        (StorageFull(4.0), 4.0),
        (InProgress(), 1.0),
        (StreamCut(3), 0.0),
        (NotFound(), None),
        (ValueError("x"), None),
    ],
)
def test_each_error_says_whether_waiting_helps(error: Exception, seconds: float | None) -> None:
    assert find_retry_wait(error) == seconds


def test_retries_are_told_to_our_logger_only(
    fake: Fake, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    fake.on(*_LIST, httpx2.ConnectError("no"), _GOOD)
    assert _tries(fake) == 2
    told = [record.name for record in caplog.records if "failed" in record.message]
    assert told == ["synergie"]
    assert capsys.readouterr() == ("", "")


def test_retries_of_others_keep_their_hooks() -> None:
    told: list[str] = []
    before = get_on_retry_hooks()
    set_on_retry_hooks([lambda details: told.append(details.name)])
    try:
        silence_retry_log()
        silence_retry_log()
        with stamina.set_testing(True, attempts=2), pytest.raises(ZeroDivisionError):
            stamina.RetryingCaller().on(ZeroDivisionError)(lambda: 1 / 0)
        assert len(told) == 1
    finally:
        set_on_retry_hooks(before)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("name", ["deadline", "timeout"])
@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_time_that_cannot_be_waited_for_is_refused(
    fake: Fake, kind: type[Client] | type[AsyncClient], name: str, seconds: float
) -> None:
    """nan compares with nothing: a deadline of nan never came, and a call was tried for good."""
    told: dict[str, Any] = {name: seconds}
    with pytest.raises(BadInput, match=f"{name}: found .* expected a number of seconds"):
        kind(BASE, fake.auth(), **told)


def test_a_deadline_of_nothing_tries_once(fake: Fake) -> None:
    fake.on(*_LIST, httpx2.ConnectError("no"))
    with fake.client(deadline=0) as client, pytest.raises(Unreachable):
        list(client.organisations())
    assert len(fake.seen) == 1
