"""An error of the server is the same error here."""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import errors
from synergie.client import OtherProblem
from synergie.client._problems import error_of, line_error
from synergie.server.problems import STATUS, Problems
from synergie.server.settings import Settings
from tests.client.fake import problem

_SAMPLES: list[errors.SynergieError] = [
    errors.BadInput("/items/3/unit", "kW", "one of: W, Wh"),
    errors.NotAuthenticated("invalid_token"),
    errors.BadSignature("no signature verifies"),
    errors.NotAllowed("ended", "agr_1"),
    errors.NotAllowed("curves:write"),
    errors.NotFound(),
    errors.Conflict("revoked", "no act: it has ended"),
    errors.InProgress(),
    errors.KeyReused(),
    errors.MissingExtra("report"),
    errors.CursorExpired("older than what is kept"),
    errors.TooLarge(10_000, "records"),
    errors.TooSlow(1024),
    errors.UnsupportedMedia("text/html", "application/json"),
    errors.TooManyRequests(3.0),
    errors.Overloaded(2.0),
    errors.StorageFull(60.0),
    errors.ServerFault("4bf92f3577b34da6"),
]


@pytest.mark.parametrize("error", _SAMPLES, ids=[f"{e.code} {e}" for e in _SAMPLES])
def test_what_the_server_raised_is_raised_here(error: errors.SynergieError) -> None:
    answer = Problems(Settings()).answer(error)
    found = error_of(answer.status_code, httpx2.Headers(dict(answer.headers)), bytes(answer.body))
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert found.problem is not None
    assert getattr(found, "retry_after", None) == getattr(error, "retry_after", None)
    assert found.reference == error.reference


def test_every_code_of_the_server_is_known_here() -> None:
    assert {error.code for error in _SAMPLES} == set(STATUS)


def test_the_same_holds_for_a_line_of_a_stream() -> None:
    for error in _SAMPLES:
        document = Problems(Settings()).document(error).model_dump(mode="json")
        assert type(line_error(document)) is type(error)


def test_an_unknown_kind_keeps_its_words_and_its_reference() -> None:
    answer = problem(451, "closed-by-law", detail="ask the mayor", trace_id="t9")
    found = error_of(451, answer.headers, answer.content)
    assert type(found) is OtherProblem
    assert str(found) == "closed-by-law: ask the mayor"
    assert found.reference == "t9"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.NotAuthenticated),
        (403, errors.NotAllowed),
        (404, errors.NotFound),
        (429, errors.TooManyRequests),
        (500, errors.ServerFault),
        (502, errors.Unreachable),
        (503, errors.Overloaded),
        (504, errors.Unreachable),
        (507, errors.StorageFull),
        (302, OtherProblem),
        (418, OtherProblem),
    ],
)
def test_an_answer_of_a_proxy_is_told_by_its_status(
    status: int, kind: type[errors.SynergieError]
) -> None:
    assert type(error_of(status, {}, b"<html>")) is kind


def test_retry_after_of_the_header_counts_when_the_body_has_none() -> None:
    answer = problem(429, "too-many-requests")
    found = error_of(429, httpx2.Headers({"Retry-After": "17"}), answer.content)
    assert isinstance(found, errors.TooManyRequests)
    assert found.retry_after == 17.0
    dated = httpx2.Headers({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
    again = error_of(503, dated, b"")
    assert isinstance(again, errors.Overloaded)
    assert again.retry_after == 1.0
    endless = error_of(503, httpx2.Headers({"Retry-After": "9" * 400}), b"")
    assert isinstance(endless, errors.Overloaded)
    assert endless.retry_after == 31_536_000.0, "a year; as a float it would be infinite"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.integers(300, 599), st.binary(max_size=50) | _json)
def test_any_answer_is_an_error_of_our_tree(status: int, body: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert isinstance(error_of(status, {}, content), errors.SynergieError)
    assert isinstance(line_error(body), errors.SynergieError)
