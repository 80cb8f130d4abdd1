"""Errors as RFC 9457 problem documents."""

import inspect
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, ConfigDict

from synergie import errors
from synergie.errors import SynergieError
from synergie.purchase.plan.award.faults import At
from synergie.schemas.plan import Phrase
from synergie.schemas.problem import Problem
from synergie.server import problems
from synergie.server.problems import STATUS, TITLES, Problems
from synergie.server.settings import Settings
from tests.http_client import HttpClient


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    value_w: int


FAULTS = tuple(
    At(f"/points/{i}", "no_lot").fault(Phrase(text="{} MWh", values=("3",)), Phrase(text="a lot"))
    for i in range(120)
)
RAISED: list[tuple[SynergieError, int]] = [
    (errors.BadInput("/value_w", "x", "a whole number"), 422),
    (errors.BadInput("header Idempotency-Key", "nothing", "a key"), 400),
    (errors.NotAuthenticated(), 401),
    (errors.NotAllowed("ended", "a1"), 403),
    (errors.NotFound(), 404),
    (errors.Conflict("draft", "active"), 409),
    (errors.InProgress(), 409),
    (errors.KeyReused(), 422),
    (errors.CursorExpired("another epoch"), 410),
    (errors.TooLarge(10, "bytes"), 413),
    (errors.TooSlow(1024), 408),
    (errors.UnsupportedMedia("x/y", "application/json"), 415),
    (errors.TooManyRequests(3.2), 429),
    (errors.Overloaded(1.0), 503),
    (errors.StorageFull(60.0), 507),
    (errors.ServerFault("abc"), 500),
    (errors.Misconfigured("a secret path"), 500),
    (errors.BadInputs(FAULTS), 422),
]


@pytest.fixture
def http() -> HttpClient:
    app = FastAPI()
    problems.install_problem_handlers(app, Settings())

    @app.get("/raise/{place}")
    def fail(place: int) -> None:
        raise RAISED[place][0]

    @app.get("/break")
    def crash() -> None:
        raise ZeroDivisionError("a secret")

    @app.post("/body")
    def body(body: Body, limit: Annotated[int, Query(ge=1)] = 1) -> None:
        """Nothing."""

    @app.get("/header")
    def header(x_key: Annotated[str, Header()]) -> None:
        """Nothing."""

    return HttpClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("place", range(len(RAISED)))
def test_each_error_has_its_status_and_its_type(http: HttpClient, place: int) -> None:
    error, status = RAISED[place]
    answer = http.get(f"/raise/{place}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    said = Problem.model_validate_json(answer.content)
    code = error.code if status != 500 else "server-fault"
    assert said.type == f"https://synergie.example/errors/{code}"
    assert said.title == TITLES[code]
    assert said.status == status


def test_every_error_that_a_server_may_raise_is_in_the_map() -> None:
    """Left out: what only a client, a start or a plan raises. Those would be our fault: 500."""
    elsewhere = {
        "error", "misconfigured", "stream-cut", "unreachable", "infeasible", "out-of-time",
        "solver-failed", "cancelled",
    }  # fmt: skip
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    codes = {kind.code for kind in kinds if issubclass(kind, SynergieError)}
    assert codes - elsewhere == STATUS.keys() == TITLES.keys()


def test_several_faults_are_told_at_once_the_first_hundred(http: HttpClient) -> None:
    said = Problem.model_validate_json(http.get(f"/raise/{len(RAISED) - 1}").content)
    assert [fault.where for fault in said.faults] == [f"/points/{i}" for i in range(100)]
    assert {(fault.found, fault.expected) for fault in said.faults} == {("3 MWh", "a lot")}
    assert "… and 100 more" in str(said.detail)


def test_a_refusal_says_why_and_which_agreement(http: HttpClient) -> None:
    said = http.get("/raise/3").json()
    assert (said["reason"], said["agreement"]) == ("ended", "a1")


def test_what_passes_says_when_to_try_again(http: HttpClient) -> None:
    places = {type(error): place for place, (error, _) in enumerate(RAISED)}
    for kind, seconds in (
        (errors.InProgress, "1"),
        (errors.TooManyRequests, "4"),  # 3.2: who comes back after 3 s is refused again
        (errors.Overloaded, "1"),
        (errors.StorageFull, "60"),
    ):
        answer = http.get(f"/raise/{places[kind]}")
        assert answer.headers["retry-after"] == seconds
        assert answer.json()["retry_after"] > 0


def test_absent_and_unknown_addresses_look_the_same(http: HttpClient) -> None:
    place = next(place for place, (_, status) in enumerate(RAISED) if status == 404)
    absent, unknown = http.get(f"/raise/{place}"), http.get("/nothing")
    assert absent.content == unknown.content
    assert unknown.status_code == 404


def test_a_wrong_body_says_each_place(http: HttpClient) -> None:
    answer = http.post("/body?limit=0", json={"value_w": "x", "more": 1})
    assert answer.status_code == 422
    faults = [(fault["where"], fault["found"]) for fault in answer.json()["faults"]]
    assert sorted(faults) == [("/more", "1"), ("/value_w", "x"), ("query limit", "0")]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b""])
def test_a_body_that_is_not_json_is_a_bad_request(http: HttpClient, body: bytes) -> None:
    answer = http.post("/body", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)  # empty: a value is missing
    assert answer.json()["type"].endswith("/bad-input")


def test_half_a_character_sent_is_shown_without_harm(http: HttpClient) -> None:
    answer = http.post(
        "/body", content=b'{"value_w":"\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


def test_a_missing_header_is_a_bad_request(http: HttpClient) -> None:
    answer = http.get("/header")
    assert answer.status_code == 400
    assert answer.json()["faults"][0]["where"] == "header x-key"


def test_a_method_that_is_not_taken_says_which_are(http: HttpClient) -> None:
    answer = http.delete("/break")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["type"].endswith("/method-not-allowed")


def test_what_nobody_foresaw_shows_a_reference_and_nothing_else(http: HttpClient) -> None:
    answer = http.get("/break")
    assert answer.status_code == 500
    assert answer.json().keys() == {"type", "title", "status", "trace_id"}
    assert "secret" not in answer.text


def test_only_what_the_caller_sent_is_shown_and_not_much_of_it() -> None:
    document = Problems(Settings()).document(errors.BadInput("/name", "x" * 1000, "a short text"))
    assert document.faults[0].found == "x" * 80
    assert document.detail is not None
    assert len(document.detail) < 200


def test_the_challenge_points_to_the_configured_address(tmp_path: Path) -> None:
    settings = Settings(public_url="https://api.synergie.test")
    answer = Problems(settings).answer(errors.NotAuthenticated("use_dpop_nonce", "n1"))
    assert answer.headers["dpop-nonce"] == "n1"
    assert "https://api.synergie.test/.well-known/" in answer.headers["www-authenticate"]
