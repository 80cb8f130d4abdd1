"""The refused rows of a file go back in its own dialect, and are read again."""

import io
from datetime import date
from importlib import import_module

import pytest
from python_calamine import CalamineWorkbook

from synergie.exchange.readings.sent_back import RefusalRows
from synergie.formats.check import check
from synergie.formats.tables.propose import propose


@pytest.mark.parametrize("coding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_text_is_sent_back_as_it_was_written(coding: str) -> None:
    head = "PRM;Début;Fin;Consommation d'énergie (kWh)\r\n"
    rows = "".join(f"9900000000{n:04d};01/01/2025;31/01/2025;{n}\r\n" for n in range(1, 20))
    bad = '99000000000020;01/01/2025;31/01/2025;"=1+1 «é»"\r\n'
    source = io.BytesIO(f"{head}{rows}{bad}".encode(coding))
    form = "table-csv"
    profile = propose(source).profile
    source.seek(0)
    report = check(source, format=form, profile=profile)
    sent = RefusalRows.of(source, report.refused, form, profile)
    assert sent is not None
    assert sent.mends
    sink = io.BytesIO()
    sent.write("csv", {21: "à revoir"}, sink)
    assert sink.getvalue().decode(coding) == (
        f"{head.strip()};motif\r\n99000000000020;01/01/2025;31/01/2025;'=1+1 «é»;à revoir\r\n"
    )


def test_a_workbook_is_sent_back_with_its_kinds_of_cells() -> None:
    book, form = io.BytesIO(), "table-workbook"
    with import_module("xlsxwriter").Workbook(book) as made:
        sheet, day = made.add_worksheet(), made.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["PRM", "Du", "Au", "Consommation (kWh)"])
        for n in range(1, 20):
            sheet.write_string(n, 0, f"9900000000{n:04d}")
            sheet.write_datetime(n, 1, date(2025, 1, 1), day)
            sheet.write_datetime(n, 2, date(2025, 1, 31), day)
            sheet.write(n, 3, "=x" if n == 7 else n * 1.5)
    book.seek(0)
    profile = propose(book).profile
    book.seek(0)
    report = check(book, format=form, profile=profile)
    sent = RefusalRows.of(book, report.refused, form, profile)
    assert sent is not None
    assert sent.mends
    sink = io.BytesIO()
    sent.write("xlsx", {8: "à revoir"}, sink)
    sink.seek(0)
    rows = CalamineWorkbook.from_filelike(sink).get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "motif"
    assert rows[1][1:3] == [date(2025, 1, 1), date(2025, 1, 31)]
    assert (rows[1][0], rows[1][-1]) == ("99000000000007", "à revoir")
