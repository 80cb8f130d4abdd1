"""What titles and names of files claim: asked about, and asked again of the next file."""

import pytest

from synergie.errors import BadInput
from synergie.formats.tables.differences import find_differences
from synergie.formats.tables.propose import Proposal, propose
from tests.formats.tables.test_traps import PRM, read, rows, stops

HEAD = "PRM;Du;Au;Consommation (kWh)"
BILLS = [f"{PRM};01/0{n}/2025;28/0{n}/2025;{900 - n}" for n in range(1, 7)]


def proposed(*lines: str, name: str = "") -> Proposal:
    return propose(rows(*lines).encode(), name=name)


@pytest.mark.parametrize(
    ("title", "name", "asked"),
    [
        ("", "Coûts TTC (€).csv", ["amounts"]),
        ("Dépenses d'énergie", "", ["amounts"]),
        ("", "Coûts et consommations.csv", []),
        ("Consommations cumulées", "", ["summed"]),
        ("", "cumul_2025.csv", ["summed"]),
        ("Année 2024", "", ["dated"]),
        ("Consommations du 01/01/2023 au 31/12/2024", "", ["dated"]),
        ("Consommations du 01/01/2024 au 31/12/2025", "", []),
        ("Contrat 2024", "", []),
        ("Base 100 en janvier 2024", "", ["measured"]),
        ("Année 2024 - montants cumulés", "", ["summed", "amounts", "dated"]),
        ("", "Factures 2024.csv", ["dated"]),
        ("", "conso-2024-v2.csv", ["dated"]),
        ("", "Export 2026.csv", []),
        ("Année 2025", "Factures 2024.csv", []),
    ],
)
def test_a_claim_that_no_column_makes_is_asked_about(
    title: str, name: str, asked: list[str]
) -> None:
    lines = [title, HEAD, *BILLS] if title else [HEAD, *BILLS]
    found = [one.field for one in proposed(*lines, name=name).questions]
    assert [one for one in found if one not in {"direction", "last_day"}] == asked


def test_a_column_of_money_or_of_sums_makes_the_claim_its_own() -> None:
    more = [f"{line};{n},50" for n, line in enumerate(BILLS, start=150)]
    for title, head in (("Coûts TTC", "Montant TTC (€)"), ("Cumul", "Cumul (kWh)")):
        found = [one.field for one in proposed(title, f"{HEAD};{head}", *more).questions]
        assert {"amounts", "summed"}.isdisjoint(found)


def test_no_reads_nothing_and_yes_silences_no_other_doubt() -> None:
    grown = [line.replace(f";{900 - n}", f";{900 * n}") for n, line in enumerate(BILLS, start=1)]
    text = rows("Consommations cumulées (kWh)", HEAD, *grown)
    with pytest.raises(BadInput):
        read(text, summed="no")
    report = read(text, summed="yes")[1]
    assert stops(report) == ["energy-never-falls"]


def test_the_next_file_is_asked_about_its_own_claim() -> None:
    first = proposed(HEAD, *BILLS)
    for question in first.questions:
        first = first.answered(question.field, question.choices[0])
    again = proposed(HEAD, *BILLS, name="Coûts 2025 (€).csv")
    assert [one.what for one in find_differences(again, first.profile)] == ["amounts"]
    assert list(find_differences(proposed(HEAD, *BILLS), first.profile)) == []
