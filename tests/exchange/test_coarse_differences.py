"""Lives of one series, read below raw in every way at every moment: no difference is finer.

Each version of a half-hour is a power of two, so each sum says by itself which readings it is made
of. All sums that a reader ever got are equations; exact elimination says what can be computed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from synergie.calendar import ceil_period, day_bounds, floor_period
from synergie.calendar.civil import Bucket
from synergie.errors import Conflict
from synergie.exchange.readings.closures import Closures
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.schemas.readings.closure import ClosureRecord
from synergie.storage.readings._periods import Period
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.published import published as _published
from synergie.storage.store import Store
from tests import depth
from tests.adversary.elimination import Elimination
from tests.exchange.people import Body
from tests.exchange.test_curves import Make, declared, put
from tests.exchange.test_published_states import HALF, energy
from tests.storage.meter import PARIS

HISTORIES = depth.times(3, deep=500)
ACTS = 8
MONTH = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
"""October in Paris: 1,490 half-hours."""
DATES = (date(2026, 10, 12), date(2026, 10, 25))
"""The second has 50 half-hours."""
OPENED = datetime(2026, 10, 19, 22, tzinfo=UTC)
VERSIONS = 4
GRAINS: dict[str, tuple[Bucket, ...]] = {"partner": ("day", "month"), "hours": ("hour", "day")}


class Slot(NamedTuple):
    """A half-hour whose values are sought; all the others are zero from the beginning."""

    day: date
    place: int

    @property
    def start(self) -> datetime:
        """UTC."""
        return day_bounds(self.day, PARIS)[0] + self.place * HALF


SLOTS = tuple(Slot(day, place) for day in DATES for place in (14, 15, 16, 17))


class Reading(NamedTuple):
    """One version of the value of a slot."""

    slot: Slot
    version: int

    @property
    def value(self) -> int:
        """A power of two, which no other reading is."""
        return 1 << (SLOTS.index(self.slot) * VERSIONS + self.version)


READINGS = tuple(Reading(slot, version) for slot in SLOTS for version in range(VERSIONS))


@dataclass
class Life:
    """A series, its owner's acts, and all that one reader of two agreements was told."""

    random: Random
    store: Store
    owner: Body
    partner: Body
    series: str
    buckets: tuple[Bucket, ...]
    agreements: dict[tuple[Bucket, datetime], str]
    now: datetime = MONTH[1] + timedelta(days=2)
    acts: list[str] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    used: dict[Slot, int] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)
    closed: set[Slot] = field(default_factory=set)
    told: dict[tuple[int, str, datetime], set[int]] = field(default_factory=dict)
    book: Elimination[Reading] = field(default_factory=Elimination)

    def play(self, acts: int) -> None:
        """So many acts, each followed by every read there is."""
        choices: list[Callable[[], str]] = [self.fill, self.fill, self.undo, self.close, self.tidy]
        for _ in range(acts):
            act = self.random.choices(choices, [6, 3, 3, 1, 1])[0]
            self.acts.append(f"{self.now:%d/%m %H:%M} {act()}")
            self.moments.append(self.now)
            for as_of in (None, self.random.choice(self.moments)):
                self.read(as_of)
            self.now += timedelta(hours=self.random.choice([1, 1, 7, 200, 500]))

    def fill(self) -> str:
        """Some half-hours, filled or corrected, blanks between them."""
        day = self.random.choice(DATES)
        some = [slot for slot in SLOTS if slot.day == day]
        first = self.random.randrange(len(some))
        some = some[first : self.random.randint(first + 1, len(some))]
        values = [self._next(one) if self.random.random() < 0.8 else None for one in some]
        one = energy(self.series, values, start=some[0].start)
        self.batches.append(put(Curves(self.store), self.owner, one, now=self.now).id)
        return f"{some[0].day} from {some[0].place}: {values}"

    def _next(self, slot: Slot) -> int | None:
        version = self.used.get(slot, 0)
        self.used[slot] = min(version + 1, VERSIONS - 1)
        return Reading(slot, version).value

    def undo(self) -> str:
        """One of the batches, not always the last."""
        if not self.batches:
            return "nothing to undo"
        batch = self.batches.pop(self.random.randrange(len(self.batches)))
        try:
            Deposits(self.store).undo(self.owner.caller, batch, now=self.now)
        except Conflict:
            return "a later batch stands on it"
        return "undo"

    def close(self) -> str:
        """A day is declared final; which of its half-hours were still without any value."""
        day = self.random.choice(DATES)
        record = ClosureRecord(first_day=day, last_day=day)
        Closures(self.store).close(self.owner.caller, self.series, record, now=self.now)
        self.closed |= {slot for slot in SLOTS if slot.day == day and not self.used.get(slot)}
        return f"close {day}"

    def tidy(self) -> str:
        """As the server does by night."""
        compact_segments(self.store, now=self.now, saving=False)
        return "compact"

    def read(self, as_of: datetime | None) -> None:
        """At each granularity under each agreement; an export tells the same as an extract."""
        for (granted, _), agreement in self.agreements.items():
            for bucket in self.buckets[self.buckets.index(granted) :]:
                asked: dict[str, Any] = {
                    "start": MONTH[0], "end": MONTH[1], "granularity": bucket,
                    "agreement": agreement,
                }  # fmt: skip
                found = Curves(self.store).extract(
                    self.partner.caller, self.series, **asked, as_of=as_of, now=self.now
                )
                assert found.state is not None
                sums = dict(_sums(found.runs, bucket))
                for start, value in sums.items():
                    self._write(found.state.number, bucket, start, value)
                if as_of is None and len(self.acts) == ACTS:
                    pages = Curves(self.store).export(
                        self.partner.caller, **asked, clock=lambda: self.now
                    )
                    assert dict(_sums(list(pages), bucket)) == sums

    def _write(self, state: int, bucket: Bucket, start: datetime, value: int) -> None:
        self.told.setdefault((state, bucket, start), set()).add(value)
        if value:
            parts = [one for one in READINGS if one.value & value]
            assert len({one.slot for one in parts}) == len(parts), (self.acts, parts)
            assert not self.closed & {one.slot for one in parts}, (self.acts, parts)
            self.book.add_answer(dict.fromkeys(parts, 1), value)

    def list_faults(self) -> list[str]:
        """What can be computed and may not, and periods told twice in a state."""
        twice = [f"{key} told as {some}" for key, some in self.told.items() if len(some) > 1]
        periods = {_period(slot, self.buckets[0]) for slot in SLOTS}
        return twice + [fault for one in sorted(periods) for fault in self._parts_of(one)]

    def _parts_of(self, period: datetime) -> Iterator[str]:
        """Combinations of all sums that tell one part of *period* otherwise than another."""
        inside = [slot for slot in SLOTS if _period(slot, self.buckets[0]) == period]
        known = [one for one in READINGS if one.slot in inside]
        for terms in self.book.list_combinations_inside(known):
            counts = {slot: 0 for slot in inside if slot not in self.closed}
            for one, k in terms.items():
                counts[one.slot] = counts.get(one.slot, 0) + k
            if len({*counts.values()}) > 1:
                yield f"within {period}: {terms}"


