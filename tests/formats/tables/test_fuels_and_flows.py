"""Which fuel and which way: an answer decides, and a sale is no purchase."""

import pytest

from synergie.formats import Report
from synergie.formats.format import Record
from synergie.formats.tables.differences import find_differences
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import proposal, records

POINT = "99000000000017"
LAST = (31, 28, 31, 30, 31, 30)
LINES = "".join(
    f"{POINT};Mairie;01/{n:02}/2025;{last}/{n:02}/2025;{4000 - 90 * n}\n"
    for n, last in enumerate(LAST, start=1)
)


def table(head: str, title: str = "", point: str = "PRM") -> str:
    """Six bills of one point."""
    return f"{title}\n" * bool(title) + f"{point};Site;Du;Au;{head}\n{LINES}"


def read(text: str, name: str = "", **answers: str) -> tuple[list[Record], Report]:
    """As the command reads it with `--answer`."""
    told = propose(text.encode(), name=name, answers=answers)
    assert told.sure, told.questions
    return records(text, told.profile)


def asked(text: str, name: str = "") -> list[str]:
    return [one.field for one in proposal(text, name).questions]


@pytest.mark.parametrize("point", ["PRM ou PCE", "PRM/PCE", "PCE - PRM", "PRM ou PCE du site"])
@pytest.mark.parametrize(("scheme", "fuel"), [("prm", "electricity"), ("pce", "gas")])
def test_the_answer_for_points_of_both_fuels_decides(point: str, scheme: str, fuel: str) -> None:
    text = table("Énergie facturée (kWh)", point=point)
    assert asked(text) == ["scheme"]
    answered = proposal(text, scheme=scheme)
    for found, _ in (read(text, scheme=scheme), records(text, answered.profile)):
        told = {(one.energy, one.supply_point) for one in found if isinstance(one, PeriodEnergy)}
        assert told == {(fuel, f"{scheme}:{POINT}")}


@pytest.mark.parametrize("scheme", ["prm", "pce"])
def test_a_later_file_of_both_fuels_is_read_as_the_first(scheme: str) -> None:
    text = table("Énergie facturée (kWh)", point="PRM ou PCE")
    saved = propose(text.encode(), name="", answers={"scheme": scheme}).profile
    assert list(find_differences(proposal(text), saved)) == []


@pytest.mark.parametrize(
    ("title", "head", "name"),
    [
        ("Factures EDF OA 2025", "Quantité facturée (kWh)", "factures.csv"),
        ("", "Énergie facturée (kWh)", "Factures EDF OA 2025.csv"),
        ("Contrat d'obligation d'achat", "Énergie facturée (kWh)", "factures.csv"),
        ("Surplus vendu", "Conso (kWh)", "factures.csv"),
        ("Achat EDF OA", "Énergie achetée (kWh)", "suivi.csv"),
        ("Énergie livrée au réseau", "Énergie facturée (kWh)", "suivi.csv"),
    ],
)
def test_bills_of_a_sale_are_asked_which_way_they_go(title: str, head: str, name: str) -> None:
    text = table(head, title)
    assert asked(text, name) == ["direction"]
    found, _ = read(text, name, direction="export")
    assert {getattr(one, "direction", None) for one in found} == {"export"}


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Factures EDF Collectivités 2025", "Quantité facturée (kWh)"),
        ("Groupement d'achat d'électricité", "Énergie achetée (kWh)"),
        ("Tarif réglementé de vente", "Énergie facturée (kWh)"),
        ("Énergie livrée par le fournisseur", "Énergie livrée (kWh)"),
    ],
)
def test_bills_of_a_purchase_ask_nothing(title: str, head: str) -> None:
    text = table(head, title)
    assert asked(text, "factures.csv") == []
    found, _ = read(text, "factures.csv")
    assert {getattr(one, "direction", None) for one in found} == {"import"}


OTHERS = (
    "Consommations N-1", "Consommations corrigées du climat", "Consommation théorique",
    "Simulation de consommation", "Consommations évitées", "Consommation normalisée",
    "Consommation estimée", "Conso moyenne par jour", "Consommation au m²", "Conso lissée",
    "Conso de base hors saison", "Consommations type", "Profil de consommation",
    "Consommations d'eau (m3)", "Prévisions 2027", "Scénario LED", "Hypothèses", "Trajectoire",
    "Reprévision", "Variante B", "Étude thermique", "Gains relamping", "Profil type", "Pmax",
    "Hors chauffage", "BEGES", "Budget énergie", "Exemple de fichier",
)  # fmt: skip


@pytest.mark.parametrize("words", OTHERS)
def test_what_a_title_or_the_name_of_the_file_says_is_no_measure_is_asked(words: str) -> None:
    text = "PRM;Site;janvier 2025;février 2025;mars 2025\n99000000000017;Mairie;400;380;350\n"
    assert "measured" in asked(f"{words} (kWh)\n{text}", "tableau.csv")
    assert "measured" in asked(f"kWh\n{text}", f"{words}.csv")


def test_the_name_of_a_column_of_points_hides_no_word_of_a_title() -> None:
    text = (
        "Référence PRM;Site;janvier 2025;février 2025;mars 2025\n99000000000017;Mairie;40;38;35\n"
    )
    assert "measured" in asked(f"Simulation (kWh)\n{text}", "tableau.csv")


@pytest.mark.parametrize(
    "name",
    ["Historique des consommations", "Budget annexe eau", "Budget ville", "Profil de charge Mairie",
     "Consommations par jour", "Suivi conso par site", "Rue de la Moyenne-Côte"],
)  # fmt: skip
def test_names_of_files_of_what_is_measured_ask_nothing(name: str) -> None:
    text = "kWh\nPRM;Site;janvier 2025;février 2025;mars 2025\n99000000000017;Mairie;400;380;350\n"
    assert "measured" not in asked(text, f"{name}.csv")


@pytest.mark.parametrize(
    ("title", "name", "what"),
    [
        ("Consommations de gaz en kWh", "factures.csv", ["scheme"]),
        ("Production photovoltaïque en kWh", "factures.csv", ["direction", "measured"]),
        ("Factures EDF OA en kWh", "factures.csv", ["direction"]),
        ("Consommations N-1 en kWh", "factures.csv", ["measured"]),
        ("Consommations en kWh", "Prévisions 2027.csv", ["measured"]),
        ("Consommations en kWh", "factures 2026.csv", []),
        ("Gaz et électricité : consommations en kWh", "factures.csv", []),
        ("Maison du Gaz : consommations en kWh", "factures.csv", []),
        ("Direction de la production : consommations en kWh", "factures.csv", []),
    ],
)
def test_a_later_file_is_held_against_the_profile_by_its_title_and_name(
    title: str, name: str, what: list[str]
) -> None:
    first = propose(table("Consommation", "Consommations en kWh").encode(), answers={})
    assert first.sure
    later = proposal(table("Consommation", title), name)
    assert [one.what for one in find_differences(later, first.profile)] == what
