"""Words outside the heads say what numbers are: asked about by where they stand, not by a list."""

from datetime import date
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats import read
from synergie.formats.tables._period_cells import parse_period
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed, proposal
from tests.tables_corpus.sheets import ODS, XLSX, Dialect, Sheet, written

POINTS = (("99000000000017", "Mairie"), ("99000000000024", "Stade"))
KWH = (1240, 990, 1105, 870, 640, 520, 410, 395, 610, 830, 1010, 1190)


def table(head: str = "", *cells: str, title: str = "", months: int = 6) -> str:
    """Months of two points; a column more, whose texts follow one another row by row."""
    lines = [*([title, ""] if title else []), f"PRM;Site;Mois;Consommation (kWh);{head}"]
    for rank, (point, name) in enumerate(POINTS):
        for n, kwh in enumerate(KWH[:months]):
            told = cells[(rank * months + n) % len(cells)] if cells else ""
            lines.append(f"{point};{name};{n + 1:02}/2025;{kwh + 7 * rank};{told}")
    return "\n".join(lines) + "\n"


def asked(text: str, name: str = "") -> list[str]:
    """The questions, with what each is about."""
    return [f"{one.field} {one.why}".strip() for one in proposal(text, name).questions]


def codes(text: str) -> set[str]:
    return set(as_proposed(text)[1].findings)


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("Scénario", "Tendanciel"), ("Statistique", "P90"), ("Hypothèse", "H2 haute"),
        ("Version", "Budget initial"), ("Info", "à diviser par 10"),
        ("Basis", "weather normalised"),
        ("Horizon", "2040"), ("Rang", "N+1"),
        ("Observaciones", "previsto"), ("Méthode", "DJU trentenaire"),
    ],
)  # fmt: skip
def test_a_column_that_calls_all_its_rows_by_unknown_words_is_asked_about(
    head: str, cell: str
) -> None:
    assert asked(table(head, cell)) == [f"measured {head} : {cell}"]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("Service", "Patrimoine"), ("Commune", "Vaubrun"), ("Observation", "RAS"),
        ("Origine", "Télérelève"), ("Nature", "Réelle"), ("Imputation", "60612"),
        ("Responsable", "Mme le maire"), ("Statut", "Validé"),
    ],
)  # fmt: skip
def test_a_column_of_places_people_and_papers_is_not(head: str, cell: str) -> None:
    assert asked(table(head, cell)) == []


def test_a_column_of_yes_is_called_by_its_head() -> None:
    assert asked(table("Simulé", "x")) == ["measured Simulé"]
    assert asked(table("Estimée", "N")) == asked(table("Prélevé", "oui")) == []


@pytest.mark.parametrize("head", ["Virtuel", "Version fichier", "Doublon", "Résilié"])
def test_a_yes_beside_noes_tells_rows_that_do_not_count(head: str) -> None:
    of_points = ["non"] * 6 + ["oui"] * 6
    for cells in (["non", "oui"], of_points, ["oui"], ["", "", "x"]):
        assert asked(table(head, *cells)) == [f"measured {head}"]
    assert asked(table(head, "non")) == []


def test_a_point_that_is_still_one_is_asked_about_where_it_is_not() -> None:
    assert asked(table("Actif", "oui")) == asked(table("Payée", "non", "oui")) == []
    assert asked(table("Actif", "oui", "non")) == ["measured Actif"]


def test_a_note_behind_its_mark_is_read_as_one() -> None:
    note = "chiffres calculés au prorata"
    assert codes(f"{table()}\nNota;{note};;;\n") >= {"title-claims"}
    assert "title-claims" not in codes(f"{table()}\nNota;source : fournisseur;;;\n")


@pytest.mark.parametrize(
    "note", ["Consommations reconduites faute de relevé", "Énergies décalées d’un mois"]
)
def test_a_note_of_energies_of_another_time_stops(note: str) -> None:
    assert codes(f"{table()}\n{note};;;;\n") >= {"title-claims"}


def test_words_that_change_within_a_point_are_asked_about_and_those_of_each_point_are_not() -> None:
    assert asked(table("Série", "Constaté", "Projeté"))[0].endswith("Série : Projeté")
    assert asked(table("Genre", *["Villa"] * 6, *["Chapiteau"] * 6)) == []


def test_a_sheet_of_words_that_nobody_listed_is_asked_about_where_no_cell_has_them() -> None:
    assert asked(table(title="Perspectives")) == ["measured Perspectives"]
    assert asked(table(title="Mairie et Stade")) == []
    assert asked(table(title="Contact : energie@exemple.fr")) == []


def test_what_stands_below_the_sample_stops_as_well() -> None:
    when = [f"{1 + n % 12:02}/{1985 + n // 12}" for n in range(430)]
    rows = [f"{POINTS[0][0]};{one};{900 + n * 37 % 211}" for n, one in enumerate(when)]
    text = "PRM;Mois;Consommation (kWh);Série\n" + "".join(f"{one};Constaté\n" for one in rows)
    late = text.replace(f"{rows[-1]};Constaté", f"{rows[-1]};Projeté")
    assert codes(late) - codes(text) == {"column-claims"}


def test_a_list_of_points_is_asked_about_its_title_and_its_columns_too() -> None:
    lines = "".join(f"{point};{name};36;{{}}24000\n" for point, name in POINTS)
    head = "PRM;Site;PS (kVA);{}Conso annuelle (kWh)\n"
    plain = head.format("") + lines.format("", "")
    assert asked(plain) == []
    assert asked("Engagement du groupement\n\n" + plain) == ["measured Engagement du groupement"]
    column = head.format("Scénario;") + lines.format("Sobre;", "Sobre;")
    assert asked(column) == ["measured Scénario : Sobre"]


