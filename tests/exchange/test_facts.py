"""Facts: what files tell beside curves and assets, with revisions and the best source."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from synergie.errors import NotFound, Overloaded
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings import written as _written
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.written import note
from synergie.policy.readings.source_priority import MIDDLE, source_priority
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.change import ChangeKind
from synergie.schemas.readings.batch import BatchKind
from synergie.schemas.readings.fact import FACTS, Fact, FactKind
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.storage.store import Store
from tests.exchange.lines import PRM, index, put, register
from tests.exchange.people import NOW, Body

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

ONE_OF_EACH: dict[FactKind, Any] = {
    "register_reading": index(7),
    "interval_reading": IntervalReading(
        supply_point="pce:GI123456",
        quantity="gas_energy",
        unit="kWh",
        start=JUNE,
        end=JUNE + 24 * HOUR,
        value=Decimal("12.5"),
        source="grdf-adict",
        provenance="synthetic",
    ),
    "period_energy": PeriodEnergy(
        name="MAIRIE",
        from_date=date(2026, 5, 1),
        to_date=date(2026, 6, 1),
        energy_kwh=Decimal("-3.5"),
        provenance="synthetic",
    ),
    "supply_terms": SupplyTerms(
        supply_point=PRM,
        valid_from=date(2026, 1, 1),
        tariff_code="BTINFCU4",
        source="enedis-c68",
        provenance="synthetic",
    ),
    "invoice_line": InvoiceLine(
        invoice="F1",
        line="1/1",
        supply_point=PRM,
        element="ACHC5SC",
        amount_eur=Decimal("12.34"),
        source="enedis-f12",
        provenance="synthetic",
    ),
    "market_curve": MarketCurve(
        zone="FR",
        quantity="day_ahead_price",
        unit="EUR/MWh",
        start=JUNE,
        step="PT1H",
        values=[Decimal("86.9"), None],
        source="entsoe-price",
    ),
    "support": SupportRecord(external_id="S1", provenance="synthetic"),
    "circuit": CircuitRecord(external_id="C1", cabinet="A1", provenance="synthetic"),
    "night_profile": NightProfile(external_id="N1", on_at="-15CS", provenance="synthetic"),
    "dimming_range": DimmingRange(
        external_id="D1",
        quantity="P",
        start="23:00HL",
        end="05:00HL",
        value=50.0,
        provenance="synthetic",
    ),
    "work_order": WorkOrder(external_id="W1", kind="repair", asset="L1", provenance="synthetic"),
    "perimeter_row": PerimeterRow(supply_point=PRM, provenance="synthetic"),
}


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def page(store: Store, who: Body, kind: FactKind = "register_reading", **more: Any) -> list[Fact]:
    return list(Facts(store).page(who.caller, kind, now=NOW, **more).items)


def shown(store: Store, who: Body, **more: Any) -> list[tuple[int, str | None, int]]:
    """Value, source and revision of the index readings that hold."""
    found = page(store, who, **more)
    return [
        (int(one.record.value), one.source, one.revision)
        for one in found
        if isinstance(one.record, RegisterReading)
    ]


def test_there_is_an_example_of_each_kind() -> None:
    assert ONE_OF_EACH.keys() == FACTS.keys()


def test_every_kind_has_its_batches_and_its_changes() -> None:
    told = (get_args(alias.__value__) for alias in (FactKind, BatchKind, ChangeKind))
    kinds, batches, changes = map(set, told)
    assert kinds == FACTS.keys()
    assert kinds <= batches & changes


@pytest.mark.parametrize("kind", list(ONE_OF_EACH))
def test_every_kind_of_record_is_stored_and_read_back(
    store: Store, owner: Body, kind: FactKind
) -> None:
    record = ONE_OF_EACH[kind]
    report = put(store, owner, record)
    receipt = report.receipts[-1]
    assert (receipt.kind, receipt.received, receipt.kept) == (kind, 1, 1)
    (fact,) = page(store, owner, kind)
    assert fact.record == record
    assert (fact.external_id, fact.revision, fact.batch) == (record.external_id, 0, receipt.id)
    assert Fact.model_validate_json(fact.model_dump_json()) == fact


def test_a_point_that_a_fact_names_is_declared_by_its_number_alone(
    store: Store, owner: Body
) -> None:
    report = put(store, owner, index(7), ONE_OF_EACH["interval_reading"])
    assert [one.kind for one in report.receipts].count("supply_points") == 2
    held = SupplyPoints(store).page(owner.caller, now=NOW).items
    assert {one.external_id for one in held} == {PRM, "pce:GI123456"}
    assert {one.personal_data for one in held} == {"possible"}


def test_the_same_content_in_another_file_is_no_revision(store: Store, owner: Body) -> None:
    put(store, owner, index(7), index(8, day=2))
    report = put(store, owner, index(8, day=2), index(7), index(9, day=3))
    assert (report.receipts[-1].kept, report.receipts[-1].unchanged) == (1, 2)
    assert [revision for _, _, revision in shown(store, owner)] == [0, 0, 0]


def test_a_correction_is_a_new_revision_and_the_past_is_kept(store: Store, owner: Body) -> None:
    put(store, owner, index(7))
    put(store, owner, index(8), now=NOW + HOUR)
    put(store, owner, index(9), now=NOW + 2 * HOUR)
    assert shown(store, owner) == [(9, "enedis-r64", 2)]
    assert shown(store, owner, as_of=NOW) == [(7, "enedis-r64", 0)]
    assert shown(store, owner, as_of=NOW + HOUR) == [(8, "enedis-r64", 1)]
    assert shown(store, owner, as_of=NOW - HOUR) == []


def test_an_old_file_sent_again_undoes_no_correction(store: Store, owner: Body) -> None:
    put(store, owner, index(7))
    second = put(store, owner, index(8), now=NOW + HOUR)
    again = put(store, owner, index(7), name="autre.lines", now=NOW + 2 * HOUR)
    (replay,) = [one for one in again.receipts if one.kind == "register_reading"]
    assert (replay.replayed, replay.superseded_by) == (True, second.receipts[-1].id)
    assert shown(store, owner) == [(8, "enedis-r64", 1)]


@pytest.mark.parametrize("order", list(itertools.permutations(["c15", "r64", "r151"])))
def test_the_best_source_holds_in_whatever_order_they_come(
    store: Store, owner: Body, order: tuple[str, ...]
) -> None:
    told = {"c15": 15, "r64": 64, "r151": 151}
    for n, name in enumerate(order):
        put(store, owner, index(told[name], source=f"enedis-{name}"), now=NOW + n * HOUR)
    ((value, source, _),) = shown(store, owner)
    assert (value, source) == (15, "enedis-c15")


def test_a_lesser_source_is_told_and_holds_once_the_better_is_undone(
    store: Store, owner: Body
) -> None:
    better = put(store, owner, index(15, source="enedis-c15"))
    report = put(store, owner, index(151, source="enedis-r151"), now=NOW + HOUR)
    receipt = report.receipts[-1]
    assert (receipt.kept, receipt.refused) == (0, 1)
    assert receipt.refusals[0].code == "better-source"
    assert [one.code for one in report.refused] == ["better-source"]
    again = put(store, owner, index(151, source="enedis-r151"), index(1, day=9), now=NOW + HOUR)
    assert sum(one.refused for one in again.receipts) == 1
    Deposits(store).undo(owner.caller, str(better.id), now=NOW + 2 * HOUR)
    value, source, _ = shown(store, owner, subject=PRM)[0]
    assert (value, source) == (151, "enedis-r151")


def test_a_better_source_that_says_the_same_keeps_a_lesser_one_from_replacing_it(
    store: Store, owner: Body
) -> None:
    put(store, owner, index(7, source="enedis-r151"))
    report = put(store, owner, index(7, source="enedis-c15"), now=NOW + HOUR)
    assert (report.receipts[-1].kept, report.receipts[-1].unchanged) == (0, 1)
    put(store, owner, index(8, source="enedis-r151"), now=NOW + 2 * HOUR)
    assert shown(store, owner) == [(7, "enedis-c15", 0)]


def test_two_values_of_one_key_in_one_file_are_not_both_taken(store: Store, owner: Body) -> None:
    """Never silently the last: two lines of one name in a table are perhaps two meters."""
    report = put(store, owner, index(7), index(7), index(8))
    receipt = report.receipts[-1]
    assert (receipt.received, receipt.kept, receipt.unchanged, receipt.refused) == (3, 1, 1, 1)
    assert receipt.refusals[0].where == "/items/2"
    assert [one.code for one in report.refused] == ["conflicting-duplicate"]
    assert shown(store, owner) == [(7, "enedis-r64", 0)]


def test_facts_are_paged_by_key_and_asked_for_by_subject_and_time(
    store: Store, owner: Body
) -> None:
    other = "prm:99000000000018"
    put(
        store,
        owner,
        *(index(day, day=day) for day in range(1, 8)),
        *(index(day, day=day, supply_point=other) for day in range(1, 4)),
    )
    book, after, seen = Facts(store), None, []
    for _ in range(4):
        part = book.page(owner.caller, "register_reading", after=after, limit=3, now=NOW)
        seen += [one.external_id for one in part.items]
        after = part.next
    assert after is None
    assert len(seen) == len(set(seen)) == 10
    assert seen == sorted(seen)
    assert len(page(store, owner, subject=other)) == 3
    since = datetime(2026, 6, 6, tzinfo=UTC)
    assert [value for value, *_ in shown(store, owner, since=since)] == [6, 7]


def test_a_cursor_of_another_question_is_refused(store: Store, owner: Body) -> None:
    put(store, owner, *(index(day, day=day) for day in range(1, 4)))
    following = Facts(store).page(owner.caller, "register_reading", limit=1, now=NOW).next
    with pytest.raises(NotFound):
        Facts(store).page(owner.caller, "register_reading", subject=PRM, after=following, now=NOW)


def test_facts_are_their_owners_alone(store: Store, owner: Body, partner: Body) -> None:
    put(store, owner, index(7))
    assert page(store, partner) == []
    put(store, partner, index(9))
    assert (shown(store, owner), shown(store, partner)) == (
        [(7, "enedis-r64", 0)],
        [(9, "enedis-r64", 0)],
    )


class _GaveWayError(Exception):
    """PostgreSQL's: another transaction went first."""

    sqlstate = "40P01"


def test_facts_whose_transaction_gave_way_are_stored_once_by_the_next(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def note_later(*given: Any, **named: Any) -> None:
        nonlocal tries
        tries += 1
        note(*given, **named)
        if tries == 2:  # the first is of its delivery point
            raise Overloaded(1) from _GaveWayError

    monkeypatch.setattr(_written, "note", note_later)
    put(store, owner, index(7))
    assert (tries, shown(store, owner)) == (3, [(7, "enedis-r64", 0)])


def test_priorities_are_a_table_and_unknown_sources_are_in_the_middle() -> None:
    order = [source_priority(f"enedis-{name}") for name in ("c15", "r64", "r151")]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 3
    assert source_priority("something-else") == source_priority(None) == MIDDLE


def test_every_source_of_the_table_is_a_format() -> None:
    from synergie.formats.registry import list_registered_formats
    from synergie.policy.readings import source_priority as module

    assert module._PRIORITIES.keys() - {"test-raw"} <= {
        one.name for one in list_registered_formats()
    }
