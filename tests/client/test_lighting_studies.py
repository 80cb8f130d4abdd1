"""A joint study from programs, both clients against the real server; each call as it is sent."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from synergie.client import AsyncClient, Client
from synergie.errors import BadInput, Conflict, NotAllowed, SynergieError
from synergie.lighting.client.studies import LightingStudies
from synergie.lighting.plan.compare import compare
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.exchange import JointStudyRecord
from synergie.lighting.records.kept import ComparisonRequest, KeptProblem
from synergie.lighting.records.options import OptionsRecord
from synergie.lighting.records.part import StudyPart
from synergie.lighting.records.voice import ConsultationRecord, WeighingRequest
from synergie.lighting.records.weighing import GroupVoice, LightingVoices, ValueBounds, Weighing
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.storage.store import Store
from synergie.testing import Running, server
from tests.client.fake import Fake
from tests.exchange.studying import owned
from tests.server import lighting
from tests.server.place import cabinet, light_point

BODIES = ("aulnes", "bouleaux")
RECORD = JointStudyRecord.model_validate(lighting.record())
BOUNDS = tuple(ValueBounds.model_validate(one) for one in lighting.BOUNDS)
OPTIONS = OptionsRecord.model_validate(lighting.options())
POLL = ConsultationRecord.model_validate(lighting.consulted())
COUNCIL = GroupVoice.model_validate(lighting.council())

type Do = Callable[[Any], Any]


def _part() -> StudyPart:
    view: dict[str, Any] = {
        "body": "aulnes", "name": "x", "criteria": [], "bounds": [], "options": None,
        "scenarios": [], "shared": [], "bodies": 1, "seal": "0" * 64,
    }  # fmt: skip
    return StudyPart.model_validate(
        {
            "study": "lst_1", "comparison": "lcp_1", "body": "aulnes", "state": "collected",
            "retained": None, "view": view, "sha256": "0" * 64, "spoke": False,
        }
    )  # fmt: skip


def _request() -> ComparisonRequest:
    sent = json.dumps(lighting.request(owned("aulnes")))
    return ComparisonRequest.model_validate_json(sent)


ONE = "/v1/lighting-studies/lst_1"
KEPT = f"{ONE}/comparisons/lcp_1"
ROWS: list[tuple[Do, str]] = [
    (lambda c: c.lighting_studies.all(), "GET /v1/lighting-studies"),
    (lambda c: c.lighting_studies.create(RECORD), "POST /v1/lighting-studies"),
    (lambda c: c.lighting_studies.get("lst_1"), f"GET {ONE}"),
    (lambda c: c.lighting_studies.change("lst_1", RECORD), f"PUT {ONE}"),
    (lambda c: c.lighting_studies.invite("lst_1", ["aulnes"]), f"PUT {ONE}/bodies"),
    (lambda c: c.lighting_studies.propose("lst_1", "lcp_1"), f"POST {ONE}/propose"),
    (lambda c: c.lighting_studies.withdraw("lst_1"), f"POST {ONE}/withdraw"),
    (lambda c: c.lighting_studies.collect("lst_1"), f"POST {ONE}/collect"),
    (lambda c: c.lighting_studies.adopt("lst_1", "lcp_1", "s2"), f"POST {ONE}/adopt"),
    (lambda c: c.lighting_studies.close("lst_1"), f"POST {ONE}/close"),
    (lambda c: c.lighting_studies.inputs("lst_1"), f"GET {ONE}/inputs"),
    (lambda c: c.lighting_studies.publish_options("lst_1", OPTIONS), f"POST {ONE}/options"),
    (lambda c: c.lighting_studies.options("lst_1"), f"GET {ONE}/options"),
    (lambda c: c.lighting_studies.published("lst_1", "opt_1"), f"GET {ONE}/options/opt_1"),
    (lambda c: c.lighting_studies.keep("lst_1", _request()), f"POST {ONE}/comparisons"),
    (lambda c: c.lighting_studies.comparisons("lst_1"), f"GET {ONE}/comparisons"),
    (lambda c: c.lighting_studies.comparison("lst_1", "lcp_1"), f"GET {KEPT}"),
    (lambda c: c.lighting_studies.problem("lst_1", "lcp_1"), f"GET {KEPT}/problem"),
    (lambda c: c.lighting_studies.parts("lst_1", "lcp_1"), f"GET {KEPT}/parts"),
    (lambda c: c.lighting_studies.part("lst_1", "lcp_1"), f"GET {KEPT}/part"),
    (lambda c: c.lighting_studies.speak(_part(), [COUNCIL]), f"POST {KEPT}/voice"),
    (lambda c: c.lighting_studies.voice("lst_1", "lcp_1"), f"GET {KEPT}/voice"),
    (lambda c: c.lighting_studies.withdraw_voice("lst_1", "lcp_1"), f"POST {KEPT}/voice/withdraw"),
    (lambda c: c.lighting_studies.voices("lst_1", "lcp_1"), f"GET {KEPT}/voices"),
    (
        lambda c: c.lighting_studies.keep_weighing("lst_1", "lcp_1", _weighing(["a:b"])),
        f"PUT {KEPT}/weighing",
    ),
    (lambda c: c.lighting_studies.weighing("lst_1", "lcp_1"), f"GET {KEPT}/weighing"),
    (lambda c: c.lighting_studies.accept(_part(), "s2"), f"POST {KEPT}/answer"),
    (lambda c: c.lighting_studies.decline(_part(), "s2"), f"POST {KEPT}/answer"),
    (lambda c: c.lighting_studies.withdraw_answer(_part()), f"POST {KEPT}/answer/withdraw"),
    (lambda c: c.lighting_studies.publish_consultation("lst_1", POLL), f"POST {ONE}/consultations"),
    (lambda c: c.lighting_studies.consultations("lst_1"), f"GET {ONE}/consultations"),
    (lambda c: c.lighting_studies.consultation("lst_1", "cst_1"), f"GET {ONE}/consultations/cst_1"),
]


def _weighing(groups: list[str]) -> Weighing:
    return WeighingRequest.model_validate(lighting.weighed(groups)).weighing


@pytest.mark.parametrize(
    ("do", "line"), ROWS, ids=[f"{n:02d} {line}" for n, (_, line) in enumerate(ROWS)]
)
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


@pytest.fixture
def running(store: Store) -> Iterator[Running]:
    with server(store) as made:
        yield made


def declared(client: Client, owner: str) -> tuple[str, ...]:
    """A cabinet of *owner* with a light point; the identifier of the cabinet."""
    _, box, _, lamp = owned(owner)
    receipt = client.publish_cabinets([CabinetRecord.model_validate(cabinet(box))])
    lamps = [LightPointRecord.model_validate(light_point(lamp, cabinet=box))]
    client.publish_light_points(lamps)
    return tuple(one.id for one in receipt.items)


def opened(running: Running, owner: str, cabinets: tuple[str, ...]) -> Terms:
    """What a body opens to the coordinator."""
    now = running.now()
    return Terms(
        owner=owner,
        recipient="syndicat",
        title="Éclairer mieux",
        datasets=("assets",),
        selector=Selector(cabinets=cabinets),
        granularity="day",
        purpose="lighting_planning",
        legal_basis="contract",
        data_period=Period(start=now - timedelta(days=3650)),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=90),
        retention_days=365,
    )


def joined(running: Running, syndicat: Client, study: str) -> dict[str, Client]:
    """Each body with a cabinet, a light point and an agreement."""
    bodies = {name: running.client(name) for name in BODIES}
    syndicat.lighting_studies.invite(study, BODIES)
    for name, client in bodies.items():
        draft = client.draft(opened(running, name, declared(client, name)))
        client.propose(draft.id)
        syndicat.accept(draft.id)
    return bodies


def by_hand(comparison: LightingComparison, voices: LightingVoices) -> Weighing:
    """A weighing of what was said, as anybody may compute one."""
    assert comparison.scenarios[2].scenario == "s2"
    return _weighing([one.group for one in voices.groups])


def test_a_study_from_its_announcement_to_what_is_retained(running: Running) -> None:
    syndicat = running.client("syndicat")
    book = syndicat.lighting_studies
    made = book.create(RECORD)
    options = book.publish_options(made.id, OPTIONS)
    bodies = joined(running, syndicat, made.id)
    assert [one.cabinets for one in book.inputs(made.id).opened] == [1, 1]
    problem = lighting.study(*map(owned, BODIES))
    kept = book.compute(made.id, problem, compare, BOUNDS)
    assert kept.options == options.id
    assert book.reproduced(made.id, kept.id, compare)
    book.propose(made.id, kept.id)
    for client in bodies.values():
        mine = client.lighting_studies
        assert mine.published(made.id, options.id).record == OPTIONS
        part = mine.part(made.id, kept.id)
        mine.speak(part, [COUNCIL])
        assert mine.voice(made.id, kept.id).groups == (COUNCIL,)
        assert not mine.withdraw_voice(made.id, kept.id).spoke
        mine.speak(part, [COUNCIL])
    poll = bodies["aulnes"].lighting_studies.publish_consultation(made.id, POLL)
    assert bodies["bouleaux"].lighting_studies.consultation(made.id, poll.id).record == POLL
    _retained(book, bodies, made.id, kept.id)
    with pytest.raises(NotAllowed):
        bodies["aulnes"].lighting_studies.comparison(made.id, kept.id)


def _retained(book: LightingStudies, bodies: dict[str, Client], study: str, kept: str) -> None:
    """Voices are collected and weighed, and every body takes a scenario."""
    book.collect(study)
    done = book.weigh(study, kept, by_hand)
    for client in bodies.values():
        mine = client.lighting_studies
        read = mine.weighing(study, kept)
        assert (read.groups, read.weighing.detail) == (done.groups, "rounded")
        part = mine.part(study, kept)
        assert mine.accept(part, "s2").answer
        mine.withdraw_answer(part)
        mine.accept(part, "s2", reason="Délibération du 3 juin")
    assert [one.answer is not None for one in book.parts(study, kept)] == [True] * 2
    assert book.adopt(study, kept, "s2").scenario == "s2"
    assert [one.id for one in book.comparisons(study)] == [kept]
    assert [one.id for one in book] == [study]


def test_the_asynchronous_client_computes_and_reproduces_as_well(running: Running) -> None:
    declared(running.client("syndicat"), "aulnes")

    async def story() -> None:
        auth = running.auth("syndicat", program="autre")
        async with AsyncClient(running.url, auth) as client:
            book = client.lighting_studies
            made = await book.create(RECORD)
            await book.publish_options(made.id, OPTIONS)
            await book.invite(made.id, ["syndicat"])
            problem = lighting.study(("syndicat", *owned("aulnes")[1:]))
            kept = await book.compute(made.id, problem, compare, BOUNDS)
            assert await book.reproduced(made.id, kept.id, compare)
            await book.propose(made.id, kept.id)
            part = await book.part(made.id, kept.id)
            await book.speak(part, [COUNCIL])
            await book.collect(made.id)
            assert (await book.weigh(made.id, kept.id, by_hand)).weighing.robust == ("s2",)
            assert (await book.decline(part, "s2", reason="Trop tôt")).answer
            with pytest.raises(Conflict):
                await book.accept(part, "s2")
            assert (await book.withdraw(made.id)).state == "open"
            assert [one.id async for one in book] == [made.id]
            assert (await book.close(made.id)).state == "closed"

    asyncio.run(story())


def test_a_study_that_is_not_the_one_of_its_digest_is_not_compared() -> None:
    problem = lighting.study(owned("aulnes"))
    told = KeptProblem(study="lst_1", comparison="lcp_1", problem=problem, problem_sha256="0" * 64)
    zeros = dict.fromkeys(("problem_sha256", "comparison_sha256", "seal"), "0" * 64)
    kept: dict[str, Any] = {
        "id": "lcp_1", "study": "lst_1", "kept_at": "2026-11-25T10:00:00Z", "synergie": "1",
        "nonce": "x", "options": None, "opened": [], "missing": [], "bounds": [],
    }  # fmt: skip
    fake = Fake()
    for path, body in (
        (KEPT, json.dumps(kept | zeros)),
        (f"{KEPT}/problem", told.model_dump_json()),
    ):
        fake.on("GET", path, httpx2.Response(200, content=body.encode()))
    with fake.client() as client, pytest.raises(BadInput, match="digest of the problem"):
        client.lighting_studies.reproduced("lst_1", "lcp_1", compare)
