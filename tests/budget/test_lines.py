"""Files of budget lines: what they tell is read as it stands; the sheet of the vote opens again."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from synergie.budget.records.budget import BudgetForecast, BudgetRow, KwhRange
from synergie.budget.reports import write_budget_sheets
from synergie.budget.templates.lines import read_budget_lines
from synergie.calendar import load_time_zone
from synergie.cli import main
from synergie.formats.report import Report
from synergie.formats.sheets import read_sheets
from synergie.reports.ods import write_ods
from synergie.reports.sheets import Sheet, build_columns

HEAD = "Membre;Service;PRM ou PCE;Année;Mois;Énergie votée (kWh);Montant voté (€);TVA comprise"
ROWS = (
    "Pompey;Écoles;99000000000017;2027;3;1 200,5;240,10;oui",
    "Pompey;Voirie;;2027;;;1 000;oui",
)


def forecast() -> BudgetForecast:
    kwh = KwhRange(p10=Decimal(1), p50=Decimal("1234.5"), p90=Decimal(3))
    row = BudgetRow(kwh=kwh, eur=None, service="=1+1")
    return BudgetForecast(
        title="Budget", year=2027, known_until=date(2026, 11, 1), station=None, weather_years=(),
        vat_included=True, total=row, rows=(), effects=None, votes=(), left_out=(),
    )  # fmt: skip


def test_a_filled_file_gives_its_lines() -> None:
    (school, roads), report = read_budget_lines(
        BytesIO("\n".join((HEAD, *ROWS)).encode("utf-8-sig"))
    )
    assert not report.refused
    assert (school.point, school.month, school.kwh) == (
        "prm:99000000000017", 3, Decimal("1200.5"),
    )  # fmt: skip
    assert (roads.point, roads.month, roads.kwh, roads.eur) == (None, None, None, Decimal(1000))


def test_an_amount_without_a_word_on_vat_is_refused() -> None:
    row = "Pompey;Voirie;;2027;;;1 000;"
    lines, report = read_budget_lines(BytesIO(f"{HEAD}\n{row}".encode()))
    assert not lines
    assert [place for place, _ in report.refused] == [2]


def test_the_blank_file_reads_as_empty(tmp_path: Path) -> None:
    for name in ("lignes.csv", "lignes.xlsx"):
        path = tmp_path / name
        assert main(["budget", "template", str(path), "--locale", "fr"]) == 0
        with path.open("rb") as source:
            lines, report = read_budget_lines(source)
        assert (lines, report.refused) == ((), [])


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_the_sheet_of_the_vote_opens_with_its_numbers(form: str) -> None:
    report = Report()
    first, second = read_sheets(
        BytesIO(write_budget_sheets(forecast(), form)), report, lambda _: None
    )
    rows = [cells for _, cells in first.rows]
    assert (first.name, second.name) == ("Budget 2027", "Non prévu")
    assert rows[0][:2] == ["Membre", "Service"]
    assert rows[1][1] == "=1+1", "a text, and no formula"
    assert rows[1][5] == Decimal("1234.5")


def test_the_csv_of_the_vote_holds_no_formula() -> None:
    rows = write_budget_sheets(forecast(), "csv").decode("utf-8-sig").splitlines()
    assert rows[1].split(";")[1] == "'=1+1"
    assert rows[1].split(";")[5] == "1234,5"


def test_a_workbook_of_odf_is_the_same_each_time() -> None:
    def write() -> bytes:
        sink = BytesIO()
        rows = [("a<b", Decimal("1.50"))]
        columns = build_columns(("Nom", "Name", "text"), ("Prix", "Price", "euros"))
        write_ods([Sheet("Feuille", columns, rows)], sink, load_time_zone("Europe/Paris"))
        return sink.getvalue()

    assert write() == write()
    assert write()[30:38] == b"mimetype", "the first member, not packed"
