"""Calls of alerts: each goes where it should, by both clients, and bears what was said."""

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from synergie.errors import SynergieError
from tests.client.fake import Fake

type Do = Callable[[Any], Any]

LINES: list[tuple[str, Do]] = [
    ("GET /v1/alerts", lambda client: client.alerts.all(agreement="agr_1")),
    ("GET /v1/alerts/alr_1", lambda client: client.alerts.get("alr_1")),
    (
        "POST /v1/alerts/alr_1/verdict",
        lambda client: client.alerts.judge("alr_1", "false", "essai"),
    ),
    ("POST /v1/alerts/alr_1/ticket", lambda client: client.alerts.make_ticket("alr_1")),
]


@pytest.mark.parametrize(("line", "do"), LINES, ids=[line for line, _ in LINES])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_each_call_goes_where_it_should(line: str, do: Do, *, asynchronous: bool) -> None:
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, httpx2.Response(404))
    with pytest.raises(SynergieError):
        asyncio.run(_ask(fake, do)) if asynchronous else _ask_at_once(fake, do)
    (seen,) = fake.seen
    if path.endswith("/verdict"):
        assert json.loads(seen.body) == {"verdict": "false", "note": "essai"}
    if method == "GET" and path == "/v1/alerts":
        assert seen.query == {"agreement": "agr_1"}


async def _ask(fake: Fake, do: Do) -> Any:
    async with fake.async_client() as client:
        found = do(client)
        return await found if inspect.isawaitable(found) else [one async for one in found]


def _ask_at_once(fake: Fake, do: Do) -> Any:
    with fake.client() as client:
        found = do(client)
        return list(found) if hasattr(found, "pages") else found
