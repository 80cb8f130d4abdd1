"""Records on their way into a file: one's own, or what an agreement opens, at its grain."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from synergie.errors import BadInput, NotAllowed, NotFound
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.webhooks.outgoing import KINDS, Outgoing, Wish
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.test_deposits import curve_file, deposit

SPAN = {"start": datetime(2026, 5, 31, tzinfo=UTC), "end": datetime(2026, 6, 30, tzinfo=UTC)}


def wish(*kinds: str, **more: Any) -> Wish:
    return Wish(kinds=kinds, **{**SPAN, **more})


def outgoing(store: Store, who: Body) -> Outgoing:
    return Outgoing(store, who.caller, lambda: NOW)


def test_curves_come_under_their_delivery_point_as_they_were_deposited(
    store: Store, owner: Body
) -> None:
    deposit(store, owner, curve_file())
    (curve,) = outgoing(store, owner).records(wish("curves"))
    assert isinstance(curve, MeterCurve)
    assert (curve.supply_point, curve.unit, curve.step) == ("prm:99000000000017", "W", "PT30M")
    assert curve.values == list(range(100, 148))


def test_days_of_a_power_are_told_as_energy(store: Store, owner: Body) -> None:
    deposit(store, owner, curve_file())
    (curve,) = outgoing(store, owner).records(wish("curves", granularity="day"))
    assert (curve.quantity, curve.form, curve.unit) == ("active_energy", "interval_energy", "Wh")
    assert (curve.step, sum(curve.values)) == ("P1D", sum(range(100, 148)) / 2)


def test_things_come_as_their_owner_declared_them(
    store: Store, owner: Body, things: dict[str, str]
) -> None:
    sites = list(outgoing(store, owner).records(wish("sites")))
    assert [type(one) for one in sites] == [SiteRecord, SiteRecord]
    assert {one.external_id for one in sites} == {"S1", "S2"}


def test_every_kind_is_known_and_another_is_refused(store: Store, owner: Body) -> None:
    assert list(outgoing(store, owner).records(wish(*KINDS))) == []
    with pytest.raises(BadInput):
        list(outgoing(store, owner).records(wish("clouds")))


def test_an_agreement_opens_its_things_at_its_grain_and_no_more(
    store: Store,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> None:
    deposit(store, owner, curve_file())
    made = agreed({"supply_points": [things["p1"]]}, granularity="day")
    mine = wish("curves", agreement=made.id)
    (curve,) = outgoing(store, partner).records(mine)
    assert (curve.step, curve.unit) == ("P1D", "Wh")
    with pytest.raises(NotFound):
        list(outgoing(store, stranger).records(mine))
    raw = wish("curves", agreement=made.id, granularity="raw")
    with pytest.raises(NotAllowed):
        list(outgoing(store, partner).records(raw))
    assert list(outgoing(store, partner).records(wish("curves"))) == []
    Agreements(store).act(owner.caller, made.id, "revoke", now=NOW)
    with pytest.raises((NotAllowed, NotFound)):
        list(outgoing(store, partner).records(mine))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_empty_because_it_is_not_opened(
    store: Store,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
    kind: str,
) -> None:
    """An empty file would say that there is nothing."""
    made = agreed({"supply_points": [things["p1"]]}, datasets=["consumption"])
    asked = wish(kind, agreement=made.id)
    if kind in ("curves", "supply_points"):
        list(outgoing(store, partner).records(asked))
    else:
        reason = "granularity_too_fine" if kind in ("readings", "indexes") else "dataset"
        with pytest.raises(NotAllowed, match=reason):
            list(outgoing(store, partner).records(asked))
    for of in (made.id, "agr_2222222222222222"):
        with pytest.raises(NotFound):
            list(outgoing(store, stranger).records(wish(kind, agreement=of)))


def test_an_agreement_opens_the_kinds_of_its_datasets(
    store: Store, partner: Body, things: dict[str, str], agreed: Callable[..., Agreement]
) -> None:
    made = agreed({"sites": [things["s1"]]}, datasets=["assets"])
    found = outgoing(store, partner).opened(KINDS, made.id)
    assert found == ("sites", "cabinets", "light_points")


def test_what_is_written_says_its_date_and_why_it_is_late(store: Store, owner: Body) -> None:
    deposit(store, owner, curve_file())
    about = outgoing(store, owner).about(wish("curves"), licence="Licence Ouverte 2.0")
    assert (about.title, about.as_of, about.licence) == ("Owner", NOW, "Licence Ouverte 2.0")
    assert about.source == "HDM"
    assert about.freshness is not None
    assert about.freshness.startswith("0 séries à jour sur 1. En retard : dernière mesure du")
    assert "Qui peut agir : owner." in about.freshness
    assert outgoing(store, owner).about(wish("sites")).freshness is None
