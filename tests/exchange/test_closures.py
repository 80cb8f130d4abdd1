"""Days that their owner declares final: the sum of what is there, and never of what comes later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from synergie.errors import BadInput, NotFound
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.closures import Closures
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.test_curves import DAY, Make, curve, declared, put
from tests.exchange.test_published_states import AT, DATE, END, HALF, START, energy, read, total

AGAIN = AT + timedelta(days=40)
"""In the state after next."""


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def book(store: Store) -> Closures:
    return Closures(store)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str], agreed: Make) -> str:
    for granularity in ("half_hour", "hour", "day", "month"):
        agreed(
            {"supply_points": [things["p1"]]},
            granularity=granularity,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
    more = {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh", "decimals": 0}
    return declared(store, owner, **more)


def closed(
    book: Closures, who: Body, series: str, first: date = DATE, last: date = DATE,
    *, now: datetime = AT,
) -> Closure:  # fmt: skip
    record = ClosureRecord(first_day=first, last_day=last)
    return book.close(who.caller, series, record, now=now)


def test_a_day_that_is_closed_is_told_without_what_is_missing_and_stays_so(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str
) -> None:
    put(curves, owner, energy(series, [1] * 47), now=AT)
    assert total(curves, partner, series, AT) is None
    made = closed(book, owner, series)
    assert (made.closed_s, made.undone_s) == (1800, 0)
    found = read(curves, partner, series, AT)
    assert [one.values for one in found.runs] == [[47]]
    assert [one.quality for one in found.runs[0].quality or ()] == ["partial"]
    put(curves, owner, energy(series, [100], start=START + 47 * HALF), now=AT + DAY)
    assert total(curves, owner, series, AT + DAY) == 147
    told = {total(curves, partner, series, at) for at in (AT + DAY, AGAIN, AGAIN + (AGAIN - AT))}
    told |= {total(curves, partner, series, AGAIN, as_of=AT + DAY)}
    assert told == {47}
    half_hours = read(curves, partner, series, AGAIN, granularity="half_hour").runs[0].values
    assert half_hours == [1] * 47
    assert total(curves, partner, series, AGAIN, as_of=AT - HALF) is None


def test_a_correction_of_a_closed_day_is_read_as_any_other(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str
) -> None:
    put(curves, owner, energy(series, [1] * 47), now=AT)
    closed(book, owner, series)
    put(curves, owner, energy(series, [5]), now=AT + DAY)
    assert total(curves, partner, series, AT + DAY) == 47
    assert total(curves, partner, series, AGAIN) == 51


@pytest.mark.parametrize(("n", "expected"), [(1, None), (23, None), (24, 24)])
def test_less_than_half_of_a_day_is_nothing_of_it(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str, n: int, expected: Any
) -> None:
    """Else a day of which one half-hour is left would be that half-hour."""
    put(curves, owner, energy(series, [1] * n), now=AT)
    closed(book, owner, series)
    assert total(curves, partner, series, AT) == expected
    first, last = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
    at, left = last + DAY, int((last - END) / HALF)
    put(curves, owner, energy(series, [1] * 96, start=first), now=at)
    put(curves, owner, energy(series, [1] * left, start=END), now=at)
    asked: dict[str, Any] = {"start": first, "end": last, "granularity": "month"}
    assert total(curves, partner, series, at, **asked) == 96 + left + (expected or 0)


def test_a_month_of_which_less_than_half_is_left_is_null(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str
) -> None:
    start, end = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
    put(curves, owner, energy(series, [1] * 480, start=start), now=AT)
    closed(book, owner, series, date(2026, 10, 1), date(2026, 10, 31))
    asked: dict[str, Any] = {"start": start, "end": end}
    assert total(curves, partner, series, AT, **asked, granularity="month") is None
    assert read(curves, partner, series, AT, **asked).runs[0].values == [48] * 10


def test_what_was_undone_is_not_closed_and_waits_until_it_is_filled(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str, store: Store
) -> None:
    """It may have been read: the sum without it, and the sum before, would differ by its value."""
    put(curves, owner, energy(series, [1] * 47), now=AT)
    wrong = put(curves, owner, energy(series, [100], start=START + 47 * HALF), now=AT)
    assert total(curves, partner, series, AT) == 147
    Deposits(store).undo(owner.caller, wrong.id, now=AT)
    made = closed(book, owner, series)
    assert (made.closed_s, made.undone_s) == (0, 1800)
    assert total(curves, partner, series, AT) is None
    assert total(curves, partner, series, AGAIN) is None
    put(curves, owner, energy(series, [3], start=START + 47 * HALF), now=AGAIN)
    assert total(curves, partner, series, AGAIN) == 50


def test_a_closure_twice_closes_nothing_more(
    curves: Curves, book: Closures, owner: Body, partner: Body, series: str
) -> None:
    put(curves, owner, energy(series, [1] * 40), now=AT)
    first = closed(book, owner, series)
    put(curves, owner, energy(series, [9] * 8, start=START + 40 * HALF), now=AT)
    again = closed(book, owner, series, now=AT + DAY)
    assert (first.closed_s, again.closed_s) == (8 * 1800, 8 * 1800)
    assert total(curves, partner, series, AGAIN) == 40
    page = book.page(owner.caller, series, now=AGAIN)
    assert sorted(one.id for one in page.items) == sorted([first.id, again.id])


def test_a_closure_is_news_to_who_may_read_what_it_opens(
    curves: Curves, book: Closures, owner: Body, partner: Body, store: Store,
    things: dict[str, str], agreed: Make,
) -> None:  # fmt: skip
    series = declared(store, owner)
    points = {"supply_points": [things["p1"]]}
    day, month = (agreed(points, granularity=one).id for one in ("day", "month"))
    put(curves, owner, curve(series, [1] * 47, start=START), now=NOW)
    closed(book, owner, series, now=NOW + HALF)
    closed(book, owner, series, now=NOW + DAY)

    def acts(agreement: str) -> list[str]:
        page = Changes(store).after(partner.caller, agreement=agreement, now=NOW + DAY)
        return [one.act for one in page.items]

    assert (acts(day), acts(month)) == (["closed"], [])
    mine = Changes(store).after(owner.caller, now=NOW + DAY).items
    assert [one.act for one in mine if one.kind == "curve"] == ["published", "closed", "closed"]


def test_what_cannot_be_closed_is_refused(
    book: Closures, owner: Body, partner: Body, series: str
) -> None:
    for first, last in ((DATE, date(2026, 11, 4)), (date(2025, 1, 1), date(2026, 1, 2))):
        with pytest.raises(BadInput) as refused:
            closed(book, owner, series, first, last)
        assert refused.value.where == "/last_day"
    for who in (partner, owner):
        with pytest.raises(NotFound):
            closed(book, who, series if who is partner else "ser_22222222222222222222")
    with pytest.raises(NotFound):
        book.page(partner.caller, series, now=AT)
