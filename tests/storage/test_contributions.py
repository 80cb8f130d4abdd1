"""What a point adds to a sum: whole months, in whole watt-hours, of what the permit opens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from synergie.calendar import month_bounds
from synergie.policy import Principal, permit_own_data, permit_party
from synergie.storage.assets.contributions import iterate_contributions, list_contributors
from synergie.storage.store import Store
from tests.storage.meter import NOW, OWNER, PARIS, Meter

YEAR = 2025


def bounds(month: int) -> tuple[datetime, datetime]:
    start, end = month_bounds(date(YEAR, month, 1), PARIS)
    return start.astimezone(UTC), end.astimezone(UTC)


def half_hours(month: int) -> int:
    start, end = bounds(month)
    return int((end - start) / timedelta(minutes=30))


def told(store: Store, energy: Any = "electricity", last: int = 4) -> list[tuple[int | None, ...]]:
    permit = permit_own_data(OWNER, action="read", now=NOW)
    with store.read() as session:
        (found,) = iterate_contributions([permit], session, energy, YEAR, last=last)
        return [wh[:last] for _, wh in found if any(one is not None for one in wh)]


def test_mean_power_is_energy_over_its_time_whatever_the_clocks_do(store: Store) -> None:
    """March has 1,486 half-hours in Paris: one hour is missing."""
    meter = Meter.made(store)
    for month in (1, 3):
        meter.put(bounds(month)[0], "PT30M", [1001] * half_hours(month))
    assert half_hours(3) == 1486
    assert told(store) == [(1001 * 744, None, 1001 * 743, None)]


def test_half_a_watt_hour_is_rounded_to_the_even_one_and_once(store: Store) -> None:
    meter = Meter.made(store)
    n = half_hours(2)
    zeros: list[int | None] = [0] * (n - 1)
    meter.put(bounds(2)[0], "PT30M", [1, *zeros])
    other = Meter.made(store)
    other.put(bounds(2)[0], "PT30M", [3, *zeros])
    assert sorted(one[1] or 0 for one in told(store)) == [0, 2]


def test_a_month_with_a_hole_is_not_counted(store: Store) -> None:
    meter = Meter.made(store)
    values: list[int | None] = [5] * half_hours(1)
    values[700] = None
    meter.put(bounds(1)[0], "PT30M", values)
    meter.put(bounds(2)[0], "PT30M", [5] * (half_hours(2) - 1))
    assert told(store) == []


def test_kilowatt_hours_of_a_month_are_watt_hours(store: Store) -> None:
    more = {"quantity": "active_energy", "form": "period_energy", "unit": "kWh", "decimals": 3}
    meter = Meter.made(store, **more)
    meter.put(bounds(1)[0], "P1M", [12_345])  # as stored: thousandths
    assert told(store) == [(12_345, None, None, None)]


def test_what_is_fed_in_and_what_does_not_add_up_are_not_counted(store: Store) -> None:
    fed = Meter.made(store, direction="export")
    fed.put(bounds(1)[0], "PT30M", [5] * half_hours(1))
    volts = Meter.made(store, quantity="voltage", unit="V")
    volts.put(bounds(1)[0], "PT30M", [230] * half_hours(1))
    assert told(store) == []


def test_gas_is_counted_by_itself(store: Store) -> None:
    gas = {"quantity": "gas_energy", "form": "interval_energy", "unit": "kWh"}
    Meter.made(store, **gas).put(bounds(1)[0], "P1M", [7])
    Meter.made(store).put(bounds(1)[0], "PT30M", [2] * half_hours(1))
    assert told(store, "gas") == [(7000, None, None, None)]
    assert told(store) == [(744 * 2, None, None, None)]


def test_a_point_has_the_same_name_whoever_asks_and_it_is_not_its_number(store: Store) -> None:
    meter = Meter.made(store)
    permit = permit_own_data(OWNER, action="read", now=NOW)
    with store.read() as session:
        first, again = (list_contributors([permit], session)[0] for _ in range(2))
    assert first == again
    assert meter.series.owner == "owner"
    assert all(one.point.startswith("point_") and "99" * 3 not in one.point for one in first)


def test_only_a_permit_to_sums_counts(store: Store) -> None:
    Meter.made(store)
    stranger = Principal(client_id="x", organisation="stranger", scopes=frozenset())
    with store.read() as session:
        assert list_contributors([permit_own_data(stranger, action="read", now=NOW)], session) == [
            []
        ]
        with pytest.raises(TypeError):
            list_contributors([permit_party(OWNER, action="read", now=NOW)], session)
        with pytest.raises(TypeError):
            list(
                iterate_contributions(
                    [permit_party(OWNER, action="read", now=NOW)], session, "gas", YEAR, last=1
                )
            )


def test_a_point_that_bills_alone_declare_has_no_use(store: Store) -> None:
    Meter.made(store)
    with store.read() as session:
        ((one,),) = list_contributors([permit_own_data(OWNER, action="read", now=NOW)], session)
    assert (one.usage, one.insee_code) == (None, None)
