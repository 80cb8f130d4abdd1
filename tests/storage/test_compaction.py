"""Compaction: fewer rows, the same readings, and the past as it was."""

import math
import random
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import false, text, true
from sqlmodel import col, select

from synergie.calendar import civil_days, month_bounds
from synergie.policy import permit_operator, permit_own_data
from synergie.schemas.readings.quality import Quality
from synergie.storage.readings.compaction import Fold, compact_segments, fold_some
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    IN_MERGED,
    Runs,
    Values,
    decode,
    join_quality_runs,
    simplify_quality,
)
from synergie.storage.readings.undo_readings import undo_readings
from synergie.storage.soundness import Unsound, find_unsound_rows
from synergie.storage.space import give_back, measure_store_size
from synergie.storage.store import Store
from synergie.storage.tables import SegmentRow
from synergie.units import STEP_SECONDS, Step
from tests.depth import times
from tests.storage.meter import NOW, OWNER, PARIS, SLOT, Meter, Oracle, told

MARCH, APRIL = month_bounds(date(2026, 3, 1), PARIS)
DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def meter(store: Store) -> Meter:
    return Meter.made(store)


def live(store: Store) -> list[Any]:
    """Rows that present reads see, in order of time."""
    with store.read() as session:
        found = session.connection().execute(
            text("SELECT n, compacted FROM segment WHERE superseded_at IS NULL ORDER BY start_s")
        )
        return [(n, bool(compacted)) for n, compacted in found]


def put_days(meter: Meter, days: int) -> None:
    for day in range(days):
        values: Values = [48 * day + i for i in range(48)]
        meter.put(MARCH + day * DAY, "PT30M", values, at=NOW + day * HALF_HOUR)


def test_a_month_that_came_day_by_day_becomes_one_row(meter: Meter, store: Store) -> None:
    put_days(meter, 35)
    before = meter.steps(MARCH, NOW)
    assert compact_segments(store, before=APRIL, now=NOW, saving=False) == 1
    assert live(store)[0] == (31 * 48 - 2, True)
    assert all(not compacted for _, compacted in live(store)[1:])
    assert meter.steps(MARCH, NOW) == before


def test_a_year_becomes_twelve_months(meter: Meter, store: Store) -> None:
    start = month_bounds(date(2025, 1, 1), PARIS)[0]
    values: Values = [i % 1000 for i in range(365 * 48)]
    meter.put(start, "PT30M", values)
    days = meter.days(start, NOW)
    assert compact_segments(store, now=NOW, saving=False) == 12
    assert [compacted for _, compacted in live(store)] == [True] * 12
    assert meter.days(start, NOW) == days
    assert meter.steps(start, NOW)[0].values == values


def test_what_was_compacted_is_left_alone(meter: Meter, store: Store) -> None:
    put_days(meter, 40)
    assert compact_segments(store, now=NOW, saving=False) == 2
    assert compact_segments(store, now=NOW, saving=False) == 0


