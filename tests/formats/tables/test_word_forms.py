"""Words that nobody listed, known by their form: shares, parts, treatments, cut words."""

import pytest

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.tables.titles import find_file_qualifier, find_unknown_qualifier
from tests.formats.tables.made import as_proposed, proposal
from tests.formats.tables.test_unknown_words import PRM, asked, bills


def _stops(table: str, **answers: str) -> list[str]:
    """What is asked first; where nothing is, the doubts that stop."""
    asked: list[str] = [one.field for one in proposal(table, **answers).questions]
    if asked:
        return asked
    report = as_proposed(table, **answers)[1]
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


@pytest.mark.parametrize(
    "title",
    ["Sous-comptage départs TGBT", "Copropriété Les Lilas – tantièmes 412/10000", "Part à 30 %",
     "Après travaux", "Imputation analytique", "État estimatif", "Simu 2", "Hyp 1", "1/3 du site",
     "Index de fin de mois (kWh)"],
)  # fmt: skip
def test_a_title_made_of_such_words_is_asked_about(title: str) -> None:
    assert asked(bills("Conso (kWh)", title=title))[:1] == ["measured"]


@pytest.mark.parametrize(
    "title",
    ["Client : CC du Val – édité le 03/02/2026", "Ville de Nancy – Direction du patrimoine bâti",
     "Syndicat Départemental d'Énergie de la Moselle", "Station d'épuration", "Page 1/2",
     "Pôle aménagement et environnement", "Électricité 100 % renouvelable", "TVA 20 %",
     "Relevés d'index et consommations", "Maison des associations", "Quart d'heure",
     "Restitution brute – pas 1 mois – heure locale", "Périmètre : tous les PDL en C5"],
)  # fmt: skip
def test_a_title_of_paper_or_of_a_place_is_not(title: str) -> None:
    assert find_unknown_qualifier(title, ()) is None
    assert "measured" not in asked(bills("Conso (kWh)", title=title))


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("conso_apres_travaux", True), ("conso_moitie_bailleur", True), ("Var. 2", True),
        ("mairie_simu", True), ("station_epuration_2025", False), ("conso_mairie_est", False),
        ("facturation_2025", False), ("EDF_Collectivites_export_202501", False),
    ],
)  # fmt: skip
def test_the_name_of_a_file_or_a_sheet_is_looked_at_as_well(name: str, *, odd: bool) -> None:
    assert find_file_qualifier(name, ()) == (name if odd else None)


def test_a_site_beside_itself_before_or_after_works_stops() -> None:
    def table(other: str) -> str:
        return "Site;Mois;Conso (kWh)\n" + "".join(
            f"{site};0{month}/2025;{kwh * month % 700 + 300}\n"
            for site, kwh in (("Mairie", 310), (other, 457))
            for month in range(1, 5)
        )

    assert _stops(table("Mairie (avant travaux)")) == [checks.SITE_TWICE.code]
    assert _stops(table("Mairie (annexe)")) == []


def test_a_column_that_changes_within_a_point_says_what_its_rows_are() -> None:
    def table(head: str, *kinds: str) -> str:
        rows = (
            f"{PRM};0{month}/2025;{900 - 100 * month};{kinds[month % len(kinds)]}\n"
            for month in range(1, 7)
        )
        return f"PRM;Mois;Conso (kWh);{head}\n{''.join(rows)}"

    assert _stops(table("Ligne", "Conso", "Régul. antérieure")) == [checks.COLUMN_CLAIMS.code]
    assert _stops(table("Ligne", "Conso", "Pondération")) == ["measured"]
    assert _stops(table("Ligne", "Conso", "Hiver")) == []
    assert _stops(table("Ligne", "Régul. antérieure")) == []
    assert _stops(table("Statut", "Soldée", "À rejeter")) == ["measured"]
    assert _stops(table("Statut", "Soldée", "À payer")) == []


