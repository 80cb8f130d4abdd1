"""What is refused for the sake of a published sum is an answer about others: bounded, and told."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from time import sleep
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust import sum_tries as _sum_tries
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_party
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_records import accesses
from tests.exchange.people import NOW, Body, body, point, terms
from tests.exchange.sums import TEN, Territory, codes, publish, saved, scheme

ALL = tuple([1000] * 12)
SELECTOR = "/selector"


@pytest.fixture
def twin(store: Store, owner: Body, stranger: Body) -> Territory:
    """Twelve homes whose January is out, as a second declarer has them, too."""
    Territory(store, owner).add(codes(12), ALL)
    made = Territory(store, stranger).add(codes(12), ALL)
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    return made


def drafted(store: Store, twin: Territory, reader: Body, some: list[str]) -> Agreement:
    selector = {"supply_points": [twin.points[code] for code in some]}
    return Agreements(store).draft(
        twin.body.caller, terms(twin.body, reader, selector, granularity="month"), now=NOW
    )


def propose(store: Store, twin: Territory, reader: Body, some: list[str], days: int = 0) -> None:
    made, by = drafted(store, twin, reader, some), twin.body
    at = NOW + timedelta(days=days)
    Agreements(store).act(by.caller, made.id, "propose", signature=by.sign(made), now=at)


def agree(store: Store, home: Territory, reader: Body, some: list[str]) -> None:
    made, book, owner = drafted(store, home, reader, some), Agreements(store), home.body
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    book.act(reader.caller, made.id, "accept", signature=reader.sign(made), now=NOW)


def held(store: Store, who: Body) -> list[dict[str, object]]:
    """The records of refusals that *who* reads."""
    with store.read() as session:
        permit = permit_party(who.caller, action="read", now=NOW)
        found = [json.loads(one.content) for one in accesses(permit, session, limit=100)]
    return [one for one in found if one["event"] == "aggregate.held"]


def test_a_refusal_is_recorded_for_who_asked_and_for_each_owner_and_names_neither(
    store: Store, owner: Body, stranger: Body, partner: Body, twin: Territory
) -> None:
    with pytest.raises(BadInput, match=SELECTOR):
        propose(store, twin, partner, codes(11))
    (asked,), (told,) = held(store, stranger), held(store, owner)
    assert held(store, partner) == []
    assert (asked["by"], asked["owner"]) == ("operator", "stranger")
    assert (told["by"], told["owner"]) == ("operator", "owner")
    assert "owner" not in str(asked["subjects"])
    assert "stranger" not in str(told)


def test_the_same_points_have_the_same_answer_and_are_counted_once(
    store: Store, owner: Body, stranger: Body, partner: Body, twin: Territory
) -> None:
    for _ in range(_sum_tries.MOST + 2):
        with pytest.raises(BadInput, match=SELECTOR):
            propose(store, twin, partner, codes(11))
    assert len(held(store, owner)) == len(held(store, stranger)) == 1


def test_so_many_questions_are_refused_in_a_month_and_no_other_is_answered(
    store: Store, owner: Body, stranger: Body, partner: Body, twin: Territory
) -> None:
    for n in range(_sum_tries.MOST):
        with pytest.raises(BadInput, match=SELECTOR):
            propose(store, twin, partner, [one for one in codes(12) if one != codes(12)[n]])
    with pytest.raises(Conflict, match="too many"):
        propose(store, twin, partner, codes(5))
    with pytest.raises(Conflict, match="too many"):
        propose(store, twin, partner, codes(2))  # though it would be opened
    with pytest.raises(BadInput, match=SELECTOR):  # an answer that was given
        propose(store, twin, partner, codes(12)[1:])
    assert len(held(store, owner)) == _sum_tries.MOST
    propose(store, twin, partner, codes(2), days=10)


def test_of_questions_asked_at_once_no_more_are_answered(
    store: Store,
    stranger: Body,
    partner: Body,
    twin: Territory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = _sum_tries._record_sum_refusal

    def record_late(*given: Any, **named: Any) -> None:
        sleep(0.05)  # room for another question between an answer and its record
        record(*given, **named)

    monkeypatch.setattr(_sum_tries, "_record_sum_refusal", record_late)
    without = [{one} for one in codes(12)] + [set(some) for some in pairwise(codes(5))]
    drafts = [
        drafted(store, twin, partner, [one for one in codes(12) if one not in some])
        for some in without
    ]
    start = Barrier(len(drafts))

    def ask(made: Agreement) -> str:
        start.wait()
        try:
            signed = stranger.sign(made)
            Agreements(store).act(stranger.caller, made.id, "propose", signature=signed, now=NOW)
        except SynergieError as error:
            return type(error).__name__
        return "opened"

    with ThreadPoolExecutor(len(drafts)) as threads:
        said = Counter(threads.map(ask, drafts))
    assert said["opened"] == 0
    assert 0 < said["SolvableSumError"] <= _sum_tries.MOST, said
    assert len(held(store, stranger)) == said["SolvableSumError"]


def test_who_alone_is_in_its_sums_asks_as_often_as_it_likes(
    store: Store, owner: Body, partner: Body
) -> None:
    home = Territory(store, owner).add(codes(12), ALL)
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    for n in range(_sum_tries.MOST + 1):
        with pytest.raises(BadInput, match=SELECTOR):
            propose(store, home, partner, codes(12)[: 3 + n % 9] + codes(1))
    assert held(store, owner) == []


def test_a_proposal_says_nothing_of_values_and_an_acceptance_opens_none(
    store: Store, owner: Body, stranger: Body, partner: Body
) -> None:
    """Three know one larger home each; without all three, one of what is left has 86 %."""
    home = Territory(store, owner).add(codes(16), ALL).add(codes(1, 20), tuple([100_000] * 12))
    first, second, third = codes(3, 60)
    home.add([first, second, third], tuple([20_000] * 12))
    twin = Territory(store, stranger).add([third], ALL)
    agree(store, home, partner, [first])
    agree(store, home, body(store, "cc-tierce"), [second])
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    with pytest.raises(BadInput, match=SELECTOR):
        agree(store, twin, partner, [third])
    (made,) = Agreements(store).page(stranger.caller, now=NOW).items
    assert made.state == "proposed"
    assert len(held(store, owner)) == len(held(store, partner)) == 1
    (waits,) = held(store, stranger)
    assert made.id in waits["subjects"]  # type: ignore[operator]
    assert not {"owner", third} & set(waits["subjects"])  # type: ignore[call-overload]


def test_whose_agreement_is_refused_has_an_answer_that_counts(
    store: Store,
    owner: Body,
    stranger: Body,
    partner: Body,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It learns of others' values by the refusals of all whom it proposes something to."""
    home = Territory(store, owner).add(codes(16), ALL).add(codes(1, 20), tuple([100_000] * 12))
    larger, other = codes(3, 60), body(store, "cc-tierce")
    home.add(larger, tuple([20_000] * 12))
    twin = Territory(store, stranger).add([larger[2], *codes(3)], ALL)
    agree(store, home, partner, larger[:1])
    agree(store, home, other, larger[1:2])
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    monkeypatch.setattr(_sum_tries, "MOST", 2)
    book, waiting = Agreements(store), []
    for reader, some in ((partner, []), (other, []), (other, codes(1))):
        made = drafted(store, twin, reader, [larger[2], *some])
        book.act(stranger.caller, made.id, "propose", signature=stranger.sign(made), now=NOW)
        waiting.append((reader, made))
    for reader, made in waiting:
        with pytest.raises(BadInput, match=SELECTOR):
            book.act(reader.caller, made.id, "accept", signature=reader.sign(made), now=NOW)
    assert [len(held(store, one)) for one in (partner, other, stranger)] == [1, 2, 2]
    with pytest.raises(Conflict, match="too many"):
        propose(store, twin, partner, codes(2))


