"""Curves sent in the owner's name: under an agreement to write, and no further."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import NotAllowed, NotFound, SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Ask, Principal, decide_permit, in_the_name_of, permit_own_data
from synergie.policy.trust.principal import Narrowing
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point, site
from tests.exchange.test_curves import DAY, MONDAY, Make, curve, declared, put, record, values_of

type Send = Callable[..., Receipt]


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str]) -> str:
    return declared(store, owner)


@pytest.fixture
def writing(agreed: Make, things: dict[str, str]) -> Agreement:
    return agreed({"supply_points": [things["p1"]]}, direction="write", granularity="raw")


def send(curves: Curves, who: Principal, one: Curve, agreement: str, *, now: Any = NOW) -> Receipt:
    """The receipt of a curve sent under *agreement*; raises why it is refused."""
    (answer,) = curves.deposit(who, [one], onces=[None], agreement=agreement, now=now)
    if isinstance(answer, SynergieError):
        raise answer
    return answer


def test_the_owner_holds_what_is_sent_in_its_name_and_sees_who_sent_it(
    curves: Curves, owner: Body, partner: Body, store: Store, series: str, writing: Agreement
) -> None:
    receipt = send(curves, partner.caller, curve(series, [1, 2]), writing.id)
    told = (receipt.owner, receipt.sent_by, receipt.agreement, receipt.kept)
    assert told == ("owner", "partner", f"{writing.id}/1", 2)
    assert values_of(curves, owner.caller, series) == [[1, 2]]
    assert Batches(store).read(owner.caller, receipt.id, now=NOW).sent_by == "partner"
    mine = put(curves, owner, curve(series, [1, 3]))
    assert (mine.sent_by, mine.agreement, mine.kept) == (None, None, 1)


def test_an_agreement_to_read_is_not_to_write(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    with pytest.raises(NotAllowed, match="direction"):
        send(curves, partner.caller, curve(series, [1]), made.id)
    assert values_of(curves, owner.caller, series) == []


def test_who_may_not_read_the_steps_may_not_send_them(
    curves: Curves, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    """A receipt says which values were known already: by trying, one would read them."""
    made = agreed({"supply_points": [things["p1"]]}, direction="write", granularity="day")
    with pytest.raises(NotAllowed, match="granularity_too_fine"):
        send(curves, partner.caller, curve(series, [1]), made.id)


def test_a_refusal_and_what_is_sent_are_in_the_journal(
    curves: Curves, partner: Body, store: Store, series: str, things: dict[str, str],
    writing: Agreement, agreed: Make,
) -> None:  # fmt: skip
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    with pytest.raises(NotAllowed):
        send(curves, partner.caller, curve(series, [1]), made.id)
    receipt = send(curves, partner.caller, curve(series, [1]), writing.id)
    with store.read() as session:
        bodies = session.connection().execute(text("SELECT record FROM journal ORDER BY seq")).all()
    told = [json.loads(one) for (one,) in bodies]
    refused = next(one for one in told if one["event"] == "access.refused")
    assert (refused["reason"], refused["by"], refused["owner"]) == ("direction", "partner", "owner")
    written = [one for one in told if one["event"] == "data.written"][-1]
    assert (written["by"], written["owner"]) == ("partner", "owner")
    assert written["agreement"] == f"{writing.id}/1"
    assert receipt.id in written["subjects"]


def test_what_is_not_covered_is_not_found(
    curves: Curves, owner: Body, partner: Body, store: Store, series: str, writing: Agreement
) -> None:
    beside = SeriesBook(store).publish(owner.caller, [record("99000000000018")], now=NOW)
    for name in (beside.items[0].id, "ser_nothing"):
        with pytest.raises(NotFound):
            send(curves, partner.caller, curve(name, [1]), writing.id)


def test_a_person_must_have_agreed_to_what_is_sent_too(
    curves: Curves, owner: Body, partner: Body, store: Store, agreed: Make
) -> None:
    """FR-CURVE."""
    home = SupplyPoints(store).publish(
        owner.caller, [point("99000000000061", personal_data="yes")], now=NOW
    )
    name = SeriesBook(store).publish(owner.caller, [record("99000000000061")], now=NOW)
    made = agreed({"supply_points": [home.items[0].id]}, direction="write", granularity="raw")
    with pytest.raises(NotFound):
        send(curves, partner.caller, curve(name.items[0].id, [1]), made.id)


@pytest.mark.parametrize(("first", "last"), [(-1, 10), (40, 60), (-60, -40)])
def test_readings_outside_the_period_are_refused(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make,
    first: int, last: int,
) -> None:  # fmt: skip
    made = agreed(
        {"supply_points": [things["p1"]]},
        direction="write",
        granularity="raw",
        data_period={"start": MONDAY, "end": MONDAY + DAY},
    )
    start = MONDAY + first * timedelta(minutes=30)
    with pytest.raises(NotAllowed, match="period"):
        send(curves, partner.caller, curve(series, [1] * (last - first), start=start), made.id)
    assert values_of(curves, owner.caller, series, start=MONDAY - 9 * DAY) == []
    send(curves, partner.caller, curve(series, [1] * 48), made.id)


@pytest.mark.parametrize("act", ["suspend", "revoke", "terminate"])
def test_what_has_ended_lets_nothing_in(
    curves: Curves, owner: Body, partner: Body, store: Store, series: str, writing: Agreement,
    act: Any,
) -> None:  # fmt: skip
    who = partner if act == "terminate" else owner
    Agreements(store).act(who.caller, writing.id, act, now=NOW)
    with pytest.raises(NotAllowed):
        send(curves, partner.caller, curve(series, [1]), writing.id)
    assert values_of(curves, owner.caller, series) == []


def test_a_stranger_and_the_owner_do_not_send_under_it(
    curves: Curves, owner: Body, stranger: Body, series: str, writing: Agreement
) -> None:
    with pytest.raises(NotFound):
        send(curves, stranger.caller, curve(series, [1]), writing.id)
    with pytest.raises(NotAllowed, match="no_agreement"):
        send(curves, owner.caller, curve(series, [1]), writing.id)


def test_a_narrowed_token_sends_no_further(
    curves: Curves, partner: Body, series: str, writing: Agreement
) -> None:
    def token(**more: Any) -> Principal:
        return Principal(
            client_id="partner-app",
            organisation="partner",
            scopes=frozenset(),
            agreements=frozenset({writing.id}),
            narrowings=(Narrowing(agreement=writing.id, **more),),
        )

    with pytest.raises(NotAllowed, match="token_narrower"):
        send(curves, token(granularity="day"), curve(series, [1]), writing.id)
    with pytest.raises(NotAllowed, match="period"):
        send(curves, token(end=MONDAY + DAY), curve(series, [1] * 49), writing.id)
    assert send(curves, token(end=MONDAY + DAY), curve(series, [1]), writing.id).kept == 1


def test_the_same_again_is_a_replay_of_ones_own_only(
    curves: Curves, owner: Body, partner: Body, series: str, writing: Agreement
) -> None:
    """The receipt of what the owner sent is the owner's: its number and its time are not told."""
    mine = put(curves, owner, curve(series, [1, 2]))
    theirs = send(curves, partner.caller, curve(series, [1, 2]), writing.id)
    assert (theirs.replayed, theirs.kept, theirs.unchanged) == (False, 0, 2)
    assert theirs.id != mine.id
    again = send(curves, partner.caller, curve(series, [1, 2]), writing.id)
    assert again == theirs.model_copy(update={"replayed": True})
    assert put(curves, owner, curve(series, [1, 2])).id == mine.id


def test_nothing_else_becomes_writable(
    store: Store, owner: Body, partner: Body, series: str, writing: Agreement
) -> None:
    sites = Sites(store).publish(partner.caller, [site("S1", name="Hacked")], now=NOW)
    points = SupplyPoints(store).publish(partner.caller, [point()], now=NOW)
    assert (sites.owner, points.owner) == ("partner", "partner")
    (kept,) = (
        one for one in Sites(store).page(owner.caller, now=NOW).items if one.external_id == "S1"
    )
    assert kept.name == "Site S1"


def test_only_a_permit_to_write_writes_in_anothers_name(writing: Agreement, partner: Body) -> None:
    read = decide_permit(writing, principal=partner.caller, ask=Ask(dataset="consumption"), now=NOW)
    for permit in (read, permit_own_data(partner.caller, action="write", now=NOW)):
        with pytest.raises(TypeError):
            in_the_name_of(permit)
