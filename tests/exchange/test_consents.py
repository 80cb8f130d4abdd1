"""Consents: given without a name, withdrawn for ever, and what an agreement that names one does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.policy import Principal, permit_own_data, permit_party
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import ConsentRecord
from synergie.storage.store import Store
from synergie.storage.trust.agreements.consents import consents_of, withdraw_consent
from tests.exchange.people import NOW, Body, point, terms

PERSON = "6d1f0c8a4b7e42d3a9c5f1e2b3a49788"


def record(*points: str, **more: Any) -> ConsentRecord:
    values: dict[str, Any] = {
        "subject": PERSON,
        "supply_points": points,
        "purpose": "joint_purchase",
        "granularity": "half_hour",
        "given_at": NOW - timedelta(days=30),
    }
    return ConsentRecord.model_validate(values | more)


@pytest.fixture
def book(store: Store) -> Consents:
    return Consents(store)


@pytest.fixture
def fine(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> Callable[..., Agreement]:
    """A draft about persons, finer than the day, that names some consents."""

    def make(*consents: str, **more: Any) -> Agreement:
        values: dict[str, Any] = {
            "granularity": "hour", "data_subject": "natural_person", "legal_basis": "consent",
            "consent_refs": consents,
        }  # fmt: skip
        body = terms(owner, partner, {"supply_points": [things["p1"]]}, **(values | more))
        return Agreements(store).draft(owner.caller, body, now=NOW)

    return make


def _signed(store: Store, owner: Body, partner: Body, made: Agreement, at: datetime) -> Agreement:
    book = Agreements(store)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    return book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=at)


@pytest.mark.parametrize(
    "name",
    ["Dupont", "jean.dupont@example.fr", "99000000000017", "06 12 34 56 78", "a" * 31, "G" * 32],
)
def test_what_could_be_a_name_or_a_number_is_no_subject(name: str) -> None:
    with pytest.raises(ValidationError):
        record("sp_1", subject=name)


def test_it_is_kept_as_it_was_given_and_seen_by_its_owner_only(
    book: Consents, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    made = book.give(owner.caller, record(things["p1"]), now=NOW)
    assert (made.subject, made.supply_points, made.withdrawn_at) == (PERSON, (things["p1"],), None)
    assert book.read(owner.caller, made.id, now=NOW) == made
    assert book.page(owner.caller, now=NOW).items == (made,)
    assert book.page(partner.caller, now=NOW).items == ()
    for ask in (book.read, book.withdraw):
        with pytest.raises(NotFound):
            ask(partner.caller, made.id, now=NOW)


def test_a_point_of_another_and_a_moment_to_come_are_refused(
    book: Consents, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    with pytest.raises(BadInput, match="/supply_points/0"):
        book.give(partner.caller, record(things["p1"]), now=NOW)
    with pytest.raises(BadInput, match="/given_at"):
        book.give(owner.caller, record(things["p1"], given_at=NOW + timedelta(seconds=1)), now=NOW)


def test_a_withdrawal_holds_for_ever_and_its_first_moment_stays(
    store: Store, book: Consents, owner: Body, things: dict[str, str]
) -> None:
    made = book.give(owner.caller, record(things["p1"]), now=NOW)
    gone = book.withdraw(owner.caller, made.id, now=NOW)
    again = book.withdraw(owner.caller, made.id, now=NOW + timedelta(days=1))
    assert gone.withdrawn_at == again.withdrawn_at == NOW
    later = NOW + timedelta(days=2)
    with store.write() as session:  # whoever calls it
        permit = permit_own_data(owner.caller, action="write", now=later)
        assert withdraw_consent(permit, session, made.id, now=later).withdrawn_at == NOW
    assert book.read(owner.caller, made.id, now=NOW).withdrawn_at == NOW


def test_a_token_narrowed_to_agreements_gives_none(
    book: Consents, owner: Body, things: dict[str, str]
) -> None:
    narrowed = Principal(
        client_id="x", organisation="owner", scopes=frozenset(), agreements=frozenset({"agr_1"})
    )
    with pytest.raises(NotAllowed):
        book.give(narrowed, record(things["p1"]), now=NOW)


def test_persons_and_fine_steps_need_consents_to_be_signed(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    body = terms(
        owner, partner, {"supply_points": [things["p1"]]}, granularity="hour",
        data_subject="natural_person",
    )  # fmt: skip
    made = Agreements(store).draft(owner.caller, body, now=NOW)
    with pytest.raises(BadInput, match="/consent_refs"):
        _signed(store, owner, partner, made, NOW)


@pytest.mark.parametrize("granularity", ["day", "month"])
def test_from_the_day_on_they_are_not_needed(
    store: Store, owner: Body, partner: Body, things: dict[str, str], granularity: str
) -> None:
    body = terms(
        owner, partner, {"supply_points": [things["p1"]]}, granularity=granularity,
        data_subject="natural_person",
    )  # fmt: skip
    made = Agreements(store).draft(owner.caller, body, now=NOW)
    assert _signed(store, owner, partner, made, NOW).state == "active"


def test_consents_that_hold_let_it_become_active_and_only_their_number_is_told(
    store: Store, book: Consents, owner: Body, partner: Body, things: dict[str, str],
    fine: Callable[..., Agreement],
) -> None:  # fmt: skip
    given = [book.give(owner.caller, record(things["p1"]), now=NOW).id for _ in range(2)]
    made = _signed(store, owner, partner, fine(*given), NOW)
    assert made.state == "active"
    agreements = Agreements(store)
    assert agreements.read(partner.caller, made.id, now=NOW).consents_holding == 2
    book.withdraw(owner.caller, given[0], now=NOW)
    assert agreements.read(partner.caller, made.id, now=NOW).consents_holding == 1
    told = agreements.page(partner.caller, changed_since=NOW, now=NOW).items
    assert [item.id for item in told] == [made.id]
    news = Changes(store).after(partner.caller, now=NOW).items
    mine = [
        (item.kind, item.id, item.act) for item in news if item.kind in {"agreement", "consent"}
    ]
    assert mine[-1] == ("agreement", made.id, "consent_withdrawn")
    assert PERSON not in str(news)
    assert not {item.id for item in news} & set(given)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "energy_monitoring"},
        {"granularity": "day"},
        {"until": NOW - timedelta(seconds=1)},
    ],
    ids=["another purpose", "a coarser step", "past its end"],
)
def test_a_consent_to_something_else_backs_nothing(
    store: Store, book: Consents, owner: Body, partner: Body, things: dict[str, str],
    fine: Callable[..., Agreement], change: dict[str, Any],
) -> None:  # fmt: skip
    given = book.give(owner.caller, record(things["p1"], **change), now=NOW).id
    with pytest.raises(BadInput, match="/consent_refs"):
        _signed(store, owner, partner, fine(given), NOW)


def test_one_that_was_withdrawn_while_it_was_proposed_stops_the_acceptance(
    store: Store, book: Consents, owner: Body, partner: Body, things: dict[str, str],
    fine: Callable[..., Agreement],
) -> None:  # fmt: skip
    given = [book.give(owner.caller, record(things["p1"]), now=NOW).id for _ in range(2)]
    made = fine(*given)
    agreements = Agreements(store)
    agreements.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    book.withdraw(owner.caller, given[1], now=NOW)
    with pytest.raises(BadInput) as refused:
        agreements.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)
    assert given[1] not in str(refused.value)


def test_a_consent_of_another_owner_backs_nothing(
    store: Store, book: Consents, owner: Body, partner: Body, stranger: Body,
    things: dict[str, str], fine: Callable[..., Agreement],
) -> None:  # fmt: skip
    theirs = SupplyPoints(store).publish(stranger.caller, [point("99000000000019")], now=NOW)
    given = book.give(stranger.caller, record(theirs.items[0].id), now=NOW).id
    with pytest.raises(BadInput, match="/consent_refs"):
        _signed(store, owner, partner, fine(given), NOW)


def test_consents_are_looked_up_for_a_party_only(
    store: Store, book: Consents, owner: Body, partner: Body, stranger: Body,
    things: dict[str, str], fine: Callable[..., Agreement],
) -> None:  # fmt: skip
    given = book.give(owner.caller, record(things["p1"]), now=NOW)
    made = _signed(store, owner, partner, fine(given.id), NOW)
    with store.read() as session:
        for by in (owner, partner):
            permit = permit_party(by.caller, action="read", now=NOW)
            assert consents_of(permit, session, made) == [given]
        with pytest.raises(TypeError):
            consents_of(permit_party(stranger.caller, action="read", now=NOW), session, made)


@pytest.mark.parametrize("by", ["a draft", "a proposal", "a draft of the next version", "the end"])
def test_a_partner_cannot_follow_one_person_by_naming_a_consent(
    store: Store, book: Consents, owner: Body, partner: Body, things: dict[str, str],
    fine: Callable[..., Agreement], by: str,
) -> None:  # fmt: skip
    """It knows the names of consents from an agreement; alone it may write any terms with them."""
    some = [book.give(owner.caller, record(things["p1"]), now=NOW).id for _ in range(2)]
    made = _signed(store, owner, partner, fine(*some), NOW)
    agreements, version = Agreements(store), None
    probe = made.terms.model_copy(update={"consent_refs": (some[0],)})
    if by == "the end":
        agreements.act(owner.caller, made.id, "revoke", now=NOW)
    elif by == "a draft of the next version":
        version = agreements.redraft(partner.caller, made.id, probe, now=NOW).version
    else:
        made = agreements.draft(partner.caller, probe, now=NOW)
    if by == "a proposal":
        signed = partner.sign(made)
        agreements.act(partner.caller, made.id, "propose", signature=signed, now=NOW)

    def seen() -> tuple[object, ...]:
        changed = agreements.page(partner.caller, changed_since=NOW, now=NOW).items
        news = Changes(store).after(partner.caller, now=NOW).items
        one = agreements.read(partner.caller, made.id, version=version, now=NOW)
        of_it = [item.act for item in news if item.id == made.id]
        return one, *(() if version else (changed, of_it))  # version 1 tells of its own consents

    before = seen()
    book.withdraw(owner.caller, some[0], now=NOW)
    assert seen() == before


def test_an_agreement_past_its_end_is_told_of_no_withdrawal(
    store: Store, book: Consents, owner: Body, partner: Body, things: dict[str, str],
    fine: Callable[..., Agreement],
) -> None:  # fmt: skip
    given = book.give(owner.caller, record(things["p1"]), now=NOW).id
    made = _signed(store, owner, partner, fine(given), NOW)
    later = made.terms.valid_until
    before = Changes(store).after(partner.caller, now=later)
    book.withdraw(owner.caller, given, now=later)
    assert not Changes(store).after(partner.caller, before.next, now=later).items
