"""What pages count and show beside agreements: the index says what the agreements say."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from synergie.exchange.assets.sites import Sites
from synergie.exchange.trust.agreement_watch import AgreementWatch
from synergie.exchange.trust.agreements import Agreements
from synergie.policy.trust.agreement import ENDED
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, terms

type Make = Callable[..., Agreement]

MOMENTS = [NOW, NOW + timedelta(days=40), NOW + timedelta(days=400)]


@pytest.fixture
def several(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> dict[str, str]:
    """Agreements in every state, by the state that they are in now."""
    book, selector = Agreements(store), {"sites": [things["s1"]]}
    found = {"active": agreed(selector).id}
    for act in ("suspend", "revoke"):
        made = agreed(selector)
        book.act(owner.caller, made.id, act, now=NOW)
        found[act] = made.id
    ended = agreed(selector)
    book.act(partner.caller, ended.id, "terminate", now=NOW)
    drafted = book.draft(owner.caller, terms(owner, partner, selector), now=NOW)
    proposed = book.draft(owner.caller, terms(owner, partner, selector), now=NOW)
    book.act(owner.caller, proposed.id, "propose", signature=owner.sign(proposed), now=NOW)
    found["later"] = _changed(store, owner, partner, agreed(selector))
    found["gone"] = _changed(store, owner, partner, agreed(selector))
    book.act(owner.caller, found["gone"], "revoke", now=NOW + timedelta(days=35))
    return found | {
        "terminate": ended.id, "draft": drafted.id, "proposed": proposed.id,
    }  # fmt: skip


def _changed(store: Store, owner: Body, partner: Body, one: Agreement) -> str:
    """*one* with a second version that both signed and that takes its place in 30 days."""
    book, begin = Agreements(store), NOW + timedelta(days=30)
    other = one.terms.model_copy(update={"valid_from": begin, "granularity": "year"})
    second = book.redraft(owner.caller, one.id, other, now=NOW)
    book.act(owner.caller, one.id, "propose", signature=owner.sign(second), now=NOW)
    book.act(partner.caller, one.id, "accept", signature=partner.sign(second), now=NOW)
    return one.id


@pytest.mark.parametrize("now", MOMENTS, ids=["now", "in 40 days", "in 400 days"])
@pytest.mark.parametrize("side", ["owner", "partner", "stranger"])
def test_the_index_says_what_the_agreements_say(
    store: Store,
    several: dict[str, str],
    now: datetime,
    side: str,
    request: pytest.FixtureRequest,
) -> None:
    caller = request.getfixturevalue(side).caller
    watch, book = AgreementWatch(store), Agreements(store)
    index = {one.id: one for one in watch.index(caller, now=now)}
    told = {one.id: one for one in book.page(caller, now=now).items}
    assert index.keys() == told.keys()
    for name, one in told.items():
        seen = index[name]
        assert seen.in_force == (one.version_in_force is not None), name
        assert seen.ended == (one.state in ENDED), name
    assert watch.list_visible(caller, sorted(told), now=now) == told


def test_what_waits_is_the_other_partys_to_sign_and_a_draft_its_authors(
    store: Store, several: dict[str, str], owner: Body, partner: Body
) -> None:
    watch = AgreementWatch(store)
    mine = {one.id: one for one in watch.index(owner.caller, now=NOW)}
    theirs = {one.id: one for one in watch.index(partner.caller, now=NOW)}
    assert [one.id for one in mine.values() if one.to_sign] == []
    assert [one.id for one in theirs.values() if one.to_sign] == [several["proposed"]]
    assert mine[several["draft"]].draft == 1
    assert several["draft"] not in theirs


def test_names_are_an_owners_own_and_what_names_nothing_is_counted(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"], "site_of_nobody"]})
    watch = AgreementWatch(store)
    found = watch.things(owner.caller, made, now=NOW)
    assert (found.names, found.count, found.unknown) == ((("site", "Site S1"),), 2, 1)
    others = watch.things(partner.caller, made, now=NOW)
    assert (others.names, others.count, others.unknown) == ((), 2, 0)
    assert watch.first_names(owner.caller, [made], most=3, now=NOW) == {made.id: ["Site S1"]}
    assert watch.first_names(partner.caller, [made], most=3, now=NOW) == {}


def test_looks_are_counted_by_grain_the_last_one_first(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    book = Sites(store)
    for hours in (1, 2):
        book.page(partner.caller, agreement=made.id, now=NOW + timedelta(hours=hours))
    for caller in (owner.caller, partner.caller):
        looks = AgreementWatch(store).looks(caller, now=NOW + timedelta(days=1)).looks
        assert looks[made.id].count == 2
        assert looks[made.id].last == NOW + timedelta(hours=2)
