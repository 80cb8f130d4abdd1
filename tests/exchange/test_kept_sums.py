"""Kept sums of series are what their readings tell, whatever was deposited, undone or merged."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import inf
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from synergie.calendar.civil import month_bounds
from synergie.errors import Conflict, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.aggregate_year import closed_months
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.energies.sum_upkeep import count_sums, months_sum, years_sum
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_operator, permit_own_data
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.storage.assets.contributions import iterate_contributions
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.readings.morning_check import find_astray_rows, mend_astray_rows
from synergie.storage.readings.morning_tables import MonthEnergyRow
from synergie.storage.readings.sums.month_energies import sum_months
from synergie.storage.store import Store
from synergie.storage.tables import SeriesRow
from tests.exchange.people import Body, body, point
from tests.exchange.sums import PARIS

BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)
YEARS = 2025, 2026
_numbers = count(1)

KINDS: dict[str, dict[str, Any]] = {
    "P1M": {"quantity": "active_energy", "form": "period_energy", "unit": "Wh"},
    "P1D": {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh", "decimals": 1},
    "PT1H": {"quantity": "active_power", "form": "mean_power", "unit": "W"},
}


@dataclass
class History:
    """Two organisations that declare the same two points, and change their minds."""

    store: Store
    random: Random
    bodies: list[Body]
    now: datetime = BEGIN
    series: list[tuple[Body, str, str]] = field(default_factory=list)
    """Whose, its identifier, and the step in which it is told."""
    batches: list[tuple[Body, str]] = field(default_factory=list)
    declared: list[tuple[Body, SeriesRecord]] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls, store: Store, seed: int) -> "History":
        """With a series of each kind on the first point, and one by month on the second."""
        number = next(_numbers)
        bodies = [body(store, f"body-{number}-{place}") for place in range(2)]
        made = cls(store, Random(seed), bodies)  # noqa: S311 (the same each time)
        first, second = (f"99{number:06}00000{place}" for place in range(2))
        for who in bodies:
            SupplyPoints(store).publish(who.caller, [point(first), point(second)], now=BEGIN)
            kinds = [*((first, step) for step in KINDS), (second, "P1M")]
            records = [
                SeriesRecord(supply_point=f"prm:{code}", provenance="synthetic", **KINDS[step])
                for code, step in kinds
            ]
            for record, (_, step) in zip(records, kinds, strict=True):
                told = SeriesBook(store).publish(who.caller, [record], now=BEGIN)
                made.series += [(who, one.id, step) for one in told.items]
                made.batches.append((who, told.id))
            made.declared += [(who, record) for record in records]
        return made

    def play(self, acts: int) -> None:
        """So many acts, the kept sums held against the readings after each."""
        choices = [self.deposit, self.undo, self.count, self.merge, self.wait, self.declare]
        for _ in range(acts):
            act = self.random.choices(choices, [5, 3, 5, 1, 2, 1])[0]
            self.acts.append(f"{act.__name__}: {act()}")
            self.check()

    def deposit(self) -> str:
        """Some steps of a series, new or corrected, some of them missing."""
        who, series, step = self.random.choice(self.series)
        year, month = self.random.choice(YEARS), self.random.randint(1, 4)
        start = month_bounds(date(year, month, 1), PARIS)[0]
        if step != "P1M":
            start += timedelta(days=self.random.choice([0, 0, 14])) if step == "PT1H" else _NONE
        many = {"P1M": self.random.choice([1, 3, 12]), "P1D": 31, "PT1H": 24 * 31}[step]
        many = min(many, _room(start, step, self.now))
        if many < 1:
            return "nothing is over"
        hole = self.random.choice([None, None, self.random.randrange(many)])
        values = [None if place == hole else self.random.randrange(0, 50) for place in range(many)]
        begin, unit = start.astimezone(UTC), KINDS[step]["unit"]
        fields = {"series": series, "start": begin, "step": step, "unit": unit, "values": values}
        sent = Curve.model_validate(fields)
        (told,) = Curves(self.store).deposit(who.caller, [sent], onces=[None], now=self.now)
        if isinstance(told, NotFound):
            return "its declaration was taken back"
        assert isinstance(told, Receipt), told
        self.batches.append((who, told.id))
        return f"{many} {step} from {start}"

    def undo(self) -> str:
        """Take one batch back, unless a later one stands on it; or look at what would be lost."""
        if not self.batches:
            return "nothing to undo"
        who, batch = self.batches[self.random.randrange(len(self.batches))]
        dry_run = self.random.random() < 0.2
        try:
            Deposits(self.store).undo(who.caller, batch, dry_run=dry_run, now=self.now)
        except Conflict:
            return "stood on"
        return f"dry: {dry_run}"

    def declare(self) -> str:
        """A series again, which is there or was removed when its declaration was taken back."""
        who, record = self.random.choice(self.declared)
        told = SeriesBook(self.store).publish(who.caller, [record], now=self.now)
        self.batches.append((who, told.id))
        return f"replayed: {told.replayed}"

    def count(self) -> str:
        """What the upkeep counts of one organisation: months that are over, or fewer; a year."""
        who, year = self.random.choice(self.bodies), self.random.choice(YEARS)
        last = closed_months(year, self.now)
        last = self.random.choice([last, last, max(1, last - 1)])
        due = self.random.choice([months_sum(year, last), months_sum(year, last), years_sum(2025)])
        n = count_sums(self.store, who.caller.organisation, due, now=self.now, until=inf)
        return f"{year}, {last} months: {n}"

    def merge(self) -> str:
        """Merge the months that are over."""
        return str(compact_segments(self.store, now=self.now, saving=False))

    def wait(self) -> str:
        """The clock goes on, over the end of a month at times."""
        self.now += timedelta(days=self.random.choice([1, 20]))
        return str(self.now)

    def check(self) -> None:
        """What points add to a sum is as their readings tell, and nothing kept is otherwise."""
        with self.store.read() as session:
            found = list(find_astray_rows(permit_operator(now=self.now), session))
            assert found == [], (found, self.acts)
            for who in self.bodies:
                permit = permit_own_data(who.caller, action="read", now=self.now)
                mine = {one for owner, one, _ in self.series if owner is who}
                for year in YEARS:
                    last = closed_months(year, self.now)
                    counted = iterate_contributions(
                        [permit], session, "electricity", year, last=last
                    )
                    told = {one.id: wh[:last] for one, wh in next(counted)}
                    assert told == self.true(session, mine, year, last), self.acts

    def true(self, session: Any, series: set[str], year: int, last: int) -> dict[str, Any]:
        """By point: of each month the first series that has it whole, by form and identifier."""
        points = dict(
            session.execute(
                select(col(SeriesRow.id), col(SeriesRow.supply_point)).where(
                    col(SeriesRow.id).in_(series)
                )
            ).all()
        )
        found: dict[str, list[int | None]] = {one: [None] * last for one in points.values()}
        for one in sorted(sum_months(session, series, year, last=last)):
            known = found[points[one.series]]
            found[points[one.series]] = [
                b if a is None else a for a, b in zip(known, one.wh, strict=True)
            ]
        return {name: tuple(some) for name, some in found.items()}


_NONE = timedelta()


def _room(start: datetime, step: str, now: datetime) -> int:
    """How many steps from *start* on are over at *now*, no further than the month goes."""
    left = now - start
    if step == "P1M":
        there, first = now.astimezone(PARIS), start.astimezone(PARIS)
        return (there.year - first.year) * 12 + there.month - first.month
    return int(left / timedelta(days=1) * (1 if step == "P1D" else 24)) - 1


@pytest.mark.parametrize("seed", range(8))
def test_kept_sums_are_what_the_readings_tell(store: Store, seed: int) -> None:
    history = History.begun(store, seed)
    history.play(25)
    assert any("count" in one for one in history.acts)


def fed(store: Store, *, months: int = 12) -> History:
    """A history in which every month of 2025 of one point is kept."""
    made = History.begun(store, 0)
    who, series, _ = made.series[0]
    start = month_bounds(date(2025, 1, 1), PARIS)[0].astimezone(UTC)
    sent = Curve(series=series, start=start, step="P1M", unit="Wh", values=[*range(1, months + 1)])
    Curves(store).deposit(who.caller, [sent], onces=[None], now=BEGIN)
    due = months_sum(2025, 12), years_sum(2025)
    n = [count_sums(store, who.caller.organisation, one, now=BEGIN, until=inf) for one in due]
    assert n == [1, 1]
    return made


@pytest.mark.parametrize(
    "hand",
    [
        "UPDATE month_energy SET wh = REPLACE(wh, '[1,', '[2,')",
        "UPDATE month_energy SET energy = 'gas'",
        "UPDATE month_energy SET by_period = NOT by_period",
        "UPDATE month_energy SET owner = 'other'",
        "UPDATE month_energy SET months = 11",
        "UPDATE month_energy SET series = 'none'",
        "UPDATE year_energy SET wh = wh + 1",
        "UPDATE year_energy SET missing_s = 1",
        "UPDATE year_energy SET series = 'none'",
    ],
)
def test_a_kept_sum_that_does_not_hold_is_named_and_counted_again(store: Store, hand: str) -> None:
    made = fed(store)
    made.check()
    with store.engine.begin() as connection:
        assert connection.execute(text(hand)).rowcount == 1
    permit, table = permit_operator(now=BEGIN), hand.split()[1]
    with store.read() as session:
        (found,) = find_astray_rows(permit, session)
    assert str(found).startswith(f"{table} of series ")
    assert str(found).endswith(", 2025: other than its readings tell")
    with store.write() as session:
        assert mend_astray_rows(permit, session) == 1
    made.check()


def test_a_deposit_of_the_month_that_runs_leaves_the_months_before_it_kept(store: Store) -> None:
    """Else each day would have the year counted anew."""
    made = fed(store)
    who, series, _ = made.series[0]
    later, year = BEGIN + timedelta(days=60), [*range(1, 13)]

    def put(month: int, values: list[int]) -> dict[int, list[int | None]]:
        start = month_bounds(date(2026, month, 1), PARIS)[0].astimezone(UTC)
        sent = Curve(series=series, start=start, step="P1M", unit="Wh", values=[*values])
        Curves(store).deposit(who.caller, [sent], onces=[None], now=later)
        return kept(store)

    put(1, [7, 8])
    for due in (months_sum(2025, 12), months_sum(2026, 1)):
        count_sums(store, who.caller.organisation, due, now=later, until=inf)
    assert put(3, [9]) == {2025: year, 2026: [7]}
    assert put(2, [4]) == {2025: year}
    assert put(1, [5]) == {}


def kept(store: Store) -> dict[int, list[int | None]]:
    """The months that are kept, by year."""
    with store.read() as session:
        return {one.year: json.loads(one.wh) for one in session.exec(select(MonthEnergyRow))}
