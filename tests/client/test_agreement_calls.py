"""Versions and papers of agreements, consents and perimeters, from both clients."""

import asyncio
import inspect
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from joserfc import jws

from synergie.client import AsyncClient
from synergie.errors import BadInput
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.trust.consent import ConsentRecord
from tests.client.fake import Fake
from tests.client.things import START, agreement, terms

type Do = Callable[[Any], Any]

_ONE = "/v1/agreements/agr_0001"
_AGREEMENT = agreement().model_dump_json().encode()
_PAGE = b'{"items":[],"next":null}'
_GIVEN = ConsentRecord(
    subject="0" * 32, supply_points=("sp_1",), purpose="joint_purchase", granularity="raw",
    given_at=START,
)  # fmt: skip
_CONSENT = json.dumps(
    {
        **_GIVEN.model_dump(mode="json"), "id": "con_1", "owner": "sdel-54",
        "recorded_at": "2026-01-01T00:00:00Z",
    }
).encode()  # fmt: skip
_LISTED = NamedPerimeterRecord(name="Écoles", sites=("site_1",))
_PERIMETER = json.dumps(
    {
        **_LISTED.model_dump(mode="json"), "id": "per_1", "version": 2, "owner": "sdel-54",
        "saved_at": "2026-01-01T00:00:00Z",
    }
).encode()  # fmt: skip
_CLAUSES = json.dumps(
    {"agreement": "agr_0001", "version": 1, "terms_sha256": "0" * 64, "clauses": []}
).encode()

_PROOF = json.dumps(
    {
        "agreement": "agr_0001", "version": 1, "signed_text": "{}", "terms_sha256": "0" * 64,
        "signatures": [], "keys": [],
    }
).encode()  # fmt: skip

ROWS: list[tuple[Do, str, str, bytes]] = [
    (
        lambda c: c.agreements(changed_since=START),
        "GET /v1/agreements",
        "changed_since=2026-01-01T00:00:00Z",
        _PAGE,
    ),
    (lambda c: c.agreement("agr_0001", version=2), f"GET {_ONE}", "version=2", _AGREEMENT),
    (lambda c: c.agreement_versions("agr_0001"), f"GET {_ONE}/versions", "", _PAGE),
    (lambda c: c.redraft("agr_0001", terms()), f"POST {_ONE}/versions", "", _AGREEMENT),
    (lambda c: c.papers.clauses("agr_0001"), f"GET {_ONE}/clauses", "", _CLAUSES),
    (lambda c: c.papers.proof("agr_0001"), f"GET {_ONE}/proof", "", _PROOF),
    (lambda c: c.papers.odrl("agr_0001", version=1), f"GET {_ONE}/odrl", "version=1", b"{}"),
    (lambda c: c.papers.html("agr_0001"), f"GET {_ONE}/document.html", "", b"<!DOCTYPE html>"),
    (lambda c: c.papers.pdf("agr_0001"), f"GET {_ONE}/document.pdf", "", b"%PDF-1.7"),
    (lambda c: c.consents.all(), "GET /v1/consents", "", _PAGE),
    (lambda c: c.consents.get("con_1"), "GET /v1/consents/con_1", "", _CONSENT),
    (lambda c: c.consents.give(_GIVEN), "POST /v1/consents", "", _CONSENT),
    (lambda c: c.consents.withdraw("con_1"), "POST /v1/consents/con_1/withdraw", "", _CONSENT),
    (lambda c: c.perimeters.all(), "GET /v1/perimeters", "", _PAGE),
    (lambda c: c.perimeters.save(_LISTED), "PUT /v1/perimeters", "", _PERIMETER),
    (lambda c: c.perimeters.get("per_1"), "GET /v1/perimeters/per_1", "", _PERIMETER),
    (
        lambda c: c.perimeters.get("per_1", version=1),
        "GET /v1/perimeters/per_1",
        "version=1",
        _PERIMETER,
    ),
]


async def _awaited(client: AsyncClient, do: Do) -> Any:
    async with client:
        got = do(client)
        return await got if inspect.isawaitable(got) else [item async for item in got]


@pytest.mark.parametrize(
    ("do", "line", "query", "body"), ROWS, ids=[f"{row[1]} {row[2]}" for row in ROWS]
)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_each_call_asks_what_the_api_wants(
    do: Do, line: str, query: str, body: bytes, *, asynchronous: bool
) -> None:
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, lambda _: httpx2.Response(200, content=body))
    if asynchronous:
        asyncio.run(_awaited(fake.async_client(), do))
    else:
        with fake.client() as client:
            got = do(client)
            _ = got if hasattr(got, "model_dump") else list(got)
    (seen,) = fake.seen
    assert "&".join(f"{name}={value}" for name, value in seen.queries) == query
    assert ("idempotency-key" in seen.headers) == (method == "POST")


@pytest.mark.parametrize(
    ("do", "path", "body"),
    [
        (lambda c: c.papers.odrl("agr_0001"), "odrl", b"[]"),
        (lambda c: c.papers.odrl("agr_0001"), "odrl", b"{"),
        (lambda c: c.papers.html("agr_0001"), "document.html", b"\xff"),
        (lambda c: c.papers.pdf("agr_0001"), "document.pdf", b"<html>"),
    ],
)
def test_an_answer_of_another_kind_is_said_to_be_one(do: Do, path: str, body: bytes) -> None:
    fake = Fake()
    fake.on("GET", f"{_ONE}/{path}", httpx2.Response(200, content=body))
    with fake.client() as client, pytest.raises(BadInput, match="answer of the server"):
        do(client)


def test_a_moment_without_its_zone_is_a_mistake_of_the_programmer() -> None:
    with Fake().client() as client, pytest.raises(TypeError, match="zone"):
        client.agreements(changed_since=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(("act", "version"), [("propose", 3), ("accept", 2)])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_version_that_waits_is_the_one_that_is_signed(
    act: str, version: int, *, asynchronous: bool
) -> None:
    """In force: 1. The other party proposed 2, and one's own draft is 3."""
    from synergie.schemas.trust.agreement_bytes import terms_digest

    def numbered(number: int, state: str) -> dict[str, Any]:
        digest = terms_digest("agr_0001", number, terms())
        told = agreement(
            version=number, state=state, terms_sha256=digest, version_pending=3, version_in_force=1
        )
        return told.model_dump(mode="json")

    fake = Fake()
    all_ = [numbered(1, "active"), numbered(2, "proposed"), numbered(3, "draft")]
    fake.on("GET", _ONE, httpx2.Response(200, json=all_[0]))
    fake.on("GET", f"{_ONE}/versions", httpx2.Response(200, json={"items": all_, "next": None}))
    fake.on("POST", f"{_ONE}/{act}", httpx2.Response(200, json=all_[1]))
    if asynchronous:
        asyncio.run(
            _awaited(
                fake.async_client(organisation="sdel-54"), lambda c: getattr(c, act)("agr_0001")
            )
        )
    else:
        with fake.client(organisation="sdel-54") as client:
            getattr(client, act)("agr_0001")
    sent = json.loads(fake.seen[-1].body)["signature"]
    payload = json.loads(jws.extract_compact(sent.encode()).payload)
    assert payload["version"] == version
    assert datetime.fromtimestamp(payload["iat"], UTC).year == 2026
