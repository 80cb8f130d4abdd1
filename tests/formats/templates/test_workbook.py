"""Templates as workbooks: what a spreadsheet keeps in them is read as it is, within limits."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput, SynergieError, TooLarge
from synergie.formats.check import check
from synergie.formats.report import Report
from synergie.formats.sheets import read_sheets
from synergie.formats.templates import perimeter
from synergie.formats.templates.catalogue import TEMPLATES, write_template
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.readings.profile import Profile
from tests.components import package
from tests.formats.templates.made import BARE, FULL, RECORDS, read, xlsx_of

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def changed(data: bytes, member: str, old: str, new: str) -> bytes:
    """*data* with one text of one member replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(sink, "w") as out:
        for name in packed.namelist():
            text = packed.read(name)
            if name == member:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            out.writestr(name, text, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def typed(name: str, rows: list[list[Any]], sheet: str = "Feuille 1") -> bytes:
    """A workbook as a person would type it: shared texts, numbers, no style of ours."""
    xlsxwriter = package("xlsxwriter")
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "d mmm yyyy"})
        page.write_row(0, 0, [column.title for column in TEMPLATES[name].columns])
        for i, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(i, at, cell, day)
                elif cell is not None:
                    page.write(i, at, cell)
    return sink.getvalue()


def test_numbers_dates_and_truths_of_a_spreadsheet_are_taken_as_they_are() -> None:
    row = ["A-1", "Mairie", 54430, 48.5, 6, "PRM", 30001642617347, "horloge", True, None, 5.5]
    form, records, report = read(typed("cabinets", [[*row, date(2026, 3, 15)]]))
    assert (form, report.refused) == ("template-cabinets", [])
    (cabinet,) = records
    assert isinstance(cabinet, CabinetRecord)
    assert cabinet.supply_point == "prm:30001642617347"
    assert (cabinet.insee_code, cabinet.programmable) == ("54430", True)
    assert (cabinet.subscribed_power_kva, cabinet.inspected_on) == (5.5, date(2026, 3, 15))


def test_an_identifier_that_lost_its_zero_is_refused_and_never_completed() -> None:
    data = typed("cabinets", [["A-1", None, None, None, None, "PRM", 9111642617347]])
    (refused,) = check(data).refused
    assert (refused.line, refused.column, refused.value) == (2, "PRM ou PCE", "9111642617347")


def test_the_data_may_stand_on_any_sheet() -> None:
    xlsxwriter = package("xlsxwriter")
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        book.add_worksheet("Notes").write(0, 0, "à lire d'abord")
        page = book.add_worksheet("Inventaire")
        page.write_row(2, 0, [column.title for column in TEMPLATES["circuits"].columns])
        page.write_row(3, 0, ["D-1", "A-1"])
    form, records, _ = read(sink.getvalue())
    assert (form, len(records)) == ("template-circuits", 1)


def test_a_wrong_cell_of_a_workbook_tells_its_row_and_column() -> None:
    data = xlsx_of("sites")
    report = check(changed(data, "xl/worksheets/sheet1.xml", "<t>bâtiment</t>", "<t>piscine</t>"))
    assert (report.records, len(report.refused)) == (1, 1)
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.value) == (2, "Nature du site", "piscine")


def test_a_blank_workbook_has_lists_a_frozen_head_text_identifiers_and_explanations() -> None:
    sink = io.BytesIO()
    write_template(TEMPLATES["supply-points"], sink, "xlsx")
    with zipfile.ZipFile(sink) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        styles = packed.read("xl/styles.xml").decode()
        notes = packed.read("xl/worksheets/sheet2.xml").decode()
        book = packed.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert "C1,C2,C3,C4,C5" in sheet
    assert "éclairage public" in sheet
    assert 'formatCode="dd/mm/yyyy"' in styles
    assert 'numFmtId="49"' in styles, "the form of a text"
    for column in TEMPLATES["supply-points"].columns:
        assert column.purpose in notes
    assert "synergie_supply_points" in book


def test_a_cell_to_fill_says_so_in_words_and_is_read_as_blank() -> None:
    data = xlsx_of("perimeter")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        listed = packed.read("xl/worksheets/sheet2.xml").decode()
        names = packed.read("xl/workbook.xml").decode()
    missing = [cell.column for cell in perimeter.missing_cells(BARE)]
    assert sheet.count("à compléter") == len(missing)
    assert 'name="À compléter"' in names
    assert "annuaire-entreprises" in listed
    form, records, _ = read(data)
    assert (form, tuple(records)) == ("perimeter-xlsx", (FULL, BARE))


def test_a_full_row_misses_nothing_and_a_partial_year_is_told() -> None:
    assert list(perimeter.missing_cells(FULL)) == []
    assert FULL.reference is not None
    partial = FULL.reference.model_copy(update={"method": "partial"})
    row = FULL.model_copy(update={"reference": partial})
    (cell,) = perimeter.missing_cells(row)
    assert cell.column == "Énergie annuelle de référence (kWh)"
    assert (cell.supply_point, cell.site_name) == (FULL.supply_point, "École du centre")


def test_a_large_workbook_is_recognised_by_its_start() -> None:
    rows = [
        FULL.model_copy(update={"supply_point": f"prm:{i:014}", "mandate": f"{i * 7919}"})
        for i in range(2_000)
    ]
    sink = io.BytesIO()
    assert perimeter.FORMAT_XLSX.write is not None
    perimeter.FORMAT_XLSX.write(rows, sink, Profile())
    assert len(sink.getvalue()) > 128 * 1024
    form, records, report = read(sink.getvalue())
    assert (form, len(records), report.refusals) == ("perimeter-xlsx", 2_000, 0)


def test_a_sheet_that_claims_a_million_rows_and_columns_costs_nothing() -> None:
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    data = changed(
        xlsx_of("sites"), "xl/worksheets/sheet1.xml", "</sheetData>", f"{row}</sheetData>"
    )
    with pytest.raises(TooLarge, match="cells in a sheet"):
        read(data)


@pytest.mark.parametrize(
    "member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_document_type_in_a_workbook_is_refused(member: str) -> None:
    data = changed(xlsx_of("sites"), member, "?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')
    with pytest.raises(BadInput, match="document type"):
        [list(sheet.rows) for sheet in read_sheets(io.BytesIO(data), Report(), lambda _: None)]


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    bomb = f"<sheetData>{' ' * 64_000_000}"
    data = changed(xlsx_of("sites"), "xl/worksheets/sheet1.xml", "<sheetData>", bomb)
    with pytest.raises(SynergieError, match=r"packed bytes|200 times"):
        read(data)


def test_noise_after_the_fifteenth_digit_of_a_number_is_no_decimal() -> None:
    data = typed("supports", [["S-1", None, None, 0.1 + 0.2]])
    (support,) = read(data)[1]
    assert getattr(support, "height_m", None) == 0.3


def test_a_perimeter_of_another_hand_is_declared_and_its_classes_are_added() -> None:
    columns = [column.title for column in TEMPLATES["perimeter"].columns]
    row: list[Any] = [None] * len(columns)
    row[columns.index("Numéro de point (PRM ou PCE)")] = "99000000000017"
    row[columns.index("Énergie HP (kWh)")] = 1000.5
    row[columns.index("Énergie HC (kWh)")] = 500
    (found,) = read(typed("perimeter", [row]))[1]
    assert isinstance(found, PerimeterRow)
    assert found.reference is not None
    assert (found.reference.method, found.reference.total_kwh) == ("declared", Decimal("1500.5"))
    assert len(RECORDS["perimeter"]) == 2
