"""Who may call what: the matrix, generated from the OpenAPI document, on both engines.

Every operation that asks for a token × {no token, other organisation, wrong scope, wrong
granularity, revoked agreement, revoked token, disabled program, expired token, replayed proof,
right}. How each is called rightly is the table of `routes.py`; a route without a row fails.
Tokens and proofs are looked at before a route is, and kept in the same way for all: on PostgreSQL
a route of each kind refuses them, on SQLite every one. What routes do themselves is asked on both.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, event

from synergie.schemas.scopes import SCOPES
from tests.access.routes import (
    ABSENT,
    ALIKE,
    DOCUMENT,
    ON_SQLITE,
    OPERATIONS,
    ROWS,
    TRACE,
    Case,
    case_of,
    inventory,
    knowing,
    rows,
)
from tests.server.partner import GONE
from tests.server.place import Furnished

EVERY = pytest.mark.parametrize("operation", sorted(OPERATIONS))
ON_POSTGRES = pytest.mark.parametrize(
    "furnishing",
    [pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
    scope="module",
)
NAMING = pytest.mark.parametrize("operation", rows(lambda row: row.names is not None))
OWN = pytest.mark.parametrize("operation", rows(lambda row: row.own))
SHARED = pytest.mark.parametrize("operation", rows(lambda row: row.shared))
UNSHARED = pytest.mark.parametrize(
    "operation", rows(lambda row: row.names is not None and not row.shared)
)
READ_BY_POST = {"/v1/batches/unknown"}
"""A question too long for an address: nothing is stored."""
OF_NOUN = {"cell-schemes": "aggregates", "releases": "aggregates", "years": "records"}
"""Paths that are read under the scope of another noun: years are made of records."""
GRAINED = pytest.mark.parametrize("operation", sorted(knowing("granularity")))


@pytest.fixture
def case(operation: str, furnished: Furnished) -> Case:
    return case_of(operation, furnished)


def test_each_row_says_what_a_wrong_organisation_is() -> None:
    for name, row in ROWS.items():
        assert (row.names is not None) + row.own + row.public == 1, name
        assert not row.shared or row.names, name


def test_each_route_has_a_row_and_each_row_a_route() -> None:
    assert ROWS.keys() == OPERATIONS.keys()


def test_each_operation_asks_for_the_scope_of_its_noun() -> None:
    for name, (method, path, scope) in OPERATIONS.items():
        noun = "curves" if path.endswith(("/curve", "/closures")) else path.split("/")[2]
        noun = OF_NOUN.get(noun, noun)
        reads = method == "GET" or path in READ_BY_POST
        assert scope == f"{noun}:{'read' if reads else 'write'}", name


def test_only_these_operations_ask_for_no_token() -> None:
    without = {
        path
        for path, verbs in DOCUMENT["paths"].items()
        for operation in verbs.values()
        if not operation["security"]
    }
    assert without == {
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/v1",
        "/audit/head",
        "/audit/inclusion",
        "/audit/proof",
        "/health/live",
        "/health/ready",
        "/introspect",
        "/jwks",
        "/open/releases",
        "/open/releases/{item_id}",
        "/revoke",
        "/token",
    }


def test_each_path_of_a_row_is_the_path_of_its_operation() -> None:
    for name, row in ROWS.items():
        parts = row.path.partition("?")[0].split("/")
        told = OPERATIONS[name][1].split("/")
        assert len(parts) == len(told), name
        assert all(t.startswith("{") or t == p for p, t in zip(parts, told, strict=True)), name


ALSO_UNDER = {
    "list_alerts": "one's own alerts in the table; under an agreement in tests/exchange",
    "read_alert": "one's own alert in the table; under an agreement in tests/exchange",
    "list_records": "one's own records in the table; under an agreement in tests/exchange",
    "send_curves": "an owner's curves in the table; by a recipient in tests/exchange",
}
"""Operations that know `agreement`, and are called without one in the table of routes."""


def test_each_operation_that_an_agreement_opens_says_so() -> None:
    """What knows the parameter `agreement` is what an agreement may open, and closes with it."""
    unshared = {name for name in knowing("agreement") if not ROWS[name].shared}
    assert unshared == ALSO_UNDER.keys()


@pytest.mark.parametrize("operation", sorted(knowing("agreement")))
def test_an_agreement_of_others_opens_nothing_and_is_absent(case: Case) -> None:
    path = re.sub(r"[?&]agreement=[^&]*", "", case.row.path.format(**case.furnished.ids))
    answers = [
        case.furnished.stranger.call(
            case.method,
            f"{path}{'&' if '?' in path else '?'}agreement={agreement}",
            case.body(),
            headers=TRACE,
        )
        for agreement in (case.furnished.ids["agreement"], ABSENT["agreement"])
    ]
    for answer in answers:
        _is_problem(answer, 404, "not-found")
    assert answers[0].content == answers[1].content
    assert _without_time(answers[0]) == _without_time(answers[1])


@ON_SQLITE
@EVERY
def test_without_token_it_is_401_with_a_challenge(case: Case) -> None:
    answer = case.furnished.place.http.request(case.method, case.path())
    _is_problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    assert "error=" not in answer.headers["WWW-Authenticate"]


@ON_SQLITE
@EVERY
def test_with_another_scope_it_is_403(case: Case) -> None:
    others = [scope for scope in SCOPES if scope != case.scope]
    answer = case.call(case.right, token=case.right.token(*others))
    problem = _is_problem(answer, 403, "not-allowed")
    assert problem["reason"] == case.scope
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


@ON_SQLITE
@EVERY
def test_an_expired_token_is_401(case: Case) -> None:
    token = case.right.token(case.scope)
    case.furnished.place.clock.forward(301)
    _is_refused_token(case.call(case.right, token=token), "invalid_token")


@ON_SQLITE
@EVERY
def test_a_revoked_token_is_401(case: Case) -> None:
    token = case.right.token(case.scope)
    partner = case.right.partner
    form = partner.form(grant_type=GONE, scope=GONE, token=token)
    assert case.furnished.place.http.post("/revoke", data=form).status_code == 200
    _is_refused_token(case.call(case.right, token=token), "invalid_token")


@ON_SQLITE
@EVERY
def test_a_replayed_proof_is_401(case: Case) -> None:
    token = case.right.token(case.scope)
    proof = case.right.headers(case.method, case.path(), token)
    key = {"Idempotency-Key": '"replayed"'}
    first = case.call(case.right, headers=proof | key, token=token)
    again = case.call(case.right, headers=proof | key, token=token)
    assert first.status_code != 401
    _is_refused_token(again, "invalid_dpop_proof")
    case.resume()


@ON_SQLITE
@EVERY
def test_the_token_of_one_with_the_proof_of_another_is_401(case: Case) -> None:
    token, thief = case.right.token(case.scope), case.furnished.stranger
    _is_refused_token(case.call(thief, token=token), "invalid_token")


@NAMING
def test_another_organisation_sees_what_it_would_see_if_there_were_nothing(case: Case) -> None:
    foreign = case.call(case.furnished.stranger, headers=TRACE)
    absent = case.call(case.furnished.stranger, ABSENT, headers=TRACE)
    _is_problem(foreign, 404, "not-found")
    assert foreign.content == absent.content
    assert _without_time(foreign) == _without_time(absent)


@NAMING
def test_another_organisation_costs_the_database_as_much_as_nothing(case: Case) -> None:
    """The time of an answer tells whether a thing is there when more is asked of the database."""
    stranger = case.furnished.stranger
    case.call(stranger)  # what is done once an organisation is done
    with _asked(case.furnished.place.store.engine) as foreign:
        case.call(stranger)
    with _asked(case.furnished.place.store.engine) as absent:
        case.call(stranger, ABSENT)
    assert len(foreign) == len(absent) > 0, (foreign, absent)


@contextmanager
def _asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile, without what fills them."""
    asked: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


