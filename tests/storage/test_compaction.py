"""Compaction: fewer rows, the same readings, and the past as it was."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from synergie.calendar import civil_days, month_bounds
from synergie.schemas.quality import Quality
from synergie.storage.compaction import compact
from synergie.storage.segments import Runs, Values, joined, normal
from synergie.storage.store import Store
from synergie.units import STEP_SECONDS, Step
from tests.storage.meter import NOW, PARIS, SLOT, Meter, Oracle, told

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
    assert compact(store, before=APRIL, now=NOW) == 1
    assert live(store)[0] == (31 * 48 - 2, True)
    assert all(not compacted for _, compacted in live(store)[1:])
    assert meter.steps(MARCH, NOW) == before


def test_a_year_becomes_twelve_months(meter: Meter, store: Store) -> None:
    start = month_bounds(date(2025, 1, 1), PARIS)[0]
    values: Values = [i % 1000 for i in range(365 * 48)]
    meter.put(start, "PT30M", values)
    days = meter.days(start, NOW)
    assert compact(store, now=NOW) == 12
    assert [compacted for _, compacted in live(store)] == [True] * 12
    assert meter.days(start, NOW) == days
    assert meter.steps(start, NOW)[0].values == values


def test_what_was_compacted_is_left_alone(meter: Meter, store: Store) -> None:
    put_days(meter, 40)
    assert compact(store, now=NOW) == 2
    assert compact(store, now=NOW) == 0


def test_a_correction_after_compaction_is_merged_again(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    compact(store, before=APRIL, now=NOW)
    meter.put(MARCH + 5 * DAY, "PT30M", [-1, None], at=NOW + DAY)  # what is missing covers nothing
    corrected = meter.steps(MARCH, APRIL)
    assert compact(store, before=APRIL, now=NOW) == 1
    assert live(store) == [(31 * 48 - 2, True), (48, False)]
    assert meter.steps(MARCH, APRIL) == corrected
    assert corrected[0].values[240:243] == [-1, 241, 242]


def test_finer_steps_inside_a_compacted_month_leave_nothing_to_merge(
    meter: Meter, store: Store
) -> None:
    put_days(meter, 31)
    compact(store, before=APRIL, now=NOW)
    meter.put(MARCH + 5 * DAY, "PT10M", [1, 2, 3])
    before = meter.steps(MARCH, APRIL)
    assert compact(store, before=APRIL, now=NOW) == 0
    assert meter.steps(MARCH, APRIL) == before


def test_the_past_stays_as_it_was(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    then = NOW + 10 * HALF_HOUR
    past = meter.steps(MARCH, APRIL, as_of=then)
    assert len(past[0].values) == 11 * 48
    compact(store, now=NOW + DAY)
    assert meter.steps(MARCH, APRIL, as_of=then) == past


def test_a_hole_stays_a_hole(meter: Meter, store: Store) -> None:
    meter.put(MARCH, "PT30M", [1])
    meter.put(MARCH + HALF_HOUR, "PT30M", [2])
    meter.put(MARCH + 4 * HALF_HOUR, "PT30M", [5])
    compact(store, now=NOW)
    assert live(store) == [(2, True), (1, False)]


def test_a_month_that_is_not_over_waits(meter: Meter, store: Store) -> None:
    put_days(meter, 20)
    assert compact(store, now=MARCH + 20 * DAY) == 0


def test_of_two_compactors_at_once_one_does_the_work(meter: Meter, store: Store) -> None:
    put_days(meter, 31)
    done: list[int] = []

    def work() -> None:
        done.append(compact(store, before=APRIL, now=NOW))

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == [0, 1]
    assert live(store) == [(31 * 48 - 2, True), (48, False)]


STARTS = [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)]
"""Some days before each clock change and each end of month."""
KINDS: tuple[Quality, ...] = ("measured", "validated", "estimated")


class Readings(RuleBasedStateMachine):
    """Any sequence of arrivals, corrections and compactions; the store is what the oracle says."""

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
            quality = normal(joined((1, kind) for kind in said), values)
        start = self.start + timedelta(hours=hours)
        before, known = self.oracle.stated(), self.oracle.known()
        better = self.oracle.known(above=priority)
        self.oracle.put(start, step, values, quality, self.clock, priority)
        kept = self.meter.put(
            start, step, values, quality=quality, at=self.clock, priority=priority
        )
        places, arrived, said_of, *_ = self.oracle.arrivals[-1]
        came = zip(places, places[1:], arrived, said_of, strict=False)
        assert kept == sum(
            before.get((a, b - a)) != (v, kind)
            for a, b, v, kind in came
            if v is not None or not known.issuperset(range(a, b, SLOT))
            if better.isdisjoint(range(a, b, SLOT))
        )
        self.moments.append(self.clock)

    @rule(days=st.integers(0, 6), n=st.integers(1, 6))
    def arrive_by_day(self, days: int, n: int) -> None:
        self.clock += timedelta(minutes=1)
        day = (self.start.astimezone(PARIS) + days * DAY).date()
        start = datetime.combine(day, datetime.min.time(), PARIS).astimezone(UTC)
        values: Values = list(range(n))
        self.oracle.put(start, "P1D", values, None, self.clock)
        self.meter.put(start, "P1D", values, at=self.clock)

    @rule()
    def tidy(self) -> None:
        compact(self.store, now=NOW)

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


def test_any_sequence_of_arrivals_and_compactions_reads_as_the_oracle_says(store: Store) -> None:
    machine = type("OnThisStore", (Readings,), {"store": store})
    some = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=15)
    run_state_machine_as_test(machine, settings=some)
