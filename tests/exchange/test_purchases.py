"""The story of a purchase: survey, agreements, plan, parts, answers, award; and who may not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import true

from synergie.errors import BadInput, BadInputs, Conflict, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.agreements import Agreements
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.storage._tables import PurchasePartRow
from synergie.schemas.plan_bytes import build_canonical_bytes, drop_solve_seconds
from synergie.storage import scope as _scope
from synergie.storage.store import Store
from tests.exchange.buying import DEADLINE, EXPIRY, MEMBERS, Buying, needs, offer, record
from tests.exchange.people import NOW, Body, body, point


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store)


def test_three_members_buy_together_from_the_survey_to_the_award(buying: Buying) -> None:
    plan = buying.proposed()
    for member in MEMBERS:
        told = buying.part(member, plan)
        (lot,) = told.view.lots
        assert lot.supplier == "Fournisseur alize"
        assert {str(price.eur_per_mwh) for price in lot.prices} == {"84.10", "64.20"}
        assert told.view.gain_eur is not None
        assert told.view.gain_eur > 0
        assert told.needs_are_current
        buying.answer(member, plan)
    done = buying.act("award", plan)
    assert (done.state, done.plan) == ("awarded", plan)
    acts = [step.act for step in done.history]
    assert acts == ["create", "close_survey", "propose", "award"]


def test_who_has_not_opened_its_needs_is_missing_with_the_reason(buying: Buying) -> None:
    buying.agree("aulnes")
    buying.publish("aulnes")
    buying.agree("bouleaux")
    buying.publish("chenes")
    told = buying.inputs()
    assert [one.member for one in told.needs] == ["aulnes"]
    assert {one.member: one.reason for one in told.missing} == {
        "bouleaux": "no_needs",
        "chenes": "no_agreement",
    }
    assert {point.member for point in told.problem.points} == {"aulnes"}


def test_after_a_revocation_the_next_plan_says_who_left_and_why(buying: Buying) -> None:
    plan = buying.proposed()
    revoked = buying.agreements["chenes"].id
    book, who = Agreements(buying.store), buying.members["chenes"].caller
    book.act(who, revoked, "revoke", now=buying.now)
    told = buying.inputs()
    assert [(one.member, one.reason) for one in told.missing] == [("chenes", "ended")]
    assert "chenes" not in build_canonical_bytes(told.problem).decode()
    buying.answer("aulnes", plan)
    buying.answer("bouleaux", plan)
    with pytest.raises(Conflict, match="stale"):
        buying.act("award", plan)
    later = buying.keep(told, solve(told.problem))
    run = PurchaseRuns(buying.store).read(
        buying.coordinator.caller, buying.id, later, now=buying.now
    )
    assert [(one.member, one.reason) for one in run.missing] == [("chenes", "ended")]
    seen = Purchases(buying.store).read(buying.coordinator.caller, buying.id, now=buying.now)
    assert {one.member: one.standing for one in seen.members} == {
        "aulnes": "joined",
        "bouleaux": "joined",
        "chenes": "left",
    }


def test_a_suspended_agreement_closes_the_needs_until_it_is_resumed(buying: Buying) -> None:
    buying.ready()
    book, who = Agreements(buying.store), buying.members["aulnes"].caller
    book.act(who, buying.agreements["aulnes"].id, "suspend", now=buying.now)
    assert [(x.member, x.reason) for x in buying.inputs().missing] == [("aulnes", "suspended")]
    book.act(who, buying.agreements["aulnes"].id, "resume", now=buying.now)
    assert buying.inputs().missing == ()


def test_a_plan_is_reproduced_from_what_is_stored_byte_for_byte(buying: Buying) -> None:
    plan = buying.proposed()
    book, who = PurchaseRuns(buying.store), buying.coordinator.caller
    kept = book.read(who, buying.id, plan, now=buying.now)
    assert kept.plan is not None
    again = book.inputs_of(who, buying.id, plan, now=buying.now)
    assert again.problem_sha256 == kept.problem_sha256 == kept.plan.inputs_digest
    solved = solve(again.problem)
    assert build_canonical_bytes(drop_solve_seconds(solved)) == build_canonical_bytes(kept.plan)
    other = solved.model_copy(update={"run": solved.run.model_copy(update={"seconds": 77.0})})
    assert build_canonical_bytes(drop_solve_seconds(other)) == build_canonical_bytes(kept.plan)


def test_an_old_plan_stands_on_the_needs_of_its_own_version(buying: Buying) -> None:
    plan = buying.ready().computed()
    buying.act("open_survey")
    buying.publish("aulnes", needs("aulnes", "222", "99000000000100"))
    buying.bring(offer("boreal", "60.00"))
    book, who = PurchaseRuns(buying.store), buying.coordinator.caller
    again = book.inputs_of(who, buying.id, plan, now=buying.now)
    kept = book.read(who, buying.id, plan, now=buying.now)
    assert again.problem_sha256 == kept.problem_sha256 != buying.inputs().problem_sha256
    assert build_canonical_bytes(drop_solve_seconds(solve(again.problem))) == build_canonical_bytes(
        kept.plan or kept
    )


def test_a_plan_of_other_inputs_is_not_kept(buying: Buying) -> None:
    told = buying.ready().inputs()
    plan = solve(told.problem)
    buying.bring(offer("boreal", "60.00"))
    with pytest.raises(Conflict, match="stale"):
        buying.keep(told, plan)


@pytest.mark.parametrize("fault", ["amount", "member", "supplier", "digest"])
def test_a_plan_that_does_not_hold_is_not_kept(buying: Buying, fault: str) -> None:
    told = buying.ready().inputs()
    plan = solve(told.problem)
    place, award = plan.places[0], plan.awards[0]
    wrong: dict[str, dict[str, Any]] = {
        "amount": {
            "places": (
                place.model_copy(update={"supply_eur": place.supply_eur - Decimal("0.01")}),
                *plan.places[1:],
            )
        },
        "member": {"places": (place.model_copy(update={"member": "sapins"}), *plan.places[1:])},
        "supplier": {"awards": (award.model_copy(update={"supplier": "Autre"}),)},
        "digest": {"inputs_digest": "0" * 64},
    }
    with pytest.raises(BadInput) as caught:
        buying.keep(told, plan.model_copy(update=wrong[fault]))
    assert caught.value.where.startswith("/plan")


def test_members_see_themselves_and_strangers_nothing(buying: Buying, store: Store) -> None:
    book = Purchases(store)
    seen = book.read(buying.members["aulnes"].caller, buying.id, now=NOW)
    assert [one.member for one in seen.members] == ["aulnes"]
    assert seen.n_members == 3
    assert "bouleaux" not in seen.model_dump_json()
    stranger = body(store, "etranger").caller
    assert book.page(stranger, now=NOW).items == ()
    for read in (
        lambda: book.read(stranger, buying.id, now=NOW),
        lambda: PurchaseNeeds(store).offers(stranger, buying.id, now=NOW),
        lambda: PurchaseNeeds(store).read(stranger, buying.id, now=NOW),
        lambda: PurchaseRuns(store).inputs(stranger, buying.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            read()


def test_a_member_does_not_do_what_its_coordinator_does(buying: Buying) -> None:
    plan = buying.proposed()
    who, store, now = buying.members["aulnes"].caller, buying.store, buying.now
    for act in (
        lambda: Purchases(store).change(who, buying.id, record(), now=now),
        lambda: Purchases(store).invite(who, buying.id, ("aulnes",), now=now),
        lambda: Purchases(store).act(who, buying.id, "close", now=now),
        lambda: PurchaseNeeds(store).offers(who, buying.id, now=now),
        lambda: PurchaseRuns(store).inputs(who, buying.id, now=now),
        lambda: PurchaseRuns(store).page(who, buying.id, now=now),
        lambda: PurchaseRuns(store).read(who, buying.id, plan, now=now),
        lambda: PurchaseRuns(store).inputs_of(who, buying.id, plan, now=now),
        lambda: PurchaseParts(store).page(who, buying.id, plan, now=now),
    ):
        with pytest.raises(NotAllowed, match="other_party"):
            act()


def test_needs_are_the_members_own_and_each_point_comes_once(buying: Buying) -> None:
    with pytest.raises(BadInput, match="/points/0/member"):
        buying.publish("aulnes", needs("bouleaux"))
    twice = needs("aulnes")
    with pytest.raises(BadInput, match="/points/1/id"):
        buying.publish("aulnes", twice.model_copy(update={"points": twice.points * 2}))
    outside = body(buying.store, "etranger").caller
    with pytest.raises(NotFound):
        PurchaseNeeds(buying.store).publish(outside, buying.id, needs("etranger"), now=NOW)
    with pytest.raises(NotAllowed, match="other_party"):
        PurchaseNeeds(buying.store).publish(
            buying.coordinator.caller, buying.id, needs("syndicat"), now=NOW
        )


def test_needs_that_no_plan_could_take_are_refused_at_once_and_who_can_mend_them(
    store: Store,
) -> None:
    whole = {"starts": "2028-01-01", "ends": "2030-01-01"}
    buying = Buying.of(store, delivery=whole)
    kwh = needs("aulnes", "80000")
    with pytest.raises(BadInputs, match=r"/points/0/energy.*kWh.*ask the member aulnes"):
        buying.publish("aulnes", kwh)
    late = needs("aulnes").points[0].model_copy(update={"entry": date(2031, 1, 1)})
    with pytest.raises(BadInputs, match="/points/0/entry"):
        buying.publish("aulnes", needs("aulnes", points=[late]))
    with pytest.raises(BadInputs, match=r"^/mandate_until"):
        buying.publish("aulnes", needs("aulnes", mandate_until="2027-06-01"))
    assert buying.publish("aulnes").version == 1


def test_a_point_that_two_members_declare_is_found_before_a_plan_is_kept(buying: Buying) -> None:
    for member in ("aulnes", "bouleaux"):
        buying.agree(member)
        buying.publish(member, needs(member, code="99000000000666"))
    buying.bring()
    with pytest.raises(BadInputs, match="/points/1/id"):
        buying.computed()


def test_needs_published_again_are_a_version_and_the_same_are_none(buying: Buying) -> None:
    first = buying.publish("aulnes")
    assert buying.publish("aulnes") == first
    assert buying.publish("aulnes", needs("aulnes", "101")).version == 2
    gone = PurchaseNeeds(buying.store).withdraw(buying.members["aulnes"].caller, buying.id, now=NOW)
    assert (gone.version, gone.record) == (3, None)
    again = PurchaseNeeds(buying.store).withdraw(
        buying.members["aulnes"].caller, buying.id, now=NOW
    )
    assert again == gone
    assert buying.publish("aulnes").version == 4


def test_needs_come_while_the_survey_is_open_only(store: Store) -> None:
    buying = Buying.of(store, needs_until=DEADLINE.isoformat())
    buying.now = DEADLINE
    with pytest.raises(Conflict, match="late"):
        buying.publish("aulnes")
    buying.now = NOW
    buying.act("close_survey")
    with pytest.raises(Conflict, match="survey_closed"):
        buying.publish("aulnes")


def test_an_offer_after_the_deadline_is_not_taken_and_one_may_be_taken_out(store: Store) -> None:
    buying = Buying.of(store, offers_until=DEADLINE.isoformat())
    buying.bring()
    buying.now = DEADLINE
    for late in (
        [offer(), offer("boreal", "99.90"), offer("cedre")],
        [offer(hp="89.00"), offer("boreal", "99.90")],
    ):
        with pytest.raises(Conflict, match="late"):
            buying.bring(*late)
    buying.bring(offer())  # the other one was irregular
    found = PurchaseNeeds(store).offers(buying.coordinator.caller, buying.id, now=buying.now)
    assert [one.id for one in found.offers] == ["offre-alize"]
    assert found.version == 2


def test_a_part_is_told_once_it_is_proposed_and_answered_once(buying: Buying) -> None:
    plan = buying.ready().computed()
    with pytest.raises(NotFound):
        buying.part("aulnes", plan)
    buying.act("propose", plan)
    first = buying.answer("aulnes", plan, "decline", reason="Trop cher")
    assert buying.answer("aulnes", plan, "decline") == first
    with pytest.raises(Conflict, match="decline"):
        buying.answer("aulnes", plan, "accept")
    for member in ("bouleaux", "chenes"):
        buying.answer(member, plan)
    with pytest.raises(Conflict, match="declined"):
        buying.act("award", plan)
    who = buying.members["aulnes"].caller
    book = PurchaseParts(buying.store)
    assert book.withdraw(who, buying.id, plan, now=buying.now).answer is None
    assert book.withdraw(who, buying.id, plan, now=buying.now).answer is None
    with pytest.raises(Conflict, match="not answered"):
        buying.act("award", plan)
    buying.answer("aulnes", plan, "accept")
    told = book.page(buying.coordinator.caller, buying.id, plan, now=buying.now).items
    assert {one.member: one.answer and one.answer.answer for one in told} == dict.fromkeys(
        MEMBERS, "accept"
    )
    buying.act("award", plan)
    with pytest.raises(Conflict, match="awarded"):
        book.withdraw(who, buying.id, plan, now=buying.now)


def test_an_answer_names_the_part_that_was_read(buying: Buying) -> None:
    plan = buying.proposed()
    with pytest.raises(Conflict, match="another part"):
        buying.answer("aulnes", plan, part_sha256="0" * 64)


def test_an_answer_and_an_award_come_before_the_offers_expire(buying: Buying) -> None:
    plan = buying.proposed()
    buying.answer("aulnes", plan)
    buying.answer("bouleaux", plan)
    buying.now = EXPIRY
    with pytest.raises(Conflict, match="expired"):
        buying.answer("chenes", plan)
    buying.now = EXPIRY - timedelta(seconds=1)
    buying.answer("chenes", plan)
    buying.now = EXPIRY
    with pytest.raises(Conflict, match="expired"):
        buying.act("award", plan)


def test_a_plan_of_needs_that_changed_is_neither_proposed_nor_awarded(buying: Buying) -> None:
    plan = buying.proposed()
    for member in MEMBERS:
        buying.answer(member, plan)
    PurchaseNeeds(buying.store).withdraw(buying.members["aulnes"].caller, buying.id, now=NOW)
    with pytest.raises(Conflict, match="stale"):
        buying.act("award", plan)
    later = buying.computed()
    buying.act("propose", later)
    with pytest.raises(Conflict, match="stale"):
        buying.act("propose", plan)


NAMES = {
    "aulnes": ("73.1001", "99000000000731"),
    "bouleaux": ("73.2002", "99000000000732"),
    "chenes": ("73.3003", "99000000000733"),
}
"""A volume and a point of each, which no other member may see."""


def _leaks(buying: Buying) -> list[tuple[str, str]]:
    """What the part of each member holds that it may not: (member, text)."""
    for member, (mwh, code) in NAMES.items():
        buying.agree(member)
        buying.publish(member, needs(member, mwh, code))
    buying.bring(offer(), offer("kanari", "99.73"))
    buying.act("close_survey")
    plan = buying.computed()
    buying.act("propose", plan)
    found = []
    for member, own in NAMES.items():
        told = buying.part(member, plan).model_dump_json()
        assert all(one in told for one in own), "or nothing is looked at"
        others = {one: NAMES[one] for one in NAMES if one != member}
        hidden = ["kanari", "99.73", *others, *(text for some in others.values() for text in some)]
        found += [(member, text) for text in hidden if text in told]
    return found


def test_no_part_holds_what_is_of_another_member_or_of_a_losing_offer(buying: Buying) -> None:
    assert _leaks(buying) == []


def _wide(problem: Any, plan: Any, member: str, permit: Any) -> Any:
    """The fault planted: the points of everybody, and the offer that lost."""
    view = member_view(problem, plan, member, permit)
    return view.model_copy(update={"mandate": f"{plan.awards[0].runner_up} 99.73 bouleaux"})


def test_a_part_that_says_too_much_is_found(
    buying: Buying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synergie.purchase.exchange.runs.member_view", _wide)
    assert {("aulnes", "99.73"), ("aulnes", "bouleaux"), ("chenes", "bouleaux")} <= {
        *_leaks(buying)
    }


def test_a_rule_that_opens_every_part_does_not_open_one_to_another_member(
    buying: Buying, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two locks: the rule of the table, and the part that is looked for is the caller's."""
    plan = buying.proposed()
    outsider = body(store, "etranger").caller
    rules: dict[Any, Any] = _scope._RULES
    monkeypatch.setitem(rules, PurchasePartRow, lambda _: true())
    with pytest.raises(NotFound):
        PurchaseParts(store).read(outsider, buying.id, plan, now=NOW)
    assert buying.part("aulnes", plan).member == "aulnes"


