"""A filled template is read without a question, whoever filled it and whatever saved it."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.check import check
from synergie.formats.csv_text import shipped_rows
from synergie.formats.templates.catalogue import TEMPLATES, template_named, write_template
from synergie.formats.templates.columns import TABLES, WORDS
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from tests.formats.templates.made import RECORDS, csv_of, format_of, read, xlsx_of

NAMES = sorted(TEMPLATES)
PACKAGE = "synergie.formats.templates"


def blank(name: str) -> str:
    sink = io.BytesIO()
    write_template(TEMPLATES[name], sink, "csv")
    return sink.getvalue().decode()


def filled(name: str, **cells: str) -> str:
    """A blank file with one row, cells by title."""
    titles = [column.title for column in TEMPLATES[name].columns]
    assert set(cells) <= set(titles)
    return blank(name) + ";".join(cells.get(title, "") for title in titles) + "\r\n"


def test_each_table_of_columns_is_of_a_template_and_each_list_of_words_of_a_column() -> None:
    used = {column.name for one in TEMPLATES.values() for t in one.tables for column in t.columns}
    rows = list(shipped_rows(PACKAGE, "columns.csv"))
    assert {row["name"] for row in rows} <= used
    lists = {row["words"] for row in rows} - {"", None}
    assert lists == WORDS.keys()
    sheets = [t.columns for one in TEMPLATES.values() for t in one.tables]
    for name, columns in TABLES.items():
        assert columns in sheets or name == "crews", name
        assert len({column.title for column in columns}) == len(columns), name


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_file_says_of_each_column_what_it_is_for_and_gives_an_example(name: str) -> None:
    text = blank(name)
    assert text.startswith("\ufeff")
    titles, told = csv.reader(text[1:].splitlines(), delimiter=";")
    assert titles == [column.title for column in TEMPLATES[name].columns]
    assert told[0].startswith("# Aide : ")
    for column, cell in zip(TEMPLATES[name].columns, told, strict=True):
        assert column.purpose in cell
        assert cell.endswith(
            f"Exemple : {column.example}" if column.example else column.purpose
        ) or (column.choices and not column.example)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_template_make_a_right_row(name: str) -> None:
    cells = {column.title: column.example for column in TEMPLATES[name].columns}
    if name == "perimeter":  # its example classes do not add up to its example total
        cells = {t: c for t, c in cells.items() if not (t.startswith("Énergie ") and "kWh" in t)}
        cells |= {"Énergie annuelle de référence (kWh)": "8450"}
    form, records, report = read(filled(name, **cells).encode())
    assert form == format_of(name)
    assert report.refused == []
    assert records


@pytest.mark.parametrize("made", [csv_of, xlsx_of])
@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_holds_is_read_back_the_same(name: str, made: object) -> None:
    assert callable(made)
    form, records, report = read(made(name))
    assert form.removesuffix("-xlsx") == format_of(name)
    assert tuple(records) == RECORDS[name]
    assert (report.refused, report.notes) == ([], {})


@pytest.mark.parametrize("name", NAMES)
def test_a_file_saved_by_another_spreadsheet_is_still_that_template(name: str) -> None:
    """Windows-1252, no BOM, another separator, columns in another order, a title row on top."""
    text = csv_of(name).decode("utf-8-sig")
    rows = [line.split(";")[::-1] for line in text.splitlines()]
    saved = "\r\n".join(["Inventaire de la commune", "", *map("\t".join, rows)])
    form, records, report = read(saved.encode("cp1252"))
    assert form == format_of(name)
    assert report.refused == []
    assert tuple(records) == RECORDS[name]


def test_a_row_of_help_blank_rows_and_a_total_are_passed_over() -> None:
    text = filled(
        "monthly-energy",
        **{
            "PRM ou PCE": "99000000000017",
            "Premier jour de la période": "01/01/2026",
            "Dernier jour de la période (compris)": "31/01/2026",
            "Énergie de la période (kWh)": "1 234,5",
        },
    )
    report = check(f"{text};;;;;;;;;;;\r\nTOTAL;;;;;;;1 234,5;;;;\r\n".encode())
    assert (report.records, report.refused) == (1, ())
    assert [finding.code for finding in report.findings] == ["total-row"]


def test_the_last_day_is_within_the_period_and_a_blank_energy_is_not_zero() -> None:
    text = filled(
        "monthly-energy",
        **{
            "Nom du point": "École",
            "Premier jour de la période": "01/02/2026",
            "Dernier jour de la période (compris)": "28/02/2026",
        },
    )
    (record,) = read(text.encode())[1]
    assert isinstance(record, PeriodEnergy)
    assert (record.to_date, record.energy_kwh, record.supply_point) == (
        date(2026, 3, 1),
        None,
        None,
    )


def test_terms_need_the_day_from_which_they_hold() -> None:
    cells = {"Point de livraison (PRM ou PCE)": "99000000000017", "Fournisseur": "Essai"}
    (refused,) = check(filled("supply-points", **cells).encode()).refused
    assert (refused.line, refused.column) == (3, "Conditions valables depuis le")


def test_a_delivery_point_of_99_is_synthetic_unless_the_row_says_otherwise() -> None:
    cells = {"Point de livraison (PRM ou PCE)": "99000000000017"}
    (point,) = read(filled("supply-points", **cells).encode())[1]
    assert isinstance(point, SupplyPointRecord)
    assert (point.provenance, point.personal_data) == ("synthetic", "possible")


@pytest.mark.parametrize(
    ("name", "cells", "column", "code"),
    [
        ("sites", {"Nature du site": "piscine"}, "Nature du site", "bad-cell"),
        ("sites", {"Code INSEE": "1001"}, "Code INSEE", "bad-cell"),
        ("sites", {"Latitude": "99", "Longitude": "6"}, "Latitude", "bad-cell"),
        (
            "light-points",
            {"Flux du luminaire (lm)": "5400,5"},
            "Flux du luminaire (lm)",
            "bad-cell",
        ),
        ("light-points", {"Hauteur de feu (m)": "1.234"}, "Hauteur de feu (m)", "bad-cell"),
        ("light-points", {"Posé le": "31/02/2026"}, "Posé le", "bad-cell"),
        ("light-points", {"Posé le": "01/02/26"}, "Posé le", "bad-cell"),
        ("cabinets", {"PRM ou PCE": "9900000000017"}, "PRM ou PCE", "bad-identifier"),
        ("cabinets", {"PRM ou PCE": "9,9E+13"}, "PRM ou PCE", "bad-identifier"),
        ("work-orders", {"Fait le": "25/10/2026 02:30"}, "Fait le", "label-ambiguous"),
        ("work-orders", {"Fait le": "29/03/2026 02:30"}, "Fait le", "label-ambiguous"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_title(
    name: str, cells: dict[str, str], column: str, code: str
) -> None:
    needed = {c.title: c.example for c in TEMPLATES[name].columns if c.required}
    report = check(filled(name, **(needed | cells)).encode())
    (refused,) = report.refused
    assert (report.records, refused.line, refused.column) == (0, 3, column)
    assert (refused.code, refused.value) == (code, next(iter(cells.values())))


def test_an_empty_cell_that_is_needed_is_said() -> None:
    (refused,) = check(filled("sites", **{"Identifiant du site": "EP-1"}).encode()).refused
    assert (refused.column, refused.value) == ("Nom du site", "an empty cell")


@pytest.mark.parametrize(
    ("cell", "watts", "text"),
    [
        ("70", 70, None),
        ("70,0", 70, None),
        ("286(LED)", 286, "286(LED)"),
        ("2 x 70 W", 140, "2 x 70 W"),
        ("3x24", 72, "3x24"),
        ("250/85", None, "250/85"),
    ],
)
def test_a_power_that_is_no_plain_number_keeps_its_text(
    cell: str, watts: int | None, text: str | None
) -> None:
    cells = {"Identifiant du point lumineux": "PL-1", "Puissance (W)": cell}
    (point,) = read(filled("light-points", **cells).encode())[1]
    assert isinstance(point, LightPointRecord)
    assert (point.power_w, point.power_text) == (watts, text)


def test_a_local_hour_becomes_a_moment_and_a_date_stays_a_date() -> None:
    cells = {
        "Numéro de l'intervention": "1",
        "Nature de l'intervention": "Réparation",
        "Signalé le": "03/07/2026 18h20",
        "Fait le": "2026-07-05",
    }
    (order,) = read(filled("work-orders", **cells).encode())[1]
    assert isinstance(order, WorkOrder)
    assert order.reported_at == datetime(2026, 7, 3, 16, 20, tzinfo=UTC)
    assert order.done_at == date(2026, 7, 5)


def test_a_row_twice_is_ignored_and_one_that_contradicts_it_is_refused() -> None:
    row = {"Identifiant du site": "EP-1", "Nom du site": "École", "Nature du site": "eau"}
    text = filled("sites", **row)
    last = text.splitlines()[-1]
    other = last.replace("École", "Mairie")
    form, records, report = read(f"{text}{last}\r\n{other}\r\n".encode())
    assert (form, len(records)) == ("template-sites", 1)
    assert (report.kept, report.duplicates, report.refusals) == (1, 1, 1)
    assert report.refused[0].fault.check == "conflicting-duplicate"


def test_a_text_that_looks_like_a_formula_is_guarded_and_read_back() -> None:
    site = SiteRecord(external_id="=1+1", name="+33", kind="water", provenance="partner")
    sink = io.BytesIO()
    formats.write([site], sink, format="template-sites")
    assert "'=1+1;'+33;eau" in sink.getvalue().decode()
    assert read(sink.getvalue())[1] == [site]


def test_a_template_refuses_what_it_cannot_hold_whole() -> None:
    for record in (RECORDS["cabinets"][0], RECORDS["sites"][0]):
        with pytest.raises(BadInput):
            formats.write([record], io.BytesIO(), format="template-supports")
    period = RECORDS["monthly-energy"][0]
    assert isinstance(period, PeriodEnergy)
    with pytest.raises(BadInput, match="grid"):
        formats.write(
            [period.model_copy(update={"grid": "supplier"})],
            io.BytesIO(),
            format="template-monthly-energy",
        )


def test_what_is_declared_of_the_provenance_holds() -> None:
    profile = Profile(provenance="public")
    with formats.read(csv_of("supports"), profile=profile) as result:
        assert {getattr(one, "provenance", None) for one in result.records} == {"public"}


def test_columns_that_are_not_ours_are_named_and_passed_over() -> None:
    text = csv_of("circuits").decode("utf-8-sig").replace("Provenance\r\n", "Remarque\r\n")
    _, records, report = read(text.encode())
    assert len(records) == 2
    assert [note.args for note in report.notes] == [("Remarque",)]


def test_half_a_template_is_no_template() -> None:
    with pytest.raises(BadInput):
        read(b"Identifiant du site;Nom du site\r\nEP-1;Mairie\r\n")
    with (
        pytest.raises(BadInput, match="Nature du site"),
        formats.read(b"Identifiant du site;Nom du site\r\n", format="template-sites"),
    ):
        pass


def test_a_template_is_named_by_its_word_or_by_its_french_title() -> None:
    found = template_named("points-lumineux")
    assert found is not None
    assert found.name == "light-points"
    assert template_named("Armoires") is TEMPLATES["cabinets"]
    assert template_named("toiture") is None


def test_a_number_of_thousands_is_exact() -> None:
    cells = {
        "Nom du point": "École",
        "Premier jour de la période": "01/02/2026",
        "Dernier jour de la période (compris)": "28/02/2026",
        "Énergie de la période (kWh)": "1\u202f234\u00a0567,125",
    }
    (record,) = read(filled("monthly-energy", **cells).encode())[1]
    assert isinstance(record, PeriodEnergy)
    assert record.energy_kwh == Decimal("1234567.125")


def test_a_place_to_the_last_digit_is_read_back() -> None:
    """As a projection gives it: 17 significant digits."""
    place = {"longitude": 3.8088393594504466, "latitude": 43.571745630796116}
    point = LightPointRecord.model_validate(
        {"external_id": "A", "location": place, "provenance": "partner"}
    )
    sink = io.BytesIO()
    formats.write([point], sink, format="template-light-points")
    _, (back,), report = read(sink.getvalue())
    assert report.refused == []
    assert isinstance(back, LightPointRecord)
    assert back.location is not None
    assert abs(back.location.longitude - place["longitude"]) < 1e-9
    assert abs(back.location.latitude - place["latitude"]) < 1e-9
