"""Workbooks of several sheets, notices, merged cells."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.formats.tables.propose import propose
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.components import package
from tests.formats.tables.made import as_proposed, records, workbook

HEAD: list[object] = ["PRM", "Mois", "Consommation (kWh)"]
PRM = "99000000000017"


def book(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """An XLSX with these sheets."""
    sink = io.BytesIO()
    made = package("xlsxwriter").Workbook(sink, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    made.close()
    return sink.getvalue()


def months(year: int, *kwh: int) -> list[list[object]]:
    """A row a month."""
    return [[PRM, f"{n:02}/{year}", value] for n, value in enumerate(kwh, 1)]


def energy(data: bytes, **answers: str) -> Decimal:
    found, report = as_proposed(data, **answers)
    assert not [one for one in report.findings.values() if one.check.severity == "block"]
    return sum(
        (one.energy_kwh or Decimal(0) for one in found if isinstance(one, PeriodEnergy)), Decimal(0)
    )


def test_a_notice_before_the_table_is_passed_over() -> None:
    data = book(
        Notice=[["Lisez-moi"], ["Contact : le service"]], Factures=[HEAD, *months(2025, 5, 7)]
    )
    assert energy(data) == 12


def test_sheets_of_one_head_are_one_table() -> None:
    data = book(A2024=[HEAD, *months(2024, 5, 7)], A2025=[["Titre"], HEAD, *months(2025, 11, 13)])
    assert energy(data) == 36


@pytest.mark.parametrize(
    ("names", "title", "asked"),
    [
        (("Théorique nord", "Théorique sud"), "", ["measured"]),
        (("MWh nord", "MWh sud"), "", ["measured"]), (("Simu 1", "Simu 2"), "", ["measured"]),
        (("Corrigé 2024", "Corrigé 2025"), "", ["measured"]),
        (("Nord", "Sud"), "Valeurs moyennes", ["measured"]), (("Nord", "Sud"), "", []),
        (("2024", "2025"), "", []), (("Mairie", "École Pergaud"), "", []),
    ],
)  # fmt: skip
def test_what_sheets_of_one_head_claim_is_asked_about(
    names: tuple[str, str], title: str, asked: list[str]
) -> None:
    first, second = names
    later = [[title], HEAD] if title else [HEAD]
    rows = [[f"99000000000{n}17", f"0{m}/2025", 100 * m] for n, m in ((100, 1), (100, 2))]
    data = book(**{first: [HEAD, *months(2024, 5, 7)], second: [*later, *rows]})
    told = [one.field for one in propose(data).questions]
    assert [one for one in told if one == "measured"] == asked


def test_sheets_of_two_heads_are_asked_about_and_the_answer_is_read() -> None:
    other = ["PRM", "Du", "Au", "Quantité (MWh)"]
    data = book(Un=[HEAD, *months(2024, 5)], Deux=[other, [PRM, "01/01/2025", "31/01/2025", 2]])
    (question,) = propose(data).questions
    assert (question.field, question.choices) == ("sheet", ("Un", "Deux"))
    told = propose(data, answers={"sheet": "Deux", "direction": "import"})
    assert told.sure
    found, report = records(data, told.profile, "table-workbook")
    assert [one.energy_kwh for one in found if isinstance(one, PeriodEnergy)] == [2000]
    assert "sheet-not-read" not in report.findings


def test_an_unread_sheet_of_numbers_stops_and_one_of_words_does_not() -> None:
    data = book(Factures=[HEAD, *months(2025, 5)], Autre=[["x", 1, 2], ["y", 3, 4]])
    profile = propose(book(Factures=[HEAD, *months(2025, 5)])).profile
    _, report = records(data, profile, "table-workbook")
    assert report.findings["sheet-not-read"].check.severity == "block"
    words = book(Factures=[HEAD, *months(2025, 5)], Notice=[["x"], ["y"]])
    assert "sheet-not-read" not in records(words, profile, "table-workbook")[1].findings


def test_a_merged_point_fills_its_rows_and_a_merged_number_is_of_no_row() -> None:
    rows: list[list[object]] = [HEAD, [PRM, "01/2025", 5], [None, "02/2025", 7]]
    assert energy(workbook(rows, merges=[(1, 0, 2, 0)])) == 12
    three: list[list[object]] = [
        HEAD,
        *([PRM, f"{n:02}/2025", 5 * n] for n in range(1, 8)),
        [PRM, "08/2025", None],
    ]
    joined = workbook(three, merges=[(7, 2, 8, 2)])
    found, report = as_proposed(joined)
    assert (len(found), [one.line for one in report.refused]) == (6, [8, 9])


def test_days_of_a_spreadsheet_are_dates_by_their_column() -> None:
    head = ["PRM", "Du", "Au", "Consommation (kWh)"]
    data = workbook([head, [PRM, 45658, 45688, 808], [PRM, 45689, 45716, 806]])
    found, _ = as_proposed(data)
    assert [one.from_date for one in found if isinstance(one, PeriodEnergy)] == [
        date(2025, 1, 1), date(2025, 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("recap", "says"),
    [
        ([["PRM", "Janvier 2025", "Février 2025"], [PRM, 500, 700]], []),
        ([["PRM", "Total (MWh)"], [PRM, 1.2]], []), ([["Lisez-moi"]], []),
        ([["PRM", "Mois", "kWh"], [PRM, "01/2025", 500], [PRM, "02/2025", 700]], []),
        ([["PRM", "Total"], [PRM, 1300]], ["1200", "1300"]),
        ([["PRM", "Janvier 2025", "Février 2025"], [PRM, 500, 800]], ["700", "800"]),
    ],
)  # fmt: skip
def test_a_sheet_of_the_year_is_held_against_those_of_its_months(
    recap: list[list[object]], says: list[str]
) -> None:
    head = ["PRM", "Consommation (kWh)"]
    data = book(
        Recap=recap,
        Janvier=[["Consommations 2025"], head, [PRM, 500]],
        Février=[["Consommations 2025"], head, [PRM, 700]],
    )
    found, report = as_proposed(data)
    assert [one.energy_kwh for one in found if isinstance(one, PeriodEnergy)] == [500, 700]
    told = [one for one in report.findings.values() if one.check.code == "total-differs"]
    assert [str(one).count(figure) > 0 for one in told for figure in says] == [True] * len(says)
    assert bool(told) == bool(says)


def noted(text: str, *, row: int = 0) -> bytes:
    """A sheet of three months, and the comment of a cell of its energies."""
    sink = io.BytesIO()
    made = package("xlsxwriter").Workbook(sink, {"in_memory": True})
    sheet = made.add_worksheet("2025")
    for number, each in enumerate([HEAD, *months(2025, 120, 110, 90)]):
        sheet.write_row(number, 0, each)
    sheet.write_comment(row, 2, text, {"author": "Nadia"})
    made.close()
    return sink.getvalue()


@pytest.mark.parametrize("row", [0, 2])
@pytest.mark.parametrize(
    "text",
    ["en MWh", "Nadia Petit:\nen MWh", "Hors pompe à chaleur", "à multiplier par 20 (TC)",
     "Les chiffres sont des moyennes sur 3 ans", "Prévisionnel voté",
     "[Commentaire de thread]\nVotre version vous permet de le lire.\nCommentaire :\n    en MWh"],
)  # fmt: skip
def test_the_comment_of_a_cell_that_speaks_of_figures_stops(text: str, row: int) -> None:
    _, report = as_proposed(noted(text, row=row))
    assert {"title-claims", "note-other-unit"} & set(report.findings)


@pytest.mark.parametrize("text", ["Saisi par Nadia", "Voir le dossier papier", "ok", "12"])
def test_the_comment_of_a_cell_that_says_nothing_of_figures_is_told(text: str) -> None:
    assert energy(noted(text)) == 320
    _, report = as_proposed(noted(text))
    told = [one for one in map(str, report.notes) if text in one]
    assert bool(told) is (text != "12")


def test_comments_of_sheets_of_one_head_are_read_too() -> None:
    sink = io.BytesIO()
    made = package("xlsxwriter").Workbook(sink, {"in_memory": True})
    for year in (2024, 2025):
        sheet = made.add_worksheet(str(year))
        for number, each in enumerate([HEAD, *months(year, 120, 110, 90)]):
            sheet.write_row(number, 0, each)
        sheet.write_comment(0, 2, "en MWh")
    made.close()
    _, report = as_proposed(sink.getvalue())
    assert "note-other-unit" in report.findings