def test_sums_of_the_group_are_told_after_the_award_and_to_nobody_who_could_subtract(
    store: Store,
) -> None:
    five = (*MEMBERS, "douglas", "erables")
    buying = Buying.of(store, five)
    plan = buying.proposed()
    for member in five:
        assert buying.part(member, plan).view.group is None
        buying.answer(member, plan)
    before = buying.part("aulnes", plan).sha256
    buying.act("award", plan)
    told = buying.part("aulnes", plan)
    assert told.sha256 == before
    assert told.view.group is not None
    assert told.view.group.volume_mwh == Decimal(5 * 150)


def test_of_a_group_of_three_no_sum_is_told_even_after_the_award(buying: Buying) -> None:
    plan = buying.proposed()
    for member in MEMBERS:
        buying.answer(member, plan)
    buying.act("award", plan)
    assert all(buying.part(member, plan).view.group is None for member in MEMBERS)


def test_a_coordinator_may_buy_for_itself_without_an_agreement(store: Store) -> None:
    buying = Buying.of(store)
    who = buying.coordinator.caller
    Purchases(store).invite(who, buying.id, ("syndicat",), now=NOW)
    PurchaseNeeds(store).publish(who, buying.id, needs("syndicat", code="99000000000199"), now=NOW)
    assert [(one.member, one.agreement) for one in buying.inputs().needs] == [("syndicat", None)]


