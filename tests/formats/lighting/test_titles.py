"""Titles above the head of an inventory, and sheets beside it, as spreadsheets have them."""

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from synergie.errors import BadInput
from synergie.formats.check import check
from synergie.formats.format import Sample
from synergie.formats.lighting.inventory_csv import sniff
from synergie.schemas.readings.profile import Profile

HEAD = ["Identifiant", "Lampe", "Puissance (W)"]
ROWS = [[f"PL{n}", "LED", 70 + n] for n in range(4)]


def xlsx_rows(
    *rows: Sequence[object], more: dict[str, list[Sequence[object]]] | None = None
) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        for name, table in (({"A": [*rows]} if rows else {}) | (more or {})).items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    return sink.getvalue()


def text(*rows: Sequence[object]) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


@pytest.mark.parametrize(
    "above", [[["Commune de Pompey", "", ""]], [["Inventaire EP"], [""], ["au 12/01/2026"]]]
)
def test_titles_above_the_head_are_passed_over(above: list[Sequence[object]]) -> None:
    report = check(text(*above, HEAD, *ROWS))
    assert (report.format, report.records) == ("lighting-csv", 4)
    assert report.rejected == 0
    book = check(xlsx_rows(*above, HEAD, *ROWS))
    assert (book.format, book.records) == ("lighting-csv", 4)


@pytest.mark.parametrize(
    "title",
    ["Points à déposer", "Puissances en kW", "Projet 2027", "Matériel en stock", "Parc cible",
     "Puissances en dixièmes de W", "Devis", "Exemple", "Ancien parc", "Puissance en VA",
     "Lampes de rechange", "Puissance réduite 50 %", "Scénario 2", "Puissances × 10",
     "Puissance nominale x 1,15", "Consommation 2024"],
)  # fmt: skip
def test_a_title_that_says_another_thing_is_refused(title: str) -> None:
    with pytest.raises(BadInput, match="lights in use, in watts"):
        check(text([title], HEAD, *ROWS))


def test_a_line_that_is_refused_says_where_it_stands_below_a_title() -> None:
    (one,) = check(text(["Inventaire"], HEAD, *ROWS, ["PL9", "LED", "-3"])).refused
    assert one.line == 7


def test_another_sheet_of_lights_under_another_head_stops() -> None:
    other = [["PLX", "LED", 0.06]]
    head = [*HEAD[:2], "Puissance (kW)"]
    report = check(xlsx_rows(HEAD, *ROWS, more={"B": [head, *other]}))
    assert [one.code for one in report.blocks] == ["sheet-not-read"]


@pytest.mark.parametrize(
    "name",
    [
        "Points à déposer",
        "Puissances en kW",
        "Prises guirlandes",
        "Puissances en milieu de nuit",
        "parc_2035",
    ],
)
def test_a_sheet_that_says_another_thing_by_its_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="lights in use, in watts"):
        check(xlsx_rows(more={name: [HEAD, *ROWS]}))
    with pytest.raises(BadInput, match="lights in use, in watts"):
        check(xlsx_rows(HEAD, *ROWS, more={name: [HEAD, ["PLX", "LED", 70]]}))
    assert check(xlsx_rows(HEAD, *ROWS, more={"Pompey": [HEAD, ["PLX", "LED", 70]]})).records == 5


@pytest.mark.parametrize(
    ("name", "found"),
    [("EP_projet_LED.csv", ["other-lights"]), ("parc-cible.csv", ["other-lights"]),
     ("inventaire_nuit.csv", ["other-lights"]), ("EP_puissance_gradee.csv", ["other-lights"]),
     ("DCE luminaires.csv", ["other-lights"]), ("luminaires_prevus.csv", ["other-lights"]),
     ("puissances_constructeur.csv", ["other-lights"]), ("parc_renove.csv", ["other-lights"]),
     ("ep_option_2.csv", ["other-lights"]), ("bordereau_prix_ep.csv", ["other-lights"]),
     ("EP_PPI.csv", ["other-lights"]), ("pannes_2025.csv", ["other-lights"]),
     ("EP_Liverdun.csv", []), ("okl311.csv", []), ("PL_CUSTINES.csv", ["other-lights"]),
     ("Inventaire EP 2025.csv", []), ("SIG.csv", [])],
)  # fmt: skip
def test_a_file_called_after_no_lights_in_use_stops(name: str, found: list[str]) -> None:
    assert [one.code for one in check(text(HEAD, *ROWS), name=name).blocks] == found


def test_files_of_an_archive_are_judged_by_their_names_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Inventaire EP.csv", text(HEAD, *ROWS))
        archive.writestr("EP_projet.csv", text(HEAD, *ROWS))
    assert [one.code for one in check(packed.getvalue()).blocks] == ["other-lights"]
    confirmed = check(packed.getvalue(), profile=Profile(confirmed=("other-lights",)))
    assert confirmed.blocks == ()


