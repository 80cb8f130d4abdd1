"""The workbook of a re-fit in each language: words, powers and days as its reader writes them."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.energy.plan.power.portfolio import refit
from synergie.energy.records.power import SubscribedKva
from synergie.energy.records.power_plan import PowerPlan
from synergie.energy.reports.power import write_power
from synergie.formats.french import build_french_translator
from synergie.reports.language import Language, use_language
from synergie.reports.teller import build_translator
from tests.plan.power_cases import cabinet, point, problem
from tests.reports.english import french_left


@pytest.fixture(scope="module")
def plan() -> PowerPlan:
    """A cabinet that changes, over its power on a day; a point of which nothing is known."""
    made = refit(problem(cabinet("c", 4940, "narrow"), point("unknown")))
    (first, *others) = made.outcomes
    assert first.best is not None and first.status == "change"
    powers = tuple(
        SubscribedKva.model_validate({"time_class": name, "kva": kva})
        for name, kva in (("HPH", "4.50"), ("HCH", "5"))
    )
    best = first.best.model_copy(update={"subscribed": powers})
    days = {"over_days": (date(2026, 7, 24), date(2026, 12, 1)), "over_known": True, "best": best}
    return made.model_copy(update={"outcomes": (first.model_copy(update=days), *others)})


def _rows(plan: PowerPlan, language: Language) -> dict[str, list[list[Any]]]:
    sink = BytesIO()
    with use_language(language):
        write_power(plan, sink, build_translator())
    book = CalamineWorkbook.from_filelike(BytesIO(sink.getvalue()))
    return {name: [*book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def _cells(book: dict[str, list[list[Any]]]) -> set[Any]:
    return {cell for rows in book.values() for row in rows for cell in row}


def test_the_workbook_is_english(plan: PowerPlan) -> None:
    book = _rows(plan, "en")
    assert [*book] == ["Summary", "Points", "Requests", "Bills", "Reasons"]
    assert french_left(book) == []
    assert {"4.5 / 5", "24 Jul 2026, 1 Dec 2026", "Power proposed, kVA"} <= _cells(book)
    assert not any(isinstance(cell, str) and " ; " in cell for cell in _cells(book))


def test_the_workbook_stays_french_with_the_same_numbers(plan: PowerPlan) -> None:
    english, book = _rows(plan, "en"), _rows(plan, "fr")
    assert [*book] == [build_french_translator()(name) for name in english]
    assert {"4,5 / 5", "24/07/2026, 01/12/2026"} <= _cells(book)
    assert french_left(book) != []
    for one, other in zip(english.values(), book.values(), strict=True):
        for row, same in zip(one, other, strict=True):
            assert _numbers(row) == _numbers(same)


def _numbers(row: list[Any]) -> list[Any]:
    return [cell for cell in row if not isinstance(cell, str)]
