"""What is told of split periods beside more agreements than are kept in memory, and what late
readings of another series of the point give away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from cachetools import LRUCache
from sqlalchemy import insert, inspect, select

from synergie.exchange.readings.curves import Curves
from synergie.storage.store import Store
from synergie.storage.tables import AgreementItemRow, AgreementRow
from synergie.storage.trust.agreements import _openings
from tests.adversary.elimination import Elimination
from tests.exchange.people import Body
from tests.exchange.test_curves import DAY, HOUR, curve, declared, put
from tests.exchange.test_split_periods import (
    AT,
    END,
    NOON,
    START,
    Agree,
    agree,
    curves,
    days,
    fill,
    series,
)

__all__ = ["agree", "curves", "series"]
SLOTS = range(24)
"""The hours of the day."""


def copy_agreement(store: Store, agreement: str, many: int) -> None:
    """So many others over the same, as the store would hold them."""
    with store.write() as session:
        for table, name in ((AgreementRow, "id"), (AgreementItemRow, "agreement")):
            columns = inspect(table).columns
            key = columns[name]
            found = session.connection().execute(select(*columns).where(key == agreement))
            rows = [dict(row) for row in found.mappings()]
            copies = [row | {key.name: f"agr_{n:016x}"} for row in rows for n in range(many)]
            session.connection().execute(insert(table), copies)


def test_beside_more_agreements_than_are_kept_in_memory_a_split_day_is_null(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    """What was forgotten is read again: the one that splits comes before or after all others."""
    agree(partner, "raw", NOON)
    mine = agree(stranger, "day")
    fill(curves, owner, series, (0, 48))
    kept = _openings._known
    copy_agreement(store, agree(partner, "month").id, int(kept.maxsize) + 50)
    for _ in range(2):
        assert days(curves, stranger, series, agreement=mine.id) == {END: 48}
        assert len(kept) == kept.maxsize == 4_096


@pytest.mark.parametrize("room", [1, 2])
def test_with_hardly_any_memory_of_agreements_the_answers_are_the_same(
    room: int,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_openings, "_known", LRUCache(room))
    agree(partner, "raw", NOON, END)
    mine, *_ = [agree(stranger, granularity) for granularity in ("day", "month", "year")]
    fill(curves, owner, series, (0, 48))
    assert days(curves, stranger, series, agreement=mine.id) == {END: 48}
    assert len(_openings._known) == room


def read(
    curves: Curves, who: Body, series: str, now: datetime, **more: Any
) -> Iterator[dict[int, int]]:
    """The hours of which each value that *who* reads is the sum: their bits are in it."""
    asked: dict[str, Any] = {"start": START, "end": END} | more
    found = curves.extract(who.caller, series, **asked, now=now)
    for value in (one for run in found.runs for one in run.values if one is not None):
        yield {k: 1 for k in SLOTS if int(value) >> k & 1}


def test_late_readings_of_another_series_give_one_sum_of_what_they_leave_out(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    """The afternoon comes as powers of another series, which is opened alone, one by one.

    Each hour is a power of two, so that each sum says what it is of. Whoever reads both, whenever
    they look, knows the sum of the hours that never came by the other series.
    """
    power = declared(store, owner, quantity="active_power", form="mean_power", unit="kW")
    agree(partner, "raw", selector={"series": [power]})
    for granularity in ("day", "month"):
        agree(stranger, granularity, selector={"series": [series]})
    values = [2**k for k in SLOTS]
    put(curves, owner, curve(series, values, step="PT1H", unit="kWh", start=START), now=AT)
    book, late, now = Elimination[int](), [20, 15, 16, 23, 12], AT + HOUR
    for k in [None, *late]:
        if k is not None:
            sent = curve(power, [2**k], step="PT1H", unit="kW", start=START + k * HOUR)
            put(curves, owner, sent, now=now)
        for known in (
            *read(curves, stranger, series, now, granularity="day"),
            *read(curves, stranger, series, now, granularity="month", end=START + 40 * DAY),
            *read(curves, partner, power, now),
        ):
            book.add_answer(known)
        now += DAY
    left = [k for k in SLOTS if k not in late]
    (known,) = book.list_combinations_inside(left)
    assert set(known) == set(left)
    assert len(set(known.values())) == 1
