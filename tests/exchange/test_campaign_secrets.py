"""What a body, a coordinator or a stranger may try to learn of a campaign, and does not."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from sqlalchemy import event, text

from synergie.errors import Conflict, NotAllowed, NotFound, SynergieError
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.once import Once
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.journal import Journal
from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.progress import CampaignProgresses
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.run import CampaignPlanRequest
from synergie.policy import permit_operator
from synergie.schemas.plan import Phrase
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_audit import audit_journal
from tests.exchange.lines import register
from tests.exchange.maintaining import BODIES, Maintaining, named, problem, record, visit
from tests.exchange.people import NOW, Body, body
from tests.exchange.test_campaign_matching import order
from tests.proof.signers import Hand


@pytest.fixture
def made(store: Store) -> Maintaining:
    return Maintaining.of(store)


def _accesses(made: Maintaining, who: Body) -> list[JournalRecord]:
    page = Journal(made.store, Hand()).accesses(who.caller, now=made.now)
    return [one.record for one in page.items]


def _all(made: Maintaining) -> list[JournalRecord]:
    """The whole journal of the store."""
    with made.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        return [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]


@contextmanager
def _counted(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_a_part_holds_no_digest_that_confirms_a_guess(made: Maintaining) -> None:
    """Two of three collude with the coordinator's program: all is known but the seal's number."""
    plan = made.ready().proposed()
    run = CampaignRuns(made.store).read(made.coordinator.caller, made.id, plan, now=NOW)
    told = made.part("aulnes", plan)
    said = told.model_dump_json()
    for known in (run.problem_sha256, run.plan_sha256, run.nonce):
        assert known not in said
    names = {
        "nonce": run.nonce,
        "plan_sha256": run.plan_sha256,
        "problem_sha256": run.problem_sha256,
    }
    assert told.view.seal == run.seal == hashlib.sha256(rfc8785.dumps(names)).hexdigest()
    again = CampaignRuns(made.store).read(
        made.coordinator.caller, made.id, made.keep(problem()), now=NOW
    )
    assert again.plan_sha256 == run.plan_sha256
    assert again.seal != run.seal


def test_a_sentence_that_no_solver_says_reaches_no_body(made: Maintaining) -> None:
    asked = problem()
    plan = solve(asked)
    said = (*plan.assumptions, Phrase(text="chenes has 3 cabinets <script>"))
    named_ = (*plan.baseline, Phrase(text=plan.baseline[0].text, values=("chenes",)))
    told = made.ready().keep(
        asked, plan.model_copy(update={"assumptions": said, "baseline": named_})
    )
    made.act("propose", told)
    view = made.part("aulnes", told).view
    assert len(view.assumptions) == len(plan.assumptions) + sum(
        not one.values for one in plan.baseline
    )
    assert "chenes" not in view.model_dump_json()


def test_parts_tell_their_coordinator_no_visit(made: Maintaining) -> None:
    """Assets are read under an agreement and recorded; parts are neither."""
    plan = made.ready().proposed()
    chenes = made.bodies["chenes"]
    Agreements(made.store).act(chenes.caller, made.agreements["chenes"].id, "revoke", now=NOW)
    page = CampaignParts(made.store).page(made.coordinator.caller, made.id, plan, now=NOW)
    assert [one.body for one in page.items] == list(BODIES)
    assert "A-chenes" not in page.model_dump_json()
    mine = made.part("chenes", plan)
    assert mine.view.visits
    (theirs,) = (one for one in page.items if one.body == "chenes")
    assert theirs.sha256 == mine.sha256
    assert (theirs.view.costs, mine.view.costs) == ("exact", "at_most")
    assert theirs.view.cost_eur <= mine.view.cost_eur


def test_each_look_at_assets_is_recorded_for_their_owner_before_it_is_told(
    made: Maintaining,
) -> None:
    made.ready()
    aulnes, who, book = made.bodies["aulnes"], made.coordinator.caller, CampaignRuns(made.store)
    assert _accesses(made, aulnes) == []
    made.inputs()
    (seen,) = _accesses(made, aulnes)
    assert (seen.event, seen.dataset, seen.rows) == ("data.read", "assets", 2)
    assert (seen.by, seen.owner, seen.subjects) == ("syndicat", "aulnes", (made.id,))
    plan = made.keep(problem(("aulnes",)))
    for read in (book.read, book.problem_of):
        before = len(_accesses(made, aulnes))
        read(who, made.id, plan, now=NOW)
        assert len(_accesses(made, aulnes)) == before + 1
    assert len(_accesses(made, made.bodies["chenes"])) == 1, "the plan names none of its assets"


def test_what_cannot_be_recorded_is_not_told(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = made.ready().adopted()

    def full(*_: object, **__: object) -> None:
        raise Conflict("full", "room")

    monkeypatch.setattr(_seen, "append", full)
    who, book = made.coordinator.caller, CampaignRuns(made.store)
    for read in (
        made.inputs,
        made.progress,
        lambda: book.read(who, made.id, plan, now=NOW),
        lambda: book.problem_of(who, made.id, plan, now=NOW),
    ):
        with pytest.raises(Conflict, match="full"):
            read()


def test_a_read_that_is_not_recorded_is_found(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault planted: the test above it must then be red."""
    monkeypatch.setattr(_seen, "record_all", lambda *_, **__: None)
    made.ready().inputs()
    assert _accesses(made, made.bodies["aulnes"]) == []


