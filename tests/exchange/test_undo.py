"""Undoing a batch or a deposit: what held before holds again, and the past stays as it was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from synergie.errors import Conflict, NotFound
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publication import Publication
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_operator
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.undone import Undone
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from tests.exchange.lines import PRM, curve, index, put, register
from tests.exchange.people import NOW, Body, point, site

DAY = datetime(2026, 5, 31, 22, tzinfo=UTC)
"""Start of the civil day 1 June 2026 in Paris."""
HOUR = timedelta(hours=1)

type Make = Callable[..., Agreement]


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def undo(
    store: Store, who: Body, subject: str, *, at: datetime = NOW + HOUR, **more: Any
) -> Undone:
    return Deposits(store).undo(who.caller, subject, now=at, **more)


def values(store: Store, who: Body, series: str, as_of: datetime | None = None) -> list[Any]:
    found = Curves(store).extract(
        who.caller, series, start=DAY, end=DAY + timedelta(days=2), as_of=as_of, now=NOW + 9 * HOUR
    )
    return [value for run in found.runs for value in run.values]


def series_of(store: Store, who: Body) -> str:
    (one,) = SeriesBook(store).page(who.caller, now=NOW).items
    return one.id


def test_an_undone_file_leaves_nothing_but_the_past(store: Store, owner: Body) -> None:
    report = put(store, owner, curve(DAY, [1, 2, 3]), index(7))
    series = series_of(store, owner)
    done = undo(store, owner, str(report.id))
    assert [(one.kind, one.lost) for one in done.batches] == [
        ("register_reading", 1), ("curve", 3), ("series", 1), ("supply_points", 1),
    ]  # fmt: skip
    assert done.stays == ()
    for noun in (SupplyPoints, SeriesBook):
        assert noun(store).page(owner.caller, now=NOW).items == ()
    assert Facts(store).page(owner.caller, "register_reading", now=NOW).items == ()
    with pytest.raises(NotFound):
        values(store, owner, series)
    assert values(store, owner, series, NOW + HOUR / 2) == [1, 2, 3]
    then = Facts(store).page(owner.caller, "register_reading", as_of=NOW, now=NOW)
    assert [one.external_id for one in then.items] == [index(7).external_id]


def test_a_file_that_was_undone_may_come_again(store: Store, owner: Body) -> None:
    records = (
        curve(DAY, [1, 2, 3]),
        index(7),
        site("S1"),
        LightPointRecord(external_id="L1", provenance="synthetic"),
    )
    first = put(store, owner, *records)
    undo(store, owner, str(first.id))
    again = put(store, owner, *records, now=NOW + 2 * HOUR)
    assert again.id != first.id
    assert not any(one.replayed for one in again.receipts)
    assert {one.kept for one in again.receipts} == {1, 3}
    assert values(store, owner, series_of(store, owner)) == [1, 2, 3]
    assert put(store, owner, *records, now=NOW + 3 * HOUR).id == again.id


def test_the_undone_values_give_way_to_those_before_them(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [1, 2, 3]), index(7), site("S1", name="A"))
    later = put(
        store, owner, curve(DAY, [1, 9]), index(8), site("S1", name="B"), now=NOW + HOUR / 2
    )
    series = series_of(store, owner)
    assert values(store, owner, series) == [1, 9, 3]
    undo(store, owner, str(later.id))
    assert values(store, owner, series) == [1, 2, 3]
    assert values(store, owner, series, NOW + HOUR / 2) == [1, 9, 3]
    (fact,) = Facts(store).page(owner.caller, "register_reading", now=NOW).items
    assert fact.record == index(7)
    assert [one.name for one in Sites(store).page(owner.caller, now=NOW).items] == ["A"]
    first = Batches(store).page(owner.caller, now=NOW).items
    assert {one.superseded_by for one in first} == {None}


def test_the_second_undo_gives_the_same_answer(store: Store, owner: Body) -> None:
    report = put(store, owner, index(7), site("S1"))
    done = undo(store, owner, str(report.id))
    assert undo(store, owner, str(report.id), at=NOW + 5 * HOUR) == done
    one = done.batches[0].id
    assert undo(store, owner, one, at=NOW + 5 * HOUR) == done
    assert Batches(store).read(owner.caller, one, now=NOW).undone_at == NOW + HOUR


def test_what_a_later_batch_covers_is_undone_after_it(store: Store, owner: Body) -> None:
    first = put(store, owner, curve(DAY, [1, 2, 3]))
    later = put(store, owner, curve(DAY + HOUR, [9]), now=NOW + HOUR / 2)
    covering = later.receipts[-1].id
    with pytest.raises(Conflict, match=covering):
        undo(store, owner, str(first.id))
    assert values(store, owner, series_of(store, owner)) == [1, 2, 9]
    undo(store, owner, str(later.id))
    assert undo(store, owner, str(first.id)).stays == ()


@pytest.mark.parametrize("records", [[index(7)], [site("S1")], [curve(DAY, [1, 2])]])
def test_what_another_file_told_too_is_undone_after_it(
    store: Store, owner: Body, records: list[Any]
) -> None:
    """Undoing the first alone would take away what the second told."""
    first = put(store, owner, *records)
    second = put(store, owner, *records, index(1, day=9), now=NOW + HOUR / 2)
    with pytest.raises(Conflict, match=r"(bat|dep)_.*undo this one first"):
        undo(store, owner, str(first.id))
    undo(store, owner, str(second.id))
    undo(store, owner, str(first.id))


def test_a_thing_that_another_batch_declares_the_same_is_undone_after_it(
    store: Store, owner: Body
) -> None:
    first = put(store, owner, site("S1"))
    second = put(store, owner, site("S1"), site("S2"), now=NOW + HOUR / 2)
    with pytest.raises(Conflict, match=second.receipts[0].id):
        undo(store, owner, str(first.id))


def test_a_part_that_another_file_repeats_is_undone_after_it(store: Store, owner: Body) -> None:
    """The second file brings nothing new of the curve, and stores nothing of it."""
    first = put(store, owner, curve(DAY, [1, 2, 3]))
    second = put(store, owner, curve(DAY, [1, 2]), now=NOW + HOUR / 2)
    assert (second.receipts[-1].kept, second.receipts[-1].unchanged) == (0, 2)
    with pytest.raises(Conflict, match=second.receipts[-1].id):
        undo(store, owner, str(first.id))


def test_one_batch_is_undone_by_its_receipt_and_the_file_may_bring_it_again(
    store: Store, owner: Body
) -> None:
    records = index(7), site("S1")
    report = put(store, owner, *records)
    fact = next(one for one in report.receipts if one.kind == "register_reading")
    assert [one.id for one in undo(store, owner, fact.id).batches] == [fact.id]
    assert [one.name for one in Sites(store).page(owner.caller, now=NOW).items] == ["Site S1"]
    again = put(store, owner, *records, now=NOW + 2 * HOUR)
    assert {one.kind: one.replayed for one in again.receipts} == {
        "register_reading": False, "sites": True,
    }  # fmt: skip


def test_a_batch_of_the_api_is_undone_too(store: Store, owner: Body) -> None:
    first = Sites(store).publish(owner.caller, [site("S1", name="A"), site("S2")], now=NOW)
    second = Sites(store).publish(owner.caller, [site("S1", name="B"), site("S3")], now=NOW)
    assert undo(store, owner, second.id).stays == ()
    found = Sites(store).page(owner.caller, now=NOW).items
    assert {one.external_id: one.name for one in found} == {"S1": "A", "S2": "Site S2"}
    assert Batches(store).read(owner.caller, first.id, now=NOW).superseded_by is None
    held = Publication(supersedes=first.id)
    assert Sites(store).publish(owner.caller, [site("S1", name="C")], held, now=NOW).kept == 1


def test_what_others_refer_to_stays_and_is_told(store: Store, owner: Body, agreed: Make) -> None:
    sites = Sites(store).publish(owner.caller, [site("S1"), site("S2"), site("S3")], now=NOW)
    agreed({"sites": [sites.items[1].id]})
    SupplyPoints(store).publish(owner.caller, [point(site="S1")], now=NOW)
    done = undo(store, owner, sites.id)
    assert {one.external_id for one in done.stays} == {"S1", "S2"}
    left = Sites(store).page(owner.caller, now=NOW).items
    assert {one.external_id for one in left} == {"S1", "S2"}


def test_a_dry_run_tells_and_changes_nothing(store: Store, owner: Body) -> None:
    report = put(store, owner, curve(DAY, [1, 2, 3]), site("S1"))
    head = Changes(store).head(owner.caller, now=NOW)
    seen = undo(store, owner, str(report.id), dry_run=True)
    assert (seen.undone_at, len(seen.batches)) == (None, 4)
    assert Changes(store).head(owner.caller, now=NOW) == head
    assert values(store, owner, series_of(store, owner)) == [1, 2, 3]
    assert undo(store, owner, str(report.id)).batches == seen.batches


def test_another_organisations_deposit_is_absent(store: Store, owner: Body, partner: Body) -> None:
    report = put(store, owner, site("S1"))
    for subject in (str(report.id), report.receipts[0].id, "dep_22222222222222222222"):
        with pytest.raises(NotFound):
            undo(store, partner, subject)


def test_an_undo_is_told_to_who_follows(
    store: Store, owner: Body, partner: Body, agreed: Make
) -> None:
    report = put(store, owner, curve(DAY, [1] * 48))
    (held,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreement = agreed({"supply_points": [held.id]})
    undo(store, owner, report.receipts[-1].id)
    told = Changes(store).after(owner.caller, now=NOW).items[-1]
    assert (told.kind, told.act, told.id) == ("curve", "undone", report.receipts[-1].id)
    seen = Changes(store).after(partner.caller, agreement=agreement.id, now=NOW).items[-1]
    assert (seen.kind, seen.act, seen.id) == ("curve", "undone", series_of(store, owner))


def test_a_day_under_an_agreement_is_null_once_undone_and_of_what_is_left_from_the_next_month_on(
    store: Store, owner: Body, partner: Body, agreed: Make
) -> None:
    put(store, owner, curve(DAY, [100] * 48))
    later = put(store, owner, curve(DAY, [200] * 48), now=NOW + HOUR / 4)
    (held,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreement = agreed({"supply_points": [held.id]})
    series = series_of(store, owner)

    def day(now: datetime) -> list[Any]:
        found = Curves(store).extract(
            partner.caller,
            series,
            start=DAY,
            end=DAY + timedelta(days=1),
            agreement=agreement.id,
            now=now,
        )
        return [value for run in found.runs for value in run.values]

    december, january = NOW + timedelta(days=10), NOW + timedelta(days=45)
    assert day(NOW + HOUR) == [2400]
    compact_segments(store, now=NOW, saving=False)
    assert day(december) == [4800]
    undo(store, owner, str(later.id), at=december)
    assert day(december) == []
    compact_segments(store, now=december, saving=False)
    assert day(december + HOUR) == []
    assert day(january) == [2400]
    with store.read() as session:
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []


def test_freshness_goes_back_to_what_is_left(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [1, 2]))
    later = put(store, owner, curve(DAY + HOUR, [3, 4, None]), now=NOW + HOUR / 2)

    def newest() -> tuple[datetime | None, datetime | None]:
        (one,) = SeriesBook(store).page(owner.caller, now=NOW + HOUR).items
        return one.freshness.last_reading, one.freshness.received_at

    assert newest() == (DAY + 2 * HOUR, NOW + HOUR / 2)
    undo(store, owner, str(later.id))
    assert newest() == (DAY + HOUR, NOW)


def test_a_wrong_unit_is_undone_and_deposited_right(store: Store, owner: Body) -> None:
    wrong = put(store, owner, curve(DAY, [1.5, 2.5], unit="kW", decimals=1))
    series = series_of(store, owner)
    undo(store, owner, str(wrong.id))
    put(store, owner, curve(DAY, [1500, 2500]), now=NOW + 2 * HOUR)
    assert series_of(store, owner) == series
    assert values(store, owner, series) == [1500, 2500]
    assert values(store, owner, series, NOW + HOUR / 2) == [1.5, 2.5]
    assert values(store, owner, series, NOW + 3 * HOUR / 2) == []


def test_a_correction_of_the_unit_waits_for_no_removal(
    store: Store, owner: Body, agreed: Make
) -> None:
    """The series stays, for an agreement names its point; it holds no reading, so it is mended."""
    wrong = put(store, owner, curve(DAY, [1.5], unit="kW", decimals=1))
    (held,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreed({"supply_points": [held.id]})
    undo(store, owner, wrong.receipts[-1].id)
    put(store, owner, curve(DAY, [1500]), now=NOW + 2 * HOUR)
    series = series_of(store, owner)
    assert values(store, owner, series) == [1500]
    assert values(store, owner, series, NOW + HOUR / 2) == [1.5]


def test_an_undo_is_one_transaction(store: Store, owner: Body) -> None:
    """A process that is killed on its way leaves all or nothing: there is one commit."""
    report = put(store, owner, curve(DAY, [1, 2, 3]), index(7), site("S1"))
    commits: list[object] = []
    note = commits.append
    event.listen(store.engine, "commit", note)
    undo(store, owner, str(report.id))
    event.remove(store.engine, "commit", note)
    assert len(commits) == 1


@pytest.mark.parametrize(
    "broken", ["undo_readings", "undo_facts", "undo_declared", "mark_undone", "save_undone"]
)
def test_an_undo_that_fails_on_its_way_changes_nothing(
    store: Store, owner: Body, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = put(store, owner, curve(DAY, [1, 2, 3]), index(7), site("S1"))
    series = series_of(store, owner)

    class Broken(Exception):
        """The process dies here."""

    def fail(*_: object, **__: object) -> None:
        raise Broken

    with monkeypatch.context() as patch:
        patch.setattr(f"synergie.exchange.readings._undo.{broken}", fail)
        with pytest.raises(Broken):
            undo(store, owner, str(report.id))
    assert values(store, owner, series) == [1, 2, 3]
    assert len(Facts(store).page(owner.caller, "register_reading", now=NOW).items) == 1
    assert put(store, owner, curve(DAY, [1, 2, 3]), index(7), site("S1")).id == report.id
    assert len(undo(store, owner, str(report.id)).batches) == 5


def test_a_light_point_and_its_cabinet_go_together(store: Store, owner: Body) -> None:

    report = put(
        store,
        owner,
        LightPointRecord(external_id="L1", cabinet="A1", provenance="synthetic"),
        CabinetRecord(external_id="A1", provenance="synthetic"),
    )
    assert undo(store, owner, str(report.id)).stays == ()
    assert LightPoints(store).page(owner.caller, now=NOW).items == ()


def test_a_point_that_a_file_tells_more_of_goes_back_to_what_was_known(
    store: Store, owner: Body
) -> None:
    SupplyPoints(store).publish(owner.caller, [point(annual_kwh=5.0)], now=NOW)
    told = SupplyPointRecord(
        scheme="prm",
        code=PRM.removeprefix("prm:"),
        market_segment="C5",
        personal_data="possible",
        provenance="synthetic",
    )
    report = put(store, owner, told)
    (one,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    assert (one.market_segment, one.annual_kwh, one.personal_data) == ("C5", 5.0, "none")
    undo(store, owner, str(report.id))
    (one,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    assert (one.market_segment, one.annual_kwh) == (None, 5.0)
