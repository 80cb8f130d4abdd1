"""Words that nobody listed, told by where they stand: columns of one text, files, points, notes."""

import pytest

from synergie.formats import checks
from synergie.formats.tables._point_energies import find_label_claim
from synergie.formats.tables.propose import propose
from synergie.formats.tables.titles import find_file_qualifier, find_unknown_qualifier
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.tables.made import as_proposed

SITES = ("Mairie", "Stade", "Halle")


def table(head: str = "", cell: str = "", *, label: str = "{}", note: str = "") -> str:
    """Bills of three points by month, a column beside, labels as *label* has them."""
    lines = [f"PRM;Site;Mois;Conso (kWh){head and f';{head}'}"]
    for rank, site in enumerate(SITES):
        told = label.format(site) if rank == 1 else site
        for n in range(1, 5):
            kwh = 900 + 37 * n * n % 211 + rank * 150
            lines.append(f"9900000000001{rank};{told};0{n}/2025;{kwh}{head and f';{cell}'}")
    return "\n".join([*lines, note, ""])


def asked(text: str, name: str = "releves.csv") -> list[str]:
    """What is asked of *text*."""
    return [one.why for one in propose(text.encode(), name=name).questions]


def stops(text: str) -> list[str]:
    """The blocks of *text* as it is proposed."""
    found = as_proposed(text)[1].findings
    return [code for code, one in found.items() if one.check.severity == "block"]


@pytest.mark.parametrize(
    ("head", "cell"),
    [("Calcul", "auto"), ("Variante", "2"), ("Périmètre", "ancien"), ("Correction", "oui"),
     ("Cas", "B"), ("Mesuré", "non"), ("Quantité", "puissance moyenne"), ("Zorglub", "vert"),
     ("Usage", "Chauffage"), ("Usage", "ECS"), ("Rang d'offre", "1"),
     ("Répartition", "1/3"), ("Bloc", "40 %"), ("Classement", "2e")],
)  # fmt: skip
def test_a_column_of_one_text_is_asked_about_by_its_head(head: str, cell: str) -> None:
    assert len(asked(table(head, cell))) == 1


@pytest.mark.parametrize(
    ("head", "cell"),
    [("Fournisseur", "Zorglub"), ("Commune", "Toul"), ("Version", "1"), ("Statut", "Actif"),
     ("Fréquence", "Mensuelle"), ("Correction", "non"), ("Devise", "EUR"), ("Remarque", "RAS"),
     ("Série", "Constaté"), ("Nature", "Réelle")],
)  # fmt: skip
def test_a_column_of_places_papers_and_kinds_is_not(head: str, cell: str) -> None:
    assert asked(table(head, cell)) == []


@pytest.mark.parametrize(
    ("told", "why"),
    [("Raison sociale : Commune de Laxou", ""), ("Client : Ville de Toul", ""),
     ("Client : consommation conventionnée", "consommation"), ("Zorglub : écoles", "Zorglub"),
     ("Client : prorata", "Client"), ("Marché de fourniture - lot 2", ""), ("Énergie lot 2", "É"),
     ("Tableau n° 3 : consommations des écoles", ""), ("Perspectives : écoles", "Perspectives")],
)  # fmt: skip
def test_whose_a_title_is_says_nothing_of_its_figures(told: str, why: str) -> None:
    found = find_unknown_qualifier(told, set(), strict=True)
    assert (found or "").strip()[: len(why) or None] == why


def test_a_service_of_the_town_hall_is_no_direction_of_energy() -> None:
    assert asked(table("Direction", "DEEJ")) == []
    assert as_proposed(table("Direction", "DEEJ"))[1].refusals == 0


def test_readings_end_the_period_that_the_one_before_begins() -> None:
    for heads in ("Date relevé précédent;Date de relevé", "Relève précédente;Relève actuelle"):
        text = f"PRM;{heads};Conso (kWh)\n99000000000017;31/01/2025;28/02/2025;900\n"
        told = propose(text.encode(), name="releves.csv").table.columns
        assert [one.field for one in told[1:3]] == ["from_date", "to_date"]
    both = "PRM;Année;N° mois;Mois;Conso (kWh)\n99000000000017;2025;2;février;900\n"
    assert not as_proposed(both)[1].refused


def test_a_word_of_the_file_that_is_no_place_is_asked_about() -> None:
    for name in (
        "conso_PPI",
        "SDIE_2030",
        "conso_pannes",
        "conso_relamping",
        "offre_fournisseur_volumes",
        "conso_theo",
        "audit_energetique_conso",
        "reponse_AO_engie",
        "ancien_perimetre",
        "conso_zorglub_lundi",
    ):
        assert find_file_qualifier(name, (), strict=True) == name
    for name in (
        "conso_frouard_2025",
        "Conso_elec_Toul_2025",
        "commune_essey_factures",
        "GE2-saint-max-conso",
        "EXPORT_20260112",
        "releves 2025 ville de toul",
    ):
        assert find_file_qualifier(name, (), strict=True) is None
    assert find_file_qualifier("conso_zorglub_lundi", {"zorglub", "lundi"}, strict=True) is None


def test_what_is_old_or_stands_for_many_is_asked_about_but_of_buildings() -> None:
    for title in (
        "Ancien périmètre",
        "Année type",
        "Dire d'expert",
        "Quote-part du syndicat",
        "Volumes déclarés au fournisseur",
    ):
        assert find_unknown_qualifier(title, (), strict=True) is not None
    for title in ("Ancienne école", "SDEM de la Meuse", "Décembre 2025"):
        assert find_unknown_qualifier(title, (), strict=True) is None