def test_a_unit_that_is_none_of_those_that_are_kept_may_be_said() -> None:
    table = f"PRM;Mois;Conso\n{PRM};01/2025;120\n{PRM};02/2025;90\n"
    (question,) = proposal(table).questions
    assert question.choices == ("kWh", "MWh", "Wh", "ignore")
    with pytest.raises(BadInput, match="Wh"):
        proposal(table).answered("unit", "ignore")
    with pytest.raises(BadInput, match="Wh"):
        proposal(table, unit="ignore")


@pytest.mark.parametrize(
    "note",
    ["Sans la restauration scolaire", "Les chiffres en italique sont des moyennes",
     "Ces données ne sont pas issues d'un compteur", "dont 35 % refacturés"],
)  # fmt: skip
def test_a_note_that_leaves_out_or_denies_stops_however_long(note: str) -> None:
    table = f"{bills('Conso (kWh)')}\n{note};;;\n"
    assert {*_stops(table)} & {checks.TITLE_CLAIMS.code, checks.OTHER_HEAD.code}
    for plain in ("Les prix sont hors taxes", "Sources : factures EDF"):
        assert _stops(f"{bills('Conso (kWh)')}\n{plain};;;\n") == []


@pytest.mark.parametrize(
    ("title", "odd"),
    [
        ("Part du bâtiment dans le tènement : 0,42", True), ("Courbe normée du profil ENT1", True),
        ("Ventilation de la facture globale au prorata", True), ("Résultats du modèle STD", True),
        ("Communauté de Communes du Bassin de Pompey", False), ("Relevés effectués", False),
        ("Mairie – Bilan de la CEP", False), ("Relevé contradictoire du 12/01/2026", False),
    ],
)  # fmt: skip
def test_participles_and_shares_of_titles_need_no_word_of_energy(title: str, *, odd: bool) -> None:
    assert ("measured" in asked(bills("Conso (kWh)", title=title))) is odd


def test_what_stands_behind_a_sign_in_a_label_is_looked_at() -> None:
    def stops(label: str) -> list[str]:
        rows = (f"{label};0{n}/2025;{900 - 100 * n}\n" for n in range(1, 5))
        other = (f"Stade;0{n}/2025;{700 - n * n}\n" for n in range(1, 5))
        return _stops(f"Site;Mois;Conso (kWh)\n{''.join([*rows, *other])}")

    for label in ("Piscine [cible 2030]", "Lycée : moyenne nationale", "École (sans cuisine)"):
        assert stops(label) == [checks.SITE_TWICE.code]
    for label in ("Salle (Max Jacob)", "Mairie (annexe)", "École – La Pointe"):
        assert stops(label) == []
    assert stops("Mairie gaz nat.") == [checks.POINT_OF_OTHER_ENERGY.code]


def test_whatever_a_column_that_changes_is_called_its_words_are_known_or_stop() -> None:
    def stops(head: str, *kinds: str) -> list[str]:
        rows = (f"{PRM};0{n}/2025;{900 - 100 * n};{kinds[n % len(kinds)]}\n" for n in range(1, 7))
        return _stops(f"PRM;Mois;Conso (kWh);{head}\n{''.join(rows)}")

    for told in (("Mvt", "Facture", "Extourne"), ("Cpt", "Général", "Décompteur")):
        assert stops(*told) == ["measured"]
    assert stops("Obs.", "", "", "valeur N-1 reportée") == [checks.COLUMN_CLAIMS.code]
    for told in (("Payeur", "Ville", "CCAS"), ("Plage", "Été", "Hiver"), ("Code", "F1", "F2")):
        assert stops(*told) == []


def test_a_part_of_a_year_in_a_list_of_points_is_no_energy_of_a_year() -> None:
    def questions(head: str) -> list[str]:
        return asked(f"PRM;Segment;PS (kVA);{head}\n{PRM};C5;12;4500\n")

    assert questions("Conso S1 2025 (kWh)") == ["annual"]
    assert questions("Conso 2025 (kWh)") == []


def test_an_energy_of_a_year_is_none_of_its_month_whatever_unit_it_is_in() -> None:
    with pytest.raises(BadInput, match="length"):
        proposal(bills("MWh PCS/an"))
