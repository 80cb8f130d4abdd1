"""A release is news: to its publisher, and to whom an agreement opens it; to nobody else."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from synergie.exchange.readings.changes import Changes
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.office import Office
from tests.exchange.people import NOW, Body, terms
from tests.exchange.sums import Territory, codes, publish, saved, scheme

type Agree = Callable[..., Agreement]

SUMS = {"granularity": "aggregate", "datasets": ["consumption"]}


@pytest.fixture
def home(store: Store, owner: Body) -> Territory:
    return Territory(store, owner).add(codes(12), [1000] * 12)


@pytest.fixture
def made(store: Store, owner: Body, home: Territory) -> CellScheme:
    return saved(store, owner, scheme())


def _told(store: Store, who: Body, agreement: str | None = None) -> Sequence[tuple[str, str]]:
    """Act and subject of each release that *who* is told of, page by page."""
    found: list[tuple[str, str]] = []
    cursor = None
    while True:
        page = Changes(store).after(who.caller, cursor, limit=3, agreement=agreement, now=NOW)
        found += [(one.act, one.id) for one in page.items if one.kind == "release"]
        cursor = page.next
        if not page.more:
            return found


def test_each_release_is_told_once_to_its_publisher(
    store: Store, owner: Body, partner: Body, home: Territory, made: CellScheme
) -> None:
    first = publish(store, owner, made, "2025-01")
    assert publish(store, owner, made, "2025-01") == first
    assert _told(store, owner) == [("released", first.id)]
    home.measure(list(home.series), [2000])
    corrected = publish(store, owner, made, "2025-01")
    assert corrected.version == 2
    assert _told(store, owner) == [("released", first.id), ("released", corrected.id)]
    assert _told(store, partner) == []


def test_it_is_told_to_whom_an_agreement_opens_the_scheme(
    store: Store, owner: Body, partner: Body, home: Territory, made: CellScheme, agreed: Agree
) -> None:
    other = saved(store, owner, scheme("54318"), name="autre")
    points = {"supply_points": sorted(home.points.values())}
    mine = agreed(points, cell_scheme=made.id, **SUMS)
    elsewhere = agreed(points, cell_scheme=other.id, **SUMS)
    done = publish(store, owner, made, "2025-01")
    page = Changes(store).after(partner.caller, agreement=mine.id, now=NOW)
    (change,) = page.items  # the curves that were summed are no news under it
    assert (change.kind, change.id, change.owner) == ("release", done.id, "owner")
    assert _told(store, partner, elsewhere.id) == []
    assert _told(store, partner) == []


def test_what_may_not_be_read_is_not_told(
    store: Store, owner: Body, partner: Body, stranger: Body, agreed: Agree
) -> None:
    """The partner's sums stand on an agreement that lets nobody pass them on."""
    home = Territory(store, owner).add(codes(12), [1000] * 12)
    made = saved(store, partner, scheme())
    agreed({"supply_points": sorted(home.points.values())}, cell_scheme=made.id, **SUMS)
    theirs = Territory(store, partner).add(codes(11, 500), [1000] * 12)
    back = _agreed_by(store, partner, stranger, theirs, made)
    done = publish(store, partner, made, "2025-01")
    assert _told(store, partner) == [("released", done.id)]
    assert _told(store, stranger, back.id) == []


def _agreed_by(
    store: Store, giver: Body, taker: Body, place: Territory, made: CellScheme
) -> Agreement:
    book, selector = Agreements(store), {"supply_points": sorted(place.points.values())}
    asked = terms(giver, taker, selector, cell_scheme=made.id, **SUMS)
    drafted = book.draft(giver.caller, asked, now=NOW)
    book.act(giver.caller, drafted.id, "propose", signature=giver.sign(drafted), now=NOW)
    return book.act(taker.caller, drafted.id, "accept", signature=taker.sign(drafted), now=NOW)


def test_what_may_be_read_no_more_is_told_no_more(
    store: Store, owner: Body, partner: Body, stranger: Body, agreed: Agree
) -> None:
    home = Territory(store, owner).add(codes(12), [1000] * 12)
    made = saved(store, partner, scheme())
    points = {"supply_points": sorted(home.points.values())}
    opened = agreed(points, cell_scheme=made.id, onward="open_data", **SUMS)
    theirs = Territory(store, partner).add(codes(11, 500), [1000] * 12)
    back = _agreed_by(store, partner, stranger, theirs, made)
    done = publish(store, partner, made, "2025-01")
    assert done.agreements == (f"{opened.id}/1",)
    assert _told(store, stranger, back.id) == [("released", done.id)]
    Agreements(store).act(owner.caller, opened.id, "suspend", now=NOW)
    assert _told(store, stranger, back.id) == []
    assert _told(store, partner) == [("released", done.id)]


def test_a_webhook_tells_it_in_identifiers_only(
    store: Store,
    office: Office,
    owner: Body,
    partner: Body,
    stranger: Body,
    home: Territory,
    made: CellScheme,
    agreed: Agree,
) -> None:
    agreed({"supply_points": sorted(home.points.values())}, cell_scheme=made.id, **SUMS)
    office.register(owner, "/owner", kinds=("release",))
    office.register(partner, "/partner")
    office.register(stranger, "/stranger")
    done = publish(store, owner, made, "2025-01")
    office.run()
    assert office.told("/stranger") == []
    for path in ("/owner", "/partner"):
        (message,) = office.took(path)
        body: dict[str, Any] = json.loads(message.body)
        assert body.pop("timestamp") and body.pop("epochs")
        assert body["data"].pop("seq")
        assert body == {
            "type": "aggregate.released",
            "data": {"id": done.id, "changed": "release", "owner": "owner"},
        }


def test_an_agreement_that_ended_tells_none(
    store: Store, office: Office, owner: Body, partner: Body, home: Territory,
    made: CellScheme, agreed: Agree,
) -> None:  # fmt: skip
    mine = agreed({"supply_points": sorted(home.points.values())}, cell_scheme=made.id, **SUMS)
    office.register(partner)
    Agreements(store).act(owner.caller, mine.id, "suspend", now=NOW)
    publish(store, owner, made, "2025-01")
    office.run()
    assert office.told() == [("agreement.suspended", "owner")]
