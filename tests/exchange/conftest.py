"""Three organisations, what one of them holds, and agreements between them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.exports.exports import Care, Exports
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.office import Office, opened
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.test_deposits import curve_file, deposit
from tests.proof.signers import Hand


@pytest.fixture
def owner(store: Store) -> Body:
    return body(store, "owner")


@pytest.fixture
def partner(store: Store) -> Body:
    return body(store, "partner")


@pytest.fixture
def stranger(store: Store) -> Body:
    return body(store, "stranger")


@pytest.fixture
def office(store: Store, owner: Body, partner: Body, stranger: Body) -> Iterator[Office]:
    """The webhooks of all three: each has a program that may follow changes."""
    with opened(store, owner, partner, stranger) as made:
        yield made


@pytest.fixture
def things(store: Store, owner: Body) -> dict[str, str]:
    """A site with a delivery point on it, and one beside: their ids by short name."""
    sites = Sites(store).publish(owner.caller, [site("S1"), site("S2")], now=NOW)
    points = SupplyPoints(store).publish(
        owner.caller, [point("99000000000017", site="S1"), point("99000000000018")], now=NOW
    )
    s1, s2 = (item.id for item in sites.items)
    p1, p2 = (item.id for item in points.items)
    return {"s1": s1, "s2": s2, "p1": p1, "p2": p2}


@pytest.fixture
def agreed(store: Store, owner: Body, partner: Body) -> Callable[..., Agreement]:
    """Makes an active agreement: drafted and proposed by the owner, accepted by the partner."""

    def make(selector: dict[str, list[str]], **more: Any) -> Agreement:
        book = Agreements(store)
        made = book.draft(owner.caller, terms(owner, partner, selector, **more), now=NOW)
        signed = owner.sign(made)
        book.act(owner.caller, made.id, "propose", signature=signed, now=NOW)
        return book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)

    return make


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def desk(store: Store, tmp_path: Path, hand: Hand) -> Exports:
    return Exports(store=store, prover=hand, care=Care(folder=tmp_path / "exports"))


@pytest.fixture
def by_day(
    store: Store,
    owner: Body,
    partner: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> Agreement:
    """A point with its curve and a site, opened by the day."""
    deposit(store, owner, curve_file())
    return agreed({"sites": [things["s1"]]}, granularity="day")