@pytest.mark.usefixtures("lines")
def test_progress_is_recorded_as_a_read_of_work_orders(made: Maintaining) -> None:
    early = [visit(one, last_week=1) for one in BODIES]
    made.ready().adopted(problem(visits=early))
    made.deposit("aulnes", order("I-1", named("aulnes"), datetime(2026, 11, 4, tzinfo=UTC)))
    made.progress()
    seen = _accesses(made, made.bodies["aulnes"])[0]
    assert (seen.event, seen.dataset, seen.rows) == ("data.read", "work_orders", 1)
    before = len(_all(made))
    assert made.progress(made.bodies["aulnes"]).bodies[0].done == 1
    assert len(_all(made)) == before, "one's own is not noted"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def test_a_part_that_is_read_and_its_answers_are_recorded_for_the_coordinator(
    made: Maintaining,
) -> None:
    plan = made.ready().proposed()
    made.answer("aulnes", plan, "decline", reason="kanari-motif")
    CampaignParts(made.store).withdraw(made.bodies["aulnes"].caller, made.id, plan, now=NOW)
    made.answer("aulnes", plan)
    reads = [one for one in _accesses(made, made.coordinator) if one.event == "part.read"]
    assert {(one.by, one.subjects) for one in reads} == {("aulnes", (made.id, plan))}
    answers = [one.reason for one in _all(made) if one.event == "part.answered"]
    assert answers == ["decline", "withdrawn", "accept"]
    told = " ".join(one.model_dump_json() for one in _all(made))
    for hidden in ("A-aulnes", "zone-", "400.00", "kanari"):
        assert hidden not in told
    with made.store.read() as session:
        assert audit_journal(permit_operator(now=NOW), session).fault is None


def _news(made: Maintaining, who: Body) -> list[tuple[str, str]]:
    found, cursor = [], None
    while True:
        page = Changes(made.store).after(who.caller, cursor, now=made.now)
        found += [(one.act, one.owner) for one in page.items if one.kind == "campaign"]
        cursor = page.next
        if not page.more:
            return found


def test_bodies_hear_of_each_step_and_the_coordinator_of_each_answer(made: Maintaining) -> None:
    assert _news(made, made.bodies["chenes"]) == [("invited", "syndicat")]
    plan = made.ready().proposed()
    assert _news(made, made.bodies["aulnes"])[-1] == ("proposed", "syndicat")
    made.answer("aulnes", plan)
    assert _news(made, made.coordinator)[-1] == ("answered", "aulnes")
    assert ("answered", "aulnes") not in _news(made, made.bodies["bouleaux"])
    for owner in ("bouleaux", "chenes"):
        made.answer(owner, plan)
    made.act("adopt", plan)
    made.proposed(problem(BODIES, visit("aulnes", 2)))
    made.act("withdraw")
    told = [act for act, owner in _news(made, made.bodies["chenes"]) if owner == "syndicat"]
    assert told == ["invited", "proposed", "adopted", "proposed", "withdrawn"]
    assert _news(made, body(made.store, "etranger")) == []


def test_what_is_absent_and_what_is_not_told_cost_the_same_statements(made: Maintaining) -> None:
    plan = made.ready().keep(problem())  # not proposed
    stranger, member = body(made.store, "etranger").caller, made.bodies["aulnes"].caller
    coordinator = made.coordinator.caller
    parts, runs = CampaignParts(made.store), CampaignRuns(made.store)
    far = CampaignProgresses(made.store)
    absent = "plan_00000000000000000000", "cmp_00000000000000000000"
    other = Campaigns(made.store).create(coordinator, record(), now=NOW).id
    pairs: tuple[tuple[Callable[[], Any], Callable[[], Any]], ...] = (
        (
            lambda: parts.read(member, made.id, plan, now=NOW),
            lambda: parts.read(member, made.id, absent[0], now=NOW),
        ),
        (
            lambda: far.read(stranger, made.id, now=NOW),
            lambda: far.read(stranger, absent[1], now=NOW),
        ),
        (
            lambda: runs.inputs(stranger, made.id, now=NOW),
            lambda: runs.inputs(stranger, absent[1], now=NOW),
        ),
        (
            lambda: runs.read(coordinator, other, plan, now=NOW),
            lambda: runs.read(coordinator, other, absent[0], now=NOW),
        ),
    )
    for there, nowhere in pairs:
        counts = []
        for act in (there, nowhere):
            with _counted(made.store) as seen, pytest.raises(NotFound):
                act()
            counts.append(len(seen))
        assert counts[0] == counts[1] > 0


