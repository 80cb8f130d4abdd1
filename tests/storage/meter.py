"""A series with its readings in a store, and an oracle that knows what it should hold.

The oracle keeps every arrival whole and looks at five minutes at a time: a step holds when all of
its five minutes belong to the newest arrival that has a value for them, or, where none has, to the
newest that covers them. It shares no code with the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from synergie.calendar import day_bounds
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.readings.source_priority import MIDDLE
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import SeriesRecord
from synergie.storage import head
from synergie.storage.assets.held import SeriesInPermit, find_series_in_permit
from synergie.storage.assets.owned import SERIES, SUPPLY_POINTS
from synergie.storage.readings.arrivals import Arrival, append, encode_arrival, note_ends, weigh
from synergie.storage.readings.grid import end_of
from synergie.storage.readings.readings import Run, list_period_runs, list_step_runs
from synergie.storage.readings.segments import Runs, Values, select_present_values, summarise_values
from synergie.storage.readings.undo_readings import undo_readings
from synergie.storage.store import Store
from synergie.storage.tables import SegmentRow
from synergie.units import STEP_SECONDS, Step

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
OWNER = Principal(client_id="owner-app", organisation="owner", scopes=frozenset())
SLOT = 300

type Told = dict[tuple[int, int], tuple[int, Quality]]
"""Start and length of a step → its value and quality; steps without value are left out."""

_codes = count(1)


@dataclass
class Meter:
    """One series of a store, to append to and to read."""

    store: Store
    series: SeriesInPermit

    @classmethod
    def made(cls, store: Store, **more: Any) -> "Meter":
        """A new series of a new delivery point; *more* replaces fields of its record."""
        code = f"99{next(_codes):012d}"
        point = SupplyPointRecord(
            scheme="prm", code=code, personal_data="none", provenance="synthetic"
        )
        fields = {
            "supply_point": f"prm:{code}",
            "quantity": "active_power",
            "form": "mean_power",
            "unit": "W",
            "provenance": "synthetic",
        }
        record = SeriesRecord.model_validate(fields | more)
        permit = permit_own_data(OWNER, action="write", now=NOW)
        with store.write() as session:
            SUPPLY_POINTS.publish(permit, session, [point], batch="bat_0", now=NOW)
            done = SERIES.publish(permit, session, [record], batch="bat_0", now=NOW)
            found = find_series_in_permit(permit, session, done.named[0].id)
        assert found is not None
        return cls(store, found)

    def put(
        self,
        start: datetime,
        step: Step,
        values: Values,
        *,
        quality: Runs | None = None,
        at: datetime = NOW,
        priority: int = MIDDLE,
        batch: str = "bat_1",
    ) -> int:
        """Append readings of a source of *priority*, as *batch*; how many were kept."""
        start_s, there = int(start.timestamp()), select_present_values(values)
        arrival = Arrival(
            series=self.series,
            start_s=start_s,
            end_s=end_of(start_s, len(values), step, self.series.tz),
            step=step,
            values=values,
            there=there,
            told=summarise_values(values, there),
            quality=quality,
            priority=priority,
        )
        permit = permit_own_data(OWNER, action="write", now=at)
        with self.store.write() as session:
            novelty = weigh(permit, session, arrival)
            if novelty.news:
                made = encode_arrival(
                    arrival, batch=batch, revision=novelty.revision, order=0, now=at
                )
                note_ends(permit, session, [arrival], now=at)
                append(permit, session, [(self.series, made, head.take_sequence_numbers(session))])
        return novelty.kept

    def stored(self, batch: str) -> bool:
        """Whether *batch* is stored: it is not when it told nothing new."""
        mine = col(SegmentRow.series) == self.series.id, col(SegmentRow.batch) == batch
        with self.store.read() as session:
            return session.exec(select(SegmentRow.seq).where(*mine)).first() is not None

    def undo(self, batch: str, *, at: datetime) -> None:
        """Take the readings of *batch* back."""
        permit = permit_own_data(OWNER, action="write", now=at)
        with self.store.write() as session:
            undo_readings(permit, session, self.series, [batch], now=at)

    def steps(
        self,
        start: datetime,
        end: datetime,
        *,
        as_of: datetime | None = None,
        permit: Permit | None = None,
        **more: int,
    ) -> list[Run]:
        """The runs of a window, as the owner reads them."""
        mine = permit or permit_own_data(OWNER, action="read", now=NOW)
        with self.store.read() as session:
            return list_step_runs(mine, session, self.series, (start, end), as_of=as_of, **more)

    def days(
        self, start: datetime, end: datetime, *, as_of: datetime | None = None, now: datetime = NOW
    ) -> list[Run]:
        """The days of a window, as the owner reads them."""
        mine = permit_own_data(OWNER, action="read", now=now)
        with self.store.read() as session:
            span = start, end
            found = list_period_runs(
                mine, session, self.series, span, bucket="day", as_of=as_of, now=now
            )
        return found[2]


def told(runs: Sequence[Run]) -> Told:
    """What *runs* say, step by step."""
    found: Told = {}
    for run in runs:
        qualities = [one for n, kind in run.quality or () for one in [kind] * n]
        places = _places(run.start_s, run.step, len(run.values))
        for i, value in enumerate(run.values):
            if value is not None:
                assert isinstance(value, int)
                quality = qualities[i] if qualities else "measured"
                found[places[i], places[i + 1] - places[i]] = value, quality
            elif qualities:
                assert qualities[i] == "missing"
    return found


@dataclass
class Oracle:
    """Everything that arrived, in order."""

    arrivals: list[tuple[list[int], Values, list[Quality], datetime, int]] = field(
        default_factory=list
    )
    undone: dict[int, datetime] = field(default_factory=dict)
    """Arrivals that were taken back, by their place in `arrivals`, and when."""

    def left(self, as_of: datetime | None = None) -> list[int]:
        """The places of the arrivals that were there and not taken back, now or at *as_of*."""
        return [
            k
            for k, (*_, at, _) in enumerate(self.arrivals)
            if as_of is None or at <= as_of
            if k not in self.undone or (as_of is not None and self.undone[k] > as_of)
        ]

    def put(
        self,
        start: datetime,
        step: Step,
        values: Values,
        quality: Runs | None,
        at: datetime,
        priority: int = MIDDLE,
    ) -> None:
        """Note an arrival."""
        kinds: list[Quality] = [one for n, kind in quality or () for one in [kind] * n]
        plain: list[Quality] = ["missing" if value is None else "measured" for value in values]
        places = _places(int(start.timestamp()), step, len(values))
        self.arrivals.append((places, values, kinds or plain, at, priority))

    def stated(self, as_of: datetime | None = None) -> dict[tuple[int, int], tuple[Any, Quality]]:
        """The steps that hold, those without value included."""
        lacks: dict[int, int] = {}
        knows: dict[int, int] = {}
        known = [(k, self.arrivals[k]) for k in self.left(as_of)]
        for k, (places, values, *_) in sorted(known, key=lambda one: (one[1][4], one[0])):
            for begin, end, value in zip(places, places[1:], values, strict=False):
                slots = range(begin, end, SLOT)
                (lacks if value is None else knows).update(dict.fromkeys(slots, k))
        owner = lacks | knows
        return {
            (places[i], places[i + 1] - places[i]): (values[i], kinds[i])
            for k, (places, values, kinds, *_) in known
            for i in range(len(values))
            if all(owner[slot] == k for slot in range(places[i], places[i + 1], SLOT))
        }

    def known(self, *, above: int = -1) -> set[int]:
        """The five minutes for which some arrival of a priority *above* has a value."""
        return {
            slot
            for places, values, _, _, priority in map(self.arrivals.__getitem__, self.left())
            if priority > above
            for begin, end, value in zip(places, places[1:], values, strict=False)
            if value is not None
            for slot in range(begin, end, SLOT)
        }

    def told(self, start: datetime, end: datetime, as_of: datetime | None = None) -> Told:
        """The steps with a value that lie wholly in a window."""
        first, last = start.timestamp(), end.timestamp()
        return {
            (at, length): (value, quality)
            for (at, length), (value, quality) in self.stated(as_of).items()
            if value is not None and first <= at and at + length <= last
        }

    def day(self, day: date) -> tuple[int, int, int]:
        """Watt-seconds, seconds with a value, seconds stated, of a civil day of Paris."""
        start, end = (int(moment.timestamp()) for moment in day_bounds(day, PARIS))
        inside = [
            (length, value)
            for (at, length), (value, _) in self.stated().items()
            if start <= at and at + length <= end
        ]
        return (
            sum(length * value for length, value in inside if value is not None),
            sum(length for length, value in inside if value is not None),
            sum(length for length, _ in inside),
        )


def _places(start_s: int, step: Step, n: int) -> list[int]:
    if step in STEP_SECONDS:
        return [start_s + i * STEP_SECONDS[step] for i in range(n + 1)]
    assert step == "P1D"
    day = datetime.fromtimestamp(start_s, PARIS).date()
    days = [day + timedelta(days=i) for i in range(n + 1)]
    return [int(day_bounds(one, PARIS)[0].timestamp()) for one in days]
