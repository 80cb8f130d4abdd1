"""Published criteria and firm needs on a server: what stands from the first offer on."""

from datetime import timedelta
from typing import Any

import pytest

from synergie.errors import BadInput, BadInputs, Conflict
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.plan.award import solve
from synergie.purchase.records.needs import OffersRecord
from synergie.storage.store import Store
from tests.exchange.buying import MEMBERS, Buying, needs, offer, offers, record
from tests.exchange.people import NOW, body

CRITERIA: dict[str, Any] = {
    "price_weight": 40,
    "price_formula": "lowest_over_price",
    "criteria": [{"name": "Facturation", "weight": 60}],
}
NOTES = [
    {"offer": "offre-alize", "criterion": "Facturation", "note": 0.2},
    {"offer": "offre-boreal", "criterion": "Facturation", "note": 0.9},
]


def _firm(store: Store, **more: Any) -> Buying:
    return Buying.of(store, may_leave=False, **more)


def _note(buying: Buying, *notes: dict[str, Any], **more: Any) -> None:
    listed = [offer(), offer("boreal", "99.90")]
    said = OffersRecord.model_validate({"offers": listed, "notes": notes} | more)
    PurchaseNeeds(buying.store).save_offers(
        buying.coordinator.caller, buying.id, said, now=buying.now
    )


def _change(buying: Buying, **more: Any) -> None:
    said = record(**({"may_leave": False} | more))
    Purchases(buying.store).change(buying.coordinator.caller, buying.id, said, now=buying.now)


def test_the_award_follows_the_published_criteria_and_not_the_least_cost(store: Store) -> None:
    buying = _firm(store, criteria=CRITERIA).ready()
    with pytest.raises(BadInputs, match="the criteria choose no offer"):
        solve(buying.inputs().problem)
    _note(buying, *NOTES)
    told = buying.inputs()
    plan = buying.keep(told, solve(told.problem))
    kept = buying.run(plan)
    assert [award.offer for award in kept.awards] == ["offre-boreal"]
    assert kept.rules_price is not None
    assert kept.rules_price.cost_eur > 0
    buying.act("propose", plan)
    assert buying.part("aulnes", plan).view.lots[0].supplier == "Fournisseur boreal"
    for member in MEMBERS:
        buying.answer(member, plan)
    assert buying.act("award", plan).state == "awarded"


def test_a_plan_of_the_least_cost_is_refused_where_criteria_are_published(store: Store) -> None:
    buying = _firm(store, criteria=CRITERIA).ready()
    _note(buying, *NOTES)
    told = buying.inputs()
    cheap = told.problem.model_copy(update={"rules": (), "scoring": None})
    with pytest.raises((BadInput, Conflict)):
        buying.keep(told, solve(cheap))
    forged = solve(cheap).model_copy(update={"inputs_digest": told.problem_sha256})
    with pytest.raises(BadInput, match="rules of the plan"):
        buying.keep(told, forged)


def test_other_notes_make_a_plan_stale(store: Store) -> None:
    buying = _firm(store, criteria=CRITERIA).ready()
    _note(buying, *NOTES)
    plan = buying.computed()
    _note(buying, NOTES[0] | {"note": 1.0}, NOTES[1] | {"note": 0.0})
    with pytest.raises(Conflict, match="stale"):
        buying.act("propose", plan)


def test_criteria_stand_from_the_first_offer_on(store: Store) -> None:
    buying = _firm(store)
    _change(buying, criteria=CRITERIA)
    buying.bring()
    _change(buying, criteria=CRITERIA, name="Un autre nom")
    other = CRITERIA | {"price_formula": "linear"}
    for change in (
        {"criteria": other},
        {"criteria": None},
        {"criteria": CRITERIA, "limits": [{"supplier": "Fournisseur boreal", "max_lots": 0}]},
        {"criteria": CRITERIA, "may_leave": True},
    ):
        with pytest.raises(Conflict, match="before the offers were opened"):
            _change(buying, **change)
    read = Purchases(store).read(buying.coordinator.caller, buying.id, now=NOW)
    assert read.record.criteria is not None
    assert read.record.criteria.price_formula == "lowest_over_price"


