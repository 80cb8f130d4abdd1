"""A purchase from programs, both clients against the real server; each call as it is sent."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from synergie.client import AsyncClient, Client
from synergie.errors import BadInput, Conflict, NotAllowed, SynergieError
from synergie.purchase.plan.award import solve
from synergie.purchase.records.market import MarketRecord
from synergie.purchase.records.run import PurchaseInputs
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.storage.store import Store
from synergie.testing import Running, server
from tests.client.fake import Fake
from tests.exchange.buying import MEMBERS, lasting_offers, needs, record
from tests.exchange.marketing import forward

type Do = Callable[[Any], Any]

ROWS: list[tuple[Do, str]] = [
    (lambda c: c.purchases.all(), "GET /v1/purchases"),
    (lambda c: c.purchases.create(record()), "POST /v1/purchases"),
    (lambda c: c.purchases.get("pur_1"), "GET /v1/purchases/pur_1"),
    (lambda c: c.purchases.change("pur_1", record()), "PUT /v1/purchases/pur_1"),
    (lambda c: c.purchases.invite("pur_1", ["aulnes"]), "PUT /v1/purchases/pur_1/members"),
    (lambda c: c.purchases.close_survey("pur_1"), "POST /v1/purchases/pur_1/close_survey"),
    (lambda c: c.purchases.open_survey("pur_1"), "POST /v1/purchases/pur_1/open_survey"),
    (lambda c: c.purchases.propose("pur_1", "plan_1"), "POST /v1/purchases/pur_1/propose"),
    (lambda c: c.purchases.award("pur_1", "plan_1"), "POST /v1/purchases/pur_1/award"),
    (lambda c: c.purchases.close("pur_1"), "POST /v1/purchases/pur_1/close"),
    (lambda c: c.purchases.publish_needs("pur_1", needs("x")), "PUT /v1/purchases/pur_1/needs"),
    (lambda c: c.purchases.needs("pur_1"), "GET /v1/purchases/pur_1/needs"),
    (lambda c: c.purchases.withdraw_needs("pur_1"), "POST /v1/purchases/pur_1/needs/withdraw"),
    (lambda c: c.purchases.save_offers("pur_1", ()), "PUT /v1/purchases/pur_1/offers"),
    (lambda c: c.purchases.offers("pur_1"), "GET /v1/purchases/pur_1/offers"),
    (lambda c: c.purchases.market("pur_1"), "GET /v1/purchases/pur_1/market"),
    (
        lambda c: c.purchases.save_market("pur_1", MarketRecord(contracts=())),
        "PUT /v1/purchases/pur_1/market",
    ),
    (lambda c: c.purchases.forward("pur_1"), "GET /v1/purchases/pur_1/forward"),
    (
        lambda c: c.purchases.save_forward("pur_1", forward()),
        "PUT /v1/purchases/pur_1/forward",
    ),
    (lambda c: c.purchases.inputs("pur_1"), "GET /v1/purchases/pur_1/inputs"),
    (
        lambda c: c.purchases.inputs("pur_1", plan="plan_1"),
        "GET /v1/purchases/pur_1/plans/plan_1/inputs",
    ),
    (lambda c: c.purchases.plans("pur_1"), "GET /v1/purchases/pur_1/plans"),
    (lambda c: c.purchases.plan("pur_1", "plan_1"), "GET /v1/purchases/pur_1/plans/plan_1"),
    (lambda c: c.purchases.parts("pur_1", "plan_1"), "GET /v1/purchases/pur_1/plans/plan_1/parts"),
    (lambda c: c.purchases.part("pur_1", "plan_1"), "GET /v1/purchases/pur_1/plans/plan_1/part"),
]


@pytest.mark.parametrize(("do", "line"), ROWS, ids=[line for _, line in ROWS])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_each_call_goes_where_it_should(do: Do, line: str, *, asynchronous: bool) -> None:
    """The answer says "not found": what is looked at is what was asked."""
    fake = Fake()
    method, path = line.split(" ")
    fake.on(method, path, httpx2.Response(404))
    with pytest.raises(SynergieError):
        asyncio.run(_awaited(fake.async_client(), do)) if asynchronous else _got(fake, do)
    (seen,) = fake.seen
    assert ("idempotency-key" in seen.headers) == (method == "POST")


async def _awaited(client: AsyncClient, do: Do) -> Any:
    async with client:
        found = do(client)
        return await found if inspect.isawaitable(found) else [one async for one in found]


def _got(fake: Fake, do: Do) -> Any:
    with fake.client() as client:
        found = do(client)
        return list(found) if hasattr(found, "pages") else found


def _opened(running: Running, member: str, purchase: str) -> Terms:
    now = running.now()
    return Terms(
        owner=member,
        recipient="syndicat",
        title="Achat groupé 2028",
        datasets=("needs",),
        selector=Selector(purchases=(purchase,)),
        granularity="year",
        purpose="joint_purchase",
        legal_basis="contract",
        data_period=Period(start=now - timedelta(days=365)),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=90),
        retention_days=365,
    )


@pytest.fixture
def running(store: Store) -> Iterator[Running]:
    with server(store) as made:
        yield made


def _joined(running: Running, syndicat: Client, purchase: str) -> dict[str, Client]:
    """Each member with an agreement and needs."""
    members = {name: running.client(name) for name in MEMBERS}
    syndicat.purchases.invite(purchase, MEMBERS)
    for n, (name, client) in enumerate(members.items()):
        draft = client.draft(_opened(running, name, purchase))
        client.propose(draft.id)
        syndicat.accept(draft.id)
        client.purchases.publish_needs(purchase, needs(name, code=f"9900000000070{n}"))
        assert syndicat.purchases.needs(purchase, agreement=draft.id).member == name
    return members


def test_a_purchase_from_its_announcement_to_its_award(running: Running) -> None:
    syndicat = running.client("syndicat")
    book = syndicat.purchases
    made = book.create(record())
    members = _joined(running, syndicat, made.id)
    book.save_offers(made.id, lasting_offers().offers)
    book.close_survey(made.id)
    run = book.compute(made.id, solve)
    assert book.reproduced(made.id, run.id, solve)
    book.propose(made.id, run.id)
    for client in members.values():
        part = client.purchases.part(made.id, run.id)
        assert client.purchases.accept(part).answer
        client.purchases.withdraw_answer(part)
        client.purchases.accept(part, reason="Délibération du 3 juin")
    assert [one.answer is not None for one in book.parts(made.id, run.id)] == [True] * 3
    assert book.award(made.id, run.id).state == "awarded"
    assert [one.id for one in book.plans(made.id)] == [run.id]
    assert [one.id for one in book] == [made.id]
    with pytest.raises(NotAllowed):
        members["aulnes"].purchases.offers(made.id)


def test_the_asynchronous_client_computes_and_reproduces_as_well(running: Running) -> None:
    async def story() -> None:
        auth = running.auth("syndicat")
        async with AsyncClient(running.url, auth) as client:
            book = client.purchases
            made = await book.create(record())
            await book.invite(made.id, ["syndicat"])
            await book.publish_needs(made.id, needs("syndicat"))
            await book.save_offers(made.id, lasting_offers().offers)
            await book.close_survey(made.id)
            run = await book.compute(made.id, solve)
            assert await book.reproduced(made.id, run.id, solve)
            await book.propose(made.id, run.id)
            part = await book.part(made.id, run.id)
            assert (await book.decline(part, reason="Trop cher")).answer
            with pytest.raises(Conflict):
                await book.accept(part)
            assert [one.id async for one in book] == [made.id]
            assert (await book.close(made.id)).state == "closed"

    asyncio.run(story())


def test_a_problem_that_is_not_the_one_of_its_digest_is_not_computed() -> None:
    told = PurchaseInputs.model_validate(
        {
            "purchase": "pur_1",
            "problem": {
                "points": [],
                "lots": record().lots,
                "offers": [],
            },
            "problem_sha256": "0" * 64,
            "needs": [],
            "missing": [],
            "offers_version": 0,
            "offers_sha256": "0" * 64,
        }
    )
    fake = Fake()
    answer = httpx2.Response(200, content=told.model_dump_json().encode())
    fake.on("GET", "/v1/purchases/pur_1/inputs", answer)
    with fake.client() as client, pytest.raises(BadInput, match="digest of the problem"):
        client.purchases.compute("pur_1", solve)