@pytest.mark.parametrize(
    ("name", "place", "found"),
    [("inventaire_ep_frouard_v2.csv", "FROUARD", []), ("PL_CUSTINES.csv", "Custines", []),
     ("inventaire-ep-essey-les-nancy.csv", "Essey-lès-Nancy", []),
     ("montpellier_luminaires (1).csv", "Montpellier", []),
     ("pannes_2025.csv", "Pannes", []), ("pannes_2025.csv", "Frouard", ["other-lights"]),
     ("EP_deposes.csv", "deposes", ["other-lights"])],
)  # fmt: skip
def test_a_word_of_a_file_is_a_place_where_its_rows_have_it(
    name: str, place: str, found: list[str]
) -> None:
    rows = [[*one, place] for one in ROWS]
    assert [one.code for one in check(text([*HEAD, "Commune"], *rows), name=name).blocks] == found
    rows = [[*one, name] for one in ROWS]
    odd = check(text([*HEAD, "Remarque"], *rows), name="inventaire_ep_frouard.csv")
    assert [one.code for one in odd.blocks] == ["other-lights"], "a remark is no place"


@pytest.mark.parametrize(
    "title",
    [
        "Option économique",
        "Version du titulaire",
        "Puissances arrondies",
        "Maquette de l'agence",
        "Zone d'activités non rétrocédée",
        "Points hors périmètre du syndicat",
        "Luminaires éligibles CEE",
    ],
)
def test_a_title_or_a_sheet_of_a_word_that_nobody_listed_stops_until_confirmed(title: str) -> None:
    for file in (text([title], HEAD, *ROWS), xlsx_rows(more={title[:31]: [HEAD, *ROWS]})):
        assert [one.code for one in check(file).blocks] == ["other-lights"]
        confirmed = check(file, profile=Profile(confirmed=("other-lights",)))
        assert (confirmed.blocks, confirmed.records) == ((), check(text(HEAD, *ROWS)).records)


@pytest.mark.parametrize(
    "title",
    [
        "Inventaire de l'éclairage public de la ville d'Essey-lès-Nancy",
        "Parc d'éclairage public au 31/12/2025",
        "ECLAIRAGE PUBLIC POMPEY",
        "Éclairage public de Marbache, rive droite",
        "Métropole du Grand Nancy – Direction de la voirie",
        "Quartier Mouzimpré",
        "Lay-Saint-Christophe",
        "Street lighting inventory 2024",
        "Inventaire complet, Consolat",
    ],
)
def test_a_title_of_places_and_bodies_is_passed_over(title: str) -> None:
    assert check(text([title], HEAD, *ROWS)).blocks == ()


@pytest.mark.parametrize(
    ("head", "cell"),
    [("Type", "projet"), ("Statut", "commandé"), ("Mode", "abaissement"), ("P réduite (W)", "30")],
)
def test_a_column_of_one_word_against_lights_in_use_stops(head: str, cell: str) -> None:
    heads = HEAD if head != "P réduite (W)" else HEAD[:2]
    rows = [[*row[: len(heads)], cell] for row in ROWS]
    assert len(check(text([*heads, head], *rows)).blocks) == 1
    assert check(text([*HEAD, "Pose"], *([*row, "Mât"] for row in ROWS))).blocks == ()


@pytest.mark.parametrize(
    "label", ["Nombre de points", "Médiane", "Objectif LED", "Hors service", "Parc complet"]
)
def test_a_row_that_names_no_light_is_none(label: str) -> None:
    head, rows = [*HEAD, "Rue"], [[*row, "Haute"] for row in ROWS]
    report = check(text(head, *rows, [label, "", 30, ""]))
    assert (report.records, [one.code for one in report.findings]) == (4, ["no-light"])


def test_a_light_without_a_digit_stays_where_others_have_none_or_its_row_is_full() -> None:
    head, rows = [*HEAD, "Rue"], [[*row, "Haute"] for row in ROWS]
    assert check(text(head, *rows, ["Parvis", "LED", 30, "Haute"])).records == 5
    assert (
        check(text(head, ["Mairie", "LED", 30, "Haute"], *rows, ["Parvis", "", 30, ""])).records
        == 6
    )


def test_bytes_that_are_no_text_above_a_head_are_no_titles() -> None:
    head = "\nIdentifiant;Lampe;Puissance (W)\nA;LED;70\n"
    assert sniff(Sample("", f"Inventaire{head}".encode(), ())) > 0
    assert sniff(Sample("", f"SQLite format 3\0\x10{head}".encode(), ())) == 0


@pytest.mark.parametrize(
    ("comment", "stops"),
    [("en kW", True), ("Puissance après travaux", True), ("enlever 15 %", True),
     ("saisi par Nadia", False)],
)  # fmt: skip
def test_the_comment_of_a_cell_of_lights_stops_or_is_told(comment: str, *, stops: bool) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheet = book.add_worksheet("A")
        for number, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(number, 0, row)
        sheet.write_comment(0, 2, comment)
    report = check(sink.getvalue())
    assert report.records == 4
    assert ("other-lights" in {one.code for one in report.findings}) is stops
    assert any(comment in one for one in report.warnings)
