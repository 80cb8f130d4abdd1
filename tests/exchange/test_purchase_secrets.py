"""What a member, a coordinator or a stranger may try to learn of a purchase, and does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound, SynergieError
from synergie.exchange import door as _door
from synergie.exchange.readings.once import Once
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_own_data
from synergie.purchase.exchange._inputs import ask_of
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.records.run import PlanRequest
from synergie.purchase.storage.needs import needs_of, stamps_of
from synergie.schemas.plan import Phrase
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Store
from tests.exchange.buying import DEADLINE, MEMBERS, Buying, needs, offers, record
from tests.exchange.people import NOW, body


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store)


def _parts(buying: Buying, plan: str) -> Any:
    who = buying.coordinator.caller
    return PurchaseParts(buying.store).page(who, buying.id, plan, now=buying.now)


def test_parts_tell_their_coordinator_no_needs(buying: Buying) -> None:
    """Needs are read under an agreement and recorded; parts are neither."""
    plan = buying.proposed()
    chenes = buying.members["chenes"]
    Agreements(buying.store).act(
        chenes.caller, buying.agreements["chenes"].id, "revoke", now=buying.now
    )
    page = _parts(buying, plan)
    assert {one.member for one in page.items} == set(MEMBERS)
    told = page.model_dump_json()
    for hidden in ("9900000000010", "BTINFMUDT", "Délibération"):
        assert hidden not in told
    mine = buying.part("chenes", plan)
    assert mine.view.points
    (theirs,) = (one for one in page.items if one.member == "chenes")
    assert (theirs.sha256, theirs.view.cost_eur) == (mine.sha256, mine.view.cost_eur)


def test_the_digest_in_a_part_confirms_no_guess_of_the_needs_of_another(buying: Buying) -> None:
    """Two of three collude with the supplier: all is known but the needs of the third."""
    plan = buying.proposed()
    told = buying.part("aulnes", plan)
    inputs = buying.inputs()
    known = {
        "points": inputs.problem.points,  # the guess is right
        "offers": offers().offers,
        "members": inputs.problem.members,
    }
    announced = {name: getattr(record(), name) for name in ("lots", "may_leave", "alone_tier")}
    guess = type(inputs.problem).model_validate(known | announced)
    assert guess == inputs.problem.model_copy(update={"nonce": None})
    assert told.view.inputs_digest == inputs.problem_sha256 != digest(guess)
    assert str(inputs.problem.nonce) not in told.model_dump_json()


def test_a_nonce_is_the_same_for_all_plans_of_a_purchase_and_another_for_another(
    buying: Buying,
) -> None:
    first, again = buying.inputs().problem.nonce, buying.inputs().problem.nonce
    assert first == again is not None
    other = Buying(buying.store, buying.coordinator, buying.members, buying.purchase)
    other.purchase = Purchases(buying.store).create(buying.coordinator.caller, record(), now=NOW)
    assert other.inputs().problem.nonce not in {first, None}


def test_a_member_does_not_see_the_limits_of_suppliers(store: Store) -> None:
    """A limit names who bids, and how much it can supply: that is of its offer."""
    limits = [{"supplier": "Fournisseur kanari", "max_mwh": "1234"}]
    buying = Buying.of(store, limits=limits)
    who = buying.members["aulnes"].caller
    book = Purchases(store)
    for told in (book.read(who, buying.id, now=NOW), *book.page(who, now=NOW).items):
        assert "kanari" not in told.model_dump_json()
    mine = book.read(buying.coordinator.caller, buying.id, now=NOW)
    assert mine.record.limits[0].supplier == "Fournisseur kanari"
    assert buying.inputs().problem.limits == mine.record.limits


def test_rules_of_the_coordinator_hold_in_its_plan_and_no_member_sees_them(store: Store) -> None:
    """A rule names who bids and what others ask: members read parts of a plan that keeps it."""
    rule = {"id": "kanari", "kind": "not_with", "supplier": "Fournisseur alize"}
    buying = Buying.of(store, rules=[rule], nobody_pays_more=False, may_leave=False).ready()
    plan = buying.computed()
    whole = buying.run(plan)
    assert [award.supplier for award in whole.awards] == ["Fournisseur boreal"]
    assert [one.rule for one in whole.rules] == ["kanari"]
    buying.act("propose", plan)
    who, book = buying.members["aulnes"].caller, Purchases(store)
    told = [book.read(who, buying.id, now=NOW), *book.page(who, now=NOW).items]
    for seen in (*told, buying.part("aulnes", plan)):
        assert "kanari" not in seen.model_dump_json()
    mine = book.read(buying.coordinator.caller, buying.id, now=NOW)
    assert buying.inputs().problem.rules == mine.record.rules


def test_a_plan_that_breaks_a_rule_of_the_purchase_is_not_kept(store: Store) -> None:
    rule = {"id": "kanari", "kind": "not_with", "supplier": "Fournisseur alize"}
    buying = Buying.of(store, rules=[rule], nobody_pays_more=False, may_leave=False).ready()
    told = buying.inputs()
    free = solve(told.problem.model_copy(update={"rules": ()}))
    with pytest.raises(SynergieError):
        buying.keep(told, free)


@pytest.mark.parametrize("name", ["baseline", "assumptions"])
def test_a_sentence_that_no_solver_said_reaches_no_member(buying: Buying, name: str) -> None:
    told = buying.ready().inputs()
    plan = solve(told.problem)
    said = (*getattr(plan, name), Phrase(text="chenes uses 73.2002 MWh <script>"))
    with pytest.raises(BadInput, match="/plan"):
        buying.keep(told, plan.model_copy(update={name: said}))


def test_a_deadline_of_offers_that_passed_is_not_moved(store: Store) -> None:
    """Else a late offer comes in by moving it (CCP R2151-5)."""
    buying = Buying.of(store, offers_until=DEADLINE.isoformat())
    book, who = Purchases(store), buying.coordinator.caller
    later = (DEADLINE + timedelta(days=1)).isoformat()
    buying.now = DEADLINE
    for moved in (record(offers_until=later), record()):
        with pytest.raises(Conflict, match="late"):
            book.change(who, buying.id, moved, now=buying.now)
    same = record(offers_until=DEADLINE.isoformat(), name="Autre")
    assert book.change(who, buying.id, same, now=buying.now).version == 2
    soon = DEADLINE - timedelta(seconds=1)
    assert book.change(who, buying.id, record(offers_until=later), now=soon).version == 3


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


def test_a_plan_is_kept_and_proposed_in_statements_that_do_not_grow_with_members(
    store: Store,
) -> None:
    names = tuple(f"membre-{n:02d}" for n in range(23))
    buying = Buying.of(store, names)
    buying.bring()
    first = _joined(buying, names[:3])
    few = _joined(buying, names[3:13])  # from now on parts are told by the rate of the first plan
    many = _joined(buying, names[13:])
    assert many == few
    assert first[::2] == few[::2] and few[1] - first[1] == 3


def test_needs_that_are_read_together_are_those_of_the_purchase_that_is_agreed(
    buying: Buying,
) -> None:
    """The rule of one permit holds for many: a permit over one purchase opens no other."""
    buying.agree("aulnes")
    buying.publish("aulnes")
    there, coordinator = buying.agreements["aulnes"], buying.coordinator.caller
    book, other = Purchases(buying.store), Buying(**vars(buying))
    other.purchase = book.create(coordinator, record(), now=NOW)
    book.invite(coordinator, other.id, ("aulnes",), now=NOW)
    other.publish("aulnes")
    with buying.store.read() as session:
        permit = _door.decide_with_consents(session, coordinator, there, ask_of(buying.id), now=NOW)
        told = [stamps_of(permit, session, one, [permit]) for one in (buying.id, other.id)]
        read = [
            needs_of(permit, session, one, [permit], versions={"aulnes": 1})
            for one in (buying.id, other.id)
        ]
        theirs = permit_own_data(buying.members["aulnes"].caller, action="read", now=NOW)
        with pytest.raises(TypeError, match="one bearer"):
            stamps_of(permit, session, buying.id, [permit, theirs])
    assert [sorted(one) for one in told] == [["aulnes"], []]
    assert [sorted(one) for one in read] == [["aulnes"], []]


def test_a_narrowed_token_is_told_no_answer_that_was_given_to_a_whole_one(buying: Buying) -> None:
    told = buying.ready().inputs()
    request = PlanRequest(problem_sha256=told.problem_sha256, plan=solve(told.problem))
    once = Once("syndicat-app", "k-9", f"POST /v1/purchases/{buying.id}/plans", "0" * 64)
    first = Once("syndicat-app", "k-8", "POST /v1/purchases", "1" * 64)
    book, who = PurchaseRuns(buying.store), buying.coordinator.caller
    book.keep(who, buying.id, request, once=once, now=NOW)
    Purchases(buying.store).create(who, record(), once=first, now=NOW)
    narrowed = replace(who, agreements=frozenset({buying.agreements["aulnes"].id}))
    with pytest.raises(NotAllowed, match="token_narrower"):
        book.keep(narrowed, buying.id, request, once=once, now=NOW)
    with pytest.raises(NotAllowed, match="token_narrower"):
        Purchases(buying.store).create(narrowed, record(), once=first, now=NOW)


def _joined(buying: Buying, names: tuple[str, ...]) -> list[int]:
    """Let *names* join; then how many statements it takes to keep a plan, and to propose it."""
    for name in names:
        code = f"9900000000{list(buying.members).index(name):04d}"
        buying.agree(name)
        buying.publish(name, needs(name, code=code))
    told = buying.inputs()
    plan = solve(told.problem)
    who, book, counts = buying.coordinator.caller, PurchaseRuns(buying.store), []
    with _counted(buying.store) as seen:
        kept = buying.keep(told, plan)
    counts.append(len(seen))
    buying.act("close_survey")
    with _counted(buying.store) as seen:
        buying.act("propose", kept)
    counts.append(len(seen))
    with _counted(buying.store) as seen:
        buying.inputs()
        book.inputs_of(who, buying.id, kept, now=NOW)
    counts.append(len(seen))
    buying.act("open_survey")
    return counts


def test_what_is_absent_and_what_is_not_told_cost_the_same_statements(buying: Buying) -> None:
    plan = buying.ready().computed()  # not proposed
    stranger, member = body(buying.store, "etranger").caller, buying.members["aulnes"].caller
    parts, book = PurchaseParts(buying.store), PurchaseNeeds(buying.store)
    absent = "plan_00000000000000000000", "pur_00000000000000000000"
    for there, nowhere in (
        (
            lambda: parts.read(member, buying.id, plan, now=NOW),
            lambda: parts.read(member, buying.id, absent[0], now=NOW),
        ),
        (
            lambda: book.read(stranger, buying.id, now=NOW),
            lambda: book.read(stranger, absent[1], now=NOW),
        ),
    ):
        counts = []
        for act in (there, nowhere):
            with _counted(buying.store) as seen, pytest.raises(NotFound):
                act()
            counts.append(len(seen))
        assert counts[0] == counts[1] > 0
