"""A deposit as a whole: known by its bytes, counted to the last row, gone on with after a cut."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, override

import pytest
from sqlalchemy import text

from synergie.errors import Conflict
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.series import SeriesBook
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.profile import Profile
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.store import Store
from tests.exchange.lines import LINES, RAW, curve, file, index, put, register
from tests.exchange.people import NOW, Body, site

DAY = datetime(2026, 5, 31, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def values(store: Store, who: Body) -> list[Any]:
    (series,) = SeriesBook(store).page(who.caller, now=NOW).items
    found = Curves(store).extract(
        who.caller, series.id, start=DAY, end=DAY + timedelta(days=1), now=NOW
    )
    return [value for run in found.runs for value in run.values]


def rows(store: Store, *columns: str) -> list[Any]:
    with store.read() as session:
        found = session.connection().execute(text("SELECT * FROM deposit")).mappings()
        return [tuple(row[name] for name in columns) for row in found]


class Counted(io.BytesIO):
    """A file that knows how many of its bytes were read."""

    n = 0

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.n += len(found)
        return found

    @override
    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    @override
    def readline(self, size: int | None = -1, /) -> bytes:
        found = super().readline(size)
        self.n += len(found)
        return found


def test_a_known_file_is_answered_after_one_read_of_its_bytes(store: Store, owner: Body) -> None:
    content = file(*(index(day, day=day) for day in range(1, 20)))
    first = Deposits(store).deposit(
        owner.caller, io.BytesIO(content), name="a", format=LINES, now=NOW
    )
    again = Counted(content)
    answer = Deposits(store).deposit(owner.caller, again, name="b", format=LINES, now=NOW + HOUR)
    assert len(content) <= again.n < len(content) + 100  # the first bytes tell a zip
    assert answer.id == first.id
    assert [one.replayed for one in answer.receipts] == [True, True]
    assert len(Batches(store).page(owner.caller, now=NOW).items) == 2


def test_another_format_or_profile_is_another_deposit(store: Store, owner: Body) -> None:
    records = [index(7)]
    first = put(store, owner, *records)
    assert put(store, owner, *records, profile=Profile()).id == first.id
    assert put(store, owner, *records, profile=Profile(stamp="end")).id != first.id
    assert put(store, owner, *records, form=RAW).id != first.id
    profiles = [row[0] for row in rows(store, "profile")]
    assert [Profile.model_validate_json(one).stamp for one in profiles].count("end") == 1


def test_a_dry_run_of_a_known_file_says_that_it_is_known(store: Store, owner: Body) -> None:
    first = put(store, owner, index(7))
    seen = put(store, owner, index(7), dry_run=True)
    assert (seen.dry_run, seen.id) == (True, first.id)
    assert put(store, owner, index(8), dry_run=True).id is None
    assert len(rows(store, "id")) == 1


def test_a_deposit_is_counted_to_the_last_row(store: Store, owner: Body) -> None:
    good = file(index(1), index(1), index(2), site("S1"), site("S1", name="B"))
    bad = b'{"type":"site"}\n' * 3
    content = io.BytesIO(good + bad)
    report = Deposits(store).deposit(owner.caller, content, name="a", format=LINES, now=NOW)
    n_in = len((good + bad).splitlines())
    assert report.records + report.duplicates + report.rejected == n_in == 8
    assert rows(store, "n_in", "n_kept", "n_rejected") == [(8, 5, 3)]
    stored = [one for one in report.receipts if one.kind != "supply_points"]
    assert sum(one.received for one in stored) == report.records
    for one in report.receipts:
        assert one.received == one.kept + one.unchanged + one.refused
    assert len(report.refused) == report.rejected + sum(one.refused for one in report.receipts)


def test_a_cut_deposit_goes_on_under_its_name(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = index(7), site("S1"), curve(DAY, [1, 2])

    class Cut(Exception):
        """The process dies here."""

    def die(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("synergie.exchange.readings._filing.Curves.deposit", die)
        with pytest.raises(Cut):
            put(store, owner, *records)
    ((begun, n_in),) = rows(store, "id", "n_in")
    assert n_in is None
    report = put(store, owner, *records, now=NOW + HOUR)
    assert report.id == begun
    assert len(rows(store, "id")) == 1
    assert values(store, owner) == [1, 2]
    done = Deposits(store).undo(owner.caller, begun, now=NOW + 2 * HOUR)
    assert {one.kind for one in done.batches} == {
        "register_reading", "sites", "curve", "series", "supply_points",
    }  # fmt: skip


def test_a_deposit_that_is_undone_while_it_runs_says_so(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Curves.deposit

    def meanwhile(*given: Any, **more: Any) -> Any:
        ((begun,),) = rows(store, "id")
        Deposits(store).undo(owner.caller, begun, now=NOW)
        return real(*given, **more)

    monkeypatch.setattr("synergie.exchange.readings._filing.Curves.deposit", meanwhile)
    with pytest.raises(Conflict, match="nobody undoes"):
        put(store, owner, index(7), curve(DAY, [1]))


@pytest.mark.parametrize("compacted", [False, True])
def test_a_raw_curve_does_not_cover_a_corrected_one(
    store: Store, owner: Body, *, compacted: bool
) -> None:
    put(store, owner, curve(DAY, [1, 2, None, 4]))
    if compacted:
        compact_segments(store, now=NOW, saving=False)
    report = put(store, owner, curve(DAY + HOUR / 2, [2, 8, 9, 5]), form=RAW, now=NOW + HOUR)
    receipt = report.receipts[-1]
    assert (receipt.kept, receipt.unchanged, receipt.refused) == (
        2,
        1,
        1,
    )  # 8: unknown to the better
    assert [one.code for one in report.refused] == ["better-source"]
    assert values(store, owner) == [1, 2, 8, 4, 5]
    if compacted:
        compact_segments(store, now=NOW, saving=False)
        assert values(store, owner) == [1, 2, 8, 4, 5]
    put(store, owner, curve(DAY + 2 * HOUR, [6]), form=RAW, now=NOW + 2 * HOUR)
    assert values(store, owner) == [1, 2, 8, 4, 6]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_corrected_curve_covers_a_raw_one_whatever_comes_first(
    store: Store, owner: Body, *, compacted: bool
) -> None:
    put(store, owner, curve(DAY, [7, 8, 9]), form=RAW)
    if compacted:
        compact_segments(store, now=NOW, saving=False)
    better = put(store, owner, curve(DAY, [1, 2]), now=NOW + HOUR)
    put(store, owner, curve(DAY, [5, 5, 5]), form=RAW, now=NOW + 2 * HOUR)
    assert values(store, owner) == [1, 2, 5]
    if compacted:
        compact_segments(store, now=NOW, saving=False)
    Deposits(store).undo(owner.caller, str(better.id), now=NOW + 3 * HOUR)
    assert values(store, owner) == [5, 5, 5]


def test_a_better_source_that_says_the_same_keeps_a_raw_curve_from_replacing_it(
    store: Store, owner: Body
) -> None:
    put(store, owner, curve(DAY, [1, 2]), form=RAW)
    same = put(store, owner, curve(DAY, [1, 2]), now=NOW + HOUR)
    assert (same.receipts[-1].kept, same.receipts[-1].unchanged) == (0, 2)
    put(store, owner, curve(DAY, [9, 9]), form=RAW, now=NOW + 2 * HOUR)
    assert values(store, owner) == [1, 2]


@pytest.mark.parametrize("first", ["kW", "W"])
def test_one_meter_that_two_flows_tell_in_w_and_kw_is_one_series(
    store: Store, owner: Body, first: str
) -> None:
    """R4Q counts a C4 meter in kW, HDM and the web service in W (formats.md, rule 2)."""
    kilo = curve(DAY, [1, 2.5], unit="kW", decimals=1)
    plain = curve(DAY + HOUR, [3001, 0], unit="W")
    for one in (kilo, plain) if first == "kW" else (plain, kilo):
        report = put(store, owner, one)
        assert report.refused == ()
    told = [1000, 2500, 3001, 0]
    assert values(store, owner) == ([value / 1000 for value in told] if first == "kW" else told)


def test_the_same_readings_in_another_unit_are_no_revision(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [1005, 2500]))
    report = put(store, owner, curve(DAY, [1.005, 2.5], unit="kW", decimals=3))
    assert report.receipts[-1].replayed
    assert values(store, owner) == [1005, 2500]


def test_what_a_file_does_not_tell_stays_as_it_is(store: Store, owner: Body) -> None:
    Sites(store).publish(owner.caller, [site("S1", insee_code="54430")], now=NOW)
    Cabinets(store).publish(
        owner.caller,
        [CabinetRecord(external_id="A1", control_type="remote", provenance="synthetic")],
        now=NOW,
    )
    put(
        store,
        owner,
        site("S1", name="Nouveau nom"),
        CabinetRecord(external_id="A1", provenance="synthetic"),
    )
    (one,) = Sites(store).page(owner.caller, now=NOW).items
    assert (one.name, one.insee_code) == ("Nouveau nom", "54430")
    (cabinet,) = Cabinets(store).page(owner.caller, now=NOW).items
    assert cabinet.control_type == "remote"


def test_two_rows_of_one_thing_in_a_file_do_not_stop_it(store: Store, owner: Body) -> None:
    lamp = LightPointRecord(external_id="L1", power_w=70, provenance="synthetic")
    report = put(
        store,
        owner,
        site("S1", name="A"),
        site("S1", name="B", insee_code="54430"),
        lamp,
        lamp,
        lamp.model_copy(update={"power_w": 100}),
    )
    sites, lamps = report.receipts
    assert (sites.received, sites.kept, sites.unchanged, sites.refused) == (2, 1, 1, 0)
    assert (lamps.received, lamps.kept, lamps.unchanged, lamps.refused) == (3, 1, 1, 1)
    (one,) = Sites(store).page(owner.caller, now=NOW).items
    assert (one.name, one.insee_code) == ("B", "54430")
    assert [one.power_w for one in LightPoints(store).page(owner.caller, now=NOW).items] == [70]


def test_a_batch_says_which_deposit_and_source_it_is_of(store: Store, owner: Body) -> None:
    report = put(store, owner, curve(DAY, [1]), index(7), form=RAW)
    with store.read() as session:
        found = session.connection().execute(text("SELECT kind, deposit, source FROM batch"))
        told = {kind: (deposit, source) for kind, deposit, source in found}
    assert {deposit for deposit, _ in told.values()} == {report.id}
    assert told["curve"][1] == RAW
    assert told["register_reading"][1] == "enedis-r64"
    (fact,) = Facts(store).page(owner.caller, "register_reading", now=NOW).items
    assert fact.source == "enedis-r64"
