"""Headers of every answer, and headers of requests that would mean two things (security.md §16).

No header comes from a database: every route is asked on one engine, and the matrix serves each on
both.
"""

import re
from typing import Any

import httpx2
import pytest

from tests.access.routes import DOCUMENT, ON_SQLITE, OPERATIONS, Case, case_of
from tests.server.partner import URL
from tests.server.place import Furnished, Member

EVERY = pytest.mark.parametrize("operation", sorted(OPERATIONS))
VERBS = {"get", "put", "post", "delete", "patch"}
FORGED = {
    "Host": "evil.example",
    "Forwarded": "host=evil.example;proto=http;for=10.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/health/live",
    "X-Rewrite-URL": "/health/live",
    "X-HTTP-Method-Override": "DELETE",
}


@pytest.fixture
def case(operation: str, furnished: Furnished) -> Case:
    return case_of(operation, furnished)


def is_kept_by_nobody(answer: httpx2.Response) -> None:
    """What every answer with data, or about them, bears."""
    headers = answer.headers
    assert "no-store" in headers["Cache-Control"]
    assert {"Authorization", "DPoP"} <= {one.strip() for one in headers["Vary"].split(",")}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    for name in ("Server", "Set-Cookie", "Access-Control-Allow-Origin", "X-Powered-By"):
        assert name not in headers


@ON_SQLITE
@EVERY
def test_every_answer_of_every_route_is_kept_by_nobody(case: Case) -> None:
    served = case.call(case.right)
    refused = case.furnished.place.http.request(case.method, case.path())
    absent = case.furnished.place.http.request("TRACE", case.path())
    for answer in (served, refused, absent):
        is_kept_by_nobody(answer)
    case.resume()


@ON_SQLITE
@EVERY
def test_the_kind_of_an_answer_is_one_that_the_document_tells(case: Case, operation: str) -> None:
    method, path, _ = OPERATIONS[operation]
    told = DOCUMENT["paths"][path][method.lower()]["responses"]
    answer = case.call(case.right)
    content = told[str(answer.status_code)].get("content")
    if content is None:  # 204: there is no body to be of a kind
        assert answer.content == b""
        assert "Content-Type" not in answer.headers
    else:
        assert answer.headers["Content-Type"] in {
            f"{kind}; charset=utf-8" if kind.startswith("text/") else kind for kind in content
        }, "exactly, with no parameter but the charset of a text"
    case.resume()


def test_public_answers_set_no_cookie_and_name_no_version(furnished: Furnished) -> None:
    paths = [path for path, verbs in DOCUMENT["paths"].items() if "get" in verbs]
    for path in (*(one for one in paths if "{" not in one), "/docs", "/openapi.json"):
        answer = furnished.place.http.get(path)
        for name in ("Server", "Set-Cookie", "Access-Control-Allow-Origin"):
            assert name not in answer.headers, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in answer.headers


@ON_SQLITE
@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_another_method_is_405_and_told_which_are_allowed(furnished: Furnished, path: str) -> None:
    """RFC 9110 §15.5.6: the whole list, whichever route was looked at first.

    `…/clauses` may be an act as well, before the act is looked at: POST is known there.
    """
    target = re.sub(r"\{[^}]*\}", "x22", path)
    forms = {one: re.sub(r"\{[^}]*\}", "[^/]+", one) for one in DOCUMENT["paths"]}
    alike = [one for one, form in forms.items() if re.fullmatch(form, target)]
    known = {verb.upper() for one in alike for verb in DOCUMENT["paths"][one]}
    allowed = known | ({"HEAD"} if "GET" in known else set())
    for verb in ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        if verb in known:
            continue
        answer = furnished.place.http.request(verb, target)
        assert answer.status_code == 405, verb
        assert {one.strip() for one in answer.headers["Allow"].split(",")} == allowed, verb
        assert answer.headers["Content-Type"] == "application/problem+json"


@ON_SQLITE
@EVERY
@pytest.mark.parametrize(
    ("name", "status"), [("Authorization", 401), ("DPoP", 401), ("Content-Type", 400)]
)
def test_a_header_that_is_there_twice_is_refused(case: Case, name: str, status: int) -> None:
    answer = twice(case, name)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def twice(case: Case, name: str) -> httpx2.Response:
    """The right request with the header *name* said twice, the second time the same."""
    headers = case.right.headers(case.method, case.path()) | {"Content-Type": "application/json"}
    pairs = [*headers.items(), (name, headers[name])]
    return case.furnished.place.http.request(case.method, case.path(), headers=pairs)


@ON_SQLITE
@EVERY
def test_a_parameter_that_is_there_twice_is_refused(case: Case, operation: str) -> None:
    method, path, _ = OPERATIONS[operation]
    told = DOCUMENT["paths"][path][method.lower()].get("parameters", ())
    for one in told:
        if one["in"] == "query" and "array" not in str(one["schema"]):
            target = case.path().partition("?")[0]
            answer = case.right.call(method, f"{target}?{one['name']}=1&{one['name']}=1")
            assert answer.status_code == 422, answer.text
            places = [fault["where"] for fault in answer.json()["faults"]]
            assert f"query {one['name']}" in places


def test_forged_addresses_change_nothing(furnished: Furnished) -> None:
    http, owner = furnished.place.http, furnished.owner
    for path in ("/.well-known/oauth-authorization-server", "/openapi.json"):
        usual, forged = http.get(path), http.get(path, headers=FORGED)
        assert forged.content == usual.content
        assert b"evil" not in forged.content
    read = owner.get(f"/v1/sites/{furnished.ids['site']}", headers=FORGED)
    assert read.status_code == 200
    assert "evil" not in str(read.headers)
    challenge = http.get("/v1/sites", headers=FORGED).headers["WWW-Authenticate"]
    assert f'resource_metadata="{URL}/.well-known/' in challenge


def test_a_proof_for_a_forged_address_is_refused(furnished: Furnished) -> None:
    owner: Member = furnished.owner
    for url in ("https://evil.example/v1/sites", "http://api.synergie.test/v1/sites"):
        headers = owner.partner.presenting(owner.usual(), method="GET", url=url)
        answer = furnished.place.http.get("/v1/sites", headers=headers | FORGED)
        assert answer.status_code == 401


def test_an_origin_is_given_nothing(furnished: Furnished) -> None:
    asked: dict[str, Any] = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
    }
    answer = furnished.place.http.request("OPTIONS", "/v1/sites", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
