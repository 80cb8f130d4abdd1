"""Lists of points: whose year it is, how much a power can give, which fuel each point is of."""

import pytest

from synergie.errors import BadInput
from synergie.formats.tables.propose import propose
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from tests.formats.tables.made import as_proposed, proposal

PRM, PCE = "99000000000017", "99000000000024"
HEAD = "PRM;Segment;Puissance souscrite (kVA);Conso annuelle (kWh)\n"


def found(text: str) -> list[SupplyPointRecord]:
    """The points that the proposal reads."""
    return [one for one in as_proposed(text)[0] if isinstance(one, SupplyPointRecord)]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Consommations du 01/01/2025 au 30/06/2025", ["annual"]),
        ("Consommations du 01/07/24 au 30/06/25", []),
        ("Consommations du 31/02/2025 au 30/06/2025", ["annual"]),
        ("Consommations du 1er semestre 2025", ["annual"]),
        ("Consommations 2025 (6 mois)", ["annual"]),
        ("Consommations 2025 (12 mois)", []),
        ("Consommations 2024, édité le 03/02/2025", []),
    ],
)
def test_an_energy_under_a_title_of_a_part_of_a_year_is_asked_about(
    title: str, asked: list[str]
) -> None:
    told = proposal(f"{title}\nPRM;Segment;Conso (kWh)\n{PRM};C5;20310\n")
    assert [question.field for question in told.questions] == asked


@pytest.mark.parametrize(
    ("kwh", "codes"),
    [("20310", []), ("20310000", ["energy-over-power"]), ("20,31", ["energy-under-usual"])],
)
def test_the_energy_of_a_year_is_held_against_the_power(kwh: str, codes: list[str]) -> None:
    rows = "".join(f"990000000000{n};C5;18;{kwh}\n" for n in (17, 24, 31))
    report = as_proposed(HEAD + rows)[1]
    assert list(report.findings) == codes


def test_the_power_of_now_is_the_subscribed_one_and_what_is_advised_is_not() -> None:
    head = "PRM;Segment;Puissance préconisée (kVA);Puissance actuelle (kVA)\n"
    assert [one.subscribed_power_kva for one in found(f"{head}{PRM};C5;9;18\n")] == [18]


def test_each_point_of_a_list_is_of_the_fuel_that_its_row_says() -> None:
    head = "PRM / PCE;Énergie;Conso annuelle (kWh)\n"
    told = found(f"{head}{PRM};Électricité;3567\n{PCE};Gaz;15219\n99000000000031;Fioul;9\n")
    assert [(one.scheme, one.code) for one in told] == [("prm", PRM), ("pce", PCE)]


@pytest.mark.parametrize(
    ("head", "asked"),
    [
        ("Consommation annuelle (kWh)", []), ("Conso annuelle (12 mois) (kWh)", []),
        ("Conso annuelle partielle (kWh)", ["annual"]), ("Conso 2025 (9 mois) (kWh)", ["annual"]),
        ("Conso 2025 au 30/09 (kWh)", ["annual"]), ("Conso 2025 au 31/12 (kWh)", []),
        ("Conso annuelle (janv-sept) (kWh)", ["annual"]), ("Conso annuelle gaz (kWh)", ["annual"]),
        ("Conso annuelle prévisionnelle (kWh)", ["annual"]), ("CAR estimée (kWh)", []),
    ],
)  # fmt: skip
def test_an_energy_whose_head_tells_no_whole_year_is_asked_about(
    head: str, asked: list[str]
) -> None:
    told = proposal(f"PRM;Segment;{head}\n{PRM};C5;20310\n")
    assert [question.field for question in told.questions] == asked


@pytest.mark.parametrize(
    ("cells", "codes"),
    [("01/01/2025;30/12/2025;12", []), ("01/01/2025;30/09/2025;12", ["column-claims"]),
     ("01/01/2025;30/12/2025;9", ["column-claims"])],
)  # fmt: skip
def test_a_point_whose_period_is_no_year_stops(cells: str, codes: list[str]) -> None:
    head = "PRM;Segment;Conso annuelle (kWh);Début période;Fin période;Nb mois\n"
    report = as_proposed(f"{head}{PRM};C5;20310;{cells}\n")[1]
    assert list(report.findings) == codes


@pytest.mark.parametrize(("low", "codes"), [(46, []), (40, []), (39, ["powers-fall"])])
def test_powers_of_classes_that_fall_stop(low: int, codes: list[str]) -> None:
    head = "PRM;PS HPH (kVA);PS HCH (kVA);PS HPB (kVA);PS HCB (kVA)\n"
    report = as_proposed(f"{head}{PRM};40;40;{low};46\n")[1]
    assert list(report.findings) == codes


def test_terms_of_a_list_hold_from_the_day_of_its_title_or_the_one_that_is_said() -> None:
    text = f"Membre;PRM;Nom du site;Segment;Fournisseur\nToul;{PRM};Halle;C5;EDF\n"
    assert [type(one) for one in as_proposed(text)[0]] == [SupplyPointRecord]
    (_, terms) = as_proposed(f"Liste des points au 01/02/2026\n{text}")[0]
    assert isinstance(terms, SupplyTerms)
    assert (str(terms.valid_from), terms.supplier) == ("2026-02-01", "EDF")
    told = propose(text.encode(), answers={"valid_from": "2026-03-01"})
    assert str(told.table.valid_from) == "2026-03-01"
    between = proposal(f"Contrat du 01/01/2025 au 31/12/2026\n{text}")
    assert between.table.valid_from is None
    with pytest.raises(BadInput):
        propose(text.encode(), answers={"valid_from": "demain"})
