"""Needs that anybody says: kept for who can grant them, told to nobody else, gone after a year."""

from datetime import timedelta
from typing import Any

import pytest

from synergie.errors import Conflict, NotFound, Overloaded
from synergie.exchange.trust.organisations import Directory
from synergie.purchase.exchange import needs_asked
from synergie.purchase.exchange.needs_asked import KEPT, NeedsAsked
from synergie.schemas.asked_need import AskedNeed
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body


def need(**more: Any) -> AskedNeed:
    values: dict[str, Any] = {
        "asker": "Les Lumens associés",
        "asker_kind": "citizens",
        "purpose": "energy_monitoring",
        "why": "Comparer les écoles.",
        "datasets": ["consumption"],
        "granularity": "month",
        "things": "Les écoles de la commune.",
    }
    return AskedNeed.model_validate(values | more)


@pytest.fixture
def needs(store: Store) -> NeedsAsked:
    return NeedsAsked(store)


def test_who_is_asked_sees_it_and_nobody_else(
    needs: NeedsAsked, owner: Body, partner: Body
) -> None:
    needs.ask(need(), of="Owner", now=NOW)
    (kept,) = needs.page(owner.caller, now=NOW)
    assert (kept.need, kept.state) == (need(), "waiting")
    assert needs.page(partner.caller, now=NOW) == []
    for act in (needs.read, needs.refuse):
        with pytest.raises(NotFound):
            act(partner.caller, kept.id, now=NOW)


@pytest.mark.parametrize(
    "named", ["Bassin d'Été", "bassin  D'ETE", "BASSIN-DETE", "123456782", "54430", "bassin"]
)
def test_a_name_a_siren_or_a_commune_code_means_the_organisation(
    store: Store, needs: NeedsAsked, owner: Body, named: str
) -> None:
    body = Organisation(
        id="bassin",
        name="Bassin d'Été",
        kind="commune",
        siren="123456782",
        insee_code="54430",
        parent=None,
        provenance="synthetic",
    )
    Directory(store).add(body, now=NOW)
    needs.ask(need(), of=named, now=NOW)
    with store.read() as session:
        kept = session.connection().exec_driver_sql("SELECT owner FROM asked_need").all()
    assert [row[0] for row in kept] == ["bassin"]
    assert needs.page(owner.caller, now=NOW) == []


@pytest.mark.parametrize("named", ["", "nowhere", "Own", "%", "owner' OR 1=1 --"])
def test_what_means_nobody_is_kept_nowhere_and_says_nothing(
    store: Store, needs: NeedsAsked, owner: Body, named: str
) -> None:
    needs.ask(need(), of=named, now=NOW)
    with store.read() as session:
        assert session.connection().exec_driver_sql("SELECT * FROM asked_need").all() == []


def test_the_same_need_twice_waits_once(needs: NeedsAsked, owner: Body) -> None:
    for _ in range(2):
        needs.ask(need(), of="owner", now=NOW)
    needs.ask(need(why="Autre chose."), of="owner", now=NOW)
    assert len(needs.page(owner.caller, now=NOW)) == 2


def test_an_answer_is_given_once(needs: NeedsAsked, owner: Body) -> None:
    needs.ask(need(), of="owner", now=NOW)
    (kept,) = needs.page(owner.caller, now=NOW)
    needs.refuse(owner.caller, kept.id, now=NOW)
    needs.refuse(owner.caller, kept.id, now=NOW)
    assert needs.read(owner.caller, kept.id, now=NOW).state == "refused"
    with pytest.raises(Conflict):
        needs.proposed(owner.caller, kept.id, "agr_x", now=NOW)


def test_a_year_later_it_is_gone_answered_or_not(needs: NeedsAsked, owner: Body) -> None:
    needs.ask(need(), of="owner", now=NOW)
    needs.ask(need(why="Plus tard."), of="owner", now=NOW + timedelta(days=1))
    assert needs.sweep(now=NOW + KEPT) == 0
    assert needs.sweep(now=NOW + KEPT + timedelta(seconds=1)) == 1
    assert [one.need.why for one in needs.page(owner.caller, now=NOW)] == ["Plus tard."]


def test_a_flood_is_told_to_come_back(
    needs: NeedsAsked, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs_asked, "MOST_WAITING", 1)
    needs.ask(need(), of="owner", now=NOW)
    for named in ("owner", "nowhere"):
        with pytest.raises(Overloaded):
            needs.ask(need(why="Encore."), of=named, now=NOW)
