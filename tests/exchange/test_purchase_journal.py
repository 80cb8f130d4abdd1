"""What the journal, the changes and two programs at once make of a purchase; on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import Conflict, NotAllowed, SynergieError
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.once import Once
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.journal import Journal
from synergie.policy import permit_operator
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.records.run import PlanRequest
from synergie.schemas.shared_plan import PartRequest
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_audit import audit_journal
from tests.exchange.buying import MEMBERS, Buying, needs, offer, record
from tests.exchange.people import NOW, Body
from tests.proof.signers import Hand


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store)


def _accesses(buying: Buying, who: Body) -> list[JournalRecord]:
    page = Journal(buying.store, Hand()).accesses(who.caller, now=buying.now)
    return [one.record for one in page.items]


def test_each_read_of_needs_is_recorded_for_its_owner_before_it_is_told(buying: Buying) -> None:
    buying.ready()
    assert _accesses(buying, buying.members["aulnes"]) == []
    buying.inputs()
    (seen,) = _accesses(buying, buying.members["aulnes"])
    assert (seen.event, seen.dataset, seen.rows) == ("data.read", "needs", 1)
    assert (seen.by, seen.owner, seen.subjects) == ("syndicat", "aulnes", (buying.id,))
    plan = buying.computed()
    before = len(_accesses(buying, buying.members["aulnes"]))
    book, who = PurchaseRuns(buying.store), buying.coordinator.caller
    book.inputs_of(who, buying.id, plan, now=buying.now)
    agreement = buying.agreements["aulnes"].id
    PurchaseNeeds(buying.store).read(who, buying.id, agreement=agreement, now=buying.now)
    assert len(_accesses(buying, buying.members["aulnes"])) == before + 2


def test_what_cannot_be_recorded_is_not_told(
    buying: Buying, monkeypatch: pytest.MonkeyPatch
) -> None:
    buying.ready()

    def full(*_: object, **__: object) -> None:
        raise Conflict("full", "room")

    monkeypatch.setattr(_seen, "append", full)
    with pytest.raises(Conflict, match="full"):
        buying.inputs()


def test_a_read_that_is_not_recorded_is_found(
    buying: Buying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault planted: the test above it must then be red."""
    monkeypatch.setattr(_seen, "record_all", lambda *_, **__: None)
    buying.ready().inputs()
    assert _accesses(buying, buying.members["aulnes"]) == []


def test_a_refusal_is_recorded_with_its_reason(buying: Buying) -> None:
    buying.ready()
    agreement, owner = buying.agreements["aulnes"].id, buying.members["aulnes"]
    Agreements(buying.store).act(owner.caller, agreement, "revoke", now=NOW)
    with pytest.raises(NotAllowed, match="ended"):
        PurchaseNeeds(buying.store).read(
            buying.coordinator.caller, buying.id, agreement=agreement, now=NOW
        )
    (seen,) = _accesses(buying, owner)
    assert (seen.event, seen.dataset, seen.reason) == ("access.refused", "needs", "ended")


def test_a_part_that_is_read_and_its_answers_are_recorded_for_the_coordinator(
    buying: Buying,
) -> None:
    plan = buying.proposed()
    buying.answer("aulnes", plan, "decline")
    PurchaseParts(buying.store).withdraw(buying.members["aulnes"].caller, buying.id, plan, now=NOW)
    buying.answer("aulnes", plan)
    reads = [one for one in _accesses(buying, buying.coordinator) if one.event == "part.read"]
    assert {(one.by, one.subjects) for one in reads} == {("aulnes", (buying.id, plan))}
    assert [one.reason for one in _all(buying) if one.event == "part.answered"] == [
        "decline",
        "withdrawn",
        "accept",
    ]


def test_no_record_holds_an_amount_a_point_or_a_name(buying: Buying) -> None:
    plan = buying.proposed()
    buying.answer("aulnes", plan, reason="kanari-motif")
    told = " ".join(one.model_dump_json() for one in _all(buying))
    for hidden in ("9900000000010", "Délibération", "alize", "84.10", "kanari"):
        assert hidden not in told


def test_the_journal_of_a_purchase_verifies(buying: Buying) -> None:
    plan = buying.proposed()
    for member in MEMBERS:
        buying.answer(member, plan)
    buying.act("award", plan)
    with buying.store.read() as session:
        assert audit_journal(permit_operator(now=NOW), session).fault is None


def _all(buying: Buying) -> list[JournalRecord]:
    """The whole journal of the store."""
    with buying.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        return [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]


def _news(buying: Buying, who: Body) -> list[tuple[str, str]]:
    found, cursor = [], None
    while True:
        page = Changes(buying.store).after(who.caller, cursor, now=buying.now)
        found += [(one.act, one.owner) for one in page.items if one.kind == "purchase"]
        cursor = page.next
        if not page.more:
            return found


def test_members_and_coordinator_are_told_what_concerns_them(buying: Buying) -> None:
    buying.publish("bouleaux")  # before its agreement: the coordinator does not know
    assert (
        _news(buying, buying.coordinator)
        == [("created", "syndicat"), ("invited", "syndicat")] + [("invited", "syndicat")] * 2
    )
    buying.agree("aulnes")
    buying.publish("aulnes")
    assert _news(buying, buying.coordinator)[-1] == ("needs", "aulnes")
    assert _news(buying, buying.members["chenes"]) == [("invited", "syndicat")]
    buying.act("close_survey")
    assert _news(buying, buying.members["chenes"])[-1] == ("survey_closed", "syndicat")
    assert ("needs", "aulnes") not in _news(buying, buying.members["chenes"])


