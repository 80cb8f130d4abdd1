"""Readings that come after all that is known: new without a look, however many came before."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from synergie.policy import permit_operator
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from synergie.storage.tables import SegmentRow, SeriesRow
from tests.storage.meter import NOW, Meter

START = datetime(2025, 1, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
MANY = 1_500


@pytest.fixture
def one_file(tmp_path: Path, blank_sqlite: Path) -> Iterator[Store]:
    """A store in a file."""
    shutil.copy(blank_sqlite, tmp_path / "store.db")
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    yield store
    store.close()


@contextmanager
def counted(store: Store) -> Iterator[list[int]]:
    """How many tens of instructions of SQLite's machine the block takes."""
    steps = [0]

    def tick() -> int:
        steps[0] += 1
        return 0

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(tick, 10)

    event.listen(store.engine, "checkout", watch)
    try:
        yield steps
    finally:
        event.remove(store.engine, "checkout", watch)


def ends(store: Store, meter: Meter) -> tuple[int | None, int | None]:
    """Where what is known ends, as the series says, and as its segments do."""
    with store.read() as session:
        mine = col(SegmentRow.series) == meter.series.id
        last = session.exec(select(func.max(SegmentRow.end_s)).where(mine)).one()
        known = select(SeriesRow.known_end_s).where(col(SeriesRow.id) == meter.series.id)
        return session.exec(known).one(), last


def test_a_reading_after_all_others_costs_the_same_when_many_came_before(one_file: Store) -> None:
    meter, costs = Meter.made(one_file), []
    for n in range(MANY):
        with counted(one_file) as steps:
            assert meter.put(START + n * HALF_HOUR, "PT30M", [n]) == 1
        costs.append(steps[0])
    early, late = sorted(costs[50:150])[50], sorted(costs[-100:])[50]
    assert early > 5, "nothing was counted"
    assert late <= 1.2 * early


def test_a_correction_looks_back_as_far_as_the_longest_piece_however_many_came_before(
    one_file: Store,
) -> None:
    meter, costs = Meter.made(one_file), []
    for n in range(600):
        meter.put(START + n * HALF_HOUR, "PT30M", [n], batch=f"bat_{n}")
        if n in {20, 599}:
            with counted(one_file) as steps:
                assert meter.put(START + (n - 10) * HALF_HOUR, "PT30M", [-1]) == 1
            costs.append(steps[0])
    assert costs[0] > 5, "nothing was counted"
    assert costs[1] <= 1.3 * costs[0]


def longest(store: Store, meter: Meter) -> tuple[int | None, int]:
    """The longest piece of a series in seconds, as it says, and as its segments are."""
    with store.read() as session:
        mine = col(SegmentRow.series) == meter.series.id
        found = func.max(col(SegmentRow.end_s) - col(SegmentRow.start_s))
        told = select(SeriesRow.longest_s).where(col(SeriesRow.id) == meter.series.id)
        return session.exec(told).one(), session.exec(select(found).where(mine)).one()


def test_a_merged_month_is_the_longest_piece_and_is_read(store: Store) -> None:
    meter = Meter.made(store)
    for day in range(31):
        meter.put(START + timedelta(days=day), "PT30M", [day] * 48, batch=f"bat_{day}")
    assert longest(store, meter) == (86_400, 86_400)
    compact_segments(store, now=NOW, saving=False)
    told, found = longest(store, meter)
    assert told is not None and told >= found > 27 * 86_400
    (run,) = meter.steps(START + timedelta(days=29), START + timedelta(days=30))
    assert run.values == [29] * 48


def test_a_series_of_before_that_does_not_tell_its_longest_piece_is_read_a_year_back(
    store: Store,
) -> None:
    meter = Meter.made(store)
    meter.put(START, "PT30M", [1] * 480, batch="bat_1")
    with store.write() as session:
        row = session.get(SeriesRow, meter.series.id)
        assert row is not None
        row.longest_s = None
    meter.put(START + timedelta(days=9), "PT30M", [5], batch="bat_2")
    assert longest(store, meter)[0] is None
    assert [run.values for run in meter.steps(START + 8 * HALF_HOUR, START + 9 * HALF_HOUR)] == [
        [1]
    ]


def test_a_series_that_says_less_than_its_longest_piece_is_named(store: Store) -> None:
    meter = Meter.made(store)
    meter.put(START, "PT30M", [1, 2])
    with store.write() as session:
        row = session.get(SeriesRow, meter.series.id)
        assert row is not None
        row.longest_s = 1_800
    with store.read() as session:
        (found,) = find_unsound_rows(permit_operator(now=NOW), session)
    assert (
        str(found) == f"series {meter.series.id}: a piece is longer than the longest that it knows"
    )


def test_what_was_told_to_be_missing_is_known(store: Store) -> None:
    """The newest value ends before it: what is known does not."""
    meter = Meter.made(store)
    assert meter.put(START, "PT30M", [1, None, None], batch="bat_1") == 3
    assert meter.put(START + HALF_HOUR, "PT30M", [None, None], batch="bat_2") == 0
    assert not meter.stored("bat_2")
    assert meter.put(START + 2 * HALF_HOUR, "PT30M", [7, 8], batch="bat_3") == 2
    (run,) = meter.steps(START, START + 4 * HALF_HOUR)
    assert run.values == [1, None, 7, 8]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_known_after_the_end_that_a_series_tells(store: Store, seed: int) -> None:
    """In any order, with holes, corrections, batches taken back, and months merged."""
    random, meter = Random(seed), Meter.made(store)  # noqa: S311 (drawn again from its seed)
    for n in range(40):
        at = START + random.randrange(4_000) * HALF_HOUR
        values = [random.choice([None, 1, 2]) for _ in range(random.randint(1, 60))]
        meter.put(at, "PT30M", values, batch=f"bat_{n}")
        if random.random() < 0.2 and meter.stored(f"bat_{n}"):
            meter.undo(f"bat_{n}", at=NOW)
        known, last = ends(store, meter)
        assert known is not None and last is not None and known >= last
    compact_segments(store, now=NOW)
    with store.read() as session:
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []


def test_a_series_that_knows_less_than_is_stored_is_named(store: Store) -> None:
    meter = Meter.made(store)
    meter.put(START, "PT30M", [1, 2])
    with store.write() as session:
        row = session.get(SeriesRow, meter.series.id)
        assert row is not None
        row.known_end_s = int(START.timestamp())
    with store.read() as session:
        (found,) = find_unsound_rows(permit_operator(now=NOW), session)
    assert str(found).startswith(f"series {meter.series.id}: readings are stored after")
