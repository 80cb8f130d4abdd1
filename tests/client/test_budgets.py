"""Calls of budgets: each goes where it should, by both clients, and bears what was asked."""

import asyncio
import inspect
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from synergie.budget.records.line import BudgetLine
from synergie.errors import SynergieError
from tests.client.fake import Fake

type Do = Callable[[Any], Any]

LINE = BudgetLine(member="Commune", service="Écoles", year=2027, vat_included=True)
WHAT_IF: dict[str, Any] = {"price": Decimal("0.25"), "price_change": Decimal(10)}
ASKED = {"year": "2027", "member": "Commune", "price": "0.25", "price_change": "10"}
LINES: list[tuple[str, Do, dict[str, str]]] = [
    ("GET /v1/budget/lines", lambda client: client.budgets, {}),
    ("PUT /v1/budget/lines", lambda client: client.budgets.replace([LINE]), {}),
    ("GET /v1/budget/actual", lambda client: client.budgets.read_actual(2026), {"year": "2026"}),
    (
        "GET /v1/budget/forecast",
        lambda client: client.budgets.forecast(2027, "Commune", **WHAT_IF),
        ASKED,
    ),
    (
        "GET /v1/budget/sheet",
        lambda client: client.budgets.read_sheet(2027, "ods", "Commune", **WHAT_IF),
        ASKED | {"form": "ods"},
    ),
]


@pytest.mark.parametrize(("line", "do", "query"), LINES, ids=[line for line, *_ in LINES])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_each_call_goes_where_it_should(
    line: str, do: Do, query: dict[str, str], *, asynchronous: bool
) -> None:
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, httpx2.Response(404))
    with pytest.raises(SynergieError):
        asyncio.run(_ask(fake, do)) if asynchronous else _ask_at_once(fake, do)
    (seen,) = fake.seen
    assert seen.query == query
    if method == "PUT":
        assert [one["service"] for one in json.loads(seen.body)["lines"]] == ["Écoles"]


async def _ask(fake: Fake, do: Do) -> Any:
    async with fake.async_client() as client:
        found = do(client)
        return await found if inspect.isawaitable(found) else [one async for one in found]


def _ask_at_once(fake: Fake, do: Do) -> Any:
    with fake.client() as client:
        found = do(client)
        return list(found) if hasattr(found, "__iter__") else found