def test_a_point_moved_to_where_it_may_not_be_read_is_recorded_as_well(
    store: Store, owner: Body, stranger: Body, twin: Territory
) -> None:
    reader = body(store, "cc-tierce")
    Territory(store, stranger).add(codes(1, 70), ALL, on="ouvert")
    sites = {one.external_id: one.id for one in Sites(store).page(stranger.caller, now=NOW).items}
    selector, book = {"sites": [sites["ouvert"]]}, Agreements(store)
    made = book.draft(stranger.caller, terms(stranger, reader, selector), now=NOW)
    book.act(stranger.caller, made.id, "propose", signature=stranger.sign(made), now=NOW)
    book.act(reader.caller, made.id, "accept", signature=reader.sign(made), now=NOW)
    usual = {"site": "ouvert", "personal_data": "yes", "usage": "building"}
    with pytest.raises(BadInput, match="/items/0/site"):
        SupplyPoints(store).publish(
            stranger.caller, [point(code, **usual) for code in codes(11)], now=NOW
        )
    assert len(held(store, owner)) == 1


def test_a_release_for_partners_is_not_the_one_that_waits_for_a_signature(
    store: Store, owner: Body
) -> None:
    Territory(store, owner).add(codes(12), ALL)
    made = saved(store, owner, scheme())
    book = Publications(store, TEN)
    usual = book.usual(owner.caller, made.id, "electricity", now=NOW)
    assert book.record(owner.caller, usual, "2025-01", now=NOW) is None
    waiting = book.preview_release(owner.caller, usual, "2025-01", now=NOW).recorded
    plain = publish(store, owner, made, "2025-01")
    assert waiting is not None
    assert (waiting.open_data, plain.open_data, plain.licence) == (True, False, None)
    assert (plain.version, plain.cells) == (2, waiting.cells)
    assert publish(store, owner, made, "2025-01") == plain
    again = publish(store, owner, made, "2025-01", open_data=True)
    assert (again.version, again.open_data) == (3, True)
    assert publish(store, owner, made, "2025-01") == again  # everybody reads it, partners as well


def test_a_refusal_is_recorded_for_who_let_its_points_be_counted(
    store: Store, owner: Body, stranger: Body, partner: Body
) -> None:
    """Twelve homes that another body lets the publisher count."""
    made = saved(store, owner, scheme())
    giver = body(store, "cc-tierce")
    home = Territory(store, giver).add(codes(12), ALL)
    selector = {"supply_points": list(home.points.values())}
    summed = {"granularity": "aggregate", "cell_scheme": made.id, "datasets": ["consumption"]}
    book = Agreements(store)
    counted = book.draft(giver.caller, terms(giver, owner, selector, **summed), now=NOW)
    book.act(giver.caller, counted.id, "propose", signature=giver.sign(counted), now=NOW)
    book.act(owner.caller, counted.id, "accept", signature=owner.sign(counted), now=NOW)
    twin = Territory(store, stranger).add(codes(12), ALL)
    publish(store, owner, made, "2025-01")
    with pytest.raises(BadInput, match=SELECTOR):
        propose(store, twin, partner, codes(11))
    for who in (owner, giver, stranger):
        (told,) = held(store, who)
        assert told["owner"] == who.caller.organisation
