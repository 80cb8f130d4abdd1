"""The crew book: cells as people write them, sheets of a workbook, rows that cost themselves."""

import io
from datetime import date
from typing import Any

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.check import check
from synergie.formats.templates.catalogue import TEMPLATES, write_template
from synergie.park.records.crew_row import CrewRow
from synergie.park.templates import crew_cells as cells
from tests.components import package
from tests.formats.templates.made import CREWS, csv_of, read, xlsx_of


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("07:30", "07:30"), ("7h30", "07:30"), ("7:05", "07:05"), ("16 h", "16:00"),
        ("7H", "07:00"), ("07:30:00", "07:30"), ("0,3125", "07:30"), ("0,6666666667", "16:00"),
    ],
)  # fmt: skip
def test_an_hour_is_read_as_people_and_spreadsheets_write_it(text: str, told: str) -> None:
    assert cells.parse_clock_time(text, "starts_at") == told


@pytest.mark.parametrize("text", ["tôt", "24:00", "7:60", "730", "1,5", ""])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="07:30"):
        cells.parse_clock_time(text, "starts_at")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("lundi à vendredi", [1, 2, 3, 4, 5]), ("lun, mar et jeu", [1, 2, 4]),
        ("1, 3", [1, 3]), ("Vendredi au lundi", [1, 5, 6, 7]), ("dimanche", [7]),
    ],
)  # fmt: skip
def test_days_of_the_week_are_names_numbers_and_spans(text: str, days: list[int]) -> None:
    assert cells.parse_weekdays(text, "weekdays") == days


@pytest.mark.parametrize("text", ["férié", "lundi à mardi à jeudi", "8"])
def test_what_is_no_day_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        cells.parse_weekdays(text, "weekdays")


def test_days_off_are_days_and_spans_and_are_written_back() -> None:
    text = "24/12/2027, 02/08/2027 au 04/08/2027, 2027-05-07"
    found = cells.parse_days(text, "days_off")
    assert found == [
        date(2027, 5, 7), date(2027, 8, 2), date(2027, 8, 3), date(2027, 8, 4), date(2027, 12, 24),
    ]  # fmt: skip
    said = cells.format_days(found)
    assert said == "07/05/2027, 02/08/2027 au 04/08/2027, 24/12/2027"
    assert cells.parse_days(said, "days_off") == found


@pytest.mark.parametrize(
    "text", ["31/06/2027", "04/08/2027 au 02/08/2027", "01/01/2027 au 01/01/2030", "août"]
)
def test_days_off_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        cells.parse_days(text, "days_off")


def test_parts_are_names_with_how_many() -> None:
    told = cells.parse_part_counts("lamp-SHP-100 × 40; fusible 10 A x 3, platine", "stock")
    assert [(one.part, one.count) for one in told] == [
        ("lamp-SHP-100", 40), ("fusible-10-A", 3), ("platine", 1),
    ]  # fmt: skip
    with pytest.raises(BadInput):
        cells.parse_part_counts("lampe × 0", "stock")


def test_a_workbook_has_a_sheet_for_each_kind_and_a_notice() -> None:
    from synergie.formats.report import Report
    from synergie.formats.sheets import read_sheets

    sink = io.BytesIO()
    write_template(TEMPLATES["crews"], sink, "xlsx")
    assert [sheet.name for sheet in read_sheets(sink, Report(), lambda _: None)] == [
        "Équipes", "Dépôts", "Arrêtés de circulation", "Travaux d'autres", "Délais", "Tâches",
        "Réglages", "Lisez-moi",
    ]  # fmt: skip
    form, records, _ = read(sink.getvalue(), "equipes.xlsx")
    assert (form, records) == ("template-crews", [])


def test_the_workbook_and_the_table_hold_the_same() -> None:
    for data, name in ((xlsx_of("crews"), "equipes.xlsx"), (csv_of("crews"), "equipes.csv")):
        form, records, report = read(data, name)
        assert form == "template-crews"
        assert tuple(records) == CREWS
        assert report.refused == []


def book(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A workbook as a person types it: hours as times, days as dates."""
    xlsxwriter = package("xlsxwriter")
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as made:
        forms = {
            "time": made.add_format({"num_format": "hh:mm"}),
            "date": made.add_format({"num_format": "dd/mm/yyyy"}),
        }
        for name, lines in sheets.items():
            page = made.add_worksheet(name)
            for i, line in enumerate(lines):
                for at, cell in enumerate(line):
                    if isinstance(cell, tuple):
                        page.write(i, at, cell[0], forms[cell[1]])
                    else:
                        page.write(i, at, cell)
    return sink.getvalue()


def _titles(kind: str) -> list[str]:
    (sheet,) = (one for one in TEMPLATES["crews"].sheets if one.kind == kind)
    return [column.title for column in sheet.columns]


def _line(kind: str, **told: Any) -> list[Any]:
    return [told.get(title, "") for title in _titles(kind)]


CREW = {
    "Identifiant": "nacelle-1", "Collectivité": "cc-essai", "Dépôt": "d-1",
    "Coût horaire (€)": 130, "Départ": (7.5 / 24, "time"), "Jours chômés": (46_380, "date"),
}  # fmt: skip


def test_real_times_and_dates_of_a_spreadsheet_are_read() -> None:
    data = book({"Équipes": [_titles("crew"), _line("crew", **CREW)]})
    _, (record,), report = read(data, "equipes.xlsx")
    assert report.refused == []
    assert isinstance(record, CrewRow)
    assert record.crew is not None
    assert record.crew.starts_at == "07:30"
    assert record.crew.days_off == (date(2026, 12, 24),)


def test_a_wrong_row_tells_its_sheet_and_a_crew_twice_is_refused() -> None:
    other = CREW | {"Coût horaire (€)": 99}
    far = {"Identifiant": "d-1", "Collectivité": "cc-essai", "Latitude": 6_850_000,
           "Longitude": 930_000}  # fmt: skip
    data = book(
        {
            "Équipes": [_titles("crew"), _line("crew", **CREW), _line("crew", **other)],
            "Dépôts": [["Nos dépôts"], _titles("depot"), _line("depot", **far)],
            "Notes": [["à faire"]],
        }
    )
    report = check(data, name="equipes.xlsx")
    assert report.records == 1
    told = {(one.line, one.column): one.code for one in report.refused}
    assert len(told) == 2
    assert "conflicting-duplicate" in told.values()
    assert any("Dépôts!3" in (column or "") for _, column in told)


@pytest.mark.parametrize(
    ("kind", "cells_", "column"),
    [
        ("équipe", {"Délai (h)": "3"}, "Délai (h)"),
        ("réglages", {"Jours fériés": ""}, "Jours fériés"),
        ("dépôt", {"Latitude": "48,7"}, "Longitude"),
    ],
    ids=["a column of another kind", "a column that is needed", "half a place"],
)
def test_a_row_has_the_columns_of_its_kind(kind: str, cells_: dict[str, str], column: str) -> None:
    titles = [one.title for one in TEMPLATES["crews"].columns]
    told = {
        "Ligne": kind, "Identifiant": "x" if kind != "réglages" else "",
        "Collectivité": "cc-essai" if kind != "réglages" else "",
        "Dépôt": "d-1" if kind == "équipe" else "",
        "Coût horaire (€)": "130" if kind == "équipe" else "",
    } | cells_  # fmt: skip
    data = ";".join(titles) + "\n" + ";".join(told.get(title, "") for title in titles) + "\n"
    with formats.read(data.encode(), name="equipes.csv") as result:
        assert list(result.records) == []
        (refused,) = result.report.refused
    assert refused.column == column
