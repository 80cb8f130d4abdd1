"""Named perimeters: each list is a version, and an agreement covers one version for ever."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput, NotAllowed, NotFound
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, terms


def listed(name: str = "Écoles", **lists: list[str]) -> NamedPerimeterRecord:
    return NamedPerimeterRecord.model_validate({"name": name, **lists})


@pytest.fixture
def book(store: Store) -> NamedPerimeters:
    return NamedPerimeters(store)


@pytest.fixture
def over(store: Store, owner: Body, partner: Body) -> Callable[[NamedPerimeter], Agreement]:
    """A draft of the owner's over one version of a perimeter."""

    def make(perimeter: NamedPerimeter, **more: Any) -> Agreement:
        named: Any = {"perimeter": {"id": perimeter.id, "version": perimeter.version}}
        body = terms(owner, partner, named | more)
        return Agreements(store).draft(owner.caller, body, now=NOW)

    return make


def _signed(store: Store, owner: Body, partner: Body, made: Agreement) -> Agreement:
    book = Agreements(store)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    return book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)


def _seen(store: Store, partner: Body, agreement: str) -> set[str]:
    page = SupplyPoints(store).page(partner.caller, agreement=agreement, now=NOW)
    return {point.id for point in page.items}


def test_an_empty_perimeter_is_none() -> None:
    with pytest.raises(ValidationError):
        listed()


def test_another_list_is_another_version_and_the_same_is_none(
    book: NamedPerimeters, owner: Body, things: dict[str, str]
) -> None:
    first = book.save(owner.caller, listed(sites=[things["s1"], things["s2"]]), now=NOW)
    same = book.save(owner.caller, listed(sites=[things["s2"], things["s1"]]), now=NOW)
    second = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    other = book.save(owner.caller, listed("Gymnases", sites=[things["s1"]]), now=NOW)
    assert (first.version, same.version, second.version) == (1, 1, 2)
    assert (first.id, other.version) == (second.id, 1)
    assert first.id != other.id
    assert book.read(owner.caller, first.id, version=1, now=NOW) == first
    assert book.read(owner.caller, first.id, now=NOW) == second
    page = book.page(owner.caller, now=NOW).items
    assert {(one.name, one.version) for one in page} == {("Écoles", 2), ("Gymnases", 1)}


def test_only_ones_own_things_are_in_it(
    book: NamedPerimeters, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    with pytest.raises(BadInput, match="/sites/0"):
        book.save(partner.caller, listed(sites=[things["s1"]]), now=NOW)
    with pytest.raises(BadInput, match="/supply_points/1"):
        book.save(owner.caller, listed(supply_points=[things["p1"], "sp_none"]), now=NOW)


def test_an_agreement_covers_the_version_it_names_and_no_later_one(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, things: dict[str, str],
    over: Callable[..., Agreement],
) -> None:  # fmt: skip
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    made = _signed(store, owner, partner, over(first))
    assert _seen(store, partner, made.id) == {things["p1"]}
    wider = listed(sites=[things["s1"]], supply_points=[things["p2"]])
    second = book.save(owner.caller, wider, now=NOW)
    assert second.version == 2
    assert _seen(store, partner, made.id) == {things["p1"]}
    with pytest.raises(NotFound):
        SupplyPoints(store).read(partner.caller, things["p2"], now=NOW)
    renewed = terms(owner, partner, {"perimeter": {"id": first.id, "version": 2}})  # type: ignore[dict-item]
    new = Agreements(store).redraft(owner.caller, made.id, renewed, now=NOW)
    _signed(store, owner, partner, new)
    assert _seen(store, partner, made.id) == {things["p1"], things["p2"]}


def test_what_is_named_beside_the_perimeter_is_covered_too(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, things: dict[str, str],
    over: Callable[..., Agreement],
) -> None:  # fmt: skip
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    made = _signed(store, owner, partner, over(first, supply_points=[things["p2"]]))
    assert _seen(store, partner, made.id) == {things["p1"], things["p2"]}


def test_a_party_reads_the_version_that_its_owner_has_signed_and_no_other(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, stranger: Body,
    things: dict[str, str], over: Callable[..., Agreement],
) -> None:  # fmt: skip
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    made = over(first)
    with pytest.raises(NotFound):
        book.read(partner.caller, first.id, version=1, now=NOW)
    Agreements(store).act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    assert book.read(partner.caller, first.id, version=1, now=NOW).ids() == {things["s1"]}
    book.save(owner.caller, listed(sites=[things["s2"]]), now=NOW)
    for by, version in ((partner, 2), (partner, None), (stranger, 1)):
        with pytest.raises(NotFound):
            book.read(by.caller, first.id, version=version, now=NOW)
    Agreements(store).act(owner.caller, made.id, "withdraw", now=NOW)
    with pytest.raises(NotFound):
        book.read(partner.caller, first.id, version=1, now=NOW)


def test_a_perimeter_that_is_not_the_owners_is_not_signed_by_the_owner(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, stranger: Body,
    things: dict[str, str], over: Callable[..., Agreement],
) -> None:  # fmt: skip
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    thief = terms(stranger, partner, {"perimeter": {"id": first.id, "version": 1}})  # type: ignore[dict-item]
    made = Agreements(store).draft(stranger.caller, thief, now=NOW)
    with pytest.raises(BadInput, match="/selector/perimeter"):
        _signed(store, stranger, partner, made)
    later = over(first.model_copy(update={"version": 9}))
    with pytest.raises(BadInput, match="/selector/perimeter"):
        _signed(store, owner, partner, later)


def test_a_recipient_who_names_a_perimeter_learns_nothing_until_its_owner_signs(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    agreements = Agreements(store)
    body = terms(owner, partner, {"perimeter": {"id": first.id, "version": 1}})  # type: ignore[dict-item]
    made = agreements.draft(partner.caller, body, now=NOW)
    agreements.act(partner.caller, made.id, "propose", signature=partner.sign(made), now=NOW)
    with pytest.raises(NotFound):
        book.read(partner.caller, first.id, version=1, now=NOW)
    agreements.act(owner.caller, made.id, "accept", signature=owner.sign(made), now=NOW)
    assert _seen(store, partner, made.id) == {things["p1"]}


def test_a_token_narrowed_to_agreements_saves_none_and_reads_what_was_agreed(
    store: Store, book: NamedPerimeters, owner: Body, partner: Body, things: dict[str, str],
    over: Callable[..., Agreement],
) -> None:  # fmt: skip
    first = book.save(owner.caller, listed(sites=[things["s1"]]), now=NOW)
    made = _signed(store, owner, partner, over(first))
    narrowed = replace(partner.caller, agreements=frozenset({made.id}))
    with pytest.raises(NotAllowed):
        book.save(narrowed, listed(sites=[things["s1"]]), now=NOW)
    assert book.read(narrowed, first.id, version=1, now=NOW).id == first.id
