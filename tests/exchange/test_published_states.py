"""Below raw a series is read in published states: one a month, whole periods, nothing finer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from synergie.calendar import day_bounds
from synergie.exchange.readings._undo import undo
from synergie.exchange.readings.curves import Curves
from synergie.policy.readings.coarsen import state_start
from synergie.schemas.readings.curve import CurveExtract
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.test_curves import DAY, Make, curve, declared, put
from tests.storage.meter import PARIS

HALF = timedelta(minutes=30)
MONTH = timedelta(days=31)
DATE = date(2026, 11, 3)
START, END = day_bounds(DATE, PARIS)
AT = START + DAY + timedelta(hours=6)
"""The morning after: the day is over."""


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str], agreed: Make) -> str:
    """Its half-hours are kWh, read by the day and by the month."""
    for granularity in ("day", "month"):
        agreed(
            {"supply_points": [things["p1"]]},
            granularity=granularity,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
    more = {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh", "decimals": 0}
    return declared(store, owner, **more)


def energy(series: str, values: list[Any], **more: Any) -> Any:
    return curve(series, values, **({"unit": "kWh", "start": START} | more))


def read(curves: Curves, who: Body, series: str, now: datetime, **more: Any) -> CurveExtract:
    asked: dict[str, Any] = {"start": START, "end": END, "granularity": "day"} | more
    return curves.extract(who.caller, series, **asked, now=now)


def total(curves: Curves, who: Body, series: str, now: datetime, **more: Any) -> Any:
    """The sum of the day, or None."""
    values = [one for run in read(curves, who, series, now, **more).runs for one in run.values]
    return values[0] if values else None


def test_a_day_that_fills_among_nulls_tells_no_half_hour(
    curves: Curves, owner: Body, partner: Body, series: str
) -> None:
    """The attack: each half-hour comes alone, nulls for the rest, and each sum is looked at."""
    sums, moments = [], []
    for place in range(48):
        at = AT + place * timedelta(minutes=1)
        values = [None] * place + [1000 + place] + [None] * (47 - place)
        put(curves, owner, energy(series, values), now=at)
        moments.append(at)
        sums.append(total(curves, partner, series, at))
    later = AT + 2 * MONTH
    sums += [total(curves, partner, series, later, as_of=at) for at in moments]
    sums += [total(curves, partner, series, at, as_of=at) for at in moments]
    day = sum(1000 + place for place in range(48))
    assert set(sums) == {None, day}
    assert sums.count(day) == 3
    assert total(curves, owner, series, later, as_of=moments[0]) == 1000


def test_a_correction_is_read_as_the_next_month_starts(
    curves: Curves, owner: Body, partner: Body, series: str, store: Store
) -> None:
    put(curves, owner, energy(series, [1] * 48), now=AT)
    put(curves, owner, energy(series, [100], start=START + 5 * HALF), now=AT + DAY)
    corrected = AT + 2 * DAY
    assert total(curves, owner, series, corrected) == 147
    told = {total(curves, partner, series, corrected + n * DAY) for n in range(20)}
    compact_segments(store, now=corrected, saving=False)
    told |= {total(curves, partner, series, corrected, as_of=AT + n * DAY) for n in range(3)}
    assert told == {48}
    state = state_start(AT + MONTH, PARIS)
    opening = state + timedelta(hours=1)
    assert total(curves, partner, series, opening - timedelta(seconds=1)) == 48
    assert total(curves, partner, series, opening) == 147
    compact_segments(store, now=opening, saving=False)
    assert total(curves, partner, series, opening) == 147
    assert total(curves, partner, series, opening, as_of=corrected) == 48
    months: dict[str, Any] = {"granularity": "month", "start": datetime(2026, 10, 1, tzinfo=UTC)}
    assert total(curves, partner, series, opening + DAY, **months) is None


def test_a_deposit_under_way_as_a_month_starts_is_read_in_that_month_or_the_next_one(
    curves: Curves, owner: Body, partner: Body, series: str
) -> None:
    """It began before the month did and is stored after: no answer changes meanwhile."""
    put(curves, owner, energy(series, [1] * 48), now=AT)
    month = state_start(AT + MONTH, PARIS)
    before = total(curves, partner, series, month + timedelta(minutes=10))
    put(curves, owner, energy(series, [9]), now=month - timedelta(minutes=1))
    assert total(curves, partner, series, month + timedelta(minutes=59)) == before == 48
    put(curves, owner, energy(series, [7]), now=month + timedelta(minutes=1))
    assert total(curves, partner, series, month + timedelta(hours=2)) == 56
    assert total(curves, partner, series, month + 2 * MONTH) == 54


def test_what_was_undone_is_null_at_once_and_nothing_else_before_the_next_month(
    curves: Curves, owner: Body, partner: Body, series: str, store: Store
) -> None:

    put(curves, owner, energy(series, [1] * 48), now=AT)
    wrong = put(curves, owner, energy(series, [5] * 47 + [6], start=END), now=AT + DAY)
    later = AT + 2 * DAY
    day: dict[str, Any] = {"start": END, "end": END + DAY}
    assert total(curves, partner, series, later, **day) == 241
    _undo(store, owner, wrong.id, later)
    put(curves, owner, energy(series, [2] * 48, start=END), now=later)
    assert total(curves, owner, series, later, **day) == 96
    for now in (later, later + 10 * DAY):
        assert total(curves, partner, series, now, **day) is None
        assert total(curves, partner, series, now, **day, as_of=AT + DAY) is None
    assert total(curves, partner, series, AT + MONTH, **day) == 96
    assert total(curves, partner, series, AT + MONTH) == 48


def _undo(store: Store, owner: Body, batch: str, now: datetime) -> None:
    undo(store, owner.caller, batch, dry_run=False, now=now)


def test_sums_of_two_granularities_are_of_the_same_values(
    curves: Curves, owner: Body, partner: Body, series: str
) -> None:
    """A month that comes whole after its days are read adds nothing to what they tell."""
    start, end = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
    n = int((end - start) / HALF)
    put(curves, owner, energy(series, [1] * (n - 1), start=start), now=end)
    asked: dict[str, Any] = {"start": start, "end": end}
    at = end + DAY
    days = read(curves, partner, series, at, **asked).runs[0].values
    assert days == [48] * 24 + [50] + [48] * 5
    put(curves, owner, energy(series, [100], start=start), now=at)
    put(curves, owner, energy(series, [7], start=end - HALF), now=at)
    after = read(curves, partner, series, at, **asked).runs[0].values
    month = total(curves, partner, series, at, **asked, granularity="month")
    assert after == [*days, 54]
    assert month == sum(filter(None, after)) == n + 6


def test_the_present_of_its_owner_is_not_held_back(
    curves: Curves, owner: Body, series: str
) -> None:
    put(curves, owner, energy(series, [1, None, 3]), now=AT)
    found = read(curves, owner, series, AT)
    assert found.runs[0].values == [4]
    assert [one.quality for one in found.runs[0].quality or ()] == ["partial"]
    put(curves, owner, energy(series, [2]), now=AT + DAY)
    assert total(curves, owner, series, NOW) == 5