@UNSHARED
def test_what_an_agreement_does_not_open_is_absent_to_its_recipient(case: Case) -> None:
    if case.row.names == "agreement":
        return  # a side of it knows it
    partner = case.furnished.partner
    foreign, absent = case.call(partner, headers=TRACE), case.call(partner, ABSENT, headers=TRACE)
    _is_problem(foreign, 404, "not-found")
    assert foreign.content == absent.content
    assert _without_time(foreign) == _without_time(absent)


@OWN
def test_what_touches_ones_own_data_only_leaves_the_others_alone(case: Case) -> None:
    before = inventory(case.furnished)
    case.call(case.furnished.stranger)
    assert inventory(case.furnished) == before


@GRAINED
@pytest.mark.parametrize("finer", ["raw", "hour"])
def test_finer_than_granted_is_403(case: Case, finer: str) -> None:
    answer = case.call(case.furnished.partner, query=f"granularity={finer}")
    problem = _is_problem(answer, 403, "not-allowed")
    assert problem["reason"] == "granularity_too_fine"
    assert problem["agreement"] in _agreements(case.furnished)


@GRAINED
@pytest.mark.parametrize("granted", ["day", "month"])
def test_as_fine_as_granted_or_coarser_is_served(case: Case, granted: str) -> None:
    assert case.call(case.furnished.partner, query=f"granularity={granted}").status_code == 200


