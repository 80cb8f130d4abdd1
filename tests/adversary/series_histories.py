"""Random lives of one curve through the exchange, as readers of several agreements see it.

Every value is a random number of forty bits: a sum is taken apart into the readings it was made of
by looking which combination of them makes it, so that nothing is assumed of how the server counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Self

from synergie.errors import SynergieError
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.closures import Closures
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.closure import ClosureRecord
from synergie.schemas.readings.curve import Curve, CurveExtract
from synergie.schemas.trust.agreement import Act, Agreement, Granularity
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.store import Store
from tests.adversary.coalitions import Leak, Log
from tests.adversary.elimination import Elimination
from tests.adversary.series_periods import (
    ACTIVE,
    BEGIN,
    CODE,
    DAY,
    DAYS,
    GRANULARITIES,
    PERIODS,
    QUARTER,
    SLOTS,
    STARTS,
    Period,
    Reading,
    Slot,
    period_at,
)
from tests.exchange.people import NOW, Body, body, point, terms
from tests.exchange.test_curves import record

ENDS: tuple[Act, ...] = ("revoke", "revoke", "suspend", "resume")


@dataclass
class SeriesHistory:
    """An owner, two readers, one curve."""

    random: Random
    store: Store
    owner: Body
    readers: dict[str, Body]
    series: str
    now: datetime = BEGIN + 62 * DAY + 3 * QUARTER
    log: Log[Reading] = field(default_factory=Log)
    acts: list[str] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    versions: dict[Slot, list[Reading]] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)
    agreements: dict[str, list[Agreement]] = field(default_factory=dict)
    starts: Sequence[datetime] = STARTS
    weights: Sequence[int] = (5, 4, 2, 5, 1, 1, 2)
    """How often what is done, in the order of `play`."""
    closed: set[Slot] = field(default_factory=set)
    """Steps that the owner closed before they had any value: they are in no sum."""
    misled: list[Leak[Reading]] = field(default_factory=list)
    """What was told of how fresh the curve is that does not follow from what may be read."""
    told: dict[str, set[Period]] = field(default_factory=dict)
    """Reader → the periods of the granularity of an agreement of its own that it was told."""

    @classmethod
    def draw(cls, random: Random, store: Store) -> Self:
        """A curve with the days around, told day by day."""
        owner, *readers = (body(store, name) for name in ("owner", "reader-a", "reader-b"))
        SupplyPoints(store).publish(owner.caller, [point(CODE)], now=NOW)
        fields = {"quantity": "active_energy", "form": "interval_energy", "unit": "Wh"}
        made = SeriesBook(store).publish(owner.caller, [record(CODE, **fields)], now=NOW)
        by_name = {one.caller.organisation: one for one in readers}
        history = cls(random, store, owner, by_name, made.items[0].id)
        history.agreements = {name: [] for name in by_name}
        history.told = {name: set() for name in by_name}
        for first, last in ((0, 30), (33, 62)):
            history._deposit([Slot(day, None) for day in range(first, last)], "P1D")
        for day in ACTIVE if random.random() < 0.6 else ():
            history._deposit([Slot(day, k) for k in range(4)], "PT1H")
        return history

    def play(self, acts: int) -> None:
        """So many acts; after each, every reader reads what it may."""
        choices = [
            self.deposit, self.correct, self.undo, self.agree, self.end, self.compact, self.close,
            self.move,
        ][:len(self.weights)]  # fmt: skip
        for n in range(acts):
            act = self.random.choices(choices, self.weights)[0] if n else self.agree
            self.acts.append(f"{self.now:%d/%m %H:%M} {act()}")
            self.moments.append(self.now)
            self.read(None)
            if self.random.random() < 0.4:
                self.read(self.random.choice(self.moments))
            self.now += self.random.choice([QUARTER, DAY, 9 * DAY, 24 * DAY])
        for moment in (None, self.random.choice(self.moments)):
            self.read(moment, coarser=True)

    def deposit(self) -> str:
        """Quarters of an active day, the others null or not named."""
        day = self.random.choice(ACTIVE)
        first = self.random.randrange(4)
        last = self.random.randint(first + 1, 4)
        if self.random.random() < 0.4:
            first, last = 0, 4
        slots = [Slot(day, k) for k in range(first, last)]
        null = {s for s in slots if self.random.random() < 0.3}
        return self._deposit(slots, "PT1H", null)

    def correct(self) -> str:
        """One step anew."""
        return self._deposit([Slot(self.random.choice(ACTIVE), self.random.randrange(4))], "PT1H")

    def undo(self) -> str:
        """The last batch, or another."""
        if len(self.batches) < 3:
            return "nothing to undo"
        batch = self.batches.pop(
            self.random.choice([-1, self.random.randrange(2, len(self.batches))])
        )
        try:
            Deposits(self.store).undo(self.owner.caller, batch, now=self.now)
        except SynergieError as error:
            return f"undo refused: {error}"
        return "undo a batch"

    def agree(self) -> str:
        """Open the curve to a reader, from some moment on, at some granularity."""
        name, reader = self.random.choice(sorted(self.readers.items()))
        granularity = self.random.choice(GRANULARITIES)
        start = self.random.choice(self.starts)
        end = self.random.choice([None, None, *self.starts])
        if end is not None and end <= start:
            end = None
        book = Agreements(self.store)
        made = terms(
            self.owner,
            reader,
            self.draw_selector(),
            granularity=granularity,
            data_period={"start": start, "end": end},
            valid_until=self.now + self.random.choice([9 * DAY, *[600 * DAY] * 3]),
            **self.draw_begin(),
        )
        try:
            draft = book.draft(self.owner.caller, made, now=self.now)
            signed = self.owner.sign(draft)
            book.act(self.owner.caller, draft.id, "propose", signature=signed, now=self.now)
            signed = reader.sign(draft)
            agreed = book.act(reader.caller, draft.id, "accept", signature=signed, now=self.now)
        except SynergieError as error:
            return f"{granularity} to {name} from {start:%d/%m %H:%M} refused: {error}"
        self.agreements[name].append(agreed)
        return f"{granularity} to {name} from {start:%d/%m %H:%M} to {end}"

    def draw_selector(self) -> dict[str, list[str]]:
        """What an agreement names."""
        return {"series": [self.series]}

    def draw_begin(self) -> dict[str, datetime]:
        """`valid_from`, where it is not before all."""
        return {}

    def move(self) -> str:
        """Where there is a site to move to."""
        return "stay"

    def end(self) -> str:
        """Revoke an agreement, suspend it, resume it."""
        name = self.random.choice(sorted(self.agreements))
        if not self.agreements[name]:
            return "nothing to revoke"
        one, act = self.random.choice(self.agreements[name]), self.random.choice(ENDS)
        try:
            Agreements(self.store).act(self.owner.caller, one.id, act, now=self.now)
        except SynergieError as error:
            return f"{act} refused: {error}"
        return f"{act} {one.terms.granularity} to {name}"

    def compact(self) -> str:
        """As the server does by night."""
        compact_segments(self.store, now=self.now, saving=False)
        return "compact"

    def close(self) -> str:
        """Declare an active day final: what never had a value, or all when that is most of it."""
        day = self.random.choice(ACTIVE)
        date = (BEGIN + day * DAY + QUARTER).date()
        wanted = ClosureRecord(first_day=date, last_day=date)
        Closures(self.store).close(self.owner.caller, self.series, wanted, now=self.now)
        slots = {Slot(day, k) for k in range(4)}
        self.closed |= {slot for slot in slots if slot not in self.versions}
        if len(self.closed & slots) > 2:
            self.closed |= slots
        return f"close day {day}: {len(self.closed & slots)} quarters"

    def read(self, as_of: datetime | None, *, coarser: bool = False) -> None:
        """Each reader under each of its agreements; *coarser*: at what is coarser, too."""
        for name, reader in self.readers.items():
            for one in self.agreements[name]:
                place = GRANULARITIES.index(one.terms.granularity)
                for granularity in GRANULARITIES[place:] if coarser else GRANULARITIES[place:][:1]:
                    self._read(name, reader, one, granularity, as_of, export=coarser and not as_of)

    def leaks(self) -> Sequence[Leak[Reading]]:
        """Sums of less than what some agreement of the readers opens as one."""
        found = (leak for who in self.log.coalitions() for leak in self._leaks_of(who))
        return [*self.misled, *found]

    def _leaks_of(self, coalition: tuple[str, ...]) -> Iterator[Leak[Reading]]:
        opened = self._told_to(coalition)
        finest = {slot: period for period in reversed(opened) for slot in period.slots}
        book = Elimination[Reading]()
        for reader in coalition:
            for one in self.log.answers[reader]:
                book.add_answer(one.terms)
        for period in [*dict.fromkeys(finest.values()), None]:
            inside = [s for s in SLOTS if finest.get(s) == period]
            if period is not None and {*inside} == {*period.slots} and len(inside) == 1:
                continue
            unknowns = [r for s in inside for r in self.versions.get(s, ())]
            for known in book.list_combinations_inside(unknowns):
                flat = _flatten(known)
                whole = period is not None and {*inside} == {*period.slots}
                counted = {flat.get(slot, 0) for slot in inside if slot not in self.closed}
                constant = len(counted) == 1 and not any(map(flat.get, self.closed))
                if any(flat.values()) and not (whole and constant):
                    name = f"less than a {period.granularity}" if period else "not opened"
                    yield Leak(coalition, known, name)

    def _told_to(self, coalition: tuple[str, ...]) -> list[Period]:
        """The periods that an agreement opened to *coalition* and that it was told, finest first.

        An agreement opens what it lets be read while it lasts: what came after its end, and what
        is null, is not opened.
        """
        told = set[Period]().union(*(self.told[name] for name in coalition))
        return [period for period in PERIODS if period in told]

    def _deposit(self, slots: Sequence[Slot], step: str, null: set[Slot] = frozenset()) -> str:  # type: ignore[assignment]  # read only
        values: list[int | None] = []
        for slot in slots:
            if slot in null:
                values.append(None)
                continue
            values.append(self.log.values[self.next_reading(slot)])
        hours = [hour for one in values for hour in _spread(one)] if step == "PT1H" else values
        sent = Curve.model_validate(
            {"series": self.series, "start": slots[0].start, "step": step, "unit": "Wh"}
            | {"values": hours}
        )
        (answer,) = Curves(self.store).deposit(
            self.owner.caller, [sent], onces=[None], now=self.now
        )
        assert isinstance(answer, Receipt), answer
        self.batches.append(answer.id)
        there = "".join("-" if value is None else "x" for value in values)
        return f"deposit day {slots[0].day} from quarter {slots[0].quarter}: {there}"

    def next_reading(self, slot: Slot) -> Reading:
        """What is told next of *slot*: another value each time."""
        one = Reading(slot, len(self.versions.setdefault(slot, [])))
        self.versions[slot].append(one)
        self.log.values[one] = self.random.getrandbits(40)
        return one

    def _read(
        self,
        name: str,
        reader: Body,
        agreed: Agreement,
        granularity: Granularity,
        as_of: datetime | None,
        *,
        export: bool,
    ) -> None:
        try:
            found = Curves(self.store).extract(
                reader.caller,
                self.series,
                start=BEGIN,
                end=BEGIN + DAYS * DAY,
                granularity=granularity,
                as_of=as_of,
                agreement=agreed.id,
                now=self.now,
            )
        except SynergieError:
            return
        source = f"{granularity} as of {as_of}, read {self.now}"
        mine = self.told[name] if granularity == agreed.terms.granularity else set[Period]()
        for run in found.runs:
            mine |= set(self._write(name, granularity, run, source))
        if as_of is None and "raw" != granularity == agreed.terms.granularity:
            self._hold_freshness(name, found)
        if export:
            self._export(name, reader, agreed, granularity)

    def _hold_freshness(self, name: str, found: CurveExtract) -> None:
        """It is told until the end of the newest period that is read, whatever came beside."""
        ends = {
            period_at(found.granularity, run.start, place, run.step).end
            for run in found.runs
            for place, value in enumerate(run.values)
            if value is not None
        }
        fresh = found.freshness.last_reading
        if fresh != max(ends, default=None):
            reason = f"fresh until {fresh}, read until {max(ends, default=None)}, at {self.now}"
            self.misled.append(Leak((name,), {}, reason))

    def _export(self, name: str, reader: Body, agreed: Agreement, granularity: Granularity) -> None:
        """The same as a file that is sent page by page."""
        pages = Curves(self.store).export(
            reader.caller,
            start=BEGIN,
            end=BEGIN + DAYS * DAY,
            granularity=granularity,
            agreement=agreed.id,
            series=[self.series],
            clock=lambda: self.now,
        )
        for page in pages:
            list(self._write(name, granularity, page, f"export by {granularity}, {self.now}"))

    def _write(self, name: str, granularity: str, run: Any, source: str) -> Iterator[Period]:
        """Note what *run* tells; the periods of which it tells something."""
        for place, value in enumerate(run.values):
            if value:
                period = period_at(granularity, run.start, place, run.step)
                told = self.take_apart(period, int(value))
                self.log.write(told, int(value), source=source, readers=[name])
                yield period

    def take_apart(self, period: Period, value: int) -> dict[Reading, int]:
        """The readings of which *value* is the sum: of each step one version, or none."""
        sums: dict[int, tuple[Reading, ...]] = {0: ()}
        rest = 0
        plain: list[Reading] = []
        for slot in period.slots:
            some = self.versions.get(slot, [])
            if slot.quarter is None:
                plain += some
                rest += sum(self.log.values[one] for one in some)
            else:
                sums = {
                    total + (self.log.values[one] if one else 0): (*there, *([one] if one else []))
                    for total, there in sums.items()
                    for one in (None, *some)
                }
        found = sums.get(value - rest)
        assert found is not None, f"no readings of {period} make {value}"
        return dict.fromkeys((*plain, *found), 1)


def _flatten(terms: Mapping[Reading, int]) -> dict[Slot, int]:
    flat: dict[Slot, int] = {}
    for one, k in terms.items():
        flat[one.slot] = flat.get(one.slot, 0) + k
    return flat


def _spread(value: int | None) -> list[int | None]:
    """The hours of a quarter: all of it in the first."""
    return [value] + [None if value is None else 0] * 5
