"""Contracts from programs: each call of both clients goes where it should."""

import asyncio
from typing import Any

import httpx2
import pytest

from synergie.contract.records.document import ContractRequest, StatementRequest
from synergie.errors import SynergieError
from tests.client.fake import Fake
from tests.contract.made import YEAR
from tests.server.contracting import terms

REQUEST = ContractRequest(contract=terms("syndicat", "constructeur", "CPE", "CPE-1"))
ROWS: list[tuple[str, tuple[Any, ...], str]] = [
    ("get", ("ctr_1",), "GET /v1/contracts/ctr_1"),
    ("create", (REQUEST,), "POST /v1/contracts"),
    ("sign", ("ctr_1", "x" * 20), "POST /v1/contracts/ctr_1/sign"),
    (
        "create_statement",
        ("ctr_1", StatementRequest(year=YEAR)),
        "POST /v1/contracts/ctr_1/statements",
    ),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("name", "sent", "line"), ROWS, ids=[line for *_, line in ROWS])
def test_each_call_goes_where_it_should(
    name: str, sent: tuple[Any, ...], line: str, *, asynchronous: bool
) -> None:
    """The answer says "not found": what is looked at is what was asked."""
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, httpx2.Response(404))
    call = call_async if asynchronous else call_sync
    with pytest.raises(SynergieError):
        call(fake, name, sent)
    (seen,) = fake.seen
    assert ("idempotency-key" in seen.headers) == (method == "POST")


def call_sync(fake: Fake, name: str, sent: tuple[Any, ...]) -> None:
    with fake.client() as client:
        book: Any = client.contracts  # type: ignore[attr-defined]  # as the application declares it
        getattr(book, name)(*sent)


def call_async(fake: Fake, name: str, sent: tuple[Any, ...]) -> None:
    async def call() -> None:
        async with fake.async_client() as client:
            book: Any = client.contracts  # type: ignore[attr-defined]  # the same
            await getattr(book, name)(*sent)

    asyncio.run(call())