@SHARED
def test_what_an_agreement_opens_is_served_to_its_recipient(case: Case) -> None:
    assert case.call(case.furnished.partner).status_code == case.row.status


@SHARED
def test_once_the_agreement_is_revoked_it_is_403(operation: str, ended: Furnished) -> None:
    case = case_of(operation, ended)
    problem = _is_problem(case.call(ended.partner), 403, "not-allowed")
    assert problem["reason"] == "ended"
    assert problem["agreement"] in _agreements(ended)


@SHARED
def test_once_the_agreement_is_revoked_a_stranger_still_sees_nothing(
    operation: str, ended: Furnished
) -> None:
    case = case_of(operation, ended)
    foreign = case.call(ended.stranger, headers=TRACE)
    absent = case.call(ended.stranger, ABSENT, headers=TRACE)
    _is_problem(foreign, 404, "not-found")
    assert foreign.content == absent.content


@EVERY
def test_the_right_caller_is_served(case: Case) -> None:
    answer = case.call(case.right, token=case.right.token(case.scope))
    replayed = answer.status_code == 200 and b'"replayed":true' in answer.content  # of another test
    assert answer.status_code == case.row.status or replayed, answer.text
    case.resume()


@ON_SQLITE
@EVERY
def test_a_program_that_was_closed_is_401(operation: str, closing: Furnished) -> None:
    case = case_of(operation, closing)
    answer = case.call(case.right, token=case.right.usual())
    _is_refused_token(answer, "invalid_token")


@ON_POSTGRES
@pytest.mark.parametrize("operation", ALIKE)
def test_tokens_are_refused_on_the_other_engine_too(
    operation: str, case: Case, closing: Furnished
) -> None:
    for refuse in (
        test_without_token_it_is_401_with_a_challenge,
        test_with_another_scope_it_is_403,
        test_an_expired_token_is_401,
        test_a_revoked_token_is_401,
        test_a_replayed_proof_is_401,
        test_the_token_of_one_with_the_proof_of_another_is_401,
    ):
        refuse(case)
    test_a_program_that_was_closed_is_401(operation, closing)


def _agreements(furnished: Furnished) -> tuple[str, str]:
    """The two that are over the same things: on curves, and on sums."""
    return furnished.ids["agreement"], furnished.ids["sums"]


def _is_refused_token(answer: httpx2.Response, error: str) -> None:
    _is_problem(answer, 401, "not-authenticated")
    assert f'error="{error}"' in answer.headers["WWW-Authenticate"]


def _is_problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"].rpartition("/")[2] == code
    assert problem["status"] == status
    return problem


def _without_time(answer: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}
