"""Cells as people and spreadsheets write them, read by the kind of their column."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from synergie.errors import BadInput
from synergie.formats.cells import (
    FILLED,
    Cell,
    CellRules,
    Hours,
    Percent,
    prove_marks,
    read_amount,
    read_cell,
    read_day,
    read_percent,
    spell_cell,
    spell_value,
)
from synergie.formats.columns import Column, Kind, Value, index_heads, load_columns, load_words
from synergie.formats.report import Report
from synergie.formats.sheets import read_sheets
from synergie.formats.values import is_grouped
from synergie.lighting.plan._rows_text import CELLS_OF_KIND, GROUPED

TYPED = CellRules(
    expected=CELLS_OF_KIND,
    is_doubtful=is_grouped,
    yes=frozenset({"oui"}),
    no=frozenset({"non"}),
)


@pytest.mark.parametrize(
    ("kind", "cell", "found"),
    [
        ("decimal", "1 250,5", Decimal("1250.5")),
        ("decimal", "0,1234567", Decimal("0.123457")),
        ("decimal", Decimal("12.0"), Decimal(12)),
        ("whole", "1 250", 1250),
        ("degrees", "48.772", Decimal("48.772")),
        ("date", "25/11/2026", date(2026, 11, 25)),
        ("digits", " 99 0000 0000 0017", "99000000000017"),
        ("yes_no", "Vrai", True),
        ("choice", "éclairage  PUBLIC", "lighting"),
        ("text", "'=1+1", "=1+1"),
    ],
)
def test_a_cell_is_read_as_its_column_says(kind: Kind, cell: Cell, found: Value) -> None:
    column = Column("x", kind, title="X", words={"lighting": "Éclairage public"})
    assert read_cell(cell, column, "Europe/Paris") == found


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("decimal", "1.250", FILLED.expected["doubt"]),
        ("decimal", "9999999999999", "a number of at most 12 digits before the comma"),
        ("whole", "12,5", FILLED.expected["whole"]),
        ("date", "31/02/2026", FILLED.expected["exists"]),
        ("date", "25/11/2026 16:00", FILLED.expected["no_hour"]),
        ("yes_no", "peut-être", FILLED.expected["yes_no"]),
        ("choice", "lampe", FILLED.expected["choice"]),
    ],
)
def test_a_fault_tells_the_title_the_cell_and_what_was_expected(
    kind: Kind, cell: str, expected: str
) -> None:
    with pytest.raises(BadInput) as fault:
        read_cell(cell, Column("x", kind, title="Titre"), "Europe/Paris")
    assert (fault.value.where, fault.value.found, fault.value.expected) == (
        "/Titre", cell, expected,
    )  # fmt: skip


def test_a_table_has_its_own_rules() -> None:
    number = Column("x", "decimal")
    assert read_cell("1,250", number, "Europe/Paris") == Decimal("1.25")
    with pytest.raises(BadInput) as fault:
        read_cell("1,250", number, "Europe/Paris", rules=TYPED, where="line 2, x")
    assert (fault.value.where, fault.value.expected) == ("line 2, x", GROUPED)
    assert read_cell("0,1234567", number, "Europe/Paris", rules=TYPED) == Decimal("0.1234567")
    assert read_cell("4 %", Column("x", "share"), "Europe/Paris", rules=TYPED) == 0.04


@pytest.mark.parametrize("kind", ["decimal", "whole", "number", "degrees", "share"])
def test_hours_of_a_workbook_are_no_amount(kind: Kind) -> None:
    with pytest.raises(BadInput):
        read_cell(Hours("0.5"), Column("x", kind, title="X"), "Europe/Paris", rules=TYPED)
    with pytest.raises(BadInput):
        read_amount(Hours("0.5"), "/x")
    with pytest.raises(BadInput):
        read_percent(Hours("0.5"), "/x")


def test_amounts_by_the_marks_that_their_table_proves() -> None:
    assert read_amount("1.234", "/x", proved=prove_marks(["12,5"])) == 1234
    assert read_amount("1.234", "/x", proved=prove_marks(["0.05"])) == Decimal("1.234")
    assert read_amount("(12,50 €)", "/x") == Decimal("-12.5")
    assert read_amount("n/a", "/x") is None
    assert [read_percent(cell, "/x") for cell in ("50", "50 %", Percent("0.5"))] == [50, 50, 50]


def test_a_day_with_what_stands_behind() -> None:
    assert read_day("25/11/26 16:00", "/x", "a date", loose=True) == date(2026, 11, 25)
    with pytest.raises(BadInput, match="25/11/26 16:00"):
        read_day("25/11/26 16:00", "/x", "a date")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("decimal", Decimal("1250.50"), "1250,50"),
        ("yes_no", True, "oui"),
        ("date", date(2026, 11, 25), "25/11/2026"),
        ("moment", datetime.fromisoformat("2026-10-25T02:30+01:00"), "25/10/2026 02:30 +01:00"),
        ("choice", "open", "ouvert"),
        ("text", "=1+1", "'=1+1"),
    ],
)
def test_what_is_written_is_read_back(kind: Kind, value: Value, text: str) -> None:
    column = Column("x", kind, words={"open": "ouvert"} if kind == "choice" else {})
    assert spell_value(value, column, "Europe/Paris") == text
    assert read_cell(text, column, "Europe/Paris") == value


def test_rows_of_a_workbook_and_of_a_text_have_their_places() -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheet = book.add_worksheet("Un")
        sheet.write_string(2, 0, "a")
        sheet.write_number(2, 1, 0.5, book.add_format({"num_format": "0 %"}))
        sheet.write_datetime(2, 2, timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))
        book.add_worksheet("Deux").hide()
    (first, hidden) = read_sheets(sink, Report(), lambda _: None)
    ((row, cells),) = first.rows
    assert (row, [type(cell) for cell in cells]) == (3, [str, Percent, Hours])
    assert spell_cell(cells[2]) == "1,25"
    assert (hidden.name, list(hidden.rows)) == ("Deux", [])
    assert [one.name for one in read_sheets(sink, Report(), lambda _: None, hidden=False)] == ["Un"]
    (text,) = read_sheets(io.BytesIO(b"a;b\n\n1;2\n"), Report(), lambda _: ";")
    assert (text.name, list(text.rows)) == ("", [(1, ["a", "b"]), (3, ["1", "2"])])
    assert list(read_sheets(io.BytesIO(b"a;b\n"), Report(), lambda _: None)) == []


def test_a_head_may_name_several_columns() -> None:
    package = "synergie.lighting.plan.inputs"
    columns = load_columns(package, load_words(package))["communes"]
    heads = index_heads(columns)
    assert [one.name for one in heads["commune"]] == ["insee", "nom", ""]
    assert [one.name for one in heads["codeinsee"]] == ["insee"]