def test_a_narrowed_token_sees_no_campaign(made: Maintaining) -> None:
    plan = made.ready().proposed()
    one, store = made.agreements["aulnes"].id, made.store
    narrowed = replace(made.coordinator.caller, agreements=frozenset({one}))
    once = Once("syndicat-app", "k-8", "POST /v1/campaigns", "1" * 64)
    Campaigns(store).create(made.coordinator.caller, record(), once=once, now=NOW)
    request = CampaignPlanRequest(problem=problem(), plan=solve(problem()))
    for act in (
        lambda: Campaigns(store).read(narrowed, made.id, now=NOW),
        lambda: Campaigns(store).page(narrowed, now=NOW),
        lambda: Campaigns(store).create(narrowed, record(), once=once, now=NOW),
        lambda: CampaignRuns(store).inputs(narrowed, made.id, now=NOW),
        lambda: CampaignRuns(store).keep(narrowed, made.id, request, now=NOW),
        lambda: CampaignParts(store).page(narrowed, made.id, plan, now=NOW),
        lambda: CampaignProgresses(store).read(narrowed, made.id, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="token_narrower"):
            act()


def test_an_agreement_for_another_program_opens_nothing_to_this_one(made: Maintaining) -> None:
    jwks = {"keys": [made.coordinator.key.as_dict(private=False)]}
    Clients(made.store).register(
        "autre-app", "syndicat", name="Autre", jwks=jwks, scopes=SCOPES, now=NOW
    )
    made.agree("aulnes", recipient_clients=["autre-app"])
    assert ("aulnes", "unknown_client") in {(x.body, x.reason) for x in made.inputs().missing}


def test_an_agreement_on_sums_opens_no_cabinet(made: Maintaining) -> None:
    """Or of another purpose, or with another body: none of them is one of the campaign."""
    made.agree("aulnes", purpose="lighting_planning")
    with pytest.raises(NotFound):
        made.part("aulnes", "plan_22222222222222222222")
    assert {one.reason for one in made.inputs().missing} == {"no_agreement"}


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    def done(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SynergieError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(done, act) for act in acts]]


def test_of_two_answers_at_once_one_holds(made: Maintaining) -> None:
    plan = made.ready().proposed()
    told = _at_once(
        *(lambda one=said: made.answer("aulnes", plan, one) for said in ("accept", "decline") * 3)
    )
    won = {one.answer.answer for one in told if not isinstance(one, Conflict)}
    assert len(won) == 1
    assert len([one for one in _all(made) if one.event == "part.answered"]) == 1


def test_an_adoption_and_a_withdrawal_at_once_never_both_hold(made: Maintaining) -> None:
    plan = made.ready().proposed()
    for owner in BODIES:
        made.answer(owner, plan)
    who = made.bodies["aulnes"].caller
    adopted, withdrawn = _at_once(
        lambda: made.act("adopt", plan),
        lambda: CampaignParts(made.store).withdraw(who, made.id, plan, now=NOW),
    )
    assert isinstance(adopted, Conflict) != isinstance(withdrawn, Conflict)


def test_of_two_plans_with_one_key_one_is_kept(made: Maintaining) -> None:
    request = CampaignPlanRequest(problem=problem(), plan=solve(problem()))
    once = Once("syndicat-app", "k-1", f"POST /v1/campaigns/{made.id}/plans", "0" * 64)
    book, who = CampaignRuns(made.ready().store), made.coordinator.caller
    kept = _at_once(
        *[lambda: book.keep(who, made.id, request, once=once, now=NOW) for _ in range(3)]
    )
    assert len({one.id for one in kept}) == 1
    assert len(book.page(who, made.id, now=NOW).items) == 1


def test_the_same_again_changes_nothing(made: Maintaining) -> None:
    before, book, who = len(_all(made)), Campaigns(made.store), made.coordinator.caller
    assert book.change(who, made.id, record(), now=NOW).version == 1
    assert book.invite(who, made.id, BODIES, now=NOW).n_bodies == 3
    assert len(_all(made)) == before
    assert book.change(who, made.id, record(name="Autre"), now=NOW).version == 2
    assert len(_all(made)) == before + 1
