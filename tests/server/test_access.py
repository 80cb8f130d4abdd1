"""Who may call what: the matrix, generated from the OpenAPI document.

Every operation that asks for a token × {no token, wrong organisation, wrong scope, replayed proof,
expired token, right one}. A route without a row fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from synergie.schemas.scopes import SCOPES
from synergie.server.app import document
from tests.server.place import (
    Furnished,
    Member,
    cabinet,
    curve,
    light_point,
    point,
    profile,
    series,
    site,
    terms,
)

DOCUMENT = document()
PERIOD = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
REACTIVE = {"quantity": "reactive_inductive", "unit": "VAr"}
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

ABSENT = {
    "site": "site_22222222222222222222",
    "supply_point": "sp_22222222222222222222",
    "series": "ser_22222222222222222222",
    "cabinet": "cab_22222222222222222222",
    "light_point": "lp_22222222222222222222",
    "batch": "bat_22222222222222222222",
    "agreement": "agr_2222222222222222",
    "profile": "no-such-profile",
}


@dataclass(frozen=True)
class Row:
    """How an operation is called rightly, and which thing of another it could be called on.

    `path` and `body` hold `{noun}` where the identifier of a thing goes. `public`: it belongs to
    nobody, there is no wrong organisation. `own`: it only ever touches the caller's own data.
    """

    path: str
    status: int
    names: str | None = None
    body: Callable[[Furnished, dict[str, str]], Any] | None = None
    public: bool = False
    own: bool = False


def _items(item: dict[str, Any]) -> Callable[[Furnished, dict[str, str]], Any]:
    return lambda _place, _ids: {"items": [item]}


ROWS: dict[str, Row] = {
    "list_organisations": Row("/v1/organisations", 200, public=True),
    "read_organisation": Row("/v1/organisations/org-one", 200, public=True),
    "publish_sites": Row("/v1/sites", 201, body=_items(site("S9")), own=True),
    "list_sites": Row("/v1/sites?agreement={agreement}", 200, "agreement"),
    "read_site": Row("/v1/sites/{site}", 200, "site"),
    "publish_supply_points": Row(
        "/v1/supply-points", 201, body=_items(point("99000000000099")), own=True
    ),
    "list_supply_points": Row("/v1/supply-points?agreement={agreement}", 200, "agreement"),
    "read_supply_point": Row("/v1/supply-points/{supply_point}", 200, "supply_point"),
    "publish_series": Row("/v1/series", 201, body=_items(series(**REACTIVE)), own=True),
    "list_series": Row("/v1/series?agreement={agreement}", 200, "agreement"),
    "read_one_series": Row("/v1/series/{series}", 200, "series"),
    "read_curve": Row(f"/v1/series/{{series}}/curve?{PERIOD}", 200, "series"),
    "send_curves": Row(
        "/v1/curves",
        201,
        "series",
        # beside what is there: the batch that is undone below must have nothing on top of it
        body=lambda _, ids: curve(ids["series"], values=[7], start="2026-11-09T00:00:00Z"),
    ),
    "export_curves": Row(f"/v1/curves?{PERIOD}&agreement={{agreement}}", 200, "agreement"),
    "publish_cabinets": Row("/v1/cabinets", 201, body=_items(cabinet("A9")), own=True),
    "list_cabinets": Row("/v1/cabinets?agreement={agreement}", 200, "agreement"),
    "read_cabinet": Row("/v1/cabinets/{cabinet}", 200, "cabinet"),
    "publish_light_points": Row("/v1/light-points", 201, body=_items(light_point("L9")), own=True),
    "list_light_points": Row("/v1/light-points?agreement={agreement}", 200, "agreement"),
    "read_light_point": Row("/v1/light-points/{light_point}", 200, "light_point"),
    "draft_agreement": Row(
        "/v1/agreements", 201, body=lambda x, _: terms(x.owner, x.partner), own=True
    ),
    "list_agreements": Row("/v1/agreements", 200, own=True),
    "read_agreement": Row("/v1/agreements/{agreement}", 200, "agreement"),
    "act_on_agreement": Row(
        "/v1/agreements/{agreement}/suspend", 200, "agreement", body=lambda *_: {}
    ),
    "list_batches": Row("/v1/batches", 200, own=True),
    "read_batch": Row("/v1/batches/{batch}", 200, "batch"),
    "list_profiles": Row("/v1/profiles", 200, own=True),
    "read_profile": Row("/v1/profiles/{profile}", 200, "profile"),
    "save_profile": Row("/v1/profiles/autre", 200, body=lambda *_: profile(), own=True),
    "follow_changes": Row("/v1/changes?agreement={agreement}", 200, "agreement"),
    "undo_deposit": Row("/v1/deposits/{batch}/undo?dry_run=true", 200, "batch"),
    "list_freshness": Row("/v1/freshness?agreement={agreement}", 200, "agreement"),
    "list_records": Row("/v1/records/register_reading", 200, own=True),
    "deposit_file": Row(
        "/v1/deposits?name=a.csv&dry_run=true", 422, body=lambda *_: b"what is this", own=True
    ),
}


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Operation → method, path of *document*, scope; of those that ask for a token."""
    found = {}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            for scheme in operation["security"]:
                (scope,) = scheme["dpop"]
                found[operation["operationId"]] = (verb.upper(), path, scope)
    return found


OPERATIONS = operations(DOCUMENT)


