"""Cell schemes, releases and open data, from both clients."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from synergie.client import AsyncClient
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.publication.release import (
    OpenRelease,
    Release,
    ReleaseAge,
    ReleaseRequest,
    Thresholds,
)
from tests.client.fake import Fake
from tests.client.things import START

type Do = Callable[[Any], Any]

_PAGE = b'{"items":[],"next":null}'
_DEFINED = CellSchemeRecord.model_validate(
    {"title": "Communes", "cells": [{"id": "epci", "name": "EPCI"}]}
)
_SCHEME = CellScheme(
    **dict(_DEFINED), id="cells_1", owner="sdel-54", name="communes", version=1,
    sha256="0" * 64, updated_at=START,
)  # fmt: skip
_ASKED = ReleaseRequest(scheme="cells_1", energy="gas", period="2025")
_RELEASE = Release(
    id="rel_1", owner="sdel-54", scheme="cells_1", scheme_version=1, energy="gas", period="2025",
    version=1, start=START, end=START, released_at=START, cells=(), hidden=(), optimal=True,
    not_counted=0, outside=0, twice=0, rules=(), agreements=(), open_data=True,
    thresholds=Thresholds(min_points=11, min_enterprises=3, max_share=0.85),
    licence="etalab-2.0", sha256="0" * 64,
)  # fmt: skip
_OPEN = OpenRelease(
    title="x", publisher="x", licence_url="x", release=_RELEASE, fields={},
    freshness=ReleaseAge(data_until=START, released_at=START, age_days=1),
)  # fmt: skip

ROWS: list[tuple[Do, str, str, bytes]] = [
    (lambda c: c.aggregates.schemes(), "GET /v1/cell-schemes", "", _PAGE),
    (
        lambda c: c.aggregates.scheme("communes"),
        "GET /v1/cell-schemes/communes",
        "",
        _SCHEME.model_dump_json().encode(),
    ),
    (
        lambda c: c.aggregates.save_scheme("communes", _DEFINED),
        "PUT /v1/cell-schemes/communes",
        "",
        _SCHEME.model_dump_json().encode(),
    ),
    (
        lambda c: c.aggregates.publish(_ASKED),
        "POST /v1/releases",
        "",
        _RELEASE.model_dump_json().encode(),
    ),
    (lambda c: c.aggregates.releases(), "GET /v1/releases", "", _PAGE),
    (
        lambda c: c.aggregates.releases(agreement="agr_1"),
        "GET /v1/releases",
        "agreement=agr_1",
        _PAGE,
    ),
    (
        lambda c: c.aggregates.release("rel_1", agreement="agr_1"),
        "GET /v1/releases/rel_1",
        "agreement=agr_1",
        _RELEASE.model_dump_json().encode(),
    ),
    (lambda c: c.aggregates.open_releases(), "GET /open/releases", "", _PAGE),
    (
        lambda c: c.aggregates.open_release("rel_1"),
        "GET /open/releases/rel_1",
        "",
        _OPEN.model_dump_json().encode(),
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
        got = asyncio.run(_awaited(fake.async_client(), do))
    else:
        with fake.client() as client:
            got = do(client)
            got = got if hasattr(got, "model_dump") else list(got)
    (seen,) = fake.seen
    assert "&".join(f"{name}={value}" for name, value in seen.queries) == query
    assert ("idempotency-key" in seen.headers) == (method == "POST")
    assert got == [] or got.model_dump_json().encode() == body