def test_an_agreement_opens_one_purchase_and_no_other(buying: Buying, store: Store) -> None:
    opened = buying.agree("aulnes")
    buying.publish("aulnes")
    book, who = PurchaseNeeds(store), buying.coordinator.caller
    assert book.read(who, buying.id, agreement=opened.id, now=NOW).member == "aulnes"
    other = Purchases(store).create(who, record(), now=NOW)
    Purchases(store).invite(who, other.id, MEMBERS, now=NOW)
    hidden = needs("aulnes", "5")
    PurchaseNeeds(store).publish(buying.members["aulnes"].caller, other.id, hidden, now=NOW)
    with pytest.raises(NotAllowed, match="selector"):
        book.read(who, other.id, agreement=opened.id, now=NOW)
    missing = PurchaseRuns(store).inputs(who, other.id, now=NOW).missing
    assert {one.reason for one in missing} == {"no_agreement"}


def test_needs_are_opened_for_buying_together_only(buying: Buying) -> None:
    owner = buying.members["aulnes"].caller
    book = Agreements(buying.store)
    for more, where in (
        ({"purpose": "energy_monitoring"}, "/purpose"),
        ({"datasets": ["assets"]}, "/datasets"),
    ):
        with pytest.raises(BadInput, match=where):
            book.draft(owner, buying.terms("aulnes", **more), now=NOW)
    sites = buying.terms("aulnes").model_copy(
        update={
            "selector": buying.terms("aulnes").selector.model_copy(
                update={"purchases": (), "sites": ("site_22222222222222222222",)}
            )
        }
    )
    with pytest.raises(BadInput, match="/selector/purchases"):
        book.draft(owner, sites, now=NOW)