@pytest.mark.parametrize(
    ("label", "told"),
    [("Stade (cible)", "cible"), ("Mairie théorique", "théorique"), ("École – gaz", "gaz"),
     ("Halle [MWh]", "MWh"), ("Gymnase hors chauffage", "hors chauffage"),
     ("Stade DJU corrigé", "DJU corrigé"), ("École (50%)", "50%")],
)  # fmt: skip
def test_words_behind_the_name_of_a_numbered_point_stop(label: str, told: str) -> None:
    assert find_label_claim(label, numbered=True) == told
    site = label.partition(" ")[0]
    text = table(label=label.replace(site, "{}"))
    assert stops(text) == [checks.POINT_OF_OTHER_ENERGY.code]


def test_words_of_places_behind_a_name_do_not() -> None:
    for label in (
        "École de la Meuse",
        "Stade, terrain nord",
        "Mairie (RDC)",
        "Piscine - chauffage",
        "Bât. B - étage 2",
        "École (50 élèves)",
        "Salle de réserve",
        "Rue Moyenne",
    ):
        assert find_label_claim(label, numbered=True) is None
    assert stops(table(label="{}, terrain nord")) == []


@pytest.mark.parametrize(
    "note",
    ["Les consommations du stade sont divisées par deux.", "Valeurs arrondies au millier",
     "Attention : inclut la part du gymnase privé", "Source : audit énergétique"],
)  # fmt: skip
def test_a_note_that_speaks_of_its_figures_stops_at_words_nobody_knows(note: str) -> None:
    assert checks.TITLE_CLAIMS.code in stops(table(note=note))


@pytest.mark.parametrize(
    "note", ["Données fournies à titre indicatif", "Source : Enedis", "Édité le 12/01/2026"]
)
def test_a_note_of_the_paper_does_not(note: str) -> None:
    assert stops(table(note=note)) == []


def test_the_use_of_a_site_and_what_differs_by_point_are_passed_over() -> None:
    assert asked(table("Usage", "École")) == []
    uses = ["Usage", *("Chauffage",) * 4, *("École",) * 8]
    lines = filter(None, table().split("\n"))
    own = "\n".join(f"{line};{use}" for line, use in zip(lines, uses, strict=True))
    assert asked(own) == []


@pytest.mark.parametrize("head", ["Pointe (kWh)", "Conso pointe (kWh)"])
def test_the_energy_of_a_critical_class_alone_stops(head: str) -> None:
    assert stops(table().replace("Conso (kWh)", head)) == ["class-alone"]


@pytest.mark.parametrize("head", ["Charge de pointe (kWh)", "Appels de pointe (kWh)"])
def test_a_peak_is_no_time_class(head: str) -> None:
    beside = "\n".join(
        line + (f";{head}" if line.startswith("PRM") else f";{20 + rank}")
        for rank, line in enumerate(table().split("\n")) if line
    )  # fmt: skip
    records, _ = as_proposed(beside)
    energies = [one for one in records if isinstance(one, PeriodEnergy)]
    assert {one.tariff_class for one in energies} == {None}
    assert len(records) == len(as_proposed(table())[0])


@pytest.mark.parametrize(
    ("head", "side"),
    [("kWh consommés", "import"), ("kWh soutirés", "import"), ("kWh injectés", "export")],
)  # fmt: skip
def test_participles_of_several_tell_the_side(head: str, side: str) -> None:
    profile = propose(table().replace("Conso (kWh)", head).encode(), name="releves.csv").profile
    assert profile.table is not None
    assert profile.table.direction == side


def test_a_period_with_the_energies_of_another_is_told() -> None:
    twin = [line.split(";") for line in table().split("\n") if line]
    told = {row[0]: row[3] for row in twin[1:] if row[2] == "02/2025"}
    copied = [[*row[:3], told[row[0]]] if row[2] == "03/2025" else row for row in twin]
    report = as_proposed("\n".join(map(";".join, copied)))[1]
    assert report.findings["copied-period"].times == 1
    assert "copied-period" not in as_proposed(table())[1].findings


@pytest.mark.parametrize("site", ['=HYPERLINK("http://x.test")', "@SUM(1+1)", "+cmd"])
def test_a_text_that_a_spreadsheet_would_run_is_kept_and_told(site: str) -> None:
    records, report = as_proposed(table().replace("Stade", site))
    assert site in {one.name for one in records if isinstance(one, PeriodEnergy)}
    assert any("would run as formulas" in note.text for note in report.notes)
    assert not any("would run" in note.text for note in as_proposed(table())[1].notes)


@pytest.mark.parametrize(
    "label",
    [
        "École primaire",
        "École (primaire)",
        "Groupe scolaire primaire",
        "École moyenne section",
        "Branchement provisoire",
        "Vestiaires provisoires",
        "Mairie provisoire",
        "Lycée prévert",
        "Aire de camping-car",
    ],
)
def test_a_school_for_the_young_and_a_connection_for_a_while_are_places(label: str) -> None:
    assert find_label_claim(label, numbered=True) is None


def test_an_energy_before_it_was_converted_is_none() -> None:
    for label in (
        "Mairie (énergie primaire)", "Mairie primaire", "Conso mairie provisoire",
        "Mairie (provisoire)", "Mairie prévue", "Lycée prév.",
    ):  # fmt: skip
        assert find_label_claim(label, numbered=True) is not None, label