@dataclass(frozen=True)
class Case:
    """One operation, ready to be called by anyone, rightly or not."""

    furnished: Furnished
    row: Row
    method: str
    scope: str

    @property
    def right(self) -> Member:
        """Who may call it: the owner, or the recipient of the agreement that a list names."""
        lists = self.row.names == "agreement" and "agreement={" in self.row.path
        return self.furnished.partner if lists else self.furnished.owner

    def path(self, ids: dict[str, str] | None = None) -> str:
        return self.row.path.format(**(ids or self.furnished.ids))

    def body(self, ids: dict[str, str] | None = None) -> Any:
        make = self.row.body
        return None if make is None else make(self.furnished, ids or self.furnished.ids)

    def call(
        self, member: Member, ids: dict[str, str] | None = None, **how: Any
    ) -> httpx2.Response:
        return member.call(self.method, self.path(ids), self.body(ids), **how)


@pytest.fixture(params=sorted(OPERATIONS))
def case(request: pytest.FixtureRequest, furnished: Furnished) -> Case:
    method, _, scope = OPERATIONS[request.param]
    assert request.param in ROWS, f"{request.param} has no row in the access matrix"
    return Case(furnished, ROWS[request.param], method, scope)


def _rows(wanted: Callable[[Row], bool]) -> list[str]:
    return sorted(name for name, row in ROWS.items() if wanted(row))


def test_each_row_says_what_a_wrong_organisation_is() -> None:
    for name, row in ROWS.items():
        assert (row.names is not None) + row.own + row.public == 1, name


def test_each_route_has_a_row_and_each_row_a_route() -> None:
    assert ROWS.keys() == OPERATIONS.keys()


def test_each_operation_asks_for_the_scope_of_its_noun() -> None:
    for name, (method, path, scope) in OPERATIONS.items():
        noun = "curves" if path.endswith("/curve") else path.split("/")[2]
        assert scope == f"{noun}:{'read' if method == 'GET' else 'write'}", name


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
        "/health/live",
        "/health/ready",
        "/introspect",
        "/jwks",
        "/revoke",
        "/token",
    }


def test_each_path_of_a_row_is_the_path_of_its_operation() -> None:
    for name, row in ROWS.items():
        parts = row.path.partition("?")[0].split("/")
        told = OPERATIONS[name][1].split("/")
        assert len(parts) == len(told), name
        assert all(t.startswith("{") or t == p for p, t in zip(parts, told, strict=True)), name


def test_without_token_it_is_401_with_a_challenge(case: Case) -> None:
    answer = case.furnished.place.http.request(case.method, case.path())
    _is_problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    assert "error=" not in answer.headers["WWW-Authenticate"]


def test_with_another_scope_it_is_403(case: Case) -> None:
    others = [scope for scope in SCOPES if scope != case.scope]
    answer = case.call(case.right, token=case.right.token(*others))
    problem = _is_problem(answer, 403, "not-allowed")
    assert problem["reason"] == case.scope
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_an_expired_token_is_401(case: Case) -> None:
    token = case.right.token(case.scope)
    case.furnished.place.clock.forward(301)
    answer = case.call(case.right, token=token)
    _is_problem(answer, 401, "not-authenticated")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_replayed_proof_is_401(case: Case) -> None:
    token = case.right.token(case.scope)
    proof = case.right.headers(case.method, case.path(), token)
    key = {"Idempotency-Key": '"replayed"', "Content-Type": "application/json"}
    first = case.call(case.right, headers=proof | key, token=token)
    again = case.call(case.right, headers=proof | key, token=token)
    assert first.status_code != 401
    _is_problem(again, 401, "not-authenticated")
    assert 'error="invalid_dpop_proof"' in again.headers["WWW-Authenticate"]
    _resumed(case)


@pytest.mark.parametrize("case", _rows(lambda row: row.names is not None), indirect=True)
def test_another_organisation_sees_what_it_would_see_if_there_were_nothing(case: Case) -> None:
    foreign = case.call(case.furnished.stranger, headers=TRACE)
    absent = case.call(case.furnished.stranger, ABSENT, headers=TRACE)
    _is_problem(foreign, 404, "not-found")
    assert foreign.content == absent.content
    assert _without_time(foreign) == _without_time(absent)


@pytest.mark.parametrize("case", _rows(lambda row: row.own), indirect=True)
def test_what_touches_ones_own_data_only_leaves_the_others_alone(case: Case) -> None:
    before = inventory(case.furnished)
    case.call(case.furnished.stranger)
    assert inventory(case.furnished) == before


def test_the_right_caller_is_served(case: Case) -> None:
    answer = case.call(case.right, token=case.right.token(case.scope))
    replayed = answer.status_code == 200 and answer.json().get("replayed")  # by another test
    assert answer.status_code == case.row.status or replayed, answer.text
    _resumed(case)


def _resumed(case: Case) -> None:
    if case.row.path.endswith("/suspend"):
        assert case.right.act(case.furnished.ids["agreement"], "resume").status_code == 200


def inventory(furnished: Furnished) -> list[Any]:
    nouns = ("sites", "supply-points", "series", "cabinets", "light-points", "batches", "profiles")
    owned = [furnished.owner.get(f"/v1/{noun}").json()["items"] for noun in nouns]
    agreements = furnished.owner.get("/v1/agreements").json()["items"]
    return [*owned, [agreement["id"] for agreement in agreements]]


def _is_problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"].rpartition("/")[2] == code
    assert problem["status"] == status
    return problem


def _without_time(answer: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}