def test_the_coordinator_is_told_when_offers_expire(buying: Buying) -> None:
    """Two offers of a proposed plan, for twenty days from now on; no member is told."""
    buying.proposed()

    def list_ends(who: Body) -> list[tuple[date | None, int | None]]:
        seen = Mornings(buying.store).read(who.caller, now=NOW)
        return [(one.day, one.n) for one in seen.dues if one.kind == "offer_expires"]

    assert list_ends(buying.coordinator) == [(date(2026, 12, 15), 2)]
    assert list_ends(buying.members["aulnes"]) == []


def test_who_buys_is_told_sixty_days_before_a_table_of_prices_ends(buying: Buying) -> None:
    """The amount of the VNU is known to 31 December 2026: told on 25 November, not in October."""
    day = date(2026, 12, 31)

    def ends(now: datetime) -> list[tuple[str, date | None]]:
        seen = Mornings(buying.store).read(buying.coordinator.caller, now=now)
        return [(one.name, one.day) for one in seen.dues if one.kind == "table_ends"]

    assert ends(NOW) == [("vnu", day)]
    assert ends(NOW - timedelta(days=30)) == []
    stranger = body(buying.store, "etranger")
    seen = Mornings(buying.store).read(stranger.caller, now=NOW)
    assert "table_ends" not in {one.kind for one in seen.dues}


def test_who_has_delivery_points_is_told_of_the_tables_of_their_energy(buying: Buying) -> None:
    """Of electricity the VNU ends on 31 December, the accise on 31 January; of gas its accise."""
    store, january = buying.store, datetime(2026, 12, 5, 8, tzinfo=UTC)

    def ends(who: Body, now: datetime = january) -> set[str]:
        seen = Mornings(store).read(who.caller, now=now)
        return {one.name for one in seen.dues if one.kind == "table_ends"}

    gas, power, none = (body(store, name) for name in ("gaz", "courant", "rien"))
    pce = point("99000000000031").model_copy(update={"scheme": "pce", "tariff_code": None})
    SupplyPoints(store).publish(gas.caller, [pce], now=NOW)
    SupplyPoints(store).publish(power.caller, [point("99000000000048")], now=NOW)
    assert (ends(power), ends(gas), ends(none)) == ({"vnu", "accise"}, {"gas_accise"}, set())
    assert ends(buying.coordinator) == {"vnu", "accise", "gas_accise"}
    seen = Mornings(store).read(buying.coordinator.caller, now=january)
    told = [one.subject for one in seen.dues if one.kind == "table_ends"]
    assert len(told) == len(set(told)), "told once, whoever has points and buys"