def test_cells_of_several_units_are_brought_to_one() -> None:
    text = "PRM;Mois;Consommation\n"
    text += "".join(
        f"{POINTS[0][0]};{n:02}/2025;{cell}\n"
        for n, cell in enumerate(("1,24 MWh", "990 kWh", "1 105 kWh", "0,87MWh"), start=1)
    )
    read = [one for one in as_proposed(text)[0] if isinstance(one, PeriodEnergy)]
    assert [one.energy_kwh for one in read] == list(map(Decimal, (1240, 990, 1105, 870)))
    assert asked(text.replace(" kWh", "")) == ["unit"]


def test_a_total_in_another_unit_is_held_against_the_rows() -> None:
    text = table() + f"Total;;;{sum(KWH[:6]) * 2 + 42} kWh;\n"
    total = Decimal(sum(KWH[:6]) * 2 + 42) / 1000
    mega = text.replace(f"{sum(KWH[:6]) * 2 + 42} kWh", f"{total} MWh".replace(".", ","))
    assert codes(mega) == codes(text)
    assert "total-differs" in codes(mega.replace(" MWh", " kWh")) - codes(text)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("1T25", (1, 1), (3, 31)), ("Q2-25", (4, 1), (6, 30)), ("T3 25", (7, 1), (9, 30)),
        ("4e trim. 25", (10, 1), (12, 31)), ("S2 25", (7, 1), (12, 31)),
    ],
)  # fmt: skip
def test_quarters_of_a_year_in_two_digits_are_read(
    cell: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    assert parse_period(cell) == (date(2025, *first), date(2025, *last))


@pytest.mark.parametrize("cell", ["C5 36", "T25", "5T25", "T1 99", "MU4 25"])
def test_other_codes_are_no_quarters(cell: str) -> None:
    assert parse_period(cell) is None


def series(*values: int) -> str:
    rows = (f"{POINTS[0][0]};{n:02}/2025;{kwh}\n" for n, kwh in enumerate(values, start=1))
    return "PRM;Mois;Consommation (kWh)\n" + "".join(rows)


def test_months_that_do_not_feel_february_stop() -> None:
    flat = [14200, 14230, 14190, 14260, 14300, 14280, 14240, 14200, 14150, 14170, 14210, 14260]
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    assert "energy-months-alike" in codes(series(*flat))
    assert "energy-months-alike" not in codes(series(*(459 * one for one in days)))
    assert "energy-months-alike" not in codes(series(*flat[:11]))


def test_sums_that_begin_anew_each_quarter_stop() -> None:
    sums = [sum(KWH[n // 3 * 3 : n + 1]) for n in range(12)]
    assert "energy-never-falls" in codes(series(*sums))
    assert "energy-never-falls" not in codes(series(*KWH))


@pytest.mark.parametrize(
    "row",
    [
        "12345678901234;Mairie;01/2025;1000;",
        "99000000000031;(exemple);01/2025;1000;",
        "99000000000031;Exemple : mairie;01/2025;1000;",
    ],
)
def test_a_row_that_shows_how_to_fill_the_table_is_refused(row: str) -> None:
    lines = table().splitlines()
    read, report = as_proposed("\n".join([lines[0], row, *lines[1:]]) + "\n")
    assert len(read) == 12
    assert [one.expected for one in report.refused] == [
        "a row of data: this one shows how the table is filled"
    ]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (";".join(map(str, range(10_000))), "at most 1,000 columns"),
        ("x" * 1_000_000, "cells of at most 32,768 characters"),
    ],
)
@pytest.mark.parametrize("first", ["PRM;Mois;Consommation (kWh)", "N° foyer;Puissance lampe (W)"])
def test_a_head_that_no_table_has_is_refused_by_its_line(
    first: str, head: str, expected: str
) -> None:
    text = f"{first};{head}\n"
    with pytest.raises(BadInput) as fault, read(text.encode(), name="a.csv") as result:
        list(result.records)
    assert (fault.value.where, fault.value.expected) == ("line 1", expected)


def test_numbers_that_stand_as_formulas_in_a_text_are_named() -> None:
    text = "PRM;Mois;Consommation (kWh)\n99000000000017;01/2025;=900+1\n"
    with pytest.raises(BadInput) as fault, read(text.encode(), name="a.csv"):
        pass
    assert (fault.value.where, fault.value.found) == ("/Consommation (kWh)", "=900+1")
    assert fault.value.expected.startswith("numbers: no formula is computed here")


@pytest.mark.parametrize(
    "head",
    [";".join(f"colonne {n:05d} {'x' * 85}" for n in range(10_000)), f"PRM;{'x' * 1_000_000};kWh"],
)
def test_a_head_of_a_megabyte_that_ends_nowhere_is_refused_by_its_line(head: str) -> None:
    with pytest.raises(BadInput) as fault, read(f"{head}\n1;2;3\n".encode(), name="a.csv"):
        pass
    assert (fault.value.where, fault.value.found) == ("line 1", "64 KiB without an end of line")
    assert fault.value.expected.startswith("a line of at most 1,000 names of columns")


@pytest.mark.parametrize("kind", [XLSX, ODS])
def test_a_sheet_of_ten_thousand_columns_is_refused_by_its_line(kind: Dialect) -> None:
    head = ["PRM", "Mois", "Consommation (kWh)", *(f"c{n}" for n in range(10_000))]
    with pytest.raises(BadInput) as fault:
        proposal(written([Sheet([head])], kind))
    assert (fault.value.where, fault.value.expected) == ("line 1", "at most 1,000 columns")
