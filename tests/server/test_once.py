"""The same request sent again acts once (promises P2 and P3)."""

import json
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from tests.server.place import Furnished, curve, site, terms


@pytest.fixture
def key() -> str:
    return token_hex(8)


def bodies(furnished: Furnished) -> dict[str, tuple[Any, Any]]:
    """Path of a creating POST → two bodies that it takes."""
    series, name = furnished.ids["series"], token_hex(4)
    first, second = (int(name, 16) + i for i in range(2))
    period = {"data_period": {"start": "2021-01-01T00:00:00Z"}}
    return {
        "/v1/sites": ({"items": [site(name)]}, {"items": [site(name, name="B")]}),
        "/v1/curves": (curve(series, values=[first]), curve(series, values=[second])),
        "/v1/agreements": (
            terms(furnished.owner, furnished.partner),
            terms(furnished.owner, furnished.partner, **period),
        ),
    }


PATHS = ("/v1/sites", "/v1/curves", "/v1/agreements")


@pytest.mark.parametrize("path", PATHS)
def test_the_same_key_and_body_give_the_same_bytes(
    furnished: Furnished, path: str, key: str
) -> None:
    body, _ = bodies(furnished)[path]
    first, again = (furnished.owner.post(path, body, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


@pytest.mark.parametrize("path", PATHS)
def test_the_same_key_with_another_body_is_422(furnished: Furnished, path: str, key: str) -> None:
    body, other = bodies(furnished)[path]
    furnished.owner.post(path, body, key=key)
    answer = furnished.owner.post(path, other, key=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/idempotency-key-reused")


def test_the_same_key_on_another_path_is_422(furnished: Furnished, key: str) -> None:
    furnished.owner.post("/v1/sites", {"items": [site(key)]}, key=key)
    answer = furnished.owner.post("/v1/sites?mode=keep", {"items": [site(key)]}, key=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/idempotency-key-reused")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "told",
    [None, "", "bare", '"open', 'a"b"', '""', '"a\\b"', '"' + "x" * 256 + '"', '"a", "b"'],
)
def test_a_key_that_is_missing_or_not_in_quotes_is_400(
    furnished: Furnished, path: str, told: str | None
) -> None:
    body, _ = bodies(furnished)[path]
    headers = furnished.owner.headers("POST", path) | {"Content-Type": "application/json"}
    if told is not None:
        headers["Idempotency-Key"] = told
    answer = furnished.place.http.post(path, content=json.dumps(body), headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["faults"][0]["where"] == "header Idempotency-Key"


@pytest.mark.parametrize("told", ["x", "x" * 255, r"a\"b\\c", "a b;c=1"])
def test_a_key_is_a_structured_field_string(furnished: Furnished, told: str) -> None:
    answer = furnished.owner.post("/v1/sites", {"items": [site()]}, key=told)
    assert answer.status_code in (200, 201)


def test_keys_are_each_clients_own(furnished: Furnished, key: str) -> None:
    for member in (furnished.owner, furnished.stranger):
        answer = member.post("/v1/sites", {"items": [site(key)]}, key=key)
        assert answer.status_code == 201
        assert answer.json()["owner"] == member.organisation


def test_another_key_with_the_same_content_gives_the_first_receipt(furnished: Furnished) -> None:
    body = {"items": [site(token_hex(4))]}
    first = furnished.owner.post("/v1/sites", body)
    again = furnished.owner.post("/v1/sites", json.dumps(body, indent=8).encode())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"replayed": True}


def test_what_was_refused_may_be_repaired_and_sent_with_its_key(
    furnished: Furnished, key: str
) -> None:
    assert furnished.owner.post("/v1/sites", {"items": [7]}, key=key).status_code == 422
    assert furnished.owner.post("/v1/sites", {"items": [site(key)]}, key=key).status_code == 201


def test_a_storm_of_the_same_request_acts_once(live: Furnished) -> None:
    body = {"items": [site("STORM")]}
    live.owner.usual()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: live.owner.post("/v1/sites", body, key="storm"), range(24))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    found = [one for one in live.owner.every("/v1/sites") if one["external_id"] == "STORM"]
    assert len(found) == 1


def test_a_storm_of_the_same_content_acts_once(live: Furnished) -> None:
    body = curve(live.ids["series"], values=[5, 6, 7], start="2026-10-01T00:00:00Z")
    live.owner.usual()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: live.owner.post("/v1/curves", body), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] * 23 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