def test_a_member_hears_of_a_proposal_and_the_coordinator_of_each_answer(buying: Buying) -> None:
    plan = buying.proposed()
    assert _news(buying, buying.members["aulnes"])[-1] == ("proposed", "syndicat")
    buying.answer("aulnes", plan)
    assert _news(buying, buying.coordinator)[-1] == ("answered", "aulnes")
    assert _news(buying, buying.members["bouleaux"])[-1] == ("proposed", "syndicat")


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    def done(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SynergieError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(done, act) for act in acts]]


def test_two_members_that_publish_at_once_are_both_there(buying: Buying) -> None:
    for member in MEMBERS:
        buying.agree(member)
    made = _at_once(*(lambda one=member: buying.publish(one) for member in MEMBERS))
    assert [one.version for one in made] == [1, 1, 1]
    assert len(buying.inputs().needs) == 3


def test_two_programs_of_one_member_that_publish_at_once_make_two_versions(buying: Buying) -> None:
    both = [needs("aulnes", mwh) for mwh in ("101", "102")]
    made = _at_once(*(lambda one=said: buying.publish("aulnes", one) for said in both))
    assert sorted(one.version for one in made) == [1, 2]


def test_of_two_answers_at_once_one_holds(buying: Buying) -> None:
    plan = buying.proposed()
    told = _at_once(
        *(lambda one=said: buying.answer("aulnes", plan, one) for said in ("accept", "decline") * 3)
    )
    won = {one.answer.answer for one in told if not isinstance(one, Conflict)}
    assert len(won) == 1
    answered = [one for one in _all(buying) if one.event == "part.answered"]
    assert len(answered) == 1


def test_an_award_and_a_withdrawal_at_once_never_both_hold(buying: Buying) -> None:
    plan = buying.proposed()
    for member in MEMBERS:
        buying.answer(member, plan)
    who = buying.members["aulnes"].caller
    awarded, withdrawn = _at_once(
        lambda: buying.act("award", plan),
        lambda: PurchaseParts(buying.store).withdraw(who, buying.id, plan, now=NOW),
    )
    assert isinstance(awarded, Conflict) != isinstance(withdrawn, Conflict)


def test_of_two_plans_with_one_key_one_is_kept(buying: Buying) -> None:
    told = buying.ready().inputs()
    request = PlanRequest(problem_sha256=told.problem_sha256, plan=solve(told.problem))
    once = Once("syndicat-app", "k-1", f"POST /v1/purchases/{buying.id}/plans", "0" * 64)
    book, who = PurchaseRuns(buying.store), buying.coordinator.caller
    made = _at_once(
        *[lambda: book.keep(who, buying.id, request, once=once, now=NOW) for _ in range(3)]
    )
    assert len({one.id for one in made}) == 1
    assert len(book.page(who, buying.id, now=NOW).items) == 1


def test_a_purchase_announced_twice_with_one_key_is_one(buying: Buying) -> None:
    once = Once("syndicat-app", "k-2", "POST /v1/purchases", "1" * 64)
    book, who = Purchases(buying.store), buying.coordinator.caller
    first = book.create(who, record(), once=once, now=NOW)
    assert book.create(who, record(), once=once, now=NOW) == first


def test_the_same_offers_and_the_same_record_change_nothing(buying: Buying) -> None:
    buying.bring()
    before = len(_all(buying))
    buying.bring()
    book, who = Purchases(buying.store), buying.coordinator.caller
    assert book.change(who, buying.id, record(), now=NOW).version == 1
    assert book.invite(who, buying.id, MEMBERS, now=NOW).n_members == 3
    assert len(_all(buying)) == before
    assert book.change(who, buying.id, record(name="Autre"), now=NOW).version == 2
    buying.bring(offer())
    assert len(_all(buying)) == before + 2


def test_a_token_narrowed_to_an_agreement_reads_its_needs_and_nothing_else(buying: Buying) -> None:
    buying.ready()
    one = buying.agreements["aulnes"].id
    narrowed = replace(buying.coordinator.caller, agreements=frozenset({one}))
    book = PurchaseNeeds(buying.store)
    assert book.read(narrowed, buying.id, agreement=one, now=NOW).member == "aulnes"
    for act in (
        lambda: Purchases(buying.store).read(narrowed, buying.id, now=NOW),
        lambda: Purchases(buying.store).page(narrowed, now=NOW),
        lambda: PurchaseRuns(buying.store).inputs(narrowed, buying.id, now=NOW),
        lambda: book.offers(narrowed, buying.id, now=NOW),
        lambda: book.read(narrowed, buying.id, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="token_narrower"):
            act()


def test_an_answer_is_given_to_the_part_alone(buying: Buying) -> None:
    """A member that guesses the digest of another's part has not read its own."""
    plan = buying.proposed()
    other = buying.part("bouleaux", plan).sha256
    request = PartRequest(answer="accept", part_sha256=other)
    with pytest.raises(Conflict, match="another part"):
        PurchaseParts(buying.store).answer(
            buying.members["aulnes"].caller, buying.id, plan, request, now=NOW
        )