def test_criteria_are_not_written_once_offers_are_known_or_their_deadline_has_passed(
    store: Store,
) -> None:
    buying = _firm(store)
    buying.bring()
    with pytest.raises(Conflict, match="/criteria"):
        _change(buying, criteria=CRITERIA)
    until = (NOW + timedelta(days=1)).isoformat()
    late = _firm_again(store, offers_until=until)
    late.now = NOW + timedelta(days=2)
    with pytest.raises(Conflict, match="/criteria"):
        _change(late, criteria=CRITERIA, offers_until=until)


def _firm_again(store: Store, **more: Any) -> Buying:
    coordinator = body(store, "syndicat-2")
    made = Purchases(store).create(coordinator.caller, record(may_leave=False, **more), now=NOW)
    return Buying(store, coordinator, {}, made)


def test_notes_of_nothing_are_refused_with_their_place(store: Store) -> None:
    buying = _firm(store, criteria=CRITERIA)
    for notes, drawn, where in (
        ([NOTES[0] | {"offer": "x"}], [], "/notes/0/offer"),
        ([NOTES[0] | {"criterion": "Prix"}], [], "/notes/0/criterion"),
        ([NOTES[0], NOTES[0]], [], "/notes/1"),
        ([], ["offre-alize", "offre-alize"], "/drawn/1"),
        ([], ["x"], "/drawn/0"),
    ):
        with pytest.raises(BadInput) as caught:
            _note(buying, *notes, drawn=drawn)
        assert caught.value.where == where


def test_firm_needs_stay_once_offers_are_opened(store: Store) -> None:
    buying = _firm(store).ready()
    who = buying.members["chenes"].caller
    with pytest.raises(Conflict, match="firm"):
        PurchaseNeeds(store).withdraw(who, buying.id, now=buying.now)
    with pytest.raises(Conflict, match="opened"):
        buying.act("open_survey")
    body(store, "drouot")
    book, caller = Purchases(store), buying.coordinator.caller
    with pytest.raises(Conflict, match="opened"):
        book.invite(caller, buying.id, ("drouot",), now=buying.now)
    book.invite(caller, buying.id, ("chenes",), now=buying.now)
    again = book.read(caller, buying.id, now=buying.now)
    assert sorted(one.member for one in again.members) == sorted(MEMBERS)


def test_who_joins_after_the_opening_is_out_and_said(store: Store) -> None:
    buying = _firm(store)
    for member in MEMBERS:
        buying.publish(member)
    buying.agree("aulnes")
    buying.agree("bouleaux")
    buying.bring()
    buying.now = NOW + timedelta(hours=1)
    buying.act("close_survey")
    buying.now = NOW + timedelta(hours=2)
    buying.agree("chenes")
    told = buying.inputs()
    assert [one.member for one in told.needs] == ["aulnes", "bouleaux"]
    assert [(one.member, one.reason) for one in told.missing] == [("chenes", "late")]


def test_before_the_opening_the_survey_opens_again_and_needs_may_be_withdrawn(
    store: Store,
) -> None:
    buying = _firm(store)
    buying.agree("aulnes")
    buying.publish("aulnes")
    buying.act("close_survey")
    buying.act("open_survey")
    who = buying.members["aulnes"].caller
    assert PurchaseNeeds(store).withdraw(who, buying.id, now=buying.now).record is None
    with pytest.raises(BadInput, match="/may_leave"):
        buying.publish("aulnes", needs("aulnes", may_leave=True))


def test_firm_members_stay_in_the_plan_even_when_they_would_pay_less_alone(store: Store) -> None:
    buying = _firm(store, nobody_pays_more=False).ready()
    told = buying.inputs()
    assert told.problem.may_leave is False
    plan = solve(told.problem)
    assert all(place.offer is not None for place in plan.places)
    assert offers().notes == ()
