"""Who had a part of a period, and who all: agreements to come, other series, points that moved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.schemas.trust.agreement import Granularity
from synergie.schemas.trust.consent import ConsentRecord
from synergie.storage.store import Store
from tests.exchange import test_split_periods as split
from tests.exchange.people import Body, point
from tests.exchange.test_curves import curve, declared, put
from tests.storage.meter import PARIS

agree, curves, series = split.agree, split.curves, split.series


def local(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    """A moment in Paris."""
    return datetime(year, month, day, hour, tzinfo=PARIS).astimezone(UTC)


FIRST, LAST = local(11, 1), local(12, 1)
MID = local(11, 16)
SOON, LATER = local(12, 2), local(6, 1, year=2027)
NOT_YET = {"valid_from": LATER, "valid_until": local(9, 1, year=2027)}
WHOLE = 1440.0


def fill(
    curves: Curves, owner: Body, name: str, end: datetime, *, now: datetime, unit: str = "kWh"
) -> None:
    """The half-hours from the first of November on."""
    values = [1] * ((end - FIRST) // timedelta(minutes=30))
    put(curves, owner, curve(name, values, unit=unit, start=FIRST), now=now)


def told(
    curves: Curves, who: Body, name: str, step: Any = "month", *, now: datetime = SOON
) -> list[float | None]:
    """What *who* is told of November, by *step*."""
    found = curves.extract(who.caller, name, start=FIRST, end=LAST, granularity=step, now=now)
    return [value for run in found.runs for value in run.values]


def test_a_month_of_which_no_day_is_split_tells_no_more_than_its_days(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: split.Agree
) -> None:
    agree(stranger, "day", now=FIRST)
    agree(partner, "half_hour", MID, now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series, "day") == [48] * 30
    assert told(curves, stranger, series) == [WHOLE]


def test_a_month_of_which_a_day_is_split_is_null(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: split.Agree
) -> None:
    agree(stranger, "day", now=FIRST)
    agree(partner, "half_hour", MID + timedelta(hours=12), now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series, "day").count(None) == 1
    assert told(curves, stranger, series) == []


def test_a_year_of_which_no_month_is_split_is_told(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: split.Agree
) -> None:
    agree(stranger, "month", local(1, 1, year=2025), now=FIRST)
    agree(partner, "day", local(12, 1), now=FIRST)
    start, end = local(1, 1), local(1, 1, year=2027)
    now = end + timedelta(hours=1)
    values = [1] * ((end - start) // timedelta(minutes=30))
    put(curves, owner, curve(series, values, unit="kWh", start=start), now=now)
    steps: list[tuple[Granularity, int]] = [("month", 12), ("year", 1)]
    for step, some in steps:
        found = curves.extract(
            stranger.caller, series, start=start, end=end, granularity=step, now=now
        )
        assert sum(len(run.values) for run in found.runs) == some


@pytest.mark.parametrize("act", ["", "revoke"])
def test_what_an_agreement_to_come_would_open_is_not_held(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
    act: str,
) -> None:
    agree(partner, "half_hour", MID + timedelta(hours=12), now=FIRST)
    later = agree(partner, "half_hour", now=FIRST, **NOT_YET)
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series) == []
    if act:
        Agreements(store).act(owner.caller, later.id, "revoke", now=SOON)
    assert told(curves, stranger, series, now=LATER) == ([] if act else [WHOLE])


def test_an_agreement_that_ended_before_it_began_splits_nothing(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
) -> None:
    later = agree(partner, "half_hour", MID + timedelta(hours=12), now=FIRST, **NOT_YET)
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series) == []  # its part is still to be opened
    Agreements(store).act(owner.caller, later.id, "revoke", now=SOON)
    assert told(curves, stranger, series) == [WHOLE]


def test_what_was_read_of_another_series_counts_when_its_agreement_ended(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
) -> None:
    power = declared(store, owner)
    finer = agree(partner, "half_hour", now=FIRST)
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, power, local(11, 20), now=local(11, 20), unit="W")
    Agreements(store).act(owner.caller, finer.id, "revoke", now=local(11, 20, 12))
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series) == []


def test_who_had_all_of_another_series_had_all_of_the_period(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
) -> None:
    power = declared(store, owner)
    finer = agree(partner, "half_hour", now=FIRST, selector={"series": [power]})
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, power, LAST, now=LAST, unit="W")
    Agreements(store).act(owner.caller, finer.id, "revoke", now=SOON)
    fill(curves, owner, series, LAST, now=SOON)
    assert told(curves, stranger, series, now=SOON) == [WHOLE]


def test_a_reader_of_another_series_alone_has_what_came_of_it(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
) -> None:
    power = declared(store, owner)
    agree(partner, "half_hour", now=FIRST, selector={"series": [power]})
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series) == [WHOLE]
    fill(curves, owner, power, local(11, 20), now=LAST, unit="W")
    assert told(curves, stranger, series) == []
    fill(curves, owner, power, LAST, now=SOON, unit="W")
    assert told(curves, stranger, series) == [WHOLE]


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": "reactive_inductive", "form": "mean_power", "unit": "VAr"},
        {"direction": "export"},
    ],
)
def test_a_series_that_tells_something_else_splits_nothing(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: split.Agree,
    other: dict[str, Any],
) -> None:
    beside = declared(store, owner, **other)
    noon = MID + timedelta(hours=12)
    agree(partner, "raw", noon, now=FIRST, selector={"series": [beside]})
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series) == [WHOLE]


def test_an_agreement_over_a_site_opened_nothing_of_a_point_that_came_after_it_ended(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: split.Agree,
) -> None:
    """It read a part by another agreement, and would have had the whole there."""
    there = agree(partner, "half_hour", now=FIRST, selector={"sites": [things["s2"]]})
    agree(partner, "half_hour", MID + timedelta(hours=12), now=FIRST)
    agree(stranger, "month", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    Agreements(store).act(owner.caller, there.id, "revoke", now=LAST + timedelta(hours=2))
    moved = [point("99000000000017", site="S2")]
    SupplyPoints(store).publish(owner.caller, moved, now=LAST + timedelta(hours=3))
    assert told(curves, stranger, series) == []


def plans(store: Store, curves: Curves, who: Body, name: str) -> Iterator[str]:
    """By what SQLite looks consents up when *who* reads days."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM consent" in statement:
            asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    told(curves, who, name, "day")
    event.remove(store.engine, "before_cursor_execute", note)
    with store.read() as session:
        for statement, values in asked:
            query = f"EXPLAIN QUERY PLAN {statement}"
            for row in session.connection().exec_driver_sql(query, values):
                yield row[3].rsplit(" ", 1)[-1]


def test_the_consents_of_an_owner_are_looked_up_by_what_an_agreement_names(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: split.Agree,
) -> None:
    """Those of others are not gone through; which one it names decides."""
    home = [point("99000000000017", site="S1", personal_data="yes")]
    SupplyPoints(store).publish(owner.caller, home, now=FIRST)
    fields: dict[str, Any] = {
        "supply_points": (things["p1"],),
        "purpose": "joint_purchase",
        "granularity": "raw",
        "given_at": FIRST,
    }
    book = Consents(store)
    some = [ConsentRecord(subject=each * 32, **fields) for each in "01"]
    first, other = (book.give(owner.caller, one, now=FIRST) for one in some)
    noon = MID + timedelta(hours=12)
    refs = {"data_subject": "natural_person", "consent_refs": [first.id]}
    agree(partner, "raw", noon, now=FIRST, **refs)
    agree(stranger, "day", now=FIRST)
    fill(curves, owner, series, LAST, now=LAST)
    assert told(curves, stranger, series, "day").count(None) == 1
    if store.is_sqlite:
        assert {*plans(store, curves, stranger, series)} == {"(id=?)"}
    book.withdraw(owner.caller, other.id, now=LAST)
    assert told(curves, stranger, series, "day").count(None) == 1
