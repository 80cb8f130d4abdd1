"""Deposits in any order, repeated in any way: the store is what a dictionary says."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from synergie.errors import Conflict
from synergie.exchange.readings.curves import Curves
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.store import Store
from tests.storage.meter import NOW, OWNER, Meter

START = datetime(2026, 2, 28, 12, tzinfo=UTC)
"""A day and a half before a civil month ends, so that compaction has something to do."""
HALF_HOUR = timedelta(minutes=30)

type Batch = tuple[Curve, Receipt]


class Deposits(RuleBasedStateMachine):
    """One series, two clients' worth of repetition, and a dictionary of what should hold."""

    store: Store
    batches = Bundle[Batch]("batches")

    @initialize()
    def begin(self) -> None:
        self.series = Meter.made(self.store).series.id
        self.curves = Curves(self.store)
        self.clock = NOW
        self.holds: dict[datetime, Any] = {}
        self.known: dict[str, Batch] = {}
        self.covered: dict[str, str] = {}
        self.past: list[tuple[datetime, dict[datetime, Any]]] = []

    @rule(
        target=batches,
        at=st.integers(0, 60),
        values=st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=40),
    )
    def deposit(self, at: int, values: list[Any]) -> Batch:
        sent = self.send(self.curve(START + at * HALF_HOUR, values))
        assert sent is not None
        return sent

    @rule(batch=batches)
    def send_again(self, batch: Batch) -> None:
        self.send(batch[0])

    @rule(target=batches, batch=batches, other=batches)
    def bring_back(self, batch: Batch, other: Batch) -> Batch:
        """Replace what *other* brought by what *batch* held."""
        return self.send(batch[0].model_copy(update={"supersedes": other[1].id})) or batch

    @rule(batch=batches, values=st.lists(st.integers(4, 6), min_size=1, max_size=5))
    def deposit_a_group(self, batch: Batch, values: list[Any]) -> None:
        """A repetition, a new one and the new one again, by one commit."""
        fresh = self.curve(START + 10 * HALF_HOUR, values)
        for curve in (batch[0], fresh, fresh):
            self.expect(curve)
        answers = self.answers([batch[0], fresh, fresh])
        for curve, answer in zip((batch[0], fresh, fresh), answers, strict=True):
            self.note(curve, answer)

    @rule()
    def tidy(self) -> None:
        compact_segments(self.store, now=NOW, saving=False)

    @invariant()
    def what_holds_is_what_the_dictionary_says(self) -> None:
        assert self.differences(self.holds) == {}
        for moment, then in self.past[-3:]:
            assert self.differences(then, as_of=moment) == {}

    def curve(self, start: datetime, values: list[Any]) -> Curve:
        return Curve(series=self.series, start=start, step="PT30M", unit="W", values=values)

    def answers(self, curves: list[Curve]) -> list[Any]:
        self.clock += HALF_HOUR / 30
        onces = [None] * len(curves)
        found = self.curves.deposit(OWNER, curves, onces=onces, now=self.clock)
        return list(found)

    def expect(self, curve: Curve) -> None:
        """What the dictionary holds once *curve* has arrived, if it is new."""
        if self.content(curve) in self.known:
            return
        places = [curve.start + i * HALF_HOUR for i in range(len(curve.values))]
        came = dict(zip(places, curve.values, strict=True))
        self.holds |= {
            place: value
            for place, value in came.items()
            if value is not None or place not in self.holds
        }

    def send(self, curve: Curve) -> Batch | None:
        before = dict(self.holds)
        self.expect(curve)
        (answer,) = self.answers([curve])
        if isinstance(answer, Conflict):
            assert self.covered.get(str(curve.supersedes))
            self.holds = before
            return None
        return self.note(curve, answer)

    def note(self, curve: Curve, answer: Any) -> Batch:
        assert isinstance(answer, Receipt)
        content = self.content(curve)
        first = self.known.get(content)
        assert answer.replayed == (first is not None)
        assert answer.received == answer.kept + answer.unchanged == len(curve.values)
        if first is None:
            self.cover(curve, answer)
            self.known[content] = curve, answer
        else:
            assert answer.id == first[1].id
            assert answer.superseded_by == self.covered.get(answer.id)
        self.past.append((self.clock, dict(self.holds)))
        return self.known[content]

    def cover(self, curve: Curve, receipt: Receipt) -> None:
        """Batches that overlap what was changed are superseded by the newest that did."""
        if not receipt.kept:
            return
        for older, known in self.known.values():
            ends = older.start + len(older.values) * HALF_HOUR
            beyond = curve.start + len(curve.values) * HALF_HOUR
            if known.kept and older.start < beyond and curve.start < ends:
                self.covered[known.id] = receipt.id

    @staticmethod
    def content(curve: Curve) -> str:
        return f"{curve.start} {curve.values} {curve.supersedes}"

    def differences(
        self, expected: dict[datetime, Any], as_of: datetime | None = None
    ) -> dict[datetime, tuple[Any, Any]]:
        """Where the store and *expected* disagree; a hole may be read as null."""
        end = START + 200 * HALF_HOUR
        found = self.curves.extract(
            OWNER, self.series, start=START, end=end, as_of=as_of, now=self.clock
        )
        told = {
            run.start + i * HALF_HOUR: value
            for run in found.runs
            for i, value in enumerate(run.values)
        }
        assert expected.keys() <= told.keys()
        return {
            place: (value, expected.get(place))
            for place, value in told.items()
            if value != expected.get(place)
        }


def test_any_sequence_of_deposits_holds_what_a_dictionary_holds(store: Store) -> None:
    machine = type("OnThisStore", (Deposits,), {"store": store})
    some = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=15)
    run_state_machine_as_test(machine, settings=some)
