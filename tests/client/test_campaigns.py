"""A campaign from programs, both clients against the real server; each call as it is sent."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from synergie.client import AsyncClient, Client
from synergie.errors import BadInput, Conflict, NotAllowed, SynergieError
from synergie.maintenance.plan.rounds import solve as rounds_of
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.run import CampaignProblem, CampaignRun
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.storage.store import Store
from synergie.testing import Running, server
from tests.client.fake import Fake
from tests.exchange.maintaining import cabinet, named, problem, record
from tests.server.maintaining import rounds_problem

BODIES = ("aulnes", "bouleaux")

type Do = Callable[[Any], Any]

PLAN = "/v1/campaigns/cmp_1/plans/plan_1"
ROWS: list[tuple[Do, str]] = [
    (lambda c: c.campaigns.all(), "GET /v1/campaigns"),
    (lambda c: c.campaigns.create(record()), "POST /v1/campaigns"),
    (lambda c: c.campaigns.get("cmp_1"), "GET /v1/campaigns/cmp_1"),
    (lambda c: c.campaigns.change("cmp_1", record()), "PUT /v1/campaigns/cmp_1"),
    (lambda c: c.campaigns.invite("cmp_1", ["aulnes"]), "PUT /v1/campaigns/cmp_1/bodies"),
    (lambda c: c.campaigns.propose("cmp_1", "plan_1"), "POST /v1/campaigns/cmp_1/propose"),
    (lambda c: c.campaigns.withdraw("cmp_1"), "POST /v1/campaigns/cmp_1/withdraw"),
    (lambda c: c.campaigns.adopt("cmp_1", "plan_1"), "POST /v1/campaigns/cmp_1/adopt"),
    (lambda c: c.campaigns.close("cmp_1"), "POST /v1/campaigns/cmp_1/close"),
    (lambda c: c.campaigns.inputs("cmp_1"), "GET /v1/campaigns/cmp_1/inputs"),
    (lambda c: c.campaigns.progress("cmp_1"), "GET /v1/campaigns/cmp_1/progress"),
    (lambda c: c.campaigns.plans("cmp_1"), "GET /v1/campaigns/cmp_1/plans"),
    (lambda c: c.campaigns.plan("cmp_1", "plan_1"), f"GET {PLAN}"),
    (lambda c: c.campaigns.problem("cmp_1", "plan_1"), f"GET {PLAN}/problem"),
    (lambda c: c.campaigns.parts("cmp_1", "plan_1"), f"GET {PLAN}/parts"),
    (lambda c: c.campaigns.part("cmp_1", "plan_1"), f"GET {PLAN}/part"),
    (lambda c: c.campaigns.rounds("cmp_1"), "GET /v1/campaigns/cmp_1/rounds"),
    (lambda c: c.campaigns.rounds_whole("cmp_1", "rnd_1"), "GET /v1/campaigns/cmp_1/rounds/rnd_1"),
    (
        lambda c: c.campaigns.rounds_part("cmp_1", "rnd_1"),
        "GET /v1/campaigns/cmp_1/rounds/rnd_1/part",
    ),
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


def opened(running: Running, owner: str, cabinets: tuple[str, ...]) -> Terms:
    """What a body opens to the coordinator."""
    now = running.now()
    return Terms(
        owner=owner,
        recipient="syndicat",
        title="Entretien en commun 2027",
        datasets=("assets", "work_orders"),
        selector=Selector(cabinets=cabinets),
        granularity="day",
        purpose="joint_maintenance",
        legal_basis="contract",
        data_period=Period(start=now - timedelta(days=3650)),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=90),
        retention_days=365,
    )


@pytest.fixture
def running(store: Store) -> Iterator[Running]:
    with server(store) as made:
        yield made


def joined(running: Running, syndicat: Client, campaign: str) -> dict[str, Client]:
    """Each body with a cabinet and an agreement."""
    bodies = {name: running.client(name) for name in BODIES}
    syndicat.campaigns.invite(campaign, BODIES)
    for name, client in bodies.items():
        receipt = client.publish_cabinets([cabinet(named(name))])
        draft = client.draft(opened(running, name, tuple(one.id for one in receipt.items)))
        client.propose(draft.id)
        syndicat.accept(draft.id)
    return bodies


def test_a_campaign_from_its_announcement_to_what_is_done(running: Running) -> None:
    syndicat = running.client("syndicat")
    book = syndicat.campaigns
    made = book.create(record())
    bodies = joined(running, syndicat, made.id)
    assert [one.cabinets for one in book.inputs(made.id).opened] == [1, 1]
    run = book.compute(made.id, problem(BODIES), solve)
    assert book.reproduced(made.id, run.id, solve)
    book.propose(made.id, run.id)
    for client in bodies.values():
        part = client.campaigns.part(made.id, run.id)
        assert client.campaigns.accept(part).answer
        client.campaigns.withdraw_answer(part)
        client.campaigns.accept(part, reason="Délibération du 3 juin")
    assert [one.answer is not None for one in book.parts(made.id, run.id)] == [True] * 2
    assert book.adopt(made.id, run.id).state == "adopted"
    assert [one.planned for one in book.progress(made.id).bodies] == [1, 1]
    day = rounds_problem(*((name, named(name)) for name in BODIES))
    tour = book.keep_rounds(made.id, day, rounds_of(day, iterations=20))
    assert [one.id for one in bodies["bouleaux"].campaigns.rounds(made.id)] == [tour.id]
    (stop,) = bodies["bouleaux"].campaigns.rounds_part(made.id, tour.id).stops
    assert (stop.asset, stop.organisation) == (named("bouleaux"), "aulnes")
    assert book.rounds_whole(made.id, tour.id).problem == day
    assert [one.id for one in book.plans(made.id)] == [run.id]
    assert [one.id for one in book] == [made.id]
    with pytest.raises(NotAllowed):
        bodies["aulnes"].campaigns.plan(made.id, run.id)


def test_the_asynchronous_client_computes_and_reproduces_as_well(running: Running) -> None:
    syndicat = running.client("syndicat")
    syndicat.publish_cabinets([cabinet(named("syndicat"))])

    async def story() -> None:
        auth = running.auth("syndicat", program="autre")
        async with AsyncClient(running.url, auth) as client:
            book = client.campaigns
            made = await book.create(record())
            await book.invite(made.id, ["syndicat"])
            run = await book.compute(made.id, problem(("syndicat",)), solve)
            assert await book.reproduced(made.id, run.id, solve)
            await book.propose(made.id, run.id)
            part = await book.part(made.id, run.id)
            assert (await book.decline(part, reason="Trop tôt")).answer
            with pytest.raises(Conflict):
                await book.accept(part)
            assert (await book.withdraw(made.id)).state == "open"
            assert [one.id async for one in book] == [made.id]
            assert (await book.close(made.id)).state == "closed"

    asyncio.run(story())


def test_a_problem_that_is_not_the_one_of_its_digest_is_not_computed() -> None:
    told = CampaignProblem(
        campaign="cmp_1", plan="plan_1", problem=problem(BODIES), problem_sha256="0" * 64
    )
    run = CampaignRun.model_validate(
        {
            "id": "plan_1",
            "campaign": "cmp_1",
            "kept_at": "2026-11-25T10:00:00Z",
            "solver": "HiGHS",
            "problem_sha256": "0" * 64,
            "plan_sha256": "0" * 64,
            "nonce": "x",
            "seal": "0" * 64,
            "replaces": None,
            "opened": [],
            "missing": [],
        }
    )
    fake = Fake()
    for path, body in ((PLAN, run), (f"{PLAN}/problem", told)):
        answer = httpx2.Response(200, content=body.model_dump_json().encode())
        fake.on("GET", path, answer)
    with fake.client() as client, pytest.raises(BadInput, match="digest of the problem"):
        client.campaigns.reproduced("cmp_1", "plan_1", solve)
