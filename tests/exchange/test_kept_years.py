"""Kept years of points are what their bills tell; where not, named and counted anew."""

import pytest
from sqlalchemy import text

from synergie.exchange.readings.energies.kept_years import astray_years, recount_years
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.policy import permit_operator, permit_own_data
from synergie.storage.readings.facts import holding_facts
from synergie.storage.readings.sums.point_years import YEARLY
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.test_freshness import deposit_table
from tests.exchange.test_year_tables import CODES, HEAD, bills, declare, of

UPKEEP = permit_operator(now=NOW)
FIRST, SECOND = 1_200_000, 2_400_000
"""Wh of the year of each point; the second tells 2025, too."""


def counted(store: Store, owner: Body) -> dict[str, str]:
    """Two points whose years are kept; key → identifier."""
    ids = declare(store, owner)
    deposit_table(store, owner, HEAD + bills(CODES[0], 2024, 12, 100))
    deposit_table(
        store, owner, HEAD + bills(CODES[1], 2024, 12, 200) + bills(CODES[1], 2025, 3, 150)
    )
    assert astray(store) == [], "what waits is counted in time"
    YearTables(store).all(owner.caller, now=NOW)
    assert astray(store) == []
    return ids


def astray(store: Store) -> list[str]:
    with store.read() as session:
        return [str(one) for one in astray_years(UPKEEP, session)]


def told(point: str, year: int) -> str:
    return f"point_year of point {point}, {year}: other than its readings tell"


@pytest.mark.parametrize(
    "hand",
    [
        "UPDATE point_year SET wh = wh + 1",
        "UPDATE point_year SET whole = 0",
        "UPDATE point_year SET cost = cost + 1",
        "UPDATE point_year SET vat = 0",
        "UPDATE point_year SET suspect = 1",
        "UPDATE point_year SET cost_wh = NULL",
        "UPDATE point_year SET estimated = 1",
        "UPDATE point_year SET origin = 'register'",
        "UPDATE point_year SET energy = 'gas'",
        "UPDATE point_year SET direction = 'export'",
        "UPDATE point_year SET owner = 'other'",
        "UPDATE point_year SET year = 2023",
        "DELETE FROM point_year",
    ],
)
def test_a_kept_year_that_does_not_hold_is_named_and_counted_again(
    store: Store, owner: Body, hand: str
) -> None:
    ids = counted(store, owner)
    before = YearTables(store).all(owner.caller, now=NOW)
    with store.engine.begin() as connection:
        edited = connection.execute(text(f"{hand} WHERE wh = :wh"), {"wh": FIRST})
        assert edited.rowcount == 1
    assert astray(store) == [told(ids[CODES[0]], 2023 if "2023" in hand else 2024)]
    with store.write() as session:
        assert recount_years(UPKEEP, session) == 1
    assert astray(store) == []
    assert YearTables(store).all(owner.caller, now=NOW) == before


def test_a_row_of_a_point_that_nothing_tells_of_is_named_and_taken_away(
    store: Store, owner: Body
) -> None:
    ids = counted(store, owner)
    with store.engine.begin() as connection:
        hand = text("UPDATE point_year SET supply_point = 'sp_none' WHERE wh = :wh")
        connection.execute(hand, {"wh": SECOND})
    assert sorted(astray(store)) == sorted([told("sp_none", 2024), told(ids[CODES[1]], 2024)])
    with store.write() as session:
        assert recount_years(UPKEEP, session) == 2
    table = YearTables(store).all(owner.caller, now=NOW)
    assert of(table, 2024).energy_kwh == 3600
    assert of(table, 2025).energy_kwh == 450
    assert astray(store) == []


def test_a_row_of_another_point_beside_one_that_waits_is_named(store: Store, owner: Body) -> None:
    ids = counted(store, owner)
    deposit_table(store, owner, HEAD + bills(CODES[0], 2025, 2, 10))
    assert astray(store) == []
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE point_year SET supply_point = :first WHERE wh = :wh"),
            {"first": ids[CODES[0]], "wh": SECOND},
        )
    assert sorted(astray(store)) == sorted([told(ids[CODES[0]], 0), told(ids[CODES[1]], 2024)])


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_looked_at(
    store: Store, owner: Body
) -> None:
    ids = counted(store, owner)
    hands = (
        text("UPDATE fact SET body = '{}' WHERE supply_point = :point"),
        text("UPDATE point_year SET wh = 1 WHERE supply_point <> :point AND year = 2025"),
    )
    with store.engine.begin() as connection:
        for hand in hands:
            connection.execute(hand, {"point": ids[CODES[0]]})
    expected = [told(ids[CODES[0]], 2024), told(ids[CODES[1]], 2025)]
    assert sorted(astray(store)) == sorted(expected)


def test_records_come_in_one_order_wherever_they_lie(store: Store, owner: Body) -> None:
    """Of two that contradict each other one counts: the same each time."""
    ids = counted(store, owner)
    permit = permit_own_data(owner.caller, action="read", now=NOW)

    def come() -> list[tuple[str, ...]]:
        with store.read() as session:
            return list(holding_facts(permit, session, YEARLY, sorted(ids.values())))

    before = come()
    with store.engine.begin() as connection:
        for act in (
            "CREATE TABLE other AS SELECT * FROM fact",
            "DELETE FROM fact",
            "INSERT INTO fact SELECT * FROM other ORDER BY seq DESC, key DESC",
            "DROP TABLE other",
        ):
            connection.execute(text(act))
    assert come() == before
    assert len(before) == 27


def test_only_the_operator_looks(store: Store, owner: Body) -> None:
    permit = permit_own_data(owner.caller, action="read", now=NOW)
    with store.read() as session, pytest.raises(TypeError, match="operator"):
        list(astray_years(permit, session))