def _sums(runs: Any, bucket: Bucket) -> Iterator[tuple[datetime, int]]:
    for run in runs:
        at = run.start
        for value in run.values:
            if value is not None:
                yield at, int(value)
            at = ceil_period(at + timedelta(seconds=1), bucket, PARIS)


def _period(slot: Slot, bucket: Bucket) -> datetime:
    return floor_period(slot.start, bucket, PARIS)


@pytest.fixture
def store(tmp_path: Path, blank_sqlite: Path) -> Iterator[Store]:
    """On SQLite only: what is drawn here is of no engine."""
    path = tmp_path / "store.db"
    path.write_bytes(blank_sqlite.read_bytes())
    opened = Store.open(f"sqlite:///{path}")
    yield opened
    opened.close()


type Draw = Callable[[int, str], Life]


@pytest.fixture
def draw(store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make) -> Draw:
    """Makes the life of a seed: a series of zeros, with blanks where values are sought."""

    def make(seed: int, reader: str) -> Life:
        early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
        granted = {
            (bucket, start): agreed(
                {"supply_points": [things["p1"]]},
                granularity=bucket,
                data_period={"start": start},
                valid_from=early,
                valid_until=late,
            ).id
            for bucket in GRAINS[reader]
            for start in (MONTH[0], OPENED)
        }
        more = {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh"}
        series = declared(store, owner, **more, decimals=0)
        values: list[int | None] = [0] * int((MONTH[1] - MONTH[0]) / HALF)
        for slot in SLOTS:
            values[int((slot.start - MONTH[0]) / HALF)] = None
        random = Random(seed)  # noqa: S311 (drawn again from its seed)
        life = Life(random, store, owner, partner, series, GRAINS[reader], granted)
        put(Curves(store), owner, energy(series, values, start=MONTH[0]), now=life.now)
        return life

    return make


@pytest.mark.parametrize("reader", sorted(GRAINS))
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_was_told_below_raw_makes_no_equation_of_less_than_was_granted(
    draw: Draw, seed: int, reader: str
) -> None:
    life = draw(seed, reader)
    life.play(ACTS)
    assert not life.list_faults(), "\n  ".join(life.acts)


def _present(one: Segment, state: datetime) -> tuple[int, int, int]:
    return 1, one.priority, one.seq


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "blanks complete a period": (Period, "is_final", property(lambda one: one.measured_s > 0)),
    "corrections are read at once": (_published, "_get_arrival_order", _present),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_it_sees_a_planted_fault(draw: Draw, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    life = draw(3, "partner")
    life.play(2 * ACTS)
    assert life.list_faults()
