"""Workbooks of tickets and of light points whose columns are known: no profile is asked for."""

from datetime import date, datetime

import pytest

from synergie.errors import BadInput
from synergie.formats import read
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from tests.formats.tables.made import workbook
from tests.formats.tables.test_books import book

TICKETS = ["Date signalement", "Date intervention", "Type de panne", "N° candélabre", "Commune"]


def test_tickets_in_a_workbook_are_read_as_those_of_a_csv() -> None:
    rows: list[list[object]] = [
        [*TICKETS],
        [date(2025, 1, 5), date(2025, 1, 7), "Lampe HS", 12, "Toul"],
        [],
        [datetime.fromisoformat("2025-01-06T08:30"), None, "Trappe\nouverte", "C 13", "Toul"],
        ["hier", None, "Lampe HS", "C14", "Toul"],
    ]
    with read(workbook(rows)) as result:
        orders = [one for one in result.records if isinstance(one, WorkOrder)]
    assert [(one.asset, one.fault_type, str(one.reported_at)[:16]) for one in orders] == [
        ("12", "Lampe HS", "2025-01-05"),
        ("C 13", "Trappe ouverte", "2025-01-06 08:30"),
    ]
    assert (orders[0].done_at, orders[1].done_at) == (date(2025, 1, 7), None)
    assert [refused.line for refused in result.report.refused] == [5]


def test_light_points_in_a_workbook_are_read_as_those_of_a_csv() -> None:
    rows: list[list[object]] = [
        ["N° point lumineux", "Armoire", "Type de source", "Puissance", "Longitude", "Latitude"],
        ["PL-1", "A-1", "LED", 35, 6.13, 48.77],
        ["PL-2", "A-1", "SHP", 100, 6.1301, 48.7702],
    ]
    with read(workbook(rows)) as result:
        lamps = [one for one in result.records if isinstance(one, LightPointRecord)]
    assert [(one.external_id, one.cabinet, one.source_type) for one in lamps] == [
        ("PL-1", "A-1", "LED"),
        ("PL-2", "A-1", "SHP"),
    ]
    assert all(one.location is not None for one in lamps)


@pytest.mark.parametrize(
    "rows", [[["Relevé de la commune"], TICKETS], [["a", "b"], [1, 2]]], ids=["titled", "other"]
)
def test_a_table_that_is_not_known_asks_for_its_profile_still(rows: list[list[object]]) -> None:
    with pytest.raises(BadInput):
        list(read(workbook(rows)).records)


HEAD = ["N° point lumineux", "Type de source", "Puissance"]


def test_sheets_of_one_head_are_one_inventory_and_others_with_numbers_stop() -> None:
    first: list[list[object]] = [[*HEAD], ["PL-1", "LED", 35]]
    second: list[list[object]] = [[*HEAD], ["PL-2", "LED", 70], ["PL-3", "LED", 70]]
    with read(book(A=first, B=second)) as result:
        lamps = [one.external_id for one in result.records if isinstance(one, LightPointRecord)]
    assert lamps == ["PL-1", "PL-2", "PL-3"]
    assert "sheet-not-read" not in result.report.findings
    works: list[list[object]] = [["Année", "Travaux"], [2024, 12_000], [2025, 8_000]]
    with read(book(Points=second, Travaux=works)) as result:
        assert len([*result.records]) == 2
    assert result.report.findings["sheet-not-read"].args == ("Travaux",)
