"""Agreements: two signatures over the same bytes, and what each act does to what is open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.trust.agreement_papers import AgreementPapers
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, terms

type Make = Callable[..., Agreement]


def test_two_signatures_make_it_active(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    assert made.state == "active"
    assert [one.role for one in made.signatures] == ["owner", "recipient"]
    assert [step.act for step in made.history] == ["draft", "propose", "accept"]


def test_the_same_party_cannot_sign_for_both(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    with pytest.raises(NotAllowed) as refused:
        book.act(owner.caller, made.id, "accept", signature=owner.sign(made), now=NOW)
    assert refused.value.reason == "same_party"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("terms_sha256", "0" * 64),
        ("agreement", "agr_other"),
        ("version", 2),
        ("version", True),
        ("version", 1.0),
        ("role", "recipient"),
        ("org", "partner"),
        ("iat", "now"),
        ("iat", True),
    ],
)
def test_a_signature_over_anything_else_is_refused(
    store: Store, owner: Body, partner: Body, things: dict[str, str], claim: str, value: object
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    with pytest.raises(BadInput, match="/signature"):
        book.act(
            owner.caller, made.id, "propose", signature=owner.sign(made, {claim: value}), now=NOW
        )
    assert book.read(owner.caller, made.id, now=NOW).state == "draft"


def test_a_signature_by_a_key_of_another_organisation_is_refused(
    store: Store, owner: Body, partner: Body, stranger: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    forged = Body(owner.caller, stranger.key)
    with pytest.raises(BadInput, match="/signature"):
        book.act(owner.caller, made.id, "propose", signature=forged.sign(made), now=NOW)


@pytest.mark.parametrize("jws", ["", "a.b.c", "x" * 4000, "é", "e30.e30."])
def test_what_is_no_signature_is_refused(
    store: Store, owner: Body, partner: Body, things: dict[str, str], jws: str
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    with pytest.raises(BadInput, match="/signature"):
        book.act(owner.caller, made.id, "propose", signature=jws, now=NOW)


def test_a_draft_is_seen_by_its_author_only(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    assert book.page(partner.caller, now=NOW).items == ()
    with pytest.raises(NotFound):
        book.read(partner.caller, made.id, now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    assert book.read(partner.caller, made.id, now=NOW).state == "proposed"


def test_nobody_drafts_for_others(
    store: Store, owner: Body, partner: Body, stranger: Body, things: dict[str, str]
) -> None:
    with pytest.raises(NotAllowed):
        Agreements(store).draft(
            stranger.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW
        )


def test_a_proposed_agreement_opens_nothing_yet(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    with pytest.raises(NotFound):
        SupplyPoints(store).read(partner.caller, things["p1"], now=NOW)


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        ("suspend", "owner", "suspended"),
        ("revoke", "owner", "ended"),
        ("terminate", "partner", "ended"),
    ],
)
def test_an_end_holds_from_the_next_request_on(
    store: Store,
    owner: Body,
    partner: Body,
    things: dict[str, str],
    agreed: Make,
    act: Act,
    by: str,
    reason: str,
) -> None:
    made = agreed({"sites": [things["s1"]]})
    book = SupplyPoints(store)
    book.read(partner.caller, things["p1"], now=NOW)
    caller = {"owner": owner, "partner": partner}[by].caller
    Agreements(store).act(caller, made.id, act, now=NOW)
    for ask in (
        lambda: book.read(partner.caller, things["p1"], now=NOW),
        lambda: book.page(partner.caller, agreement=made.id, now=NOW),
    ):
        with pytest.raises(NotAllowed) as refused:
            ask()
        assert (refused.value.reason, refused.value.agreement) == (reason, made.id)


def test_it_expires_by_the_clock_alone(
    store: Store, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    end = made.terms.valid_until
    book = SupplyPoints(store)
    book.read(partner.caller, things["p1"], now=end - timedelta(microseconds=1))
    with pytest.raises(NotAllowed, match="ended"):
        book.read(partner.caller, things["p1"], now=end)
    assert Agreements(store).read(partner.caller, made.id, now=end).state == "expired"


def test_what_has_ended_never_reopens(
    store: Store, owner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    book = Agreements(store)
    book.act(owner.caller, made.id, "revoke", now=NOW)
    with pytest.raises(Conflict):
        book.act(owner.caller, made.id, "resume", now=NOW)
    assert book.act(owner.caller, made.id, "revoke", now=NOW).state == "revoked"


def test_only_the_owner_revokes_and_only_the_recipient_terminates(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    with pytest.raises(NotAllowed):
        Agreements(store).act(partner.caller, made.id, "revoke", now=NOW)
    with pytest.raises(NotAllowed):
        Agreements(store).act(owner.caller, made.id, "terminate", now=NOW)


def test_an_owner_who_names_what_is_not_its_own_opens_nothing_of_it(
    store: Store, partner: Body, stranger: Body, things: dict[str, str]
) -> None:
    thief = body(store, "thief")
    book = Agreements(store)
    made = book.draft(thief.caller, terms(thief, partner, {"sites": [things["s1"]]}), now=NOW)
    book.act(thief.caller, made.id, "propose", signature=thief.sign(made), now=NOW)
    book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)
    with pytest.raises(NotFound):
        SupplyPoints(store).read(partner.caller, things["p1"], now=NOW)
    assert SupplyPoints(store).page(partner.caller, agreement=made.id, now=NOW).items == ()


def test_a_token_narrowed_to_one_agreement_knows_of_no_other(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    """RFC 9396: what a program was given for one agreement ends no other, and lists none."""
    book, selector = Agreements(store), {"sites": [things["s1"]]}
    mine, other = agreed(selector), agreed(selector)
    body = terms(owner, partner, selector)
    for who in (owner, partner):
        caller = replace(who.caller, agreements=frozenset({mine.id}))
        assert [one.id for one in book.page(caller, now=NOW).items] == [mine.id]
        assert book.read(caller, mine.id, now=NOW).id == mine.id
        refused: list[Callable[[], object]] = [
            partial(book.read, caller, other.id, now=NOW),
            partial(book.versions, caller, other.id, now=NOW),
            partial(book.redraft, caller, other.id, body, now=NOW),
            partial(book.act, caller, other.id, "revoke", now=NOW),
            partial(book.act, caller, other.id, "terminate", now=NOW),
            partial(AgreementPapers(store).odrl, caller, other.id, now=NOW),
        ]
        for act in refused:
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotAllowed) as told:
            book.draft(caller, body, now=NOW)
        assert told.value.reason == "token_narrower"
    assert book.read(owner.caller, other.id, now=NOW).state == "active"
