"""Tables in parts: another one below, beside, on another sheet; any rows end in words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import read
from synergie.formats.check import build_file_report
from synergie.formats.tables.propose import Unconfirmed
from synergie.schemas.readings.profile import Profile
from tests.formats.tables.made import as_proposed, proposal, workbook
from tests.formats.tables.test_books import book
from tests.formats.tables.test_traps import PRM, rows, stops
from tests.formats.tables.test_traps import read as energy

OTHER = "99000000000024"
HEAD = "PRM;Site;Du;Au;Consommation (kWh);Montant TTC (€)"


def bills(prm: str, *, exchanged: bool = False) -> list[str]:
    """Four months of a point, 103 + 102 + 101 + 100 kWh."""
    months = (("01/01", "31/01"), ("01/02", "28/02"), ("01/03", "31/03"), ("01/04", "30/04"))
    pairs = [(f"{103 - n}", f"{20 + n},50") for n in range(4)]
    return [
        f"{prm};Mairie;{first}/2025;{last}/2025;{';'.join(pair[::-1] if exchanged else pair)}"
        for (first, last), pair in zip(months, pairs, strict=True)
    ]


def test_the_head_again_in_another_order_begins_another_table() -> None:
    same = energy(rows(HEAD, *bills(PRM), HEAD, *bills(OTHER)))
    assert (int(same[0]), stops(same[1])) == (812, [])
    other = "PRM;Site;Du;Au;Montant TTC (€);Consommation (kWh)"
    told = energy(rows(HEAD, *bills(PRM), other, *bills(OTHER, exchanged=True)))[1]
    assert stops(told) == ["other-head"]
    assert told.findings["other-head"].first == 6


def test_a_head_of_two_rows_is_known_again_row_by_row() -> None:
    low = ";;Du;Au;kWh;TTC (€)"
    head, other = "PRM;Site;Période;;Conso;Montant", "PRM;Site;Période;;Montant;Conso"
    same = energy(rows(head, low, *bills(PRM), head, low, *bills(OTHER)))
    assert (int(same[0]), stops(same[1])) == (812, [])
    assert stops(energy(rows(head, low, *bills(PRM), other, low, *bills(OTHER)))[1]) == [
        "other-head"
    ]


@pytest.mark.parametrize("months", [("01", "02", "03"), ("03", "02", "01"), ("04", "05", "06")])
def test_months_again_below_are_those_of_the_head_or_another_table(months: tuple[str, ...]) -> None:
    head = "Site;01/2025;02/2025;03/2025"
    again = "Site;" + ";".join(f"{one}/2025" for one in months)
    total, report = energy(
        rows("Consommations (kWh)", head, "Mairie;10;30;20", again, "Stade;1;3;2")
    )
    assert total == 66
    assert stops(report) == ([] if again == head else ["other-head"])


def test_years_again_below_are_no_energy_and_in_another_order_stop() -> None:
    head = "Site;2022;2023;2024"
    title, some, more = "Consommations (MWh)", "Mairie;10;20;23", "Stade;1;2;3"
    assert energy(rows(title, head, some, more))[0] == 59_000, "10, 20 and 23 are no hours"
    assert energy(rows(title, head, some, head, more))[0] == 59_000
    with pytest.raises(BadInput, match=r"line 4.*order of the head"):
        energy(rows(title, head, some, "Site;2024;2023;2022", more))


def test_months_without_a_column_of_points_or_names_are_refused_by_their_place() -> None:
    with pytest.raises(BadInput, match="/Consommation"):
        proposal(rows("Consommation (kWh);01/2025;02/2025;03/2025", "12;10;20;30"))


@pytest.mark.parametrize(
    ("again", "place"),
    [
        (";PRM;Site;janvier;février;mars", r"/janvier \(2\)"),
        (";;Site;avril;mai;juin", r"/Site \(2\)"),
        (";2024 / janvier;2024 / février;2024 / mars", "/2024 / janvier"),
        (";janvier;février;mars", r"/janvier"),
    ],
)
def test_months_beside_under_points_of_their_own_or_told_again_are_another_table(
    again: str, place: str
) -> None:
    text = rows(
        f"PRM;Site;janvier;février;mars;{again}", f"{PRM};Mairie;9;8;7;;{PRM};Mairie;1,5;2,5;3,5"
    )
    with pytest.raises(BadInput, match=place):
        proposal(text)


def test_months_go_on_behind_a_total_and_a_blank_column_and_over_new_year() -> None:
    title, head = (
        "Consommation (kWh) 2024-2025",
        "Site;octobre;novembre;décembre;T4;;janvier;février",
    )
    total, report = energy(rows(title, head, "Mairie;9;8;7;24;;6;5;"))
    assert (int(total), stops(report)) == (35, [])


CELLS = st.sampled_from([
    "", "PRM", "Site", "Mois", "Du", "Au", "Date", "Horodate", "Consommation (kWh)", "kWh", "€",
    "Montant TTC (€)", "ÉLECTRICITÉ (kWh)", "EAU (m3)", "TOTAL", "HP", "HC", "Index", "2024",
    "2025", "janvier 2025", "février 2025", "mars 2025", "janvier", "01/2025", "Mairie", "École",
    "Puissance souscrite (kVA)", "Segment", "C5", PRM, OTHER, "12", "1 234,5", "-3", "0",
    "01/01/2025", "31/01/2025", "01/01/2025 00:00", "00:30", "H1", "Type", "Avoir", "Réel",
])  # fmt: skip
ROWS = st.sampled_from([
    HEAD, f"{PRM};Mairie;01/01/2025;31/01/2025;12,5;3", "EAU (m3)", "TOTAL;1;2",
    "Site;janvier 2025;février 2025;mars 2025", "Mairie;12;13;14", "Site;2023;2024;2025",
    "PRM;Horodate;Puissance (kW)", f"{PRM};01/01/2025 00:00;3", f"{PRM};01/01/2025 01:00;4",
    "Consommation (kWh);janvier;février;mars", f"Mois;{PRM};{OTHER}", "PRM;Date;Index;HP;HC",
    "Mois;Mairie;École", "01/2025;7;8",
]).map(lambda row: row.split(";"))  # fmt: skip
TABLES = st.lists(ROWS | st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=8)


def ended(data: bytes, choices: list[int]) -> str:
    """How reading ends when the first questions are answered: the place of a refusal, else why."""
    try:
        try:
            with read(data) as result:
                build_file_report(result, Profile())
        except Unconfirmed as open_:
            told = open_.proposal
            for choice in choices:
                if told.questions:
                    asked = told.questions[0]
                    some = asked.choices or ("2025",)
                    told = told.answered(asked.field, some[choice % len(some)])
            if not told.sure:
                return "asks"
            with read(data, format="table-csv", profile=told.profile) as result:
                build_file_report(result, told.profile)
    except BadInput as error:
        return error.where
    return "reads"


@given(TABLES, st.lists(st.integers(0, 9), min_size=9, max_size=9))
@example(
    [row.split(";") for row in ("Site;01/2025;02/2025;03/2025", "EAU (m3)", "Mairie;1;2;3")], []
)
def test_any_rows_are_read_asked_about_or_refused_by_their_place(
    table: list[list[str]], choices: list[int]
) -> None:
    assert ended("\n".join(map(";".join, table)).encode(), choices)


def test_a_number_merged_over_two_months_is_of_neither() -> None:
    lines: list[list[object]] = [["PRM", *(f"{one:02}/2025 (kWh)" for one in range(1, 5))]]
    lines += [[PRM, 9, 8, 7, 6], [OTHER, 4720, None, 7, 6]]
    assert len(as_proposed(workbook(lines[:2]), direction="import")[0]) == 4
    found, report = as_proposed(workbook(lines, merges=[(2, 1, 2, 2)]), direction="import")
    assert {one.supply_point for one in found} == {f"prm:{PRM}"}  # type: ignore[union-attr]
    assert [(one.line, one.fault.found) for one in report.refused] == [(3, "4720")]


def test_a_year_merged_down_is_that_of_its_rows() -> None:
    lines: list[list[object]] = [["PRM", "Année", "Mois", "Consommation (kWh)"]]
    lines += [[PRM, 2025 if n == 1 else None, n, 100 - n] for n in range(1, 5)]
    found, report = as_proposed(workbook(lines, merges=[(1, 1, 4, 1)]))
    assert (len(found), report.refusals) == (4, 0)


type Rows = list[list[object]]
BOOK: Rows = [["PRM", "Mois", "Consommation"], [PRM, "01/2025", 90], [PRM, "02/2025", 80]]
NEXT: Rows = [BOOK[0], [OTHER, "01/2025", 70], [OTHER, "02/2025", 60]]


@pytest.mark.parametrize(
    ("titles", "alike"),
    [
        (("Unité : kWh", "Unité : MWh"), False),
        (("Unité : kWh", "Unité : kWh"), True),
        (("Unité : kWh", "Unité : kWh - Gaz naturel"), False),
        (("Unité : kWh", "Unité : kWh - Maison du Gaz"), True),
        (("Unité : kWh", "Production photovoltaïque (kWh)"), False),
        (("Unité : kWh", "Unité : kWh - Usine de production d'eau"), True),
    ],
)
def test_sheets_are_one_table_where_their_titles_say_the_same(
    titles: tuple[str, str],
    alike: bool,  # noqa: FBT001 (a parameter of a test)
) -> None:
    data = book(A=[[titles[0]], *BOOK], B=[[titles[1]], *NEXT])
    if alike:
        found, _ = as_proposed(data)
        assert len(found) == 4
        return
    with pytest.raises(BadInput, match=r"one kind; the answer sheet="):
        proposal(data)


@pytest.mark.parametrize("name", ["Eau", "PV", "2024 (MWh)", "Avoirs", "Copie de 2025", "Exemple"])
def test_a_sheet_that_is_called_another_kind_is_not_read_with_the_others(name: str) -> None:
    head: list[object] = ["PRM", "Mois", "Consommation (kWh)"]
    alike: dict[str, Rows] = {"2025": [head, *BOOK[1:]], "Salle des Archives": [head, *NEXT[1:]]}
    assert len(as_proposed(book(**alike))[0]) == 4
    other: dict[str, Rows] = {"2025": [head, *BOOK[1:]], name: [head, *NEXT[1:]]}
    with pytest.raises(BadInput, match=r"one kind; the answer sheet="):
        proposal(book(**other))
