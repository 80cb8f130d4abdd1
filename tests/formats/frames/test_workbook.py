"""The workbook: what a person opens is right, and it is read back as it was."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.errors import BadInput
from synergie.formats import Record, read
from synergie.formats._csv import TABLES, table_of
from synergie.formats.frames import _sheets
from tests.components import package
from tests.formats.frames.made import (
    ALL,
    BARE_ENERGY,
    CURVE,
    DAYS,
    ENERGY,
    MONTHS,
    POINT,
    POINT_OF_SUPPLY,
    half_hours,
    kept,
    written,
)

OCTOBER = half_hours(date(2026, 10, 25))


def reading(data: bytes, **how: Any) -> tuple[list[Any], Any]:
    with read(data, **how) as result:
        return list(result.records), result.report


def sheet(data: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def test_every_kind_of_record_is_read_back_as_it_was() -> None:
    records, report = reading(written(ALL, "workbook"))
    assert len(records) == len(ALL)
    assert all(kept(record) in records for record in ALL)
    assert report.refusals == 0


def test_curves_over_months_and_steps_are_read_back_as_they_were() -> None:
    long = half_hours(date(2026, 9, 30))
    more = long.model_copy(update={"values": long.values * 3})
    other = OCTOBER.model_copy(update={"supply_point": "prm:99000000000025"})
    records, report = reading(written([more, DAYS, MONTHS, other], "workbook"))
    assert all(curve in records for curve in (more, DAYS, MONTHS, other))
    assert report.refusals == 0


def test_the_october_day_has_fifty_rows_and_both_hours_as_text() -> None:
    data = written([OCTOBER], "workbook")
    head, *rows = sheet(data, "Courbes 2026-10")
    assert head[:5] == ["Début (UTC)", "Fin (UTC)", "Début (heure locale)", "Décalage", "Valeur"]
    assert len(rows) == 50
    twice = [row for row in rows if row[2] == "25/10/2026 02:30"]
    assert [row[0] for row in twice] == [
        datetime(2026, 10, 25, 0, 30),  # noqa: DTZ001 (a cell has no zone)
        datetime(2026, 10, 25, 1, 30),  # noqa: DTZ001
    ]
    assert rows[0][4] == 100.0


def test_identifiers_are_text_and_units_stand_in_the_head() -> None:
    data = written([POINT_OF_SUPPLY, POINT, ENERGY], "workbook")
    head, row = sheet(data, "Points de livraison")
    assert row[head.index("Numéro")] == "01000000000017"
    head, row = sheet(data, "Points lumineux")
    assert row[head.index("Code INSEE")] == "01004"
    assert row[head.index("Modèle")] == "@SUM(1)"
    assert (row[head.index("Puissance (W)")], row[head.index("Installé le")]) == (
        70.0,
        date(2008, 5, 1),
    )
    head, row = sheet(data, "Énergies")
    assert row[head.index("Énergie (kWh)")] == 1234.567
    assert row[head.index("TVA comprise")] == "non"


def test_the_notice_says_the_date_of_the_data_and_what_each_column_is_for() -> None:
    notice = sheet(written([CURVE, ENERGY], "workbook"), "Lisez-moi")
    told = {row[0]: row[1] for row in notice if row[0]}
    assert told["Données au"] == "24/11/2026 09:00 UTC"
    assert told["Fraîcheur"].startswith("En retard de 9 jours")
    assert told["Courbes 2026-10"] == "4"
    assert notice[0][0] == "Écrit par synergie : Éclairage public du Bassin de Pompey"
    assert [
        "Énergies",
        "Énergie (kWh)",
        "Énergie de la période ; négative pour une régularisation.",
    ] in notice


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    data = written([BARE_ENERGY], "workbook")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<t>=1+1</t>" in xml
    assert "<f>" not in xml


def test_the_head_is_frozen_and_filtered() -> None:
    with zipfile.ZipFile(io.BytesIO(written([ENERGY], "workbook"))) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:' in xml


def test_the_same_records_give_the_same_bytes() -> None:
    assert written(ALL, "workbook") == written(ALL, "workbook")


def test_a_full_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sheets, "LAST_ROW", 20)
    data = written([OCTOBER], "workbook")
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names[1:] == ["Courbes 2026-10", "Courbes 2026-10 (2)", "Courbes 2026-10 (3)"]
    assert reading(data)[0] == [OCTOBER]


def test_a_sheet_holds_no_more_cells_than_our_reader_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = table_of(OCTOBER)
    monkeypatch.setattr(_sheets, "MAX_CELLS", 21 * len(table.columns))
    data = written([OCTOBER], "workbook")
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names[1:] == ["Courbes 2026-10", "Courbes 2026-10 (2)", "Courbes 2026-10 (3)"]


def test_a_workbook_beyond_what_our_reader_unpacks_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_sheets, "MAX_UNPACKED", 10_000)
    with pytest.raises(BadInput, match="Parquet or CSV"):
        written([OCTOBER], "workbook")
    assert reading(written([ENERGY], "workbook"))[0] == [ENERGY]


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sheets, "MOST_SHEETS", 1)
    with pytest.raises(BadInput, match="sheets"):
        written([ENERGY, CURVE], "workbook")


def by_hand(table: str, *rows: list[Any]) -> bytes:
    sink = io.BytesIO()
    book = package("xlsxwriter").Workbook(sink)
    page = book.add_worksheet(table)
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return sink.getvalue()


TITLES = ["Nom", "Du", "Au (exclu)", "Énergie (kWh)", "Provenance", "À moi"]


def test_a_sheet_typed_by_a_person_is_read_under_our_titles() -> None:
    data = by_hand("Feuil1", TITLES, ["A", "01/10/2026", "01/11/2026", "1234,5", "partner", "x"])
    (record,), report = reading(data, format="workbook")
    assert record.energy_kwh == Decimal("1234.5")
    assert record.from_date == date(2026, 10, 1)
    assert report.refusals == 0


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ([12345, "01/10/2026", "01/11/2026", 1, "partner"], "Feuil1, line 2, /name"),
        (["A", "2026-10-01", "01/11/2026", 1, "partner"], "Feuil1, line 2, /from_date"),
        (["A", 46000, "01/11/2026", 1, "partner"], "Feuil1, line 2, /from_date"),
        (["A", "01/10/2026", "01/11/2026", "1.5", "partner"], "Feuil1, line 2, /energy_kwh"),
        (["A", "01/10/2026", "01/11/2026", 1, "me"], "Feuil1, line 2, /provenance"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_sheet_and_line(row: list[Any], where: str) -> None:
    good = ["B", "01/10/2026", "01/11/2026", 2, "partner"]
    records, report = reading(by_hand("Feuil1", TITLES, row, good), format="workbook")
    assert [fault.where for _, fault in report.refused] == [where]
    assert [record.name for record in records] == ["B"]


def test_a_workbook_of_others_is_not_read() -> None:
    with pytest.raises(BadInput):
        reading(by_hand("Feuil1", ["a", "b"], [1, 2]), format="workbook")
    with pytest.raises(BadInput):
        reading(b"PK\x03\x04 and no more", format="workbook")


def test_titles_tell_columns_apart() -> None:
    titles: dict[str, str] = {}
    for table in TABLES:
        assert len({column.title for column in table.columns}) == len(table.columns)
        for column in table.columns:
            assert titles.setdefault(column.title, column.name) == column.name
            assert column.purpose, f"{column.name} says what it is for"


def test_a_date_of_the_data_is_the_date_of_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(written([CURVE], "workbook"))) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert datetime(2026, 11, 24, 9, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ") in core


def test_a_record_that_no_table_holds_is_refused() -> None:
    from synergie.schemas.assets.night_profile import NightProfile

    profile: Record = NightProfile(external_id="N", provenance="synthetic")
    with pytest.raises(BadInput, match="NightProfile"):
        written([profile], "workbook")
