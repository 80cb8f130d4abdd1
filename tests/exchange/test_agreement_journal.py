"""Each step of an agreement, consent and perimeter is in the journal, for whom it concerns."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from synergie.errors import BadInput, NotAllowed, Overloaded
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.consents import Consents
from synergie.policy import permit_party
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import append
from synergie.storage.trust.journal.journal_records import find_record_bytes
from tests.exchange.people import NOW, Body, terms
from tests.exchange.test_consents import record as consent_record

type Make = Callable[..., Agreement]


def events(store: Store, by: Body, *nouns: str) -> list[dict[str, Any]]:
    """The records that concern *by*, of these nouns, in order."""
    found = []
    with store.read() as session:
        permit = permit_party(by.caller, action="read", now=NOW)
        for seq in range(200):
            kept = find_record_bytes(permit, session, seq)
            if kept is not None:
                found.append(json.loads(kept.content))
    return [one for one in found if one["event"].partition(".")[0] in nouns]


def _named(told: list[dict[str, Any]]) -> list[str]:
    return [one["event"].partition(".")[2] for one in told]


def test_each_act_is_a_record_for_both_and_a_draft_for_its_author(
    store: Store, owner: Body, partner: Body, stranger: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    book = Agreements(store)
    book.act(owner.caller, made.id, "suspend", now=NOW)
    book.act(owner.caller, made.id, "suspend", now=NOW)  # again: nothing happens
    book.act(owner.caller, made.id, "resume", now=NOW)
    book.operate(made.id, "suspend", now=NOW)
    book.operate(made.id, "resume", now=NOW)
    new = book.redraft(partner.caller, made.id, made.terms, now=NOW)
    book.act(partner.caller, made.id, "propose", signature=partner.sign(new), now=NOW)
    book.act(owner.caller, made.id, "accept", signature=owner.sign(new), now=NOW)
    book.act(partner.caller, made.id, "terminate", now=NOW)
    common = [
        "propose", "accept", "suspend", "resume", "suspend", "resume", "propose", "accept",
        "replace", "terminate",
    ]  # fmt: skip
    mine, theirs = (_named(events(store, by, "agreement")) for by in (owner, partner))
    assert [act for act in mine if act != "draft"] == common
    assert [act for act in theirs if act != "draft"] == common
    assert (mine.count("draft"), theirs.count("draft")) == (1, 1)
    assert events(store, stranger, "agreement") == []
    told = {(one["event"], one["agreement"]) for one in events(store, owner, "agreement")}
    assert ("agreement.replace", f"{made.id}/1") in told
    assert ("agreement.accept", f"{made.id}/2") in told


def test_a_refused_act_leaves_no_record(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    before = events(store, owner, "agreement")
    with pytest.raises(NotAllowed):
        Agreements(store).act(partner.caller, made.id, "revoke", now=NOW)
    assert events(store, owner, "agreement") == before


def test_consents_and_perimeters_are_records_of_their_owner(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book, perimeters = Consents(store), NamedPerimeters(store)
    given = book.give(owner.caller, consent_record(things["p1"]), now=NOW)
    for _ in range(2):
        book.withdraw(owner.caller, given.id, now=NOW)
    lists = ([things["s1"]], [things["s1"]], [things["s2"]])
    for sites in lists:
        body = NamedPerimeterRecord.model_validate({"name": "Écoles", "sites": sites})
        perimeters.save(owner.caller, body, now=NOW)
    told = events(store, owner, "consent", "perimeter")
    assert [one["event"] for one in told] == [
        "consent.given", "consent.withdrawn", "perimeter.saved", "perimeter.saved",
    ]  # fmt: skip
    assert given.subject not in json.dumps(told), "a journal names nobody"
    assert events(store, partner, "consent", "perimeter") == []


def test_only_programs_of_the_recipient_are_accepted_by_it(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book, where = Agreements(store), {"sites": [things["s1"]]}
    key = {"keys": [partner.key.as_dict(private=False)]}
    Clients(store).register(
        "partner-app", "partner", name="x", jwks=key, scopes=["sites:read"], now=NOW
    )
    for name, good in (("partner-app", True), ("partner-other", False)):
        made = book.draft(
            owner.caller, terms(owner, partner, where, recipient_clients=[name]), now=NOW
        )
        book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
        jws = partner.sign(made)
        if good:
            accepted = book.act(partner.caller, made.id, "accept", signature=jws, now=NOW)
            assert accepted.state == "active"
            continue
        with pytest.raises(BadInput, match="/recipient_clients/0"):
            book.act(partner.caller, made.id, "accept", signature=jws, now=NOW)


def test_a_series_and_a_light_point_may_be_named_alone(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    def measured(quantity: str, unit: str) -> SeriesRecord:
        return SeriesRecord.model_validate(
            {
                "supply_point": "prm:99000000000017", "quantity": quantity, "form": "mean_power",
                "unit": unit, "provenance": "synthetic",
            }
        )  # fmt: skip

    book, lamps = SeriesBook(store), LightPoints(store)
    records = [measured("active_power", "W"), measured("reactive_inductive", "VAr")]
    first, second = (one.id for one in book.publish(owner.caller, records, now=NOW).items)
    lights = [
        LightPointRecord.model_validate({"external_id": name, "provenance": "synthetic"})
        for name in ("L1", "L2")
    ]
    lit, dark = (one.id for one in lamps.publish(owner.caller, lights, now=NOW).items)
    made = agreed({"series": [first], "light_points": [lit]})
    at = NOW + timedelta(minutes=1)
    seen = book.page(partner.caller, agreement=made.id, now=at).items
    assert [one.id for one in seen] == [first]
    assert book.read(partner.caller, first, now=at).id == first
    shown = lamps.page(partner.caller, agreement=made.id, now=at).items
    assert [one.id for one in shown] == [lit]
    for read, other in ((book.read, second), (lamps.read, dark)):
        with pytest.raises(Exception, match="not found"):
            read(partner.caller, other, now=at)


class _GaveWayError(Exception):
    """PostgreSQL's: another transaction went first."""

    sqlstate = "40P01"


def test_what_a_reader_saw_is_recorded_whole_when_the_record_is_written_a_second_time(
    store: Store,
    partner: Body,
    things: dict[str, str],
    agreed: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list was read away at the first try: the second one recorded that nothing was seen."""
    made, tries = agreed({"sites": [things["s1"]]}), 0

    def append_later(*given: Any, **named: Any) -> None:
        nonlocal tries
        tries += 1
        append(*given, **named)
        if tries == 1:
            raise Overloaded(1) from _GaveWayError

    monkeypatch.setattr(_seen, "append", append_later)
    page = Sites(store).page(partner.caller, agreement=made.id, now=NOW)
    (read,) = events(store, partner, "data")
    assert tries == 2
    assert read["subjects"] == [one.id for one in page.items] == [things["s1"]]