def test_a_correction_after_compaction_is_merged_again(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    compact_segments(store, before=APRIL, now=NOW, saving=False)
    meter.put(MARCH + 5 * DAY, "PT30M", [-1, None], at=NOW + DAY)  # what is missing covers nothing
    corrected = meter.steps(MARCH, APRIL)
    assert compact_segments(store, before=APRIL, now=NOW, saving=False) == 1
    assert live(store) == [(31 * 48 - 2, True), (48, False)]
    assert meter.steps(MARCH, APRIL) == corrected
    assert corrected[0].values[240:243] == [-1, 241, 242]


def test_finer_steps_inside_a_compacted_month_leave_nothing_to_merge(
    meter: Meter, store: Store
) -> None:
    put_days(meter, 31)
    compact_segments(store, before=APRIL, now=NOW, saving=False)
    meter.put(MARCH + 5 * DAY, "PT10M", [1, 2, 3])
    before = meter.steps(MARCH, APRIL)
    assert compact_segments(store, before=APRIL, now=NOW, saving=False) == 0
    assert meter.steps(MARCH, APRIL) == before


def test_the_past_stays_as_it_was(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    then = NOW + 10 * HALF_HOUR
    past = meter.steps(MARCH, APRIL, as_of=then)
    assert len(past[0].values) == 11 * 48
    compact_segments(store, now=NOW + DAY, saving=False)
    assert meter.steps(MARCH, APRIL, as_of=then) == past


def put_one_by_one(meter: Meter, first: int, n: int) -> None:
    for i in range(first, first + n):
        meter.put(MARCH + i * HALF_HOUR, "PT30M", [i % 7], batch=f"bat_{i}", at=NOW)


def test_a_live_month_is_merged_day_by_day_and_reads_as_it_came(meter: Meter, store: Store) -> None:
    """And gives back no value twice: the originals of the days before keep none."""
    for day in range(6):
        put_one_by_one(meter, 48 * day, 48)
        before, past = meter.steps(MARCH, APRIL), meter.steps(MARCH, APRIL, as_of=NOW)
        written, after = fold_some(store, Fold(MARCH + (day + 1) * DAY), after="", now=NOW)
        assert (written, after) == (1, "")
        assert live(store) == [(48 * (day + 1), True)]
        assert meter.steps(MARCH, APRIL) == before
        assert meter.steps(MARCH, APRIL, as_of=NOW) == past
        assert sound(store) == []
        with store.read() as session:
            codecs = session.exec(
                select(SegmentRow.codec).where(col(SegmentRow.compacted).is_(false()))
            )
            assert set(codecs) == {IN_MERGED}
    meter.undo("bat_100", at=NOW + DAY)
    (run,) = meter.steps(MARCH, APRIL)
    assert run.values == [None if i == 100 else i % 7 for i in range(6 * 48)]
    assert sound(store) == []


def test_a_fold_leaves_what_is_young_and_what_is_little(meter: Meter, store: Store) -> None:
    put_one_by_one(meter, 0, 60)
    assert fold_some(store, Fold(MARCH + 47 * HALF_HOUR), after="", now=NOW)[0] == 0
    assert fold_some(store, Fold(MARCH + 50 * HALF_HOUR), after="", now=NOW)[0] == 1
    assert live(store) == [(50, True), *[(1, False)] * 10]
    assert fold_some(store, Fold(MARCH + DAY + DAY), after="", now=NOW)[0] == 0


def test_a_turn_of_folding_looks_at_so_many_series_and_the_next_goes_on(store: Store) -> None:
    meters = sorted((Meter.made(store) for _ in range(5)), key=lambda one: one.series.id)
    for one in meters:
        put_one_by_one(one, 0, 50)
    found, after = [], ""
    for _ in range(4):
        fold = Fold(MARCH + 2 * DAY, most=2)
        written, after = fold_some(store, fold, after=after, now=NOW)
        found.append((written, after))
    first = meters[1].series.id
    assert found == [(2, first), (2, meters[3].series.id), (1, ""), (0, first)]


def test_a_hole_stays_a_hole(meter: Meter, store: Store) -> None:
    meter.put(MARCH, "PT30M", [1])
    meter.put(MARCH + HALF_HOUR, "PT30M", [2])
    meter.put(MARCH + 4 * HALF_HOUR, "PT30M", [5])
    compact_segments(store, now=NOW, saving=False)
    assert live(store) == [(2, True), (1, False)]


def test_a_month_that_is_not_over_waits(meter: Meter, store: Store) -> None:
    put_days(meter, 20)
    assert compact_segments(store, now=MARCH + 20 * DAY, saving=False) == 0


def test_of_two_compactors_at_once_one_does_the_work(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    done: list[int] = []

    def work() -> None:
        done.append(compact_segments(store, before=APRIL, now=NOW, saving=False))

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == [0, 1]
    assert live(store) == [(31 * 48 - 2, True), (48, False)]


def weight(store: Store) -> int:
    """Bytes of all segments, each row's own part as measured on SQLite."""
    with store.read() as session:
        found = session.connection().execute(
            text("SELECT sum(length(data) + coalesce(length(quality), 0) + 250) FROM segment")
        )
        return int(found.scalar_one())


def noisy(n: int, seed: int) -> Values:
    """Half-hours of a building: a wave by day, and noise that no codec takes out."""
    draw = random.Random(seed)  # noqa: S311 (nothing is secret)
    wave = (20_000 + 15_000 * math.sin(at / 24 * math.pi) for at in range(n))
    return [max(0, round(mean + draw.gauss(0, 1500))) for mean in wave]


def codecs(store: Store) -> Counter[int]:
    """How many originals are kept with each codec."""
    with store.read() as session:
        found = session.connection().execute(text("SELECT codec FROM segment WHERE NOT compacted"))
        return Counter(found.scalars())


ARRIVALS: dict[str, list[tuple[timedelta, Values]]] = {
    "day by day": [(day * DAY, noisy(48, day)) for day in range(365)],
    "day by day, smooth": [(day * DAY, [10 * i + day for i in range(48)]) for day in range(365)],
    "a month day by day": [(day * DAY, noisy(48, day)) for day in range(31)],
    "day by day, ten percent corrected": [
        *((day * DAY, noisy(48, day)) for day in range(365)),
        *((day * DAY + 5 * HALF_HOUR, noisy(9, -day)) for day in range(0, 365, 10)),
    ],
    "at once": [(timedelta(), noisy(365 * 48, 1))],
    "thirty days at a time": [(30 * n * DAY, noisy(30 * 48, n)) for n in range(12)],
    "thirty days at a time, corrected": [
        *((30 * n * DAY, noisy(30 * 48, n)) for n in range(12)),
        *((15 * n * DAY, noisy(10, -n)) for n in range(20)),
    ],
}


@pytest.mark.parametrize("kind", ARRIVALS)
def test_a_compaction_makes_no_store_larger(meter: Meter, store: Store, kind: str) -> None:
    arrivals = ARRIVALS[kind]
    start = month_bounds(date(2025, 1, 1), PARIS)[0]
    for n, (after, values) in enumerate(arrivals):
        meter.put(start + after, "PT30M", values, at=NOW - 2 * DAY + n * timedelta(minutes=1))
    before, room = weight(store), measure_store_size(store)
    now, then = meter.steps(start, NOW), meter.steps(start, NOW, as_of=NOW - 2 * DAY)
    merged = compact_segments(store, now=NOW)
    assert merged == (12 if kind == "day by day, smooth" else 0)
    assert weight(store) <= before
    assert give_back(store)
    if store.is_sqlite:
        assert measure_store_size(store) <= room
    assert meter.steps(start, NOW) == now
    assert meter.steps(start, NOW, as_of=NOW - 2 * DAY) == then
    assert compact_segments(store, now=NOW) == 0


def room(store: Store) -> int:
    """Bytes that the readings take once nothing is left of what was taken away."""
    assert give_back(store)
    if store.is_sqlite:
        return measure_store_size(store)
    store.at_once(lambda cursor: cursor.execute("VACUUM FULL segment"))
    with store.read() as session:
        taken = text("SELECT pg_total_relation_size('segment')")
        return int(session.connection().execute(taken).scalar_one())


A_DAY: list[tuple[Step, int]] = [("PT30M", 48), ("PT1H", 24), ("PT10M", 144)]
"""How many steps there are in a day."""


@dataclass
class History:
    """What comes to a few series, drawn at random: noise, holes, corrections, batches undone."""

    draw: random.Random
    meters: list[Meter]
    batches: int = 0
    at: datetime = NOW - 20 * DAY

    def goes_on(self) -> None:
        """Two months of one series in small pieces, then corrections, then what is taken back."""
        draw = self.draw
        meter, noise = draw.choice(self.meters), draw.choice([0, 0, 1, 3, 10, 30, 100, 1500])
        step, a_day = draw.choice(A_DAY)
        start = month_bounds(date(2025, draw.choice([1, 3]), 1), PARIS)[0]
        piece = draw.choice([1, 1, 0.5, 3])
        for n in range(int(40 / piece)):
            if draw.random() > 0.03:
                self.put(meter, start + n * piece * DAY, step, int(a_day * piece), noise)
        for _ in range(draw.choice([0, 0, 2, 8])):
            after = draw.randrange(40 * 48) * HALF_HOUR
            self.put(meter, start + after, "PT30M", draw.choice([1, 3, 10, 48]), noise)
        for _ in range(draw.choice([0, 0, 1, 5, 15])):
            batch = f"bat_{draw.randint(1, self.batches)}"
            self.at += timedelta(minutes=1)
            if meter.stored(batch):
                meter.undo(batch, at=self.at)

    def put(self, meter: Meter, start: datetime, step: Step, n: int, noise: float) -> None:
        """A batch of its own, now and then with a value that is missing."""
        values: Values = [max(0, round(20_000 + self.draw.gauss(0, noise))) for _ in range(n)]
        if self.draw.random() < 0.1:
            values[self.draw.randrange(n)] = None
        self.batches += 1
        self.at += timedelta(minutes=1)
        meter.put(start, step, values, at=self.at, batch=f"bat_{self.batches}")


@pytest.mark.parametrize("seed", range(times(4, deep=200)))
def test_whatever_came_a_compaction_makes_no_store_larger(store: Store, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 (nothing is secret)
    meters = [Meter.made(store) for _ in range(draw.choice([1, 1, 4]))]
    history = History(draw, meters)
    start = month_bounds(date(2025, 1, 1), PARIS)[0]
    for _ in range(2):
        history.goes_on()
        before, taken = weight(store), room(store)
        held = [meter.steps(start, NOW) for meter in meters]
        compact_segments(store, now=NOW)
        assert weight(store) <= before
        assert room(store) <= taken
        assert [meter.steps(start, NOW) for meter in meters] == held
        assert compact_segments(store, now=NOW) == 0
        assert sound(store) == []


def test_what_a_merged_month_holds_is_kept_once(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    then = meter.steps(MARCH, APRIL, as_of=NOW + 9 * HALF_HOUR)
    whole = meter.steps(MARCH, APRIL)
    assert compact_segments(store, before=APRIL, now=NOW, saving=False) == 1
    assert codecs(store) == {IN_MERGED: 30, DELTA_ZSTD: 1}  # the last goes on into April
    assert meter.steps(MARCH, APRIL, as_of=NOW + 9 * HALF_HOUR) == then
    meter.put(MARCH + 5 * DAY, "PT30M", [-1], at=NOW + DAY)
    assert compact_segments(store, before=APRIL, now=NOW, saving=False) == 1
    assert codecs(store) == {IN_MERGED: 30, DELTA_ZSTD: 2}  # the corrected day has its own again
    assert meter.steps(MARCH, APRIL, as_of=NOW + 9 * HALF_HOUR) == then
    assert meter.steps(MARCH, APRIL, as_of=NOW + 40 * HALF_HOUR) != meter.steps(MARCH, APRIL)
    assert meter.steps(MARCH, APRIL, as_of=NOW + 31 * HALF_HOUR) == whole
    assert sound(store) == []


def test_what_is_undone_has_its_own_values_again(meter: Meter, store: Store) -> None:
    put_days(meter, 29)
    then = meter.steps(MARCH, APRIL, as_of=NOW + 9 * HALF_HOUR)
    compact_segments(store, before=APRIL, now=NOW, saving=False)
    assert codecs(store) == {IN_MERGED: 29}
    permit = permit_own_data(OWNER, action="write", now=NOW)
    with store.write() as session:
        undo_readings(permit, session, meter.series, ["bat_1"], now=NOW + DAY)
    assert codecs(store) == {DELTA_ZSTD: 29}
    assert meter.steps(MARCH, APRIL) == []
    assert meter.steps(MARCH, APRIL, as_of=NOW + 9 * HALF_HOUR) == then


def test_originals_without_their_merged_segment_are_told_and_never_read_as_nothing(
    meter: Meter, store: Store
) -> None:
    put_days(meter, 29)
    compact_segments(store, before=APRIL, now=NOW, saving=False)
    assert sound(store) == []
    with store.write() as session:
        session.connection().execute(text("DELETE FROM segment WHERE compacted"))
    assert len(sound(store)) == 29
    assert {one.why for one in sound(store)} == {"no merged segment holds its values"}
    with pytest.raises(ValueError, match="no merged segment"):
        meter.steps(MARCH, APRIL, as_of=NOW + DAY)
    with pytest.raises(ValueError, match="codec 2"):
        decode(IN_MERGED, b"")


def test_merged_segments_that_no_read_sees_are_removed(meter: Meter, store: Store) -> None:
    """Earlier versions kept them."""
    put_days(meter, 29)
    compact_segments(store, before=APRIL, now=NOW, saving=False)
    with store.write() as session:
        (row,) = session.exec(select(SegmentRow).where(col(SegmentRow.compacted).is_(true())))
        session.add(SegmentRow(**row.model_dump() | {"seq": -1, "superseded_at": 3}))
    before = weight(store)
    assert compact_segments(store, now=NOW) == 0
    assert weight(store) < before
    assert len(live(store)) == 1


def test_a_store_that_somebody_writes_to_gives_no_room_back_and_says_so(store: Store) -> None:
    if not store.is_sqlite:
        assert give_back(store)
        return
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        assert not give_back(store)  # it waits five seconds first
        other.execute("ROLLBACK")
    assert give_back(store)


def sound(store: Store) -> list[Unsound]:
    with store.read() as session:
        return list(find_unsound_rows(permit_operator(now=NOW), session))


STARTS = [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)]
"""Some days before each clock change and each end of month."""
KINDS: tuple[Quality, ...] = ("measured", "validated", "estimated")


class Readings(RuleBasedStateMachine):
    """Arrivals, corrections, undos and compactions in any order: the oracle says what holds."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.meter = Meter.made(self.store)
        self.oracle = Oracle()
        self.clock = NOW - timedelta(days=30)
        self.start = STARTS[0]
        self.moments = [self.clock]

    @rule(start=st.sampled_from(STARTS))
    def look_elsewhere(self, start: datetime) -> None:
        self.start = start

    @rule(
        hours=st.integers(0, 160),
        step=st.sampled_from(sorted(step for step, n in STEP_SECONDS.items() if n >= SLOT)),
        values=st.lists(st.none() | st.integers(-5, 5), min_size=1, max_size=60),
        kinds=st.none() | st.lists(st.sampled_from(KINDS), min_size=60, max_size=60),
        priority=st.sampled_from([40, 50]),
    )
    def arrive(
        self, *, hours: int, step: Step, values: Values, kinds: list[Quality] | None, priority: int
    ) -> None:
        self.clock += timedelta(minutes=1)
        quality: Runs | None = None
        if kinds is not None:
            said = ["missing" if v is None else k for v, k in zip(values, kinds, strict=False)]
            quality = simplify_quality(join_quality_runs((1, kind) for kind in said), values)
        start = self.start + timedelta(hours=hours)
        before, known = self.oracle.stated(), self.oracle.known()
        better = self.oracle.known(above=priority)
        self.oracle.put(start, step, values, quality, self.clock, priority)
        kept = self.meter.put(
            start, step, values, quality=quality, at=self.clock, priority=priority,
            batch=self.batch(-1),
        )  # fmt: skip
        places, arrived, said_of, *_ = self.oracle.arrivals[-1]
        came = zip(places, places[1:], arrived, said_of, strict=False)
        assert kept == sum(
            before.get((a, b - a)) != (v, kind)
            for a, b, v, kind in came
            if v is not None or not known.issuperset(range(a, b, SLOT))
            if better.isdisjoint(range(a, b, SLOT))
        )
        self.forget_what_is_not_stored()
        self.moments.append(self.clock)

    @rule(days=st.integers(0, 6), n=st.integers(1, 6))
    def arrive_by_day(self, days: int, n: int) -> None:
        self.clock += timedelta(minutes=1)
        day = (self.start.astimezone(PARIS) + days * DAY).date()
        start = datetime.combine(day, datetime.min.time(), PARIS).astimezone(UTC)
        values: Values = list(range(n))
        self.oracle.put(start, "P1D", values, None, self.clock)
        self.meter.put(start, "P1D", values, at=self.clock, batch=self.batch(-1))
        self.forget_what_is_not_stored()

    @precondition(lambda self: self.oracle.left())
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        self.clock += timedelta(minutes=1)
        place = data.draw(st.sampled_from(self.oracle.left()))
        self.meter.undo(self.batch(place), at=self.clock)
        self.oracle.undone[place] = self.clock
        self.moments.append(self.clock)

    def batch(self, place: int) -> str:
        """The batch of the arrival at *place*."""
        return f"bat_{place % len(self.oracle.arrivals)}"

    def forget_what_is_not_stored(self) -> None:
        """What told nothing new holds nothing: not when what told it before is taken back."""
        if not self.meter.stored(self.batch(-1)):
            self.oracle.arrivals.pop()

    @rule()
    def tidy(self) -> None:
        compact_segments(self.store, now=NOW, saving=False)

    @rule(first=st.integers(0, 400))
    def fold(self, first: int) -> None:
        """As a server does by itself, up to any moment of a month that is not over."""
        fold, after = Fold(self.start + first * HALF_HOUR, worth=1, saving=False), ""
        while True:
            _, after = fold_some(self.store, fold, after=after, now=NOW)
            if not after:
                return

    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        as_of = data.draw(st.sampled_from(self.moments))
        window = self.start, self.start + 20 * DAY
        found = told(self.meter.steps(*window, as_of=as_of))
        assert found == self.oracle.told(*window, as_of)

    @rule(first=st.integers(0, 300), n=st.integers(1, 300))
    def look_through_a_window(self, first: int, n: int) -> None:
        start = self.start + first * HALF_HOUR
        window = start, start + n * HALF_HOUR
        assert told(self.meter.steps(*window)) == self.oracle.told(*window)

    @invariant()
    def what_holds_is_what_the_oracle_says(self) -> None:
        window = self.start, self.start + 20 * DAY
        assert told(self.meter.steps(*window)) == self.oracle.told(*window)

    @invariant()
    def days_sum_what_they_hold(self) -> None:
        window = self.start, self.start + 15 * DAY
        found = {
            (datetime.fromtimestamp(run.start_s, PARIS) + i * DAY).date(): value
            for run in self.meter.days(*window)
            for i, value in enumerate(run.values)
        }
        for day in civil_days(*window, PARIS):
            joules, measured, _ = self.oracle.day(day)
            if not measured:
                assert found.get(day) is None
            else:
                value = found[day]
                assert value is not None
                assert abs(value * 3600 - joules) <= 1.8  # half a thousandth of a Wh


def test_any_sequence_of_arrivals_undos_and_compactions_reads_as_the_oracle_says(
    store: Store,
) -> None:
    machine = type("OnThisStore", (Readings,), {"store": store})
    some = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=15)
    run_state_machine_as_test(machine, settings=some)
