"""The catalogue of retrofits: figures with their sources, and what an agent's file may hold."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, TooLarge
from synergie.lighting.plan.catalogue import _files, assumed, read, schedules, write
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.law import breaches
from synergie.lighting.plan.lights import park_of
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingAction
from synergie.schemas.assets.light_point import SourceType
from tests.components import package
from tests.scenarios.criteria_cases import light, scenario, study

HEAD = "Clé;Nom;Source"


def parsed(text: str, coding: str = "utf-8") -> _files.Read:
    return _files.parse_catalogue(text.encode(coding), "mine.csv")


def test_every_shipped_figure_has_a_source_and_what_is_assumed_says_so() -> None:
    for one in assumed():
        assert "[assumed]" in one.source
        assert one.price_eur is not None
        assert Decimal(150) <= one.price_eur <= Decimal(1200)
        assert one.life_years is not None
        assert one.failures_year is not None
    assert len({one.id for one in assumed()}) == len(assumed()) == 15


def test_certificates_are_those_of_the_sheet() -> None:
    leds = [one for one in assumed() if one.source_type == "LED"]
    assert {(one.cee_sheet, one.cee_kwhc) for one in leds} == {("RES-EC-104", 9300)}
    assert next(one for one in assumed() if one.source_type is None).cee_kwhc is None


@pytest.mark.parametrize("entry", [one.id for one in assumed()])
def test_every_shipped_entry_keeps_the_law_and_can_be_lit(entry: str) -> None:
    given_study = study(
        light("l1", flux_lm=9000, area=None), retrofits=assumed(),
        scenarios=(scenario("s1", LightingAction(retrofit=entry)),),
    )  # fmt: skip
    found = Setting(given_study, park_of(given_study)).measured(given_study.scenarios[0])
    assert found.retrofit[0] >= 0
    assert breaches(found) == ()
    assert found.power_w[0] > 0
    assert found.flux_lm[0] > 0


def test_there_are_warm_entries_for_corridors() -> None:
    assert sorted(one.cct_k or 0 for one in assumed() if (one.cct_k or 9999) <= 2400) == [
        2200,
        2400,
    ]


def test_schedules_can_be_carried_out_by_what_they_say() -> None:
    told = {one.id: one for one in schedules()}
    assert len(told) == len(schedules()) == 7
    assert schedules()[0].executor == "none"
    assert {one.executor for one in told.values()} == {"none", "cabinet", "luminaire"}
    spans = {
        name: [(s.starts, s.ends, s.light_share) for s in one.spans] for name, one in told.items()
    }
    assert spans["off-0000-0530"] == [("00:00", "05:30", 0.0)] == spans["led-off-0000-0530"]
    assert spans["off-2300-0500"] == [("23:00", "05:00", 0.0)]
    assert spans["dim-50-2200-0600"] == [("22:00", "06:00", 0.5)]
    assert spans["dim-30-2200-0600"] == [("22:00", "06:00", 0.3)]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    with path.open("wb") as sink:
        write(assumed(), sink)
    assert read(path) == _files.Read(assumed(), ())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


kinds: tuple[SourceType, ...] = get_args(SourceType.__value__)
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20
)
shares = st.none() | st.integers(0, 1000).map(lambda n: n / 1000)
amounts = st.none() | st.integers(0, 10**7).map(lambda n: Decimal(n) / 100)
entries = st.builds(
    Retrofit,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{2,20}", fullmatch=True),
    name=texts, fits=st.lists(st.sampled_from(kinds), unique=True).map(tuple),
    source_type=st.none() | st.sampled_from(kinds), power_w=st.none() | st.integers(0, 2000),
    flux_share=shares, ulr=shares, ulr_nominal=shares, cct_k=st.none() | st.integers(1000, 9000),
    cie3=shares, dimmable=st.none() | st.booleans(), autonomous=st.none() | st.booleans(),
    price_eur=amounts, crew_hours=st.none() | st.integers(0, 99).map(lambda n: Decimal(n) / 10),
    life_years=st.none() | st.integers(1, 1000).map(lambda n: n / 10), failures_year=shares,
    part_eur=amounts, cee_kwhc=st.none() | st.integers(0, 10**6).map(float),
    embodied_kgco2e=shares, sold_until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    protocol=st.none() | st.sampled_from(["none", "open", "closed"]), reference=st.none() | texts,
    source=texts,
)  # fmt: skip


@given(st.lists(entries, max_size=5, unique_by=lambda one: one.id))
def test_any_catalogue_survives_a_spreadsheet(told: list[Retrofit]) -> None:
    sink = BytesIO()
    write(told, sink)
    assert _files.parse_catalogue(sink.getvalue(), "x.csv") == _files.Read(tuple(told), ())


@pytest.mark.parametrize("mark", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_of_spreadsheets_are_read(mark: str, coding: str) -> None:
    rows = f"CLE{mark}nom{mark}Prix posé (EUR HT){mark}ULR installé{mark}source\r\n"
    rows += f'led{mark}Réverbère{mark}"1 234,50"{mark}4 %{mark}devis\r\n\r\n'
    found = parsed(rows, coding)
    assert found.set_aside == ()
    entry = found.retrofits[0]
    assert (entry.name, entry.price_eur, entry.ulr) == ("Réverbère", Decimal("1234.50"), 0.04)


CELLS: dict[str, tuple[str, str, str]] = {
    "Puissance (W)": ("40,5", "40,5", "a whole number"),
    "Prix posé (EUR HT)": ("1.234,50", "1.234,50", "a number, with a comma"),
    "ULR installé": ("4", "4", "a share from 0 to 1"),
    "Gradable": ("peut-être", "peut-être", "oui or non"),
    "Lampe": ("sodium", "sodium", "a code of EclExt"),
    "Lampes remplacées": ("SHP sodium", "sodium", "a code of EclExt"),
    "Protocole": ("DALI", "DALI", "aucun, ouvert or fermé"),
    "Vendu jusqu'au": ("31/02/2027", "31/02/2027", "a day as"),
    "Température (K)": ("300", "300", "at least 1000"),
    "Durée de vie (ans)": ("-5", "-5", "a number above 0"),
    "Flux (lm)": ("beaucoup", "beaucoup", "a number, with a comma"),
    "Clé": ("Éclairage public", "Éclairage public", "of the form"),
}


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("https://hostile.example";"cliquez")', "+33 3", "'=1"]
)
def test_no_text_of_a_catalogue_is_a_formula_to_a_spreadsheet(text: str) -> None:
    (entry, *_) = assumed()
    entry = entry.model_copy(update={"name": text, "reference": text, "source": text})
    sink = BytesIO()
    write([entry], sink)
    (_, row) = csv.reader(sink.getvalue().decode("utf-8-sig").splitlines(), delimiter=";")
    assert row.count(f"'{text}") == 3
    assert not any(cell.startswith("=") for cell in row)
    (back,) = _files.parse_catalogue(sink.getvalue(), "mine.csv").retrofits
    assert back == entry


@pytest.mark.parametrize("title", CELLS)
def test_a_wrong_cell_costs_its_row_and_is_told_with_line_and_column(title: str) -> None:
    cell, shown, expected = CELLS[title]
    heads = ["Clé", "Nom", "Source", *([] if title == "Clé" else [title])]
    good = {"Clé": "good", "Nom": "bon", "Source": "devis"}
    bad = {"Clé": "bad", "Nom": "mauvais", "Source": "devis", title: cell}
    rows = [";".join(row.get(head, "") for head in heads) for row in (good, bad)]
    found = parsed("\n".join((";".join(heads), *rows)))
    assert [one.id for one in found.retrofits] == ["good"]
    (aside,) = found.set_aside
    assert aside.where == f"mine.csv, line 3, {title}"
    assert shown in aside.found
    assert expected in aside.expected


@pytest.mark.parametrize("price", ["1,250", "1.250", "12,500"])
def test_a_price_that_may_be_thousands_is_set_aside(price: str) -> None:
    found = parsed(f"{HEAD};Prix posé (EUR HT)\none;un;x;{price}\ntwo;deux;x;1250\n")
    assert [one.id for one in found.retrofits] == ["two"]
    (aside,) = found.set_aside
    assert (aside.where, aside.found) == ("mine.csv, line 2, Prix posé (EUR HT)", price)


def test_three_decimals_survive_a_spreadsheet_and_a_row_of_totals_is_no_entry() -> None:
    entry = Retrofit(id="one", name="un", source="x", price_eur=Decimal("1.234"), life_years=12.125)
    sink = BytesIO()
    write([entry], sink)
    content = sink.getvalue() + ";".join(["TOTAL", "de tout", *[""] * 29, "x"]).encode()
    found = _files.parse_catalogue(content, "mine.csv")
    assert found.retrofits == (entry,)
    assert [(one.where, one.found) for one in found.set_aside] == [("mine.csv, line 3", "TOTAL")]


def test_rows_that_do_not_hold_together_are_set_aside() -> None:
    head = f"{HEAD};Puissance (W);Part de la puissance"
    rows = "one;un;x;40;\none;encore;x;;\ntwo;deux;x;40;0,5\nthree;trois\n;sans clé;x;;\n"
    found = parsed(f"{head}\n{rows}")
    assert [one.id for one in found.retrofits] == ["one"]
    told = [(one.where.removeprefix("mine.csv, "), one.expected) for one in found.set_aside]
    assert told == [
        ("line 3, Clé", "each key once: the first row is kept"),
        ("line 4, Part de la puissance", "one of the two: a figure or a share of the present one"),
        ("line 5", "one cell a column"),
        ("line 6, Clé", "a value here"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04", "archive"),
        (b"\xd0\xcf\x11\xe0", "a workbook saved as XLSX or ODS"),
        (b"%PDF-1.7", "a CSV file or a workbook"),
        (b"Cl\x00", "a CSV file or a workbook"),
        (b"", "cells between"),
        ("Clé;Nom\n".encode(), "the columns Cl"),
        (f"{HEAD};Couleur\n".encode(), "columns of the catalogue"),
        (f"{HEAD};nom\n".encode(), "each column once"),
    ],
    ids=["damaged", "old workbook", "document", "binary", "empty", "no source", "strange", "twice"],
)
def test_another_file_is_refused(content: bytes, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        _files.parse_catalogue(content, "mine.csv")


def workbook(rows: list[list[object]]) -> bytes:
    """A workbook of one sheet, as a spreadsheet saves it."""
    sink = BytesIO()
    book = package("xlsxwriter").Workbook(sink)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell, day if isinstance(cell, date) else None)
    book.close()
    return sink.getvalue()


def test_a_workbook_is_read_like_its_csv() -> None:
    heads: list[object] = ["Clé", "Nom", "Source", "Prix posé (EUR HT)", "ULR installé",
                           "Gradable", "Vendu jusqu'au", "Référence"]  # fmt: skip
    rows: list[list[object]] = [
        ["led", "Réverbère", "devis", 1234.5, 0.04, "oui", date(2030, 6, 1)],
        ["bad", "Réverbère", "devis", "cher"],
    ]
    found = _files.parse_catalogue(workbook([heads, *rows]), "mine.xlsx")
    (entry,) = found.retrofits
    assert (entry.price_eur, entry.ulr, entry.dimmable) == (Decimal("1234.5"), 0.04, True)
    assert (entry.sold_until, entry.reference) == (date(2030, 6, 1), None)
    assert [one.where for one in found.set_aside] == ["mine.xlsx, line 3, Prix posé (EUR HT)"]


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(TooLarge):
        _files.parse_catalogue(b" " * (_files.MAX_BYTES + 1), "mine.csv")
