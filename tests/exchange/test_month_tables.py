"""Twelve months by use against the year before: the same months of the same points, or unknown."""

from datetime import date
from math import inf

import pytest

from synergie.errors import NotFound
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.energies.month_tables import MonthTable, MonthTables
from synergie.exchange.readings.energies.sum_upkeep import count_sums, months_sum
from synergie.storage.assets import holdings
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.sums import Territory, codes


def keep(store: Store, owner: Body) -> None:
    for year, last in ((2024, 12), (2025, 12), (2026, 10)):
        due = months_sum(year, last)
        count_sums(store, owner.caller.organisation, due, now=NOW, until=inf)


def test_months_are_summed_by_use_and_compared_over_what_both_years_know(
    store: Store, owner: Body
) -> None:
    made = Territory(store, owner).add(codes(2), [100] * 12 + [90] * 10)
    made.add(codes(1, 10), [50] * 12, on="S-2", usage="public_lighting")
    keep(store, owner)
    table = MonthTables(store).read(owner.caller, now=NOW)
    assert (table.months[0], table.months[-1]) == (date(2025, 11, 1), date(2026, 10, 1))
    told = {one.usage: (one.wh, one.known, one.of) for one in table.uses}
    assert told == {
        "building": ((200, 200, *[180] * 10), (2,) * 12, 2),
        "public_lighting": ((50, 50, *[None] * 10), (1, 1, *[0] * 10), 1),
    }
    assert table.before == (None, None, *[200] * 10), "nobody knows 2024"
    assert (table.now_wh, table.before_wh, table.compared) == (1800, 2000, 2)
    assert [(one.wh, one.months, one.before) for one in table.totals] == [
        (1100, 12, None), (1100, 12, None), (100, 2, None),
    ]  # fmt: skip
    site = {one.external_id: one.id for one in Sites(store).page(owner.caller, now=NOW).items}
    assert [
        one.usage for one in MonthTables(store).read(owner.caller, site["S-2"], now=NOW).uses
    ] == ["public_lighting"]


def test_every_point_is_summed_however_many_one_statement_reads(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    Territory(store, owner).add(codes(5), [100] * 12 + [90] * 10)
    keep(store, owner)
    for at_once in (2, 5, 6):
        monkeypatch.setattr(holdings, "_AT_ONCE", at_once)
        table = MonthTables(store).read(owner.caller, now=NOW)
        assert len(table.totals) == 5
        assert sum(one.wh for one in table.totals) == 5 * 1100


def test_a_point_that_came_this_year_is_in_the_total_and_in_no_comparison(
    store: Store, owner: Body
) -> None:
    made = Territory(store, owner).add(codes(1), [100] * 22)
    made.add(codes(1, 5), [None] * 12 + [7] * 10, on="S-2")
    keep(store, owner)
    table = MonthTables(store).read(owner.caller, now=NOW)
    assert table.before == (None,) * 12, "a month of which one point is new has no year before"
    assert (table.now_wh, table.before_wh, table.compared) == (1000, 1000, 1)
    assert sum(one.wh for one in table.totals) == 1270


def test_what_is_not_kept_waits_and_is_said(store: Store, owner: Body) -> None:
    assert MonthTables(store).read(owner.caller, now=NOW) == MonthTable()
    Territory(store, owner).add(codes(3), [1] * 12)
    table = MonthTables(store).read(owner.caller, now=NOW)
    assert not table.months and table.waiting == 9  # three years of three series
    with pytest.raises(NotFound):
        MonthTables(store).read(owner.caller, "site_none", now=NOW)


def test_another_organisation_sees_nothing_of_it(store: Store, owner: Body, partner: Body) -> None:
    Territory(store, owner).add(codes(2), [100] * 12)
    keep(store, owner)
    assert MonthTables(store).read(partner.caller, now=NOW) == MonthTable()
