"""What few signs around numbers say of them: dates of the paper, marks, formats, seasons."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from synergie.formats.report import Report
from synergie.formats.tables._evidence import find_product_factor
from synergie.formats.tables._later import find_month_of_paper
from synergie.formats.tables._sheets import sheet_rows
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.components import package
from tests.formats.tables.made import as_proposed

PRM = "99000000000017"
HEAD = ("PRM", "Mois", "Consommation (kWh)")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Document du 15 juin 2023", (2023, 6)), ("Version du 2024-01-09", (2024, 1)),
        ("Mise à jour : 01/2024", (2024, 1)), ("Édité le 1er août 2024", (2024, 8)),
        ("Export du 31-12-2024", (2024, 12)), ("Nancy, le 12/11/2024", (2024, 11)),
        ("Date de mise en service : 12/03/2019", None), ("Marché 2024, édité le 03/02/2026", None),
        ("Établissement ouvert le 01/09/2019", None), ("Bilan mars 2024", None),
        ("du 01/01/2025 au 31/12/2025, édité le 03/02/2026", None), ("* base 2019", None),
    ],
)  # fmt: skip
def test_a_paper_is_dated_by_its_own_date_alone(text: str, month: tuple[int, int] | None) -> None:
    assert find_month_of_paper(text, is_note=False) == month


def test_a_short_note_is_dated_by_a_year() -> None:
    assert find_month_of_paper("* base 2019", is_note=True) == (2019, 12)
    assert find_month_of_paper("Mairie 2019", is_note=True) is None
    assert find_month_of_paper("Année 2019", is_note=True) is None


def test_a_product_is_known_by_one_factor_of_all_rows() -> None:
    hours, power = [Decimal(one) for one in (300, 280, 260)], [Decimal(3)] * 3
    energy = [Decimal(one) for one in (900, 840, 780)]
    assert find_product_factor(hours, power, energy) == 1
    assert find_product_factor(hours, power, [2 * one for one in energy]) == 2
    assert find_product_factor(hours, power, [*energy[:2], Decimal(900)]) is None
    assert find_product_factor(hours[:2], power[:2], energy[:2]) is None


def workbook(folder: Path, header: str = "", *, struck: bool = False) -> str:
    sink = io.BytesIO()
    with package("xlsxwriter").Workbook(sink) as book:
        page, crossed = book.add_worksheet("Relevés"), book.add_format({"font_strikeout": True})
        rows: list[list[str | int]] = [list(HEAD)]
        rows += [[PRM, f"{m:02}/2025", 900 + 7 * m] for m in (1, 2, 3)]
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                page.write(y, x, cell, crossed if struck and y and x == 2 else None)
        if header:
            page.set_header(header)
    path = folder / "Relevés.xlsx"
    path.write_bytes(sink.getvalue())
    return str(path)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("&CPrévisions 2025", ["Prévisions 2025"]),
        ('&L&"Arial,Bold"&12Ville && pays&RPage &P / &N', ["Ville & pays"]),
        ("&C&D &T", []),
    ],
)
def test_what_pages_print_is_a_note(tmp_path: Path, header: str, told: list[str]) -> None:
    notes: list[tuple[int, list[object]]] = []
    with Path(workbook(tmp_path, header)).open("rb") as source:
        list(sheet_rows(source, None, Report(), comments=notes))  # type: ignore[arg-type]
    assert [cells[0] for _, cells in notes] == told


def test_numbers_struck_through_are_refused(tmp_path: Path) -> None:
    found, report = as_proposed(Path(workbook(tmp_path, struck=True)).read_bytes(), "Relevés.xlsx")
    assert (found, report.refusals) == ([], 3)
    assert as_proposed(Path(workbook(tmp_path)).read_bytes(), "Relevés.xlsx")[1].refusals == 0


def test_a_mark_that_repeats_the_cell_above_is_no_name() -> None:
    rows = [f"{name};0{m}/2025;{900 + 7 * m}" for m, name in enumerate(("Mairie", "Dito", "//"), 1)]
    found, report = as_proposed("\n".join(["Site;Mois;Consommation (kWh)", *rows, ""]))
    assert ({one.name for one in found if isinstance(one, PeriodEnergy)}, report.refusals) == (
        {"Mairie"}, 2,
    )  # fmt: skip


def test_classes_have_no_hours_in_the_other_half_of_the_year() -> None:
    months = [date(2025, m, 1) for m in range(1, 13)]
    winter = [one.month in {11, 12, 1, 2, 3} for one in months]
    rows = [
        f"{PRM};{one:%m/%Y};{900 * cold + one.month};{(700 + one.month) * (not cold)}"
        for one, cold in zip(months, winter, strict=True)
    ]
    head = "PRM;Mois;HPH (kWh);HPE (kWh)"
    found, report = as_proposed("\n".join([head, *rows, ""]))
    assert {one.quality for one in found if isinstance(one, PeriodEnergy)} == {"measured"}
    assert "many-zeros" not in report.findings
    odd = [row.rsplit(";", 1)[0] + ";0" if ";0" not in row[-2:] and n % 2 else row
           for n, row in enumerate(rows)]  # fmt: skip
    found, report = as_proposed("\n".join([head, *odd, ""]))
    assert "many-zeros" in report.findings
