"""What a group keeps after its plan: contracts as they go, a forward curve; each its own part."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.journal import Journal
from synergie.purchase.exchange.markets import PurchaseMarkets
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.records.market import Market, MarketRecord
from synergie.storage.store import Store
from tests.exchange.buying import MEMBERS, Buying, record
from tests.exchange.marketing import contract, forward, market, move
from tests.exchange.people import NOW, Body, body
from tests.proof.signers import Hand

ENTRY = move("chenes", "entry", "2026-06-01", "85")
"""It takes the volume to 1,085 MWh: 85 % of the tunnel."""


@pytest.fixture
def awarded(store: Store) -> Buying:
    buying = Buying.of(store)
    plan = buying.proposed()
    for member in MEMBERS:
        buying.answer(member, plan)
    buying.act("award", plan)
    return buying


def keep(buying: Buying, record: MarketRecord) -> Market:
    who = buying.coordinator.caller
    return PurchaseMarkets(buying.store).save(who, buying.id, record, now=buying.now)


def read(buying: Buying, member: str) -> Market:
    who = buying.members[member].caller
    return PurchaseMarkets(buying.store).read(who, buying.id, now=buying.now)


def test_each_member_sees_its_own_volume_and_points_and_where_that_of_all_stands(
    awarded: Buying,
) -> None:
    leaves = move("aulnes", "exit", "2027-03-01", "50")
    whole = keep(awarded, market(ENTRY, leaves))
    assert (whole.version, len(whole.contracts[0].moves)) == (1, 2)
    assert {day.state for day in whole.tunnels} == {"inside", "alert"}
    mine = read(awarded, "aulnes")
    (one,), (report,) = mine.contracts, mine.reports
    assert [each.member for each in one.members] == ["aulnes"]
    assert [each.point for each in one.moves] == ["p-aulnes"]
    assert one.terms.volume_mwh == 600
    assert one.terms.tunnel is None and one.terms.maximum_mwh is None
    assert one.bought_mwh == 0
    assert report.volume.state == "no_tunnel"
    assert [(step.point, step.by) for step in report.switches] == [("p-aulnes", date(2027, 1, 30))]
    assert [(day.day, day.state) for day in mine.tunnels] == [
        (date(2026, 1, 1), "inside"), (date(2026, 6, 1), "alert"), (date(2027, 3, 1), "inside"),
    ]  # fmt: skip
    told = mine.model_dump_json()
    assert not any(word in told for word in ("chenes", "bouleaux", "1000", "3000", "9000"))


def test_a_draft_is_the_coordinators_until_the_award(store: Store) -> None:
    buying = Buying.of(store)
    plan = buying.proposed()
    assert keep(buying, market(ENTRY)).version == 1
    PurchaseMarkets(store).save_forward(
        buying.coordinator.caller, buying.id, forward(), now=buying.now
    )
    for member in MEMBERS:
        with pytest.raises(NotFound):
            read(buying, member)
        who = buying.members[member].caller
        with pytest.raises(NotFound):
            PurchaseMarkets(store).read_forward(who, buying.id, now=buying.now)
        buying.answer(member, plan)
    buying.act("award", plan)
    assert read(buying, "chenes").reports[0].volume.mwh == Decimal(85)


def test_what_is_kept_and_read_is_told_and_in_the_journal(awarded: Buying) -> None:
    keep(awarded, market(ENTRY))
    news = Changes(awarded.store).after(awarded.members["chenes"].caller, now=NOW).items
    assert [one.act for one in news if one.kind == "purchase"][-1] == "market"
    book, lead = Journal(awarded.store, Hand()), awarded.coordinator.caller

    def list_reads() -> list[tuple[str, str]]:
        found = book.accesses(lead, now=NOW).items
        return [(one.record.event, one.record.by) for one in found]

    before = list_reads()
    read(awarded, "chenes")
    assert list_reads() == [("part.read", "chenes"), *before]


REVISED = {
    "base_eur_per_mwh": "80", "date_zero": "2026-01-01", "index": "Cal-27", "base_index": "80",
    "fixed_share": 0.5, "months": 12,
}  # fmt: skip


def list_dates(buying: Buying, who: Body, now: datetime = NOW) -> list[tuple[Any, ...]]:
    """What "Ce matin" tells of contracts."""
    kinds = {"switch_notice", "switch", "price_revision", "supply_ends"}
    seen = Mornings(buying.store).read(who.caller, now=now)
    return [(one.kind, one.day, one.n, one.late_days) for one in seen.dues if one.kind in kinds]


def test_the_morning_tells_the_days_of_contracts_to_each_member_its_own(awarded: Buying) -> None:
    """NOW is 25 November 2026; notices 30 days before. 3 months ahead nothing is told yet."""
    moves = (
        move("chenes", "entry", "2026-11-01", "85"),
        move("chenes", "exit", "2026-12-05", "85", point="p-2"),
        move("aulnes", "exit", "2027-01-01", "50"),
        move("aulnes", "exit", "2026-12-20", "50", point="p-3", requested="2026-11-01"),
        move("bouleaux", "exit", "2027-06-01", "50"),
    )
    done = move("bouleaux", "entry", "2026-11-20", "5", requested="2026-10-01",
                switched="2026-11-20", point="p-4")  # fmt: skip
    terms = contract()["terms"] | {"revision": REVISED}
    keep(awarded, market(*moves, done, terms=terms))
    renewed = ("price_revision", date(2027, 1, 1), 1, None)
    assert list_dates(awarded, awarded.coordinator) == [
        ("switch_notice", date(2026, 10, 2), 2, 54),
        ("switch_notice", date(2026, 12, 2), 1, None),
        ("switch", date(2026, 12, 20), 1, None),
        renewed,
    ]
    assert list_dates(awarded, awarded.members["chenes"]) == [
        ("switch_notice", date(2026, 10, 2), 2, 54),
        renewed,
    ]
    assert list_dates(awarded, awarded.members["bouleaux"]) == [renewed]
    assert list_dates(awarded, body(awarded.store, "etranger")) == []


def test_the_last_day_of_the_supply_is_told_and_then_nothing_more(awarded: Buying) -> None:
    terms = contract()["terms"] | {"ends": "2027-01-01", "revision": REVISED}
    keep(awarded, market(ENTRY, terms=terms))
    who = awarded.coordinator
    last = ("supply_ends", date(2026, 12, 31), 1, None)
    assert list_dates(awarded, who)[1:] == [last]
    assert list_dates(awarded, who, datetime(2026, 12, 31, 12, tzinfo=UTC))[1:] == [last]
    assert list_dates(awarded, who, datetime(2027, 1, 1, 12, tzinfo=UTC)) == []


def test_no_day_of_a_draft_is_told(store: Store) -> None:
    buying = Buying.of(store)
    buying.proposed()
    keep(buying, market(ENTRY))
    assert list_dates(buying, buying.coordinator) == []


def test_days_of_more_than_200_purchases_are_told(store: Store) -> None:
    buying = Buying.of(store)
    book, who = Purchases(store), buying.coordinator.caller
    asked = record().model_copy(update={"needs_until": NOW + timedelta(days=9)})
    for _ in range(210):
        book.create(who, asked, now=NOW)
    seen = Mornings(store).read(who, now=NOW)
    assert sum(one.kind == "needs_close" for one in seen.dues) >= 210


def test_the_same_again_is_no_version_and_a_member_that_is_taken_out_reads_nothing_more(
    awarded: Buying,
) -> None:
    assert keep(awarded, market(ENTRY)).version == keep(awarded, market(ENTRY)).version == 1
    shares = [{"member": "aulnes", "mwh": "1000"}]
    assert keep(awarded, market(members=shares)).version == 2
    assert read(awarded, "aulnes").contracts[0].terms.volume_mwh == 1000
    with pytest.raises(NotFound):
        read(awarded, "chenes")


def test_strangers_and_members_do_not_keep_it(awarded: Buying, store: Store) -> None:
    book, stranger = PurchaseMarkets(store), body(store, "etranger").caller
    member = awarded.members["aulnes"].caller
    for who, error in ((stranger, NotFound), (member, NotAllowed)):
        with pytest.raises(error):
            book.save(who, awarded.id, market(), now=NOW)
        with pytest.raises(error):
            book.save_forward(who, awarded.id, forward(), now=NOW)
    for read_it in (book.read, book.read_forward):
        with pytest.raises(NotFound):
            read_it(stranger, awarded.id, now=NOW)


def test_of_a_purchase_closed_without_an_award_no_market_is_kept(store: Store) -> None:
    buying = Buying.of(store)
    buying.act("close")
    with pytest.raises(Conflict, match="closed"):
        keep(buying, market())


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"terms": contract()["terms"] | {"lot": "lot-9"}}, "/contracts/0/terms/lot"),
        (
            {"members": [{"member": "etranger", "mwh": "1000"}]},
            "/contracts/0/members/0/member",
        ),
    ],
)
def test_a_lot_or_a_member_of_another_purchase_is_refused_with_its_place(
    awarded: Buying, more: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as wrong:
        keep(awarded, market(**more))
    assert wrong.value.where == where


@pytest.mark.parametrize(
    "more",
    [
        {"members": [{"member": "aulnes", "mwh": "999"}]},
        {"members": [{"member": "aulnes", "mwh": "500"}] * 2},
        {"moves": [move("etranger", "entry", "2027-01-01", "1")]},
    ],
)
def test_volumes_that_do_not_add_up_and_moves_of_nobody_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MarketRecord.model_validate_json(json.dumps({"contracts": [contract(**more)]}))
    with pytest.raises(ValidationError, match="each lot once"):
        MarketRecord.model_validate_json(json.dumps({"contracts": [contract()] * 2}))


def test_a_forward_curve_is_valued_for_the_coordinator_and_told_bare_to_members(
    awarded: Buying, store: Store
) -> None:
    """24 h of 0.5 MW: 12 MWh at 80 €; the curve is flat at 75."""
    book, lead = PurchaseMarkets(store), awarded.coordinator.caller
    kept = book.save_forward(lead, awarded.id, forward(), now=NOW)
    assert kept.study is not None
    assert [str(one.cost_eur) for one in kept.study.offers] == ["960.00"]
    assert book.read_forward(lead, awarded.id, now=NOW) == kept
    told = book.read_forward(awarded.members["aulnes"].caller, awarded.id, now=NOW)
    assert (told.record, told.study) == (None, None)
    assert told.part is not None and told.part == kept.part
    assert [(one.year, str(one.eur_per_mwh)) for one in told.part.years] == [(2028, "75.00")]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"load_mw": [0.5] * 23}, "/load_mw"),
        ({"load_mw": [0.0] * 24}, "/load_mw"),
        ({"curve": {"quoted_on": "2026-11-25", "source": "S", "starts": "2027-12-31T23:00:00Z",
                    "eur_per_mwh": ["75"] * 23}}, "/curve/eur_per_mwh"),
    ],
)  # fmt: skip
def test_a_forward_curve_with_a_missing_hour_is_refused_and_nothing_is_kept(
    awarded: Buying, more: dict[str, Any], where: str
) -> None:
    book, lead = PurchaseMarkets(awarded.store), awarded.coordinator.caller
    with pytest.raises(BadInput) as wrong:
        book.save_forward(lead, awarded.id, forward(**more), now=NOW)
    assert wrong.value.where == where
    assert book.read_forward(lead, awarded.id, now=NOW).version == 0
